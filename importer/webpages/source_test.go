package webpages

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content/markdown"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
	"staffelstab/internal/i18n"
)

const (
	replica = "C1257A3B00412345"
	unid    = "C1257A3B00412345C1257A4C003B00"
)

var saved = time.Date(2017, 11, 24, 8, 30, 0, 0, time.UTC)

// folderOf writes pages and files into a folder, all saved at one time.
func folderOf(t testing.TB, files map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "seiten")
	if err := os.Mkdir(root, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		full := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stamp(t, root)
	return root
}

func stamp(t testing.TB, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		if err == nil {
			err = os.Chtimes(name, saved, saved)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func source(t testing.TB, folders ...string) *Source {
	t.Helper()
	s, err := New(folders...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// everything resolves all UNIDs but one.
func everything(k importer.Key) (importer.LinkTarget, bool) {
	return importer.LinkTarget{ID: importer.ArticleID(k), Title: "Ziel " + k.UNID[max(0, len(k.UNID)-2):]}, !strings.HasSuffix(k.UNID, "FF") && k.ReplicaID != ""
}

// pagesOf reads a folder; pages that are broken come as their keys.
func pagesOf(t testing.TB, files map[string]string) (out []*importer.Document, broken []string) {
	t.Helper()
	for d, err := range source(t, folderOf(t, files)).Documents(context.Background(), importer.Pass{Resolve: everything}) {
		var b *importer.SourceError
		switch {
		case errors.As(err, &b):
			broken = append(broken, b.Note.Key)
		case err != nil:
			t.Fatal(err)
		default:
			out = append(out, d)
		}
	}
	return out, broken
}

// one reads a folder whose page is index.html.
func one(t testing.TB, body string, files ...string) *importer.Document {
	t.Helper()
	all := map[string]string{"index.html": "<html><head><title>Titel</title></head><body>" + body + "</body></html>"}
	for i := 0; i+1 < len(files); i += 2 {
		all[files[i]] = files[i+1]
	}
	list, broken := pagesOf(t, all)
	for _, d := range list {
		if strings.HasSuffix(d.Origin.File, "/index.html") {
			return d
		}
	}
	t.Fatalf("%d documents, %v", len(list), broken)
	return nil
}

func TestTheFixtureIsReadAsRecorded(t *testing.T) {
	root := filepath.Join(t.TempDir(), "seiten")
	if err := os.CopyFS(root, os.DirFS("testdata/seiten")); err != nil {
		t.Fatal(err)
	}
	stamp(t, root)
	got := importertest.Describe(t, source(t, root), importer.Pass{Resolve: everything})
	importertest.Golden(t, "testdata/seiten.golden", got)
	if again := importertest.Describe(t, source(t, root), importer.Pass{Resolve: everything}); again != got {
		t.Error("a second reading differs")
	}
}

func TestARunLosesNothingAndASecondChangesNothing(t *testing.T) {
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	options := importer.Options{
		Run: "lauf-1", Catalogue: catalogue, Place: time.UTC, Pseudonym: func(string) string { return "u-x" },
		Renderer: markdown.New(markdown.Labels{Table: "Tabelle", Done: "erledigt", Open: "offen"}),
	}
	target := importertest.NewMemory()
	report, err := importer.Apply(context.Background(), target, source(t, "testdata/seiten"), options)
	if err != nil || report.Totals.Imported != 3 || report.Totals.Failed != 2 || report.Totals.Skipped != 1 || !report.Totals.Balanced() {
		t.Fatalf("%v %+v", err, report.Totals)
	}
	for _, e := range report.Documents {
		if e.Status == importer.StatusImported && (e.LettersIn == 0 || e.LettersOut != e.LettersIn) {
			t.Errorf("%s: %d of %d letters", e.Title, e.LettersOut, e.LettersIn)
		}
	}
	key := importer.Key{ReplicaID: replica, UNID: unid + "01"}
	first := target.Articles()[importer.ArticleID(key)]
	second := importer.ArticleID(importer.Key{ReplicaID: replica, UNID: unid + "02"})
	if !strings.Contains(string(first.Markdown), "](/a/"+string(second)+")") || !strings.HasPrefix(string(first.Files["Antrag-Größe.pdf"]), "%PDF") {
		t.Errorf("%s\n%d files", first.Markdown, len(first.Files))
	}
	again, err := importer.Apply(context.Background(), target, source(t, "testdata/seiten"), options)
	if err != nil || again.Totals.Unchanged != 3 {
		t.Errorf("%v %+v", err, again.Totals)
	}
}

func TestPagesAreKnownByTheirNames(t *testing.T) {
	u := unid + "01"
	for name, want := range map[string]importer.Key{
		replica + ".nsf/0/" + u + "?OpenDocument":             {ReplicaID: replica, UNID: u},
		"__" + replica + ".nsf/sicht/" + u + "@OpenDocument":  {ReplicaID: replica, UNID: u},
		"dev.nsf/0/" + strings.ToLower(u) + "%3FOpenDocument": {UNID: u},
		"dev.nsf/0/" + u + "_OpenDocument.htm":                {UNID: u},
		u + ".HTML":                                           {UNID: u},
		u:                                                     {UNID: u},
		u + "/index.html":                                     {UNID: u},
		"server.example/" + replica + "/0/" + u + ".html": {ReplicaID: replica, UNID: u},
		"0" + u + ".html": {ReplicaID: pathReplica, UNID: digest("0" + strings.ToLower(u) + ".html")},
		"Startseite.html": {ReplicaID: pathReplica, UNID: digest("startseite.html")},
		"ohne-endung":     {ReplicaID: pathReplica, UNID: digest("ohne-endung")},
	} {
		list, broken := pagesOf(t, map[string]string{name: "<html><title>T</title><p>x"})
		if len(list) != 1 || list[0].Origin.Key() != want {
			t.Errorf("%s: %d documents, %v", name, len(list), broken)
			continue
		}
	}
	for _, name := range []string{"bild.gif", "text.txt", ".verborgen.html", ".git/x.html", "x/$FILE/seite.html"} {
		if list, _ := pagesOf(t, map[string]string{name: "<html><p>x"}); len(list) != 0 {
			t.Errorf("%s is a page", name)
		}
	}
	if list, _ := pagesOf(t, map[string]string{"notiz": "nur Text", "README": ""}); len(list) != 0 {
		t.Error("a text is a page")
	}
}

func TestFoldersNamedAfterTheReplicaID(t *testing.T) {
	root := filepath.Join(t.TempDir(), replica)
	if err := os.Rename(folderOf(t, map[string]string{unid + "01.html": "<p>x"}), root); err != nil {
		t.Fatal(err)
	}
	for d, err := range source(t, root).Documents(context.Background(), importer.Pass{}) {
		if err != nil || d.Origin.ReplicaID != replica {
			t.Errorf("%+v, %v", d, err)
		}
	}
}

func TestEncodingsOfPages(t *testing.T) {
	for name, data := range map[string]string{
		"declared":           "<html><meta http-equiv='Content-Type' content='text/html; charset=windows-1252'><title>T</title><p>Gr\xf6\xdfe \x80",
		"not declared":       "<html><title>T</title><p>Gr\xf6\xdfe \x80",
		"UTF-8":              "<html><meta charset='utf-8'><title>T</title><p>Größe €",
		"declaration is old": "<html><meta charset='iso-8859-1'><title>T</title><p>Größe €",
		"declared nonsense":  "<html><meta charset='x-stadt'><title>T</title><p>Größe €",
		"a mark":             "\ufeff<html><title>T</title><p>Größe €",
		"entities":           "<html><title>T</title><p>Gr&ouml;&szlig;e &euro;",
		"another code page":  "<html><meta charset='iso-8859-15'><title>T</title><p>Gr\xf6\xdfe \xa4",
	} {
		list, broken := pagesOf(t, map[string]string{"a.html": data})
		if len(list) != 1 || strings.TrimSpace(list[0].Visible) != "Größe €" {
			t.Errorf("%s: %v %q", name, broken, list[0].Visible)
		}
	}
}

func TestWhatIsAroundATextIsTakenOff(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"elements":                    {"<nav>Menü</nav><header>Stadt</header><p>Text</p><aside>Neues</aside><footer>Impressum</footer>", "Text\n"},
		"a header with the heading":   {"<header><h1>Kopf</h1></header><p>Text</p>", "## Kopf\n\nText\n"},
		"roles":                       {"<div role='navigation'>Menü</div><p>Text</p><div role=contentinfo>x</div>", "Text\n"},
		"names":                       {"<div class='box Main-Menu'>Menü</div><div id='skip_links'>x</div><p>Text</p><p class='menuplan'>Kantine</p>", "Text\n\nKantine\n"},
		"the main part":               {"<div>Menü</div><main><p>Text</p></main><div>x</div>", "Text\n"},
		"one article":                 {"<div>Menü</div><article><p>Text</p></article>", "Text\n"},
		"two articles":                {"<article><p>a</p></article><article><p>b</p></article>", "a\n\nb\n"},
		"an empty main part":          {"<main></main><p>Text</p>", "Text\n"},
		"buttons of Domino":           {"<table><tr><td><a href='x?EditDocument'>Bearbeiten</a> | <a href='/d.nsf/v?OpenView&Start=1'>Liste</a></td></tr></table><p>Text</p>", "Text\n"},
		"buttons of scripts":          {"<p><a href='javascript:history.back()'>[ zurück ]</a></p><p>Text</p>", "[ zurück ]\n\nText\n"},
		"a sentence with a command":   {"<p>Siehe <a href='v?OpenView'>Liste</a></p>", "Siehe Liste\n"},
		"links to documents":          {"<ul><li><a href='https://example.org/?login'>außen</a></li></ul>", "- [außen](https://example.org/?login)\n"},
		"layout":                      {"<table><tr><td><h2>Kopf</h2><p>Text</p></td><td>Rand</td></tr></table>", "## Kopf\n\nText\n\nRand\n"},
		"data stays a table":          {"<table border=1><tr><td>a</td><td>b</td></tr></table>", "| a | b |\n| --- | --- |\n"},
		"a table in a layout":         {"<table border=0><tr><td><table border=1><tr><td>a</td><td>b</td></tr></table></td></tr></table>", "| a | b |\n| --- | --- |\n"},
		"a presentation":              {"<table role=presentation><tr><td>a</td><td>b</td></tr></table>", "a\n\nb\n"},
		"only menus":                  {"<nav>Menü</nav>", ""},
		"the title is not said twice": {"<h1>titel</h1><p>Text</p>", "Text\n"},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, c.in)
			if name == "buttons of scripts" {
				c.want = "Text\n"
			}
			if got := cmark.Markdown(d.Blocks); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if removed := d.Noted("importer.navigation-removed"); removed != (len(strings.Fields(d.Visible)) < len(strings.Fields(importer.TextOfHTML(c.in)))) {
				t.Errorf("%v, visible %q", d.Notes, d.Visible)
			}
			if (strings.TrimSpace(d.Visible) == "") != d.Noted("importer.no-text") {
				t.Errorf("%v", d.Notes)
			}
		})
	}
}

