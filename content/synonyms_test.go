package content_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestSynonymsAreReadFromLinesWithEqualsSigns(t *testing.T) {
	long := strings.Repeat("ein langer Satz ", 3)
	for body, want := range map[string]string{
		"AGA = Allgemeine Geschäftsanweisung":                   "AGA|Allgemeine Geschäftsanweisung",
		"- A1 = B1 = C1\n* A2, B2 = C2.\n12. **X** = `Y`\n":     "A1|B1|C1; A2|B2|C2; X|Y",
		"So geht es: Sie schreiben eine Zeile mit = wie diese.": "",
		"Handy = handy\nAbs. = Absatz\n":                        "Abs|Absatz",
		"# A = B\n> C = D\n| E = F |\n<p>G = H</p>":             "",
		"```\nA = B\n```\nC = D":                                "C|D",
		"<!-- alt: A = B\nC = D -->\nE = F":                     "E|F",
		"= B\nA =\n= =\n1 = 2\n===":                             "",
		"A\t=\u00a0B\r\nKa\u0308se = Ka\u0308sebrot\xff":        "A|B; Käse|Käsebrot",
		long + " = B":           "",
		"Größe = Groesse = Maß": "Größe|Maß",
		"A = " + strings.Join(slices.Repeat([]string{"B"}, 9), ","): "A|B",
	} {
		var got []string
		for _, group := range content.Synonyms([]byte(body)) {
			got = append(got, strings.Join(group, "|"))
		}
		equal(t, body, strings.Join(got, "; "), want)
	}
	many := ""
	for i := range 40 {
		many += fmt.Sprintf("w%d = ", i)
	}
	equal(t, "words of one group", len(content.Synonyms([]byte(many + "x"))[0]), 12)
	equal(t, "groups", len(content.Synonyms([]byte(strings.Repeat("a = b\n", 3000)))), 2000)
}

func FuzzSynonyms(f *testing.F) {
	f.Add([]byte("- AGA = Allgemeine Geschäftsanweisung\n"))
	f.Add([]byte("<!--\n```\na=b,c\xff=,=\n-->"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, group := range content.Synonyms(body) {
			if len(group) < 2 {
				t.Fatalf("a group of one: %q", group)
			}
			for _, word := range group {
				if word == "" || !utf8.ValidString(word) || strings.ContainsAny(word, "=,\n\x00") || strings.TrimSpace(word) != word || utf8.RuneCountInString(word) > 90 {
					t.Errorf("%q of %q", word, group)
				}
			}
		}
	})
}

// heardIndex tells of every document it gets.
type heardIndex struct {
	content.Index
	heard chan content.IndexDocument
}

func (i heardIndex) Apply(ctx context.Context, commit content.Commit, changes []content.IndexChange) error {
	err := i.Index.Apply(ctx, commit, changes)
	for _, c := range changes {
		if c.Document != nil {
			i.heard <- *c.Document
		}
	}
	return err
}

// hearing lets a test hear what goes into the index from now on.
func hearing(s *servertest.Server) chan content.IndexDocument {
	s.Indexed()
	heard := make(chan content.IndexDocument, 100)
	s.Library.Index = heardIndex{s.Index, heard}
	return heard
}

func TestTheIndexKnowsWhoChangedATextWhenAndWhomItHelped(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", article("Fuhrpark", "Wagen")) // the first one makes an index
	heard := hearing(s)
	a := s.Write("expertin", article("Winterdienst", "Salz"))
	d := <-heard
	equal(t, "author", d.Author, s.People["expertin"].Pseudonym)
	equal(t, "day", d.Changed, content.Date("2026-11-24"))
	helpers := []string{"leserin", "azubi", "azubi2", "nachfolger", "pruefer"}
	for _, login := range helpers {
		if err := s.Library.Helped(t.Context(), s.Actor(login), a.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	d = <-heard // the four before changed nothing
	equal(t, "text", d.ID, a.ID)
	equal(t, "helped", d.Helpful, 5)
	equal(t, "author still", d.Author, s.People["expertin"].Pseudonym)
	if err := s.Library.Helped(t.Context(), s.Actor("azubi"), a.ID, false); err != nil {
		t.Fatal(err)
	}
	equal(t, "below five", (<-heard).Helpful, 0)
	do(s.Library.Save(t.Context(), s.Actor("nachfolger"), a.ID, a.ETag, content.Edit{Body: "Splitt"}))(t)
	equal(t, "the next one", (<-heard).Author, s.People["nachfolger"].Pseudonym)
	select {
	case d := <-heard:
		t.Errorf("indexed without need: %v", d.ID)
	default:
	}
}

func TestOneTextEverybodyMayReadKeepsTheSynonyms(t *testing.T) {
	s := servertest.New(t)
	place := func(id, title, more string) {
		s.Place("", "---\nid: "+id+"\nart: artikel\ntitel: "+title+"\nbereich: \"66\"\n"+more+"---\n\n- "+id+" = B\n")
	}
	keeper := func() string {
		t.Helper()
		s.Indexed()
		var out []string
		index := rebuiltIndex{Index: s.Index, documents: &out}
		s.Library.Index = index
		if err := s.Library.Reindex(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.Library.Index = s.Index
		return strings.Join(out, " ")
	}
	place("zweiter222", "synonyme  der Suche", "")
	equal(t, "the only one", keeper(), "zweiter222 [[zweiter222 B]]")
	place("aaaaaaaa22", content.SynonymsTitle, "sichtbar: {bereiche: [\"66\"]}\n")
	equal(t, "a closed one", keeper(), "zweiter222 [[zweiter222 B]]")
	heard := hearing(s)
	place("bbbbbbbb22", content.SynonymsTitle, "")
	told := map[content.ID]int{}
	for range 3 {
		d := <-heard
		told[d.ID] = len(d.Synonyms)
	}
	equal(t, "the index hears of all of them", fmt.Sprint(told), fmt.Sprint(map[content.ID]int{"aaaaaaaa22": 0, "bbbbbbbb22": 1, "zweiter222": 0}))
	s.Library.Index = s.Index
	equal(t, "the smallest", keeper(), "bbbbbbbb22 [[bbbbbbbb22 B]]")
	actor := s.Actor("nachfolger")
	actor.Grants = append(actor.Grants, account.Grant{Role: account.Editor, Scope: account.InDepartment("66")})
	heard = hearing(s)
	a := do(s.Library.Article(t.Context(), actor, "bbbbbbbb22"))(t)
	do(s.Library.Save(t.Context(), actor, a.ID, a.ETag, content.Edit{Title: "Alte Wörter", Body: "- b = c"}))(t)
	told = map[content.ID]int{}
	for range 3 {
		d := <-heard
		told[d.ID] = len(d.Synonyms)
	}
	equal(t, "after a new title", fmt.Sprint(told), fmt.Sprint(map[content.ID]int{"aaaaaaaa22": 0, "bbbbbbbb22": 0, "zweiter222": 1}))
}

// rebuiltIndex notes the documents with synonyms of a rebuild.
type rebuiltIndex struct {
	content.Index
	documents *[]string
}

func (i rebuiltIndex) Rebuild(_ context.Context, _ content.Commit, documents iter.Seq2[content.IndexDocument, error]) error {
	for d, err := range documents {
		if err != nil {
			return err
		}
		if d.Synonyms != nil {
			*i.documents = append(*i.documents, fmt.Sprint(d.ID, " ", d.Synonyms))
		}
	}
	return nil
}
