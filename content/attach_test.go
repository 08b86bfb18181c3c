package content_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// opened reads an attachment and what the library says about it.
func opened(t *testing.T, s *servertest.Server, id content.ID, name string) (content.Attachment, string) {
	t.Helper()
	a, f, err := s.Library.OpenAttachment(t.Context(), s.Actor("leserin"), id, name)
	data, err := io.ReadAll(do(f, err)(t))
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return a, string(data)
}

// TestAFileOfTheSameNameTakesThePlace replaces an attachment; the version of
// the text that had the old one still has it.
func TestAFileOfTheSameNameTakesThePlace(t *testing.T) {
	s := servertest.New(t)
	ctx, expert := t.Context(), s.Actor("expertin")
	a := s.Write("expertin", article("Plan", "x"))
	first := do(s.Library.Attach(ctx, expert, a.ID, a.ETag, "Lageplan.txt", strings.NewReader("alt")))(t)
	second := do(s.Library.Attach(ctx, expert, a.ID, first.ETag, "Lageplan.txt", strings.NewReader("neu!")))(t)
	if first.ETag == second.ETag || first.ContentHash == second.ContentHash || first.Revision == second.Revision {
		t.Errorf("nothing tells the two apart: %+v", second)
	}
	same := do(s.Library.Attach(ctx, expert, a.ID, second.ETag, "Lageplan.txt", strings.NewReader("neu!")))(t)
	equal(t, "revision after the same file again", same.Revision, second.Revision)
	now, text := opened(t, s, a.ID, "Lageplan.txt")
	equal(t, "newest", text, "neu!")
	equal(t, "size", now.Size, 4)
	old := do(s.Library.Read(ctx, expert, a.ID, first.Revision))(t)
	if len(old.Attachments) != 1 || old.Attachments[0].Size != 3 || old.Attachments[0].SHA256 == now.SHA256 {
		t.Errorf("the old version has %+v", old.Attachments)
	}
	history := do(s.Library.History(ctx, expert, a.ID, 0, 10))(t)
	if history[0].Message != "Lageplan.txt" || history[0].Change != content.ChangeMaterial {
		t.Errorf("the history says %+v", history[0])
	}
}

// TestAttachmentsAreKeptAsTheyCame stores bytes of every kind.
func TestAttachmentsAreKeptAsTheyCame(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Bytes", "x"))
	everything := make([]byte, 70_000)
	for i := range everything {
		everything[i] = byte(i * 7)
	}
	files := map[string]string{
		"alles.pdf": "%PDF-" + string(everything), "zeilen.txt": "a\r\nb\n\r",
		"zeiger.txt":           string(content.Pointer(content.StoredFile{SHA256: strings.Repeat("0", 64), Size: 5})), // a pointer as a file of its own
		"Übersicht-größer.txt": "ä", "日本.txt": "x",
	}
	for name, data := range files {
		a = do(s.Library.Attach(t.Context(), s.Actor("expertin"), a.ID, a.ETag, name, strings.NewReader(data)))(t)
	}
	list := do(s.Library.Attachments(t.Context(), s.Actor("leserin"), a.ID))(t)
	equal(t, "files", len(list), len(files))
	for _, f := range list {
		got, text := opened(t, s, a.ID, f.Name)
		if text != files[f.Name] || got.Size != int64(len(text)) || len(got.SHA256) != 64 {
			t.Errorf("%s came back with %d bytes as %+v", f.Name, len(text), got)
		}
	}
	if !slices.IsSortedFunc(list, func(a, b content.Attachment) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("the list has no order: %+v", list)
	}
}

