package content_test

import (
	"fmt"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// writerOf is somebody of department 66 who writes for some departments.
func writerOf(s *servertest.Server, departments ...string) account.Actor {
	var grants []account.Grant
	for _, d := range departments {
		grants = append(grants, account.Grant{Role: account.Author, Scope: account.InDepartment(d)})
	}
	p := s.People["expertin"]
	return account.NewActor(p, append(grants, account.Grant{Role: account.Reader}), "2026-11-24", account.WriteAccess)
}

// TestATextMovesOnlyBetweenDepartmentsOfItsWriter needs the right for both:
// nobody pushes a text to others, nobody takes one from them.
func TestATextMovesOnlyBetweenDepartmentsOfItsWriter(t *testing.T) {
	s := servertest.New(t)
	for name, c := range map[string]struct {
		writer   account.Actor
		from, to string
		want     fault.Kind
	}{
		"within the department":        {writerOf(s, "66"), "66", "66/1", allowed},
		"out of a unit":                {writerOf(s, "66"), "66/1", "66", allowed},
		"out of one's only unit":       {writerOf(s, "66/1"), "66/1", "66", fault.Forbidden},
		"to a stranger":                {writerOf(s, "66"), "66", "20", fault.Forbidden},
		"from a stranger":              {writerOf(s, "66"), "20", "66", fault.Forbidden},
		"between two of one's own":     {writerOf(s, "66", "20"), "66", "20", allowed},
		"to a number that looks alike": {writerOf(s, "66"), "66", "661", fault.Forbidden},
		"the operator":                 {s.Operator, "66", "20", allowed},
	} {
		e := article(name, "x")
		e.Department = c.from
		a := do(s.Library.Create(t.Context(), s.Operator, e))(t)
		moved, err := s.Library.Save(t.Context(), c.writer, a.ID, a.ETag, content.Edit{Department: c.to, Body: "x"})
		if c.want != allowed {
			refused(t, name, err, c.want)
			equal(t, name+": department", do(s.Library.Article(t.Context(), s.Operator, a.ID))(t).Department, c.from)
			continue
		}
		equal(t, name+": department", do(moved, err)(t).Department, c.to)
		equal(t, name+": place", moved.Path, a.Path)
		equal(t, name+": hash changed", moved.ContentHash != a.ContentHash, true)
	}
}

// TestAKindChangesOnlyWhereItNeedsNoApproval turns kinds into others.
func TestAKindChangesOnlyWhereItNeedsNoApproval(t *testing.T) {
	s := servertest.New(t)
	for _, c := range []struct {
		from, to content.Kind
		want     fault.Kind
	}{
		{content.KindArticle, content.KindTemplate, allowed},
		{content.KindTemplate, content.KindArticle, allowed},
		{content.KindArticle, content.KindStandard, fault.ApprovalRequired},
		{content.KindArticle, content.KindAgreement, fault.ApprovalRequired},
		{content.KindStandard, content.KindArticle, fault.ApprovalRequired}, // else approval could be shed
		{content.KindInstruction, content.KindRegulation, fault.ApprovalRequired},
		{content.KindArticle, "gedicht", fault.Invalid},
	} {
		name := fmt.Sprintf("%s to %s", c.from, c.to)
		e := article(name, "x")
		e.Kind = c.from
		a := do(s.Library.Create(t.Context(), s.Operator, e))(t)
		changed, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Kind: c.to, Body: "x"})
		if c.want != allowed {
			refused(t, name, err, c.want)
			continue
		}
		equal(t, name, do(changed, err)(t).Kind, c.to)
		equal(t, name+": place", changed.Path, a.Path)
	}
}

