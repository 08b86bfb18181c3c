package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// dated is what programs read about when a text applies.
type dated struct {
	ID, Title, Number, Status, Successor, Coming, Revision, ETag, Reviewer string
	ContentHash                                                            string `json:"content_hash"`
	ComingFrom                                                             string `json:"coming_from"`
	ReviewDue                                                              string `json:"review_due"`
	ValidOn                                                                *struct {
		Day       string
		InForce   bool   `json:"in_force"`
		AppliedOn string `json:"applied_on"`
		DecidedOn string `json:"decided_on"`
	} `json:"valid_on"`
}

type datedList struct {
	Items  []dated
	Total  int
	Cursor string
}

// rules puts a standard with two versions, its successor and an overdue one
// into the library.
func rules(s *servertest.Server) {
	place := func(id, head string) {
		s.Place("standards/x/"+id+"/index.md", "---\nid: "+id+"\nart: standard\nbereich: \"66\"\n"+head+"\n---\n\nText.\n")
	}
	place("regelaaaa2", "titel: Winterdienst\nnummer: DA 10\ngueltig_ab: 2020-01-01\nverbindlich: ja")
	place("regelaaaa2", "titel: Winterdienst neu\nnummer: DA 10\ngueltig_ab: 2025-01-01\nbeschlossen_am: 2024-12-01\nverbindlich: ja")
	place("regelaaaa3", "titel: Winterdienst ganz neu\nnummer: DA 9\ngueltig_ab: 2027-01-01\nersetzt: [regelaaaa2]\nverbindlich: nein")
	place("regelaaaa4", "titel: Altes Blatt\ngueltig_ab: 2010-01-01\nnaechste_pruefung: 2026-01-01")
}

func TestWhatAppliedOnADay(t *testing.T) {
	s := servertest.New(t)
	rules(s)
	c := programOf(t, s, "leserin", account.ReadAccess)
	at := func(path string) (a dated) {
		t.Helper()
		c.call(http.MethodGet, path, nil).Want(http.StatusOK).Decode(&a)
		return a
	}
	for day, want := range map[string]string{
		"2021-03-01": "Winterdienst valid true 2020-01-01  ", "2025-01-01": "Winterdienst neu valid true 2025-01-01 2024-12-01 ",
		"2027-01-01": "Winterdienst neu superseded false 2025-01-01 2024-12-01 regelaaaa3",
	} {
		a := at("/articles/regelaaaa2?valid=" + day)
		if got := fmt.Sprint(a.Title, " ", a.Status, " ", a.ValidOn.InForce, " ", a.ValidOn.AppliedOn, " ", a.ValidOn.DecidedOn, " ", a.Successor); got != want {
			t.Errorf("on %s: %q, want %q", day, got, want)
		}
	}
	if a := at("/articles/regelaaaa2"); a.Status != "valid" || a.Coming != "regelaaaa3" || a.ComingFrom != "2027-01-01" || a.ValidOn != nil {
		t.Errorf("today %+v", a)
	}
	refused(t, c.call(http.MethodGet, "/articles/regelaaaa2?valid=2019-12-31", nil), http.StatusNotFound)
	for _, query := range []string{"valid=gestern", "valid=2026-02-30", "valid=2026-01-01&at=r-aaaaaaaaaa"} {
		if p := refused(t, c.call(http.MethodGet, "/articles/regelaaaa2?"+query, nil), http.StatusUnprocessableEntity); !strings.Contains(strings.Join(located(p), " "), "valid") {
			t.Errorf("%s: %+v", query, p)
		}
	}
}

