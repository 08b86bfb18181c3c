package notes

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func cp850(s string) []byte {
	out, err := charmap.CodePage850.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return out
}

// le16 writes numbers as a record holds them.
func le16(values ...int) []byte {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint16(out, uint16(v))
	}
	return out
}

func (b *cd) sized(size byte, s string) *cd {
	return b.record(cdText, append([]byte{1, 1, 0, size}, cp850(s)...), true)
}

func (b *cd) hotspot(kind int, flags uint32, data []byte) *cd {
	body := binary.LittleEndian.AppendUint32(le16(kind), flags)
	return b.record(cdHotspotV4, append(append(body, le16(len(data))...), data...), true)
}

func (b *cd) endHotspot() *cd { return b.record(cdHotspotV4End, nil, false) }

func (b *cd) table() *cd { return b.record(cdTable, make([]byte, 12), false) }

func (b *cd) cell(row, column int, flags byte, height, width int) *cd {
	body := make([]byte, 16)
	body[0], body[1], body[9], body[12], body[13] = byte(row), byte(column), flags, byte(height), byte(width)
	return b.record(cdCell, body, false)
}

func (b *cd) endTable() *cd { return b.record(cdTableEnd, make([]byte, 4), false) }

func (b *cd) bar(title string) *cd {
	return b.record(cdBar, append(make([]byte, 8), cp850(title)...), true)
}

func (b *cd) style(id int, name string) *cd {
	return b.record(cdStyleName, append(append(make([]byte, 4), le16(id)...), append(cp850(name), 0)...), false)
}

// stored writes an identifier of sixteen or thirty-two digits as records do.
func stored(id string) []byte {
	var out []byte
	for ; id != ""; id = id[16:] {
		raw, err := hex.DecodeString(id[:16])
		if err != nil {
			panic(err)
		}
		out = binary.LittleEndian.AppendUint32(out, binary.BigEndian.Uint32(raw[4:]))
		out = binary.LittleEndian.AppendUint32(out, binary.BigEndian.Uint32(raw))
	}
	return out
}

const nobody = "00000000000000000000000000000000"

func noteLinkBytes(database, view, document string) []byte {
	return slices.Concat(stored(database), stored(view), stored(document))
}

// linksItem is the list links of binary rich text point into.
func linksItem(entries ...[]byte) string {
	return `<item name='$Links'><rawitemdata type='7'>` + b64(string(append(le16(len(entries)), slices.Concat(entries...)...))) + `</rawitemdata></item>`
}

