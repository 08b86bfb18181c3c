package content_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/server/servertest"
)

func TestARenamedTextTakesItsFilesAndItsHistoryAlong(t *testing.T) {
	s := servertest.New(t)
	who := s.Actor("expertin")
	a := do(s.Library.Create(t.Context(), who, article("Alter Name", "Text")))(t)
	a = do(s.Library.Attach(t.Context(), who, a.ID, a.ETag, "plan.txt", strings.NewReader("Plan")))(t)
	_, err := s.Library.Move(t.Context(), who, a.ID, "", content.Move{Title: "Neuer Name"})
	refused(t, "without a base", err, fault.PreconditionRequired)
	_, err = s.Library.Move(t.Context(), who, a.ID, "alt", content.Move{Title: "Neuer Name"})
	refused(t, "on an old base", err, fault.Stale)
	m := content.Move{Title: "Neuer  Name", Tidy: true, Message: "klarer", Operation: content.OperationKey(who, "k")}
	b := do(s.Library.Move(t.Context(), who, a.ID, a.ETag, m))(t)
	equal(t, "path", b.Path, "wissen/n/neuer-name/index.md")
	equal(t, "title", b.Title, "Neuer Name")
	_, bytes := opened(t, s, a.ID, "plan.txt")
	equal(t, "attachment", bytes, "Plan")
	equal(t, "versions", len(do(s.Library.History(t.Context(), who, a.ID, 0, 10))(t)), 3)
	equal(t, "same request again", do(s.Library.Move(t.Context(), who, a.ID, a.ETag, m))(t).Revision, b.Revision)
	tree := do(s.Repository.Snapshot(t.Context(), s.Repository.Head()))(t)
	if _, there := tree.Hash(path.Dir(a.Path)); there {
		t.Error("the old folder is still there")
	}
	// A new text of the old name lies elsewhere: the old place leads to the first.
	c := do(s.Library.Create(t.Context(), who, article("Alter Name", "Text")))(t)
	equal(t, "place of the new text", c.Path, "wissen/a/alter-name-"+string(c.ID)+"/index.md")
	source := do(s.Library.Create(t.Context(), who, article("Quelle", "[x](../../a/alter-name/index.md)")))(t)
	equal(t, "the old place", leads(t, s, who, source.ID)[0], content.Address(a.ID))
}

func TestStandardsMoveButAreNotRenamedWithoutApproval(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/x/alt/index.md", "---\nid: standardd2\nart: standard\ntitel: Dienstreise\nbereich: \"11\"\n---\nText\n")
	a := do(s.Library.Article(t.Context(), s.Operator, "standardd2"))(t)
	editor := s.Actor("personalerin")
	_, err := s.Library.Move(t.Context(), editor, a.ID, a.ETag, content.Move{Title: "Reise"})
	refused(t, "renaming", err, fault.ApprovalRequired)
	for _, login := range []string{"grundsatz", "leserin", "expertin"} {
		_, err := s.Library.Move(t.Context(), s.Actor(login), a.ID, a.ETag, content.Move{Tidy: true})
		refused(t, login, err, fault.Forbidden)
	}
	b := do(s.Library.Move(t.Context(), editor, a.ID, a.ETag, content.Move{Tidy: true}))(t)
	equal(t, "path", b.Path, "standards/d/dienstreise/index.md")
	equal(t, "what it says", b.ContentHash, a.ContentHash)
	equal(t, "what approvals and proposals stand on", b.ETag, a.ETag)
	refusedMove(t, s, account.NewActor(editor.Person, editor.Grants, "2026-11-24", account.ReadAccess), b)
}

func refusedMove(t *testing.T, s *servertest.Server, reader account.Actor, a content.Article) {
	t.Helper()
	_, err := s.Library.Move(t.Context(), reader, a.ID, a.ETag, content.Move{Tidy: true})
	refused(t, "a token that reads", err, fault.Forbidden)
	refused(t, "a token that reads archives", s.Library.Archive(t.Context(), reader, a.ID, a.ETag, ""), fault.Forbidden)
}

func TestFilesOfTwoTextsStayWithBoth(t *testing.T) {
	s := servertest.New(t)
	commitFiles(t, s, map[string][]byte{
		"alt/eins.md": text(idA, "Eins", `bereich: "66"`), "alt/zwei.md": text(idB, "Zwei", `bereich: "66"`), "alt/plan.txt": []byte("Plan"),
	})
	who := city(s)
	a := do(s.Library.Article(t.Context(), who, idA))(t)
	a = do(s.Library.Move(t.Context(), who, idA, a.ETag, content.Move{Tidy: true}))(t)
	equal(t, "path", a.Path, "wissen/e/eins/index.md")
	for _, id := range []content.ID{idA, idB} {
		_, bytes := opened(t, s, id, "plan.txt")
		equal(t, "plan of "+string(id), bytes, "Plan")
	}
	b := do(s.Library.Article(t.Context(), who, idB))(t)
	if err := s.Library.Archive(t.Context(), who, idB, b.ETag, ""); err != nil {
		t.Fatal(err)
	}
	rebuilt(t, s, idB)
}

