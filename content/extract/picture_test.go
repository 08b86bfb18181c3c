package extract

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"strings"
	"testing"

	_ "golang.org/x/image/webp"

	"staffelstab/internal/fault"
)

// riff is a chunk of WebP.
func riff(kind, body string) string {
	head := string(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(body))))
	if len(body)%2 == 1 {
		body += "\x00"
	}
	return head + body
}

// webpOf is a WebP file of chunks.
func webpOf(chunks ...string) string {
	body := "WEBP" + strings.Join(chunks, "")
	return string(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body)))) + body
}

// pixel is the chunk of the smallest picture there is.
func pixel(t testing.TB) string {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return string(data[12:])
}

const canvas = "\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// carrying are whole pictures that carry a remark in every place one knows of.
func carrying(t testing.TB, remark string) map[string]string {
	t.Helper()
	plain := picturesOf(t)
	short := remark[:min(len(remark), 250)]
	jpg, png, gif := string(plain[".jpg"]), string(plain[".png"]), string(plain[".gif"])
	animation := "\x21\xFF\x0BXMP DataXMP" + string([]byte{byte(len(short))}) + short + "\x00"
	return map[string]string{
		".jpg": jpg[:2] + segment(0xE1, exif(6)+remark) + segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00"+remark) + segment(0xE0, "JFXX\x00"+remark) + segment(0xE2, "MPF\x00"+remark) +
			segment(0xED, "Photoshop 3.0\x00"+remark) + segment(0xFE, remark) + jpg[2:] + remark,
		".png": png[:33] + chunk("eXIf", remark) + chunk("tEXt", "Comment\x00"+remark) + chunk("zTXt", "a\x00\x00"+remark) + chunk("iTXt", "XML:com.adobe.xmp\x00"+remark) +
			chunk("tIME", remark) + chunk("prIv", remark) + png[33:] + remark,
		".gif":  gif[:len(gif)-1] + "\x21\xFE" + string([]byte{byte(len(short))}) + short + "\x00" + animation + "\x21\x01\x0C" + strings.Repeat("x", 12) + string([]byte{byte(len(short))}) + short + "\x00;" + remark,
		".webp": webpOf(riff("VP8X", "\x0C"+canvas), pixel(t), riff("EXIF", remark), riff("XMP ", remark), riff("mine", remark)) + remark,
	}
}

func shownAs(t testing.TB, data string) string {
	t.Helper()
	m, kind, err := image.Decode(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return kind + fmt.Sprint(m)
}

func TestNoPlaceForARemarkIsForgotten(t *testing.T) {
	for extension, data := range carrying(t, "GPS 51.4566 N 7.0123 E") {
		clean, err := Clean([]byte(data), extension)
		if err != nil {
			t.Fatalf("%s: %v", extension, err)
		}
		if bytes.Contains(clean, []byte("GPS")) {
			t.Errorf("%s still says where: %q", extension, clean)
		}
		if shownAs(t, string(clean)) != shownAs(t, data) {
			t.Errorf("%s is another picture", extension)
		}
	}
}

func TestFramesOfAnAnimationHideNothing(t *testing.T) {
	frame := riff("ANMF", strings.Repeat("\x00", 16)+riff("mine", "GPS 51 N")+pixel(t)+riff("EXIF", "GPS"))
	clean, err := Clean([]byte(webpOf(riff("VP8X", "\x0A"+canvas), riff("ANIM", "\x00\x00\x00\x00\x00\x00"), frame, riff("EXIF", "GPS"))), ".webp")
	if err != nil || bytes.Contains(clean, []byte("GPS")) || !bytes.Contains(clean, []byte(pixel(t))) {
		t.Errorf("%q, %v", clean, err)
	}
	if clean[20] != 0x02 {
		t.Errorf("the head announces %#x", clean[20])
	}
}

// TestAPictureThatCannotBeCleanedIsRefused cuts pictures off at every byte and
// says what they are not: either they are whole pictures without the remark, or
// the person is told at the field of the file.
func TestAPictureThatCannotBeCleanedIsRefused(t *testing.T) {
	for extension, data := range carrying(t, "GPS 51.4566 N 7.0123 E") {
		refusals := 0
		for cut := range len(data) {
			clean, err := Clean([]byte(data[:cut]), extension)
			if f, ok := fault.Of(err); err != nil && (!ok || f.Kind != fault.Invalid || f.Key != "files.image-damaged" || f.Field != "file") {
				t.Fatalf("%s cut off at %d: %v", extension, cut, err)
			}
			if err == nil && bytes.Contains(clean, []byte("GPS")) {
				t.Fatalf("%s cut off at %d still says where", extension, cut)
			}
			if err != nil {
				refusals++
			}
		}
		if refusals < len(data)/3 {
			t.Errorf("%s: only %d of %d damaged pictures are refused", extension, refusals, len(data))
		}
	}
	for name, data := range map[string]string{
		"Foto.tiff": "II*\x00\x08\x00\x00\x00", "Foto.tif": "MM\x00*", "Foto.heic": "\x00\x00\x00\x18ftypheic", "Foto.bmp": "BM", "Foto.jpg": "II*\x00\x08\x00\x00\x00\x00\x00", "Foto.webp": "RIFF\x04\x00\x00\x00WEBP",
	} {
		if _, err := examined(t, name, data); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzRemarksGo hides any words in pictures of every kind.
func FuzzRemarksGo(f *testing.F) {
	f.Add("GPS 51.4566 N 7.0123 E")
	f.Add("\xFF\xD9\xFF\xDA\x00\x08 IEND 0123456789")
	f.Fuzz(func(t *testing.T, remark string) {
		if len(remark) < 12 || len(remark) > 1000 {
			return
		}
		for extension, data := range carrying(t, remark) {
			if bytes.Contains(picturesOf(t)[extension], []byte(remark[:12])) || strings.Contains(pixel(t), remark[:12]) {
				continue
			}
			clean, err := Clean([]byte(data), extension)
			if err != nil {
				t.Fatalf("%s: %v", extension, err)
			}
			if bytes.Contains(clean, []byte(remark[:12])) {
				t.Errorf("%s keeps %q", extension, remark)
			}
		}
	})
}
