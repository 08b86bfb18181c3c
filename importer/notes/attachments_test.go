package notes

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"staffelstab/importer"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// file is a $FILE item as exporters write it.
func file(attributes, inner string) string {
	return `<item name='$FILE' summary='true'><object><file ` + attributes + `>` + inner + `</file></object></item>`
}

func data(s string) string { return `<filedata>` + s + `</filedata>` }

// kept lists the attachments of a document with what they hold.
func kept(t *testing.T, d *importer.Document) string {
	t.Helper()
	var out []string
	for _, a := range d.Attachments {
		for range 2 { // may be opened any number of times
			f, err := a.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(f)
			_ = f.Close()
			if err != nil || int64(len(content)) != a.Size || a.SHA256 == "" {
				t.Errorf("%s: %d bytes, error %v; want %d", a.Name, len(content), err, a.Size)
			}
			out = append(out, a.Name+"="+string(content))
		}
		out = out[:len(out)-1]
	}
	return strings.Join(out, " ")
}

func noteKeys(d *importer.Document) []string {
	var out []string
	for _, n := range d.Notes {
		out = append(out, strings.TrimPrefix(n.Key, "importer."))
	}
	return out
}

func TestFilesComeOutAsTheyWentIn(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		notes    []string
		lost     int
	}{
		"plain":                     {file(`name='Plan.pdf' size='3' compression='none' encoding='none'`, data(b64("PDF"))), "Plan.pdf=PDF", nil, 0},
		"lines and blanks":          {file(`name='a.txt'`, data("\n  QUJD\r\n\tREVG \n")), "a.txt=ABCDEF", nil, 0},
		"in CDATA":                  {file(`name='a.txt'`, data(`<![CDATA[QUJD]]>`)), "a.txt=ABC", nil, 0},
		"without padding":           {file(`name='a.txt'`, data("QUJDRA")), "a.txt=ABCD", nil, 0},
		"cut off":                   {file(`name='a.txt' size='6'`, data("QUJDRE")), "a.txt=ABCD", []string{"attachment-damaged"}, 0},
		"rubbish within":            {file(`name='a.txt'`, data("QU*JD?")), "a.txt=ABC", []string{"attachment-damaged"}, 0},
		"more after the end":        {file(`name='a.txt'`, data("QQ==QUJD")), "a.txt=A", []string{"attachment-damaged"}, 0},
		"larger than announced":     {file(`name='a.txt' size='1'`, data("QUJD")), "a.txt=ABC", nil, 0},
		"empty":                     {file(`name='a.txt' size='0'`, data("")), "a.txt=", nil, 0},
		"nothing there":             {file(`name='a.txt'`, ""), "", []string{"attachment-missing"}, 1},
		"an empty element":          {file(`name='a.txt'`, `<filedata/>`), "", []string{"attachment-missing"}, 1},
		"object without a file":     {`<item name='$FILE'><object/></item>`, "", nil, 0},
		"packed":                    {file(`name='a.txt' compression='lz1'`, data(b64("x"))), "", []string{"attachment-compressed"}, 1},
		"packed the old way":        {file(`name='a.txt' compression='huffman'`, data(b64("x"))), "", []string{"attachment-compressed"}, 1},
		"unpacked by the export":    {file(`name='a.txt' compression='none' desiredcompression='lz1'`, data("QUJD")), "a.txt=ABC", nil, 0},
		"base64 in base64":          {file(`name='a.txt' encoding='base64'`, data(b64(b64("ABC")+"\n"))), "a.txt=ABC", nil, 0},
		"quoted printable within":   {file(`name='a.txt' encoding='quotedprintable'`, data(b64("Gr=C3=B6=\r\n=C3=9Fe"))), "a.txt=Größe", nil, 0},
		"broken base64 within":      {file(`name='a.txt' encoding='base64'`, data(b64("QUJD?"))), "a.txt=ABC", []string{"attachment-damaged"}, 0},
		"uuencoded within":          {file(`name='a.txt' encoding='uuencode'`, data(b64("begin 644 a.txt\n#04)#\n`\nend\n"))), "a.txt=ABC", nil, 0},
		"uuencoding without frame":  {file(`name='a.txt' encoding='uuencode'`, data(b64("#04)#\r\n#1$5&\r\n"))), "a.txt=ABCDEF", nil, 0},
		"broken uuencoding":         {file(`name='a.txt' encoding='uuencode'`, data(b64("#04)#\nM04)#"))), "a.txt=ABC", []string{"attachment-damaged"}, 0},
		"an encoding nobody reads":  {file(`name='a.txt' encoding='unknown'`, data(b64("x"))), "", []string{"attachment-compressed"}, 1},
		"inside of an OLE object":   {file(`name='ext1' hosttype='cdstorage'`, data(b64("x"))), "", []string{"objects"}, 0},
		"two of one name":           {file(`name='Plan.txt'`, data("QQ==")) + file(`name='PLAN.txt'`, data("Qg==")), "Plan.txt=A PLAN-2.txt=B", []string{"attachment-renamed"}, 0},
		"a path":                    {file(`name='..\..\Windows\böse datei.txt'`, data("QQ==")), "böse-datei.txt=A", []string{"attachment-renamed"}, 0},
		"a device":                  {file(`name='COM1.txt'`, data("QQ==")), "anlage-COM1.txt=A", []string{"attachment-renamed"}, 0},
		"no name":                   {file(``, data("QQ==")), "anlage=A", []string{"attachment-renamed"}, 0},
		"a control sign in a name":  {file(`name='a&#10;b.txt'`, data("QQ==")), "a-b.txt=A", []string{"attachment-renamed"}, 0},
		"a program":                 {file(`name='Setup.EXE'`, data("TVo=")), "", []string{"attachment-executable"}, 1},
		"a program in disguise":     {file(`name='Rechnung.pdf.scr'`, data("TVo=")), "", []string{"attachment-executable"}, 1},
		"never closed, next item":   {`<item name='$FILE'><object><file name='a.txt'><filedata>QUJD</file></object></item>`, "a.txt=ABC", nil, 0},
		"a text that looks like it": {`<item name='Body'><richtext><par>&lt;filedata&gt;QUJD&lt;/filedata&gt;</par></richtext></item>`, "", nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := readString(t, head+doc(1, c.in)+doc(2, "")+`</database>`)
			if len(r.docs) != 2 {
				t.Fatalf("errors %v", r.broken)
			}
			d := r.docs[0]
			if got := kept(t, d); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got := noteKeys(d); !slices.Equal(got, c.notes) {
				t.Errorf("notes %q, want %q", got, c.notes)
			}
			if lost := d.AttachmentsIn - len(d.Attachments); lost != c.lost {
				t.Errorf("%d of %d are said to be lost, want %d", lost, d.AttachmentsIn, c.lost)
			}
		})
	}
}

