package notes

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/importertest"
)

// maxHeap is what any input may take.
const maxHeap = 256 << 20

// heapOf returns the most memory the heap held while f ran.
func heapOf(f func()) uint64 {
	debug.FreeOSMemory()
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(samples)
	before, peak := samples[0].Value.Uint64(), uint64(0)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			metrics.Read(samples)
			peak = max(peak, samples[0].Value.Uint64())
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-ended
	runtime.KeepAlive(samples)
	if peak < before {
		return 0
	}
	return peak - before
}

func stream(parts ...any) io.Reader {
	var out []io.Reader
	for _, p := range parts {
		switch v := p.(type) {
		case string:
			out = append(out, strings.NewReader(v))
		case io.Reader:
			out = append(out, v)
		}
	}
	return io.MultiReader(out...)
}

// many repeats a text n times.
func many(n int64, text string) io.Reader {
	block := strings.Repeat(text, 1+min(int(n), (64<<10)/len(text)))
	return io.LimitReader(&repeated{text: block}, n*int64(len(text)))
}

// b64Of encodes a stream.
func b64Of(r io.Reader) io.Reader {
	out, in := io.Pipe()
	go func() {
		w := base64.NewEncoder(base64.StdEncoding, in)
		_, err := io.Copy(w, r)
		_ = in.CloseWithError(errors.Join(err, w.Close()))
	}()
	return out
}

func pixels(width, height uint32) string {
	header := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	header = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(header, width), height)
	return string(append(header, 8, 6, 0, 0, 0))
}

