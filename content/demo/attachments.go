package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
)

// Attachments returns the files beside texts of the demo by their path in the
// repository. They are made here, so that every byte of them is ours.
func Attachments() (map[string][]byte, error) {
	drawing, err := crossSection()
	return map[string][]byte{
		"wissen/s/strassenaufbruch-genehmigen/Aufbruch-im-Schnitt.png":                          drawing,
		"wissen/w/winterdienst-vom-wetterbericht-bis-zum-streubuch/Merkblatt-Streufahrzeug.pdf": leaflet(),
	}, err
}

// crossSection draws a trench that was closed well: the new surface is wider
// than the trench and rests on what was never dug up.
func crossSection() ([]byte, error) {
	m := image.NewPaletted(image.Rect(0, 0, 720, 420), color.Palette{
		color.RGBA{0xF4, 0xF7, 0xFA, 0xFF}, // air
		color.RGBA{0x8C, 0x8C, 0x8C, 0xFF}, // old surface
		color.RGBA{0x3A, 0x3A, 0x3A, 0xFF}, // new surface
		color.RGBA{0xB9, 0xB0, 0xA2, 0xFF}, // gravel under it
		color.RGBA{0xA0, 0x7C, 0x55, 0xFF}, // filling
		color.RGBA{0xE9, 0xD8, 0xA6, 0xFF}, // sand around the pipe
		color.RGBA{0x6B, 0x4F, 0x35, 0xFF}, // ground
		color.RGBA{0x1F, 0x4E, 0x79, 0xFF}, // pipe
		color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}, // joints
		color.RGBA{0x8F, 0x86, 0x77, 0xFF}, // new gravel
	})
	for _, layer := range []struct {
		x0, y0, x1, y1 int
		colour         uint8
	}{
		{0, 60, 720, 420, 6}, {0, 60, 720, 100, 1}, {0, 100, 720, 170, 3},
		{260, 100, 460, 300, 4}, {260, 300, 460, 400, 5}, // the trench
		{230, 100, 490, 170, 9}, {200, 60, 520, 100, 2}, // gravel and surface over it, each wider
		{196, 60, 200, 100, 8}, {520, 60, 524, 100, 8},
	} {
		draw.Draw(m, image.Rect(layer.x0, layer.y0, layer.x1, layer.y1), image.NewUniform(m.Palette[layer.colour]), image.Point{}, draw.Src)
	}
	for y := -38; y <= 38; y++ {
		for x := -38; x <= 38; x++ {
			switch d := x*x + y*y; {
			case d <= 28*28:
				m.SetColorIndex(360+x, 350+y, 0)
			case d <= 38*38:
				m.SetColorIndex(360+x, 350+y, 7)
			}
		}
	}
	var out bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, m)
	return out.Bytes(), err
}

// paragraph is a piece of a leaflet: how large, how far below the one before, in
// points, and its lines.
type paragraph struct {
	tag   string
	size  int
	gap   int
	lines []string
}

func leafletText() []paragraph {
	return []paragraph{
		{"H1", 22, 0, []string{"Streufahrzeug vor der Ausfahrt prüfen"}},
		{"P", 12, 12, []string{"Merkblatt 7 des Betriebshofs"}},
		{"P", 12, 22, []string{"Acht Handgriffe, fünf Minuten. Wer einen auslässt, steht um vier Uhr mit Warnblinker", "auf der Brücke."}},
		{"P", 12, 16, []string{"1. Schürfleisten am Pflug: noch mindestens 2 cm Gummi, alle Schrauben fest."}},
		{"P", 12, 8, []string{"2. Streuteller: dreht frei, kein verklumptes Salz darunter."}},
		{"P", 12, 8, []string{"3. Soletank: zu drei Vierteln voll, Hahn offen, Schläuche trocken."}},
		{"P", 12, 8, []string{"4. Rundumleuchten und Arbeitsscheinwerfer: leuchten auf beiden Seiten."}},
		{"P", 12, 8, []string{"5. Reifen: mindestens 4 mm Profil. Die Schneeketten liegen hinter dem Beifahrersitz."}},
		{"P", 12, 8, []string{"6. Funk: Sprechprobe mit der Einsatzleitung."}},
		{"P", 12, 8, []string{"7. Streubuch: Gerät eingeschaltet, Fahrzeugnummer stimmt."}},
		{"P", 12, 8, []string{"8. Schaufel, Handfeger, Warnweste, Taschenlampe: an Bord."}},
		{"H2", 15, 24, []string{"Fehlt etwas oder ist etwas defekt?"}},
		{"P", 12, 10, []string{"Nicht losfahren. Sagen Sie der Werkstatt und der Einsatzleitung Bescheid. Der Ausfall", "gehört mit Uhrzeit ins Streubuch, auch wenn er nach zehn Minuten behoben ist."}},
	}
}

// leaflet writes one page of PDF 1.7 with tags, so that a screen reader knows
// what is a heading.
func leaflet() []byte {
	text := leafletText()
	var page strings.Builder
	y := 770
	for i, p := range text {
		y -= p.gap
		font := "F1"
		if p.tag != "P" {
			font = "F2"
		}
		fmt.Fprintf(&page, "/%s <</MCID %d>> BDC\nBT /%s %d Tf %d TL 60 %d Td", p.tag, i, font, p.size, p.size*14/10, y)
		for n, line := range p.lines {
			if n > 0 {
				page.WriteString(" T*")
				y -= p.size * 14 / 10
			}
			fmt.Fprintf(&page, " (%s) Tj", windows1252(line))
		}
		page.WriteString(" ET\nEMC\n")
		y -= p.size * 14 / 10
	}
	const firstElement = 9
	var kids []string
	for i := range text {
		kids = append(kids, fmt.Sprintf("%d 0 R", firstElement+i))
	}
	all := strings.Join(kids, " ")
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R/Lang(de-DE)/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R/ViewerPreferences<</DisplayDocTitle true>>>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/StructParents 0/Tabs/S/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%sendstream", page.Len(), page.String()),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
		"<</Type/StructTreeRoot/K 8 0 R/ParentTree<</Nums[0[" + all + "]]>>>>",
		"<</Type/StructElem/S/Document/P 7 0 R/K[" + all + "]>>",
	}
	for i, p := range text {
		objects = append(objects, fmt.Sprintf("<</Type/StructElem/S/%s/P 8 0 R/Pg 3 0 R/K %d>>", p.tag, i))
	}
	objects = append(objects, "<</Title("+windows1252(text[0].lines[0])+")/Producer(Staffelstab)>>")
	return document(objects)
}

// document puts numbered objects together with the table of where they begin
// (ISO 32000-1, 7.5). The last one describes the document.
func document(objects []string) []byte {
	var out, table bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	for i, o := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	begin := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n",
		len(objects)+1, table.String(), len(objects)+1, len(objects), begin)
	return out.Bytes()
}

// windows1252 writes a string as the fonts here are encoded; German letters
// stand where Unicode has them.
func windows1252(s string) string {
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`()\`, r) {
			out.WriteByte('\\')
		}
		out.WriteByte(byte(r))
	}
	return out.String()
}
