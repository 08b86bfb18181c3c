package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

// revision returns a revision of an article.
func revision(id content.RevisionID, of content.ID) content.Revision {
	return content.Revision{ID: id, Article: of, Commit: "c-" + content.Commit(id), At: noon, Audience: []string{"alle"}}
}

func TestFreshLedgerStandsBeforeTheFirstCommit(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		wantEqual(t, "head", got(s.LedgerHead(t.Context()))(t), content.Commit(""))
	})
}

func TestAppendMovesTheHeadAndAppliesEverything(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ok(t, s.Append(t.Context(), content.Projection{
			Head: "c1", Articles: []content.Article{article("a"), article("b")},
			Revisions: []content.Revision{revision("r-1", "a"), revision("r-2", "b")},
		}))
		ok(t, s.Append(t.Context(), content.Projection{
			From: "c1", Head: "c2", Articles: []content.Article{titled("a", "neu"), article("c")}, Removed: []content.ID{"b", "unknown"},
			Revisions: []content.Revision{revision("r-3", "a"), {ID: "r-4", Article: "b", Removed: true}},
		}))
		wantEqual(t, "head", got(s.LedgerHead(t.Context()))(t), content.Commit("c2"))
		wantEqual(t, "articles", titles(got(s.Articles(t.Context(), content.ArticleFilter{Any: true}))(t).Articles), []string{"c", "neu"})
		wantEqual(t, "sequence goes on", got(s.Revision(t.Context(), "r-4"))(t).Sequence, int64(4))
		wantEqual(t, "history of what is gone", len(got(s.Revisions(t.Context(), "b", 0, 10))(t)), 2)
	})
}

func TestAppendFromAnotherStateChangesNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		step := content.Projection{Head: "c1", Articles: []content.Article{article("a")}, Revisions: []content.Revision{revision("r-1", "a")}}
		ok(t, s.Append(t.Context(), step))
		for _, from := range []content.Commit{"", "c0", "c1\x00"} {
			err := s.Append(t.Context(), content.Projection{From: from, Head: "c2", Articles: []content.Article{titled("a", "anders")}, Removed: []content.ID{"a"}})
			wantFault(t, err, fault.Stale, "store.ledger-moved")
		}
		wantFault(t, s.Append(t.Context(), step), fault.Stale, "store.ledger-moved") // the same step again
		wantEqual(t, "head", got(s.LedgerHead(t.Context()))(t), content.Commit("c1"))
		wantEqual(t, "article", got(s.Article(t.Context(), "a"))(t), article("a"))
		wantEqual(t, "revisions", len(got(s.Revisions(t.Context(), "a", 0, 10))(t)), 1)
	})
}

func TestAppendThatFailsHalfwayLeavesNoTrace(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Articles: []content.Article{article("a")}, Revisions: []content.Revision{revision("r-1", "a")}}))
		err := s.Append(t.Context(), content.Projection{
			From: "c1", Head: "c2", Articles: []content.Article{titled("a", "halb"), article("b")}, Removed: []content.ID{"a"},
			Revisions: []content.Revision{revision("r-2", "a"), revision("r-1", "a")}, // r-1 exists
		})
		wantFault(t, err, fault.Conflict, "")
		wantEqual(t, "head", got(s.LedgerHead(t.Context()))(t), content.Commit("c1"))
		wantEqual(t, "article", got(s.Article(t.Context(), "a"))(t), article("a"))
		_, err = s.Article(t.Context(), "b")
		wantFault(t, err, fault.NotFound, "")
		_, err = s.Revision(t.Context(), "r-2")
		wantFault(t, err, fault.NotFound, "")
		wantEqual(t, "still in lists", got(s.Articles(t.Context(), content.ArticleFilter{Audience: []string{"alle"}}))(t).Total, 1)
	})
}

func TestAppendCalledOffLeavesNoTrace(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		if err := s.Append(cancelled(t), content.Projection{Head: "c1", Articles: []content.Article{article("a")}}); err == nil {
			t.Error("a cancelled step succeeded")
		}
		wantEqual(t, "head", got(s.LedgerHead(t.Context()))(t), content.Commit(""))
	})
}