func TestStockOfADay(t *testing.T) {
	s := servertest.New(t)
	rules(s)
	c := programOf(t, s, "leserin", account.ReadAccess)
	for query, want := range map[string]string{
		"on=2009-12-31": "", "on=2021-03-01": "Altes Blatt|Winterdienst", "on=2026-11-24": "Altes Blatt|Winterdienst neu",
		"on=2027-01-01": "Altes Blatt|Winterdienst ganz neu", "on=2027-01-01&kind=dienstanweisung": "", "on=2027-01-01&department=11": "",
	} {
		var list datedList
		c.call(http.MethodGet, "/standards/valid?"+query, nil).Want(http.StatusOK).Decode(&list)
		var got []string
		for _, item := range list.Items {
			got = append(got, item.Title)
		}
		if strings.Join(got, "|") != want || list.Total != len(got) {
			t.Errorf("%s: %v of %d, want %s", query, got, list.Total, want)
		}
	}
	var first, second datedList
	c.call(http.MethodGet, "/standards/valid?on=2021-03-01&limit=1", nil).Want(http.StatusOK).Decode(&first)
	c.call(http.MethodGet, "/standards/valid?on=2021-03-01&limit=1&cursor="+first.Cursor, nil).Want(http.StatusOK).Decode(&second)
	if first.Total != 2 || second.Items[0].Title != "Winterdienst" || second.Cursor != "" {
		t.Errorf("pages %+v, %+v", first, second)
	}
	for _, query := range []string{"", "on=", "on=gestern", "on=2026-01-01&kind=artikel", "on=2026-01-01&cursor=unfug"} {
		refused(t, c.call(http.MethodGet, "/standards/valid?"+query, nil), http.StatusUnprocessableEntity)
	}
}

func TestStandardsInForceByNumber(t *testing.T) {
	s := servertest.New(t)
	rules(s)
	var list datedList
	s.As("leserin").JSON(http.MethodGet, "/standards?in_force=true&sort=number", nil).Want(http.StatusOK).Decode(&list)
	if list.Total != 2 || list.Items[0].Number != "DA 10" || list.Items[1].Status != "review-overdue" {
		t.Errorf("%+v", list)
	}
	s.Advance(60 * 24 * time.Hour) // nobody writes anything, and DA 9 takes over
	s.As("leserin").JSON(http.MethodGet, "/standards?in_force=true&sort=number", nil).Want(http.StatusOK).Decode(&list)
	if list.Total != 2 || list.Items[0].Number != "DA 9" {
		t.Errorf("%+v", list)
	}
}

func TestReviewIsConfirmedOverTheAPI(t *testing.T) {
	s := servertest.New(t)
	rules(s)
	reviewer := programOf(t, s, "pruefer", account.WriteAccess)
	var before, after dated
	reviewer.call(http.MethodGet, "/articles/regelaaaa4", nil).Want(http.StatusOK).Decode(&before)
	var due datedList
	reviewer.call(http.MethodGet, "/standards/due?state=overdue&department=66", nil).Want(http.StatusOK).Decode(&due)
	if due.Total != 1 || due.Items[0].ID != before.ID {
		t.Errorf("due %+v", due)
	}
	at, tag := "/articles/regelaaaa4/confirm-review", `"`+before.ETag+`"`
	refused(t, reviewer.call(http.MethodPost, at, map[string]any{}), http.StatusPreconditionRequired)
	refused(t, reviewer.call(http.MethodPost, at, map[string]any{}, "If-Match", `"alt"`), http.StatusPreconditionFailed)
	refused(t, reviewer.call(http.MethodPost, at, map[string]any{"next": "2026-11-24"}, "If-Match", tag), http.StatusUnprocessableEntity)
	refused(t, programOf(t, s, "expertin", account.WriteAccess).call(http.MethodPost, at, map[string]any{}, "If-Match", tag), http.StatusForbidden)
	refused(t, programOf(t, s, "pruefer", account.ReadAccess).call(http.MethodPost, at, map[string]any{}, "If-Match", tag), http.StatusForbidden)
	for range 2 { // the same request twice is one
		reviewer.call(http.MethodPost, at, map[string]any{"next": "2027-06-01"}, "If-Match", tag, "Idempotency-Key", "k").Want(http.StatusOK).Decode(&after)
	}
	if after.ContentHash != before.ContentHash || after.ReviewDue != "2027-06-01" || after.Status != "valid" || after.ETag == before.ETag {
		t.Errorf("after %+v", after)
	}
	reviewer.call(http.MethodGet, "/standards/due?state=overdue", nil).Want(http.StatusOK).Decode(&due)
	if due.Total != 0 {
		t.Errorf("still due %+v", due)
	}
}

