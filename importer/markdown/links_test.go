package markdown_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/markdown"
)

// idOf is the id a text of the folder gets when it has none of its own.
func idOf(name string) string {
	return string(importer.ArticleID(importer.Key{ReplicaID: "markdown", UNID: name}))
}

// places are the files links of ordner/text.md lead to in tests.
func places() map[string]string {
	return map[string]string{
		"oben.md": "# Oben", "README.md": "# Alles", "ordner/b.md": "# B", "ordner/Größe & Form (neu).md": "# Größe", "ordner/mit-id.md": "---\nid: mitidmitid\n---\n# Mit Id",
		"ordner/unten/index.md": "# Unten", "ordner/U\u0308bung.md": "# Übung", "ordner/kaputt.md": "\xff", "ordner/klein.md": "# k", "ordner/Gleich.md": "# G", "ordner/gleich.md": "# g",
		"ordner/plan.pdf": "P", "ordner/Antrag neu (1).pdf": "A", "ordner/unten/bild.png": "B", "a/b.md": "# AB", "ordner/100%.md": "# 100",
	}
}

func TestLinksLeadWhereTheirTargetsGo(t *testing.T) {
	to := func(name string) string { return "/a/" + idOf(name) }
	for name, c := range map[string]struct {
		body, want string
		dead       int
	}{
		"a text beside it":               {"Siehe [dort](b.md).", "Siehe [dort](" + to("ordner/b.md") + ").", 0},
		"in other folders":               {"[a](../oben.md) [b](unten/index.md) [c](./b.md) [d](/oben.md)", "[a](" + to("oben.md") + ") [b](" + to("ordner/unten/index.md") + ") [c](" + to("ordner/b.md") + ") [d](" + to("oben.md") + ")", 0},
		"folders":                        {"[a](unten/) [b](unten) [c](..) [d](../) [e](/)", "[a](" + to("ordner/unten/index.md") + ") [b](" + to("ordner/unten/index.md") + ") [c](" + to("README.md") + ") [d](" + to("README.md") + ") [e](" + to("README.md") + ")", 0},
		"a text with an id of its own":   {"[a](mit-id.md)", "[a](/a/mitidmitid)", 0},
		"an anchor":                      {"[a](b.md#größe-2) [b](#hier) [c](b.md#a(b) [d](b.md#%C3%A4%zz)", "[a](" + to("ordner/b.md") + "#größe-2) [b](#hier) [c](b.md#a(b) [d](" + to("ordner/b.md") + "#%C3%A4%25zz)", 0},
		"an anchor in brackets":          {"[a](<b.md#ein (Wort)\"&copy;>)", "[a](" + to("ordner/b.md") + "#ein%20%28Wort%29%22%C2%A9)", 0},
		"without its ending":             {"[a](b) [b](../oben)", "[a](" + to("ordner/b.md") + ") [b](" + to("oben.md") + ")", 0},
		"blanks and signs":               {"[a](<Größe & Form (neu).md>) [b](Gr%C3%B6%C3%9Fe%20&amp;%20Form%20(neu).md 'T') [c](Größe%20\\&%20Form%20%28neu%29.md)", "[a](" + to("ordner/Größe & Form (neu).md") + ") [b](" + to("ordner/Größe & Form (neu).md") + " 'T') [c](" + to("ordner/Größe & Form (neu).md") + ")", 0},
		"a percent sign as it is":        {"[a](100%.md)", "[a](" + to("ordner/100%.md") + ")", 0},
		"umlauts in either form":         {"[a](Übung.md) [b](U\u0308bung.md)", "[a](" + to("ordner/Übung.md") + ") [b](" + to("ordner/Übung.md") + ")", 0},
		"capitals":                       {"[a](KLEIN.MD) [b](Gleich.md) [c](gleich.md) [d](GLEICH.md)", "[a](" + to("ordner/klein.md") + ") [b](" + to("ordner/Gleich.md") + ") [c](" + to("ordner/gleich.md") + ") [d](GLEICH.md)", 1},
		"code":                           {"`[a](b.md)`\n\n```\n[a](b.md)\n```\n\n    [a](b.md)\n", "`[a](b.md)`\n\n```\n[a](b.md)\n```\n\n    [a](b.md)\n", 0},
		"a table and a note":             {"| a |\n|---|\n| [x](b.md) |\n\nText[^1]\n\n[^1]: [y](b.md)\n", "| a |\n|---|\n| [x](" + to("ordner/b.md") + ") |\n\nText[^1]\n\n[^1]: [y](" + to("ordner/b.md") + ")\n", 0},
		"a definition":                   {"[a][r] [r]\n\n[r]: <b.md> \"Titel\"\r\n[s]: b.md\r\n", "[a][r] [r]\n\n[r]: " + to("ordner/b.md") + " \"Titel\"\r\n[s]: b.md\r\n", 0},
		"a picture that links":           {"[![Bild](unten/bild.png)](b.md)", "[![Bild](bild.png)](" + to("ordner/b.md") + ")", 0},
		"files":                          {"[a](plan.pdf) [b](../ordner/plan.pdf#page=2) [c](<Antrag neu (1).pdf>) [d](plan.pdf?raw=1) [e](plan.pdf#page=3)", "[a](plan.pdf) [b](plan.pdf#page=2) [c](Antrag-neu-%281%29.pdf) [d](plan.pdf) [e](plan.pdf#page=3)", 0},
		"raw HTML":                       {"<a href=\"b.md#x\">b</a> <img alt='' src=unten/bild.png> <!-- <a href=\"b.md\"> -->", "<a href=\"" + to("ordner/b.md") + "#x\">b</a> <img alt='' src=" + to("ordner/text.md") + "/dateien/bild.png> <!-- <a href=\"b.md\"> -->", 0},
		"nowhere":                        {"[a](fehlt.md) [b](../../oben.md) [c](kaputt.md) [d](../..) [e](fehlt/)", "[a](fehlt.md) [b](../../oben.md) [c](kaputt.md) [d](../..) [e](fehlt/)", 5},
		"outside":                        {"[a](https://example.org/b.md?x=ä&y#z) [b](mailto:a@example.org) [c](www.example.org/b.md)", "[a](https://example.org/b.md?x=ä&y#z) [b](mailto:a@example.org) [c](www.example.org/b.md)", 0},
		"outside, and not allowed":       {"[a](javascript:alert) [b](file:///etc/passwd)", "[a](javascript:alert) [b](file:///etc/passwd)", 2},
		"the library's own":              {"[a](/a/aaaaaaaaaa#x) [b](/a/b.md) [c](notes://x/C1257A3B00412345/0/C1257A4C003B00010000000000000001)", "[a](/a/aaaaaaaaaa#x) [b](" + to("a/b.md") + ") [c](notes://x/C1257A3B00412345/0/C1257A4C003B00010000000000000001)", 0},
		"brackets that go wrong":         {"[x](b[z](<Größe & Form (neu).md> 't')", "[x](b[z](<Größe & Form (neu).md> 't')", 1},
		"itself":                         {"[a](text.md)", "[a](" + to("ordner/text.md") + ")", 0},
		"line ends and blanks around it": {"a\r\n[a](\r\n b.md\r\n)\t \r\n", "a\r\n[a](\r\n " + to("ordner/b.md") + "\r\n)\t \r\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			files := places()
			files["ordner/text.md"] = "---\ntitel: T\nart: artikel\nid: " + idOf("ordner/text.md") + "\n---\n" + c.body
			r := read(t, importer.Pass{}, folder(t, files))
			at := slices.IndexFunc(r.docs, func(d *importer.Document) bool { return d.Origin.UNID == "ordner/text.md" })
			d := r.docs[at]
			if _, got, _ := strings.Cut(string(d.Markdown), "\n---\n"); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			dead, told := 0, 0
			for _, l := range d.Links {
				if l.Dead {
					dead++
				}
			}
			for _, n := range d.Notes {
				if n.Review {
					told++
				}
			}
			if dead != c.dead || told != c.dead {
				t.Errorf("%d dead links, %d told, want %d: %+v %+v", dead, told, c.dead, d.Links, d.Notes)
			}
			report := plan(t, d)
			if report.LinksIn != len(d.Links) || report.LinksOut != len(d.Links)-c.dead || report.LettersIn != report.LettersOut {
				t.Errorf("report: links %d of %d, letters %d of %d; %+v", report.LinksOut, report.LinksIn, report.LettersOut, report.LettersIn, d.Links)
			}
		})
	}
}

