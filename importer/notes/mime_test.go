package notes

import (
	"slices"
	"strings"
	"testing"
)

// message wraps a mail as the C interface exports it.
func message(text string) string {
	return `<mime><![CDATA[` + text + `]]></mime>`
}

func mimeItem(header, text string) string {
	// A header of twenty bytes, of which the ninth and tenth give the length behind it.
	raw := make([]byte, 20)
	part := header + text
	raw[8], raw[9] = byte(len(part)), byte(len(part)>>8)
	return `<item name='Body'><rawitemdata type='19'>` + b64(string(raw)+part) + `</rawitemdata></item>`
}

// mailCase is a mail, the text and the files it becomes, and what is told.
type mailCase struct {
	in, want, files string
	notes           []string
}

func mails(t *testing.T, cases map[string]mailCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(1, message(c.in)))
			if got := markdown(d); got != c.want || kept(t, d) != c.files {
				t.Errorf("got %q with %q, want %q with %q", got, kept(t, d), c.want, c.files)
			}
			if got := noteKeys(d); !slices.Equal(got, c.notes) {
				t.Errorf("notes %q, want %q", got, c.notes)
			}
			if d.Incomplete != slices.Contains(c.notes, "mime-broken") {
				t.Errorf("incomplete %v", d.Incomplete)
			}
		})
	}
}

