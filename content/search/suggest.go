package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"staffelstab/content"
)

// suggestedTopics is how many topics stand among suggestions at most.
const suggestedTopics = 3

// Suggest implements content.Index: topics and texts by title and number.
func (x *Index) Suggest(ctx context.Context, prefix string, audience []string, n int) (out []content.Suggestion, err error) {
	defer func() {
		if v := recover(); v != nil {
			x.log.Error("suggestion failed", "cause", v)
			out, err = nil, nil
		}
	}()
	parsed := parseQuery(strings.ReplaceAll(prefix, `"`, " "), true)
	if len(parsed.words) == 0 || len(audience) == 0 {
		return nil, nil
	}
	v, err := x.view()
	if err != nil {
		return nil, err
	}
	defer v.release()
	seen := v.seenBy(audience)
	out = v.topics(parsed.words, seen)
	titles, err := v.titles(ctx, parsed, seen, limit(n))
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	for _, r := range titles {
		out = append(out, content.Suggestion{ID: r.ID, Kind: r.Kind, Title: r.Title, Number: r.Number})
	}
	return out[:min(len(out), limit(n))], nil
}

// topics lists the topics of texts that may be seen whose words begin with what
// was typed.
func (v *view) topics(words []token, seen []bool) []content.Suggestion {
	counts := map[string]int{}
	fits := map[string]bool{}
	for ord, r := range v.rows {
		if !seen[ord] {
			continue
		}
		for _, t := range r.Topics {
			if _, known := fits[t]; !known {
				fits[t] = beginsWith(tokenize(t), words)
			}
			if fits[t] {
				counts[t]++
			}
		}
	}
	var out []content.Suggestion
	for t := range counts {
		out = append(out, content.Suggestion{Topic: t})
	}
	slices.SortFunc(out, func(a, b content.Suggestion) int {
		return cmp.Or(counts[b.Topic]-counts[a.Topic], strings.Compare(a.Topic, b.Topic))
	})
	return out[:min(len(out), suggestedTopics)]
}

// beginsWith reports whether each typed word begins one of the words.
func beginsWith(words, typed []token) bool {
	for _, t := range typed {
		if !slices.ContainsFunc(words, func(w token) bool { return strings.HasPrefix(w.exact, t.exact) }) {
			return false
		}
	}
	return true
}

// titles lists texts whose title or keys have all words, the last as a
// beginning.
func (v *view) titles(ctx context.Context, parsed parsedQuery, seen []bool, n int) ([]*row, error) {
	words := make([]wanted, len(parsed.words))
	for i, t := range parsed.words {
		words[i] = wanted{token: t, ways: []way{
			{grade: content.MatchExact, terms: []string{t.exact}}, {grade: content.MatchStem, follow: []string{stemTerm + t.stem}}, {grade: content.MatchPart, follow: []string{partTerm + t.stem}},
		}}
		for _, e := range parsed.extras {
			if e.start <= t.start && t.end <= e.end {
				words[i].ways[0].terms = append(words[i].ways[0].terms, e.exact)
			}
		}
	}
	last := &words[len(words)-1]
	for _, field := range []string{fieldTitle, fieldKeys} {
		terms, err := v.beginning(field, last.exact, seen)
		if err != nil {
			return nil, err
		}
		last.ways = append(last.ways, way{grade: content.MatchPrefix, terms: terms})
	}
	m := newMatcher(ctx, v, words, seen)
	defer m.release()
	m.fields = 2 // title and keys
	for i := range words {
		if err := m.word(i, 0); err != nil {
			return nil, err
		}
	}
	return m.best(n), nil
}

// best lists the rows with all words, best first.
func (m *matcher) best(n int) []*row {
	var found []scored
	for ord := range m.rows {
		s := scored{ord: int32(ord)}
		for i := range m.words {
			if m.worth[i][ord] == 0 {
				s.worth = 0
				break
			}
			s.worth += float64(m.worth[i][ord])
		}
		if s.worth > 0 {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(float32(b.worth), float32(a.worth)), cmp.Compare(m.rows[a.ord].ID, m.rows[b.ord].ID))
	})
	out := make([]*row, 0, n)
	for _, s := range found[:min(len(found), n)] {
		out = append(out, m.rows[s.ord])
	}
	return out
}