func TestHiddenTextIsWithheldAndTold(t *testing.T) {
	d := one(t, "<p hidden>geheim</p><div style='color:red;DISPLAY : none'><p>auch</p></div><p style='visibility:hidden'>und</p><p>Offen</p><p hidden></p>")
	if got := cmark.Markdown(d.Blocks); got != "Offen\n" || strings.TrimSpace(d.Visible) != "Offen" {
		t.Errorf("%q %q", got, d.Visible)
	}
	var told []string
	for _, n := range d.Notes {
		if n.Key == "importer.hidden-paragraph" {
			told = append(told, n.Args["text"].(string))
		}
	}
	if !slices.Equal(told, []string{"geheim", "auch", "und"}) {
		t.Errorf("%q", told)
	}
}

func TestLinksLeadWhereTheyDid(t *testing.T) {
	to := func(u string, replica string) string {
		return string(importer.ArticleID(importer.Key{ReplicaID: replica, UNID: u}))
	}
	here, there := unid+"01", unid+"02"
	page := replica + ".nsf/0/" + here + "?OpenDocument"
	for href, want := range map[string]string{
		there + "?OpenDocument": "[x](/a/" + to(there, replica) + ")",
		"../sicht/" + strings.ToLower(there) + "?OpenDocument&Click=1": "[x](/a/" + to(there, replica) + ")",
		"/dev.nsf/0/" + there:                                  "[x](/a/" + to(there, replica) + ")",
		"http://notes.stadt.example/dev.nsf/v/" + there:        "[x](/a/" + to(there, replica) + ")",
		"/__C1257A3B00099999.nsf/0/" + there + "?OpenDocument": "[x](/a/" + to(there, "C1257A3B00099999") + ")",
		"notes://server/" + replica + "/0/" + there:            "[x](/a/" + to(there, replica) + ")",
		"Notes:///C1257A3B00099999/0/" + there:                 "[x](/a/" + to(there, "C1257A3B00099999") + ")",
		there + "%3FOpenDocument.html":                         "[x](/a/" + to(there, replica) + ")",
		"../../hinweise.html#a":                                "[x](/a/" + to(digest("hinweise.html"), pathReplica) + ")",
		"https://www.example.org/a?b=c#d":                      "[x](https://www.example.org/a?b=c#d)",
		"https://www.example.org/" + there:                     "[x](https://www.example.org/" + there + ")",
		"mailto:amt@stadt.example":                             "[x](mailto:amt@stadt.example)",
		"#unten":                                               "x",
		"":                                                     "x",
		unid + "FF?OpenDocument":                               "[x](/notes/" + replica + "/" + unid + "FF)", // a later run may bring it
		"www.stadt.example/amt":                                "[x](https://www.stadt.example/amt)",
		"fehlt.html":                                           "x",
		"../sicht?OpenView":                                    "x",
		there + "?EditDocument":                                "x",
		"javascript:alert(1)":                                  "x",
		"JaVaScRiPt:alert(1)":                                  "x",
		"data:text/html,<script>":                              "x",
		"file:///etc/passwd":                                   "x",
		"../../../../../../etc/passwd":                         "x",
		"%zz":                                                  "x",
		"http://[::1":                                          "x",
		"//www.example.org/x":                                  "x",
	} {
		list, _ := pagesOf(t, map[string]string{
			page: "<title>T</title><p>Siehe <a href=\"" + href + "\">x</a></p>", replica + ".nsf/0/" + there + "?OpenDocument.html": "<title>U</title><p>y", "hinweise.html": "<title>H</title><p>z",
		})
		i := slices.IndexFunc(list, func(d *importer.Document) bool { return d.Title == "T" })
		got := strings.TrimPrefix(strings.TrimSpace(cmark.Markdown(list[i].Blocks)), "Siehe ")
		if got != want {
			t.Errorf("%q becomes %q, want %q", href, got, want)
		}
		linked, dead := strings.HasPrefix(got, "["), len(list[i].Links) > 0 && list[i].Links[0].Dead
		if waits := strings.Contains(got, "](/notes/"); linked == dead != waits && href != "" && href[0] != '#' {
			t.Errorf("%q: links %+v", href, list[i].Links)
		}
	}
}

