package i18n

import (
	"testing"
	"time"
)

func TestDaysAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]string{
		"01.03.2021": "2021-03-01", "1.3.2021": "2021-03-01", " 1. 3. 2021 ": "2021-03-01", "29.2.2024": "2024-02-29",
		"2021-03-01": "2021-03-01", "": "",
		// no days: as they were typed, for their field to refuse
		"1.3.21": "1.3.21", "29.02.2023": "29.02.2023", "31.4.2021": "31.4.2021", "0.1.2021": "0.1.2021", "1.13.2021": "1.13.2021",
		"3/1/2021": "3/1/2021", "1.3.2021 bis": "1.3.2021 bis", "1.  3.2021": "1.  3.2021", "2021-02-30": "2021-02-30", "morgen": "morgen",
	} {
		if got := ISODay(typed); got != want {
			t.Errorf("%q became %q, not %q", typed, got, want)
		}
	}
}

func FuzzISODay(f *testing.F) {
	f.Add("1.3.2021")
	f.Add("31. 2. 2021")
	f.Fuzz(func(t *testing.T, typed string) {
		day := ISODay(typed)
		if ISODay(day) != day {
			t.Errorf("%q: %q is read as another day", typed, day)
		}
		at, err := time.Parse(time.DateOnly, day)
		if err == nil && ISODay(Date(German, at)) != day {
			t.Errorf("%q is not read back from the German way", day)
		}
		if IsDay(day) != (day == "" || err == nil) {
			t.Errorf("%q: a field for days disagrees", day)
		}
	})
}