// FuzzFile reads anything as a Markdown file. Either it is told to be broken or
// its text comes through with the keys the library needs, and nothing but
// destinations differs.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"", "# A", "---\n---\n", "---\ntitel: x\n---\ny", "\ufeff---\nid: aaaaaaaaaa\n---\r\nx", "---\nid: [\n---", "---\na: &a [*a]\n---\n", "[x](a.pdf)", "---\ntitel: \"\"\nart: 3\nid: ../x\n---\n", "\xff\xfe#", "---\n- liste\n---\nx", "---\r\ntitel: a\r\n...\r\nText",
		"[x](b.md#y) ![z](<u/ä b.png> 't')\r\n\r\n[r]\r\n\r\n[r]: b.md\r\n", "| [x](b.md) |\n|---|\n| ![y](u/%C3%A4%20b.png) |", "<a href=b.md><img src='u/ä b.png'></a>", "`[x](b.md)` [x](../b.md) [y](/b) [z](u/)",
	} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	for name, text := range map[string]string{"b.md": "# B", "u/ä b.png": "B", "u/index.md": "# U", "a.pdf": "P"} {
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700), os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, "a.md"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		first := readOne(t, dir)
		if first == nil {
			return
		}
		before, err := content.ParseDocument("a.md", data)
		if err != nil {
			t.Fatalf("taken although broken: %v", err)
		}
		after, err := content.ParseDocument("a.md", first.Markdown)
		if err != nil || !utf8.Valid(first.Markdown) {
			t.Fatalf("%q became %q, error %v", data, first.Markdown, err)
		}
		if after.Meta.ID == "" || after.Meta.Kind == content.KindUnclassified || before.Meta.ID != "" && after.Meta.ID != before.Meta.ID {
			t.Errorf("%q lacks what the library needs: %+v", first.Markdown, after.Meta)
		}
		if got, want := frame(after.Body), frame(before.Body); got != want {
			t.Errorf("%q became %q", want, got)
		}
		if again := readOne(t, dir); !bytes.Equal(again.Markdown, first.Markdown) || fmt.Sprint(again.Links) != fmt.Sprint(first.Links) {
			t.Errorf("read again it is %q, was %q", again.Markdown, first.Markdown)
		}
		first.Renamed(first, map[string]string{"ä-b.png": "ä-b.png.original", "a.pdf": "b.pdf"})
		if renamed, err := content.ParseDocument("a.md", first.Markdown); err != nil || !utf8.Valid(first.Markdown) || renamed.Meta.ID != after.Meta.ID {
			t.Errorf("with other names it is %q, error %v", first.Markdown, err)
		}
	})
}

// frame is a text without its destinations, and what each of them is.
func frame(body []byte) string {
	var b strings.Builder
	at := 0
	for _, d := range renderer().Destinations(body) {
		if d.Start >= at {
			b.Write(body[at:d.Start])
			at = d.End
		}
		fmt.Fprintf(&b, "\x00%q%v%v\x00", d.Words, d.Picture, d.HTML)
	}
	return b.String() + string(body[at:])
}

// readOne reads a.md; nil when it is broken.
func readOne(t *testing.T, dir string) *importer.Document {
	t.Helper()
	s, err := markdown.New(renderer(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for d, err := range s.Documents(context.Background(), importer.Pass{}) {
		var broken *importer.SourceError
		switch {
		case errors.As(err, &broken):
			if broken.Note.Key == "" || !broken.Note.Review {
				t.Errorf("no reason: %v", broken)
			}
		case err != nil:
			t.Fatal(err)
		case d.Origin.UNID == "a.md":
			return d
		}
	}
	return nil
}
