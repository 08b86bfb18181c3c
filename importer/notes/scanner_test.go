package notes

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

const head = `<?xml version='1.0' encoding='utf-8'?><database replicaid='C1257A3B00412345' title='Test'>`

// doc wraps rich text in a document whose UNID ends in n.
func doc(n int, items string) string {
	return fmt.Sprintf(`<document form='F'><noteinfo unid='C1257A3B00412345C1257A4C%08X' sequence='1'>`+
		`<created><datetime>20090312T101500,00+01</datetime></created><revised><datetime>20171124T093000,00+01</datetime></revised></noteinfo>`+
		`<item name='Subject'><text>Titel %d</text></item>%s</document>`, n, n, items)
}

func body(richtext string) string {
	return `<item name='Body'><richtext><pardef id='1' leftmargin='1in'/>` + richtext + `</richtext></item>`
}

type result struct {
	docs   []*importer.Document
	broken []*importer.SourceError
}

// take collects what a source yields; an error of the stream counts as none.
func (r *result) take(d *importer.Document, err error) bool {
	var broken *importer.SourceError
	switch {
	case errors.As(err, &broken):
		r.broken = append(r.broken, broken)
	case err == nil:
		r.docs = append(r.docs, d)
	}
	return err == nil || broken != nil
}

func readAll(t testing.TB, r io.Reader, limits Limits) result {
	t.Helper()
	s := &Source{Limits: limits, Place: time.UTC}
	var out result
	s.read(context.Background(), "test.dxl", r, importer.Pass{Resolve: resolveFixture, SpoolDir: t.TempDir()}, func(d *importer.Document, err error) bool {
		more := out.take(d, err)
		if !more {
			t.Errorf("the stream failed: %v", err)
		}
		return more
	})
	return out
}

func readString(t testing.TB, s string) result {
	t.Helper()
	return readAll(t, strings.NewReader(s), DefaultLimits())
}

func markdown(d *importer.Document) string { return cmark.Markdown(d.Blocks) }

func TestABrokenDocumentCostsOnlyItself(t *testing.T) {
	good := body(`<par def='1'>gut</par>`)
	for name, bad := range map[string]string{
		"tags crossed":        `<document><item name='Body'><richtext></item></richtext></document>`,
		"broken off":          `<document form='F'><noteinfo unid='AA`,
		"no end":              `<document form='F'><item name='x'><text>bla</text></item>`,
		"quote never closed":  `<document form='F><item name='Body'><text>x</text></item></document>`,
		"missing attribute":   `<document form=><item/></document>`,
		"binary never closed": `<document><item name='$FILE'><object><file name='x'><filedata>AAAA</document>`,
		"rubbish":             `<document>` + strings.Repeat("<a>", 300) + `</document>`,
	} {
		t.Run(name, func(t *testing.T) {
			r := readString(t, head+doc(1, good)+bad+doc(2, good)+doc(3, good)+`</database>`)
			if len(r.docs) != 3 || len(r.broken) != 1 {
				t.Fatalf("%d documents and %d errors (%v), want 3 and 1", len(r.docs), len(r.broken), r.broken)
			}
			for i, d := range r.docs {
				if want := fmt.Sprintf("Titel %d", i+1); d.Title != want || markdown(d) != "gut\n" {
					t.Errorf("document %d is %q with %q", i, d.Title, markdown(d))
				}
			}
			if r.broken[0].Offset == 0 || r.broken[0].Origin.Line == 0 {
				t.Errorf("the error has no position: %v", r.broken[0])
			}
		})
	}
}

func TestTheLastDocumentMayBreakOff(t *testing.T) {
	r := readString(t, head+doc(1, body(`<par def='1'>gut</par>`))+`<document form='F'><item name='Subject'><text>halb`)
	if len(r.docs) != 1 || len(r.broken) != 1 || !errors.Is(r.broken[0], errUnclosed) {
		t.Errorf("%d documents, errors %v", len(r.docs), r.broken)
	}
}

func TestSomethingElseIsSaidToBeNoDXL(t *testing.T) {
	for _, s := range []string{"", "Hallo Welt", "PK\x03\x04\x00\x00", "<html><body>x</body></html>"} {
		r := readString(t, s)
		if len(r.docs) != 0 || len(r.broken) != 1 || r.broken[0].Note.Key != "importer.not-dxl" {
			t.Errorf("%q: %d documents, errors %v", s, len(r.docs), r.broken)
		}
	}
}

