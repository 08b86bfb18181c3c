package markdown_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
)

func attachments(t *testing.T, d *importer.Document) string {
	t.Helper()
	var out []string
	for _, a := range d.Attachments {
		f, err := a.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err != nil || int64(len(data)) != a.Size {
			t.Errorf("%s: %d bytes, error %v; want %d", a.Name, len(data), err, a.Size)
		}
		_ = f.Close()
		sum := sha256.Sum256(data)
		if a.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: SHA-256 %s", a.Name, a.SHA256)
		}
		out = append(out, a.Name+"="+string(data))
	}
	return strings.Join(out, " ")
}

func TestFilesATextLinksToComeAlong(t *testing.T) {
	for name, c := range map[string]struct {
		body, want string
		notes      []string
		in         int
	}{
		"link and image":        {"[Plan](plan.pdf) ![Bild](bild.png)", "plan.pdf=P bild.png=B", nil, 2},
		"linked twice":          {"[a](plan.pdf) und [b](plan.pdf) und [c](../ordner/./plan.pdf)", "plan.pdf=P", nil, 1},
		"percent and brackets":  {"[a](%C3%9Cbersicht-1.pdf) [b](<plan.pdf>)", "Übersicht-1.pdf=Ü plan.pdf=P", nil, 2},
		"with a title":          {`[a]( plan.pdf "Der Plan" )`, "plan.pdf=P", nil, 1},
		"elsewhere":             {"[a](https://example.org/plan.pdf) [b](mailto:plan.pdf@x) [c](#plan.pdf)", "", nil, 0},
		"out of the folder":     {`[a](../../geheim.pdf) [b](..%2F..%2Fgeheim.pdf) [c](/../../geheim.pdf) [d](..\..\geheim.pdf) [e](/etc/passwd) ![f](../../geheim.pdf)`, "", []string{"importer.dead-link", "importer.dead-link", "importer.dead-link", "importer.dead-link", "importer.dead-link", "importer.attachment-missing"}, 1},
		"from other folders":    {`[a](../oben.pdf) ![b](unten/bild.png) [c](/oben.pdf) [d](unten\tief.pdf)`, "oben.pdf=O bild.png=U tief.pdf=T", nil, 3},
		"two of one name":       {"![a](bild.png) ![b](unten/bild.png) ![c](bild.png)", "bild.png=B bild-2.png=U", []string{"importer.attachment-renamed"}, 2},
		"another text":          {"[a](anderer.md) [b](anderer.MD) [c](anderer)", "", nil, 0},
		"not there":             {"[a](fehlt.pdf) [b](unten) ![c](fehlt.png) ![d](fehlt.png)", "", []string{"importer.dead-link", "importer.dead-link", "importer.attachment-missing"}, 1},
		"a program":             {"[a](setup.exe) [b](plan.pdf)", "plan.pdf=P", []string{"importer.attachment-executable"}, 2},
		"a name nobody can use": {"[a](aux.pdf) [b](Antrag%20neu.pdf) [c](<Antrag neu.pdf>)", "anlage-aux.pdf=A Antrag-neu.pdf=A", []string{"importer.attachment-renamed", "importer.attachment-renamed"}, 2},
		"larger than allowed":   {"[a](riesig.bin) [b](plan.pdf)", "plan.pdf=P", []string{"importer.attachment-too-large"}, 2},
		"of raw HTML":           {`<img src="bild.png"> <a href='plan.pdf'>x</a>`, "bild.png=B plan.pdf=P", nil, 2},
		"in code":               {"`[a](plan.pdf)`\n\n    ![b](bild.png)\n\n```\n[c](plan.pdf)\n```", "", nil, 0},
		"no picture of the web": {"![Schema](schema.svg)", "schema.svg=S", []string{"importer.picture-kind"}, 1},
		"a picture elsewhere":   {"![Stand](https://example.org/stand.png)", "", []string{"importer.picture-lost"}, 0},
		"a text as a picture":   {"![a](anderer.MD)", "", []string{"importer.attachment-missing"}, 1},
		"hidden":                {"[a](.geheim.pdf) [b](.alt/plan.pdf)", "", []string{"importer.dead-link", "importer.dead-link"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{
				"ordner/text.md": "---\nid: aaaaaaaaaa\nart: artikel\ntitel: T\n---\n" + c.body, "ordner/plan.pdf": "P", "ordner/bild.png": "B", "ordner/Übersicht-1.pdf": "Ü",
				"ordner/setup.exe": "MZ", "ordner/aux.pdf": "A", "ordner/Antrag neu.pdf": "A", "ordner/unten/tief.pdf": "T", "oben.pdf": "O", "ordner/riesig.bin": "",
				"ordner/unten/bild.png": "U", "ordner/schema.svg": "S", "ordner/.geheim.pdf": "G", "ordner/.alt/plan.pdf": "G", "../geheim.pdf": "G",
				"ordner/anderer.MD": "---\nid: bbbbbbbbbb\nart: artikel\ntitel: U\n---\n",
			})
			if err := os.Truncate(filepath.Join(dir, "ordner/riesig.bin"), content.DefaultMaxAttachment+1); err != nil {
				t.Fatal(err)
			}
			r := read(t, importer.Pass{}, dir)
			if len(r.docs) != 2 {
				t.Fatalf("errors %v", r.broken)
			}
			d := r.docs[1]
			if got := attachments(t, d); got != c.want || d.AttachmentsIn != c.in {
				t.Errorf("got %q of %d, want %q of %d", got, d.AttachmentsIn, c.want, c.in)
			}
			if got := keys(d.Notes); !slices.Equal(got, c.notes) {
				t.Errorf("notes %q, want %q", got, c.notes)
			}
		})
	}
}

func TestASurveyCountsFilesButDoesNotReadThem(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": "[Plan](plan.pdf)", "plan.pdf": "P"})
	d := read(t, importer.Pass{Survey: true}, dir).docs[0]
	if d.AttachmentsIn != 1 || len(d.Attachments) != 1 || d.Attachments[0].SHA256 != "" {
		t.Errorf("%d, %+v", d.AttachmentsIn, d.Attachments)
	}
}

func TestAFileThatCannotBeReadIsTold(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": "[Plan](plan.pdf)", "plan.pdf": "P"})
	if err := os.Chmod(filepath.Join(dir, "plan.pdf"), 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(filepath.Join(dir, "plan.pdf")); err == nil {
		_ = f.Close()
		t.Skip("this user may read everything")
	}
	d := read(t, importer.Pass{}, dir).docs[0]
	if len(d.Attachments) != 0 || !slices.Contains(keys(d.Notes), "importer.attachment-missing") {
		t.Errorf("%+v", d)
	}
}

func TestAnAttachmentIsOpenedOnlyWithinItsFolder(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": "[Plan](plan.pdf)", "plan.pdf": "P"})
	a := read(t, importer.Pass{}, dir).docs[0].Attachments[0]
	outside := filepath.Join(folder(t, map[string]string{"geheim.pdf": "G"}), "geheim.pdf")
	plan := filepath.Join(dir, "plan.pdf")
	if err := os.Remove(plan); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, plan); err != nil {
		t.Skip(err)
	}
	if f, err := a.Open(); err == nil {
		_ = f.Close()
		t.Error("a link that came later led out of the folder")
	}
}
