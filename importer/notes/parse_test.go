package notes

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// outline writes a tree so that two can be compared.
func outline(b *strings.Builder, n *node) {
	if n.name == "" {
		fmt.Fprintf(b, "%q", n.text)
		return
	}
	fmt.Fprintf(b, "<%s", n.name)
	for _, p := range n.attr {
		fmt.Fprintf(b, " %s=%q", p.name, p.value)
	}
	b.WriteString(">")
	for _, c := range n.children {
		outline(b, c)
	}
	b.WriteString("</>")
}

// standard reads a document with the parser of the standard library.
func standard(data []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	var b strings.Builder
	depth, done := 0, false
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if done {
				continue
			}
			fmt.Fprintf(&b, "<%s", t.Name.Local)
			for _, a := range t.Attr {
				if a.Name.Space == "" && a.Name.Local != "xmlns" && !strings.Contains(a.Name.Local, ":") {
					fmt.Fprintf(&b, " %s=%q", a.Name.Local, a.Value)
				}
			}
			b.WriteString(">")
			depth++
		case xml.EndElement:
			if done {
				continue
			}
			b.WriteString("</>")
			depth--
			done = depth == 0
		case xml.CharData:
			if depth > 0 && !done {
				fmt.Fprintf(&b, "%q", string(t))
			}
		}
	}
}

func TestTheParserReadsWhatTheStandardOneReads(t *testing.T) {
	for _, file := range []string{"testdata/dev-datenbank.dxl", "testdata/dev-utf16.dxl", "testdata/mime-dokument.dxl"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		scan := newScanner(bytes.NewReader(data), DefaultLimits(), false, t.TempDir())
		documents := 0
		for {
			c, err := scan.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			documents++
			root, err := parse(c.xml, DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			outline(&got, root)
			if want, err := standard(c.xml); err != nil || got.String() != want {
				t.Errorf("%s:%d: got\n%s\nwant\n%s", file, c.line, got.String(), want)
			}
			c.release()
		}
		if documents == 0 {
			t.Errorf("%s holds nothing", file)
		}
	}
}

func TestTheParserRefusesWhatIsNoDocument(t *testing.T) {
	for in, want := range map[string]error{
		"":                       io.ErrUnexpectedEOF,
		"Text":                   io.ErrUnexpectedEOF,
		"<a>":                    io.ErrUnexpectedEOF,
		"<a></b>":                errCrossed,
		"</a>":                   errCrossed,
		"<a><b></a></b>":         errCrossed,
		"<a":                     errBrokenTag,
		"<a b>":                  errBrokenTag,
		"<a b=c></a>":            errBrokenTag,
		"<a b='c></a>":           errBrokenTag,
		"<>":                     errBrokenTag,
		"<a></a":                 errBrokenTag,
		"<a><a><a><a></a></a>":   errTooDeep,
		"<a><b/><b/><b/><b/></a": errTooMany,
	} {
		if _, err := parse([]byte(in), Limits{Depth: 3, Nodes: 4}); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", in, err, want)
		}
	}
}

// FuzzParser compares with the parser of the standard library: what that one
// accepts of a document as the scanner hands it over is read the same.
func FuzzParser(f *testing.F) {
	seeds(f)
	f.Add([]byte("<document a='&#10;b&amp;' x:y=\"z\"><b\n/>\r\nc&lt;&#x41;<d ></d\t></document>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		scan := newScanner(bytes.NewReader(data), Limits{Document: 1 << 20, Attachment: 1 << 20}, true, t.TempDir())
		c, err := scan.next()
		if err != nil || c.err != nil {
			return
		}
		defer c.release()
		root, err := parse(c.xml, Limits{Depth: 1000, Nodes: 1 << 20})
		want, standardErr := standard(c.xml)
		if err != nil || standardErr != nil {
			return
		}
		var got strings.Builder
		outline(&got, root)
		if got.String() != want {
			t.Errorf("%q: got %s, want %s", c.xml, got.String(), want)
		}
	})
}

// FuzzLMBCS decodes anything to valid text.
func FuzzLMBCS(f *testing.F) {
	for _, seed := range []string{"Stra\xe1e", "\x14\x20\xac\x14\xf6\xde", "\x10\x82\xa0", "\x10\x10A", "\x0f\x9f", "\x02\xa4", "\x14"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, known := decodeLMBCS(data)
		if strings.ToValidUTF8(text, "") != text {
			t.Errorf("%q is not UTF-8: %q", data, text)
		}
		if strings.ContainsRune(text, '�') && known && !strings.Contains(string(data), "\x14") {
			t.Errorf("%q: something is lost without a word: %q", data, text)
		}
	})
}
