package i18n

import (
	"strconv"
	"strings"
	"time"
)

// Number writes an integer with the locale's thousands separator: 1.402.
func Number(locale Locale, n int) string {
	separator := "."
	if locale == English {
		separator = ","
	}
	digits := strconv.Itoa(n)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return sign + digits
}

// Date writes a day: 24.11.2026, in English 24 Nov 2026. The time is taken as
// it is; the caller chooses the time zone.
func Date(locale Locale, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if locale == English {
		return t.Format("2 Jan 2006")
	}
	return t.Format("02.01.2006")
}

// DateTime writes a day with hour and minute: 24.11.2026, 10:42 Uhr.
func DateTime(locale Locale, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if locale == English {
		return t.Format("2 Jan 2006, 15:04")
	}
	return t.Format("02.01.2006, 15:04") + " Uhr"
}
