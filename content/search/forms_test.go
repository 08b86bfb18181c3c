package search

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestRememberedWordsAreAnalysedAsFreshOnes(t *testing.T) {
	words := newLexicon()
	text := "Mitarbeiter*innen und MitarbeiterInnen prüfen Häuser, § 13 Abs. 2, DA-37, „Straßenreinigungsgebührenbescheidsangelegenheiten“ " + strings.Repeat("ü", 50) + " 5.000 \u0308 x"
	for range 3 {
		if got, want := words.tokenize(text), tokenize(text); !slices.Equal(got, want) {
			t.Fatalf("%v\n%v", got, want)
		}
	}
}

func TestRememberedWordsAreBounded(t *testing.T) {
	words := newLexicon()
	var wg sync.WaitGroup
	for part := range 4 {
		wg.Go(func() {
			for i := range maxForms {
				spelling := fmt.Sprintf("wort%dx%d", part, i)
				if got := words.forms.of(spelling); got.exact != spelling {
					t.Errorf("%s became %s", spelling, got.exact)
				}
			}
		})
	}
	wg.Wait()
	if n := len(words.forms.young) + len(words.forms.old); n > 2*maxForms {
		t.Errorf("%d words are remembered", n)
	}
}
