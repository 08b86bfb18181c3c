package api_test

import (
	"net/http"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestSearchTellsChangesBindingsAndMistakes(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	reader := programOf(t, s, "leserin", account.ReadAccess)
	type answer struct {
		Total      int
		DidYouMean string `json:"did_you_mean"`
		Loosened   bool
		Hits       []struct {
			Title, Changed string
			Why            *struct{}
		}
		Facets map[string][]struct {
			Value string
			Count int
		}
	}
	ask := func(query string) (a answer) {
		reader.call(http.MethodGet, "/search?"+query, nil).Want(http.StatusOK).Decode(&a)
		return a
	}
	if a := ask("q=Baustelle&binding=ja"); a.Total != 1 || a.Hits[0].Title != "Dienstreisen" {
		t.Errorf("what binds: %+v", a)
	}
	a := ask("q=Baustelle&sort=title")
	for i := 1; i < len(a.Hits); i++ {
		if a.Hits[i-1].Title > a.Hits[i].Title {
			t.Errorf("%q stands before %q", a.Hits[i-1].Title, a.Hits[i].Title)
		}
	}
	if len(a.Hits) != 5 || a.Hits[0].Changed == "" || a.Hits[0].Why != nil {
		t.Errorf("the hits are %+v", a.Hits)
	}
	bindings := map[string]int{}
	for _, c := range a.Facets["binding"] {
		bindings[c.Value] = c.Count
	}
	if bindings["ja"] != 1 {
		t.Errorf("bindings are %v", bindings)
	}
	if a := ask("q=Baustele"); a.DidYouMean != "Baustelle" && a.DidYouMean != "baustelle" {
		t.Errorf("meant is %q", a.DidYouMean)
	}
	if a := ask("q=Baustelle+Gehweg+Wolkenkuckucksheim"); !a.Loosened || a.Total == 0 {
		t.Errorf("two words of three: %+v", a)
	}
}

func TestWhyAHitStandsWhereItStandsAddsUp(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	type answer struct {
		Hits []struct {
			Score float64
			Why   struct {
				Words []struct {
					Word, Grade, Field string
					Worth              float64
				}
				Factors []struct {
					Name  string
					Value float64
				}
			}
		}
	}
	var a answer
	programOf(t, s, "expertin", account.ReadAccess).call(http.MethodGet, "/search?q=Baustellen&explain=true", nil).Want(http.StatusOK).Decode(&a)
	if len(a.Hits) == 0 {
		t.Fatal("nothing is found")
	}
	for _, h := range a.Hits {
		if len(h.Why.Words) != 1 || h.Why.Words[0].Grade != "stem" || h.Why.Words[0].Field != "body" {
			t.Errorf("the words are %+v", h.Why.Words)
			continue
		}
		score := h.Why.Words[0].Worth
		for _, f := range h.Why.Factors {
			score *= f.Value
		}
		if score/h.Score < 0.99 || score/h.Score > 1.01 {
			t.Errorf("%v is not %v", score, h.Score)
		}
	}
}

func TestNumbersAndTopicsAreCompletedToo(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	s.Place("wissen/y/da/index.md", "---\nid: danummeraa\nart: dienstanweisung\ntitel: Fuhrpark\nbereich: \"11\"\nnummer: DA-37\n---\n\nText.\n")
	s.Indexed()
	reader := programOf(t, s, "leserin", account.ReadAccess)
	type suggestion struct{ ID, Title, Number, Topic string }
	var list []suggestion
	reader.call(http.MethodGet, "/suggest?q=da-3", nil).Want(http.StatusOK).Decode(&list)
	if len(list) != 1 || list[0].Number != "DA-37" || list[0].Title != "Fuhrpark" {
		t.Errorf("a number is completed to %+v", list)
	}
	list = nil
	reader.call(http.MethodGet, "/suggest?q=verk", nil).Want(http.StatusOK).Decode(&list)
	if len(list) == 0 || list[0] != (suggestion{Topic: "Verkehr"}) { // texts of the topic may follow
		t.Errorf("a topic is completed to %+v", list)
	}
}

func TestProgramsSeeGapsAndOwnThings(t *testing.T) {
	s := servertest.New(t)
	expert := programOf(t, s, "expertin", account.ReadAccess)
	for _, login := range []string{"expertin", "nachfolger", "pruefer"} {
		programOf(t, s, login, account.ReadAccess).call(http.MethodGet, "/search?q=Kanaldeckel", nil).Want(http.StatusOK)
	}
	s.Advance(71 * time.Minute)
	if err := s.Library.KeepSearches(t.Context()); err != nil {
		t.Fatal(err)
	}
	var gaps struct {
		Total  int    `json:"total"`
		Cursor string `json:"cursor"`
		Items  []struct {
			Text        string `json:"text"`
			Times, Hits int
		} `json:"items"`
	}
	grant(t, s, "expertin", account.Editor, account.City)
	expert.call(http.MethodGet, "/search/gaps", nil).Want(http.StatusOK).Decode(&gaps)
	if gaps.Total != 1 || gaps.Items[0].Text != "kanaldeckel" || gaps.Items[0].Times != 3 {
		t.Errorf("gaps: %+v", gaps)
	}
	if _, err := s.Library.Autosave(t.Context(), s.Actor("expertin"), content.Draft{Key: "neu", Title: "Kanaldeckel", Body: "Text"}); err != nil {
		t.Fatal(err)
	}
	expert.call(http.MethodGet, "/search/own?q=kanaldeckel", nil).Want(http.StatusOK).Says(`"drafts":[{"title":"Kanaldeckel"}]`, `"questions":[]`)
	programOf(t, s, "nachfolger", account.ReadAccess).call(http.MethodGet, "/search/own?q=kanaldeckel", nil).Want(http.StatusOK).Says(`"drafts":[]`)
}
