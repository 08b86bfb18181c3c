package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/webp"

	"staffelstab/internal/fault"
)

// maxPixels is the largest picture readers' devices are asked to show: 60
// million pixels take 240 MB there.
const maxPixels = 60_000_000

var errDamaged = errors.New("extract: not a whole picture")

// Clean returns a picture without place, device and remarks; animation, colours
// and the way up stay. It is Invalid for one that is damaged or a bomb.
func Clean(data []byte, extension string) ([]byte, error) {
	size, clean := image.Config{}, []byte(nil)
	var err error
	switch extension {
	case ".png":
		if size, err = png.DecodeConfig(bytes.NewReader(data)); err == nil {
			clean, err = cleanPNG(data)
		}
	case ".gif":
		if size, err = gif.DecodeConfig(bytes.NewReader(data)); err == nil {
			clean, err = cleanGIF(data)
		}
	case ".webp":
		if size, err = webp.DecodeConfig(bytes.NewReader(data)); err == nil {
			clean, err = cleanWebP(data)
		}
	default:
		if size, err = jpeg.DecodeConfig(bytes.NewReader(data)); err == nil {
			clean, err = cleanJPEG(data)
		}
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "files.image-damaged").InField("file").Because(err)
	}
	if int64(size.Width)*int64(size.Height) > maxPixels {
		return nil, fault.New(fault.Invalid, "files.image-too-many-pixels", "width", size.Width, "height", size.Height, "limit", maxPixels/1_000_000).InField("file")
	}
	return clean, nil
}

// cleanJPEG keeps what is needed to show the picture (ITU-T T.81, annex B): of
// the application segments JFIF, the colour profile and Adobe's, of EXIF only
// which side is up. What stands behind the end of the picture goes.
func cleanJPEG(data []byte) ([]byte, error) {
	out := append(make([]byte, 0, len(data)), data[:2]...)
	turned := false
	for at := 2; ; {
		if at+2 > len(data) || data[at] != 0xFF {
			return nil, errDamaged
		}
		marker := data[at+1]
		switch {
		case marker == 0xFF: // fill byte
			at++
			continue
		case marker == 0xD9:
			return append(out, 0xFF, 0xD9), nil
		case marker == 0x01 || marker >= 0xD0 && marker <= 0xD7: // without a length
			out = append(out, data[at:at+2]...)
			at += 2
			continue
		}
		if at+4 > len(data) {
			return nil, errDamaged
		}
		end := at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if end < at+4 || end > len(data) {
			return nil, errDamaged
		}
		segment := data[at:end]
		if keepJPEG(marker, segment[4:]) {
			out = append(out, segment...)
		} else if way := orientation(segment[4:]); marker == 0xE1 && way > 1 && !turned {
			out, turned = append(out, wayUp(way)...), true
		}
		at = end
		if marker == 0xDA {
			for at+1 < len(data) && (data[at] != 0xFF || data[at+1] == 0 || data[at+1] >= 0xD0 && data[at+1] <= 0xD7) {
				at++
			}
			out = append(out, data[end:at]...)
		}
	}
}

func keepJPEG(marker byte, body []byte) bool {
	switch {
	case marker == 0xE0:
		return bytes.HasPrefix(body, []byte("JFIF\x00"))
	case marker == 0xE2:
		return bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
	case marker == 0xEE:
		return bytes.HasPrefix(body, []byte("Adobe"))
	}
	return marker >= 0xC0 && marker <= 0xDF // frames, tables, scans
}

// orientation reads tag 0x0112 of the first directory of EXIF; 0 when there is
// none.
func orientation(body []byte) uint16 {
	tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	count := int64(order.Uint16(tiff[at:]))
	for entry := at + 2; entry+12 <= int64(len(tiff)) && count > 0; entry, count = entry+12, count-1 {
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if way := order.Uint16(tiff[entry+8:]); way <= 8 {
				return way
			}
		}
	}
	return 0
}