func TestBombsCostLittleAndOnlyThemselves(t *testing.T) {
	const open, shut = `<document form='F'><noteinfo unid='C1257A3B00412345C1257A4C00000002'/><item name='Subject'><text>Titel 2</text></item>`, `</document>`
	rich := func(parts ...any) io.Reader {
		return stream(append(append([]any{open, `<item name='Body'><richtext><pardef id='1'/>`}, parts...), `</richtext></item>`, shut)...)
	}
	mail := func(parts ...any) io.Reader {
		return stream(append(append([]any{open, `<mime><![CDATA[`}, parts...), `]]></mime>`, shut)...)
	}
	records := func(parts ...any) io.Reader {
		return stream(open, `<item name='Body'><rawitemdata type='1'>`, b64Of(stream(parts...)), `</rawitemdata></item>`, shut)
	}
	for name, c := range map[string]struct {
		make   func() io.Reader
		broken string // key of the error, or
		note   string // of the note
	}{
		"an attribute of 64 MB":   {func() io.Reader { return stream(`<document form='`, many(64<<20, "x"), `'></document>`) }, "document-broken", ""},
		"two million items":       {func() io.Reader { return stream(open, many(2_000_000, `<item name='a'><text>b</text></item>`), shut) }, "document-too-large", ""},
		"a million tiny elements": {func() io.Reader { return rich(many(1_000_000, `<a/>`)) }, "document-too-large", ""},
		"a million tiny pictures": {func() io.Reader {
			return rich(`<par def='1'>`, many(1_000_000, `<picture><gif>R0lG</gif></picture>`), `</par>`)
		}, "document-too-large", ""},
		"a text of 100 MB": {func() io.Reader { return rich(`<par def='1'>`, many(25_000_000, "Wort"), `</par>`) }, "document-too-large", ""},
		"base64 that never ends": {func() io.Reader {
			return stream(open, `<item name='$FILE'><object><file name='a.bin'><filedata>`, many(100_000_000, "QUJD"), `</filedata></file></object></item>`, shut)
		}, "", "attachment-too-large"},
		"many attachments": {func() io.Reader {
			return stream(open, many(15_000, file(`name='a.txt'`, data(strings.Repeat("QUJD", 2000)))), shut)
		}, "", "attachment-renamed"},
		"CDATA of 100 MB":           {func() io.Reader { return rich(`<par def='1'><![CDATA[`, many(25_000_000, "<&>x"), `]]></par>`) }, "document-too-large", ""},
		"a comment of 100 MB":       {func() io.Reader { return rich(`<!--`, many(25_000_000, "-> -"), `-->`) }, "", ""},
		"half a million runs":       {func() io.Reader { return rich(`<par def='1'>`, many(120_000, `a<run>b</run>`), `</par>`) }, "", ""},
		"a hundred thousand breaks": {func() io.Reader { return rich(`<par def='1'>`, many(100_000, `a<break/>`), `</par>`) }, "", ""},
		"a hundred thousand footnotes": {func() io.Reader {
			return rich(`<par def='1'>`, many(50_000, `<popup><popuptext>b</popuptext>a</popup> `), `</par>`)
		}, "", ""},
		"a hundred thousand dead links": {func() io.Reader {
			return rich(`<par def='1'>`, many(100_000, `<doclink document='FF'>x</doclink> `), `</par>`)
		}, "", "more-notes"},
		"a table of one long row": {func() io.Reader {
			return rich(`<table><tablerow>`, many(20_000, `<tablecell><par def='1'>a</par></tablecell>`), `</tablerow>`, many(20_000, `<tablerow><tablecell><par def='1'>b</par></tablecell></tablerow>`), `</table>`)
		}, "", ""},
		"a list ever further to the right": {func() io.Reader { return rich(staircase(5000)) }, "", ""},
		"HTML that copies its formats": {func() io.Reader {
			return rich(`<block html='true'>`, many(500, `&lt;b x="`), numbered(500), many(100_000, `&lt;p&gt;x`), `</block>`)
		}, "", "html-broken"},
		"HTML of a million tags": {func() io.Reader { return rich(`<block html='true'>`, many(500_000, `&lt;a&gt;x`), `</block>`) }, "", "html-broken"},
		"a mail header of 20 MB": {func() io.Reader { return mail("Subject: ", many(20<<20, "x"), "\n\nText") }, "", "mime-broken"},
		"a mail of a million parts": {func() io.Reader {
			return mail("Content-Type: multipart/mixed; boundary=x\n\n", many(1_000_000, "--x\n\na\n"), "--x--\n")
		}, "", "mime-broken"},
		"a mail text of 20 MB": {func() io.Reader { return mail("Content-Type: text/plain\n\n", many(5<<20, "Wort")) }, "", "mime-broken"},
		"a mail text in base64": {func() io.Reader {
			return mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n", many(5<<20, "QUJD"))
		}, "", "mime-broken"},
		"mails in mails":       {func() io.Reader { return mail(nested(2000)) }, "", ""},
		"records without end":  {func() io.Reader { return records(many(1_500_000, "\x85\xff\x0a\x00\x01\x00\x00\x0aab\x81\x02")) }, "", "body-too-large"},
		"a record of 4 GB":     {func() io.Reader { return records("\x99\x00\xff\xff\xff\xff", many(1<<20, "x")) }, "", "records-broken"},
		"sections in sections": {func() io.Reader { return records(many(100_000, "\xad\xff\x0c\x00\x0c\x00\x00\x00\x00\x00\x00\x00")) }, "", "body-too-large"},
		"tables in tables": {func() io.Reader {
			return records(many(100_000, "\xa3\x0e\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xa4\x12\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00\x00"))
		}, "", "body-too-large"},
		"a picture of 14 billion pixels": {func() io.Reader {
			return rich(`<par def='1'><picture alttext='x'><png>`, b64(pixels(120_000, 120_000)), `</png></picture></par>`)
		}, "", ""},
		"a page called a picture": {func() io.Reader {
			return rich(`<par def='1'><picture><gif>`, b64("<html><script>alert(1)</script>"), `</gif></picture></par>`)
		}, "", "picture-disguised-unnamed"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var r result
			heap := heapOf(func() {
				s := &Source{Limits: Limits{Document: DefaultLimits().Document, Attachment: 32 << 20, Depth: 200}, Place: time.UTC}
				in := stream(head, doc(1, body(par("1", "gut"))), c.make(), doc(3, body(par("1", "gut"))), `</database>`)
				s.read(t.Context(), "bombe.dxl", in, importer.Pass{Resolve: resolveFixture, SpoolDir: dir}, r.take)
			})
			if heap > maxHeap {
				t.Errorf("%d MB of memory", heap>>20)
			}
			good := slices.DeleteFunc(slices.Clone(r.docs), func(d *importer.Document) bool { return d.Title == "Titel 2" })
			if len(good) != 2 || len(r.docs)+len(r.broken) != 3 {
				t.Fatalf("%d good documents of %d, errors %v", len(good), len(r.docs), r.broken)
			}
			switch {
			case c.broken != "":
				if len(r.broken) != 1 || r.broken[0].Note.Key != "importer."+c.broken {
					t.Errorf("errors %v", r.broken)
				}
			case c.note != "" && !hasNote(r.docs[1], "importer."+c.note):
				t.Errorf("notes %v", noteKeys(r.docs[1]))
			}
			for _, d := range r.docs {
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("%d temporary files are left", len(left))
			}
		})
	}
}

