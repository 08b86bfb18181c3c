package search

import (
	"strings"
	"sync"
)

// forms remembers what spellings are analysed to. Texts say few different words
// often, so most words of a text are looked up instead of folded and stemmed
// again. It lives as long as the lexicon: a rebuild forgets it.
type forms struct {
	mu         sync.RWMutex
	young, old map[string]token
}

const (
	maxForms    = 1 << 15 // of one generation
	longestForm = 40      // bytes; longer words are rare
)

// of analyses a word.
func (f *forms) of(word string) token {
	if len(word) > longestForm {
		return analyse(word)
	}
	f.mu.RLock()
	t, known := f.young[word]
	again := !known
	if again {
		t, known = f.old[word]
	}
	f.mu.RUnlock()
	if known && !again {
		return t
	}
	if !known {
		t = analyse(word)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.young == nil || len(f.young) >= maxForms { // what was not asked for in a whole generation goes
		f.old, f.young = f.young, make(map[string]token, maxForms/4)
	}
	f.young[strings.Clone(word)] = t
	return t
}

// tokenize cuts a text into words as the free function does.
func (l *lexicon) tokenize(text string) []token { return tokenizeBy(text, l.forms.of) }