func TestAnArchivedTextIsGoneAndComesBack(t *testing.T) {
	s := servertest.New(t)
	editor, author := city(s), s.Actor("expertin")
	next := do(s.Library.Create(t.Context(), author, article("Nachfolger", "Neu")))(t)
	e := article("Alt", "Siehe [[Nachfolger]].")
	e.Meta = map[string]any{"ersetzt_durch": string(next.ID)}
	a := do(s.Library.Create(t.Context(), author, e))(t)
	a = do(s.Library.Attach(t.Context(), author, a.ID, a.ETag, "plan.txt", strings.NewReader("Plan")))(t)
	refused(t, "an author", s.Library.Archive(t.Context(), author, a.ID, a.ETag, ""), fault.Forbidden)
	refused(t, "without a base", s.Library.Archive(t.Context(), editor, a.ID, "", ""), fault.PreconditionRequired)
	refused(t, "on an old base", s.Library.Archive(t.Context(), editor, a.ID, "alt", ""), fault.Stale)
	if err := s.Library.Archive(t.Context(), editor, a.ID, a.ETag, "überholt"); err != nil {
		t.Fatal(err)
	}
	_, err := s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, "")
	refused(t, "reading it", err, fault.Gone)
	was := do(s.Library.Archived(t.Context(), s.Actor("leserin"), a.ID))(t)
	equal(t, "title, successor, reason, restore", fmt.Sprint(was.Meta.Title, was.Successor.ID, was.Message, was.CanRestore), fmt.Sprint("Alt", next.ID, "überholt", false))
	equal(t, "mentions of the successor", len(do(s.Library.Backlinks(t.Context(), author, next.ID))(t)), 0)
	_, err = s.Library.Unarchive(t.Context(), author, a.ID, "")
	refused(t, "an author brings it back", err, fault.Forbidden)
	do(s.Library.Create(t.Context(), author, article("Alt", "Ein anderer")))(t) // takes the place
	b := do(s.Library.Unarchive(t.Context(), editor, a.ID, "doch"))(t)
	equal(t, "id and words", fmt.Sprint(b.ID, b.ContentHash), fmt.Sprint(a.ID, a.ContentHash))
	_, bytes := opened(t, s, a.ID, "plan.txt")
	equal(t, "attachment", bytes, "Plan")
	equal(t, "twice", do(s.Library.Unarchive(t.Context(), editor, a.ID, ""))(t).Revision, b.Revision)
	_, err = s.Library.Unarchive(t.Context(), s.Actor("leserin"), a.ID, "")
	refused(t, "a reader, of a text that is there", err, fault.NotFound)
	rebuilt(t, s)
}

func TestAnArchivedTextIsToldOfOnlyToThoseWhoSawIt(t *testing.T) {
	s := servertest.New(t)
	e := article("Geheim", "x")
	e.Meta = map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	a := do(s.Library.Create(t.Context(), s.Operator, e))(t)
	if err := s.Library.Archive(t.Context(), s.Operator, a.ID, a.ETag, ""); err != nil {
		t.Fatal(err)
	}
	_, err := s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, "")
	refused(t, "a reader", err, fault.NotFound)
	_, err = s.Library.Read(t.Context(), s.Actor("expertin"), a.ID, "")
	refused(t, "the department", err, fault.Gone)
	_, err = s.Library.Archived(t.Context(), s.Actor("leserin"), "gibtsnicht")
	refused(t, "no text", err, fault.NotFound)
	refused(t, "archiving what is hidden", s.Library.Archive(t.Context(), s.Actor("personalerin"), a.ID, a.ETag, ""), fault.NotFound)
}

