package content_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// shelf fills the library with texts whose titles are easy to tell.
func shelf(t *testing.T) *servertest.Server {
	t.Helper()
	s := servertest.New(t)
	for i, c := range []struct{ title, kind, department, more string }{
		{"Ärger", "artikel", "66", "themen: [Bau]\nnaechste_pruefung: 2026-10-01"},
		{"Apfel", "artikel", "66/1", "themen: [Bau, Garten]\nnaechste_pruefung: 2026-12-01"},
		{"Zebra", "standard", "11", "verbindlich: ja\nnaechste_pruefung: 2026-09-01"},
		{"Öl", "dienstanweisung", "66", "verbindlich: nein"},
		{"offen", "artikel", "661", "verbindlich: ungeprüft"},
		{"Geheim", "artikel", "20", "sichtbar: {bereiche: [\"20\"]}"},
	} {
		s.Advance(time.Minute)
		id := strings.Repeat(string(rune('a'+i)), 10)
		s.Place(fmt.Sprintf("wissen/x/%d/index.md", i), fmt.Sprintf(
			"---\nid: %s\nart: %s\ntitel: %s\nbereich: %q\n%s\n---\nText\n", id, c.kind, c.title, c.department, c.more))
	}
	return s
}

func TestListsAreFilteredAndSorted(t *testing.T) {
	s := shelf(t)
	for name, c := range map[string]struct {
		filter content.ArticleFilter
		want   string
	}{
		"by title, as Germans sort":  {content.ArticleFilter{}, "Apfel Ärger offen Öl Zebra"},
		"newest first":               {content.ArticleFilter{Sort: content.SortChanged}, "offen Öl Zebra Apfel Ärger"},
		"due first, then by default": {content.ArticleFilter{Sort: content.SortDue}, "Zebra Ärger Apfel offen Öl"},
		"due before a day":           {content.ArticleFilter{DueBefore: "2026-11-24"}, "Ärger Zebra"},
		"department with its units":  {content.ArticleFilter{Department: "66"}, "Apfel Ärger Öl"},
		"unit":                       {content.ArticleFilter{Department: "66/1"}, "Apfel"},
		"topic":                      {content.ArticleFilter{Topic: "Bau"}, "Apfel Ärger"},
		"topic is not a pattern":     {content.ArticleFilter{Topic: "B%"}, ""},
		"kinds":                      {content.ArticleFilter{Kinds: []content.Kind{content.KindStandard, content.KindInstruction}}, "Öl Zebra"},
		"binding":                    {content.ArticleFilter{Binding: content.BindingYes}, "Zebra"},
		"ids":                        {content.ArticleFilter{IDs: []content.ID{"aaaaaaaaaa", "ffffffffff"}}, "Ärger"},
		"no ids":                     {content.ArticleFilter{IDs: []content.ID{}}, ""},
		"who asks cannot say who is": {content.ArticleFilter{Any: true, Audience: []string{"fb:20"}}, "Apfel Ärger offen Öl Zebra"},
		"nobody's changes":           {content.ArticleFilter{ChangedBy: "u-niemand222"}, ""},
		"several at once":            {content.ArticleFilter{Department: "66", Topic: "Bau", DueBefore: "2026-11-24"}, "Ärger"},
	} {
		page := do(s.Library.List(t.Context(), s.Actor("leserin"), c.filter))(t)
		var got []string
		for _, a := range page.Articles {
			got = append(got, a.Title)
		}
		equal(t, name, strings.Join(got, " "), c.want)
		equal(t, name+": total", page.Total, len(got))
	}
	own := do(s.Library.List(t.Context(), s.Actor("azubi"), content.ArticleFilter{Department: "20"}))(t)
	equal(t, "department 20 sees its own", own.Total, 1)
	operator := do(s.Library.List(t.Context(), s.Operator, content.ArticleFilter{}))(t)
	equal(t, "the operator sees all", operator.Total, 6)
}

func TestPagesOfAListHoldEveryTextOnce(t *testing.T) {
	s := shelf(t)
	for _, order := range []content.ArticleSort{"", content.SortTitle, content.SortChanged, content.SortDue} {
		whole := do(s.Library.List(t.Context(), s.Actor("leserin"), content.ArticleFilter{Sort: order}))(t)
		for limit := 1; limit <= 4; limit++ {
			var got []content.ID
			filter := content.ArticleFilter{Sort: order, Limit: limit}
			for {
				page := do(s.Library.List(t.Context(), s.Actor("leserin"), filter))(t)
				equal(t, "total", page.Total, whole.Total)
				for _, a := range page.Articles {
					got = append(got, a.ID)
				}
				if filter.Cursor = page.Next; filter.Cursor == "" {
					break
				}
			}
			var want []content.ID
			for _, a := range whole.Articles {
				want = append(want, a.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q by %d: %v instead of %v", order, limit, got, want)
			}
		}
	}
	_, err := s.Library.List(t.Context(), s.Actor("leserin"), content.ArticleFilter{Cursor: "erfunden"})
	refused(t, "an invented cursor", err, fault.Invalid)
}

func TestStatusFollowsTheCalendarOfTheCity(t *testing.T) {
	s := servertest.New(t)
	e := article("Gilt", "x")
	e.Meta = map[string]any{"gueltig_ab": "2026-11-25", "gueltig_bis": "2026-12-31", "naechste_pruefung": "2026-12-01"}
	a := s.Write("expertin", e)
	status := func(want content.Status) {
		t.Helper()
		equal(t, s.Now().String(), do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, ""))(t).Status, want)
	}
	at := func(day string) {
		t.Helper()
		to, err := time.Parse(time.RFC3339, day)
		s.Advance(do(to, err)(t).Sub(s.Now()))
	}
	status(content.StatusFuture)
	at("2026-11-24T22:59:59Z")
	status(content.StatusFuture)
	at("2026-11-24T23:00:00Z") // midnight in Berlin
	status(content.StatusValid)
	at("2026-12-01T22:59:59Z")
	status(content.StatusValid)
	at("2026-12-01T23:00:00Z")
	status(content.StatusReviewOverdue)
	at("2026-12-31T22:59:59Z")
	status(content.StatusReviewOverdue)
	at("2026-12-31T23:00:00Z")
	status(content.StatusExpired)
	by := s.Write("expertin", article("Neu", "x"))
	do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "x", Meta: map[string]any{"ersetzt_durch": []any{string(by.ID)}}}))(t)
	status(content.StatusSuperseded)
}

