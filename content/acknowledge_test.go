package content_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
	"staffelstab/server/servertest"
)

const orderID = content.ID("anordnung2")

// office is a server with a text of department 66 that asks people.
type office struct {
	*servertest.Server
	t *testing.T
}

func newOffice(t *testing.T, demand string, more ...string) *office {
	o := &office{servertest.New(t), t}
	o.Place("wissen/a/anordnung/index.md", "---\nid: anordnung2\nart: artikel\ntitel: Anordnung\nbereich: \"66\"\n"+strings.Join(more, "")+"kenntnisnahme: "+demand+"\n---\n\nTore schließen.\n")
	return o
}

func (o *office) text() content.Article {
	o.t.Helper()
	return do(o.Library.Article(o.t.Context(), o.Operator, orderID))(o.t)
}

// saves changes the text as its author.
func (o *office) saves(body string, change content.ChangeKind) content.Article {
	o.t.Helper()
	o.Advance(time.Hour)
	return do(o.Library.Save(o.t.Context(), o.Actor("expertin"), orderID, o.text().ETag, content.Edit{Body: body, Change: change}))(o.t)
}

func (o *office) takes(login string) content.Duty {
	o.t.Helper()
	return do(o.Library.Acknowledge(o.t.Context(), o.Actor(login), orderID, o.text().ContentHash))(o.t)
}

// open is what somebody still has to do, as "title due".
func (o *office) open(login string) string {
	o.t.Helper()
	out := ""
	for _, d := range do(o.Library.Duties(o.t.Context(), o.Actor(login)))(o.t) {
		out += d.Article.Title + " " + string(d.Due)
		if d.Overdue {
			out += " overdue"
		}
	}
	return out
}

