package content_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// article is the smallest edit that makes a text of department 66.
func article(title, body string) content.Edit {
	return content.Edit{Title: title, Department: "66", Body: body, Message: "Neu: " + title}
}

// do takes the value of a verb that must work.
func do[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// refused fails the test unless the error is a fault of the kind.
func refused(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Errorf("%s: %v instead of a fault of kind %v", what, err, kind)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v instead of %v", what, got, want)
	}
}

func TestCreatedTextIsReadAsItWasWritten(t *testing.T) {
	s := servertest.New(t)
	e := article("Straßenaufbruch  genehmigen", "Erst **prüfen**.\r\n\r\n## Danach\r\n\r\nMelden.")
	e.Meta = map[string]any{"kurz": "Wer aufbricht, fragt.", "themen": []any{"Tiefbau", "Verkehr"}, "nummer": ""}
	e.Change = content.ChangeMaterial
	a := s.Write("expertin", e)
	equal(t, "title", a.Title, "Straßenaufbruch genehmigen")
	equal(t, "path", a.Path, "wissen/s/strassenaufbruch-genehmigen/index.md")
	equal(t, "summary", a.Summary, "Wer aufbricht, fragt.")
	equal(t, "topics", strings.Join(a.Topics, "|"), "Tiefbau|Verkehr")
	equal(t, "author", a.ChangedBy, s.People["expertin"].Pseudonym)
	equal(t, "time", a.ChangedAt.Equal(s.Now()), true)

	v := do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, ""))(t)
	if !strings.Contains(v.HTML, "<strong>prüfen</strong>") || len(v.Outline) != 1 || v.Outline[0].Text != "Danach" {
		t.Errorf("rendered as %q with outline %+v", v.HTML, v.Outline)
	}
	if v.CanEdit || v.CanPropose || !v.Current || v.At != a.Revision || v.Status != content.StatusValid {
		t.Errorf("the reader's view is %+v", v)
	}
	if own := do(s.Library.Read(t.Context(), s.Actor("nachfolger"), a.ID, ""))(t); !own.CanEdit {
		t.Error("a colleague of the department cannot edit")
	}
	source := do(s.Library.Source(t.Context(), s.Actor("expertin"), a.ID, ""))(t)
	equal(t, "body", source.Body, "\nErst **prüfen**.\n\n## Danach\n\nMelden.\n")
	if _, there := source.Fields["nummer"]; there {
		t.Error("an empty field was written")
	}
	history := do(s.Library.History(t.Context(), s.Actor("leserin"), a.ID, 0, 10))(t)
	if len(history) != 1 || history[0].ID != a.Revision || history[0].Change != content.ChangeMaterial || history[0].Message != "Neu: Straßenaufbruch genehmigen" {
		t.Errorf("history %+v", history)
	}
}

func TestPlacesAreGivenByKindAndTitleAndNeverTwice(t *testing.T) {
	s := servertest.New(t)
	for _, c := range []struct {
		kind  content.Kind
		title string
		path  string
	}{
		{content.KindArticle, "Öl & Eis", "wissen/o/oel-eis/index.md"},
		{content.KindArticle, "Öl + Eis", "wissen/o/oel-eis-{id}/index.md"},
		{content.KindTemplate, "Vermerk", "formatvorlagen/v/vermerk/index.md"},
		{content.KindModule, "Öl & Eis", "module/o/oel-eis/modul.md"},
		{content.KindArticle, "日本", "wissen/t/text/index.md"},
	} {
		e := article(c.title, "x")
		e.Kind = c.kind
		a := s.Write("expertin", e)
		equal(t, c.title, a.Path, strings.Replace(c.path, "{id}", string(a.ID), 1))
	}
}

