package notes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"staffelstab/importer"
	"staffelstab/importer/importertest"
)

// four is an export of four documents, each with something of its own.
func four() string {
	return head +
		doc(1, body(par("1", "Erster &auml; Text &amp; mehr"))) +
		doc(2, file(`name='a.txt' size='3'`, data("QUJD"))+body(par("1", `<attachmentref name='a.txt'/>`))) +
		doc(3, body(`<table><tablerow><tablecell>`+par("1", "Ö")+`</tablecell><tablecell>`+par("1", "€")+`</tablecell></tablerow></table><![CDATA[x]]><!-- y -->`)) +
		doc(4, message("Content-Type: text/plain\n\nVierter")) + `</database>`
}

func TestAFileCutAnywhereLosesOnlyItsEnd(t *testing.T) {
	whole := four()
	var want []string
	for _, d := range readString(t, whole).docs {
		want = append(want, d.Title+"\n"+markdown(d))
	}
	if len(want) != 4 {
		t.Fatalf("%d documents", len(want))
	}
	s := &Source{Limits: DefaultLimits(), Place: time.UTC}
	pass := importer.Pass{SpoolDir: t.TempDir()}
	for at := range len(whole) {
		var r result
		s.read(context.Background(), "x", strings.NewReader(whole[:at]), pass, r.take)
		complete := strings.Count(whole[:at], "</document>")
		if len(r.docs) != complete || len(r.broken) > 1 {
			t.Fatalf("cut at %d: %d documents, want %d, errors %v", at, len(r.docs), complete, r.broken)
		}
		for i, d := range r.docs {
			if got := d.Title + "\n" + markdown(d); got != want[i] {
				t.Fatalf("cut at %d: document %d is %q, want %q", at, i, got, want[i])
			}
		}
		if inside := strings.Count(whole[:at], "<document ") > complete; inside && len(r.broken) != 1 {
			t.Fatalf("cut at %d: a document that breaks off is not told", at)
		}
	}
}

func TestHowTheBytesArriveDoesNotMatter(t *testing.T) {
	want := readString(t, four())
	for name, r := range map[string]io.Reader{
		"one by one":          iotest.OneByteReader(strings.NewReader(four())),
		"half of what fits":   iotest.HalfReader(strings.NewReader(four())),
		"the end comes along": iotest.DataErrReader(strings.NewReader(four())),
	} {
		t.Run(name, func(t *testing.T) {
			got := readAll(t, r, DefaultLimits())
			if len(got.docs) != len(want.docs) || len(got.broken) != 0 {
				t.Fatalf("%d documents, errors %v", len(got.docs), got.broken)
			}
			for i := range got.docs {
				if markdown(got.docs[i]) != markdown(want.docs[i]) || got.docs[i].Origin != want.docs[i].Origin || kept(t, got.docs[i]) != kept(t, want.docs[i]) {
					t.Errorf("document %d differs", i)
				}
			}
		})
	}
}

func TestADiskThatFailsEndsTheReadingWithItsError(t *testing.T) {
	broken := errors.New("input/output error")
	for _, at := range []int{0, 100, 700, 1100, len(four())} {
		s := &Source{Limits: DefaultLimits(), Place: time.UTC}
		var last error
		s.read(context.Background(), "x", io.MultiReader(strings.NewReader(four()[:at]), iotest.ErrReader(broken)), importer.Pass{SpoolDir: t.TempDir()}, func(d *importer.Document, err error) bool {
			last = err
			return true
		})
		if !errors.Is(last, broken) {
			t.Errorf("after %d bytes: %v", at, last)
		}
	}
}

func TestADamagedDatabaseIsAccountedForDocumentByDocument(t *testing.T) {
	fixture, err := os.ReadFile("testdata/dev-datenbank.dxl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 5))
		data := bytes.Clone(fixture)
		for range 1 + r.IntN(20) {
			at := r.IntN(len(data))
			switch r.IntN(4) {
			case 0:
				data[at] = byte(r.IntN(256))
			case 1:
				data[at] = "<>&'\"/]["[r.IntN(8)]
			case 2:
				data = append(data[:at], data[min(len(data), at+r.IntN(30)):]...)
			case 3:
				end := min(len(data), at+r.IntN(60))
				data = append(data[:end:end], data[at:]...)
			}
		}
		name := filepath.Join(dir, "kaputt.dxl")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		source, err := New(time.UTC, name)
		if err != nil {
			t.Fatal(err)
		}
		options := planOptions(t)
		options.Renderer = importertest.Text{}
		target := importertest.NewMemory()
		first, err := importer.Apply(context.Background(), target, source, options)
		if err != nil || !first.Totals.Balanced() || first.Totals.Read == 0 {
			t.Fatalf("seed %d: %+v, error %v", seed, first.Totals, err)
		}
		commits := target.Commits()
		again, err := importer.Apply(context.Background(), target, source, options)
		if err != nil || target.Commits() != commits || again.Totals.Unchanged != first.Totals.Imported {
			t.Fatalf("seed %d: a second run: %+v after %+v, error %v", seed, again.Totals, first.Totals, err)
		}
		if left, _ := os.ReadDir(options.SpoolDir); len(left) != 0 {
			t.Fatalf("seed %d: %d temporary files are left", seed, len(left))
		}
	}
}