// staircase is a list whose every entry stands further to the right.
func staircase(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(listDef(fmt.Sprint("l", i), fmt.Sprintf("%.2fin", 1+0.03*float64(i)), "bullet") + par(fmt.Sprint("l", i), "x"))
	}
	return b.String()
}

// numbered are format tags of which no two are alike.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"&gt;&lt;b x='%d'&gt;`, i)
	}
	return b.String()
}

// nested is a mail in a mail, n times.
func nested(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	return b.String() + "\nText"
}

func TestAnEntityIsTextWhateverItIsDeclaredAs(t *testing.T) {
	for name, doctype := range map[string]string{
		"a billion laughs": `<!DOCTYPE database [<!ENTITY a0 "ha"><!ENTITY a1 "&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;"><!ENTITY a2 "&a1;&a1;&a1;&a1;&a1;&a1;&a1;&a1;&a1;&a1;">]>`,
		"a file":           `<!DOCTYPE database [<!ENTITY a2 SYSTEM "file:///etc/hostname">]>`,
		"an address":       `<!DOCTYPE database SYSTEM "http://127.0.0.1:1/x.dtd" [<!ENTITY a2 SYSTEM "http://127.0.0.1:1/x">]>`,
		"a parameter":      `<!DOCTYPE database [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p; <!ENTITY a2 "x">]>`,
		"brackets within":  `<!DOCTYPE database [<!ENTITY a2 "]]>"> <!-- ]> --> ]>`,
		"an attribute":     `<!DOCTYPE database [<!ATTLIST par def CDATA "9"> <!ENTITY a2 "x">]>`,
	} {
		t.Run(name, func(t *testing.T) {
			r := readString(t, `<?xml version='1.0'?>`+doctype+strings.TrimPrefix(head, `<?xml version='1.0' encoding='utf-8'?>`)+doc(1, body(par("1", "a&a2;b")))+`</database>`)
			if len(r.docs) != 1 || markdown(r.docs[0]) != "a\\&a2;b\n" {
				t.Errorf("%v %v", r.docs, r.broken)
			}
		})
	}
}

