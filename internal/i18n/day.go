package i18n

import (
	"regexp"
	"strings"
	"time"
)

// germanDay finds 01.03.2021, 1.3.2021 and 1. 3. 2021. A year of two digits
// could be another century, so it is no day.
var germanDay = regexp.MustCompile(`^\d{1,2}\. ?\d{1,2}\. ?\d{4}$`)

// ISODay is a day as people type it, in the form the domains and the interface
// take (ISO 8601, "2021-03-01"). What is no day, and what is one already, comes
// back as it was typed, so that the field it stands in can say so.
func ISODay(typed string) string {
	typed = strings.TrimSpace(typed)
	if !germanDay.MatchString(typed) {
		return typed
	}
	day, err := time.Parse("2.1.2006", strings.ReplaceAll(typed, " ", ""))
	if err != nil {
		return typed
	}
	return day.Format(time.DateOnly)
}

// IsDay reports whether a browser's field for a day can show the value.
func IsDay(value string) bool {
	_, err := time.Parse(time.DateOnly, value)
	return value == "" || err == nil
}