// TestRestoringAsksForTheRightOfThenAndNow takes a text through departments
// and kinds: an old version comes back only for who may write it as it was.
func TestRestoringAsksForTheRightOfThenAndNow(t *testing.T) {
	s := servertest.New(t)
	e := article("Wandert", "aus 20")
	e.Department = "20"
	foreign := do(s.Library.Create(t.Context(), s.Operator, e))(t)
	save := func(a content.Article, e content.Edit) content.Article {
		t.Helper()
		return do(s.Library.Save(t.Context(), s.Operator, a.ID, a.ETag, e))(t)
	}
	binding := save(foreign, content.Edit{Department: "66", Kind: content.KindStandard, Body: "verbindlich"})
	own := save(binding, content.Edit{Kind: content.KindArticle, Body: "eigener"})
	now := save(own, content.Edit{Body: "neuester"})
	for name, c := range map[string]struct {
		at   content.RevisionID
		want fault.Kind
	}{"of another department": {foreign.Revision, fault.Forbidden}, "a standard": {binding.Revision, fault.ApprovalRequired}} {
		_, err := s.Library.Restore(t.Context(), s.Actor("expertin"), now.ID, c.at, now.ETag, "zurück")
		refused(t, name, err, c.want)
	}
	back := do(s.Library.Restore(t.Context(), s.Actor("expertin"), now.ID, own.Revision, now.ETag, "zurück"))(t)
	equal(t, "restored", do(s.Library.Source(t.Context(), s.Operator, back.ID, ""))(t).Body, "\neigener\n")
	_, err := s.Library.Restore(t.Context(), s.Actor("personalerin"), now.ID, own.Revision, back.ETag, "zurück")
	refused(t, "by others", err, fault.Forbidden)
}

// TestEveryWriteNeedsTheNewestBase lets somebody do one thing to a text, and
// somebody else another thing from what stood there before. Only saves that
// contradict nothing are joined.
func TestEveryWriteNeedsTheNewestBase(t *testing.T) {
	s := servertest.New(t)
	ctx, first, second := t.Context(), s.Actor("expertin"), s.Actor("nachfolger")
	type write func(who account.Actor, a content.Article, base string) error
	writes := map[string]write{
		"save": func(who account.Actor, a content.Article, base string) error {
			_, err := s.Library.Save(ctx, who, a.ID, base, content.Edit{Body: "von " + who.Person.Login})
			return err
		},
		"new title": func(who account.Actor, a content.Article, base string) error {
			_, err := s.Library.Save(ctx, who, a.ID, base, content.Edit{Title: "Titel von " + who.Person.Login, Body: "Anfang"})
			return err
		},
		"attach": func(who account.Actor, a content.Article, base string) error {
			_, err := s.Library.Attach(ctx, who, a.ID, base, who.Person.Login+".txt", strings.NewReader("x"))
			return err
		},
		"detach": func(who account.Actor, a content.Article, base string) error {
			_, err := s.Library.Detach(ctx, who, a.ID, base, "plan-"+who.Person.Login+".txt")
			return err
		},
		"restore": func(who account.Actor, a content.Article, base string) error {
			_, err := s.Library.Restore(ctx, who, a.ID, a.Revision, base, "von "+who.Person.Login)
			return err
		},
	}
	for one, doOne := range writes {
		for other, doOther := range writes {
			a := s.Write("expertin", article(one+" "+other, "Ganz am Anfang"))
			start := a.Revision
			a = do(s.Library.Attach(ctx, first, a.ID, a.ETag, "plan-expertin.txt", strings.NewReader("1")))(t)
			a = do(s.Library.Attach(ctx, first, a.ID, a.ETag, "plan-nachfolger.txt", strings.NewReader("2")))(t)
			a = do(s.Library.Save(ctx, first, a.ID, a.ETag, content.Edit{Body: "Anfang"}))(t)
			base := a.ETag
			a.Revision = start // what restoring goes back to
			if err := doOne(first, a, base); err != nil {
				t.Fatal(one, err)
			}
			before := do(s.Library.Article(ctx, first, a.ID))(t)
			if joins := map[string]string{"save": "new title attach detach", "new title": "save attach detach restore"}; strings.Contains(joins[other], one) {
				if err := doOther(second, a, base); err != nil {
					t.Errorf("%s after %s: %v", other, one, err)
				}
				continue
			}
			refused(t, other+" after "+one, doOther(second, a, base), fault.Stale)
			equal(t, other+" after "+one+": nothing changed", do(s.Library.Article(ctx, first, a.ID))(t).ETag, before.ETag)
			if err := doOther(second, a, before.ETag); err != nil {
				t.Errorf("%s after %s with the newest base: %v", other, one, err)
			}
		}
	}
}