func TestReviewsAreHandedOverOverTheAPI(t *testing.T) {
	s := servertest.New(t)
	rules(s)
	s.Place("standards/x/regelaaaa5/index.md", "---\nid: regelaaaa5\nart: standard\ntitel: X\nbereich: \"66\"\npruefer: "+s.People["prueferin"].ID+"\n---\n\nText.\n")
	reviewer, at := programOf(t, s, "pruefer", account.WriteAccess), "/reviewers/"+s.People["prueferin"].ID+"/hand-over"
	if p := refused(t, reviewer.call(http.MethodPost, at, map[string]any{"to": "Niemand"}), http.StatusUnprocessableEntity); !strings.Contains(p.Detail+p.Errors[0].Message, "finden wir nicht") {
		t.Errorf("%+v", p)
	}
	var out struct{ Texts int }
	reviewer.call(http.MethodPost, at, map[string]any{"to": "Michael Sander"}).Want(http.StatusOK).Decode(&out)
	var a dated
	reviewer.call(http.MethodGet, "/articles/regelaaaa5", nil).Want(http.StatusOK).Decode(&a)
	if out.Texts != 1 || a.Reviewer != s.People["pruefer"].ID {
		t.Errorf("%+v, %+v", out, a)
	}
	refused(t, reviewer.call(http.MethodPost, at, map[string]any{"to": "expertin"}), http.StatusUnprocessableEntity) // nothing is left
}

func TestBindingNamesWhoConfirmedIt(t *testing.T) {
	s := servertest.New(t)
	rules(s)
	type confirmation struct {
		Binding, On string
		By, Proof   []string
	}
	read := func() (c confirmation) {
		s.As("leserin").JSON(http.MethodGet, "/articles/regelaaaa2/binding", nil).Want(http.StatusOK).Decode(&c)
		return c
	}
	if c := read(); c.Binding != "ja" || c.On != "" || len(c.By) != 0 {
		t.Errorf("imported %+v", c)
	}
	var rule dated
	s.As("leserin").JSON(http.MethodGet, "/articles/regelaaaa2", nil).Want(http.StatusOK).Decode(&rule)
	made := decided(s.As("expertin").JSON(http.MethodPost, "/proposals", map[string]any{
		"article": rule.ID, "base": rule.ETag, "body": "Es ist zu streuen.", "meta": map[string]any{"verbindlich_belege": []string{"Es ist zu streuen."}}, "submit": true,
	}), http.StatusCreated)
	decided(s.As("pruefer").JSON(http.MethodPost, "/proposals/"+made.ID+"/approve", map[string]any{"content_hash": made.ContentHash}), http.StatusOK)
	if c := read(); c.On != "2026-11-24" || fmt.Sprint(c.By, c.Proof) != "[Michael Sander] [Es ist zu streuen.]" {
		t.Errorf("approved %+v", c)
	}
}

func TestWrongRelationsAreNamedAtTheirField(t *testing.T) {
	s := servertest.New(t)
	rules(s)
	c := s.As("expertin")
	for key, value := range map[string]any{"ersetzt": []string{"Gibt es nicht"}, "ersetzt_durch": "zzzzzzzzzz", "aendert": []string{"Winterdienst neu"}} {
		p := refused(t, c.JSON(http.MethodPost, "/articles", map[string]any{"title": "Neu", "department": "66", "body": "x", "meta": map[string]any{key: value}}), http.StatusUnprocessableEntity)
		if got := located(p); len(got) != 1 || !strings.HasSuffix(got[0], "meta."+key) {
			t.Errorf("%s: %+v", key, p)
		}
	}
}