func TestWhatCannotBeCreated(t *testing.T) {
	s := servertest.New(t)
	change := func(f func(*content.Edit)) content.Edit {
		e := article("Text", "x")
		f(&e)
		return e
	}
	plain := s.Write("expertin", article("Kein Modul", "x"))
	head := s.Repository.Head()
	for name, c := range map[string]struct {
		edit content.Edit
		kind fault.Kind
	}{
		"no title":              {change(func(e *content.Edit) { e.Title = " \n" }), fault.Invalid},
		"no department":         {change(func(e *content.Edit) { e.Department = "" }), fault.Forbidden},
		"unknown kind":          {change(func(e *content.Edit) { e.Kind = "gedicht" }), fault.Invalid},
		"a standard":            {change(func(e *content.Edit) { e.Kind = content.KindInstruction }), fault.ApprovalRequired},
		"elsewhere":             {change(func(e *content.Edit) { e.Department = "20" }), fault.Forbidden},
		"unknown key":           {change(func(e *content.Edit) { e.Meta = map[string]any{"id": "abcdefgh23"} }), fault.Invalid},
		"origin":                {change(func(e *content.Edit) { e.Meta = map[string]any{"herkunft": "x"} }), fault.Invalid},
		"bad date":              {change(func(e *content.Edit) { e.Meta = map[string]any{"gueltig_ab": "2026-02-30"} }), fault.Invalid},
		"bad visibility":        {change(func(e *content.Edit) { e.Meta = map[string]any{"sichtbar": "niemand"} }), fault.Invalid},
		"replaced by nothing":   {change(func(e *content.Edit) { e.Meta = map[string]any{"ersetzt_durch": "zzzzzzzzzz"} }), fault.Invalid},
		"lesson without module": {change(func(e *content.Edit) { e.Kind = content.KindLesson }), fault.Invalid},
		"lesson in an article":  {change(func(e *content.Edit) { e.Kind, e.Module = content.KindLesson, plain.ID }), fault.Invalid},
		"too long":              {change(func(e *content.Edit) { e.Body = strings.Repeat("x", content.DefaultMaxBody+1) }), fault.TooLarge},
	} {
		_, err := s.Library.Create(t.Context(), s.Actor("expertin"), c.edit)
		refused(t, name, err, c.kind)
	}
	equal(t, "head", s.Repository.Head(), head)
}

func TestReplacementsDoNotRunInCircles(t *testing.T) {
	s := servertest.New(t)
	replacedBy := func(e content.Edit, id content.ID) content.Edit {
		e.Meta = map[string]any{"ersetzt_durch": string(id)}
		return e
	}
	c := s.Write("expertin", article("C", "x"))
	b := s.Write("expertin", replacedBy(article("B", "x"), c.ID))
	a := s.Write("expertin", replacedBy(article("A", "x"), b.ID))
	for name, target := range map[string]content.ID{"itself": c.ID, "back by one": b.ID, "back by two": a.ID} {
		_, err := s.Library.Save(t.Context(), s.Actor("expertin"), c.ID, c.ETag, replacedBy(content.Edit{Body: "x"}, target))
		refused(t, name, err, fault.Invalid)
	}
	v := do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, ""))(t)
	if v.Successor == nil || v.Successor.ID != b.ID || v.Status != content.StatusSuperseded {
		t.Errorf("successor %+v, status %s", v.Successor, v.Status)
	}
}