// wayUp is an EXIF segment that says which side is up and nothing else.
func wayUp(way uint16) []byte {
	return []byte("\xFF\xE1\x00\x22Exif\x00\x00MM\x00\x2A\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string([]byte{byte(way)}) + "\x00\x00\x00\x00\x00\x00")
}

// cleanPNG keeps the chunks a picture is made of.
func cleanPNG(data []byte) ([]byte, error) {
	out := append(make([]byte, 0, len(data)), data[:8]...)
	for at := 8; at+12 <= len(data); {
		end := int64(at) + 12 + int64(binary.BigEndian.Uint32(data[at:]))
		if end > int64(len(data)) {
			return nil, errDamaged
		}
		kind := string(data[at+4 : at+8])
		switch kind {
		case "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "bKGD", "pHYs", "acTL", "fcTL", "fdAT":
			out = append(out, data[at:end]...)
		}
		if kind == "IEND" {
			return out, nil
		}
		at = int(end)
	}
	return nil, errDamaged
}

// cleanWebP drops EXIF and XMP and every chunk nobody knows.
func cleanWebP(data []byte) ([]byte, error) {
	size := int64(binary.LittleEndian.Uint32(data[4:])) + 8
	if size > int64(len(data)) {
		return nil, errDamaged
	}
	data = data[:size]
	out := append(make([]byte, 0, len(data)), data[:12]...)
	for at := int64(12); at+8 <= size; {
		length := int64(binary.LittleEndian.Uint32(data[at+4:]))
		end := at + 8 + length + length%2
		if end > size {
			return nil, errDamaged
		}
		kind := string(data[at : at+4])
		switch kind {
		case "VP8X":
			if length < 10 {
				return nil, errDamaged
			}
			out = append(out, data[at:end]...)
			out[len(out)-int(end-at)+8] &^= 0x08 | 0x04 // EXIF and XMP are announced there
		case "VP8 ", "VP8L", "ALPH", "ANIM", "ICCP":
			out = append(out, data[at:end]...)
		case "ANMF":
			frame, err := cleanFrame(data[at : at+8+length])
			if err != nil {
				return nil, err
			}
			out = append(out, frame...)
		}
		at = end
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}

// cleanFrame keeps of one picture of an animation what is shown: a frame may
// hold chunks of its own.
func cleanFrame(frame []byte) ([]byte, error) {
	const head = 8 + 16
	if len(frame) < head {
		return nil, errDamaged
	}
	out := append(make([]byte, 0, len(frame)+1), frame[:head]...)
	for at := int64(head); at+8 <= int64(len(frame)); {
		end := at + 8 + int64(binary.LittleEndian.Uint32(frame[at+4:]))
		if end > int64(len(frame)) {
			return nil, errDamaged
		}
		switch string(frame[at : at+4]) {
		case "VP8 ", "VP8L", "ALPH":
			if out = append(out, frame[at:end]...); (end-at)%2 == 1 {
				out = append(out, 0)
			}
		}
		at = end + (end-at)%2
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}

// cleanGIF drops remarks and what programs hid in extensions, but not how often
// an animation repeats.
func cleanGIF(data []byte) ([]byte, error) {
	at := 13 + colours(data[10])
	if at > len(data) {
		return nil, errDamaged
	}
	out := append(make([]byte, 0, len(data)), data[:at]...)
	for at < len(data) {
		begin, keep := at, true
		switch data[at] {
		case 0x3B:
			return append(out, 0x3B), nil
		case 0x2C:
			if at+10 > len(data) {
				return nil, errDamaged
			}
			at += 10 + colours(data[at+9]) + 1 // and the code size
		case 0x21:
			if at+2 > len(data) {
				return nil, errDamaged
			}
			keep = data[at+1] == 0xF9 || data[at+1] == 0xFF && repeats(data[at+2:])
			at += 2
		default:
			return nil, errDamaged
		}
		for {
			if at >= len(data) {
				return nil, errDamaged
			}
			block := int(data[at])
			at += 1 + block
			if block == 0 {
				break
			}
		}
		if keep {
			out = append(out, data[begin:at]...)
		}
	}
	return nil, errDamaged
}

// colours is how many bytes the colour table takes that the flags announce.
func colours(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

func repeats(block []byte) bool {
	return len(block) > 12 && block[0] == 11 && strings.HasPrefix(string(block[1:12]), "NETSCAPE2.0")
}
