package gitrepo

import (
	"context"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
)

// impatient is an import that gives up soon. A pace that asks it to wait longer
// refuses at once.
func impatient(t *testing.T, pace *Pace) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	t.Cleanup(cancel)
	return Bulk(ctx, pace)
}

func TestImportsKeepThePaceAndPeopleDoNot(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	files, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	text := strings.Repeat("x", 1<<20)
	save := func(ctx context.Context, name string) error {
		_, err := r.Write(ctx, func(content.Snapshot) (content.Change, error) {
			return content.Change{Files: map[string][]byte{name: []byte(text)}, Author: "u-jemand2222", At: time.Unix(1, 0), Message: "x"}, nil
		})
		return err
	}
	put := func(ctx context.Context) error {
		_, err := files.Put(ctx, strings.NewReader(text), 2<<20)
		return err
	}
	slow := NewPace(1 << 10) // a megabyte takes a quarter of an hour
	if err := put(impatient(t, slow)); err == nil {
		t.Error("an import's attachment did not keep the pace")
	}
	if err := save(impatient(t, slow), "a/index.md"); err == nil {
		t.Error("an import's text did not keep the pace")
	}
	for name, ctx := range map[string]context.Context{
		"person": t.Context(), "unbounded": Bulk(t.Context(), nil), "fast": Bulk(t.Context(), NewPace(1<<30)),
	} {
		if err := save(ctx, name+"/index.md"); err != nil {
			t.Errorf("%s: saving: %v", name, err)
		}
		if err := put(ctx); err != nil {
			t.Errorf("%s: storing: %v", name, err)
		}
	}
}
