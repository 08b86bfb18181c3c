package notes

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"staffelstab/importer"
)

func keyOf(unid string) importer.Key {
	return importer.Key{ReplicaID: "C1257A3B00412345", UNID: unid}
}

func seeds(f *testing.F) {
	for _, name := range fixtures(f) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(head + doc(1, "<item name='Body'><richtext><par/></richtext></item>")))
	f.Add([]byte("<document><filedata><![CDATA[AA]]></filedata></document>"))
}

// FuzzReader feeds anything to the whole reader: it must come to an end
// without a panic, yield valid UTF-8 and never a document without identity.
func FuzzReader(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &Source{Limits: Limits{Document: 1 << 20, Attachment: 1 << 20, Depth: 100}, Place: time.UTC}
		dir := t.TempDir()
		s.read(context.Background(), "x", bytes.NewReader(data), importer.Pass{SpoolDir: dir}, func(d *importer.Document, err error) bool {
			var broken *importer.SourceError
			if err != nil {
				if !errors.As(err, &broken) {
					t.Fatalf("the stream failed: %v", err)
				}
				return true
			}
			if d.Skip == nil && len(d.Origin.UNID) != 32 {
				t.Errorf("no identity: %+v", d.Origin)
			}
			if text := markdown(d); !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				t.Errorf("not clean: %q", text)
			}
			for _, a := range d.Attachments {
				if strings.ContainsAny(a.Name, "/\\\x00") || a.Name == "" || a.Name == ".." {
					t.Errorf("dangerous name %q", a.Name)
				}
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
			return true
		})
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%d temporary files left", len(left))
		}
	})
}

// FuzzScanner checks what the filter promises the parser: valid UTF-8 without
// characters XML forbids.
func FuzzScanner(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newScanner(bytes.NewReader(data), Limits{Document: 1 << 20, Attachment: 1 << 20, Depth: 100}, true, t.TempDir())
		for {
			c, err := s.next()
			if err != nil {
				return
			}
			for _, r := range string(c.xml) {
				if !legal(r) {
					t.Fatalf("illegal %U in %q", r, c.xml)
				}
			}
			if !utf8.Valid(c.xml) {
				t.Fatalf("not UTF-8: %q", c.xml)
			}
			c.release()
		}
	})
}

// FuzzRecords decodes binary rich text.
func FuzzRecords(f *testing.F) {
	f.Add([]byte{0x81, 2, 0x85, 0xff, 8, 0, 0, 1, 0, 10, 'a', 0})
	f.Add([]byte{0x85, 0, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		c := newConverter(&Source{Limits: DefaultLimits(), Place: time.UTC}, "x", nil, &node{name: "note"}, &chunk{}, importer.Pass{})
		f := &flow{}
		c.richtext(f, c.records(bytes.NewReader(data)))
		c.doc.Blocks = f.done()
		if text := markdown(c.doc); !utf8.ValidString(text) {
			t.Errorf("not UTF-8: %q", text)
		}
	})
}

// FuzzMail reads anything as a mail: it comes to an end, and nothing dangerous
// comes through.
func FuzzMail(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "Subject: x\n\ny", "Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x\nContent-Type: text/html\n\n<p>b<script>c</script>\n--x--\n",
		"Content-Type: text/html; charset=utf-7\n\n<img src=cid:x><a href=javascript:x>y</a>", "Content-Type: multipart/alternative; boundary=\"\"\n\n--\n", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n====",
		"Content-Type: text/html\n\n<table><tr><td><ul><li>a<table><tr><td>b", "Content-Type: text/html\n\n<b><p>x</b><pre>\n\ny</pre><ol start=-9><li></ol>", "Content-Type: a/b; name=../../x.md\n\nz",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k := &chunk{}
		defer k.release()
		c := newConverter(&Source{Limits: Limits{Document: 1 << 20, Attachment: 1 << 20, Depth: 50}, Place: time.UTC}, "x", nil, &node{name: "document"}, k, importer.Pass{SpoolDir: t.TempDir()})
		c.doc.Blocks = c.message(bytes.NewReader(data))
		text := markdown(c.doc)
		if !utf8.ValidString(text) {
			t.Errorf("not UTF-8: %q", text)
		}
		for _, bad := range []string{"<script", "](javascript:", "](data:", "](file:", "<img src=\"http"} {
			if strings.Contains(strings.ToLower(strings.ReplaceAll(text, `\<`, "")), bad) {
				t.Errorf("%q comes through: %q", bad, text)
			}
		}
		for _, a := range c.doc.Attachments {
			if a.Name == "" || strings.ContainsAny(a.Name, "/\\\x00") || strings.HasSuffix(strings.ToLower(a.Name), ".md") {
				t.Errorf("dangerous name %q", a.Name)
			}
		}
	})
}
