package export_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ledongthuc/pdf"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/export"
	"staffelstab/server/servertest"
)

const pumpText = `# Pumpwerk

Der **Schieber** kostet „1.000 €“ → siehe [Anleitung](anleitung.txt), Straße & Größe.

> [!WARNING]
> Erst Strom aus.

- eins
- zwei
  1. innen

| Teil | Menge |
|---|---|
| Dichtung | 3 |

` + "```\nsudo pumpe --los\n```\n\n- [x] erledigt\n\n[böse](javascript:alert(1)) <script>alert(2)</script> <img src=x onerror=alert(3)>\n"

// write exports texts as somebody and returns the bytes.
func write(t *testing.T, s *servertest.Server, login string, f export.Format, articles ...content.Article) []byte {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	var ids []content.ID
	for _, a := range articles {
		ids = append(ids, a.ID)
	}
	actor := s.Actor(login)
	chosen, err := s.Library.Exportable(t.Context(), actor, ids, string(f))
	if err != nil {
		t.Fatal(err)
	}
	e := &export.Exporter{Library: s.Library, Catalogue: s.Catalogue, Locale: i18n.German, Zone: zone, Base: "https://wissen.example.org", Actor: actor}
	var out bytes.Buffer
	if err := e.Write(t.Context(), &out, chosen, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pump(t *testing.T, s *servertest.Server) content.Article {
	t.Helper()
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk „Süd“ <b>", Department: "66", Body: pumpText})
	a, err := s.Library.Attach(t.Context(), s.Actor("expertin"), a.ID, a.ETag, "anleitung.txt", strings.NewReader("Erst drehen."))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestHTMLStandsAloneAndRunsNothing(t *testing.T) {
	s := servertest.New(t)
	a := pump(t, s)
	page := string(write(t, s, "leserin", export.HTML, a))
	for _, want := range []string{"<!doctype html>", `lang="de"`, "<svg", "gültig", string(a.Revision), "https://wissen.example.org/a/" + string(a.ID), "24.11.2026", "Pumpwerk „Süd“ &lt;b&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the file lacks %q", want)
		}
	}
	for _, pattern := range []string{`(?i)<script`, `(?i)\son\w+=`, `(?i)javascript:`, `(?:src|href)="/`, `(?i)<link|@import|url\(`} {
		if found := regexp.MustCompile(pattern).FindString(page); found != "" {
			t.Errorf("the file has %q", found)
		}
	}
	if !bytes.Equal(write(t, s, "leserin", export.HTML, a), []byte(page)) {
		t.Error("the same text gives two files")
	}
}

func TestZIPHasAFolderForEachTextAndSafeNames(t *testing.T) {
	s := servertest.New(t)
	a := pump(t, s)
	b := s.Write("expertin", content.Edit{Title: "../../etc/passwd", Department: "66", Body: "Text.\n"})
	data := write(t, s, "leserin", export.ZIP, a, b, a)
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range r.File {
		if strings.Contains(f.Name, "..") || strings.HasPrefix(f.Name, "/") || strings.Count(f.Name, "/") != 1 {
			t.Errorf("unsafe name %q", f.Name)
		}
		if _, twice := files[f.Name]; twice {
			t.Errorf("%q stands twice", f.Name)
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	folder := "pumpwerk-sued-b-" + string(a.ID) + "/"
	if len(files) != 5 || files[folder+"anleitung.txt"] != "Erst drehen." || !strings.Contains(files[folder+"index.md"], "**Schieber**") ||
		!strings.Contains(files[folder+"stand.txt"], "Status: gültig") || files["etc-passwd-"+string(b.ID)+"/index.md"] == "" {
		t.Errorf("the archive has %v", files)
	}
	if !bytes.Equal(data, write(t, s, "leserin", export.ZIP, a, b)) {
		t.Error("the same texts give two archives")
	}
}

func TestAFileOfTheStampsNameKeepsItAndTheStampGivesWay(t *testing.T) {
	s := servertest.New(t)
	a := pump(t, s)
	for _, name := range []string{"Stand.txt", "stand-2.txt"} {
		var err error
		if a, err = s.Library.Attach(t.Context(), s.Actor("expertin"), a.ID, a.ETag, name, strings.NewReader("Wasserstand")); err != nil {
			t.Fatal(err)
		}
	}
	data := write(t, s, "leserin", export.ZIP, a)
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range r.File {
		lower := strings.ToLower(path.Base(f.Name))
		if names[lower] {
			t.Errorf("%q stands twice", f.Name)
		}
		names[lower] = true
	}
	if len(names) != 5 || !names["stand-3.txt"] {
		t.Errorf("the archive has %v", names)
	}
}

// textOf reads a PDF back.
func textOf(t *testing.T, data []byte) (string, int) {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := r.GetPlainText()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), r.NumPage()
}

// lowBytes is how the reader gives back letters above U+00FF.
func lowBytes(s string) string {
	return strings.Map(func(r rune) rune { return r & 0xff }, s)
}

func TestPDFHasEveryLetterAndTheStamp(t *testing.T) {
	s := servertest.New(t)
	a := pump(t, s)
	data := write(t, s, "leserin", export.PDF, a)
	text, pages := textOf(t, data)
	letters, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	for _, letter := range "äöüÄÖÜß„“‚‘–—…€→←§°²½•·×" {
		if glyph, err := letters.GlyphIndex(nil, letter); err != nil || glyph == 0 {
			t.Errorf("the font has no %q", letter)
		}
	}
	for _, want := range []string{"Pumpwerk „Süd“", "„1.000 €“", "→", "Straße & Größe", "Erst Strom aus.", "zwei", "innen", "Dichtung", "sudo pumpe --los", "gültig", string(a.Revision), "Seite 1"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), lowBytes(want)) {
			t.Errorf("the PDF lacks %q in %q", want, text)
		}
	}
	if pages != 1 || !bytes.Contains(data, []byte("/Lang")) || !bytes.Contains(data, []byte("/Title")) {
		t.Errorf("%d pages, language or title missing", pages)
	}
}

