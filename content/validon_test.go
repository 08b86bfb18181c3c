package content_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

func TestThreeTimesAreKeptApart(t *testing.T) {
	s := servertest.New(t)
	reader := s.Actor("leserin")
	placed(s, 0, "gueltig_ab: 2020-01-01", "nummer: DA 1")
	s.Advance(24 * time.Hour)
	// Decided and published in November, but it applies from January only.
	placed(s, 0, "gueltig_ab: 2027-01-01", "beschlossen_am: 2026-10-15", "nummer: DA 1a", "gueltig_bis: 2030-12-31")
	placed(s, 1)
	placed(s, 2, "ersetzt: [aaaaaaaaaa]", "gueltig_ab: 2029-01-01")
	for _, c := range []struct {
		on     content.Date
		number string
		status content.Status
	}{
		{"2020-01-01", "DA 1", content.StatusValid}, {"2026-12-31", "DA 1", content.StatusValid},
		{"2027-01-01", "DA 1a", content.StatusValid}, {"2028-12-31", "DA 1a", content.StatusValid},
		{"2029-01-01", "DA 1a", content.StatusSuperseded}, {"2031-01-01", "DA 1a", content.StatusSuperseded},
	} {
		v := do(s.Library.ValidOn(t.Context(), reader, textID(0), c.on))(t)
		equal(t, string(c.on)+": number", v.Article.Number, c.number)
		equal(t, string(c.on)+": status", v.Status, c.status)
		equal(t, string(c.on)+": successor", v.Successor != nil && v.Successor.ID == textID(2), c.status == content.StatusSuperseded)
	}
	v := do(s.Library.ValidOn(t.Context(), reader, textID(0), "2027-06-01"))(t)
	equal(t, "times", *v.On, content.Moment{Day: "2027-06-01", Applies: "2027-01-01", DecidedOn: "2026-10-15", ReleasedAt: s.Now().UTC()})
	for on, known := range map[content.Date]bool{"2019-12-31": false, "2026-11-24": false, "2026-11-25": true} {
		_, err := s.Library.ValidOn(t.Context(), reader, textID(1), on) // says nothing, so from its release
		if known != (err == nil) || err != nil && !fault.Is(err, fault.NotFound) {
			t.Errorf("a text without dates on %s: %v", on, err)
		}
	}
	for _, on := range []content.Date{"", "gestern", "2026-02-30"} {
		_, err := s.Library.ValidOn(t.Context(), reader, textID(0), on)
		refused(t, "on "+string(on), err, fault.Invalid)
		_, err = s.Library.StandardsOn(t.Context(), reader, content.ArticleFilter{}, on)
		refused(t, "all on "+string(on), err, fault.Invalid)
	}
}

func TestDayOfReleaseIsThatOfTheCity(t *testing.T) {
	s := servertest.New(t)
	s.Advance(time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC).Sub(s.Now())) // half past midnight in Berlin
	placed(s, 0)
	_, err := s.Library.ValidOn(t.Context(), s.Actor("leserin"), textID(0), "2026-11-24")
	refused(t, "the day before", err, fault.NotFound)
	equal(t, "the day", do(s.Library.ValidOn(t.Context(), s.Actor("leserin"), textID(0), "2026-11-25"))(t).On.Applies, "2026-11-25")
}

func TestVersionsOfThenAreForThoseWhoMaySeeThem(t *testing.T) {
	s := servertest.New(t)
	placed(s, 0, "gueltig_ab: 2020-01-01", "sichtbar: {bereiche: [\"66\"]}")
	placed(s, 0, "gueltig_ab: 2026-01-01")
	placed(s, 1, "gueltig_ab: 2020-01-01")
	placed(s, 1, "gueltig_ab: 2026-01-01", "sichtbar: {bereiche: [\"66\"]}")
	for login, want := range map[string][2]string{"expertin": {"2", "2"}, "leserin": {"0", "1"}} {
		for i, on := range []content.Date{"2021-03-01", "2026-03-01"} {
			page := do(s.Library.StandardsOn(t.Context(), s.Actor(login), content.ArticleFilter{}, on))(t)
			equal(t, login+" on "+string(on), fmt.Sprint(page.Total), want[i])
			for n := range 2 {
				_, err := s.Library.ValidOn(t.Context(), s.Actor(login), textID(n), on)
				listed := slices.ContainsFunc(page.Revisions, func(r content.Revision) bool { return r.Article == textID(n) })
				equal(t, fmt.Sprintf("%s sees text %d on %s as listed", login, n, on), err == nil, listed)
				if err != nil {
					refused(t, "hidden", err, fault.NotFound)
				}
			}
		}
	}
	_, err := s.Library.StandardsOn(t.Context(), s.Actor("ohnerolle"), content.ArticleFilter{}, "2026-03-01")
	refused(t, "without a role", err, fault.Forbidden)
}