func TestEncodings(t *testing.T) {
	text := doc(1, body(`<par def='1'>Größe: 5 € „ja“</par>`)) + `</database>`
	plain := strings.Replace(head, "utf-8", "%s", 1) + text
	for name, data := range map[string][]byte{
		"UTF-8 with mark":                  []byte("\ufeff" + fmt.Sprintf(plain, "utf-8")),
		"mark beats declaration":           []byte("\ufeff" + fmt.Sprintf(plain, "iso-8859-1")),
		"UTF-16 LE":                        encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), fmt.Sprintf(plain, "utf-16")),
		"UTF-16 BE without mark":           encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), fmt.Sprintf(plain, "utf-16")),
		"UTF-16 LE without mark":           encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), fmt.Sprintf(plain, "utf-16")),
		"UTF-32":                           encode(t, utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), fmt.Sprintf(plain, "utf-32")),
		"UTF-8 that claims to be UTF-16":   []byte(fmt.Sprintf(plain, "utf-16")),
		"windows-1252":                     []byte(strings.NewReplacer("ö", "\xf6", "ß", "\xdf", "€", "\x80", "„", "\x84", "“", "\x93").Replace(fmt.Sprintf(plain, "windows-1252"))),
		"unknown declaration, UTF-8 bytes": []byte(fmt.Sprintf(plain, "x-unbekannt")),
	} {
		t.Run(name, func(t *testing.T) {
			r := readAll(t, bytes.NewReader(data), DefaultLimits())
			if len(r.docs) != 1 || markdown(r.docs[0]) != "Größe: 5 € „ja“\n" {
				t.Fatalf("%v %v", r.docs, r.broken)
			}
		})
	}
}

func encode(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	out, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTextIsMadeDigestible(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		dropped  bool
	}{
		"HTML entities":        {`<par def='1'>a&nbsp;b &auml; &euro;</par>`, "a\u00a0b ä €\n", false},
		"XML entities":         {`<par def='1'>&lt;b&gt; &amp;amp; &#228;&#xE4;</par>`, "\\<b> \\&amp; ää\n", false},
		"unknown entity":       {`<par def='1'>&firma; AT&T &</par>`, "\\&firma; AT\\&T &\n", false},
		"control characters":   {"<par def='1'>a\x01b\x00c&#1;&#x0;d</par>", "abcd\n", true},
		"invalid UTF-8":        {"<par def='1'>a\x81\x9db</par>", "ab\n", true},
		"noncharacter":         {"<par def='1'>a\uffffb</par>", "ab\n", true},
		"bare less-than":       {`<par def='1'>3 < 5</par>`, "3 \\< 5\n", false},
		"CDATA":                {`<par def='1'><![CDATA[a < b & c]]]]></par>`, "a \\< b & c\\]\\]\n", false},
		"comment":              {`<par def='1'>a<!-- </document> -->b</par>`, "ab\n", false},
		"control in CDATA":     {"<par def='1'><![CDATA[a\x02b]]></par>", "ab\n", false},
		"document in CDATA":    {`<par def='1'><![CDATA[</document><document>]]></par>`, "\\</document>\\<document>\n", false},
		"line end in tag":      {"<par\n def='1'\n>a</par\n>", "a\n", false},
		"namespace prefix":     {`<dxl:par xmlns:dxl='x' def='1'>a</dxl:par>`, "a\n", false},
		"processing direction": {`<par def='1'>a<?php exit ?>b</par>`, "ab\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := readString(t, head+doc(1, body(c.in))+doc(2, "")+`</database>`)
			if len(r.docs) != 2 {
				t.Fatalf("%d documents, errors %v", len(r.docs), r.broken)
			}
			if got := markdown(r.docs[0]); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got := hasNote(r.docs[0], "importer.illegal-characters"); got != c.dropped {
				t.Errorf("dropped characters reported: %v, want %v", got, c.dropped)
			}
		})
	}
}

func hasNote(d *importer.Document, key string) bool {
	for _, n := range d.Notes {
		if n.Key == key {
			return true
		}
	}
	return false
}

func TestADoctypeIsNeverFollowed(t *testing.T) {
	bomb := `<?xml version='1.0'?><!DOCTYPE database SYSTEM 'file:///etc/passwd' [
	<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>`
	r := readString(t, bomb+`<database replicaid='C1257A3B00412345'>`+doc(1, body(`<par def='1'>&b;&x;</par>`))+`</database>`)
	if len(r.docs) != 1 || markdown(r.docs[0]) != "\\&b;\\&x;\n" {
		t.Errorf("%v %v", r.docs, r.broken)
	}
}

