package search

import (
	"strings"

	"github.com/blugelabs/bluge"

	"staffelstab/content"
)

// limits of what a person types.
const (
	maxQueryBytes = 1000
	maxQueryWords = 24
)

// parsedQuery is what somebody typed, understood.
type parsedQuery struct {
	words   []token
	phrases []string
	without []token
}

// parseQuery never fails: what it does not understand is a word. Quotes make a
// phrase, a dash before a word leaves it out.
func parseQuery(text string) parsedQuery {
	if len(text) > maxQueryBytes {
		text = strings.ToValidUTF8(text[:maxQueryBytes], "")
	}
	var p parsedQuery
	for i, part := range strings.Split(strings.NewReplacer("„", `"`, "“", `"`, "”", `"`).Replace(text), `"`) {
		if i%2 == 1 {
			if tokens := tokenize(part); len(tokens) > 1 {
				p.phrases = append(p.phrases, part)
				continue
			}
		}
		var rest []string
		for _, field := range strings.Fields(part) {
			if unwanted, ok := strings.CutPrefix(field, "-"); ok && unwanted != "" && i%2 == 0 {
				p.without = append(p.without, tokenize(unwanted)...)
				continue
			}
			rest = append(rest, field)
		}
		p.words = append(p.words, tokenize(strings.Join(rest, " "))...) // as a whole: "§ 13" is one word
	}
	p.words = once(withoutStopWords(p.words))
	if len(p.words) > maxQueryWords {
		p.words = p.words[:maxQueryWords]
	}
	return p
}