func TestStandardsAreArchivedOnlyOnceTheyEnded(t *testing.T) {
	s := servertest.New(t)
	for name, c := range map[string]struct {
		front, login string
		want         fault.Kind
	}{
		"in force":                 {"", "grundsatz", fault.ApprovalRequired},
		"to come":                  {"gueltig_ab: 2027-01-01", "personalerin", fault.ApprovalRequired},
		"overdue":                  {"naechste_pruefung: 2020-01-01", "personalerin", fault.ApprovalRequired},
		"expired, by its reviewer": {"gueltig_bis: 2026-01-01", "grundsatz", allowed},
		"expired, by its editor":   {"gueltig_bis: 2026-01-01", "personalerin", allowed},
		"expired, by a stranger":   {"gueltig_bis: 2026-01-01", "pruefer", fault.Forbidden},
		"expired, by a reader":     {"gueltig_bis: 2026-01-01", "leserin", fault.Forbidden},
	} {
		id := ident.NewRandom().New()
		s.Place("", "---\nid: "+id+"\nart: standard\ntitel: Dienstreise\nbereich: \"11\"\n"+c.front+"\n---\nText\n")
		a := do(s.Library.Article(t.Context(), s.Operator, content.ID(id)))(t)
		err := s.Library.Archive(t.Context(), s.Actor(c.login), a.ID, a.ETag, "")
		if c.want != allowed {
			refused(t, name, err, c.want)
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func TestAnImportDoesNotBringBackWhatPeopleArchived(t *testing.T) {
	s := servertest.New(t)
	p := content.Placement{Owner: "import", Source: text(idA, "Alt", `bereich: "66"`), Author: "u-operatorxx", At: s.Now()}
	place := func() content.Outcome {
		_, outcome, err := s.Library.Place(t.Context(), s.Operator, p, false)
		return do(outcome, err)(t)
	}
	equal(t, "first", place(), content.Placed)
	a := do(s.Library.Article(t.Context(), s.Operator, idA))(t)
	if err := s.Library.Archive(t.Context(), city(s), a.ID, a.ETag, ""); err != nil {
		t.Fatal(err)
	}
	equal(t, "after archiving", place(), content.Kept)
}

// manyWords makes a text nobody else has.
func manyWords(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 7))
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "wort%d ", r.IntN(5000))
		if i%12 == 11 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// changed replaces every nth word.
func changed(text string, n int) string {
	list := strings.Fields(text)
	for i := range list {
		if i%n == 0 {
			list[i] = fmt.Sprintf("anders%d", i)
		}
	}
	return strings.Join(list, " ")
}

func TestSimilarTextsAreFoundAndOthersAreNot(t *testing.T) {
	s := servertest.New(t)
	who := s.Actor("expertin")
	wording := manyWords(2, 300)
	for title, body := range map[string]string{
		"Reisekosten abrechnen": wording, "Checkliste": "kurz", "Rundschreiben 2025": "kurz", "Dienstfahrrad leasen": manyWords(3, 300),
	} {
		do(s.Library.Create(t.Context(), who, article(title, body)))(t)
	}
	s.Indexed()
	for name, c := range map[string]struct{ title, body, want string }{
		"the same title":                  {"checkliste", "anders", "Checkliste"},
		"other words in the title":        {"Abrechnung der Reisekosten", "anders", "Reisekosten abrechnen"},
		"a short title with more":         {"Checkliste Umzug", "anders", ""},
		"another number":                  {"Rundschreiben 2026", "anders", ""},
		"one word in common":              {"Dienstfahrrad melden", "anders", ""},
		"the same text":                   {"Ganz anders", wording, "Reisekosten abrechnen"},
		"every twentieth word is another": {"Ganz anders", changed(wording, 20), "Reisekosten abrechnen"},
		"every third word is another":     {"Ganz anders", changed(wording, 3), ""},
		"another text":                    {"Ganz anders", manyWords(9, 300), ""},
		"a few common words":              {"Ganz anders", strings.Join(strings.Fields(wording)[:20], " "), ""},
		"nothing":                         {"", "", ""},
	} {
		var got []string
		for _, found := range do(s.Library.Similar(t.Context(), who, "", c.title, c.body))(t) {
			got = append(got, found.Article.Title)
		}
		equal(t, name, strings.Join(got, ", "), c.want)
	}
}

// counting counts what is read from the repository.
type counting struct {
	content.Repository
	blobs int
}

func (c *counting) Blob(ctx context.Context, hash string) ([]byte, error) {
	c.blobs++
	return c.Repository.Blob(ctx, hash)
}

func part(list []content.Standing, who string) content.Part {
	for _, s := range list {
		if s.Who == who {
			return s.Part
		}
	}
	return ""
}

func TestExpertsAreThoseWhoseLinesStandToday(t *testing.T) {
	s := servertest.New(t)
	first, second := s.Actor("expertin"), s.Actor("nachfolger")
	a := do(s.Library.Create(t.Context(), first, article("Text", "Eins zwei drei vier.\n\n## Winter\n\nFünf sechs sieben acht.\n\n## Sommer\n\nNeun zehn elf zwölf.\n")))(t)
	a = do(s.Library.Save(t.Context(), second, a.ID, a.ETag, content.Edit{Body: "Eins zwei drei vier.\n\n## Winter\n\nGanz neu im Winter.\n\n## Sommer\n\nNeun zehn elf zwölf.\n"}))(t)
	found := do(s.Library.Experts(t.Context(), s.Actor("leserin"), a.ID))(t)
	one, two := first.Person.Pseudonym, second.Person.Pseudonym
	equal(t, "whole", fmt.Sprint(part(found.Whole, one), part(found.Whole, two)), fmt.Sprint(content.PartMost, content.PartSome))
	equal(t, "sections", len(found.Sections), 3)
	equal(t, "winter", fmt.Sprint(found.Sections[1].Title, found.Sections[1].Anchor, part(found.Sections[1].Standing, two)), fmt.Sprint("Winter", "winter", content.PartMost))
	equal(t, "summer", part(found.Sections[2].Standing, two), "")
	// Whose last line goes is no longer named.
	a = do(s.Library.Save(t.Context(), second, a.ID, a.ETag, content.Edit{Body: "Alles ganz anders."}))(t)
	found = do(s.Library.Experts(t.Context(), s.Actor("leserin"), a.ID))(t)
	equal(t, "after all", fmt.Sprint(part(found.Whole, one), part(found.Whole, two)), fmt.Sprint("", content.PartAll))
}

func TestImportedLinesAreNobodys(t *testing.T) {
	s := servertest.New(t)
	_, _, err := s.Library.Place(t.Context(), s.Operator, content.Placement{Owner: "import", Source: text(idA, "Alt", `bereich: "66"`), Author: "u-operatorxx", At: s.Now()}, false)
	do("", err)(t)
	found := do(s.Library.Experts(t.Context(), s.Actor("leserin"), idA))(t)
	equal(t, "standing", fmt.Sprint(len(found.Whole), found.Whole[0].Origin, found.Whole[0].Who), fmt.Sprint(1, true, ""))
}

func TestAuthorsOfHiddenVersionsAreNotNamed(t *testing.T) {
	s := servertest.New(t)
	e := article("Text", "Eins zwei drei.\n")
	e.Meta = map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	a := do(s.Library.Create(t.Context(), s.Actor("expertin"), e))(t)
	do(s.Library.Save(t.Context(), s.Actor("nachfolger"), a.ID, a.ETag, content.Edit{Body: "Eins zwei drei.\n", Meta: map[string]any{"sichtbar": nil}}))(t)
	equal(t, "for a reader", do(s.Library.Experts(t.Context(), s.Actor("leserin"), a.ID))(t).Whole[0].Known, false)
	equal(t, "in the department", do(s.Library.Experts(t.Context(), s.Actor("nachfolger"), a.ID))(t).Whole[0].Who, s.People["expertin"].Pseudonym)
}

func TestALongHistoryIsFollowedOnlySoFar(t *testing.T) {
	s := servertest.New(t)
	files := []map[string][]byte{}
	for n := range 300 { // every version adds a line
		body := ""
		for i := range n + 1 {
			body += fmt.Sprintf("Zeile %d\n", i)
		}
		files = append(files, map[string][]byte{"wissen/l/lang/index.md": append(text(idA, "Lang", `bereich: "66"`), body...)})
	}
	for _, step := range files {
		commitFiles(t, s, step)
	}
	s.Indexed() // the index reads versions, too
	count := &counting{Repository: s.Library.Repository}
	s.Library.Repository = count
	found := do(s.Library.Experts(t.Context(), s.Actor("leserin"), idA))(t)
	equal(t, "versions read", count.blobs <= 201 && count.blobs > 100, true)
	equal(t, "some is older than what was looked at", found.Whole[len(found.Whole)-1].Known, false)
	count.blobs = 0
	do(s.Library.Experts(t.Context(), s.Actor("leserin"), idA))(t)
	equal(t, "versions read again", count.blobs, 0)
	s.Advance(time.Hour)
	commitFiles(t, s, map[string][]byte{"wissen/l/lang/index.md": append(text(idA, "Lang", `bereich: "66"`), "Alles neu"...)})
	do(s.Library.Experts(t.Context(), s.Actor("leserin"), idA))(t)
	equal(t, "versions read once all is accounted for", count.blobs < 205, true)
}

// Whoever clicks twice brings a text back once: two files with one id would be
// two texts of which people see one.
func TestATextComesBackOnce(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Salz.\n"})
	if err := s.Library.Archive(t.Context(), s.Operator, a.ID, a.ETag, "weg"); err != nil {
		t.Fatal(err)
	}
	back := make([]error, 8)
	var all sync.WaitGroup
	for i := range back {
		all.Go(func() { _, back[i] = s.Library.Unarchive(t.Context(), s.Operator, a.ID, "doch") })
	}
	all.Wait()
	for _, err := range back {
		if err != nil {
			t.Error(err)
		}
	}
	equal(t, "versions", len(do(s.Library.History(t.Context(), s.Operator, a.ID, 0, 10))(t)), 3)
}
