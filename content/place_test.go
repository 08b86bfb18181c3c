package content_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// placement is a text that an import brings, with a file.
func placement(s *servertest.Server, body, file string) content.Placement {
	p := content.Placement{
		Owner: "import", Source: []byte("---\nid: aaaaaaaaaa\nart: standard\ntitel: Regel\n---\n" + body + "\n"), Path: "standards/r/regel/index.md",
		Author: "u-operatorxx", At: s.Now(), Message: "Import", Trailers: []content.Trailer{{Key: content.TrailerImportRun, Value: "lauf"}},
	}
	if file != "" {
		p.Attachments = []content.PlacedFile{{Name: "Plan 1.txt", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(file)), nil }}}
	}
	return p
}

// TestPlacingSaysTheSameDryAndReal places again and again, first only asking.
func TestPlacingSaysTheSameDryAndReal(t *testing.T) {
	s := servertest.New(t)
	place := func(what string, p content.Placement, want content.Outcome) {
		t.Helper()
		head := s.Repository.Head()
		_, dry, err := s.Library.Place(t.Context(), s.Operator, p, true)
		equal(t, what+", dry", do(dry, err)(t), want)
		equal(t, what+": head after a dry run", s.Repository.Head(), head)
		placed, outcome, err := s.Library.Place(t.Context(), s.Operator, p, false)
		equal(t, what, do(outcome, err)(t), want)
		now := do(s.Library.Article(t.Context(), s.Operator, "aaaaaaaaaa"))(t)
		equal(t, what+": where", placed, content.PlacedText{ID: now.ID, Path: now.Path, Revision: now.Revision})
		written := want == content.Placed || want == content.Updated
		equal(t, what+": a commit was made", s.Repository.Head() != head, written)
	}
	place("a new text", placement(s, "Eins", ""), content.Placed)
	place("the same again", placement(s, "Eins", ""), content.Unchanged)
	place("changed outside", placement(s, "Zwei", ""), content.Updated)
	place("with a file", placement(s, "Zwei", "Plan"), content.Updated)
	place("with the same file", placement(s, "Zwei", "Plan"), content.Unchanged)
	place("with another file of that name", placement(s, "Zwei", "Plan B"), content.Updated)
	place("with the first file again", placement(s, "Zwei", "Plan"), content.Updated)
	list := do(s.Library.Attachments(t.Context(), s.Operator, "aaaaaaaaaa"))(t)
	if len(list) != 1 || list[0].Name != "Plan-1.txt" || list[0].Size != 4 {
		t.Errorf("attachments %+v", list)
	}
	other := placement(s, "Drei", "Plan")
	other.Owner = "demo"
	place("by another owner", other, content.Kept)

	a := do(s.Library.Article(t.Context(), s.Operator, "aaaaaaaaaa"))(t)
	do(s.Library.Save(t.Context(), s.Operator, a.ID, a.ETag, content.Edit{Body: "Von Hand"}))(t)
	place("changed by hand", placement(s, "Vier", "Plan"), content.Kept)
	equal(t, "the text", do(s.Library.Source(t.Context(), s.Operator, a.ID, ""))(t).Body, "Von Hand\n")
}

// TestPlacingNeverOverwritesASave lets somebody save while the files of a
// placement are being read.
func TestPlacingNeverOverwritesASave(t *testing.T) {
	s := servertest.New(t)
	place := func(p content.Placement) content.Outcome {
		t.Helper()
		_, outcome, err := s.Library.Place(t.Context(), s.Operator, p, false)
		return do(outcome, err)(t)
	}
	place(placement(s, "Eins", ""))
	late := placement(s, "Zwei", "Plan")
	open := late.Attachments[0].Open
	late.Attachments[0].Open = func() (io.ReadCloser, error) {
		a := do(s.Library.Article(t.Context(), s.Operator, "aaaaaaaaaa"))(t)
		do(s.Library.Save(t.Context(), s.Operator, a.ID, a.ETag, content.Edit{Body: "Von Hand"}))(t)
		return open()
	}
	equal(t, "outcome", place(late), content.Kept)
	equal(t, "the text", do(s.Library.Source(t.Context(), s.Operator, "aaaaaaaaaa", ""))(t).Body, "Von Hand\n")
}

func TestPlacingGoesWhereThereIsRoom(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/r/regel/index.md", "---\nid: bbbbbbbbbb\ntitel: Da\n---\nx\n")
	do2 := func(p content.Placement) content.Article {
		t.Helper()
		placed, _, err := s.Library.Place(t.Context(), s.Operator, p, false)
		return do(s.Library.Article(t.Context(), s.Operator, do(placed.ID, err)(t)))(t)
	}
	equal(t, "a taken place", do2(placement(s, "x", "")).Path, "standards/r/regel-aaaaaaaaaa/index.md")
	free := placement(s, "x", "")
	free.Path, free.Source = "", bytes.Replace(free.Source, []byte("aaaaaaaaaa"), []byte("cccccccccc"), 1)
	equal(t, "no place named", do2(free).Path, "standards/r/regel-cccccccccc/index.md")
}

// What somebody may not see must not show in the place of their own text.
func TestAPlaceDoesNotTellOfTextsNobodySees(t *testing.T) {
	s := servertest.New(t)
	s.Place("wissen/k/kuendigung/index.md", "---\nid: bbbbbbbbbb\ntitel: Kündigung\nbereich: \"11\"\nsichtbar: {bereiche: [\"11\"]}\n---\nx\n")
	a := s.Write("expertin", content.Edit{Title: "Kündigung", Department: "66", Body: "x"})
	b := s.Write("expertin", content.Edit{Title: "Abordnung", Department: "66", Body: "x"})
	equal(t, "where another text lies", a.ShownPath(), "wissen/k/kuendigung/index.md")
	equal(t, "where none lies", b.ShownPath(), "wissen/a/abordnung/index.md")
	page := s.As("expertin")
	for _, at := range []string{"/api/v1/articles/" + string(a.ID), content.Address(a.ID) + "/umbenennen"} {
		if body := page.Get(at).Body; strings.Contains(body, "kuendigung-") {
			t.Errorf("%s tells that the place was taken", at)
		}
	}
}