func TestSaveNeedsWhatTheWriterSaw(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Frist", "Die Frist beträgt sechs Monate."))
	_, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, "", content.Edit{Body: "x"})
	refused(t, "no base", err, fault.PreconditionRequired)
	b := do(s.Library.Save(t.Context(), s.Actor("nachfolger"), a.ID, a.ETag, content.Edit{Body: "Die Frist beträgt drei Monate."}))(t)
	if b.ETag == a.ETag || b.Revision == a.Revision || b.Title != "Frist" || b.Department != "66" || b.Path != a.Path {
		t.Errorf("saved as %+v", b)
	}
	_, err = s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Die Frist beträgt neun Monate."})
	refused(t, "stale base", err, fault.Stale)
	equal(t, "body", do(s.Library.Source(t.Context(), s.Actor("expertin"), a.ID, ""))(t).Body, "\nDie Frist beträgt drei Monate.\n")

	c := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, b.ETag, content.Edit{Title: "Fristen", Body: "Die Frist beträgt drei Monate.", Meta: map[string]any{"kurz": "Neu"}}))(t)
	if c.Title != "Fristen" || c.Summary != "Neu" || c.Path != a.Path {
		t.Errorf("a new title moved the text: %+v", c)
	}
	d := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, c.ETag, content.Edit{Body: "Die Frist beträgt drei Monate.", Meta: map[string]any{"kurz": ""}}))(t)
	equal(t, "summary", d.Summary, "")
}

func TestSavingTheSameMakesNoVersion(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Gleich", "Text"))
	b := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Text"}))(t)
	equal(t, "revision", b.Revision, a.Revision)
	equal(t, "versions", len(do(s.Library.History(t.Context(), s.Actor("expertin"), a.ID, 0, 10))(t)), 1)
}

func TestRestoreMakesTheOldTextTheNewest(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Wieder", "Erste Fassung"))
	b := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Title: "Anders", Body: "Zweite Fassung"}))(t)
	_, err := s.Library.Restore(t.Context(), s.Actor("expertin"), a.ID, a.Revision, "", "zurück")
	refused(t, "no base", err, fault.PreconditionRequired)
	_, err = s.Library.Restore(t.Context(), s.Actor("expertin"), a.ID, a.Revision, a.ETag, "zurück")
	refused(t, "stale base", err, fault.Stale)
	_, err = s.Library.Restore(t.Context(), s.Actor("leserin"), a.ID, a.Revision, b.ETag, "zurück")
	refused(t, "reader", err, fault.Forbidden)
	_, err = s.Library.Restore(t.Context(), s.Actor("expertin"), a.ID, "r-zzzzzzzzzz", b.ETag, "zurück")
	refused(t, "unknown revision", err, fault.NotFound)
	c := do(s.Library.Restore(t.Context(), s.Actor("expertin"), a.ID, a.Revision, b.ETag, "zurück"))(t)
	if c.Title != "Wieder" || c.ETag != a.ETag || c.ContentHash != a.ContentHash || c.Revision == a.Revision {
		t.Errorf("restored as %+v", c)
	}
	history := do(s.Library.History(t.Context(), s.Actor("leserin"), a.ID, 0, 10))(t)
	if len(history) != 3 || history[0].Message != "zurück" || history[0].ID != c.Revision {
		t.Errorf("history %+v", history)
	}
}

func TestRevisionsOfOtherTextsAreNotReadHere(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("A", "x"))
	b := s.Write("expertin", article("B", "y"))
	_, err := s.Library.Read(t.Context(), s.Actor("expertin"), a.ID, b.Revision)
	refused(t, "read", err, fault.NotFound)
	_, err = s.Library.Source(t.Context(), s.Actor("expertin"), a.ID, b.Revision)
	refused(t, "source", err, fault.NotFound)
	_, err = s.Library.Restore(t.Context(), s.Actor("expertin"), a.ID, b.Revision, a.ETag, "")
	refused(t, "restore", err, fault.NotFound)
	_, err = s.Library.Compare(t.Context(), s.Actor("expertin"), a.ID, b.Revision, "")
	refused(t, "compare", err, fault.NotFound)
}

func TestReadShowsTheTextAsItWas(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Einst", "Alter Satz"))
	b := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Title: "Jetzt", Body: "Neuer Satz"}))(t)
	old := do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, a.Revision))(t)
	if old.Current || old.At != a.Revision || old.Article.Title != "Einst" || !strings.Contains(old.HTML, "Alter Satz") || strings.Contains(old.HTML, "Neuer") {
		t.Errorf("old: %+v", old)
	}
	now := do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, b.Revision))(t)
	if !now.Current || now.Article.Title != "Jetzt" || !strings.Contains(now.HTML, "Neuer Satz") {
		t.Errorf("now: %+v", now)
	}
}