// TestLessonsAreNumberedWhereTheyBelong adds lessons to a module in which
// others lie already.
func TestLessonsAreNumberedWhereTheyBelong(t *testing.T) {
	s := servertest.New(t)
	e := article("Kasse", "x")
	e.Kind = content.KindModule
	module := s.Write("expertin", e)
	lesson := func(title string) content.Edit {
		return content.Edit{Title: title, Kind: content.KindLesson, Module: module.ID, Department: "66", Body: "Text"}
	}
	commitFiles(t, s, map[string][]byte{"module/k/kasse/2026-plan.txt": []byte("keine Lektion"), "module/k/kasse/anhang.pdf": []byte("x")})
	equal(t, "first", s.Write("expertin", lesson("Vier Augen")).Path, "module/k/kasse/01-vier-augen.md")
	commitFiles(t, s, map[string][]byte{"module/k/kasse/07-von-aussen.md": text(idA, "Von außen", "art: lektion")})
	equal(t, "after the seventh", s.Write("expertin", lesson("Über Geld")).Path, "module/k/kasse/08-ueber-geld.md")
	equal(t, "the same title", s.Write("expertin", lesson("Über Geld")).Path, "module/k/kasse/09-ueber-geld.md")

	for name, c := range map[string]struct {
		who  account.Actor
		edit content.Edit
		want fault.Kind
	}{
		"by a writer of the lesson's department only": {s.Actor("personalerin"), content.Edit{Title: "x", Kind: content.KindLesson, Module: module.ID, Department: "11"}, fault.Forbidden},
		"no such module":    {s.Actor("expertin"), content.Edit{Title: "x", Kind: content.KindLesson, Module: "zzzzzzzzzz", Department: "66"}, fault.Invalid},
		"under a lesson":    {s.Actor("expertin"), content.Edit{Title: "x", Kind: content.KindLesson, Module: idA, Department: "66"}, fault.Invalid},
		"for no department": {s.Operator, content.Edit{Title: "x", Kind: content.KindLesson, Module: module.ID}, fault.Invalid},
	} {
		_, err := s.Library.Create(t.Context(), c.who, c.edit)
		refused(t, name, err, c.want)
	}
	var order []string
	for _, sibling := range do(s.Library.Siblings(t.Context(), s.Actor("leserin"), module))(t) {
		order = append(order, sibling.Title)
	}
	equal(t, "order", strings.Join(order, "|"), "Vier Augen|Von außen|Über Geld|Über Geld")
}

// TestAFieldIsOnlySetByItsName saves what forms and programs send.
func TestAFieldIsOnlySetByItsName(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Felder", "x"))
	save := func(meta map[string]any) (content.Article, error) {
		saved, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "x", Meta: meta})
		if err == nil {
			a = saved
		}
		return saved, err
	}
	for _, key := range []string{"id", "art", "titel", "bereich", "herkunft", "layout", "Themen", "themen\nid", "sichtbar: alle\nx", "", "bestehen"} {
		_, err := save(map[string]any{key: "zzzzzzzzzz"})
		refused(t, fmt.Sprintf("key %q", key), err, fault.Invalid)
		if f, _ := fault.Of(err); f != nil && f.Field != "meta."+key {
			t.Errorf("key %q: the fault is about %q", key, f.Field)
		}
	}
	for name, meta := range map[string]map[string]any{
		"a day in words": {"gueltig_ab": "morgen"}, "a list of lists": {"themen": []any{[]any{"a"}}}, "a list for a text": {"kurz": []any{"a", "b"}},
		"backwards": {"gueltig_ab": "2026-02-01", "gueltig_bis": "2026-01-01"}, "a role nobody has": {"sichtbar": map[string]any{"rollen": []any{"chefin"}}},
		"too long": {"kurz": strings.Repeat("ü", 2001)}, "too many": {"themen": strings.Split(strings.Repeat("a,", 101)+"a", ",")},
	} {
		_, err := save(meta)
		refused(t, name, err, fault.Invalid)
	}
	saved := do(save(map[string]any{"minuten": float64(5), "themen": []any{"Winter: Eis", "- Streu", "#1"}, "kurz": "id: zzzzzzzzzz\n---\nsichtbar: alle", "nummer": "ja"}))(t)
	equal(t, "id", saved.ID, a.ID)
	equal(t, "topics", strings.Join(saved.Topics, "|"), "Winter: Eis|- Streu|#1")
	equal(t, "summary", saved.Summary, "id: zzzzzzzzzz\n---\nsichtbar: alle")
	equal(t, "number", saved.Number, "ja")
	fields := do(s.Library.Source(t.Context(), s.Actor("expertin"), a.ID, ""))(t).Fields
	equal(t, "minutes", fmt.Sprint(fields["minuten"]), "5")
	saved = do(save(map[string]any{"themen": []any{}, "kurz": nil, "nummer": ""}))(t)
	equal(t, "taken away", fmt.Sprint(saved.Topics, saved.Summary, saved.Number), "[]")
}
