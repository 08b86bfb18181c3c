package webpages

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"staffelstab/content"
	"staffelstab/content/markdown"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
	"staffelstab/internal/i18n"
)

// FuzzPage: whatever a page holds, nothing dangerous comes through and nothing
// of what is shown is lost without a word.
func FuzzPage(f *testing.F) {
	first, err := os.ReadFile("testdata/seiten/" + replica + ".nsf/0/" + unid + "01@OpenDocument.html")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(first)
	for _, seed := range []string{
		"<base href='javascript:x'><a href='y'>z", "<frameset><frame src=x></frameset>", "<main><nav><main>x", "<table><tr><td hidden><h1>x", "<meta charset=utf-7><p>+ADw-script+AD4-",
		"<a href='$FILE/../../x'>y</a>", "<img src='//x/y.png'>", "<a href='?OpenDocument'>x", "<a href='%00'>x", "<svg><a href='javascript:x'>y", "<p style='display:none'><p>x", "\xff\xfe<\x00p\x00>\x00x\x00",
		"<title></title><h1> </h1>", "<form action=x><input type=password>", "<a href='notes:'>x</a>",
	} {
		f.Add([]byte(seed))
	}
	root := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(filepath.Join(root, unid+"01.html"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		for d, err := range source(t, root).Documents(context.Background(), importer.Pass{Resolve: everything}) {
			var broken *importer.SourceError
			if err != nil {
				if !errors.As(err, &broken) {
					t.Fatal(err)
				}
				continue
			}
			text := cmark.Markdown(d.Blocks)
			if !utf8.ValidString(text+d.Title) || strings.ContainsRune(text, 0) {
				t.Errorf("not clean: %q", text)
			}
			plain := strings.NewReplacer(`\<`, "", `\(`, "").Replace(strings.ToLower(text)) // without what is only text
			for _, bad := range []string{"<script", "](javascript:", "](data:", "](file:", "](vbscript:", "<img"} {
				if strings.Contains(plain, bad) {
					t.Errorf("%q comes through: %q", bad, text)
				}
			}
		}
	})
}

// FuzzKeeps takes pages over and shows them: what a page shows is found again,
// or somebody is told.
func FuzzKeeps(f *testing.F) {
	for _, seed := range []string{
		"<p>eins<p>zwei", "<table><tr><td>a<td>b<tr><td><ul><li>c", "<dl><dt>a<dd>b</dl>", "<a href=x><div>a</div>b</a>", "<pre>a\n*b*</pre>", "<b>a<i>b</b>c</i>", "<h1>a</h1><h2>b</h2>x<sup>2</sup>",
		"<center>a<font size=1>b</font></center>", "a<br>b<br><br>c", "<select><option>a</select>b", "<ol><li>a</ol><ol start=5><li>b", "1. a <b>2</b>. # c [d](e)", "<button>a</button><label>b</label>", "<table><caption>a</caption><tr><th>b",
	} {
		f.Add(seed)
	}
	catalogue, err := i18n.Load()
	if err != nil {
		f.Fatal(err)
	}
	options := importer.Options{
		Run: "lauf-1", Catalogue: catalogue, Place: time.UTC, Pseudonym: func(string) string { return "u-x" },
		Renderer: markdown.New(markdown.Labels{Table: "Tabelle", Done: "erledigt", Open: "offen"}),
	}
	root := f.TempDir()
	f.Fuzz(func(t *testing.T, body string) {
		if err := os.WriteFile(filepath.Join(root, unid+"01.html"), []byte("<title>.</title><body>"+body), 0o600); err != nil {
			t.Fatal(err)
		}
		target := importertest.NewMemory()
		report, err := importer.Apply(context.Background(), target, source(t, root), options)
		if err != nil {
			t.Fatal(err)
		}
		e := report.Documents[0]
		if e.Status != importer.StatusImported || e.LettersOut*100 >= e.LettersIn*99 {
			return
		}
		// Words may come apart where nobody knows an element; letters do not get lost.
		stored, err := content.ParseDocument("index.md", target.Articles()[content.ID(e.ID)].Markdown)
		if err != nil {
			t.Fatal(err)
		}
		page, err := options.Renderer.Render(context.Background(), stored.Body, func(to string, _ bool) (string, string, bool) { return to, "", true })
		if err != nil {
			t.Fatal(err)
		}
		shown := 0
		for _, r := range stored.Meta.Title + importer.TextOfHTML(page.HTML) {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				shown++
			}
		}
		if shown < e.LettersIn {
			t.Errorf("%d of %d letters of %q in\n%s", shown, e.LettersIn, body, stored.Body)
		}
	})
}
