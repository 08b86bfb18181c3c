package importer

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"staffelstab/content"
)

// zoneName is what Notes and spreadsheets write behind a time of this country.
var zoneName = regexp.MustCompile(`(?i)\s+(CET|CEST|CEDT|MEZ|MESZ|ZE1|ZE2|Uhr)$`)

// localTimes are the ways a time of this country is written. Day and month are
// never guessed: 03/04/2019 is not among them.
var localTimes = []string{
	"2.1.2006 15:04:05", "2.1.2006 15:04", "2.1.2006", "2.1.06 15:04:05", "2.1.06 15:04", "2.1.06",
	"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02",
	"20060102T150405", "20060102",
}

// ParseTime reads a time as Germany, ISO 8601 and Notes write it. One without
// a zone is taken as of place.
func ParseTime(s string, place *time.Location) (time.Time, bool) {
	s = zoneName.ReplaceAllString(OneLine(s), "")
	for _, layout := range []string{time.RFC3339Nano, "20060102T150405,99-07", "20060102T150405-07", "20060102T150405Z0700", "2006-01-02 15:04:05 -0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			return sane(t)
		}
	}
	s = strings.Replace(s, ", ", " ", 1)
	for _, layout := range localTimes {
		if t, err := time.ParseInLocation(layout, s, place); err == nil {
			return sane(t)
		}
	}
	return time.Time{}, false
}

// sane refuses years nobody worked with computers or will soon.
func sane(t time.Time) (time.Time, bool) { return t, t.Year() >= 1970 && t.Year() < 2200 }

// ParseDay reads a day the way ParseTime reads a time. Years before computers
// are fine: rules are older.
func ParseDay(s string, place *time.Location) (content.Date, bool) {
	if t, ok := ParseTime(s, place); ok || !t.IsZero() && t.Year() > 1800 && t.Year() < 2200 {
		return content.Date(t.Format(time.DateOnly)), true
	}
	return "", false
}

// dated takes times from a document that have not come yet: some clock was wrong.
// The day after the run is let through, for zones and clocks that are a little
// ahead. Only the author date of a commit depends on these times, never what an
// article says, so that the same input brings about nothing once they have come.
// When a text is valid may well be in the future.
func (o Options) dated(d *Document) {
	if o.Now.IsZero() || d.Skip != nil {
		return
	}
	place := cmp.Or(o.Place, time.UTC)
	year, month, day := o.Now.In(place).Date()
	limit := time.Date(year, month, day+2, 0, 0, 0, 0, place)
	stamp := func(t time.Time) string { return t.In(place).Format(time.DateOnly) }
	if !d.Created.Before(limit) {
		d.Review("importer.future-created", "date", stamp(d.Created))
		d.Created = time.Time{}
	}
	if d.Revised.Before(limit) {
		return
	}
	d.Review("importer.future-revised", "date", stamp(d.Revised))
	counts := d.Origin.Sequence != int(d.Revised.Unix()) // else the source makes its sequence of the time
	if d.Revised = d.Created; d.Revised.IsZero() {
		d.Revised = time.Unix(0, 0) // as of documents without any time
	}
	if !counts {
		d.Origin.Sequence = int(d.Revised.Unix())
	}
}
