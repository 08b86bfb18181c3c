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

// Decimal writes a number with some digits behind the decimal sign of the
// language: "1.234,5" or "1,234.5".
func Decimal(locale Locale, x float64, digits int) string {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(x, 'f', digits, 64), ".")
	n, err := strconv.Atoi(whole)
	if err != nil { // too large to group
		return whole
	}
	sign, written := ",", Number(locale, n)
	if locale == English {
		sign = "."
	}
	if n == 0 && strings.HasPrefix(whole, "-") {
		written = "-" + written
	}
	if fraction == "" {
		return written
	}
	return written + sign + fraction
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