func TestOldVersionsKeepTheirOwnVisibility(t *testing.T) {
	s := servertest.New(t)
	e := article("Vertraulich", "Geheimer Entwurf")
	e.Meta = map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	a := s.Write("expertin", e)
	b := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Für alle", Meta: map[string]any{"sichtbar": "alle"}}))(t)
	reader := s.Actor("leserin")
	do(s.Library.Read(t.Context(), reader, a.ID, ""))(t)
	_, err := s.Library.Read(t.Context(), reader, a.ID, a.Revision)
	refused(t, "the hidden version", err, fault.NotFound)
	_, err = s.Library.Compare(t.Context(), reader, a.ID, a.Revision, b.Revision)
	refused(t, "the difference to the hidden version", err, fault.NotFound)
	if h := do(s.Library.History(t.Context(), reader, a.ID, 0, 10))(t); len(h) != 1 || h[0].ID != b.Revision {
		t.Errorf("the reader's history is %+v", h)
	}
	if h := do(s.Library.History(t.Context(), s.Actor("nachfolger"), a.ID, 0, 10))(t); len(h) != 2 {
		t.Errorf("the department's history is %+v", h)
	}
	c := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, b.ETag, content.Edit{Body: "Wieder zu", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}}))(t)
	for name, at := range map[string]content.RevisionID{"newest": "", "public version": b.Revision, "last": c.Revision} {
		_, err = s.Library.Read(t.Context(), reader, a.ID, at)
		refused(t, name, err, fault.NotFound)
	}
}

func TestHistoryComesInPages(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Viel", "0"))
	want := []content.RevisionID{a.Revision}
	for i := range 6 {
		a = do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: strings.Repeat("x", i+1)}))(t)
		want = append(want, a.Revision)
	}
	slices.Reverse(want)
	var got []content.RevisionID
	before := int64(0)
	for {
		page := do(s.Library.History(t.Context(), s.Actor("leserin"), a.ID, before, 3))(t)
		if len(page) == 0 {
			break
		}
		if len(page) > 3 {
			t.Fatalf("a page of %d", len(page))
		}
		for _, r := range page {
			got, before = append(got, r.ID), r.Sequence
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCompareNamesFieldsAndLines(t *testing.T) {
	s := servertest.New(t)
	e := article("Vergleich", "Eins\n\nZwei\n\nDrei")
	e.Meta = map[string]any{"themen": []string{"a", "b"}}
	a := s.Write("expertin", e)
	b := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{
		Body: "Eins\n\n2\n\nDrei\n\nVier", Meta: map[string]any{"themen": []string{"a", "c"}, "kurz": "Neu"},
	}))(t)
	for _, to := range []content.RevisionID{"", b.Revision} {
		c := do(s.Library.Compare(t.Context(), s.Actor("leserin"), a.ID, a.Revision, to))(t)
		want := []content.FieldChange{{Key: "kurz", After: "Neu"}, {Key: "themen", Before: "a, b", After: "a, c"}}
		if !slices.Equal(c.Fields, want) {
			t.Errorf("fields %+v", c.Fields)
		}
		if c.Added != 2 || c.Removed != 1 || c.From.ID != a.Revision || c.To.ID != b.Revision {
			t.Errorf("added %d, removed %d, from %s to %s", c.Added, c.Removed, c.From.ID, c.To.ID)
		}
	}
	same := do(s.Library.Compare(t.Context(), s.Actor("leserin"), a.ID, b.Revision, b.Revision))(t)
	if len(same.Fields) != 0 || same.Added+same.Removed != 0 {
		t.Errorf("a version differs from itself: %+v", same)
	}
}

