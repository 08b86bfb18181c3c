package content_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// tree is a snapshot in memory.
type tree struct{ fstest.MapFS }

func (tree) Commit() content.Commit { return "" }

func (t tree) Hash(name string) (string, bool) {
	_, ok := t.MapFS[name]
	return name, ok
}

func TestAdoptedTextsAreCompleted(t *testing.T) {
	for name, c := range map[string]struct {
		given, want string // want "" means that the file stays as it is
		title       string
	}{
		"plain Markdown":   {"# BGB\n\n§ 1\n", "---\nid: ID\nart: artikel\ntitel: BGB\n---\n# BGB\n\n§ 1\n", "BGB"},
		"no heading":       {"Text\n", "---\nid: ID\nart: artikel\ntitel: bgb\n---\nText\n", "bgb"},
		"nothing at all":   {"", "---\nid: ID\nart: artikel\ntitel: bgb\n---\n", "bgb"},
		"foreign title":    {"---\ntitle: Gesetz\nlayout: x # bleibt\n---\nText", "---\ntitle: Gesetz\nlayout: x # bleibt\nid: ID\nart: artikel\ntitel: Gesetz\n---\nText", "Gesetz"},
		"has everything":   {"---\nid: aaaaaaaaaa\nart: standard\ntitel: x\n---\n", "", "x"},
		"own id":           {"---\nid: aaaaaaaaaa\n---\n# Yx\n", "---\nid: aaaaaaaaaa\nart: artikel\ntitel: Yx\n---\n# Yx\n", "Yx"},
		"foreign id":       {"---\nid: 17\nart: artikel\ntitel: x\n---\n", "---\nid: ID\nart: artikel\ntitel: x\n---\n", "x"},
		"wrong date":       {"---\ntitel: x\nart: artikel\ngueltig_ab: gestern\n---\n", "---\ntitel: x\nart: artikel\ngueltig_ab: gestern\nid: ID\n---\n", "x"},
		"Windows":          {"---\r\ntitel: x\r\n---\r\nText\r\n", "---\r\ntitel: x\r\nid: ID\nart: artikel\n---\r\nText\r\n", "x"},
		"byte order mark":  {"\ufeff# Z\n", "---\nid: ID\nart: artikel\ntitel: Z\n---\n# Z\n", "Z"},
		"empty key before": {"---\nid:\nart: artikel\ntitel: x\n---\n", "---\nid: ID\nart: artikel\ntitel: x\n---\n", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			files, texts, err := content.CompleteAdopted(tree{fstest.MapFS{"b/bgb.md": {Data: []byte(c.given)}}}, new(ident.Sequence))
			if err != nil || len(texts) != 1 || texts[0].Err != nil {
				t.Fatalf("%+v %v", texts, err)
			}
			equal(t, "title", texts[0].Title, c.title)
			equal(t, "completed", texts[0].Completed, c.want != "")
			want := strings.Replace(c.want, "ID", string(texts[0].ID), 1)
			equal(t, "file", string(files["b/bgb.md"]), want)
			if c.want == "" {
				return
			}
			d, err := content.ParseDocument("b/bgb.md", files["b/bgb.md"])
			if err != nil && name != "wrong date" {
				t.Error(err)
			}
			equal(t, "id read back", d.Meta.ID, texts[0].ID)
			again, _, err := content.CompleteAdopted(tree{fstest.MapFS{"b/bgb.md": {Data: files["b/bgb.md"]}}}, new(ident.Sequence))
			if err != nil || len(again) != 0 {
				t.Errorf("a second run changes %v (%v)", slices.Collect(maps.Keys(again)), err)
			}
		})
	}
}

func TestWhatAdoptionLeavesAlone(t *testing.T) {
	source := tree{fstest.MapFS{
		"a.md":         {Data: text(idA, "Erster", "art: artikel")},
		"b.md":         {Data: text(idA, "Zweiter")},
		"broken.md":    {Data: []byte("---\ntitel: \"offen\n---\nText\n")},
		"flow.md":      {Data: []byte("---\n{titel: x}\n---\nText\n")},
		"picture.png":  {Data: []byte("# nicht lesen")},
		".hidden.md":   {Data: []byte("# nicht lesen")},
		"sub/good.md":  {Data: []byte("# Gut\n")},
		"sub/notes.MD": {Data: []byte("# nicht lesen")},
	}}
	files, texts, err := content.CompleteAdopted(source, new(ident.Sequence))
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, []string{"sub/good.md"}) {
		t.Errorf("written: %v", got)
	}
	kinds := map[string]fault.Kind{}
	var paths []string
	for _, x := range texts {
		paths = append(paths, x.Path)
		if x.Err != nil {
			kinds[x.Path] = fault.KindOf(x.Err)
		}
	}
	equal(t, "texts", strings.Join(paths, " "), "a.md b.md broken.md flow.md sub/good.md")
	if want := map[string]fault.Kind{"b.md": fault.Conflict, "broken.md": fault.Invalid, "flow.md": fault.Invalid}; !maps.Equal(kinds, want) {
		t.Errorf("problems %v", kinds)
	}
	if texts[1].Err != nil {
		f, _ := fault.Of(texts[1].Err)
		equal(t, "the twin's fault", f.Key, "content.id-twice")
		equal(t, "the twin's place", f.Path, "b.md")
	}
	if err := source.MapFS["a.md"]; string(err.Data) != string(text(idA, "Erster", "art: artikel")) {
		t.Error("the source was changed")
	}
}