func TestLimits(t *testing.T) {
	limits := Limits{Document: 4 << 10, Attachment: 100, Depth: 30}
	file := func(n int) string {
		return `<item name='$FILE'><object><file name='a.bin' compression='none'><filedata>` + base64.StdEncoding.EncodeToString(make([]byte, n)) + `</filedata></file></object></item>`
	}
	r := readAll(t, strings.NewReader(head+
		doc(1, body(`<par def='1'>`+strings.Repeat("lang ", 2000)+`</par>`))+
		doc(2, body(strings.Repeat(`<section>`, 40)+strings.Repeat(`</section>`, 40)))+
		doc(3, file(101))+
		doc(4, file(100))+`</database>`), limits)
	if len(r.broken) != 2 || !errors.Is(r.broken[0], errTooLarge) || !errors.Is(r.broken[1], errTooDeep) {
		t.Fatalf("errors %v", r.broken)
	}
	if len(r.docs) != 2 || len(r.docs[0].Attachments) != 0 || !hasNote(r.docs[0], "importer.attachment-too-large") || len(r.docs[1].Attachments) != 1 {
		t.Errorf("documents %+v", r.docs)
	}
}

func TestAttachmentsSurviveByteForByte(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 3, 1000, inMemory - 1, inMemory, inMemory + 1, 300_000} {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		text := base64.StdEncoding.EncodeToString(data)
		var lines strings.Builder
		for len(text) > 0 { // lines of any length, as exporters write them
			cut := min(len(text), 1+random.IntN(200))
			lines.WriteString("\r\n " + text[:cut])
			text = text[cut:]
		}
		r := readString(t, head+doc(1, `<item name='$FILE'><object><file name='a.bin' size='`+fmt.Sprint(n)+`'><filedata>`+lines.String()+"\n</filedata></file></object></item>")+`</database>`)
		if len(r.docs) != 1 || len(r.docs[0].Attachments) != 1 || len(r.docs[0].Notes) != 0 {
			t.Fatalf("%d bytes: %+v %v", n, r.docs, r.broken)
		}
		f, err := r.docs[0].Attachments[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: came back as %d bytes, error %v", n, len(got), err)
		}
		if err := r.docs[0].Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestTemporaryFilesGoWithTheDocument(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "a.dxl")
	if err := os.WriteFile(file, []byte(head+doc(1, `<item name='$FILE'><object><file name='a.bin'><filedata>`+strings.Repeat("AAAA", inMemory)+`</filedata></file></object></item>`)+`</database>`), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := New(time.UTC, file)
	if err != nil {
		t.Fatal(err)
	}
	for d, err := range s.Documents(context.Background(), importer.Pass{SpoolDir: dir}) {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(kept(t, d), "a.bin=\x00\x00\x00") {
			t.Error("a file without a name cannot be read")
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if r, err := d.Attachments[0].Open(); err == nil {
			if _, err := r.Read(make([]byte, 1)); err == nil {
				t.Error("the bytes outlive their document")
			}
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("%d files left behind", len(entries))
	}
}

func TestANotesDatabaseIsRecognised(t *testing.T) {
	file := filepath.Join(t.TempDir(), "dev.nsf")
	if err := os.WriteFile(file, []byte("\x1a\x00\x00\x04"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(time.UTC, file); err == nil || !strings.Contains(err.Error(), "importer.is-nsf") {
		t.Errorf("error %v", err)
	}
	if _, err := New(time.UTC, file+".missing"); err == nil || !strings.Contains(err.Error(), "importer.unreadable-file") {
		t.Errorf("error %v", err)
	}
}

// hugeDXL is an export with one attachment of n bytes, made while it is read.
func hugeDXL(n int64) io.Reader {
	before, after, _ := strings.Cut(head+doc(1, `<item name='$FILE'><object><file name='a.bin'><filedata>|</filedata></file></object></item>`)+doc(2, "")+`</database>`, "|")
	return io.MultiReader(strings.NewReader(before), io.LimitReader(zeros{}, n/3*4), strings.NewReader(after))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}

func TestMemoryDoesNotGrowWithAttachments(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := readAll(t, hugeDXL(48<<20), DefaultLimits())
	runtime.ReadMemStats(&after)
	if len(r.docs) != 2 || r.docs[0].Attachments[0].Size != 48<<20 {
		t.Fatalf("%+v %v", r.docs, r.broken)
	}
	for _, d := range r.docs {
		_ = d.Close()
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("reading 48 MiB allocated %d MiB", grown>>20)
	}
}

func BenchmarkAttachment200MiB(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(200 << 20)
	for b.Loop() {
		for _, d := range readAll(b, hugeDXL(200<<20), DefaultLimits()).docs {
			_ = d.Close()
		}
	}
}

func BenchmarkDocuments5KB(b *testing.B) {
	one := doc(1, body(strings.Repeat(`<par def='1'>Vor <run><font style='bold'/>jeder</run> Dienstreise ist der Antrag zu stellen.</par>`, 50)))
	all := head + strings.Repeat(one, 100) + `</database>`
	b.SetBytes(int64(len(all)))
	for b.Loop() {
		if r := readString(b, all); len(r.docs) != 100 {
			b.Fatal(r.broken)
		}
	}
}
