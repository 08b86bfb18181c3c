package search

import (
	"strings"

	"staffelstab/content"
)

// wanted is a word of the query with all that counts as finding it.
type wanted struct {
	token
	loose bool
	ways  []way
}

// way is a manner of finding a word. It lists terms of which any counts, or
// stems that have to stand together in a section.
type way struct {
	grade    content.MatchGrade
	terms    []string // as they are written
	follow   []string // derived terms, with their letter
	together []string // stems
	within   string   // the stem that the terms, compounds, have as a part
}

// gradeWeight is how much a way of finding counts.
func gradeWeight(g content.MatchGrade) float64 {
	switch g {
	case content.MatchExact:
		return 1
	case content.MatchStem:
		return 0.9
	case content.MatchSynonym:
		return 0.8
	case content.MatchCompound:
		return 0.6
	case content.MatchRoot:
		return 0.55
	case content.MatchPrefix:
		return 0.5
	case content.MatchPart:
		return 0.5
	case content.MatchFuzzy:
		return 0.4
	}
	return 0
}

// Bounds that keep one word from costing too much.
const (
	maxPrefixWords  = 32
	maxContaining   = 40
	maxSimilar      = 40
	maxSimilarUsed  = 6
	maxSynonyms     = 8
	minPrefix       = 2
	maxBeginnings   = 4000
	maxOthersTried  = 200
	maxJoinedWords  = 4
	minRoot         = 5
	shortestToSplit = 7
)

// wants works out how the words of a query may be found.
func (v *view) wants(p parsedQuery, seen []bool, typing bool) ([]wanted, error) {
	loose := p.loose()
	out := make([]wanted, len(p.words))
	for i, t := range p.words {
		w := wanted{token: t, loose: loose[i]}
		exact := way{grade: content.MatchExact, terms: []string{t.exact}}
		ofCode := false
		for _, e := range p.extras {
			if e.start <= t.start && t.end <= e.end {
				exact.terms = append(exact.terms, e.exact)
				ofCode = ofCode || e.start < t.start && startsWithDigit(t.exact)
			}
		}
		if ofCode { // the 37 of "DA 37" alone is a weak answer
			exact.terms = exact.terms[1:]
			w.ways = append(w.ways, exact, way{grade: content.MatchPart, terms: []string{t.exact}})
			out[i] = w
			continue
		}
		w.ways = append(w.ways, exact, way{grade: content.MatchStem, follow: []string{stemTerm + t.stem}})
		if len(t.root) >= minRoot {
			w.ways = append(w.ways, way{grade: content.MatchRoot, follow: []string{stemTerm + t.root, rootTerm + t.root}})
		}
		w.ways = append(w.ways, v.compoundWays(t)...)
		out[i] = w
	}
	v.joinWays(out)
	v.synonymWays(out, seen)
	if n := len(out); typing && n > 0 && out[n-1].end == len(p.text) && len(out[n-1].exact) >= minPrefix {
		terms, err := v.beginning(fieldBody, out[n-1].exact, seen)
		if err != nil {
			return nil, err
		}
		titles, err := v.beginning(fieldTitle, out[n-1].exact, seen)
		if err != nil {
			return nil, err
		}
		out[n-1].ways = append(out[n-1].ways, way{grade: content.MatchPrefix, terms: append(terms, titles...)})
	}
	return out, nil
}

// compoundWays find a word inside compounds, and a compound by its parts.
func (v *view) compoundWays(t token) []way {
	if !inLexicon(t.exact) {
		return nil
	}
	var out []way
	inside := way{grade: content.MatchPart, follow: []string{partTerm + t.stem}}
	v.words.mu.RLock()
	known := v.words.stems[t.stem] >= minPartCount
	v.words.mu.RUnlock()
	if !known { // no compound was cut at it
		inside.within = t.stem
		inside.terms = v.words.containing(t.exact, t.stem, maxContaining)
	}
	out = append(out, inside)
	if parts := v.words.split(t.exact); len(parts) > 1 {
		together := way{grade: content.MatchCompound}
		for _, p := range parts {
			together.together = append(together.together, p.stem)
		}
		out = append(out, together)
	}
	return out
}

// joinWays finds words that were written apart as the compound they make:
// "Arbeits Schutz Gesetz".
func (v *view) joinWays(words []wanted) {
	for i := range words {
		joined := words[i].exact
		if !inLexicon(joined) {
			continue
		}
		forms := []string{joined}
		for j := i + 1; j < len(words) && j < i+maxJoinedWords && inLexicon(words[j].exact); j++ {
			var longer []string
			for _, f := range forms {
				for _, link := range []string{"", "s", "n", "en", "es", "er", "e"} {
					longer = append(longer, f+link+words[j].exact)
				}
			}
			for _, f := range longer {
				if len(f) >= shortestToSplit && v.words.knows(f) {
					w := way{grade: content.MatchStem, terms: []string{f}, follow: []string{stemTerm + stem(f), partTerm + stem(f)}}
					for k := i; k <= j; k++ {
						words[k].ways = append(words[k].ways, w)
					}
				}
			}
			if forms = longer; len(forms) > 49 {
				break
			}
		}
	}
}

// synonymWays finds words by others that mean the same.
func (v *view) synonymWays(words []wanted, seen []bool) {
	for i := range words {
		for j := i; j < len(words) && j < i+maxJoinedWords; j++ {
			var run []token
			for k := i; k <= j; k++ {
				run = append(run, words[k].token)
			}
			used := 0
			for _, s := range v.synonyms[phraseKey(run)] {
				if !seen[s.ord] || used == maxSynonyms {
					continue
				}
				used++
				w := synonymWay(s.name)
				for k := i; k <= j; k++ {
					words[k].ways = append(words[k].ways, w)
				}
			}
		}
	}
}

func synonymWay(name string) way {
	w := way{grade: content.MatchSynonym}
	tokens := withoutStopWords(tokenize(name), false)
	if len(tokens) == 1 {
		w.terms, w.follow = []string{tokens[0].exact}, []string{stemTerm + tokens[0].stem, partTerm + tokens[0].stem}
		return w
	}
	for _, e := range extras(name, tokens, true) {
		w.terms = append(w.terms, e.exact)
	}
	for _, t := range tokens {
		w.together = append(w.together, t.stem)
	}
	return w
}

// beginning lists words of a field that begin with what was typed: those of the
// lexicon, the most frequent first, then some others, such as codes and words of
// texts not everybody may see, as far as the audience sees them.
func (v *view) beginning(field, prefix string, seen []bool) ([]string, error) {
	list, err := v.raw.DictionaryIterator(field, nil, []byte(prefix), []byte(prefix+"\xff"))
	if err != nil {
		return nil, err
	}
	defer list.Close()
	best := newTop(maxPrefixWords)
	var others []string
	for n := 0; n < maxBeginnings; n++ {
		entry, err := list.Next()
		if err != nil {
			return nil, err
		}
		if entry == nil {
			break
		}
		if term := entry.Term(); v.words.knows(term) {
			best.add(term, float64(v.words.frequency(term)))
		} else if len(others) < maxOthersTried {
			others = append(others, strings.Clone(term))
		}
	}
	out, used := best.terms(), 0
	for _, term := range others {
		ok, err := v.isSeen(term, seen, field)
		if err != nil {
			return nil, err
		}
		if ok && used < maxPrefixWords {
			out, used = append(out, term), used+1
		}
	}
	return out, nil
}
