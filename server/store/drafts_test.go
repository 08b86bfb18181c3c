package store_test

import (
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func TestDraftRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ofArticle := filled[content.Draft]()
		ofArticle.Key = "" // an article's draft needs no name
		ok(t, s.SaveDraft(t.Context(), ofArticle))
		wantEqual(t, "of an article", got(s.Draft(t.Context(), ofArticle.Person, ofArticle.Article, "whatever"))(t), ofArticle)

		ofNewText := filled[content.Draft]()
		ofNewText.Article, ofNewText.Key = "", "k"
		ok(t, s.SaveDraft(t.Context(), ofNewText))
		wantEqual(t, "of a new text", got(s.Draft(t.Context(), ofNewText.Person, "", "k"))(t), ofNewText)
	})
}

func TestDraftKeepsWhatIsTyped(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for name, text := range awkward() {
			d := content.Draft{Person: "p", Key: "k", Title: text, Body: text, Fields: map[string]string{text: text}, UpdatedAt: noon}
			ok(t, s.SaveDraft(t.Context(), d))
			wantEqual(t, name, got(s.Draft(t.Context(), "p", "", "k"))(t), d)
		}
		for name, text := range notStorable() {
			if err := s.SaveDraft(t.Context(), content.Draft{Person: "p", Key: "k", Title: text, Body: "vorher " + text + " nachher"}); err != nil {
				t.Errorf("%s: %v: what was typed is lost", name, err)
			}
		}
	})
}

func TestSavingADraftAgainReplacesIt(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		d := filled[content.Draft]()
		d.Key = ""
		ok(t, s.SaveDraft(t.Context(), d))
		d = content.Draft{Person: d.Person, Article: d.Article, UpdatedAt: noon.Add(time.Hour)} // emptied by the writer
		ok(t, s.SaveDraft(t.Context(), d))
		wantEqual(t, "drafts", got(s.DraftsOf(t.Context(), d.Person))(t), []content.Draft{d})
	})
}

func TestDraftsBelongToOnePersonAndOneText(t *testing.T) {
	draft := func(person string, article content.ID, key string, minutes int) content.Draft {
		return content.Draft{Person: person, Article: article, Key: key, Body: person + string(article) + key, UpdatedAt: noon.Add(time.Duration(minutes) * time.Minute)}
	}
	eachStore(t, func(t *testing.T, s *store.Store) {
		mine := []content.Draft{draft("p", "a", "", 4), draft("p", "b", "", 3), draft("p", "", "k2", 2), draft("p", "", "k1", 1)}
		revision := draft("p", "a", content.ProposalDraftKey("v"), 5) // beside the draft of the text itself
		mine = append([]content.Draft{revision}, mine...)
		for _, d := range append(mine, draft("q", "a", "", 9), draft("q", "", "k1", 9)) {
			ok(t, s.SaveDraft(t.Context(), d))
		}
		wantEqual(t, "newest first", got(s.DraftsOf(t.Context(), "p"))(t), mine)
		wantEqual(t, "one", got(s.Draft(t.Context(), "p", "", "k1"))(t), mine[4])

		ok(t, s.DeleteDraft(t.Context(), "p", "a", "k1"))
		ok(t, s.DeleteDraft(t.Context(), "p", "", "k1"))
		ok(t, s.DeleteDraft(t.Context(), "p", "", "k1")) // again is no error
		wantEqual(t, "left", got(s.DraftsOf(t.Context(), "p"))(t), []content.Draft{revision, mine[2], mine[3]})
		wantEqual(t, "of the other", len(got(s.DraftsOf(t.Context(), "q"))(t)), 2)
		for _, x := range []struct{ person, key string }{{"p", "k1"}, {"p", ""}, {"", "k2"}, {"p", "k%"}} {
			_, err := s.Draft(t.Context(), x.person, "", x.key)
			wantFault(t, err, fault.NotFound, "store.no-draft")
		}
	})
}

func TestAutosavesOfTwoTabsDoNotCollide(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				d := content.Draft{Person: "p", Article: "a", Body: string(rune('a' + i)), Title: string(rune('a' + i))}
				if err := s.SaveDraft(t.Context(), d); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		drafts := got(s.DraftsOf(t.Context(), "p"))(t)
		if len(drafts) != 1 || drafts[0].Title != drafts[0].Body {
			t.Errorf("%+v", drafts)
		}
	})
}
