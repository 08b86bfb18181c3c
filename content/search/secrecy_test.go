package search_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"staffelstab/content"
	"staffelstab/content/search"
)

// TestHiddenTextsChangeNothingForOthers asks the same of two libraries, of which
// one holds texts the audience may not see, full of the words of the others and
// of new ones. Every answer has to be the same, to the last digit of a score.
func TestHiddenTextsChangeNothingForOthers(t *testing.T) {
	open := func(hidden bool) *search.Index {
		c := town(t)
		if hidden {
			for i, d := range c.documents {
				secret := d
				secret.ID, secret.Title, secret.Audience = content.ID(fmt.Sprintf("geheim%04d", i)), d.Title+" Quorxel", []string{"fb:99"}
				secret.Synonyms = nil
				secret.Sections = append([]content.IndexSection{{Text: "Quorxel Quorxel Quorxel Zwirbelfrist Hochwassser Urlaubsantarg. " + d.Title + " " + d.Title}}, d.Sections...)
				c.documents = append(c.documents, secret)
			}
		}
		x, err := search.Open(t.TempDir(), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = x.Close() })
		if err := x.Rebuild(t.Context(), "c1", c.stream()); err != nil {
			t.Fatal(err)
		}
		return x
	}
	without, with := open(false), open(true)
	answer := func(x *search.Index, q content.Query) string {
		r, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		r.Took = 0
		encoded, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	queries := []string{
		"Quorxel", "Quorxelfrist", "Quorxelfrist Bescheid", "Zwirbel", "Hochwasser Straße", "Urlaubsantarg", "wasser", "Dienst", "\"die Straße\"", "Vergabe -Angebot", "qu", "zwirbelfr",
	}
	for _, q := range readQuestions(t, "stadt.txt").questions {
		queries = append(queries, q.text)
	}
	for _, text := range queries {
		q := content.Query{Text: text, Audience: []string{"alle"}, On: today, Limit: 20, Explain: true}
		if a, b := answer(without, q), answer(with, q); a != b {
			t.Errorf("%s:\n%.600s\n%.600s", text, a, b)
		}
		for _, typed := range []string{text, text[:min(len(text), 3)]} {
			a, errA := without.Suggest(t.Context(), typed, []string{"alle"}, 8)
			b, errB := with.Suggest(t.Context(), typed, []string{"alle"}, 8)
			if fmt.Sprint(a, errA) != fmt.Sprint(b, errB) {
				t.Errorf("suggestions for %s: %v, %v", typed, a, b)
			}
		}
	}
}