func TestNothingHostileCostsMoreThanItsOwnDocument(t *testing.T) {
	many := strings.Repeat
	for name, bad := range map[string]string{
		"elements nested without end": doc(2, body(many("<section>", 100_000)+many("</section>", 100_000))),
		"elements never closed":       `<document>` + many("<a>", 100_000),
		"attributes without end":      `<document ` + many("a='b' ", 300_000) + `></document>`,
		"the same attribute twice":    `<document form='a' form='b'></document>`,
		"a tag without end":           `<document form='` + many("x", 2<<20),
		"a name without end":          `<document><` + many("x", 2<<20) + `/></document>`,
		"a comment without end":       `<document><!-- ` + many("-", 100_000) + ` --></document2>`,
		"brackets only":               `<document>` + many("<", 100_000) + `</document>`,
		"ampersands only":             doc(2, body(par("1", many("&", 100_000)))),
		"entities without end":        doc(2, body(par("1", many("&#x", 50_000)))),
		"documents in documents":      many(`<document>`, 500) + many(`</document>`, 500),
		"zero bytes":                  doc(2, body(par("1", many("\x00", 100_000)))),
		"base64 that is none":         doc(2, file(`name='a'`, data(many("\xff?", 100_000)))),
		"spool that is not there":     doc(2, `<item name='$FILE'><object><file name='a'><filedata spool='7'/></file></object></item><item name='Body'><rawitemdata type='1' spool='-1'/></item>`),
		"spool of another part":       doc(2, `<item name='x'><rawitemdata type='1'>AAAA</rawitemdata></item>`+file(`name='a'`, `<filedata spool='0'/>`)),
		"a number beyond all":         doc(2, file(`name='a' size='99999999999999999999'`, data("QQ=="))),
		"tables in tables":            doc(2, body(many("<table><tablerow><tablecell>", 60)+par("1", "x")+many("</tablecell></tablerow></table>", 60))),
		"lists in lists":              doc(2, body(hundredLists())),
		"a thousand link texts":       doc(2, body(par("1", many(`<urllink href='x'><run><popup><popuptext>a</popuptext>b</popup></run></urllink>`, 1000)))),
		"a declaration without end":   `<!DOCTYPE x [` + many("[", 1000) + many("]", 1001) + `>` + doc(2, ""),
	} {
		t.Run(name, func(t *testing.T) {
			good := body(par("1", "gut"))
			r := readAll(t, strings.NewReader(head+doc(1, good)+bad+doc(3, good)+`</database>`), Limits{Document: 2 << 20, Attachment: 1 << 20, Depth: 200})
			found := 0
			for _, d := range r.docs {
				if strings.HasPrefix(d.Title, "Titel") && d.Title != "Titel 2" && markdown(d) == "gut\n" {
					found++
				}
				_ = d.Close()
			}
			if found != 2 {
				t.Errorf("%d of 2 good documents, %d errors", found, len(r.broken))
			}
			if len(r.docs)+len(r.broken) < 3 {
				t.Error("the bad one is not told")
			}
		})
	}
}

func hundredLists() string {
	var b strings.Builder
	for n := range 100 {
		b.WriteString(listDef(fmt.Sprint("l", n), fmt.Sprintf("%d.5in", n+1), "bullet") + par(fmt.Sprint("l", n), "x"))
	}
	return b.String()
}