func TestBinaryRichTextHoldsWhatDXLHolds(t *testing.T) {
	const replica = "C1257A3B00412345"
	article := "/a/" + string(knownID)
	list := func(flags2 int) *cd { return new(cd).define(1, 1800, 0, uint16(flags2)).use(1) }
	for name, c := range map[string]struct {
		in    *cd
		links string
		want  string
		notes []string
	}{
		"heading by size":      {in: new(cd).sized(18, "Fristen").paragraph().text(0, "Sechs Monate nach der Reise."), want: "## Fristen\n\nSechs Monate nach der Reise.\n"},
		"heading by style":     {in: new(cd).define(1, 1440, 0, 0).style(1, "Überschrift 2").define(2, 1440, 0, 0).use(1).text(0, "Fristen").paragraph().use(2).text(0, "Text"), want: "## Fristen\n\nText\n"},
		"rule":                 {in: new(cd).text(0, "a").record(cdRule, make([]byte, 12), true).paragraph().text(0, "b"), want: "a\n\n---\n\nb\n"},
		"boxes":                {in: list(0x0002).text(0, "a").paragraph().define(2, 1800, 0, 0x2000).use(2).text(0, "b"), want: "- [x] a\n- [ ] b\n"},
		"circle":               {in: list(0x0800).text(0, "a"), want: "- a\n"},
		"Roman numerals":       {in: list(0x0802).text(0, "a").paragraph().text(0, "b"), want: "1. a\n2. b\n", notes: []string{"letter-lists"}},
		"letters":              {in: list(0x1800).text(0, "a"), want: "1. a\n", notes: []string{"letter-lists"}},
		"margin in percent":    {in: new(cd).define(1, 1800, pabBullet, 0).define(2, 2500, pabBullet, pab2Percent).use(1).text(0, "a").paragraph().use(2).text(0, "b"), want: "- a\n\n* b\n"},
		"hidden when read":     {in: new(cd).define(1, 1440, pabHideRead, 0).use(1).text(0, "geheim"), want: "", notes: []string{"hidden-paragraph"}},
		"red text":             {in: new(cd).record(cdText, append([]byte{1, 0, 2, 10}, "Verboten"...), true), want: "Verboten\n", notes: []string{"red-text"}},
		"a long paragraph":     {in: new(cd).text(0, "ein ").record(cdLargeParagraph, le16(1, 1, 0, 0, 0, 0), true).paragraph().text(0, "Satz").record(cdLargeParagraph, le16(1, 2, 0, 0, 0, 0), true).paragraph().text(0, "noch einer"), want: "ein Satz\n\nnoch einer\n"},
		"table":                {in: new(cd).table().cell(0, 0, 0, 1, 1).text(1, "A").cell(0, 1, 0, 1, 1).text(1, "B").cell(1, 0, 0, 1, 1).text(0, "c").cell(1, 1, 0, 1, 1).text(0, "d").endTable().text(0, "danach"), want: "| A | B |\n| --- | --- |\n| c | d |\n\ndanach\n"},
		"one cell":             {in: new(cd).table().cell(0, 0, 0, 1, 1).text(0, "Kasten").endTable(), want: "Kasten\n"},
		"a cell over two rows": {in: new(cd).table().cell(0, 0, 0x08, 1, 1).cell(0, 1, 0, 1, 1).text(0, "b").cell(1, 0, 0, 2, 1).text(0, "a").cell(1, 1, 0, 1, 1).text(0, "c").endTable(), want: "<table><tr><td rowspan=\"2\">a</td><td>b</td></tr><tr><td>c</td></tr></table>\n"},
		"a cell over columns":  {in: new(cd).table().cell(0, 0, 0x04, 1, 1).cell(0, 1, 0, 1, 2).text(0, "a").cell(1, 0, 0, 1, 1).text(0, "b").cell(1, 1, 0, 1, 1).text(0, "c").endTable(), want: "<table><tr><td colspan=\"2\">a</td></tr><tr><td>b</td><td>c</td></tr></table>\n"},
		"table in a table":     {in: new(cd).table().cell(0, 0, 0, 1, 1).record(cdNestedTable, make([]byte, 12), false).record(cdNestedCell, append([]byte{0, 0}, make([]byte, 14)...), false).text(0, "innen").record(cdNestedTableEnd, make([]byte, 4), false).cell(0, 1, 0, 1, 1).text(0, "außen").endTable(), want: "| innen | außen |\n| --- | --- |\n"},
		"tabs": {in: new(cd).record(cdPreTable, append(make([]byte, 14), 4, 0), true).record(cdTableLabel, append(append(cp850("Anträge"), make([]byte, 128-7)...), le16(0, 0, 0, 2)...), true).
			table().cell(0, 0, 0, 1, 1).text(0, "a").cell(1, 0, 0, 1, 1).record(cdTableLabel, append(append([]byte("Kasse"), make([]byte, 128-5)...), le16(0, 0, 0, 2)...), true).text(0, "b").endTable(), want: "### Anträge\n\na\n\n### Kasse\n\nb\n"},
		"names of rows":        {in: new(cd).table().cell(0, 0, 0, 1, 1).record(cdTableLabel, append(append([]byte("zeile1"), make([]byte, 128-6)...), le16(0, 0, 0, 1)...), true).text(0, "a").cell(0, 1, 0, 1, 1).text(0, "b").endTable(), want: "| a | b |\n| --- | --- |\n"},
		"special effects":      {in: new(cd).text(0x80|16, "geprägt").text(0, " ").text(16, "hoch"), want: "geprägt <sup>hoch</sup>\n"},
		"table without an end": {in: new(cd).table().cell(0, 0, 0, 1, 1).text(0, "a").cell(0, 1, 0, 1, 1).text(0, "b"), want: "| a | b |\n| --- | --- |\n"},
		"section":              {in: new(cd).hotspot(spotSection, 0, nil).bar("Ausnahmen").text(0, "innen").paragraph().endHotspot().text(0, "außen"), want: "## Ausnahmen\n\ninnen\n\naußen\n"},
		"bar before section":   {in: new(cd).bar("A").hotspot(spotOwned, 0, nil).text(0, "a").hotspot(spotSection, 0, nil).bar("B").text(0, "b").endHotspot().endHotspot(), want: "## A\n\na\n\n### B\n\nb\n"},
		"bar with a colour":    {in: new(cd).hotspot(spotSection, 0, nil).record(cdBar, append(binary.LittleEndian.AppendUint32(nil, 0x4000000), append([]byte{0, 0, 0, 0, 7, 0}, "Titel"...)...), true).text(0, "a").endHotspot(), want: "## Titel\n\na\n"},
		"button":               {in: new(cd).hotspot(spotButton, 0, []byte("@Formel")).record(cdButton, append(make([]byte, 12), "Los"...), true).endHotspot(), want: "Los\n", notes: []string{"buttons"}},
		"action":               {in: new(cd).text(0, "a ").hotspot(spotRegion, 0, nil).text(0, "Weiter").endHotspot(), want: "a Weiter\n", notes: []string{"buttons"}},
		"computed":             {in: new(cd).hotspot(spotLink, spotComputed, nil).endHotspot().text(0, "x"), want: "x\n", notes: []string{"computed-texts"}},
		"popup":                {in: new(cd).hotspot(spotPopup, 0, cp850("Landesreisekosten\u00adgesetz")[:10]).text(0, "LRKG").endHotspot(), want: "LRKG[^1]\n\n[^1]: Landesreis\n"},
		"popup by a formula":   {in: new(cd).hotspot(spotMouseOver, spotFormula, []byte{1, 2, 3}).text(0, "LRKG").endHotspot(), want: "LRKG\n", notes: []string{"computed-texts"}},
		"web address":          {in: new(cd).text(0, "siehe ").hotspot(spotLink, spotAddress, []byte("https://example.org/x")).text(0, "dort").endHotspot().text(0, "."), want: "siehe [dort](https://example.org/x).\n"},
		"forbidden address":    {in: new(cd).hotspot(spotLink, spotAddress, []byte("javascript:x")).text(0, "dort").endHotspot(), want: "dort\n", notes: []string{"forbidden-link"}},
		"resource address":     {in: new(cd).hotspot(spotResource, 0, nil).record(cdHref, append(append(binary.LittleEndian.AppendUint32(nil, 0), le16(1, 0, 19, 0, 0, 0, 0, 0, 0)...), "https://example.org"...), true).text(0, "dort").endHotspot(), want: "[dort](https://example.org)\n"},
		"link over paragraphs": {in: new(cd).hotspot(spotLink, spotAddress, []byte("https://example.org/x")).text(0, "oben").paragraph().text(0, "unten").endHotspot(), want: "[oben](https://example.org/x)\n\n[unten](https://example.org/x)\n"},
		"link icon":            {in: new(cd).text(0, "Siehe ").record(cdLink, append(le16(1), "Die Regel\x00Server\x00"...), true), links: linksItem(noteLinkBytes(replica, nobody, nobody), noteLinkBytes(replica, nobody, known)), want: "Siehe [Die Regel](" + article + ")\n"},
		"link icon, no words":  {in: new(cd).record(cdLink, append(le16(0), 0, 0), true), links: linksItem(noteLinkBytes(replica, nobody, known)), want: "[Reisekosten – Rahmenbedingung](" + article + ")\n"},
		"link over text":       {in: new(cd).hotspot(spotLink, 0, nil).record(cdLinkExport, append(noteLinkBytes(replica, nobody, known), 0, 0), true).text(0, "dort").endHotspot(), want: "[dort](" + article + ")\n"},
		"resource document":    {in: new(cd).hotspot(spotResource, 0, nil).record(cdHref2, append(append(binary.LittleEndian.AppendUint32(nil, 2), le16(2, 0, 0, 0, 0, 0, 0, 0, 0)...), noteLinkBytes(replica, nobody, known)...), true).text(0, "dort").endHotspot(), want: "[dort](" + article + ")\n"},
		"link to a view":       {in: new(cd).record(cdLinkExport, append(noteLinkBytes(replica, known, nobody), "Alle\x00\x00"...), true), want: "Alle\n", notes: []string{"view-link"}},
		"link to a database":   {in: new(cd).record(cdLinkExport, append(noteLinkBytes(replica, nobody, nobody), "DEV\x00\x00"...), true), want: "DEV\n", notes: []string{"view-link"}},
		"link to a form":       {in: new(cd).hotspot(spotResource, 0, nil).record(cdHref, append(append(binary.LittleEndian.AppendUint32(nil, 0), le16(3, 0, 5, 0, 0, 0, 0, 0, 0)...), append(make([]byte, 8), "Maske"...)...), true).endHotspot(), want: "Maske\n", notes: []string{"view-link"}},
		"link beyond the list": {in: new(cd).record(cdLink, append(le16(9), "weg\x00\x00"...), true), want: "weg\n", notes: []string{"dead-link"}},
		"link without target":  {in: new(cd).hotspot(spotLink, 0, nil).text(0, "dort").endHotspot(), want: "dort\n", notes: []string{"dead-link"}},
		"OLE object":           {in: new(cd).record(cdOleBegin, make([]byte, 20), true).text(0, "Tabelle").record(cdOleEnd, make([]byte, 4), true), want: "Tabelle\n", notes: []string{"objects"}},
		"embedded view":        {in: new(cd).text(0, "a").record(0xed, make([]byte, 8), true), want: "a\n", notes: []string{"objects"}},
		"pass-through HTML":    {in: new(cd).record(cdHTMLBegin, make([]byte, 4), true).text(0, "<ul><li>a").paragraph().text(0, "<li>b</ul><script>x</script>").record(cdHTMLEnd, make([]byte, 4), true).paragraph().text(0, "<c>"), want: "- a\n- b\n\n\\<c>\n"},
		"unmatched ends":       {in: new(cd).endHotspot().text(0, "a").endHotspot(), want: "a\n"},
		"script and looks":     {in: new(cd).record(0xf9, make([]byte, 12), true).record(0xdc, []byte("alert(1)"), true).record(0xdd, le16(1, 0xac), false).text(0, "a").record(0xfc, make([]byte, 30), true), want: "a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(1, c.links+c.in.item()))
			if got := markdown(d); got != c.want || d.Incomplete {
				t.Errorf("got\n%s\nwant\n%s\nnotes %v", got, c.want, d.Notes)
			}
			if got := noteKeys(d); !slices.Equal(got, c.notes) {
				t.Errorf("notes %q, want %q", got, c.notes)
			}
		})
	}
}

