package content

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
)

type nobodyThere struct{ People }

func (nobodyThere) PeopleNamed(context.Context, string) ([]account.Person, error) { return nil, nil }
func (nobodyThere) Departments(context.Context) ([]account.Department, error) {
	return []account.Department{{ID: "66", Name: "Tiefbau"}}, nil
}

type nothingThere struct{ Index }

func (nothingThere) Suggest(context.Context, string, []string, int) ([]Suggestion, error) {
	return nil, nil
}

// FuzzAsked holds that whatever is typed is words or filters, in its order, and
// never an error.
func FuzzAsked(f *testing.F) {
	for _, text := range []string{"", "art:standard", `autor:"Erika Muster" Salz`, "bereich: tief gültig:1.5.2024", `"a art:`, "thema:\xff:„", "art: : art:art: standard", "verbindlich:\u00a0ja", "-bereich:66 -art:standard x"} {
		f.Add(text)
	}
	l := &Library{Ports: Ports{People: nobodyThere{}, Index: nothingThere{}}, Settings: Settings{Now: time.Now, Zone: time.UTC}}
	f.Fuzz(func(t *testing.T, text string) {
		q, taken, err := l.asked(t.Context(), account.Actor{}, Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		typed := ""
		for _, f := range taken {
			typed = strings.TrimSpace(typed + " " + f.Text)
		}
		if typed == "" && q.Text != text {
			t.Errorf("%q became %q without any filter", text, q.Text)
		}
		left := text
		for _, word := range strings.Fields(q.Text) {
			_, after, ok := strings.Cut(left, word)
			if !ok {
				t.Fatalf("%q lost %q of %q", q.Text, word, text)
			}
			left = after
		}
		restricts := len(q.Departments)+len(q.Kinds)+len(q.Bindings)+len(q.Authors)+len(q.Topics) > 0 || q.InForce || !reflect.DeepEqual(q.Without, Attributes{})
		if restricts && typed == "" {
			t.Errorf("%q restricts and says no filter", text)
		}
		if again, _, _ := l.asked(t.Context(), account.Actor{}, Query{Text: typed}); typed != "" && again.Text != "" {
			t.Errorf("of the filters %q of %q words are left: %q", typed, text, again.Text)
		}
	})
}