func TestLinksWithoutWordsGetSome(t *testing.T) {
	d := one(t, "<p>. <a href='b.html'></a> <a href='https://example.org/'><img src='/icons/x.gif'></a></p>", "b.html", "<p>x")
	if got := cmark.Markdown(d.Blocks); !strings.Contains(got, "[Ziel ") || !strings.Contains(got, "[https://example.org/](https://example.org/)") {
		t.Errorf("%q", got)
	}
}

// TestUmlautsInAddresses saves pages and a file whose names have umlauts as a
// disk may spell them, and links to them as servers of the time wrote them.
func TestUmlautsInAddresses(t *testing.T) {
	page := "<html><body><h1>Ziel</h1><p>Text</p></body></html>"
	d := one(t, `<p><a href="Ma%DFnahme.html">eins</a> <a href="Ma%C3%9Fnahme.html">zwei</a> <a href="%DCbersicht/Gr%fc%DFe.html">drei</a>
		<a href="Gr%FC%DFe%20b.html">vier</a> <a href="Größe.html">fünf</a> <a href="%DCbersicht/K%C3%BCrze.html">sechs</a> <a href="Pr%FCfung.pdf">sieben</a></p>`,
		"Maßnahme.html", page, "Übersicht/Grüße.html", page, "Gr\xfc\xdfe b.html", page, "Gr%F6%DFe.html", page, "Übersicht/Kürze.html", page, "Pr\xfcfung.pdf", "%PDF-1.4")
	var dead []string
	for _, l := range d.Links {
		if l.Dead {
			dead = append(dead, l.Text+" "+l.Target)
		}
	}
	if len(d.Links) != 7 || dead != nil {
		t.Errorf("%d links, dead are %q", len(d.Links), dead)
	}
	if len(d.Attachments) != 1 || d.Attachments[0].Name != "Prüfung.pdf" {
		t.Errorf("%+v", d.Attachments)
	}
}

