package content_test

import (
	"fmt"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

const (
	oldUNID    = "0123456789ABCDEF0123456789ABCDEF"
	oldReplica = "C1257A3B00412345"
)

// city is a writer, editor and reviewer of every department.
func city(s *servertest.Server) account.Actor {
	p := s.People["expertin"]
	return account.NewActor(p, []account.Grant{{Role: account.Author}, {Role: account.Editor}, {Role: account.Reviewer}, {Role: account.Reader}}, "2026-11-24", account.WriteAccess)
}

var anchor = regexp.MustCompile(`<a href="([^"]*)"`)

// leads lists where the links of a text lead, in order; a broken one leads
// nowhere and is missing.
func leads(t *testing.T, s *servertest.Server, who account.Actor, id content.ID) []string {
	t.Helper()
	var out []string
	for _, m := range anchor.FindAllStringSubmatch(do(s.Library.Read(t.Context(), who, id, ""))(t).HTML, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestLinksResolveHoweverTheyAreWritten(t *testing.T) {
	s := servertest.New(t)
	s.Place("wissen/r/reise/index.md", "---\nid: reisekost2\ntitel: Reisekosten abrechnen\nbereich: \"66\"\nnummer: DEV 11-03\nherkunft: {notes: {unid: "+oldUNID+", replik: "+oldReplica+"}}\n---\nText\n")
	for written, want := range map[string]string{
		"[[Reisekosten abrechnen]]":                             "/a/reisekost2",
		"[[reisekosten  Abrechnen#antrag|hier]]":                "/a/reisekost2#antrag",
		"[[reisekost2]]":                                        "/a/reisekost2",
		"[x](../../r/reise/index.md)":                           "/a/reisekost2",
		"[x](../../r/reise)":                                    "/a/reisekost2",
		"[x](../../r/reise.md#antrag)":                          "/a/reisekost2#antrag",
		"[x](/a/reisekost2)":                                    "/a/reisekost2",
		"[x](/notes/" + oldUNID + ")":                           "/a/reisekost2",
		"[x](/notes/dev%2011-03)":                               "/a/reisekost2",
		"[x](notes://srv/" + oldReplica + "/0/" + oldUNID + ")": "/a/reisekost2",
		"[x](notes:///__" + oldReplica + "/0/" + strings.ToLower(oldUNID) + ")":       "/a/reisekost2",
		"<http://srv/dev.nsf/Alle/" + oldUNID + "?OpenDocument>":                      "/a/reisekost2",
		"[x](https://srv/dev.nsf/Alle/" + strings.ToLower(oldUNID) + "?OpenDocument)": "/a/reisekost2",
		"[x](https://srv/dev.nsf/Alle/" + strings.Repeat("F", 32) + "?OpenDocument)":  "https://srv/dev.nsf/Alle/" + strings.Repeat("F", 32) + "?OpenDocument",
		"[x](https://srv/hash/" + oldUNID + ")":                                       "https://srv/hash/" + oldUNID,
		"[x](notes://srv/" + oldReplica + "/0/" + strings.Repeat("F", 32) + ")":       "",
		"[[Reisekosten]]":                "",
		"[x](../gibtesnicht/index.md)":   "",
		"[x](../../../../etc/passwd.md)": "",
	} {
		a := do(s.Library.Create(t.Context(), s.Operator, article("Quelle "+written, written)))(t)
		equal(t, written, strings.Join(leads(t, s, s.Actor("leserin"), a.ID), " "), want)
		mentions := do(s.Library.Backlinks(t.Context(), s.Actor("leserin"), "reisekost2"))(t)
		equal(t, written+" counts as a mention", slices.Contains(ids(mentions), a.ID), want != "" && strings.HasPrefix(want, "/a/"))
		broken, _, err := s.Library.BrokenLinks(t.Context(), city(s), "", 100, 0)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, written+" counts as broken", slices.ContainsFunc(broken, func(b content.BrokenLink) bool { return b.Article.ID == a.ID }), want == "" || strings.HasSuffix(want, "OpenDocument"))
	}
}

func TestALinkByTitleHealsWhenTheTextAppears(t *testing.T) {
	s := servertest.New(t)
	who := city(s)
	source := do(s.Library.Create(t.Context(), who, article("Quelle", "Siehe [[Winterdienst]].\n")))(t)
	_, broken, err := s.Library.BrokenLinks(t.Context(), who, "66", 10, 0)
	equal(t, "broken before", do(broken, err)(t), 1)
	target := do(s.Library.Create(t.Context(), who, article("Winterdienst", "Streuen.\n")))(t)
	_, broken, err = s.Library.BrokenLinks(t.Context(), who, "66", 10, 0)
	equal(t, "broken after", do(broken, err)(t), 0)
	equal(t, "leads", strings.Join(leads(t, s, who, source.ID), " "), content.Address(target.ID))
	equal(t, "mentioned", fmt.Sprint(ids(do(s.Library.Backlinks(t.Context(), who, target.ID))(t))), fmt.Sprint([]content.ID{source.ID}))
	orphans, _, err := s.Library.Orphans(t.Context(), who, "66", 10, 0)
	equal(t, "orphans", fmt.Sprint(ids(do(orphans, err)(t))), fmt.Sprint([]content.ID{source.ID}))
}

// link is what somebody wrote and where it led.
type link struct{ written, target string }

// TestWhateverIsRenamedOrMovedLinksLeadToTheSameText renames and moves texts
// at random: both those that are linked to and those the links stand in. The
// database that grew with it equals one that is built at once.
func TestWhateverIsRenamedOrMovedLinksLeadToTheSameText(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 3))
			s := servertest.New(t)
			who := city(s)
			var all []content.ID
			titles := map[content.ID][]string{}
			written := map[content.ID][]link{}
			words := strings.Fields("Amsel Buche Dachs Eibe Fuchs Ginster Habicht Igel Kiefer Linde Marder Nelke Otter Pappel Quendel Rose Specht Tanne Ulme Wiesel")
			fresh := func() string { return fmt.Sprintf("%s %d", words[r.IntN(len(words))], r.Int32()) }
			for range 5 {
				title := fresh()
				a := do(s.Library.Create(t.Context(), who, article(title, "Wort")))(t)
				if r.IntN(2) == 0 {
					a = do(s.Library.Attach(t.Context(), who, a.ID, a.ETag, "plan.txt", strings.NewReader("Plan")))(t)
				}
				all, titles[a.ID] = append(all, a.ID), []string{title}
			}
			for step := range 40 {
				a := do(s.Library.Article(t.Context(), who, all[r.IntN(len(all))]))(t)
				switch r.IntN(4) {
				case 0: // a link is added
					to := do(s.Library.Article(t.Context(), who, all[r.IntN(len(all))]))(t)
					relative := strings.Repeat("../", strings.Count(a.Path, "/")) + to.Path
					forms := []string{"[[" + titles[to.ID][r.IntN(len(titles[to.ID]))] + "]]", "[[" + string(to.ID) + "]]", "[x](/a/" + string(to.ID) + ")", "[x](" + relative + ")", "[x](" + path.Dir(relative) + "/)"}
					written[a.ID] = append(written[a.ID], link{forms[r.IntN(len(forms))], content.Address(to.ID)})
					body := "Wort\n"
					for _, l := range written[a.ID] {
						body += "\n" + l.written + "\n"
					}
					do(s.Library.Save(t.Context(), who, a.ID, a.ETag, content.Edit{Body: body}))(t)
				case 1: // an earlier title comes back
					title := titles[a.ID][r.IntN(len(titles[a.ID]))]
					do(s.Library.Move(t.Context(), who, a.ID, a.ETag, content.Move{Title: title, Tidy: r.IntN(2) == 0}))(t)
				default:
					title := fresh()
					do(s.Library.Move(t.Context(), who, a.ID, a.ETag, content.Move{Title: title, Tidy: r.IntN(3) > 0}))(t)
					titles[a.ID] = append(titles[a.ID], title)
				}
				for _, id := range all {
					var want []string
					for _, l := range written[id] {
						want = append(want, l.target)
					}
					equal(t, fmt.Sprintf("step %d: links of %s", step, id), strings.Join(leads(t, s, who, id), " "), strings.Join(want, " "))
				}
				if t.Failed() {
					return
				}
			}
			rebuilt(t, s)
		})
	}
}

