package importer_test

import (
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/importertest"
)

// TestTimesThatHaveNotComeAreNoAuthorDates runs on a day in 2020: the day after
// is within what zones and slow clocks explain.
func TestTimesThatHaveNotComeAreNoAuthorDates(t *testing.T) {
	now := time.Date(2020, 5, 4, 18, 0, 0, 0, time.UTC)
	made, soon, later := time.Date(2010, 1, 2, 3, 0, 0, 0, time.UTC), time.Date(2020, 5, 5, 23, 59, 0, 0, time.UTC), time.Date(2020, 5, 6, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		created, revised, want time.Time
		notes                  string
	}{
		"the day after":           {made, soon, soon, ""},
		"revised later":           {made, later, made, "Überarbeitung (2020-05-06) liegt in der Zukunft"},
		"created later":           {later, soon, soon, "Anlage (2020-05-06) liegt in der Zukunft"},
		"both later":              {later, later.AddDate(80, 0, 0), time.Unix(0, 0), "Überarbeitung (2100-05-06) liegt in der Zukunft|Anlage (2020-05-06) liegt in der Zukunft"},
		"revised later, no other": {time.Time{}, later, time.Unix(0, 0), "Überarbeitung (2020-05-06) liegt in der Zukunft"},
	} {
		source := of(func() []any {
			return []any{text(1, "a", func(d *importer.Document) { d.Created, d.Revised, d.ValidFrom = c.created, c.revised, "2031-01-01" })}
		})
		o := options(t)
		o.Now = now
		target := importertest.NewMemory()
		e := entryOf(t, apply(t, target, source, o), 1)
		article := target.Articles()[id(1)]
		if !article.When.Equal(c.want) || !strings.Contains(string(article.Markdown), "gueltig_ab: 2031-01-01") || e.Review != (c.notes != "") {
			t.Errorf("%s: %v %+v\n%s", name, article.When, e, article.Markdown)
		}
		for _, note := range strings.Split(c.notes, "|") {
			if !strings.Contains(strings.Join(e.Notes, "|"), note) {
				t.Errorf("%s: %q does not say %q", name, e.Notes, note)
			}
		}
		for _, trailer := range article.Trailers {
			if trailer.Key == content.TrailerCreated && !strings.HasPrefix(trailer.Value, "2010") {
				t.Errorf("%s: %v", name, trailer)
			}
		}
		before, commits := dump(target), target.Commits()
		for _, years := range []int{0, 1, 90} {
			o.Now = now.AddDate(years, 0, 0)
			if report := apply(t, target, source, o); states(report) != "unchanged" || target.Commits() != commits || dump(target) != before {
				t.Errorf("%s: %d years later %s", name, years, states(report))
			}
		}
	}
}

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
