package content_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// closed is the part of an edit that keeps a text for department 66.
func closed() map[string]any {
	return map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
}

// reopen lets everybody see a text again.
func reopen(t *testing.T, s *servertest.Server, id content.ID, body string) {
	t.Helper()
	a := do(s.Store.Article(t.Context(), id))(t)
	do(s.Library.Save(t.Context(), s.Actor("expertin"), id, a.ETag, content.Edit{Body: body, Meta: map[string]any{"sichtbar": nil}}))(t)
}

func TestWhatWasSaidAboutAClosedVersionStaysWithThoseWhoSawIt(t *testing.T) {
	s := servertest.New(t)
	e := article("Kanalplan", "Geheim.\n\n## Schacht 9\n\nGeheim.\n")
	e.Meta = closed()
	a := s.Write("expertin", e)
	asked := do(s.Library.Say(t.Context(), s.Actor("nachfolger"), a.ID, content.Remark{Text: "Ist Schacht 9 gemeint?", Question: true, Anchor: "schacht-9"}))(t)
	reopen(t, s, a.ID, "Offen.\n")
	s.Advance(time.Hour)
	later := do(s.Library.Say(t.Context(), s.Actor("leserin"), a.ID, content.Remark{Text: "Danke!"}))(t)

	for login, want := range map[string]int{"nachfolger": 2, "leserin": 1, "personalerin": 1} {
		heard := do(s.Library.Comments(t.Context(), s.Actor(login), a.ID))(t)
		if len(heard) != want || heard[len(heard)-1].ID != later.ID {
			t.Errorf("%s hears %+v", login, heard)
		}
	}
	_, err := s.Library.CommentByID(t.Context(), s.Actor("leserin"), asked.ID)
	refused(t, "the question by its address", err, fault.NotFound)
	do(s.Library.CommentByID(t.Context(), s.Actor("nachfolger"), asked.ID))(t)
}

func TestWhyAClosedTextWasArchivedIsNotToldWhenItIsOpen(t *testing.T) {
	s := servertest.New(t)
	e := article("Kanalplan", "Geheim.\n")
	e.Meta = closed()
	a := s.Write("expertin", e)
	do(0, s.Library.Archive(t.Context(), s.Operator, a.ID, a.ETag, "Streit mit der Baufirma"))(t)
	do(s.Library.Unarchive(t.Context(), s.Operator, a.ID, "doch nicht"))(t)
	reopen(t, s, a.ID, "Offen.\n")
	for login, want := range map[string]bool{"nachfolger": true, "leserin": false} {
		told := false
		for _, r := range do(s.Library.History(t.Context(), s.Actor(login), a.ID, 0, 10))(t) {
			told = told || strings.Contains(r.Message, "Baufirma")
		}
		equal(t, login+" is told why", told, want)
	}
}

// lateIndex still finds a text that was closed since.
type lateIndex struct {
	content.Index
	found content.SearchResult
}

func (i lateIndex) Search(context.Context, content.Query) (content.SearchResult, error) {
	found := i.found
	found.Hits = slices.Clone(found.Hits) // whoever asked may keep and change them
	return found, nil
}

func TestCountsOfAnIndexThatIsLateAreNotShown(t *testing.T) {
	s := servertest.New(t)
	open := s.Write("expertin", article("Streuplan", "Salz"))
	e := article("Salzvertrag", "Salz")
	e.Meta = closed()
	shut := s.Write("expertin", e)
	s.Indexed() // whoever sees both texts is shown counts only then
	facets := map[string][]content.FacetCount{"department": {{Value: "66", Count: 2}}}
	s.Library.Index = lateIndex{s.Library.Index, content.SearchResult{Total: 2, Facets: facets, Hits: []content.Hit{{ID: open.ID}, {ID: shut.ID}}}}
	for login, want := range map[string]int{"nachfolger": 1, "leserin": 0} {
		got := do(s.Library.Search(t.Context(), s.Actor(login), content.Query{Text: "salz"}))(t)
		equal(t, login+": facets", len(got.Facets), want)
		equal(t, login+": hits and total", got.Total-len(got.Hits), 0)
	}
}

func TestALinkToATextThatWasClosedIsNoLinkAnyMore(t *testing.T) {
	s := servertest.New(t)
	target := s.Write("expertin", article("Salzvertrag", "Preise."))
	from := s.Write("expertin", article("Streuplan", "Siehe [[Salzvertrag]].\n"))
	leads := func() bool {
		v := do(s.Library.Read(t.Context(), s.Actor("leserin"), from.ID, ""))(t)
		return strings.Contains(v.HTML, content.Address(target.ID))
	}
	equal(t, "before", leads(), true)
	a := do(s.Library.Save(t.Context(), s.Actor("expertin"), target.ID, target.ETag, content.Edit{Body: "Preise.\n", Meta: closed()}))(t)
	equal(t, "closed", leads(), false)
	do(s.Library.Save(t.Context(), s.Actor("expertin"), target.ID, a.ETag, content.Edit{Body: "Preise.\n", Meta: map[string]any{"sichtbar": nil}}))(t)
	equal(t, "open again", leads(), true)
}

func TestTheSameKeyForAnotherRemarkLosesNothing(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Streuplan", "Salz"))
	b := s.Write("expertin", article("Schneepflug", "Schild"))
	actor := s.Actor("leserin")
	say := func(id content.ID, text string) content.CommentID {
		return do(s.Library.Say(t.Context(), actor, id, content.Remark{Text: text, Operation: content.OperationKey(actor, "eins")}))(t).ID
	}
	first := say(a.ID, "Ab wann?")
	equal(t, "sent again", say(a.ID, "Ab wann?"), first)
	if other, elsewhere := say(a.ID, "Bis wann?"), say(b.ID, "Ab wann?"); other == first || elsewhere == first {
		t.Error("another remark was taken for the first")
	}
	equal(t, "remarks", len(do(s.Library.Comments(t.Context(), actor, a.ID))(t)), 2)
}

func TestARedactionAskedForTwiceIsOne(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Streuplan", "Frau Krause weiß es.\n"))
	ask := func(login string) content.RedactionID {
		return do(s.Library.RequestRedaction(t.Context(), s.Actor(login), a.ID, content.RedactionRequest{Passage: "Frau Krause", Reason: "Name"}))(t).ID
	}
	first := ask("datenschutz")
	equal(t, "again", ask("datenschutz"), first)
	equal(t, "waiting", len(do(s.Store.Redactions(t.Context()))(t)), 1)
}

// A question is given to nobody who cannot read it: it would wait for ever.
func TestAQuestionIsNotGivenToWhoMayNotReadIt(t *testing.T) {
	s := servertest.New(t)
	e := article("Salzvertrag", "Preise.")
	e.Meta = closed()
	a := s.Write("expertin", e)
	q := do(s.Library.Say(t.Context(), s.Actor("nachfolger"), a.ID, content.Remark{Text: "Gilt der Preis noch?", Question: true}))(t)
	reopen(t, s, a.ID, "Preise.\n")
	_, err := s.Library.Assign(t.Context(), s.Actor("expertin"), q.ID, s.People["leserin"].ID)
	refused(t, "giving it away", err, fault.Invalid)
	do(s.Library.Assign(t.Context(), s.Actor("expertin"), q.ID, s.People["nachfolger"].ID))(t)
}