func TestPicturesOfBinaryRichTextAreFiles(t *testing.T) {
	const png = "\x89PNG\r\n\x1a\n1234"
	image := func(kind int) *cd {
		b := new(cd).text(0, "Plan: ")
		long := func(signature byte, body []byte) {
			b.data = binary.LittleEndian.AppendUint32(append(b.data, signature, 0), uint32(len(body)+6))
			b.data = append(b.data, body...)
			if len(body)%2 == 1 {
				b.data = append(b.data, 0)
			}
		}
		long(cdGraphic, make([]byte, 22))
		long(cdImageHeader, append(le16(kind, 4, 4), make([]byte, 16)...))
		for _, part := range []string{png[:5], png[5:]} { // of odd length, with a filler
			long(cdImageSegment, append(le16(len(part), len(part)+1), part+"\xff"...))
		}
		return b.record(cdAltText, append(le16(9, 0), cp850("Lage (EG)")...), true)
	}
	d := one(t, doc(1, image(4).item()))
	if got := markdown(d); got != "Plan: ![Lage (EG)](bild-1.png)\n" || kept(t, d) != "bild-1.png="+png || d.Incomplete {
		t.Errorf("%q with %q, notes %v", got, kept(t, d), d.Notes)
	}
	d = one(t, doc(1, image(3).item())) // a Windows bitmap
	if got := markdown(d); got != "Plan: Lage (EG)\n" || !hasNote(d, "importer.picture-lost") || d.AttachmentsIn != 1 {
		t.Errorf("%q, notes %v", got, d.Notes)
	}
	caption := new(cd).record(cdGraphic, make([]byte, 22), true).record(cdBitmapHeader, make([]byte, 30), true).record(0x96, make([]byte, 8), true).
		record(cdCaption, append(append(le16(6), make([]byte, 22)...), "Abb. 1"...), true)
	if d = one(t, doc(1, caption.item())); markdown(d) != "Abb. 1\n" || d.Incomplete {
		t.Errorf("%q, notes %v", markdown(d), d.Notes)
	}
}

