package search

import "strings"

// synonym is another name of something, from the text with a place in the rows.
type synonym struct {
	name string
	ord  int
}

// synonymsOf maps the names of every group, by their stems, to the other names.
// The groups come from the text editors keep; they belong to the state of the
// index that holds the text.
func synonymsOf(rows []*row) map[string][]synonym {
	out := map[string][]synonym{}
	for ord, r := range rows {
		for _, group := range r.Synonyms {
			for i, name := range group {
				key := phraseKey(tokenize(name))
				for j, other := range group {
					if i != j && key != "" {
						out[key] = append(out[key], synonym{other, ord})
					}
				}
			}
		}
	}
	return out
}

// phraseKey is how a word or a run of words is looked up: by stems, so that the
// plural is found too.
func phraseKey(tokens []token) string {
	var stems []string
	for _, t := range withoutStopWords(tokens, false) {
		stems = append(stems, t.stem)
	}
	return strings.Join(stems, " ")
}