func TestHostileFileNamesStayInTheirFolder(t *testing.T) {
	program := "MZ" + strings.Repeat("\x00", 0x3a) + "\x40\x00\x00\x00" + "PE\x00\x00"
	long := strings.Repeat("ä", 300) + ".pdf"
	for in, c := range map[string]struct{ want, note string }{
		"../../../etc/passwd":     {"passwd", "attachment-renamed"},
		"/etc/cron.d/x":           {"x", "attachment-renamed"},
		`C:\Windows\System32\a`:   {"a", "attachment-renamed"},
		`\\server\freigabe\a.pdf`: {"a.pdf", "attachment-renamed"},
		"..":                      {"anlage", "attachment-renamed"},
		".git":                    {"git", "attachment-renamed"},
		".GIT/config":             {"config", "attachment-renamed"},
		"git~1":                   {"", ""},
		".g\u200cit":              {"git", "attachment-renamed"},
		"a.txt:strom":             {"a.txt-strom", "attachment-renamed"},
		"a.pdf::$DATA":            {"a.pdf-DATA", "attachment-renamed"},
		"CON":                     {"anlage-CON", "attachment-renamed"},
		"nul.tar.gz":              {"anlage-nul.tar.gz", "attachment-renamed"},
		"Rechnung\u202efdp.exe":   {"", "attachment-executable"},
		"Rechnung.pdf.exe":        {"", "attachment-executable"},
		"setup.exe.":              {"", "attachment-executable"},
		"setup.exe ":              {"", "attachment-executable"},
		"e\u0301.pdf":             {"é.pdf", "attachment-renamed"},
		"index.md":                {"index.md.txt", "attachment-renamed"},
		"-rf":                     {"rf", "attachment-renamed"},
		long:                      {strings.Repeat("ä", 48) + ".pdf", "attachment-renamed"},
	} {
		t.Run(in, func(t *testing.T) {
			d := one(t, doc(1, file(`name='`+strings.ReplaceAll(in, "&", "&amp;")+`'`, data("QQ=="))))
			name := ""
			if len(d.Attachments) == 1 {
				name = d.Attachments[0].Name
			}
			if c.want == "" && c.note == "" { // a way to spell .git on old disks
				if strings.Contains(name, "~") {
					t.Errorf("called %q", name)
				}
				return
			}
			if name != c.want || !hasNote(d, "importer."+c.note) || len(name) > 100 {
				t.Errorf("called %q, want %q, notes %v", name, c.want, d.Notes)
			}
		})
	}
	d := one(t, doc(1, file(`name='Plan.pdf'`, data("QQ=="))+file(`name='PLAN.PDF'`, data("Qg=="))+file("name='Pla\u006e\u0303.pdf'", data("Qw=="))+file("name='Pla\u00f1.pdf'", data("RA=="))))
	if got := kept(t, d); got != "Plan.pdf=A PLAN-2.PDF=B Plañ.pdf=C Plañ-2.pdf=D" {
		t.Errorf("names that are one on some disks: %q", got)
	}
	d = one(t, doc(1, file(`name='Formular.pdf'`, data(b64(program)))+file(`name='Hilfe.txt'`, data(b64("\x7fELF\x02")))+file(`name='MZ.txt'`, data(b64("MZ heißt Meldezettel")))))
	if got := kept(t, d); got != "MZ.txt=MZ heißt Meldezettel" || !hasNote(d, "importer.attachment-executable") {
		t.Errorf("programs in disguise: %q, notes %v", got, d.Notes)
	}
}

func TestThePlanOfTheLargestTextStaysWithinMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var words strings.Builder
	for n := 0; words.Len() < int(DefaultLimits().Document)-1000; n++ {
		fmt.Fprintf(&words, "W%x ", n)
		if n%200 == 0 {
			words.WriteString("</par><par def='1'>")
		}
	}
	in := head + bare("form='F'", "", `<item name='Subject'><text>Titel</text></item>`+body(par("1", words.String()))) + `</database>`
	s := &Source{Files: []string{"x.dxl"}, Limits: DefaultLimits(), Place: time.UTC, open: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(in)), nil }}
	options := planOptions(t)
	options.Renderer = importertest.Text{}
	heap := heapOf(func() {
		report, err := importer.Plan(t.Context(), importertest.NewMemory(), s, options)
		if err != nil || report.Totals.Read != 1 {
			t.Fatalf("%+v, error %v", report.Totals, err)
		}
	})
	if heap > maxHeap {
		t.Errorf("%d MB of memory", heap>>20)
	}
}
