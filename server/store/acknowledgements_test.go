package store_test

import (
	"fmt"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/store"
)

// versions puts texts with revisions of some kinds of change into the ledger.
func versions(t *testing.T, s *store.Store, kinds map[content.ID][]content.ChangeKind) {
	t.Helper()
	p := content.Projection{Head: "c1"}
	for _, id := range []content.ID{"a", "b", "c"} {
		p.Articles = append(p.Articles, content.Article{Meta: content.Meta{ID: id, Title: string(id), Demand: content.Demand{Required: id != "c", Groups: []string{"fb:" + string(id), "rolle:reader"}}}, Path: string(id)})
		for i, kind := range kinds[id] {
			p.Revisions = append(p.Revisions, content.Revision{ID: content.RevisionID(fmt.Sprintf("r-%s%d", id, i)), Article: id, Change: kind, At: noon})
		}
	}
	ok(t, s.Append(t.Context(), p))
}

func TestNewestMaterialRevisionAsks(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		versions(t, s, map[content.ID][]content.ChangeKind{
			"a": {"", content.ChangeMaterial, content.ChangeEditorial, content.ChangeEditorial},
			"b": {content.ChangeEditorial, content.ChangeEditorial},
			"c": {content.ChangeMaterial, ""},
		})
		asking := got(s.Asking(t.Context(), []content.ID{"a", "b", "c", "unknown"}))(t)
		wantEqual(t, "asking", fmt.Sprint(asking["a"].ID, asking["b"].ID, asking["c"].ID, len(asking)), "r-a1r-b0r-c13")
		wantEqual(t, "of no text", len(got(s.Asking(t.Context(), nil))(t)), 0)
	})
}

func TestTextsAreFoundByWhomTheyAsk(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		versions(t, s, nil)
		for _, c := range []struct {
			tokens []string
			want   string
		}{{nil, "abc"}, {[]string{""}, "ab"}, {[]string{"fb:a"}, "a"}, {[]string{"fb:c"}, ""}, {[]string{"rolle:reader", "fb:b"}, "ab"}, {[]string{}, ""}} {
			have := ""
			for _, a := range got(s.Articles(t.Context(), content.ArticleFilter{Any: true, DemandedOf: c.tokens}))(t).Articles {
				have += string(a.ID)
			}
			wantEqual(t, fmt.Sprintf("asking %q", c.tokens), have, c.want)
		}
		a := got(s.Article(t.Context(), "a"))(t)
		a.Demand = content.Demand{}
		ok(t, s.Append(t.Context(), content.Projection{From: "c1", Head: "c2", Articles: []content.Article{a}, Removed: []content.ID{"b"}}))
		wantEqual(t, "asking after the change", got(s.Articles(t.Context(), content.ArticleFilter{Any: true, DemandedOf: []string{""}}))(t).Total, 0)
	})
}

func TestAcknowledgementsAreKeptOncePerVersion(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		versions(t, s, map[content.ID][]content.ChangeKind{"a": {"", ""}})
		early := content.Acknowledgement{Person: "p", Article: "a", Revision: "r-a0", ContentHash: "v1:0", At: noon, Sequence: 1}
		late, again := early, early
		late.Revision, late.ContentHash, late.At, late.Sequence = "r-a1", "v1:1", noon.Add(time.Hour), 2
		again.At = noon.Add(2 * time.Hour)
		lost := content.Acknowledgement{Person: "p", Article: "a", Revision: "r-gone", At: noon.Add(-time.Hour)}
		other := content.Acknowledgement{Person: "q", Article: "a", Revision: "r-a0", At: noon, Sequence: 1}
		for _, a := range []content.Acknowledgement{early, late, again, lost, other} {
			ok(t, s.AddAcknowledgement(t.Context(), a))
		}
		wantEqual(t, "of a person", got(s.AcknowledgementsOf(t.Context(), "p"))(t), []content.Acknowledgement{late, early, lost})
		wantEqual(t, "about the text", got(s.AcknowledgementsAbout(t.Context(), "a"))(t), []content.Acknowledgement{late, other})
	})
}

func TestAsksAreReplacedAndDropped(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ask := func(person string, revision content.RevisionID) content.Ask {
			return content.Ask{Person: person, Article: "a", Revision: revision, Since: noon}
		}
		ok(t, s.ChangeAsks(t.Context(), "a", []content.Ask{ask("p", "r-1"), ask("q", "r-1")}, nil))
		ok(t, s.ChangeAsks(t.Context(), "b", []content.Ask{ask("p", "r-9")}, nil))
		ok(t, s.ChangeAsks(t.Context(), "a", []content.Ask{ask("p", "r-2")}, []string{"q", "unknown"}))
		wantEqual(t, "about the text", got(s.AsksAbout(t.Context(), "a"))(t), []content.Ask{ask("p", "r-2")})
		wantEqual(t, "of the person", len(got(s.AsksOf(t.Context(), "p"))(t)), 2)
		wantEqual(t, "texts", got(s.AskedTexts(t.Context()))(t), []content.ID{"a", "b"})
	})
}

