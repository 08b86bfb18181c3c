package extract

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"staffelstab/internal/fault"
)

func examined(t *testing.T, name, data string) (string, error) {
	t.Helper()
	r, err := New(t.TempDir()).Examine(t.Context(), name, strings.NewReader(data), 1<<20)
	if err != nil {
		return "", err
	}
	defer r.Close()
	clean, err := io.ReadAll(r)
	return string(clean), err
}

// archive packs files in the order given: name, content, name, content …
func archive(t *testing.T, parts ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWhatAFileIsItsBytesSay(t *testing.T) {
	word := archive(t, "[Content_Types].xml", "<x/>", "word/document.xml", "<x/>")
	for _, c := range []struct{ name, data, key string }{
		{"Plan.pdf", "%PDF-1.7", ""}, {"Notiz.txt", "Grüße", ""}, {"Liste.csv", "a;b\n1;2\n", ""}, {"Brief.docx", word, ""},
		{"Brief.odt", archive(t, "mimetype", "application/vnd.oasis.opendocument.text", odfBody, "<x/>"), ""},
		{"Plan.pdf", "<html><script>", "files.disguised"}, {"Bild.png", "%PDF-1.7", "files.disguised"}, {"Bild.jpg", "\x89PNG\r\n\x1a\n", "files.disguised"},
		{"Notiz.txt", "MZ\x90\x00\x03\x00", "files.disguised"}, {"Notiz.txt", "#!/bin/sh\nrm -rf /\n", "files.disguised"}, {"Brief.docx", "PK", "files.disguised"},
		{"Tabelle.xlsx", word, "files.disguised"}, {"Brief.docx", archive(t, "word/document.xml", "x", "word/vbaProject.bin", "x"), "files.macros"},
		{"Brief.docx", archive(t, "word/document.xml", strings.Repeat("0", 4<<20)), "files.bomb"},
		{"setup.exe", "MZ", "files.type-refused"}, {"Seite.html", "x", "files.type-refused"}, {"Bild.svg", "<svg/>", "files.type-refused"},
		{"ohne", "x", "files.type-refused"}, {"leer.txt", "", "files.empty"}, {"gross.txt", strings.Repeat("x", 1<<20+1), "gitrepo.file-too-large"},
		{"Foto.png", "\x89PNG\r\n\x1a\nkaputt", "files.image-damaged"},
	} {
		_, err := examined(t, c.name, c.data)
		f, _ := fault.Of(err)
		if c.key == "" && err != nil || c.key != "" && (f == nil || f.Key != c.key || f.Field != "file") {
			t.Errorf("%s with %.20q: %v instead of %q", c.name, c.data, err, c.key)
		}
	}
}

func picturesOf(t testing.TB) map[string][]byte {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{color.Black, color.White})
	var j, p, g bytes.Buffer
	for _, err := range []error{jpeg.Encode(&j, m, nil), png.Encode(&p, m), gif.EncodeAll(&g, &gif.GIF{Image: []*image.Paletted{m, m}, Delay: []int{1, 1}})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string][]byte{".jpg": j.Bytes(), ".png": p.Bytes(), ".gif": g.Bytes()}
}

func chunk(kind, body string) string {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	return string(head) + kind + body + string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(kind+body))))
}