func TestAFileOfBinaryRichTextStandsWhereItsIconStood(t *testing.T) {
	icon := new(cd).text(0, "Anlage: ").hotspot(spotFile, 0, []byte("ATT1.pdf\x00Antrag DR.pdf\x00")).record(cdGraphic, make([]byte, 22), true).endHotspot().text(0, " (PDF)")
	d := one(t, doc(1, file(`name='ATT1.pdf'`, data("QQ=="))+icon.item()))
	if got := markdown(d); got != "Anlage: [Antrag DR.pdf](Antrag-DR.pdf) (PDF)\n" || !strings.Contains(d.Visible, "Antrag DR.pdf") {
		t.Errorf("%q, visible %q, notes %v", got, d.Visible, d.Notes)
	}
}

func TestTheItemsOfASplitTextAreOneStream(t *testing.T) {
	whole := new(cd).define(1, 1800, pabNumbered, 0).use(1).text(0, "eins").paragraph().text(0, "zwei").paragraph()
	cut := len(whole.data) - len(new(cd).text(0, "zwei").paragraph().data)
	d := one(t, doc(1, (&cd{whole.data[:cut]}).item()+(&cd{whole.data[cut:]}).item()))
	if got := markdown(d); got != "1. eins\n2. zwei\n" || d.Incomplete {
		t.Errorf("%q, notes %v", got, d.Notes)
	}
}

