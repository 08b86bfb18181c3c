package importer_test

import (
	"testing"
	"time"

	"staffelstab/importer"
)

func TestTimesAsOfficesWriteThem(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"31.12.2019":                "2019-12-31T00:00:00+01:00",
		"1.7.2019":                  "2019-07-01T00:00:00+02:00",
		"31.12.19":                  "2019-12-31T00:00:00+01:00",
		"31.12.99":                  "1999-12-31T00:00:00+01:00",
		"12.03.2009 10:15:00":       "2009-03-12T10:15:00+01:00",
		"12.03.2009 10:15":          "2009-03-12T10:15:00+01:00",
		"12.03.2009, 10:15 Uhr":     "2009-03-12T10:15:00+01:00",
		"12.07.2009 10:15:00 CEDT":  "2009-07-12T10:15:00+02:00",
		"12.03.2009 10:15:00 MEZ":   "2009-03-12T10:15:00+01:00",
		"2019-12-31":                "2019-12-31T00:00:00+01:00",
		"2019-12-31 08:00:00":       "2019-12-31T08:00:00+01:00",
		"2019-12-31T08:00:00Z":      "2019-12-31T08:00:00Z",
		"2019-12-31T08:00:00+05:00": "2019-12-31T08:00:00+05:00",
		"20090401":                  "2009-04-01T00:00:00+02:00",
		"19990713T060306,52+02":     "1999-07-13T06:03:06+02:00",
		"20090401T101500":           "2009-04-01T10:15:00+02:00",
		"  12.03.2009   10:15:00  ": "2009-03-12T10:15:00+01:00",
	} {
		got, ok := importer.ParseTime(in, berlin)
		if !ok || got.Format(time.RFC3339) != want {
			t.Errorf("%q is read as %s (%v), want %s", in, got.Format(time.RFC3339), ok, want)
		}
	}
	for _, in := range []string{"", "heute", "03/04/2019", "31.02.2019", "32.12.2019", "31.12.0001", "12:30", "12.03.2009 25:00", "10.15", "31.12.9999"} {
		if got, ok := importer.ParseTime(in, berlin); ok {
			t.Errorf("%q is read as %s", in, got)
		}
	}
}

func TestDaysMayBeOlderThanComputers(t *testing.T) {
	for in, want := range map[string]string{"01.01.1900": "1900-01-01", "1.4.2009": "2009-04-01", "19490523": "1949-05-23", "31.12.2019 23:59": "2019-12-31"} {
		if got, ok := importer.ParseDay(in, time.UTC); !ok || string(got) != want {
			t.Errorf("%q is read as %s (%v)", in, got, ok)
		}
	}
	for _, in := range []string{"", "sofort", "01.01.0001", "1.4."} {
		if got, ok := importer.ParseDay(in, time.UTC); ok || got != "" {
			t.Errorf("%q is read as %s", in, got)
		}
	}
}