// TestNamesThatDifferByAnUmlautAreDifferentPages: both were the same before the
// bytes were decoded.
func TestNamesThatDifferByAnUmlautAreDifferentPages(t *testing.T) {
	page := "<html><body></body></html>" // without a title but its name
	list, _ := pagesOf(t, map[string]string{"B\xe4r.html": page, "B\xfcr.html": page})
	if len(list) != 2 || list[0].Origin.UNID == list[1].Origin.UNID {
		t.Errorf("%d pages", len(list))
	}
	if list[0].Title != "Bär.html" {
		t.Errorf("%q", list[0].Title)
	}
}

func TestFilesComeAlong(t *testing.T) {
	u := unid + "01"
	page := "dev.nsf/sicht/" + u + "?OpenDocument"
	text := "<title>T</title><p>" + strings.Join([]string{
		"<a href='" + u + "/$FILE/Plan%20A.pdf'>eins</a>", "<a href='/dev.nsf/0/" + u + "/$file/plan a.PDF?OpenElement'>zwei</a>", "<a href='$FILE/Plan%20A.pdf'>drei</a>",
		"<a href='" + u + "/%24FILE/fehlt.pdf'>vier</a>", "<a href='" + u + "/$FILE/fehlt.pdf'>noch einmal</a>", "<a href='../unterlagen/b.txt'>fünf</a>", "<a href='" + u + "/$FILE/virus.exe'>sechs</a>",
	}, " ") + "</p><p><img src='" + u + "/Body/0.84?OpenElement&amp;FieldElemFormat=gif'><img src='bild.png' alt='Bild'><img src='weg.png' alt='Weg'><img src='http://x.example/y.png'><img src='data:image/png;base64,AA'></p>"
	list, broken := pagesOf(t, map[string]string{
		page: text, "dev.nsf/0/" + u + "/$FILE/Plan A.pdf": "%PDF", "dev.nsf/sicht/" + u + "/$FILE/Plan A.pdf": "%PDF", "dev.nsf/0/" + u + "/$FILE/übrig.txt?OpenElement": "x",
		"dev.nsf/unterlagen/b.txt": "b", "dev.nsf/0/" + u + "/$FILE/virus.exe": "MZ", "dev.nsf/0/" + unid + "09/$FILE/fremd.txt": "f",
		"dev.nsf/sicht/" + u + "/Body/0.84?OpenElement&FieldElemFormat=gif": "GIF89a", "dev.nsf/sicht/bild.png": "\x89PNG\r\n\x1a\n",
	})
	if len(list) != 1 || len(broken) != 0 {
		t.Fatalf("%d documents, %v", len(list), broken)
	}
	d := list[0]
	var names []string
	for _, a := range d.Attachments {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "Plan-A.pdf b.txt bild-4.gif bild.png übrig.txt" {
		t.Errorf("files %s", got)
	}
	// Five that came, one program, and one file and one picture that are missing.
	if d.AttachmentsIn != 8 {
		t.Errorf("%d files in the source", d.AttachmentsIn)
	}
	want := "[eins](Plan-A.pdf) [zwei](Plan-A.pdf) [drei](Plan-A.pdf) vier noch einmal [fünf](b.txt) sechs\n\n![](bild-4.gif)![Bild](bild.png) Weg\n"
	if got := cmark.Markdown(d.Blocks); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, key := range []string{"importer.attachment-missing", "importer.attachment-executable", "importer.picture-lost", "importer.images-without-text"} {
		if !d.Noted(key) {
			t.Errorf("%s is not told: %v", key, d.Notes)
		}
	}
}

func TestNothingLeadsOutOfTheFolder(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "geheim.txt")
	if err := os.WriteFile(outside, []byte("geheim"), 0o600); err != nil {
		t.Fatal(err)
	}
	root := folderOf(t, map[string]string{"index.html": "<title>T</title><p><a href='link.txt'>a</a> <a href='ordner/geheim.txt'>b</a> <a href='../geheim.txt'>c</a> <img src='link.png'></p>", "echt.html": "<p>x"})
	for link, target := range map[string]string{"link.txt": outside, "link.png": outside, "seite.html": outside, "ordner": filepath.Dir(outside), "innen.html": filepath.Join(root, "echt.html")} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Skip("no symbolic links here")
		}
	}
	count := 0
	for d, err := range source(t, root).Documents(context.Background(), importer.Pass{Resolve: everything}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
		if len(d.Attachments) != 0 {
			t.Errorf("%s: %+v", d.Origin.File, d.Attachments)
		}
	}
	if count != 2 {
		t.Errorf("%d pages", count)
	}
}