func TestTheIconInTheTextLeadsToTheFile(t *testing.T) {
	two := file(`name='ATT1.pdf'`, data("QQ==")) + file(`name='Setup.exe'`, data("TVo="))
	for name, c := range map[string]struct{ in, want string }{
		"under the name people saw": {`<attachmentref name='ATT1.pdf' displayname='Antrag DR (1).pdf'><picture height='32px'><notesbitmap>AAAA</notesbitmap></picture></attachmentref>`, "[Antrag DR (1).pdf](Antrag-DR-%281%29.pdf)"},
		"without another name":      {`<attachmentref name='ATT1.pdf'/>`, "[ATT1.pdf](ATT1.pdf)"},
		"twice":                     {`<attachmentref name='ATT1.pdf'/> <attachmentref name='ATT1.pdf'/>`, "[ATT1.pdf](ATT1.pdf) [ATT1.pdf](ATT1.pdf)"},
		"file not in the export":    {`<attachmentref name='ATT9.pdf' displayname='Weg.pdf'/>`, "Weg.pdf"},
		"a program":                 {`<attachmentref name='Setup.exe' displayname='Hilfe.pdf.exe'/>`, "Hilfe.pdf.exe"},
		"in a table":                {`</par><table><tablerow><tablecell><par def='1'><attachmentref name='ATT1.pdf'/></par></tablecell><tablecell/></tablerow></table><par def='1'>`, "| [ATT1.pdf](ATT1.pdf) |  |\n| --- | --- |"},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(1, two+body(par("1", c.in))))
			if got := markdown(d); got != c.want+"\n" {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			dead := 0
			for _, l := range d.Links {
				if l.Dead {
					dead++
				}
			}
			if dead > 0 != !strings.Contains(c.want, "](") || !strings.Contains(strings.Join(strings.Fields(d.Visible), " "), strings.Split(strings.Trim(c.want, "[|] "), "]")[0]) {
				t.Errorf("links %v, visible %q", d.Links, d.Visible)
			}
			if missing := slices.Contains(noteKeys(d), "attachment-missing"); missing != (name == "file not in the export") {
				t.Errorf("notes %v", d.Notes)
			}
		})
	}
}

