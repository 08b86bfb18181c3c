package store

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "grün ✅": "grün ✅", "a\x00b": "a\uFFFDb", "gr\xfcn": "gr\uFFFDn", "\x00\xff": "\uFFFD\uFFFD",
	} {
		if got := cleanText(in); got != want {
			t.Errorf("cleanText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanedLeavesTheArgumentsOfTheCallerAlone(t *testing.T) {
	type name string
	args := []any{"a\x00", 7, name("b\x00"), nil, "c"}
	got := cleaned(args)
	if want := []any{"a\uFFFD", 7, "b\uFFFD", nil, "c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if args[0] != "a\x00" || args[2] != name("b\x00") {
		t.Errorf("the caller's arguments became %q", args)
	}
}

func FuzzTextsAreStorableAndStayDistinct(f *testing.F) {
	f.Add("kurz", "auch kurz")
	f.Add(strings.Repeat("ä", 999), strings.Repeat("ä", 998)+"a")
	f.Add("x"+strings.Repeat("👩🏽‍🌾", 300), strings.Repeat("\x00\xff", 2000))
	f.Fuzz(func(t *testing.T, a, b string) {
		ia, ib := indexed(a), indexed(b)
		for _, text := range []string{cleanText(a), cleanText(ia)} {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				t.Errorf("%q is not storable", text)
			}
		}
		if len(ia) > maxIndexed {
			if len(a) <= maxIndexed || len(ia) > 3*maxIndexed {
				t.Errorf("%d bytes became %d", len(a), len(ia))
			}
		}
		if a != b && ia == ib {
			t.Errorf("two texts share %q", ia)
		}
	})
}

func TestCollationKeysAreBoundedAndKeepTheOrder(t *testing.T) {
	c := newCollator()
	long := strings.Repeat("Ä", 5000)
	if n := len(c.key(long)); n > maxIndexed {
		t.Errorf("key of %d characters", n)
	}
	if c.key("Amt") >= c.key("Bau") || c.key("Birne") >= c.key("Öl") || c.key("Öl") >= c.key("Zahl") {
		t.Error("the order is not German")
	}
}