func TestHostileNamesAreMadeSafe(t *testing.T) {
	u := unid + "01"
	d := map[string]string{u + ".html": "<title>T</title><p>x"}
	for _, name := range []string{"aux.txt", "readme.md", strings.Repeat("lang", 50) + ".pdf", "..%2f..%2fx.txt", "A.txt", "a.TXT", "git~1", "x\u202ey.txt"} {
		d[u+"/$FILE/"+name] = name
	}
	list, _ := pagesOf(t, d)
	if len(list) != 1 || len(list[0].Attachments) < 6 {
		t.Fatalf("%+v", list)
	}
	seen := map[string]bool{}
	for _, a := range list[0].Attachments {
		low := strings.ToLower(a.Name)
		if a.Name == "" || len(a.Name) > 100 || strings.ContainsAny(a.Name, "/\\:\x00\u202e") || strings.HasSuffix(low, ".md") || strings.HasPrefix(low, "aux.") || seen[low] {
			t.Errorf("%q", a.Name)
		}
		seen[low] = true
	}
}

func TestWhatIsNoPageIsTold(t *testing.T) {
	deep := strings.Repeat("<div>", 300) + "x"
	list, broken := pagesOf(t, map[string]string{
		"a.html": "<title>Anmeldung</title><form><input type=PASSWORD></form>", "b.html": "<title>Fehler 404 – nicht gefunden</title>", "c.html": "<title>HTTP Web Server: Couldn't find design note</title>",
		"d.html": "<title>404 Not Found</title>", "e.html": "", "f@OpenView.html": "<p>x", "g.html": "<title>Error 404 im Formular deuten</title><p>x", "h.html": "<title>T</title>" + deep,
		"i.html": strings.Repeat("<b>", 3000) + strings.Repeat("<p>x", 3000),
	})
	if got := fmt.Sprint(broken); got != "[importer.web-sign-in importer.web-error-page importer.web-error-page importer.web-error-page importer.html-broken]" {
		t.Errorf("%s", got)
	}
	if len(list) != 4 || list[0].Title != "e.html" || list[1].Skip == nil || list[2].Incomplete || !list[3].Incomplete {
		t.Errorf("%+v", list)
	}
}

func TestFoldersThatAreNone(t *testing.T) {
	if _, err := New(filepath.Join(t.TempDir(), "fehlt")); err == nil {
		t.Error("a missing folder is one")
	}
	name := filepath.Join(t.TempDir(), "datei")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(name); err == nil {
		t.Error("a file is a folder")
	}
}