func TestOfSeveralStepsFromOneStateOneWins(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all sync.WaitGroup
		var won atomic.Int32
		for i := range 8 {
			all.Go(func() {
				id := content.ID(fmt.Sprintf("a%d", i))
				err := s.Append(t.Context(), content.Projection{
					Head: content.Commit(id), Articles: []content.Article{article(id)}, Revisions: []content.Revision{revision("r-"+content.RevisionID(id), id)},
				})
				switch {
				case err == nil:
					won.Add(1)
				case !fault.Is(err, fault.Stale):
					t.Errorf("step %d: %v", i, err)
				}
			})
		}
		all.Wait()
		wantEqual(t, "steps that won", won.Load(), int32(1))
		head := got(s.LedgerHead(t.Context()))(t)
		page := got(s.Articles(t.Context(), content.ArticleFilter{Any: true}))(t)
		wantEqual(t, "articles", idsOf(page.Articles), []content.ID{content.ID(head)})
	})
}

func TestReadersSeeWholeStepsOnly(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const steps = 15
		done := make(chan struct{})
		go func() {
			defer close(done)
			from := content.Commit("")
			for i := range steps {
				head := content.Commit(fmt.Sprint(i))
				a, b := titled("a", string(head)), titled("b", string(head))
				if err := s.Append(t.Context(), content.Projection{From: from, Head: head, Articles: []content.Article{a, b}}); err != nil {
					t.Error(err)
					return
				}
				from = head
			}
		}()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			page, err := s.Articles(t.Context(), content.ArticleFilter{Any: true, Sort: content.SortChanged})
			if err != nil {
				t.Error(err)
				break
			}
			if list := titles(page.Articles); len(list) == 1 || len(list) == 2 && list[0] != list[1] {
				t.Errorf("half a step is visible: %v", list)
			}
		}
		<-done
	})
}

func TestBigStepsAreAppliedWhole(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const n = 1001
		p := content.Projection{Head: "c1"}
		for i := range n {
			id := content.ID(fmt.Sprintf("a%04d", i))
			p.Articles = append(p.Articles, article(id, func(a *content.Article) {
				a.Topics, a.Visibility.Departments = []string{"eins", "zwei", "drei"}, []string{"11", "66"}
			}))
			p.Revisions = append(p.Revisions, revision("r-"+content.RevisionID(id), id))
		}
		ok(t, s.Append(t.Context(), p))
		wantEqual(t, "articles", got(s.Articles(t.Context(), content.ArticleFilter{Audience: []string{"fb:66"}, Topic: "drei", Limit: 1}))(t).Total, n)
		wantEqual(t, "last sequence", got(s.Revision(t.Context(), "r-a1000"))(t).Sequence, int64(n))
		removal := content.Projection{From: "c1", Head: "c2"}
		for _, a := range p.Articles {
			removal.Removed = append(removal.Removed, a.ID)
		}
		ok(t, s.Append(t.Context(), removal))
		wantEqual(t, "articles left", got(s.Articles(t.Context(), content.ArticleFilter{Any: true}))(t).Total, 0)
	})
}

func TestReplacingForgetsWhatGitKnowsAndNothingElse(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		step := content.Projection{
			Head: "c1", Revisions: []content.Revision{revision("r-1", "a")},
			Articles: []content.Article{article("a", func(a *content.Article) { a.Topics = []string{"Bau"} })},
		}
		ok(t, s.Append(t.Context(), step))
		draft := filled[content.Draft]()
		draft.Article = ""
		ok(t, s.SaveDraft(t.Context(), draft))

		ok(t, s.Replace(t.Context(), content.Projection{}))
		wantEqual(t, "head", got(s.LedgerHead(t.Context()))(t), content.Commit(""))
		wantEqual(t, "articles", got(s.Articles(t.Context(), content.ArticleFilter{Any: true}))(t).Total, 0)
		_, err := s.Revision(t.Context(), "r-1")
		wantFault(t, err, fault.NotFound, "")
		wantEqual(t, "draft", got(s.Draft(t.Context(), draft.Person, "", draft.Key))(t), draft)

		ok(t, s.Append(t.Context(), step)) // and it can be derived again
		wantEqual(t, "sequence starts again", got(s.Revision(t.Context(), "r-1"))(t).Sequence, int64(1))
	})
}

func TestRecordedTellsWhatThereIs(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Articles: []content.Article{
			article("a", func(a *content.Article) { a.Title = "Eins" }), article("b", func(a *content.Article) { a.Title = "Zwei" }),
		}}))
		found := got(s.Recorded(t.Context(), []content.ID{"b", "nie", "b"}))(t)
		wantEqual(t, "rows", len(found), 1)
		wantEqual(t, "title", found["b"].Title, "Zwei")
		wantEqual(t, "of nothing", len(got(s.Recorded(t.Context(), nil))(t)), 0)
	})
}
