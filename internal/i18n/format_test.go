package i18n

import "testing"

func TestDecimalsAreWrittenAsTheLanguageDoes(t *testing.T) {
	for _, c := range []struct {
		x      float64
		digits int
		de, en string
	}{{1234.56, 1, "1.234,6", "1,234.6"}, {0.35, 2, "0,35", "0.35"}, {-0.5, 1, "-0,5", "-0.5"}, {-3, 0, "-3", "-3"}, {7, 2, "7,00", "7.00"}} {
		if de, en := Decimal(German, c.x, c.digits), Decimal(English, c.x, c.digits); de != c.de || en != c.en {
			t.Errorf("%v: %q and %q, want %q and %q", c.x, de, en, c.de, c.en)
		}
	}
}
