package notes

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"staffelstab/importer"
)

// cd writes binary rich text: records of a signature, a length and a body,
// padded to even offsets.
type cd struct{ data []byte }

func (b *cd) record(signature byte, body []byte, long bool) *cd {
	size := len(body) + 2
	if long {
		size = len(body) + 4
		b.data = binary.LittleEndian.AppendUint16(append(b.data, signature, 0xff), uint16(size))
	} else {
		b.data = append(b.data, signature, byte(size))
	}
	b.data = append(b.data, body...)
	if size%2 == 1 {
		b.data = append(b.data, 0)
	}
	return b
}

func (b *cd) paragraph() *cd { return b.record(cdParagraph, nil, false) }

// define makes a paragraph definition with a margin in twips and its flags.
func (b *cd) define(id uint16, margin, flags, flags2 uint16) *cd {
	body := make([]byte, 66)
	binary.LittleEndian.PutUint16(body, id)
	binary.LittleEndian.PutUint16(body[10:], margin)
	binary.LittleEndian.PutUint16(body[58:], flags)
	binary.LittleEndian.PutUint16(body[64:], flags2)
	return b.record(cdPabDefine, body, true)
}

func (b *cd) use(id uint16) *cd {
	return b.record(cdPabReference, binary.LittleEndian.AppendUint16(nil, id), false)
}

// text adds text in code page 850, the usual one of Notes in the West.
func (b *cd) text(style byte, s string) *cd {
	encoded, err := charmap.CodePage850.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b.record(cdText, append([]byte{1, style, 0, 10}, encoded...), true)
}

func (b *cd) item() string {
	return `<item name='Body'><rawitemdata type='1'>` + base64.StdEncoding.EncodeToString(b.data) + `</rawitemdata></item>`
}

func TestBinaryRichTextIsRead(t *testing.T) {
	const bold, italic, strike, super, sub = 1, 2, 8, 16, 32
	for name, c := range map[string]struct {
		in   *cd
		want string
	}{
		"paragraphs":            {new(cd).text(0, "Größe").paragraph().text(0, "§ 3").paragraph(), "Größe\n\n§ 3\n"},
		"the last is not ended": {new(cd).text(0, "a").paragraph().text(0, "b"), "a\n\nb\n"},
		"styles":                {new(cd).text(bold, "Frist").text(0, " m").text(super, "2").text(0, " CO").text(sub, "2").text(0, " ").text(bold|italic, "x").text(strike, "alt"), "**Frist** m<sup>2</sup> CO<sub>2</sub> ***x***~~alt~~\n"},
		"odd lengths":           {new(cd).text(0, "a").text(0, "bb").text(0, "ccc").paragraph().text(0, "d"), "abbccc\n\nd\n"},
		"line break":            {new(cd).text(0, "oben\x00unten"), "oben\\\nunten\n"},
		"bullets by margin":     {new(cd).define(1, 1800, pabBullet, 0).define(2, 2160, pabBullet, 0).use(1).text(0, "a").paragraph().use(2).text(0, "b").paragraph().use(1).text(0, "c").paragraph(), "- a\n  - b\n- c\n"},
		"numbers":               {new(cd).define(1, 1800, pabNumbered, 0).use(1).text(0, "a").paragraph().use(1).text(0, "b"), "1. a\n2. b\n"},
		"bullets beat numbers":  {new(cd).define(1, 1800, pabNumbered|pabBullet, 0).use(1).text(0, "a"), "- a\n"},
		"margin of its own":     {new(cd).define(1, 0, pabBullet, 0).define(2, 40000, pabBullet, 0).use(1).text(0, "a").paragraph().use(2).text(0, "b"), "- a\n- b\n"},
		"hidden by a formula":   {new(cd).define(1, 1440, pabHideIf, 0).define(2, 1440, 0, 0).use(1).text(0, "geheim").paragraph().use(2).text(0, "offen"), "offen\n"},
		"hidden in Notes":       {new(cd).define(1, 1440, pabHideNotes, 0).use(1).text(0, "geheim"), ""},
		"hidden on the web":     {new(cd).define(1, 1440, 0, pab2HideWeb).use(1).text(0, "geheim"), ""},
		"definition not made":   {new(cd).use(9).text(0, "a"), "a\n"},
		"definition cut short":  {new(cd).record(cdPabDefine, []byte{1, 0}, false).use(1).text(0, "a"), "a\n"},
		"empty paragraphs":      {new(cd).paragraph().text(0, " ").paragraph().text(0, "a"), "a\n"},
		"text like Markdown":    {new(cd).text(0, "# 1. *a* [b]"), "\\# 1. \\*a\\* \\[b\\]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(1, c.in.item()))
			if got := markdown(d); got != c.want || d.Incomplete {
				t.Errorf("got\n%s\nwant\n%s\nnotes %v", got, c.want, d.Notes)
			}
			if hidden := strings.HasPrefix(name, "hidden"); hidden != hasNote(d, "importer.hidden-paragraph") || hidden && strings.Contains(d.Visible, "geheim") {
				t.Errorf("notes %v, visible %q", d.Notes, d.Visible)
			}
		})
	}
}