func TestARepeatedOperationHappensOnce(t *testing.T) {
	s := servertest.New(t)
	expert := s.Actor("expertin")
	e := article("Einmal", "x")
	e.Operation = content.OperationKey(expert, "schluessel")
	a := do(s.Library.Create(t.Context(), expert, e))(t)
	head := s.Repository.Head()
	equal(t, "repeated id", do(s.Library.Create(t.Context(), expert, e))(t).ID, a.ID)
	equal(t, "head", s.Repository.Head(), head)

	save := content.Edit{Body: "y", Operation: content.OperationKey(expert, "zweiter")}
	b := do(s.Library.Save(t.Context(), expert, a.ID, a.ETag, save))(t)
	again := do(s.Library.Save(t.Context(), expert, a.ID, a.ETag, save))(t)
	equal(t, "repeated save with its old base", again.Revision, b.Revision)

	// Back in the browser, typed on, sent again: another request, whatever its key.
	save.Body = "y und noch ein Satz"
	_, err := s.Library.Save(t.Context(), expert, a.ID, a.ETag, save)
	refused(t, "another text under a used key", err, fault.Stale)
	c := do(s.Library.Save(t.Context(), expert, a.ID, b.ETag, save))(t)
	if c.Revision == b.Revision {
		t.Error("a save was acknowledged and nothing saved")
	}
	second := s.Write("expertin", article("Anderer Text", "x"))
	save.Operation = content.OperationKey(expert, "schluessel")
	equal(t, "another text's key", do(s.Library.Save(t.Context(), expert, second.ID, second.ETag, save))(t).ID, second.ID)

	other := s.Actor("nachfolger")
	e.Operation = content.OperationKey(other, "schluessel")
	if c := do(s.Library.Create(t.Context(), other, e))(t); c.ID == a.ID {
		t.Error("somebody else's key returned this text")
	}
	equal(t, "no key", content.OperationKey(expert, ""), "")
}

func TestByOriginFindsOnlyWhatMayBeSeen(t *testing.T) {
	s := servertest.New(t)
	s.Place("wissen/a/a/index.md", "---\nid: aaaaaaaaaa\ntitel: Offen\nherkunft:\n  notes: {unid: 0a1b, replik: c1}\n---\nx\n")
	s.Place("wissen/b/b/index.md", "---\nid: bbbbbbbbbb\ntitel: Zu\nsichtbar: {bereiche: [\"66\"]}\nherkunft:\n  notes: {unid: 0a1b, replik: c2}\n---\nx\n")
	for _, c := range []struct{ login, replica, want string }{
		{"leserin", "", "aaaaaaaaaa"}, {"leserin", "C1", "aaaaaaaaaa"}, {"leserin", "C2", ""},
		{"expertin", "", "aaaaaaaaaa bbbbbbbbbb"}, {"expertin", "C2", "bbbbbbbbbb"},
	} {
		var got []string
		for _, a := range do(s.Library.ByOrigin(t.Context(), s.Actor(c.login), c.replica, "0A1B"))(t) {
			got = append(got, string(a.ID))
		}
		slices.Sort(got)
		equal(t, c.login+" "+c.replica, strings.Join(got, " "), c.want)
	}
	_, err := s.Library.ByOrigin(t.Context(), s.Actor("ohnerolle"), "", "0A1B")
	refused(t, "no role", err, fault.Forbidden)
}

