// Package i18n holds every sentence people read.
//
// A catalogue is a flat map from key to sentence, one JSON file for each area
// of the product and language: de/content.json, en/content.json. German is the
// reference; a key that is missing in either language, used nowhere or used
// but unknown fails the tests. Placeholders stand in braces: {title}.
//
// Plural forms are two keys, chosen by the caller's number through Plural:
// "x.one" and "x.other". German and English need no more.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"time"
)

//go:embed de/*.json en/*.json
var files embed.FS

// Locale is a language the interface speaks.
type Locale string

// The locales. German is the default everywhere.
const (
	German  Locale = "de"
	English Locale = "en"
)

// Catalogue translates keys into sentences.
type Catalogue struct {
	texts map[Locale]map[string]string
}

// Load reads the embedded catalogues. A key that occurs in two areas is an
// error, because nobody could tell which sentence is meant.
func Load() (*Catalogue, error) { return load(files) }

func load(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{texts: map[Locale]map[string]string{}}
	for _, locale := range []Locale{German, English} {
		c.texts[locale] = map[string]string{}
		names, err := fs.Glob(fsys, path.Join(string(locale), "*.json"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := c.add(fsys, locale, name); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *Catalogue) add(fsys fs.FS, locale Locale, name string) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	var texts map[string]string
	if err := json.Unmarshal(data, &texts); err != nil {
		return fmt.Errorf("i18n: %s: %w", name, err)
	}
	for key, text := range texts {
		if _, twice := c.texts[locale][key]; twice {
			return fmt.Errorf("i18n: %s: key %q occurs in two areas", name, key)
		}
		c.texts[locale][key] = text
	}
	return nil
}

// Text returns the sentence of key in the locale, with {name} replaced by
// args[name]. A missing sentence falls back to German, then to the key itself,
// which the tests make sure never happens.
func (c *Catalogue) Text(locale Locale, key string, args map[string]any) string {
	text, ok := c.texts[locale][key]
	if !ok {
		if text, ok = c.texts[German][key]; !ok {
			return key
		}
	}
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(args))
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", format(locale, value))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Plural chooses between the keys one and other by n and fills in {n}.
func (c *Catalogue) Plural(locale Locale, one, other string, n int) string {
	key := other
	if n == 1 {
		key = one
	}
	return c.Text(locale, key, map[string]any{"n": n})
}

// Has reports whether key has a sentence in the locale.
func (c *Catalogue) Has(locale Locale, key string) bool {
	_, ok := c.texts[locale][key]
	return ok
}

// Keys returns all keys of a locale, sorted.
func (c *Catalogue) Keys(locale Locale) []string {
	keys := make([]string, 0, len(c.texts[locale]))
	for key := range c.texts[locale] {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func format(locale Locale, value any) string {
	switch v := value.(type) {
	case int:
		return Number(locale, v)
	case time.Time:
		return Date(locale, v)
	default:
		return fmt.Sprint(v)
	}
}
