package extract

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/charmap"

	"staffelstab/internal/fault"
)

// What is read of one file at most. A zip bomb or a book of statistics ends
// there; what came before is found.
const (
	maxText  = 1 << 20  // bytes of words
	maxRead  = 24 << 20 // bytes unpacked
	maxPDF   = 40 << 20 // bytes of a PDF that is looked into
	maxPages = 1000
	maxParts = 500 // slides
)

// Text returns the words of a file; the empty string for one without any that
// are known how to read.
func (x *Examiner) Text(ctx context.Context, name string, f io.ReadSeeker) (string, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return "", err
	}
	at, ok := f.(io.ReaderAt)
	if !ok {
		return "", errors.New("extract: the file cannot be read at a place")
	}
	switch extension := strings.ToLower(path.Ext(name)); extension {
	case ".txt", ".csv":
		return plainText(io.NewSectionReader(at, 0, size))
	case ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp":
		return x.aside(ctx, at, func(_ context.Context, at io.ReaderAt) (string, error) { return officeText(at, size, extension) })
	case ".pdf":
		if size > maxPDF {
			return "", nil
		}
		return x.aside(ctx, at, func(ctx context.Context, at io.ReaderAt) (string, error) { return pdfPages(ctx, at, size) })
	}
	return "", nil
}

// plainText reads UTF-8, or what Windows wrote before.
func plainText(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxText))
	if err != nil {
		return "", err
	}
	for cut := 0; cut < utf8.UTFMax && cut <= len(data); cut++ { // the limit may lie inside a letter
		if whole := data[:len(data)-cut]; utf8.Valid(whole) {
			return string(whole), nil
		}
	}
	data, err = charmap.Windows1252.NewDecoder().Bytes(data)
	return string(data), err
}

// odfBody is the part of an OpenDocument file with its text.
const odfBody = "content" + ".xml"

// officeKind tells by its parts which office file an archive is.
func officeKind(z *zip.Reader) string {
	has := func(name string) bool {
		return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	}
	switch {
	case has("word/document.xml"):
		return ".docx"
	case has("xl/workbook.xml"):
		return ".xlsx"
	case has("ppt/presentation.xml"):
		return ".pptx"
	case !has(odfBody) || len(z.File) == 0 || z.File[0].Name != "mimetype":
		return ""
	}
	r, err := z.File[0].Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	kind, err := io.ReadAll(io.LimitReader(r, 100))
	if err != nil {
		return ""
	}
	switch string(kind) {
	case "application/vnd.oasis.opendocument.text":
		return ".odt"
	case "application/vnd.oasis.opendocument.spreadsheet":
		return ".ods"
	case "application/vnd.oasis.opendocument.presentation":
		return ".odp"
	}
	return ""
}

// maxEntries bounds the directory of an archive.
const maxEntries = 20_000

// checkOffice refuses what is no office file of the kind, and macros.
func checkOffice(r io.ReaderAt, size int64, extension, found string) error {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) > maxEntries || officeKind(z) != extension {
		return disguised(extension, found)
	}
	for _, f := range z.File {
		lower := strings.ToLower(f.Name)
		if strings.HasSuffix(lower, "vbaproject.bin") || strings.HasPrefix(lower, "basic/") {
			return refuse("files.macros")
		}
		if f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/200 > f.CompressedSize64 {
			return fault.New(fault.Invalid, "files.bomb").InField("file")
		}
	}
	return nil
}

func officeText(r io.ReaderAt, size int64, extension string) (string, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	left, parts := int64(maxRead), 0
	for _, f := range z.File {
		if !holdsWords(extension, f.Name) {
			continue
		}
		if parts++; parts > maxParts || left <= 0 || out.Len() >= maxText {
			break
		}
		part, err := f.Open()
		if err != nil {
			return out.String(), err
		}
		limited := &io.LimitedReader{R: part, N: left}
		err = xmlText(&out, limited)
		left = limited.N
		if err = errors.Join(err, part.Close()); err != nil && left > 0 {
			return out.String(), err
		}
	}
	return out.String(), nil
}

func holdsWords(extension, part string) bool {
	switch extension {
	case ".docx":
		return part == "word/document.xml" || part == "word/footnotes.xml"
	case ".xlsx":
		return part == "xl/sharedStrings.xml"
	case ".pptx":
		return strings.HasPrefix(part, "ppt/slides/slide") && strings.HasSuffix(part, ".xml")
	}
	return part == odfBody
}

// xmlText takes the words out of a part. Go's decoder knows no entities but the
// five of XML, so nothing is fetched or multiplied.
func xmlText(out *strings.Builder, r io.Reader) error {
	decoder := xml.NewDecoder(r)
	within := 0 // elements whose text people read
	for out.Len() < maxText {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("extract: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if within > 0 || readable(t.Name) {
				within++
			}
			if t.Name.Local == "tab" || t.Name.Local == "s" {
				out.WriteByte(' ')
			}
		case xml.EndElement:
			within = max(0, within-1)
			switch t.Name.Local {
			case "p", "h", "si", "br", "table-cell":
				out.WriteByte('\n')
			}
		case xml.CharData:
			if within > 0 {
				out.Write(t[:min(len(t), maxText-out.Len())])
			}
		}
	}
	return nil
}

// readable names the elements text stands in: "t" of Office, paragraphs and
// headings of OpenDocument, which have a prefix of their own.
func readable(name xml.Name) bool {
	const odf = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
	return name.Local == "t" || name.Space == odf && (name.Local == "p" || name.Local == "h")
}

// pdfPages reads page after page. The library knows neither limits nor errors for
// many kinds of damage; what was read before a page that makes it panic counts.
func pdfPages(ctx context.Context, r io.ReaderAt, size int64) (text string, err error) {
	var out strings.Builder
	defer func() {
		if v := recover(); v != nil {
			text, err = out.String(), fmt.Errorf("extract: damaged PDF: %v", v)
		}
	}()
	document, err := pdf.NewReader(r, size)
	if err != nil {
		return "", fmt.Errorf("extract: %w", err)
	}
	for n := 1; n <= min(document.NumPage(), maxPages) && out.Len() < maxText && ctx.Err() == nil; n++ {
		page := document.Page(n)
		if page.V.IsNull() {
			continue
		}
		words, err := page.GetPlainText(nil) // with the fonts of this page
		if err != nil {
			return out.String(), fmt.Errorf("extract: %w", err)
		}
		out.WriteString(words[:min(len(words), maxText-out.Len())] + "\n")
	}
	return strings.ToValidUTF8(out.String(), ""), ctx.Err()
}