func (o *office) reminds() {
	o.t.Helper()
	if err := o.Library.RemindAcknowledgements(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// told is how many notices to take note somebody has.
func (o *office) told(login string) int {
	o.t.Helper()
	list, _, err := o.Store.Notices(o.t.Context(), o.People[login].ID, 100, 0)
	if err != nil {
		o.t.Fatal(err)
	}
	n := 0
	for _, each := range list {
		if each.Kind == notice.Acknowledge && each.Article == string(orderID) {
			n++
		}
	}
	return n
}

// hires adds somebody who works in a department.
func (o *office) hires(login, department string, grants ...account.Grant) {
	o.t.Helper()
	p := do(o.Office.CreatePerson(o.t.Context(), o.Operator, account.Person{Login: login, DisplayName: "Frau " + login, Department: department}))(o.t)
	for _, g := range grants {
		g.Person = p.ID
		do(o.Office.Grant(o.t.Context(), o.Operator, g))(o.t)
	}
	o.People[login] = p
}

func TestOnlyAMaterialChangeAsksAgain(t *testing.T) {
	o := newOffice(t, "{pflicht: ja, gruppen: [\"fb:66\"], frist: 7}")
	equal(t, "asked", o.open("nachfolger"), "Anordnung 2026-12-01")
	equal(t, "asked in another department", o.open("leserin"), "")
	o.takes("nachfolger")
	equal(t, "after taking note", o.open("nachfolger"), "")

	o.saves("Tore schliessen.", content.ChangeEditorial)
	equal(t, "after a slip of the pen", o.open("nachfolger"), "")
	o.saves("Tore um 20 Uhr schließen.", content.ChangeMaterial)
	d := do(o.Library.Duty(t.Context(), o.Actor("nachfolger"), o.text()))(t)
	equal(t, "open and known before", d.Open && d.Changed(), true)
	o.saves("Tore um 20:00 Uhr schließen.", content.ChangeEditorial)
	equal(t, "a slip after a change", o.open("nachfolger") != "", true)

	changes := do(o.Library.ChangesSinceKnown(t.Context(), o.Actor("nachfolger"), d))(t)
	shown := ""
	for _, b := range changes.Blocks {
		shown += string(b.Kind) + b.HTML
	}
	equal(t, "what changed since", strings.Contains(shown, "20:00") && strings.Contains(shown, "Tore schließen."), true)
	o.takes("nachfolger")
	equal(t, "after taking note again", o.open("nachfolger"), "")
	o.saves("Tore um 21 Uhr schließen.", content.ChangeUnknown)
	equal(t, "a change nobody classified", o.open("nachfolger") != "", true)
}

func TestTakingNoteIsBoundToWhatWasShown(t *testing.T) {
	o := newOffice(t, "{pflicht: ja, gruppen: [\"fb:66\"]}")
	ctx, shown := t.Context(), o.text().ContentHash
	take := func(actor account.Actor, hash content.ContentHash) error {
		_, err := o.Library.Acknowledge(ctx, actor, orderID, hash)
		return err
	}
	o.saves("Tore offen lassen.", content.ChangeMaterial)
	refused(t, "an earlier wording", take(o.Actor("nachfolger"), shown), fault.Conflict)
	refused(t, "no wording", take(o.Actor("nachfolger"), ""), fault.PreconditionRequired)
	refused(t, "somebody not asked", take(o.Actor("leserin"), o.text().ContentHash), fault.Conflict)
	refused(t, "a stranger", take(account.Actor{}, shown), fault.Unauthenticated)
	reading := o.Actor("nachfolger")
	reading.Access = account.ReadAccess
	refused(t, "a token to read", take(reading, o.text().ContentHash), fault.Forbidden)
	_, err := o.Library.Acknowledge(ctx, o.Actor("nachfolger"), "gibtesnich", "v1:x")
	refused(t, "no text", err, fault.NotFound)

	o.takes("nachfolger")
	o.Advance(time.Hour)
	o.takes("nachfolger")
	mine := do(o.Library.MyAcknowledgements(ctx, o.Actor("nachfolger")))(t)
	equal(t, "kept once", len(mine), 1)
	equal(t, "with its wording", mine[0].ContentHash, o.text().ContentHash)
}

func TestHiddenAndFutureTextsAskNobody(t *testing.T) {
	hidden := newOffice(t, "{pflicht: ja, gruppen: [alle]}", "sichtbar: {bereiche: [\"66\"]}\n")
	equal(t, "who does not see it", hidden.open("leserin"), "")
	_, err := hidden.Library.Acknowledge(t.Context(), hidden.Actor("leserin"), orderID, hidden.text().ContentHash)
	refused(t, "taking note unseen", err, fault.NotFound)

	o := newOffice(t, "{pflicht: ja, gruppen: [\"fb:66\"], frist: 7}", "gueltig_ab: 2026-12-01\n")
	o.reminds()
	equal(t, "before it holds", o.open("nachfolger")+fmt.Sprint(o.told("nachfolger")), "0")
	_, err = o.Library.Acknowledge(t.Context(), o.Actor("nachfolger"), orderID, o.text().ContentHash)
	refused(t, "too early", err, fault.Conflict)
	o.Advance(7 * 24 * time.Hour)
	o.reminds()
	equal(t, "from its first day", o.open("nachfolger")+fmt.Sprint(" ", o.told("nachfolger")), "Anordnung 2026-12-08 1")
}

func TestDaysCountFromTheAskingAndEverybodyIsToldOnce(t *testing.T) {
	o := newOffice(t, "{pflicht: ja, gruppen: [\"fb:66\"], frist: 3}")
	o.reminds()
	o.reminds()
	o.Advance(24 * time.Hour)
	o.reminds()
	equal(t, "told", o.told("nachfolger"), 1)
	equal(t, "others told", o.told("leserin"), 0)
	equal(t, "a day later", o.open("nachfolger"), "Anordnung 2026-11-27")
	o.Advance(3 * 24 * time.Hour)
	equal(t, "the day after the last", o.open("nachfolger"), "Anordnung 2026-11-27 overdue")

	o.hires("neu", "66", account.Grant{Role: account.Reader})
	o.reminds()
	equal(t, "somebody new has the whole time", o.open("neu"), "Anordnung 2026-12-01")
	equal(t, "and is told", o.told("neu"), 1)

	o.takes("nachfolger")
	o.saves("Neu gefasst.", content.ChangeMaterial)
	o.reminds()
	equal(t, "told of the new version", o.told("nachfolger"), 2)
	equal(t, "with new days", o.open("nachfolger"), "Anordnung 2026-12-01")
	o.saves("Neu gefaßt.", content.ChangeEditorial)
	o.reminds()
	equal(t, "told of a slip", o.told("nachfolger"), 2)

	before := len(do(o.Store.AsksAbout(t.Context(), orderID))(t))
	do(o.Library.Save(t.Context(), o.Actor("expertin"), orderID, o.text().ETag, content.Edit{Body: "Neu.", Meta: map[string]any{"kenntnisnahme": nil}}))(t)
	o.reminds()
	equal(t, "asks once nobody has to", len(do(o.Store.AsksAbout(t.Context(), orderID))(t)), 0)
	equal(t, "there had been asks", before > 0, true)
	equal(t, "open once nobody has to", o.open("nachfolger"), "")
}

func TestRatesAreForThoseWhoWatchAndNamesForSuperiors(t *testing.T) {
	o := newOffice(t, "{pflicht: ja, gruppen: [alle], frist: 3}")
	in := func(r account.Role, d string) account.Grant {
		return account.Grant{Role: r, Scope: account.InDepartment(d)}
	}
	for i := range 6 {
		o.hires(fmt.Sprintf("m%d", i), "66/1", account.Grant{Role: account.Reader})
	}
	o.hires("chefin", "66", in(account.Superior, "66"))
	o.hires("fremdchef", "20", in(account.Superior, "20"))
	o.hires("rat", "11", account.Grant{Role: account.StaffCouncil})
	o.hires("pruefamt", "14", account.Grant{Role: account.Auditor})
	o.reminds()
	o.takes("m0")
	o.takes("m1")
	o.Advance(5 * 24 * time.Hour)
	o.takes("m2")
	for login, want := range map[string]string{ // rows about five or more, and the total
		"pruefer": "66 11/3 all", "datenschutz": "66 11/3 all", "rat": "66 11/3 all", "pruefamt": "66 11/3 all", "chefin": "66 11/3 own",
		"fremdchef": "hidden", "expertin": "forbidden", "leserin": "forbidden", "grundsatz": "forbidden", "azubi": "forbidden",
	} {
		r, err := o.Library.Rates(t.Context(), o.Actor(login), orderID)
		got := "forbidden"
		if err == nil {
			got = ""
			for _, row := range r.Rows {
				if !row.Hidden {
					got += fmt.Sprintf("%s %d/%d ", row.Department, row.People, row.Done)
				}
			}
			switch {
			case r.Total.Hidden:
				got += "hidden"
			case r.Total.People == 11:
				got += "own"
			default:
				got += "all"
			}
		} else {
			refused(t, login, err, fault.Forbidden)
		}
		equal(t, login, got, want)
	}

	_, _, err := o.Library.NamedAcknowledgements(t.Context(), o.Actor("pruefer"), orderID)
	refused(t, "names for a reviewer", err, fault.Forbidden)
	_, named, err := o.Library.NamedAcknowledgements(t.Context(), o.Actor("chefin"), orderID)
	if err != nil {
		t.Fatal(err)
	}
	overdue := 0
	for _, n := range named {
		if !account.Within(n.Department, "66") {
			t.Errorf("a superior of 66 sees %s of %s", n.Name, n.Department)
		}
		if n.Duty.Overdue {
			overdue++
		}
	}
	equal(t, "own people and the overdue ones", fmt.Sprint(len(named), " ", overdue), "11 8")
	looks := do(o.Library.MyAccesses(t.Context(), o.Actor("m0")))(t)
	equal(t, "looks a person sees", fmt.Sprint(len(looks), looks[0].Name, looks[0].Detail), "1Frau chefin"+string(orderID))
	equal(t, "looks at others", len(do(o.Library.MyAccesses(t.Context(), o.Actor("leserin")))(t)), 0)
}

func TestErasedPeopleTookNoteOfNothing(t *testing.T) {
	o := newOffice(t, "{pflicht: ja, gruppen: [\"fb:66\"]}")
	gone := o.Actor("nachfolger")
	o.reminds()
	o.takes("nachfolger")
	if err := o.Library.Favour(t.Context(), gone, orderID, true); err != nil {
		t.Fatal(err)
	}
	o.Library.NoteReading(gone, orderID)
	if err := o.Office.Erase(t.Context(), o.Operator, gone.Person.ID); err != nil {
		t.Fatal(err)
	}
	if err := o.Library.KeepRecentReadings(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "acknowledgements", len(do(o.Store.AcknowledgementsOf(t.Context(), gone.Person.ID))(t)), 0)
	equal(t, "asks", len(do(o.Store.AsksOf(t.Context(), gone.Person.ID))(t)), 0)
	equal(t, "favourites", len(do(o.Store.Marked(t.Context(), gone.Person.ID))(t)), 0)
	equal(t, "readings", len(do(o.Store.RecentlyOpened(t.Context(), gone.Person.ID))(t)), 0)
}

func TestReviewersLearnWhomAReleaseAsks(t *testing.T) {
	c := newChamber(t, "kenntnisnahme: {pflicht: ja, gruppen: [\"fb:66\"]}\n")
	o := &office{c.Server, t}
	p := c.proposes("expertin", earlier)
	affected := func() content.Affected {
		v := do(c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID))(t)
		return do(c.Library.AffectedBy(t.Context(), c.Actor("pruefer"), v))(t)
	}
	equal(t, "four people", affected(), content.Affected{Asks: true, Few: true})
	o.hires("neue", "66/2", account.Grant{Role: account.Reader})
	equal(t, "five people", affected(), content.Affected{Asks: true, People: 5})
	p = do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, p.Version, c.rule().ETag, content.Edit{Body: earlier, Change: content.ChangeEditorial}))(t)
	equal(t, "a slip of the pen", affected(), content.Affected{})
}

