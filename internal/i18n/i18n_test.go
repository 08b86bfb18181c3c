package i18n

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func mustLoad(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEnglishIsComplete(t *testing.T) {
	c := mustLoad(t)
	for _, key := range c.Keys(German) {
		if !c.Has(English, key) {
			t.Errorf("en: %q is missing", key)
		}
	}
	for _, key := range c.Keys(English) {
		if !c.Has(German, key) {
			t.Errorf("de: %q is missing", key)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func TestBothLanguagesUseTheSamePlaceholders(t *testing.T) {
	c := mustLoad(t)
	set := func(text string) string {
		seen := map[string]bool{}
		for _, p := range placeholder.FindAllString(text, -1) {
			seen[p] = true
		}
		return strings.Join(sortedKeys(seen), " ")
	}
	for _, key := range c.Keys(German) {
		de, en := set(c.texts[German][key]), set(c.texts[English][key])
		if de != en {
			t.Errorf("%s: German uses %q, English %q", key, de, en)
		}
	}
}

func TestNoSentenceIsEmpty(t *testing.T) {
	c := mustLoad(t)
	for locale, texts := range c.texts {
		for key, text := range texts {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %q is empty", locale, key)
			}
		}
	}
}

func TestTextFillsPlaceholders(t *testing.T) {
	c, err := load(fstest.MapFS{
		"de/a.json": {Data: []byte(`{"a.hits.one":"{n} Treffer für {q}","a.hits.other":"{n} Treffer"}`)},
		"en/a.json": {Data: []byte(`{"a.hits.other":"{n} hits"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Text(German, "a.hits.one", map[string]any{"n": 1402, "q": "Müll"}); got != "1.402 Treffer für Müll" {
		t.Errorf("got %q", got)
	}
	if got := c.Plural(English, "a.hits.one", "a.hits.other", 2000); got != "2,000 hits" {
		t.Errorf("got %q", got)
	}
	if got := c.Text(English, "a.hits.one", map[string]any{"n": 1, "q": "x"}); got != "1 Treffer für x" {
		t.Errorf("missing English must fall back to German, got %q", got)
	}
	if got := c.Text(German, "a.unknown", nil); got != "a.unknown" {
		t.Errorf("got %q", got)
	}
}

func TestKeyInTwoAreasIsRefused(t *testing.T) {
	_, err := load(fstest.MapFS{
		"de/a.json": {Data: []byte(`{"k":"x"}`)},
		"de/b.json": {Data: []byte(`{"k":"y"}`)},
	})
	if err == nil || !strings.Contains(err.Error(), "two areas") {
		t.Fatalf("got %v", err)
	}
}

func TestNumbersAndDates(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1.000", -1234567: "-1.234.567"} {
		if got := Number(German, n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
	day := time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)
	if got := Date(German, day); got != "01.03.2026" {
		t.Errorf("got %q", got)
	}
	if got := DateTime(German, day); got != "01.03.2026, 09:05 Uhr" {
		t.Errorf("got %q", got)
	}
	if Date(German, time.Time{}) != "" || DateTime(English, time.Time{}) != "" {
		t.Error("the zero time has no words")
	}
}