func TestHitsHaveTheStatusOfTheirText(t *testing.T) {
	const day = content.Date("2026-11-24")
	dates := []content.Date{"", "2026-11-23", day, "2026-11-25"}
	for _, from := range dates {
		for _, until := range dates {
			for _, due := range dates {
				for _, by := range dates {
					a := content.Article{Meta: content.Meta{ValidFrom: from, ValidUntil: until}, Due: due}
					for _, s := range []content.Date{by, "2027-01-01"} {
						a.Successors = append(a.Successors, content.Succession{ID: idA, From: s})
					}
					h := content.Hit{ValidFrom: from, ValidUntil: until, ReviewDue: due, SupersededFrom: a.SupersededFrom()}
					equal(t, fmt.Sprint(from, until, due, by), content.StatusOfHit(h, day), a.StatusOn(day))
				}
			}
		}
	}
}

func TestDraftsBelongToTheirWriter(t *testing.T) {
	s := servertest.New(t)
	ctx, expert, successor := t.Context(), s.Actor("expertin"), s.Actor("nachfolger")
	a := s.Write("expertin", article("Entwurf", "x"))
	d := do(s.Library.Autosave(ctx, expert, content.Draft{Person: s.People["nachfolger"].ID, Article: a.ID, Base: a.ETag, Title: "", Body: "halb fer", Fields: map[string]string{"kurz": "ü"}}))(t)
	if d.Person != s.People["expertin"].ID || !d.UpdatedAt.Equal(s.Now()) {
		t.Errorf("saved as %+v", d)
	}
	again := do(s.Library.Draft(ctx, expert, a.ID, ""))(t)
	if again.Body != "halb fer" || again.Base != a.ETag || again.Fields["kurz"] != "ü" {
		t.Errorf("came back as %+v", again)
	}
	_, err := s.Library.Draft(ctx, successor, a.ID, "")
	refused(t, "a colleague's draft", err, fault.NotFound)

	s.Advance(time.Minute)
	do(s.Library.Autosave(ctx, expert, content.Draft{Key: "neu-1", Body: "ein neuer"}))(t)
	do(s.Library.Autosave(ctx, expert, content.Draft{Article: a.ID, Body: "halb fertig"}))(t)
	mine := do(s.Library.MyDrafts(ctx, expert))(t)
	equal(t, "drafts", len(mine), 2)
	equal(t, "a colleague's drafts", len(do(s.Library.MyDrafts(ctx, successor))(t)), 0)
	equal(t, "replaced", do(s.Library.Draft(ctx, expert, a.ID, ""))(t).Body, "halb fertig")

	if err := s.Library.DiscardDraft(ctx, successor, a.ID, ""); err != nil && !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	equal(t, "after a colleague's discarding", len(do(s.Library.MyDrafts(ctx, expert))(t)), 2)
	if err := s.Library.DiscardDraft(ctx, expert, a.ID, ""); err != nil {
		t.Error(err)
	}
	_, err = s.Library.Draft(ctx, expert, a.ID, "")
	refused(t, "a discarded draft", err, fault.NotFound)
	equal(t, "the other stays", do(s.Library.Draft(ctx, expert, "", "neu-1"))(t).Body, "ein neuer")
}

func TestWhoCannotWriteHasNoDrafts(t *testing.T) {
	s := servertest.New(t)
	e := article("Zu", "x")
	e.Meta = map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	hidden := s.Write("expertin", e)
	for name, c := range map[string]struct {
		login string
		draft content.Draft
		kind  fault.Kind
	}{
		"reader":         {"leserin", content.Draft{Key: "k"}, fault.Forbidden},
		"admin":          {"admin", content.Draft{Key: "k"}, fault.Forbidden},
		"hidden text":    {"personalerin", content.Draft{Article: hidden.ID}, fault.NotFound},
		"too much":       {"expertin", content.Draft{Key: "k", Body: strings.Repeat("x", content.DefaultMaxBody+1)}, fault.TooLarge},
		"too long a key": {"expertin", content.Draft{Key: strings.Repeat("k", 41)}, fault.TooLarge},
	} {
		_, err := s.Library.Autosave(t.Context(), s.Actor(c.login), c.draft)
		refused(t, name, err, c.kind)
	}
}