func TestRatesAndNamesExportAsTables(t *testing.T) {
	words := content.RateWords{Department: "FB", People: "Betroffen", Done: "Getan", Overdue: "Überfällig", Total: "Zusammen", Without: "ohne", Few: "wenige",
		Name: "Name", At: "am", Due: "bis", Yes: "ja", No: "nein", Time: func(content.Acknowledgement) string { return "heute" }}
	var out strings.Builder
	r := content.Rates{Total: content.Rate{People: 12, Done: 3}, Rows: []content.Rate{{Department: "66", People: 12, Done: 3, Overdue: 1}, {Hidden: true}}}
	if err := r.WriteCSV(&out, words); err != nil {
		t.Fatal(err)
	}
	equal(t, "rates", out.String(), "\ufeffFB;Betroffen;Getan;Überfällig\r\n66;12;3;1\r\nohne;wenige;;\r\nZusammen;12;3;0\r\n")
	out.Reset()
	people := []content.Named{{Name: "=SUMME(A1)", Department: "66", Duty: content.Duty{Open: true, Due: "2026-12-01", Overdue: true}}, {Name: "B", Duty: content.Duty{Known: &content.Acknowledgement{}}}}
	if err := content.WriteNamesCSV(&out, people, words); err != nil {
		t.Fatal(err)
	}
	equal(t, "names", out.String(), "\ufeffName;FB;Getan;am;bis;Überfällig\r\n'=SUMME(A1);66;nein;;2026-12-01;ja\r\nB;;ja;heute;;nein\r\n")
}