// TestAFileThatBreaksOffIsNotAttached loses the connection in mid-upload, and
// sends more than is allowed.
func TestAFileThatBreaksOffIsNotAttached(t *testing.T) {
	s := servertest.New(t)
	s.Library.MaxAttachment = 1000
	a := s.Write("expertin", article("Abbruch", "x"))
	for name, c := range map[string]struct {
		file io.Reader
		want fault.Kind
	}{
		"broken off":   {io.MultiReader(strings.NewReader("%PDF-halb"), failing{}), fault.Internal},
		"one too much": {bytes.NewReader(append([]byte("%PDF-"), make([]byte, 996)...)), fault.TooLarge},
	} {
		_, err := s.Library.Attach(t.Context(), s.Actor("expertin"), a.ID, a.ETag, "x.pdf", c.file)
		refused(t, name, err, c.want)
	}
	equal(t, "files", len(do(s.Library.Attachments(t.Context(), s.Operator, a.ID))(t)), 0)
	b := do(s.Library.Attach(t.Context(), s.Actor("expertin"), a.ID, a.ETag, "x.pdf", bytes.NewReader(append([]byte("%PDF-"), make([]byte, 995)...))))(t)
	equal(t, "versions", len(do(s.Library.History(t.Context(), s.Operator, b.ID, 0, 10))(t)), 2)
}

// TestFilesOfAnAdoptedRepositoryStayWhereTheyAre reads attachments that lie in
// Git as they are, beside files that are none.
func TestFilesOfAnAdoptedRepositoryStayWhereTheyAre(t *testing.T) {
	s := servertest.New(t)
	commitFiles(t, s, map[string][]byte{
		"alt/bgb.md": text(idA, "BGB"), "alt/stgb.md": text(idB, "StGB"), "alt/tabelle.csv": []byte("a;b\n"), "alt/.versteckt": []byte("x"),
		"alt/tief/bild.png": []byte("png"), "alt/LIESMICH.MD": []byte("x"),
	})
	for _, id := range []content.ID{idA, idB} { // a file belongs to every text beside it
		var names []string
		for _, f := range do(s.Library.Attachments(t.Context(), s.Actor("leserin"), id))(t) {
			names = append(names, f.Name)
		}
		equal(t, string(id), strings.Join(names, " "), "LIESMICH.MD tabelle.csv")
		f, text := opened(t, s, id, "tabelle.csv")
		if text != "a;b\n" || f.SHA256 != "" || f.Size != 4 {
			t.Errorf("%+v %q", f, text)
		}
	}
	position := "Exif\x00\x00II*\x00\x08\x00\x00\x00 GPS 51.4 N 7.0 E"
	photo := string(jpegOf(t)[:2]) + "\xFF\xE1\x00" + string([]byte{byte(len(position) + 2)}) + position + string(jpegOf(t)[2:])
	commitFiles(t, s, map[string][]byte{"alt/hof.jpg": []byte(photo), "alt/kaputt.jpg": []byte("nur Wörter")})
	if _, shown := opened(t, s, idA, "hof.jpg"); shown != string(jpegOf(t)) {
		t.Errorf("a picture that lies in Git is shown as %q", shown)
	}
	if _, kept := opened(t, s, idA, "kaputt.jpg"); kept != "nur Wörter" {
		t.Errorf("what is no picture comes as %q", kept)
	}
	for _, name := range []string{".versteckt", "tief/bild.png", "bild.png", "bgb.md", "", "..", "tabelle.csv/"} {
		_, _, err := s.Library.OpenAttachment(t.Context(), s.Actor("leserin"), idA, name)
		refused(t, name, err, fault.NotFound)
	}
	before := do(s.Library.Article(t.Context(), s.Operator, idA))(t)
	commitFiles(t, s, map[string][]byte{"alt/tabelle.csv": []byte("a;b;c\n")})
	after := do(s.Library.Article(t.Context(), s.Operator, idA))(t)
	if after.ETag == before.ETag || after.ContentHash == before.ContentHash || after.Blob != before.Blob {
		t.Error("a changed file beside a text does not change the text")
	}
}