// TestNobodyLearnsOfHiddenTextsByTendingLinks has a hidden text link to an open one,
// an open one link to it, and both share a title and a wording.
func TestNobodyLearnsOfHiddenTextsByTendingLinks(t *testing.T) {
	s := servertest.New(t)
	wording := manyWords(1, 200)
	open := do(s.Library.Create(t.Context(), s.Operator, article("Offen", "Text\n")))(t)
	s.Place("wissen/g/geheim/index.md", "---\nid: aaaaaaaaa2\ntitel: Haushaltsloch\nbereich: \"66\"\nsichtbar: {rollen: [trainer]}\n---\nSiehe [[Offen]].\n\n"+wording)
	source := do(s.Library.Create(t.Context(), s.Operator, article("Quelle", "[[Haushaltsloch]] und [[aaaaaaaaa2]].\n\n"+wording)))(t)
	s.Indexed()
	for _, who := range []account.Actor{s.Actor("expertin"), s.Actor("prueferin")} {
		equal(t, "mentions", len(do(s.Library.Backlinks(t.Context(), who, open.ID))(t)), 0)
		_, err := s.Library.Backlinks(t.Context(), who, "aaaaaaaaa2")
		refused(t, "mentions of the hidden text", err, fault.NotFound)
		_, err = s.Library.Experts(t.Context(), who, "aaaaaaaaa2")
		refused(t, "experts of the hidden text", err, fault.NotFound)
		// The page shows these links broken, so the list does too.
		equal(t, "leads", len(leads(t, s, who, source.ID)), 0)
		_, broken, err := s.Library.BrokenLinks(t.Context(), who, "66", 10, 0)
		equal(t, "broken", do(broken, err)(t), 2)
		orphans, total, err := s.Library.Orphans(t.Context(), who, "66", 10, 0)
		equal(t, "orphans", len(do(orphans, err)(t)), 2)
		equal(t, "orphans counted", total, 2)
		equal(t, "similar", len(do(s.Library.Similar(t.Context(), who, source.ID, "Haushaltsloch", wording))(t)), 0)
		equal(t, "duplicates", len(do(s.Library.Duplicates(t.Context(), who, ""))(t)), 0)
	}
	// A text of one's own with that title is the one the link means.
	same := do(s.Library.Create(t.Context(), s.Operator, article("Haushaltsloch", "Anders")))(t)
	equal(t, "leads", strings.Join(leads(t, s, s.Actor("leserin"), source.ID), " "), content.Address(same.ID))
	equal(t, "mentioned", len(do(s.Library.Backlinks(t.Context(), s.Actor("leserin"), same.ID))(t)), 1)
	// Who sees all of it is told.
	equal(t, "mentions for the operator", len(do(s.Library.Backlinks(t.Context(), s.Operator, open.ID))(t)), 1)
	equal(t, "duplicates for the operator", len(do(s.Library.Duplicates(t.Context(), s.Operator, "66"))(t)), 1)
	for _, login := range []string{"leserin", "azubi", "admin", "ohnerolle"} {
		_, _, err := s.Library.BrokenLinks(t.Context(), s.Actor(login), "", 10, 0)
		refused(t, login, err, fault.Forbidden)
		_, _, err = s.Library.Orphans(t.Context(), s.Actor(login), "", 10, 0)
		refused(t, login, err, fault.Forbidden)
		_, err = s.Library.Duplicates(t.Context(), s.Actor(login), "")
		refused(t, login, err, fault.Forbidden)
	}
}

func TestALinkWithSeveralMeaningsIsToldOf(t *testing.T) {
	s := servertest.New(t)
	who := city(s)
	first := do(s.Library.Create(t.Context(), who, article("Urlaub", "a")))(t)
	second := do(s.Library.Create(t.Context(), who, article("Urlaub", "b")))(t)
	source := do(s.Library.Create(t.Context(), who, article("Quelle", "[[urlaub]], [["+string(first.ID)+"]], [[Quelle]]")))(t)
	equal(t, "ambiguous", strings.Join(do(s.Library.AmbiguousLinks(t.Context(), who, source.ID))(t), " "), "urlaub")
	equal(t, "leads", leads(t, s, who, source.ID)[0], content.Address(min(first.ID, second.ID)))
	do(s.Library.Move(t.Context(), who, second.ID, second.ETag, content.Move{Title: "Sonderurlaub"}))(t)
	equal(t, "ambiguous", len(do(s.Library.AmbiguousLinks(t.Context(), who, source.ID))(t)), 0)
	equal(t, "leads", leads(t, s, who, source.ID)[0], content.Address(first.ID))
}