func TestPicturesAreFilesWithWords(t *testing.T) {
	for name, c := range map[string]struct {
		in, want, file string
		notes          []string
	}{
		"words for it":           {`<picture alttext='Lageplan [EG]'><jpeg>QUJD</jpeg></picture>`, "![Lageplan \\[EG\\]](bild-1.jpg)", "bild-1.jpg=ABC", nil},
		"else its caption":       {`<picture><gif>QUJD</gif><caption>Abb. 1:` + "\n" + `Plan</caption></picture>`, "![Abb. 1: Plan](bild-1.gif)", "bild-1.gif=ABC", nil},
		"no words":               {`<picture><png>QUJD</png></picture>`, "![](bild-1.png)", "bild-1.png=ABC", []string{"images-without-text"}},
		"bitmap of Notes, words": {`<picture alttext='Plan'><notesbitmap>QUJD</notesbitmap></picture>`, "Plan", "", []string{"picture-lost"}},
		"vector and GIF":         {`<picture alttext='Plan'><cgm>QUJD</cgm><gif>QUJD</gif></picture>`, "![Plan](bild-1.gif)", "bild-1.gif=ABC", nil},
		"a resource elsewhere":   {`<picture><imageref name='logo.gif'/></picture>Text`, "Text", "", []string{"picture-lost-unnamed"}},
		"two":                    {`<picture alttext='a'><png>QQ==</png></picture><picture alttext='b'><png>Qg==</png></picture>`, "![a](bild-1.png)![b](bild-2.png)", "bild-1.png=A bild-2.png=B", nil},
		"in a link":              {`<urllink href='https://example.org'><picture alttext='a'><png>QQ==</png></picture> mehr</urllink>`, "![a](bild-1.png) [mehr](https://example.org)", "bild-1.png=A", nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(1, body(par("1", c.in))))
			if got := strings.TrimSuffix(markdown(d), "\n"); got != c.want || kept(t, d) != c.file || !slices.Equal(noteKeys(d), c.notes) {
				t.Errorf("got %q with %q and notes %q, want %q with %q and %q", got, kept(t, d), noteKeys(d), c.want, c.file, c.notes)
			}
		})
	}
}

func TestALostFileDoesNotPassAnothersName(t *testing.T) {
	// The name of a program that is left out stays taken: a link to it must not
	// lead to the next file that happens to be called so.
	d := one(t, doc(1, file(`name='A.exe'`, data("TVo="))+file(`name='B.pdf'`, data("QQ=="))+body(par("1", `<attachmentref name='A.exe'/><attachmentref name='B.pdf'/>`))))
	if got := markdown(d); got != "A.exe[B.pdf](B.pdf)\n" {
		t.Errorf("got %q", got)
	}
}

func TestASurveyKeepsNoFileButItsSize(t *testing.T) {
	dir := t.TempDir()
	s := &Source{Limits: DefaultLimits()}
	in := head + doc(1, file(`name='a.bin'`, data(b64(strings.Repeat("x", 2*inMemory))))+file(`name='b.txt' encoding='base64'`, data(b64(b64("ABC"))))) + `</database>`
	s.read(t.Context(), "x", strings.NewReader(in), importer.Pass{Survey: true, SpoolDir: dir}, func(d *importer.Document, err error) bool {
		if err != nil || len(d.Attachments) != 2 || d.Attachments[0].Size != 2*inMemory {
			t.Fatalf("%v %+v", err, d)
		}
		if _, err := d.Attachments[0].Open(); err == nil {
			t.Error("a survey kept the file")
		}
		return true
	})
}

func TestBase64InPiecesIsBase64(t *testing.T) {
	// The decoder gets its text in whatever pieces the buffer yields.
	want := []byte("Anlage zur Dienstanweisung über Größen ab 5 €")
	text := base64.StdEncoding.EncodeToString(want)
	for size := 1; size <= len(text); size++ {
		sp := (&store{dir: t.TempDir()}).add(true, 1<<20)
		w := &base64Writer{out: sp}
		for at := 0; at < len(text); at += size {
			if _, err := fmt.Fprint(w, text[at:min(at+size, len(text))]); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := sp.content(1 << 20); err != nil || !bytes.Equal(got, want) || sp.damaged != 0 {
			t.Fatalf("pieces of %d: %q, error %v", size, got, err)
		}
	}
}