func TestWhatCannotBePlaced(t *testing.T) {
	s := servertest.New(t)
	source := func(text string) content.Placement {
		p := placement(s, "x", "")
		p.Source = []byte(text)
		return p
	}
	broken := placement(s, "x", "")
	broken.Attachments = []content.PlacedFile{{Name: "x.txt", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("halb"), failing{})), nil
	}}}
	named := placement(s, "x", "x")
	named.Attachments[0].Name = "index.md"
	for name, c := range map[string]struct {
		p    content.Placement
		kind fault.Kind
	}{
		"no id":             {source("---\ntitel: x\n---\n"), fault.Invalid},
		"bad front matter":  {source("---\nid: aaaaaaaaaa\ngueltig_ab: gestern\n---\n"), fault.Invalid},
		"a file as text":    {named, fault.Invalid},
		"a file that fails": {broken, fault.Internal},
	} {
		_, _, err := s.Library.Place(t.Context(), s.Operator, c.p, false)
		refused(t, name, err, c.kind)
	}
	_, _, err := s.Library.Place(t.Context(), s.Actor("expertin"), placement(s, "x", ""), true)
	refused(t, "a person", err, fault.Forbidden)
	equal(t, "head", s.Repository.Head(), "")
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

// jpegOf is a picture that carries nothing.
func jpegOf(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	do(0, jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 4, 4)), nil))(t)
	return out.Bytes()
}

// TestPlacedPicturesForgetWhereTheyWereTaken: an import keeps every file, but a
// picture loses its position as one brought by hand does, and a second run
// finds nothing new.
func TestPlacedPicturesForgetWhereTheyWereTaken(t *testing.T) {
	s := servertest.New(t)
	picture := jpegOf(t)
	where := "Exif\x00\x00II*\x00\x08\x00\x00\x00 GPS 51.4 N 7.0 E"
	segment := append([]byte{0xFF, 0xE1, 0, byte(len(where) + 2)}, where...)
	taken := string(picture[:2]) + string(segment) + string(picture[2:])
	p := placement(s, "Eins", "")
	for name, data := range map[string]string{"Plan.jpg": taken, "kein-bild.jpg": "nur Wörter", "umbenannt.png": taken, "alt.doc": "D0CF11E0"} {
		p.Attachments = append(p.Attachments, content.PlacedFile{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil }})
	}
	for _, want := range []content.Outcome{content.Placed, content.Unchanged} {
		_, outcome, err := s.Library.Place(t.Context(), s.Operator, p, false)
		equal(t, "outcome", do(outcome, err)(t), want)
	}
	for name, want := range map[string]bool{"Plan.jpg": false, "kein-bild.jpg.original": true, "alt.doc": true, "umbenannt.png": false} {
		_, f, err := s.Library.OpenAttachment(t.Context(), s.Operator, "aaaaaaaaaa", name)
		data := do(io.ReadAll(do(f, err)(t)))(t)
		do(0, f.Close())(t)
		whole := slices.ContainsFunc(p.Attachments, func(a content.PlacedFile) bool {
			r := do(a.Open())(t)
			return a.Name == strings.TrimSuffix(name, ".original") && string(do(io.ReadAll(r))(t)) == string(data)
		})
		equal(t, name+" is kept byte by byte", whole, want)
		if strings.Contains(string(data), "GPS") {
			t.Errorf("%s still says where it was taken", name)
		}
	}
}

// TestATextMadeForAnotherStateIsRefused: who compared first says with what.
func TestATextMadeForAnotherStateIsRefused(t *testing.T) {
	s := servertest.New(t)
	base := ""
	p := placement(s, "Eins", "")
	p.Base = &base
	do2 := func(p content.Placement) content.Outcome {
		_, outcome, err := s.Library.Place(t.Context(), s.Operator, p, false)
		return do(outcome, err)(t)
	}
	equal(t, "a new text", do2(p), content.Placed)
	p.Source = placement(s, "Zwei", "").Source
	if _, _, err := s.Library.Place(t.Context(), s.Operator, p, false); !fault.Is(err, fault.Stale) {
		t.Errorf("made for no text, but there is one: %v", err)
	}
	base = do(s.Library.Article(t.Context(), s.Operator, "aaaaaaaaaa"))(t).ETag
	equal(t, "the state it was made for", do2(p), content.Updated)
}

// TestAFileTheSourceTookAwayGoes: it must not stay public beside the text.
func TestAFileTheSourceTookAwayGoes(t *testing.T) {
	s := servertest.New(t)
	names := func(p content.Placement) []string {
		_, _, err := s.Library.Place(t.Context(), s.Operator, p, false)
		view := do(s.Library.Read(t.Context(), s.Operator, do(content.ID("aaaaaaaaaa"), err)(t), ""))(t)
		var out []string
		for _, a := range view.Attachments {
			out = append(out, a.Name)
		}
		return out
	}
	equal(t, "with a file", len(names(placement(s, "Eins", "geheim"))), 1)
	equal(t, "without", len(names(placement(s, "Zwei", ""))), 0)
	twice := placement(s, "Drei", "a")
	twice.Attachments = append(twice.Attachments, twice.Attachments[0])
	_, _, err := s.Library.Place(t.Context(), s.Operator, twice, false)
	refused(t, "two files of one name", err, fault.Conflict)
}