// TestWhatAppliedIsThatOfASimpleModel compares single texts and the whole stock
// with the rule as one would say it, for random histories.
func TestWhatAppliedIsThatOfASimpleModel(t *testing.T) {
	s := servertest.New(t)
	random := rand.New(rand.NewPCG(3, 9))
	type version struct {
		from, until content.Date
		number      string
	}
	const texts = 7
	history := make([][]version, texts)
	replacedFrom := map[int]content.Date{}
	for step := range 40 {
		n := random.IntN(texts)
		v := version{number: fmt.Sprintf("N%d", step), from: content.DateOf(s.Now(), time.UTC)}
		head := []string{"nummer: " + v.number}
		if random.IntN(3) > 0 {
			v.from = day(random.IntN(90))
			head = append(head, "gueltig_ab: "+string(v.from))
		}
		if random.IntN(4) == 0 {
			v.until = v.from.AddDays(random.IntN(40))
			head = append(head, "gueltig_bis: "+string(v.until))
		}
		placed(s, n, head...)
		history[n] = append(history[n], v)
		s.Advance(24 * time.Hour)
	}
	for n, from := range map[int]content.Date{1: "2026-12-05", 2: "2027-01-10"} {
		placed(s, texts+n, "gueltig_ab: "+string(from), "ersetzt: ["+string(textID(n))+"]", "nummer: E")
		replacedFrom[n] = from
	}
	reader := s.Actor("leserin")
	for d := -3; d < 110; d += 3 {
		on := day(d)
		page := do(s.Library.StandardsOn(t.Context(), reader, content.ArticleFilter{}, on))(t)
		stock := map[content.ID]string{}
		for _, r := range page.Revisions {
			stock[r.Article] = r.Number
		}
		for n, versions := range history {
			var newest *version
			for i := range versions {
				if versions[i].from <= on {
					newest = &versions[i]
				}
			}
			want, applied := "", ""
			if newest != nil {
				want = newest.number
				if from := replacedFrom[n]; (newest.until == "" || newest.until >= on) && (from == "" || from > on) {
					applied = want
				}
			}
			v, err := s.Library.ValidOn(t.Context(), reader, textID(n), on)
			if err != nil && !fault.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
			equal(t, fmt.Sprintf("version of %d on %s", n, on), v.Article.Number, want)
			equal(t, fmt.Sprintf("%d in force on %s", n, on), err == nil && v.Status.InForce(), applied != "")
			equal(t, fmt.Sprintf("%d in the stock on %s", n, on), stock[textID(n)], applied)
		}
	}
}

func TestStockOfADayComesInPages(t *testing.T) {
	s := servertest.New(t)
	for n := range 5 {
		placed(s, n, "gueltig_ab: 2020-01-01", "verbindlich: "+[]string{"ja", "nein"}[n%2])
	}
	var got []string
	filter := content.ArticleFilter{Limit: 2}
	for {
		page := do(s.Library.StandardsOn(t.Context(), s.Actor("leserin"), filter, "2021-01-01"))(t)
		equal(t, "total", page.Total, 5)
		for _, r := range page.Revisions {
			got = append(got, r.Title)
		}
		if filter.Cursor = page.Next; filter.Cursor == "" {
			break
		}
	}
	equal(t, "all once", fmt.Sprint(got), "[Regel 0 Regel 1 Regel 2 Regel 3 Regel 4]")
	equal(t, "binding", do(s.Library.StandardsOn(t.Context(), s.Actor("leserin"), content.ArticleFilter{Binding: content.BindingNo}, "2021-01-01"))(t).Total, 2)
	_, err := s.Library.StandardsOn(t.Context(), s.Actor("leserin"), content.ArticleFilter{Cursor: "unfug"}, "2021-01-01")
	refused(t, "made up cursor", err, fault.Invalid)
}

func TestBindingIsConfirmedByWhoReleasedIt(t *testing.T) {
	c := newChamber(t)
	confirmed := func() content.Confirmation {
		return do(c.Library.BindingConfirmed(t.Context(), c.Actor("leserin"), ruleID))(t)
	}
	release := func(body, binding string) {
		p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, c.rule().ETag, content.Edit{Body: body, Meta: map[string]any{
			"verbindlich": binding, "verbindlich_belege": []string{"Ab 5 Uhr ist zu streuen."}}}))(t)
		p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
		do(c.approves("pruefer", p))(t)
	}
	equal(t, "imported", len(confirmed().Approvers), 0)
	c.Advance(24 * time.Hour)
	release("Eins.", "ja")
	first := confirmed()
	equal(t, "on", first.On, "2026-11-25")
	equal(t, "by", fmt.Sprint(first.Approvers), fmt.Sprint([]string{c.People["pruefer"].Pseudonym}))
	equal(t, "proof", fmt.Sprint(c.rule().BindingProof), "[Ab 5 Uhr ist zu streuen.]")
	c.Advance(24 * time.Hour)
	release("Zwei.", "ja") // a later release confirms nothing new
	equal(t, "revision", confirmed().Revision, first.Revision)
	release("Drei.", "nein")
	equal(t, "since the change", confirmed().On, "2026-11-26")
	if _, err := c.Library.Projector.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "after a rebuild", confirmed().On, "2026-11-26")
}