func TestMailsAreTexts(t *testing.T) {
	mails(t, map[string]mailCase{
		"plain":   {"Content-Type: text/plain\n\nGuten Tag,\nbitte lesen.\n\nGruß", "Guten Tag,\\\nbitte lesen.\n\nGruß\n", "", nil},
		"no type": {"Subject: x\n\nText # 1", "Text # 1\n", "", nil},
		"HTML":    {"Content-Type: text/html\n\n<p>Gut <b>so</b></p><script>x</script>", "Gut **so**\n", "", nil},
		"HTML of the best alternative": {
			"Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\nnur Text\n--x\nContent-Type: text/html\n\n<i>schön</i>\n--x--\n",
			"*schön*\n", "", nil,
		},
		"HTML although text comes last": {
			"Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/html\n\n<i>schön</i>\n--x\nContent-Type: text/plain\n\nnur Text\n--x--\n",
			"*schön*\n", "", nil,
		},
		"only text to choose from": {"Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\nText\n--x--\n", "Text\n", "", nil},
		"quoted printable": {
			"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=F6=DFe und =\nSpa=DF", "Größe und Spaß\n", "", nil,
		},
		"windows-1252 in base64": {
			"Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: BASE64\n\n" + b64("Preis: 5 \x80"), "Preis: 5 €\n", "", nil,
		},
		"a charset nobody knows":  {"Content-Type: text/plain; charset=x-notes\nContent-Transfer-Encoding: base64\n\n" + b64("ab\xffc"), "abÿc\n", "", []string{"mail-charset"}},
		"no charset at all":       {"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nM=FCller pr=FCft die Gr=F6=DFe.", "Müller prüft die Größe.\n", "", []string{"mail-charset"}},
		"no charset, but UTF-8":   {"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b64("Größe"), "Größe\n", "", nil},
		"a code page of DOS":      {"Content-Type: text/plain; charset=cp850\nContent-Transfer-Encoding: quoted-printable\n\nM=81ller pr=81ft.", "Müller prüft.\n", "", nil},
		"UTF-8 that is none":      {"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=F6=DFe", "Größe\n", "", []string{"mail-charset"}},
		"signs that mean nothing": {"Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n" + b64("a\x00\x00\xd8b\x00"), "a\ufffdb\n", "", []string{"characters-lost"}},

		"8 bit, already decoded": {"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nGröße", "Größe\n", "", nil},
	})
}

func TestMailsBringFiles(t *testing.T) {
	mails(t, map[string]mailCase{
		"picture of the mail": {
			"Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<img src=\"cid:p1@x\" alt=\"Plan\"><img src='cid:weg' alt='Weg'>\n--x\nContent-Type: image/png; name=plan.png\nContent-ID: <p1@x>\nContent-Transfer-Encoding: base64\n\nQUJD\n--x--\n",
			"![Plan](plan.png) Weg\n", "plan.png=ABC", []string{"picture-lost"},
		},
		"attachment with an umlaut": {
			"Content-Type: multipart/mixed; boundary=\"a b\"\n\n--a b\nContent-Type: text/plain\n\nAnbei\n--a b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"=?utf-8?B?w5xiZXJzaWNodC5wZGY=?=\"\n\nPDF\n--a b--\n",
			"Anbei\n", "Übersicht.pdf=PDF", nil,
		},
		"text that is attached": {
			"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=notiz.txt\n\nAnlage\n--x\nContent-Type: text/plain\n\nText\n--x--\n",
			"Text\n", "notiz.txt=Anlage", nil,
		},
		"a program in a mail": {
			"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nText\n--x\nContent-Type: application/octet-stream; name=x.exe\n\nMZ\n--x--\n",
			"Text\n", "", []string{"attachment-executable"},
		},
		"cut off base64": {
			"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nText\n--x\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nQUJDRA\n--x--\n",
			"Text\n", "a.pdf=ABC", []string{"attachment-damaged"},
		},
	})
}

func TestDamagedMailsAreWithheld(t *testing.T) {
	mails(t, map[string]mailCase{
		"end never came":   {"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhalb", "halb\n", "", []string{"mime-broken"}},
		"no boundary":      {"Content-Type: multipart/mixed\n\nText", "", "", []string{"mime-broken"}},
		"no header at all": {"das ist keine E-Mail\n", "", "", []string{"mime-broken"}},
		"nothing":          {"", "", "", nil},
	})
}

func TestTheSubjectOfAMailIsATitle(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"encoded":          {bare("", "", message("Subject: =?iso-8859-1?Q?Gr=F6=DFe?= =?utf-8?B?4oKs?=\n\nx")), "Größe€"},
		"over two lines":   {bare("", "", message("Subject: Dienst-\n reise\n\nx")), "Dienst- reise"},
		"charset unknown":  {bare("", "", message("Subject: =?x-y?Q?a?=\n\nx")), "=?x-y?Q?a?="},
		"a field wins":     {bare("", "", `<item name='Subject'><text>Feld</text></item>`+message("Subject: Mail\n\nx")), "Feld"},
		"as a header item": {bare("", "", `<item name='Subject'><rawitemdata type='502'>`+b64("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"+"=?utf-8?Q?Frist_=C3=BCber?=\r\n")+`</rawitemdata></item>`), "Frist über"},
		"header cut off":   {bare("", "", `<item name='Subject'><rawitemdata type='502'>AAAA</rawitemdata></item>`), "C1257A3B00412345C1257A4C00000001"},
		"lengths that lie": {bare("", "", `<item name='Subject'><rawitemdata type='502'>`+b64("\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\x00\x00x")+`</rawitemdata></item>`), "C1257A3B00412345C1257A4C00000001"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := one(t, c.in).Title; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAMailInPartsIsPutTogether(t *testing.T) {
	head := "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
	d := one(t, doc(1, mimeItem(head, "--x\r\nContent-Type: text/plain\r\n\r\nErster Teil\r\n")+mimeItem("", "--x\r\nContent-Type: text/html\r\n\r\n<p>Zweiter</p>\r\n--x--\r\n")))
	if got := markdown(d); got != "Erster Teil\n\nZweiter\n" || d.Incomplete {
		t.Errorf("got %q, notes %v", got, d.Notes)
	}
	for name, raw := range map[string]string{"too short": "AAAA", "body elsewhere": b64("\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00a: b\n\nx")} {
		if d := one(t, doc(1, `<item name='Body'><rawitemdata type='19'>`+raw+`</rawitemdata></item>`)); !d.Incomplete {
			t.Errorf("%s: %q passes for the whole text", name, markdown(d))
		}
	}
}

func TestAMailWithinAMailWithinAMailEnds(t *testing.T) {
	deep := "Text"
	for n := range 60 {
		boundary := "b" + strings.Repeat("x", n)
		deep = "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n" + deep + "\n--" + boundary + "--\n"
	}
	d := one(t, doc(1, message(deep)))
	if strings.Contains(markdown(d), "Text") != (len(d.Attachments) == 0) && !d.Incomplete {
		t.Errorf("text is lost without a word: %q, notes %v", markdown(d), d.Notes)
	}
}