// withoutStopWords drops them unless nothing else was typed.
func withoutStopWords(tokens []token) []token {
	var out []token
	for _, t := range tokens {
		if !t.stop {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return tokens
	}
	return out
}

// once drops words that were typed again. Doubled they would cost time and
// count twice among "most words".
func once(tokens []token) []token {
	var out []token
	seen := map[string]bool{}
	for _, t := range tokens {
		if !seen[t.exact] {
			seen[t.exact] = true
			out = append(out, t)
		}
	}
	return out
}

func (p parsedQuery) empty() bool { return len(p.words) == 0 && len(p.phrases) == 0 }

// strictness is how much of what was typed has to be found.
type strictness int

const (
	allWords  strictness = iota // every word, as written or with another ending
	wordParts                   // every word, also as a part of a longer one
	mostWords                   // most words, with typing mistakes
)

// Weights of the fields. A word as it was written counts more than its stem.
const (
	weightTitleExact = 6.0
	weightTitle      = 4.0
	weightKeys       = 3.0
	weightHeads      = 2.0
	weightBodyExact  = 1.3
	weightBody       = 1.0
	weightPart       = 0.7
	weightFuzzy      = 0.3
)

// text builds the query for what was typed.
func (p parsedQuery) text(s strictness) bluge.Query {
	q := bluge.NewBooleanQuery()
	wanted := bluge.NewBooleanQuery()
	for i := range p.words {
		word := p.query(i, s)
		if s == mostWords {
			wanted.AddShould(word)
			continue
		}
		q.AddMust(word)
	}
	if s == mostWords && len(p.words) > 0 {
		wanted.SetMinShould((len(p.words)*3 + 4) / 5)
		q.AddMust(wanted)
	}
	for _, phrase := range p.phrases {
		q.AddMust(bluge.NewBooleanQuery().SetMinShould(1).AddShould(
			bluge.NewMatchPhraseQuery(phrase).SetField("body").SetAnalyzer(analyzer(true)),
			bluge.NewMatchPhraseQuery(phrase).SetField("title").SetAnalyzer(analyzer(true)).SetBoost(weightTitle)))
	}
	for _, w := range p.without {
		q.AddMustNot(bluge.NewTermQuery(w.stem).SetField("body"), bluge.NewTermQuery(w.stem).SetField("title"))
	}
	return q
}

// minPart is the shortest word that may be a part of a longer one.
const minPart = 4

// The longest word, in bytes, that is looked for as a part of a longer one or
// with typing mistakes, and how many words are. The automata of longer and more
// words take seconds, or are refused by the library.
const (
	maxSoftBytes = 32
	maxSoftWords = 8
)

// query builds the query for the word at a place among those typed.
func (p parsedQuery) query(i int, s strictness) bluge.Query {
	if i >= maxSoftWords || len(p.words[i].stem) > maxSoftBytes {
		s = allWords
	}
	return p.words[i].query(s, i == len(p.words)-1)
}

func (t token) query(s strictness, last bool) bluge.Query {
	q := bluge.NewBooleanQuery().SetMinShould(1)
	q.AddShould(
		bluge.NewTermQuery(t.exact).SetField("title.exact").SetBoost(weightTitleExact),
		bluge.NewTermQuery(t.stem).SetField("title").SetBoost(weightTitle),
		bluge.NewTermQuery(t.stem).SetField("keys").SetBoost(weightKeys),
		bluge.NewTermQuery(t.stem).SetField("heads").SetBoost(weightHeads),
		bluge.NewTermQuery(t.exact).SetField("body.exact").SetBoost(weightBodyExact),
		bluge.NewTermQuery(t.stem).SetField("body").SetBoost(weightBody))
	if last && len(t.exact) >= 3 {
		q.AddShould(bluge.NewPrefixQuery(t.exact).SetField("title.exact").SetBoost(weightPart))
	}
	if s >= wordParts && len(t.stem) >= minPart {
		part := "*" + strings.NewReplacer("*", "", "?", "", `\`, "").Replace(t.stem) + "*"
		for _, field := range []string{"title", "keys", "heads"} {
			q.AddShould(bluge.NewWildcardQuery(part).SetField(field).SetBoost(weightPart))
		}
		q.AddShould(bluge.NewWildcardQuery(part).SetField("body").SetBoost(weightPart / 2))
	}
	if s == mostWords && len(t.stem) >= 5 {
		distance := 1
		if len(t.stem) >= 9 {
			distance = 2
		}
		for _, field := range []string{"title", "body"} {
			q.AddShould(bluge.NewFuzzyQuery(t.stem).SetFuzziness(distance).SetPrefix(1).SetField(field).SetBoost(weightFuzzy))
		}
	}
	return q
}

// filters are what a hit has to satisfy beside the words. The audience is one
// of them, so that counts, facets and suggestions agree with what may be seen.
func filters(q *bluge.BooleanQuery, query content.Query) {
	q.AddMust(oneOf("audience", query.Audience))
	if len(query.Kinds) > 0 {
		kinds := make([]string, len(query.Kinds))
		for i, k := range query.Kinds {
			kinds[i] = string(k)
		}
		q.AddMust(oneOf("kind", kinds))
	}
	if len(query.Departments) > 0 {
		any := bluge.NewBooleanQuery().SetMinShould(1)
		for _, d := range query.Departments {
			any.AddShould(constant(bluge.NewTermQuery(d).SetField("within")))
		}
		q.AddMust(any)
	}
	if len(query.Topics) > 0 {
		q.AddMust(oneOf("topic", query.Topics))
	}
	if query.InForce {
		q.AddMust(inForce(query.On))
	}
}

// oneOf never matches when the list is empty.
func oneOf(field string, values []string) bluge.Query {
	q := bluge.NewBooleanQuery().SetMinShould(1)
	q.AddShould(bluge.NewMatchNoneQuery())
	for _, v := range values {
		q.AddShould(constant(bluge.NewTermQuery(v).SetField(field)))
	}
	return q
}

// constant keeps a filter from counting in the ranking.
func constant(q *bluge.TermQuery) bluge.Query { return q.SetBoost(0) }

// Bounds that stand for "no date".
const (
	always = "0000-00-00"
	never  = "9999-99-99"
)

func inForce(on content.Date) bluge.Query {
	return bluge.NewBooleanQuery().AddMust(
		bluge.NewTermRangeInclusiveQuery(always, string(on), true, true).SetField("from").SetBoost(0),
		bluge.NewTermRangeInclusiveQuery(string(on), never, true, true).SetField("until").SetBoost(0),
		bluge.NewTermRangeInclusiveQuery(string(on), never, false, true).SetField("superseded").SetBoost(0))
}