func TestAttachmentsComeAndGo(t *testing.T) {
	s := servertest.New(t)
	ctx, expert := t.Context(), s.Actor("expertin")
	a := s.Write("expertin", article("Mit Plan", "[Plan](Plan-1.txt)"))
	_, err := s.Library.Attach(ctx, expert, a.ID, "", "x.txt", strings.NewReader("x"))
	refused(t, "no base", err, fault.PreconditionRequired)
	_, err = s.Library.Attach(ctx, expert, a.ID, "falsch", "x.txt", strings.NewReader("x"))
	refused(t, "stale base", err, fault.Stale)
	_, err = s.Library.Attach(ctx, expert, a.ID, a.ETag, "index.md", strings.NewReader("x"))
	refused(t, "a text as attachment", err, fault.Invalid)
	_, err = s.Library.Attach(ctx, s.Actor("leserin"), a.ID, a.ETag, "x.txt", strings.NewReader("x"))
	refused(t, "reader", err, fault.Forbidden)

	b := do(s.Library.Attach(ctx, expert, a.ID, a.ETag, `C:\Plan 1.txt`, strings.NewReader("Grundriss")))(t)
	if b.ETag == a.ETag || b.ContentHash == a.ContentHash || b.Blob != a.Blob {
		t.Errorf("attached: %+v", b)
	}
	list := do(s.Library.Attachments(ctx, s.Actor("leserin"), a.ID))(t)
	if len(list) != 1 || list[0].Name != "Plan-1.txt" || list[0].Size != 9 || len(list[0].SHA256) != 64 {
		t.Fatalf("attachments %+v", list)
	}
	_, f, err := s.Library.OpenAttachment(ctx, s.Actor("leserin"), a.ID, "Plan-1.txt")
	data, err := io.ReadAll(do(f, err)(t))
	if f.Close(); err != nil || string(data) != "Grundriss" {
		t.Errorf("%q %v", data, err)
	}
	_, _, err = s.Library.OpenAttachment(ctx, s.Actor("leserin"), a.ID, "index.md")
	refused(t, "the text itself", err, fault.NotFound)
	_, _, err = s.Library.OpenAttachment(ctx, s.Actor("leserin"), a.ID, "../mit-plan/Plan-1.txt")
	refused(t, "a path", err, fault.NotFound)

	_, err = s.Library.Detach(ctx, expert, a.ID, b.ETag, "fehlt.txt")
	refused(t, "detach what is not there", err, fault.NotFound)
	_, err = s.Library.Detach(ctx, expert, a.ID, "", "Plan-1.txt")
	refused(t, "detach without base", err, fault.PreconditionRequired)
	_, err = s.Library.Detach(ctx, expert, a.ID, a.ETag, "Plan-1.txt")
	refused(t, "detach with a stale base", err, fault.Stale)
	_, err = s.Library.Detach(ctx, s.Actor("leserin"), a.ID, b.ETag, "Plan-1.txt")
	refused(t, "detach by a reader", err, fault.Forbidden)
	c := do(s.Library.Detach(ctx, expert, a.ID, b.ETag, "Plan-1.txt"))(t)
	equal(t, "etag without the file", c.ETag, a.ETag)
	equal(t, "files left", len(do(s.Library.Attachments(ctx, expert, a.ID))(t)), 0)
	old := do(s.Library.Read(ctx, expert, a.ID, b.Revision))(t)
	if len(old.Attachments) != 1 || old.Attachments[0].Name != "Plan-1.txt" {
		t.Errorf("the old version has %+v", old.Attachments)
	}
}

func TestAttachmentsOfHiddenTextsAreNotFound(t *testing.T) {
	s := servertest.New(t)
	e := article("Zu", "x")
	e.Meta = map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	a := s.Write("expertin", e)
	do(s.Library.Attach(t.Context(), s.Actor("expertin"), a.ID, a.ETag, "x.txt", strings.NewReader("x")))(t)
	reader := s.Actor("leserin")
	_, err := s.Library.Attachments(t.Context(), reader, a.ID)
	refused(t, "list", err, fault.NotFound)
	_, _, err = s.Library.OpenAttachment(t.Context(), reader, a.ID, "x.txt")
	refused(t, "open", err, fault.NotFound)
	_, err = s.Library.Attach(t.Context(), s.Actor("personalerin"), a.ID, a.ETag, "y.txt", strings.NewReader("y"))
	refused(t, "attach", err, fault.NotFound)
}