// TestAConfirmedReviewKeepsTheMeaning confirms on the day it is due that a text
// is still right: the list is shorter, the approval of its content stays good.
func TestAConfirmedReviewKeepsTheMeaning(t *testing.T) {
	s := servertest.New(t)
	due := func() (out []string) {
		t.Helper()
		page := do(s.Library.List(t.Context(), s.Actor("leserin"), content.ArticleFilter{DueBefore: s.Library.Today(), Sort: content.SortDue}))(t)
		for _, a := range page.Articles {
			out = append(out, a.Title)
		}
		return out
	}
	e := article("Streuplan", "Erst die Brücken.")
	e.Meta = map[string]any{"naechste_pruefung": "2026-11-23", "geprueft_am": "2025-11-23"}
	a := s.Write("expertin", e)
	e.Title, e.Meta = "Räumplan", map[string]any{"naechste_pruefung": "2026-11-24"}
	s.Write("expertin", e)
	e.Title, e.Meta = "Ohne Frist", nil
	s.Write("expertin", e)
	if got := due(); !slices.Equal(got, []string{"Streuplan"}) {
		t.Errorf("due are %v: a text due today is not late yet", got)
	}
	equal(t, "status", do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, ""))(t).Status, content.StatusReviewOverdue)
	confirm := content.Edit{Body: "Erst die Brücken.", Change: content.ChangeEditorial, Message: "Noch richtig",
		Meta: map[string]any{"geprueft_am": string(s.Library.Today()), "naechste_pruefung": "2028-05-24", "pruefer": "Leitung 66/2"}}
	b := do(s.Library.Save(t.Context(), s.Actor("nachfolger"), a.ID, a.ETag, confirm))(t)
	equal(t, "content hash", b.ContentHash, a.ContentHash)
	equal(t, "etag differs", b.ETag != a.ETag, true)
	equal(t, "status", do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, ""))(t).Status, content.StatusValid)
	if got := due(); len(got) != 0 {
		t.Errorf("due are still %v", got)
	}
	c := do(s.Library.Compare(t.Context(), s.Actor("leserin"), a.ID, a.Revision, b.Revision))(t)
	if len(c.Fields) != 3 || c.Added+c.Removed != 0 || c.To.Change != content.ChangeEditorial {
		t.Errorf("the comparison shows %+v", c)
	}
}

// TestHeadingsLeadToTheirSections takes headings people write through outline,
// page and search: the address of a section is the same in all three.
func TestHeadingsLeadToTheirSections(t *testing.T) {
	s := servertest.New(t)
	body := "Vorab.\n\n## Größe & Maß\n\nZollstock\n\n### Ausnahme\n\nSchieblehre\n\n## Größe & Maß\n\nMaßband\n\n## § 3 „Fristen“\n\nStoppuhr\n\nUnterstrichen\n-------------\n\nSchreibmaschine\n"
	a := s.Write("expertin", article("Messen", body))
	v := do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, ""))(t)
	anchors := map[string]bool{}
	var outline []string
	for _, h := range v.Outline {
		outline = append(outline, strings.Repeat("#", h.Level)+" "+h.Text)
		if anchors[h.Anchor] || h.Anchor == "" || !strings.Contains(v.HTML, `id="`+h.Anchor+`"`) {
			t.Errorf("%q has the anchor %q, which is taken or leads nowhere", h.Text, h.Anchor)
		}
		anchors[h.Anchor] = true
	}
	equal(t, "outline", strings.Join(outline, "|"), "## Größe & Maß|### Ausnahme|## Größe & Maß|## § 3 „Fristen“|## Unterstrichen")
	s.Indexed()
	for word, i := range map[string]int{"Zollstock": 0, "Schieblehre": 1, "Maßband": 2, "Stoppuhr": 3, "Schreibmaschine": 4} {
		found := do(s.Library.Search(t.Context(), s.Actor("leserin"), content.Query{Text: word}))(t)
		if len(found.Hits) != 1 || found.Hits[0].Anchor != v.Outline[i].Anchor {
			t.Errorf("%s is found in %+v instead of %s", word, found.Hits, v.Outline[i].Anchor)
		}
	}
	above := do(s.Library.Search(t.Context(), s.Actor("leserin"), content.Query{Text: "Schieblehre"}))(t)
	equal(t, "path", strings.Join(above.Hits[0].Section, " > "), "Größe & Maß > Ausnahme")
}