func TestLongTablesGoOnWithTheirHead(t *testing.T) {
	s := servertest.New(t)
	var table strings.Builder
	table.WriteString("| Kopf | Wert |\n|---|---|\n")
	for i := range 150 {
		fmt.Fprintf(&table, "| Zeile%d | %s |\n", i, strings.Repeat("lang ", i%7))
	}
	fmt.Fprintf(&table, "| Riese | %s |\n", strings.Repeat("Wort ", 1500)+"Ende-des-Riesen")
	a := s.Write("expertin", content.Edit{Title: "Tabelle", Department: "66", Body: table.String()})
	text, pages := textOf(t, write(t, s, "leserin", export.PDF, a))
	for i := range 150 {
		if strings.Count(text, fmt.Sprintf("Zeile%d", i)) == 0 {
			t.Errorf("row %d is lost", i)
		}
	}
	if heads := strings.Count(text, "Kopf"); pages < 4 || heads < 3 || !strings.Contains(text, "Ende-des-Riesen") {
		t.Errorf("%d pages, the head stands %d times", pages, heads)
	}
}

func TestWhatSomebodyMayNotSeeDoesNotLeave(t *testing.T) {
	s := servertest.New(t)
	open := pump(t, s)
	secret := s.Write("expertin", content.Edit{Title: "Geheimplan", Department: "66", Body: "Nur für 66.\n", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []any{"66"}}}})
	ids := []content.ID{secret.ID, open.ID, "gibtesnicht"}
	chosen, err := s.Library.Exportable(t.Context(), s.Actor("azubi"), ids, "zip")
	if err != nil || len(chosen.Articles) != 1 || len(chosen.Missing) != 2 {
		t.Fatalf("%v, %v", chosen, err)
	}
	if data := write(t, s, "azubi", export.HTML, secret, open); bytes.Contains(data, []byte("Geheimplan")) {
		t.Error("a hidden text left")
	}
	_, hidden := s.Library.Exportable(t.Context(), s.Actor("azubi"), ids[:1], "pdf")
	_, unknown := s.Library.Exportable(t.Context(), s.Actor("azubi"), ids[2:], "pdf")
	if !fault.Is(hidden, fault.NotFound) || !fault.Is(unknown, fault.NotFound) {
		t.Errorf("hidden: %v, unknown: %v", hidden, unknown)
	}
	for _, page := range []string{"/export?ids=", "/export/datei?format=pdf&ids="} {
		s.As("azubi").Get(page + string(secret.ID)).Want(http.StatusNotFound).Silent("Geheimplan")
	}
	if _, total, err := s.Store.Events(t.Context(), string(secret.ID), 10, 0); err != nil || total != 0 {
		t.Errorf("an export that did not happen is logged: %d, %v", total, err)
	}
	write(t, s, "expertin", export.PDF, secret)
	events, total, err := s.Store.Events(t.Context(), string(secret.ID), 10, 0)
	if err != nil || total != 1 || events[0].Action != "text.exported" || events[0].Detail != "pdf" {
		t.Errorf("the log has %v, %v", events, err)
	}
	many := make([]content.ID, content.MaxExport+1)
	if _, err := s.Library.Exportable(t.Context(), s.Actor("leserin"), many, "zip"); !fault.Is(err, fault.Invalid) {
		t.Errorf("too many: %v", err)
	}
}

// While versions are derived nobody knows which one leaves: the stamp names
// none, and its code leads to the text.
func TestStampBeforeVersionsAreKnown(t *testing.T) {
	s := servertest.New(t)
	a := pump(t, s)
	rest := s.Open()
	text := string(write(t, s, "leserin", export.HTML, a))
	version := s.Catalogue.Text(i18n.German, "export.version", nil)
	if strings.Contains(text, "<dt>"+version) {
		t.Error("a version is named")
	}
	if !strings.Contains(text, "https://wissen.example.org"+content.Address(a.ID)) {
		t.Error("the text is not named")
	}
	e := &export.Exporter{Library: s.Library, Catalogue: s.Catalogue, Zone: time.UTC, Base: "https://wissen.example.org"}
	unknown := a
	unknown.Revision, unknown.ChangedAt = "", time.Time{}
	if at := e.Stamp(content.Copy{Article: unknown}).Check; at != e.Base+content.Address(a.ID) {
		t.Errorf("the code leads to %s", at)
	}
	rest()
	if text := string(write(t, s, "leserin", export.HTML, a)); !strings.Contains(text, "<dt>"+version+"</dt><dd>"+string(a.Revision)) {
		t.Error("the version is not named")
	}
}