func TestUmlautsArriveInEveryEncodingOfTheField(t *testing.T) {
	const text = "Ärger über Größe: ÄÖÜ äöü ß §"
	file := func(name string) string {
		return `<?xml version="1.0" encoding="` + name + `"?>` + "\r\n" + strings.TrimPrefix(head, `<?xml version='1.0' encoding='utf-8'?>`) + doc(1, body(par("1", text))) + `</database>`
	}
	encodings := map[string][]byte{
		"ISO-8859-1":                           encode(t, charmap.ISO8859_1, file("ISO-8859-1")),
		"iso-8859-15":                          encode(t, charmap.ISO8859_15, file("iso-8859-15")),
		"Windows-1252":                         encode(t, charmap.Windows1252, file("Windows-1252")),
		"ibm866":                               []byte(file("UTF-8")),
		"utf-8 capital":                        bytes.Replace([]byte(file("UTF-8")), []byte("encoding"), []byte("  encoding "), 1),
		"us-ascii that is not":                 []byte(file("us-ascii")),
		"no declaration":                       []byte(strings.TrimPrefix(head, `<?xml version='1.0' encoding='utf-8'?>`) + doc(1, body(par("1", text))) + `</database>`),
		"UTF-16 that begins with the database": encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), `<database replicaid='C1257A3B00412345'>`+doc(1, body(par("1", text)))+`</database>`),
		"UTF-16 BE with mark":                  encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), file("UTF-16")),
		"UTF-8 said to be ISO-8859-1":          []byte(file("iso-8859-1")),
		"UTF-8 said to be windows-1252":        []byte(file("windows-1252")),
		"blanks before the declaration":        []byte("\r\n " + file("utf-8")),
	}
	for name, bytes := range encodings {
		t.Run(name, func(t *testing.T) {
			r := readAll(t, strings.NewReader(string(bytes)), DefaultLimits())
			if len(r.docs) != 1 || markdown(r.docs[0]) != text+"\n" {
				t.Fatalf("%v %v", r.docs, r.broken)
			}
		})
	}
}

func TestBytesThatAreNotTheirEncodingCostNoDocument(t *testing.T) {
	latin := encode(t, charmap.ISO8859_1, doc(1, body(par("1", "Größe"))))
	r := readAll(t, io.MultiReader(strings.NewReader(head), bytes.NewReader(latin), strings.NewReader(doc(2, body(par("1", "Größe")))+`</database>`)), DefaultLimits())
	if len(r.docs) != 2 || markdown(r.docs[0]) != "Größe\n" || markdown(r.docs[1]) != "Größe\n" || !hasNote(r.docs[0], "importer.wrong-encoding") || hasNote(r.docs[1], "importer.wrong-encoding") {
		t.Errorf("%v %v", r.docs, r.broken)
	}
}

func TestTheErrorSaysWhere(t *testing.T) {
	r := readString(t, head+"\n\n"+doc(1, "")+"\n"+`<document form='Kaputt'><noteinfo unid='C1257A3B00412345C1257A4C00000009'/><item name='Subject'><text>Halb</text></item>`+"\n"+doc(3, "")+`</database>`)
	if len(r.broken) != 1 {
		t.Fatalf("errors %v", r.broken)
	}
	b := r.broken[0]
	if b.Origin.Line != 4 || b.Origin.UNID != "C1257A3B00412345C1257A4C00000009" || b.Origin.Form != "Kaputt" || b.Title != "Halb" || b.Note.Args["line"] != 4 || b.Note.Args["file"] != "test.dxl" {
		t.Errorf("%+v", b)
	}
}

func TestAFaultOfOursCostsOneDocument(t *testing.T) {
	s := &Source{Limits: DefaultLimits(), Place: time.UTC}
	in := head + doc(1, body(par("1", "gut"))) + doc(2, body(par("1", `<doclink document='FF'/>`))) + doc(3, body(par("1", "gut"))) + `</database>`
	var r result
	s.read(t.Context(), "x", strings.NewReader(in), importer.Pass{Resolve: func(importer.Key) (importer.LinkTarget, bool) { panic("kaputt") }}, r.take)
	if len(r.docs) != 2 || len(r.broken) != 1 || !strings.Contains(r.broken[0].Err.Error(), "kaputt") || r.broken[0].Origin.Line == 0 {
		t.Errorf("%d documents, errors %v", len(r.docs), r.broken)
	}
}

func TestHTMLDeeperThanItsParserGoesIsTold(t *testing.T) {
	for _, tag := range []string{"div", "b", "ul&gt;&lt;li", "table&gt;&lt;tr&gt;&lt;td", "span"} {
		d := one(t, doc(7, body(`<block html='true'>`+strings.Repeat("&lt;"+tag+"&gt;", 1500)+`tief</block>`)))
		if !d.Incomplete {
			t.Errorf("%s: %v", tag, d.Notes)
		}
	}
}
