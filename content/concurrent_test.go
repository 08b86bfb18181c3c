package content_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// TestNobodysAcknowledgedSaveIsLost lets eight people save the same text from
// whatever they last saw. Every save adds a line to the text it started from,
// so the newest text must hold every acknowledged line once.
func TestNobodysAcknowledgedSaveIsLost(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Zusammen", "Anfang"))
	const writers, saves = 8, 10
	var mu sync.Mutex
	acknowledged := map[content.RevisionID]string{}
	stale := 0
	var group sync.WaitGroup
	for w := range writers {
		login := []string{"expertin", "nachfolger"}[w%2]
		actor := s.Actor(login)
		group.Go(func() {
			base, body := a.ETag, "\nAnfang\n"
			for n := 0; n < saves; {
				line := fmt.Sprintf("Zeile %d-%d", w, n)
				saved, err := s.Library.Save(t.Context(), actor, a.ID, base, content.Edit{Body: body + line + "\n", Message: line})
				switch {
				case err == nil:
					n++
					mu.Lock()
					// The row returned is the newest, which may already be somebody
					// else's; what this save made is found by its message.
					acknowledged[saved.Revision] = line
					mu.Unlock()
				case fault.Is(err, fault.Stale):
					mu.Lock()
					stale++
					mu.Unlock()
				default:
					t.Errorf("writer %d: %v", w, err)
					return
				}
				source, err := s.Library.Source(t.Context(), actor, a.ID, "")
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
				base, body = source.Article.ETag, source.Body
			}
		})
	}
	group.Wait()
	if t.Failed() {
		return
	}
	if stale == 0 {
		t.Error("no writer ever had a stale base: the test proves nothing")
	}
	history := do(s.Library.History(t.Context(), s.Actor("expertin"), a.ID, 0, 500))(t)
	equal(t, "versions", len(history), 1+writers*saves)
	newest := do(s.Library.Source(t.Context(), s.Actor("expertin"), a.ID, ""))(t).Body
	byMessage := map[string]int{}
	for _, r := range history {
		byMessage[r.Message]++
	}
	for w := range writers {
		for n := range saves {
			line := fmt.Sprintf("Zeile %d-%d", w, n)
			if c := strings.Count(newest, line+"\n"); c != 1 {
				t.Errorf("%s stands %d times in the text", line, c)
			}
			if byMessage[line] != 1 {
				t.Errorf("%s has %d versions", line, byMessage[line])
			}
		}
	}
}

func TestOfManySavesFromOneBaseOneWins(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Wettlauf", "Anfang"))
	actor := s.Actor("expertin")
	const writers = 8
	won := make(chan int, writers)
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			_, err := s.Library.Save(t.Context(), actor, a.ID, a.ETag, content.Edit{Body: fmt.Sprintf("Fassung %d", w)})
			if err == nil {
				won <- w
			} else if !fault.Is(err, fault.Stale) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	close(won)
	if len(won) != 1 {
		t.Fatalf("%d saves from the same base were acknowledged", len(won))
	}
	body := do(s.Library.Source(t.Context(), actor, a.ID, ""))(t).Body
	equal(t, "the text", body, fmt.Sprintf("\nFassung %d\n", <-won))
}

func TestSameTitlesAtOnceGetTheirOwnPlaces(t *testing.T) {
	s := servertest.New(t)
	actor := s.Actor("expertin")
	const writers = 8
	var mu sync.Mutex
	places := map[string]bool{}
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			a, err := s.Library.Create(t.Context(), actor, article("Gleicher Titel", "x"))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			places[a.Path] = true
		})
	}
	group.Wait()
	equal(t, "places", len(places), writers)
}

// TestADoubleClickIsOneText sends the same keyed request many times at once.
func TestADoubleClickIsOneText(t *testing.T) {
	s := servertest.New(t)
	actor := s.Actor("expertin")
	e := article("Doppelklick", "x")
	e.Operation = content.OperationKey(actor, "klick")
	var mu sync.Mutex
	ids := map[content.ID]bool{}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			a, err := s.Library.Create(t.Context(), actor, e)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			ids[a.ID] = true
		})
	}
	group.Wait()
	equal(t, "texts", len(ids), 1)
	page := do(s.Library.List(t.Context(), actor, content.ArticleFilter{}))(t)
	equal(t, "texts in the list", page.Total, 1)
}
