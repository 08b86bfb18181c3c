package notes

import (
	"strconv"
	"strings"
	"time"
)

// parseTime reads a DXL datetime: 19990713T060306,52+05 in ISO 8601 basic
// format with hundredths and a zone, or only a date. Without a zone the time is
// taken as of place. Time only and empty values are no point in time.
func parseTime(s string, place *time.Location) (t time.Time, ok bool) {
	s = strings.TrimSpace(s)
	date, clock, hasClock := strings.Cut(s, "T")
	day, err := time.Parse("20060102", date)
	if err != nil {
		return time.Time{}, false
	}
	if !hasClock {
		return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, place), true
	}
	zone := place
	if strings.HasSuffix(clock, "Z") {
		clock, zone = strings.TrimSuffix(clock, "Z"), time.UTC
	} else if i := strings.IndexAny(clock, "+-"); i >= 0 {
		if zone, ok = parseZone(clock[i:]); !ok {
			return time.Time{}, false
		}
		clock = clock[:i]
	}
	clock, hundredths, _ := strings.Cut(strings.ReplaceAll(clock, ".", ","), ",")
	hour, err := time.Parse("150405", clock)
	if err != nil {
		return time.Time{}, false
	}
	fraction, _ := strconv.Atoi((hundredths + "00")[:2])
	return time.Date(day.Year(), day.Month(), day.Day(), hour.Hour(), hour.Minute(), hour.Second(), fraction*10_000_000, zone), true
}

// parseZone reads +01, -05, +0530.
func parseZone(s string) (*time.Location, bool) {
	digits := s[1:]
	if len(digits) != 2 && len(digits) != 4 {
		return nil, false
	}
	n, err := strconv.Atoi((digits + "00")[:4])
	if err != nil || n < 0 {
		return nil, false
	}
	seconds := (n/100)*3600 + (n%100)*60
	if seconds > 15*3600 {
		return nil, false
	}
	if s[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), true
}

// pointInTime returns the time an element such as <revised> holds.
func pointInTime(n *node, place *time.Location) (time.Time, bool) {
	if n == nil {
		return time.Time{}, false
	}
	return parseTime(n.value(), place)
}