func TestBinaryRichTextThatIsNotUnderstoodIsWithheld(t *testing.T) {
	whole := new(cd).text(0, "vollständig").paragraph()
	for name, c := range map[string]struct {
		data []byte
		want string
		note string
	}{
		"a table":            {new(cd).text(0, "a").paragraph().record(0x89, []byte{1, 2}, false).data, "a\n", "importer.records-unknown"},
		"cut off in a text":  {whole.data[:10], "", "importer.records-broken"},
		"length beyond":      {[]byte{cdText, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 'a'}, "", "importer.records-broken"},
		"length that is one": {[]byte{cdText, 1, 'a', 'b'}, "", "importer.records-broken"},
		"long length is nil": {[]byte{cdText, 0, 0, 0, 0, 0, 'a', 'b'}, "", "importer.records-broken"},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(1, (&cd{c.data}).item()))
			if got := markdown(d); got != c.want || !d.Incomplete || !hasNote(d, c.note) {
				t.Errorf("got %q, incomplete %v, notes %v", got, d.Incomplete, d.Notes)
			}
		})
	}
}

func TestHowManyRecordsWereNotUnderstoodIsTold(t *testing.T) {
	d := one(t, doc(1, new(cd).record(0x89, nil, false).record(0x8a, nil, false).record(0x97, []byte("abc"), false).text(0, "x").item()))
	at := slices.IndexFunc(d.Notes, func(n importer.Note) bool { return n.Key == "importer.records-unknown" })
	if at < 0 || d.Notes[at].Args["n"] != 3 {
		t.Errorf("notes %v", d.Notes)
	}
}

func TestRecordsCutAnywhereLoseOnlyTheirEnd(t *testing.T) {
	// Whatever was whole before the cut is still there, in its order.
	full := new(cd)
	for _, word := range []string{"Eins", "Zwei", "Drei", "Vier"} {
		full.define(1, 1440, 0, 0).use(1).text(0, word).paragraph()
	}
	last := 0
	for n := range len(full.data) + 1 {
		got := strings.Fields(markdown(one(t, doc(1, (&cd{full.data[:n]}).item()))))
		for i, word := range got {
			if !strings.HasPrefix([]string{"Eins", "Zwei", "Drei", "Vier"}[i], word) {
				t.Fatalf("after %d bytes: %q", n, got)
			}
		}
		if len(got) < last {
			t.Fatalf("after %d bytes: %q, one byte less gave %d words", n, got, last)
		}
		last = len(got)
	}
	if last != 4 {
		t.Errorf("%d words", last)
	}
}

func TestWhatWasSeenInRecordsIsWhatIsShown(t *testing.T) {
	words := []string{"Größe", "Straße", "5", "km", "§", "Ärger", "(innen)", "*", "a_b"}
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 3))
		b := new(cd).define(1, 1800, pabBullet, 0).define(2, 1440, 0, 0)
		for range 1 + r.IntN(6) {
			b.use(uint16(1 + r.IntN(2)))
			for range 1 + r.IntN(4) {
				b.text(byte(r.IntN(64)), words[r.IntN(len(words))]+" ")
			}
			b.paragraph()
		}
		d := one(t, bare("", "", `<item name='Subject'><text>Titel</text></item>`+b.item()))
		if in, out := letters(t, d); in == 0 || in != out {
			t.Fatalf("seed %d: %d of %d letters\n%s\nvisible %q", seed, out, in, markdown(d), d.Visible)
		}
	}
}

func TestLMBCSOfOtherScripts(t *testing.T) {
	for in, c := range map[string]struct {
		want  string
		known bool
	}{
		"\x06\xa0":             {"á", true},       // Central Europe
		"\x08\xfe":             {"ş", true},       // Turkish
		"\x13\xc4\xe3":         {"你", true},       // simplified Chinese
		"\x10\x10\x41":         {"A", true},       // the prefix stands twice before single bytes
		"a\tb\x19c":            {"a b c", true},   // tabs and system signs part words
		"\x05":                 {"\ufffd", false}, // cut off behind its prefix
		"\x14\x20":             {"\ufffd ", false},
		"\x1fa":                {"\ufffda", false},
		"\x14\xd8\x3d":         {"\ufffd", true}, // half a surrogate
		"\x84\x94\x81\xe1\xf5": {"äöüß§", true},
	} {
		if got, ok := decodeLMBCS([]byte(in)); got != c.want || ok != c.known {
			t.Errorf("%q is %q (%v), want %q (%v)", in, got, ok, c.want, c.known)
		}
	}
}
