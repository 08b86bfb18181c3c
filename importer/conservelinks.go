package importer

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// linksKept counts the links of a source that the page of the article still has:
// those whose words lead where the conversion said they would. Every word of the
// page answers for one link only. A link that led nowhere when the text was
// written leads to the address of its target in the old system, which finds the
// article since that is there; such a link may have had no words yet.
func linksKept(links []Link, page string) (live, kept int) {
	for _, l := range links {
		if !l.Dead {
			live++
		}
	}
	if live == 0 {
		return 0, 0
	}
	shown := anchorsOf(page)
	for _, l := range links {
		if l.Dead {
			continue
		}
		address := spelled(l.Leads)
		words, ok := shown[address]
		if !ok {
			if _, waits := shown[legacyAddresses+l.Target]; waits {
				kept++
			}
			continue
		}
		before, after, found := strings.Cut(words, lettersOf(l.Text))
		if found {
			kept++
			shown[address] = before + " " + after
		}
	}
	return live, kept
}

// anchorsOf returns the letters of the links of a page by where they lead. Links
// that follow each other to the same place are one on the page.
func anchorsOf(page string) map[string]string {
	out := map[string]string{}
	z := html.NewTokenizer(strings.NewReader(page))
	for within := ""; ; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			if name, more := z.TagName(); string(name) == "a" {
				within = ""
				for more {
					var key, value []byte
					if key, value, more = z.TagAttr(); string(key) == "href" {
						within = spelled(string(value))
						out[within] += " "
					}
				}
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "a" {
				within = ""
			}
		case html.TextToken:
			if within != "" {
				out[within] += lettersOf(string(z.Text()))
			}
		}
	}
}

// spelled is one form of an address, of which some characters may be written
// with percent signs or not.
func spelled(address string) string {
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain
	}
	return norm.NFC.String(address)
}

// lettersOf is a text without what conversions and pages space and mark it with.
func lettersOf(text string) string {
	var b strings.Builder
	eachWord(text, func(word string) { b.WriteString(word) })
	return b.String()
}