func TestMembersComeWithTheirGrants(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, id := range []string{"b", "a", "off"} {
			ok(t, s.CreatePerson(t.Context(), account.Person{ID: id, Login: id, Pseudonym: "u-" + id, Active: id != "off"}))
		}
		g := account.Grant{ID: "g", Person: "b", Role: account.Superior, Scope: "fb:66", From: "2026-01-01", Until: "2026-12-31"}
		ok(t, s.AddGrant(t.Context(), g))
		ok(t, s.AddGrant(t.Context(), account.Grant{ID: "h", Person: "off", Role: account.Reader}))
		list := got(s.Members(t.Context()))(t)
		wantEqual(t, "members", fmt.Sprint(len(list), list[0].Person.ID, list[0].Grants, list[1].Person.ID), "2a[]b")
		wantEqual(t, "grants", list[1].Grants, []account.Grant{g})
	})
}

func TestAccessIsLoggedForEverybodyShown(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var events []account.Event
		for i := range 450 {
			events = append(events, account.Event{ID: fmt.Sprint(i), At: noon, Actor: "boss", Action: "acknowledgements.read", Subject: fmt.Sprint("p", i%3), Detail: "a"})
		}
		ok(t, s.LogAccess(t.Context()))
		ok(t, s.LogAccess(t.Context(), events...))
		ok(t, s.LogAccess(t.Context(), account.Event{ID: "x", Action: "other", Subject: "p0"}))
		seen := got(s.Accesses(t.Context(), "acknowledgements.read", "p0", 2))(t)
		wantEqual(t, "newest first", seen, []account.Event{events[447], events[444]})
		_, total, err := s.Events(t.Context(), "", 1, 0)
		ok(t, err)
		wantEqual(t, "in the audit log", total, 451)
	})
}

func TestReadingsAreKeptForWhoWantsThem(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ok(t, s.CreatePerson(t.Context(), account.Person{ID: "p", Login: "p", Pseudonym: "u-p", Active: true}))
		read := func(person string, ids ...content.ID) {
			t.Helper()
			var list []content.RecentReading
			for i, id := range ids {
				list = append(list, content.RecentReading{Article: id, At: noon.Add(time.Duration(i) * time.Minute)})
			}
			ok(t, s.AddReadings(t.Context(), person, list, 2))
		}
		read("p", "a", "b", "c", "a")
		read("nobody", "a")
		wantEqual(t, "the newest two", got(s.RecentlyOpened(t.Context(), "p"))(t), []content.ID{"a", "c"})
		wantEqual(t, "of nobody", len(got(s.RecentlyOpened(t.Context(), "nobody"))(t)), 0)
		ok(t, s.KeepReadings(t.Context(), "p", false))
		ok(t, s.KeepReadings(t.Context(), "p", false))
		read("p", "a")
		wantEqual(t, "switched off", fmt.Sprint(got(s.RecentlyOpened(t.Context(), "p"))(t), got(s.KeepsReadings(t.Context(), "p"))(t)), "[] false")
		ok(t, s.KeepReadings(t.Context(), "p", true))
		read("p", "b")
		wantEqual(t, "switched on", got(s.RecentlyOpened(t.Context(), "p"))(t), []content.ID{"b"})

		ok(t, s.Mark(t.Context(), "p", "a", true, noon))
		ok(t, s.Mark(t.Context(), "p", "b", true, noon.Add(time.Hour)))
		ok(t, s.Mark(t.Context(), "p", "a", true, noon.Add(2*time.Hour)))
		ok(t, s.Mark(t.Context(), "p", "x", false, noon))
		wantEqual(t, "marked, latest first", got(s.Marked(t.Context(), "p"))(t), []content.ID{"b", "a"})
		ok(t, s.AddAcknowledgement(t.Context(), content.Acknowledgement{Person: "p", Article: "a", Revision: "r"}))
		ok(t, s.ChangeAsks(t.Context(), "a", []content.Ask{{Person: "p", Article: "a"}}, nil))
		ok(t, s.ErasePerson(t.Context(), "p"))
		left := len(got(s.Marked(t.Context(), "p"))(t)) + len(got(s.AcknowledgementsOf(t.Context(), "p"))(t)) + len(got(s.AsksOf(t.Context(), "p"))(t)) + len(got(s.RecentlyOpened(t.Context(), "p"))(t))
		wantEqual(t, "rows of an erased person", left, 0)
		wantEqual(t, "nor a setting", got(s.KeepsReadings(t.Context(), "p"))(t), true)
	})
}