func TestBinaryValuesAreFields(t *testing.T) {
	raw := func(name, kind string, data []byte) string {
		return `<item name='` + name + `'><rawitemdata type='` + kind + `'>` + b64(string(data)) + `</rawitemdata></item>`
	}
	float := func(f ...uint64) (out []byte) {
		for _, bits := range f {
			out = binary.LittleEndian.AppendUint64(out, bits)
		}
		return out
	}
	moment := func(ticks, day uint32) []byte {
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, ticks), day)
	}
	d := one(t, bare("", "", raw("Subject", "500", cp850("Größe"))+
		raw("Categories", "501", append(le16(2, 1, 2), cp850("Aßß")...))+
		raw("Satz", "300", float(0x3fd3333333333333))+
		raw("Saetze", "301", append(le16(2, 0), float(0x3ff0000000000000, 0x4000000000000000)...))+
		raw("Tag", "0400", moment(0xffffffff, 2454923))+
		raw("Zeit", "400", moment(3600*100+52, 0x80000000|2454923))+
		raw("Nur", "400", moment(360000, 0xffffffff))+
		raw("Tage", "401", append(le16(1, 0), moment(0xffffffff, 2454923)...))+
		raw("Kurz", "300", []byte{1})+raw("Leer", "501", []byte{9, 0, 1})))
	got := strings.Join([]string{d.Title, strings.Join(d.Topics, "|"), d.Fields["Satz"], d.Fields["Saetze"], d.Fields["Tag"], d.Fields["Zeit"], d.Fields["Nur"], d.Fields["Tage"], d.Fields["Kurz"], d.Fields["Leer"]}, ";")
	if want := "Größe;A|ßß;0.3;1\n2;20090401;20090401T010000,52Z;;20090401;;"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
