package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func editorOf66(t *testing.T, s *servertest.Server) program {
	grant(t, s, "nachfolger", account.Editor, account.InDepartment("66"))
	return programOf(t, s, "nachfolger", account.WriteAccess)
}

func TestARenamedArticleIsReachedByItsOldTitle(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Alter Titel", "Text\n")
	b := create(t, expert, "Quelle", "Siehe [[Alter Titel]].\n")
	at := "/articles/" + a.ID
	refused(t, expert.JSON(http.MethodPost, at+"/move", map[string]any{"title": "Neu"}), http.StatusPreconditionRequired)
	refused(t, s.As("leserin").JSON(http.MethodPost, at+"/move", map[string]any{"title": "Neu"}, "If-Match", a.ETag), http.StatusForbidden)
	refused(t, programOf(t, s, "expertin", account.ReadAccess).call(http.MethodPost, at+"/move", map[string]any{"title": "Neu"}, "If-Match", a.ETag), http.StatusForbidden)
	var moved struct{ Title, Path string }
	expert.JSON(http.MethodPost, at+"/move", map[string]any{"title": "Neuer Titel", "tidy": true}, "If-Match", a.ETag).Want(http.StatusOK).Decode(&moved)
	if moved.Title != "Neuer Titel" || moved.Path != "wissen/n/neuer-titel/index.md" {
		t.Errorf("moved %+v", moved)
	}
	var source article
	expert.JSON(http.MethodGet, "/articles/"+b.ID, nil).Want(http.StatusOK).Decode(&source)
	if !strings.Contains(source.HTML, `href="/a/`+a.ID+`"`) {
		t.Errorf("the old title leads nowhere: %s", source.HTML)
	}
	var mentions []struct{ ID string }
	s.As("leserin").JSON(http.MethodGet, at+"/backlinks", nil).Want(http.StatusOK).Decode(&mentions)
	if len(mentions) != 1 || mentions[0].ID != b.ID {
		t.Errorf("mentioned in %v", mentions)
	}
}

func TestAnArchivedArticleAnswersGone(t *testing.T) {
	s := servertest.New(t)
	a := create(t, s.As("expertin"), "Alt", "Text\n")
	at, editor := "/articles/"+a.ID, editorOf66(t, s)
	refused(t, s.As("expertin").JSON(http.MethodPost, at+"/archive", map[string]any{}, "If-Match", a.ETag), http.StatusForbidden)
	refused(t, editor.call(http.MethodPost, at+"/archive", map[string]any{}), http.StatusPreconditionRequired)
	editor.call(http.MethodPost, at+"/archive", map[string]any{"message": "überholt"}, "If-Match", a.ETag).Want(http.StatusNoContent)
	p := refused(t, s.As("leserin").JSON(http.MethodGet, at, nil), http.StatusGone)
	if p.Type != "/docs#problem-gone" || p.Detail != "Dieser Text wurde am 24.11.2026 archiviert." {
		t.Errorf("%+v", p)
	}
	refused(t, s.As("expertin").JSON(http.MethodPost, at+"/unarchive", map[string]any{}), http.StatusForbidden)
	editor.call(http.MethodPost, at+"/unarchive", map[string]any{}).Want(http.StatusOK)
	s.As("leserin").JSON(http.MethodGet, at, nil).Want(http.StatusOK)
}

func TestWhatNeedsTendingIsListedInPages(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	for _, title := range []string{"Eins", "Zwei", "Drei"} {
		create(t, expert, title, "[[Nichts zu "+title+"]]\n")
	}
	for _, list := range []string{"/links/broken", "/links/orphans"} {
		seen, cursor := 0, ""
		for range 5 {
			var page struct {
				Items  []map[string]any
				Total  int
				Cursor string
			}
			expert.JSON(http.MethodGet, list+"?limit=2&department=66&cursor="+url.QueryEscape(cursor), nil).Want(http.StatusOK).Decode(&page)
			if page.Total != 3 {
				t.Errorf("%s: total %d", list, page.Total)
			}
			seen += len(page.Items)
			if cursor = page.Cursor; cursor == "" {
				break
			}
		}
		if seen != 3 {
			t.Errorf("%s: %d entries", list, seen)
		}
		refused(t, expert.JSON(http.MethodGet, list+"?cursor=unfug", nil), http.StatusUnprocessableEntity)
		refused(t, s.As("leserin").JSON(http.MethodGet, list, nil), http.StatusForbidden)
		var none struct{ Items []any }
		s.As("personalerin").JSON(http.MethodGet, list+"?department=11", nil).Want(http.StatusOK).Decode(&none)
		if none.Items == nil || len(none.Items) > 0 {
			t.Errorf("%s of another department: %v", list, none.Items)
		}
	}
}

func TestAProgramIsToldOfSimilarTextsAndDuplicates(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	wording := ""
	for _, word := range strings.Fields("Wer eine Pumpe wartet schaltet zuerst den Strom ab und sichert den Schalter gegen Wiedereinschalten danach wird der Schieber geschlossen die Leitung entleert und das Gehäuse geöffnet bevor jemand hineingreift prüft eine zweite Person ob wirklich alles stillsteht") {
		wording += word + " "
	}
	first := create(t, expert, "Pumpe warten", wording)
	var made struct {
		ID      string
		Similar []struct {
			ID    string
			Share float64
		}
	}
	expert.JSON(http.MethodPost, "/articles", map[string]any{"title": "Anleitung", "department": "66", "body": wording + "Fertig."}).Want(http.StatusCreated).Decode(&made)
	if len(made.Similar) != 1 || made.Similar[0].ID != first.ID || made.Similar[0].Share < 0.9 {
		t.Errorf("similar: %+v", made)
	}
	var pairs []struct{ First, Second struct{ ID string } }
	expert.JSON(http.MethodGet, "/links/duplicates?department=66", nil).Want(http.StatusOK).Decode(&pairs)
	if len(pairs) != 1 {
		t.Errorf("pairs: %+v", pairs)
	}
	refused(t, s.As("azubi").JSON(http.MethodGet, "/links/duplicates", nil), http.StatusForbidden)
}

func TestExpertsAreNamedUntilTheyAreErased(t *testing.T) {
	s := servertest.New(t)
	a := create(t, s.As("expertin"), "Text", "Eins zwei drei.\n")
	type standing struct{ Name, Source, Part string }
	read := func() standing {
		var out struct{ Text []standing }
		s.As("leserin").JSON(http.MethodGet, "/articles/"+a.ID+"/experts", nil).Want(http.StatusOK).Decode(&out)
		if len(out.Text) != 1 {
			t.Fatalf("%+v", out)
		}
		return out.Text[0]
	}
	if got := read(); got != (standing{"Renate Brinkmann", "person", "all"}) {
		t.Errorf("%+v", got)
	}
	if err := s.Store.ErasePerson(t.Context(), s.People["expertin"].ID); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != (standing{"", "person", "all"}) {
		t.Errorf("after erasing: %+v", got)
	}
}