func segment(marker byte, body string) string {
	return string([]byte{0xFF, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
}

// exif is a directory with the way up and, behind it, what nobody has to know.
func exif(way byte) string {
	return "Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string([]byte{way}) + "\x00\x00\x00\x00\x00\x00\x00 GPS 51.4 N 7.0 E"
}

func TestPicturesLosePlaceAndDeviceAndNothingElse(t *testing.T) {
	plain := picturesOf(t)
	secret := map[string]string{
		".jpg": string(plain[".jpg"][:2]) + segment(0xE1, exif(6)) + segment(0xED, "GPS") + segment(0xFE, "GPS") + string(plain[".jpg"][2:]) + "GPS behind the end",
		".png": string(plain[".png"][:33]) + chunk("eXIf", "GPS") + chunk("tEXt", "GPS") + string(plain[".png"][33:]) + "GPS",
	}
	trailer := len(plain[".gif"]) - 1
	secret[".gif"] = string(plain[".gif"][:trailer]) + "\x21\xFE\x03GPS\x00;GPS"
	for extension, data := range secret {
		clean, err := Clean([]byte(data), extension)
		if err != nil {
			t.Fatalf("%s: %v", extension, err)
		}
		if bytes.Contains(clean, []byte("GPS")) {
			t.Errorf("%s still has the place: %q", extension, clean)
		}
		want, _, err := image.Decode(bytes.NewReader(plain[extension]))
		got, _, err2 := image.Decode(bytes.NewReader(clean))
		if err != nil || err2 != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is another picture: %v %v", extension, err, err2)
		}
	}
	turned, err := Clean([]byte(secret[".jpg"]), ".jpg")
	if at := bytes.Index(turned, []byte("Exif")); err != nil || at < 0 || orientation(turned[at:]) != 6 {
		t.Errorf("the picture no longer knows which side is up: %v", err)
	}
	both, err := Clean(plain[".gif"], ".gif")
	if moving, err2 := gif.DecodeAll(bytes.NewReader(both)); err != nil || err2 != nil || len(moving.Image) != 2 {
		t.Errorf("the animation stands still: %v %v", err, err2)
	}
}

func TestABombIsRefusedByItsHeader(t *testing.T) {
	bomb := picturesOf(t)[".png"]
	copy(bomb[16:], "\x00\x01\x00\x00\x00\x01\x00\x00") // 65,536 × 65,536
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	if _, err := Clean(bomb, ".png"); err == nil || !strings.Contains(err.Error(), "files.image-too-many-pixels") {
		t.Errorf("a bomb: %v", err)
	}
}

// pdfOf is a document of one page with a line of text.
func pdfOf(line string) string {
	stream := "BT /F1 12 Tf 72 720 Td (" + line + ") Tj ET"
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(stream), stream), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	}
	out, table := "%PDF-1.4\n", "0000000000 65535 f \n"
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", len(out))
		out += fmt.Sprintf("%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	return out + fmt.Sprintf("xref\n0 6\n%strailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table, len(out))
}

func TestWordsOfFiles(t *testing.T) {
	x := New("")
	for name, data := range map[string]string{
		"a.pdf": pdfOf("Winterdienst"), "umlaut.pdf": pdfOf("Winterdienst, \xfcberall Gl\xe4tte"), "a.txt": "Winterdienst", "a.csv": "Winterdienst;\xfcber",
		"a.docx": archive(t, "word/document.xml", `<w:document xmlns:w="w"><w:p><w:r><w:t>Winter</w:t></w:r><w:r><w:t>dienst</w:t></w:r></w:p></w:document>`),
		"a.xlsx": archive(t, "xl/workbook.xml", "<x/>", "xl/sharedStrings.xml", "<sst><si><t>Winterdienst</t></si></sst>"),
		"a.pptx": archive(t, "ppt/slides/slide1.xml", `<a xmlns:a="a"><a:t>Winterdienst</a:t></a>`),
		"a.odt":  archive(t, odfBody, `<o xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><t:p>Winter<t:span>dienst</t:span></t:p></o>`),
	} {
		words, err := x.Text(t.Context(), name, strings.NewReader(data))
		if err != nil || !strings.Contains(words, "Winterdienst") {
			t.Errorf("%s says %q, %v", name, words, err)
		}
		if name == "umlaut.pdf" && !strings.Contains(words, "überall Glätte") {
			t.Errorf("umlauts are lost: %q", words)
		}
	}
	endless := archive(t, "word/document.xml", "<w:t xmlns:w=\"w\">"+strings.Repeat("x ", 20<<20)+"</w:t>")
	if words, _ := x.Text(t.Context(), "a.docx", strings.NewReader(endless)); len(words) > maxText {
		t.Errorf("a bomb gives %d bytes", len(words))
	}
}

func FuzzCleanPicture(f *testing.F) {
	for _, seed := range []string{"\xFF\xD8\xFF\xE1\x00\x08Exif\xFF\xD9", "\x89PNG\r\n\x1a\n", "GIF89a\x01\x00\x01\x00\x80\x00\x00", "RIFF\x10\x00\x00\x00WEBPVP8X"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, extension := range []string{".jpg", ".png", ".gif", ".webp"} {
			clean, err := Clean(data, extension)
			if err != nil {
				continue
			}
			again, err := Clean(clean, extension)
			if err != nil || !bytes.Equal(again, clean) || len(clean) > len(data)+40 {
				t.Errorf("%s: cleaning twice differs: %v", extension, err)
			}
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add([]byte(pdfOf("x")))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"a.docx", "a.ods", "a.txt"} {
			if words, err := New("").Text(t.Context(), name, bytes.NewReader(data)); err == nil && len(words) > 3*maxText {
				t.Errorf("%s gives %d bytes", name, len(words))
			}
		}
	})
}
