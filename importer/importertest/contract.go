package importertest

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/internal/fault"
)

// TargetContract checks what a run relies on. open returns an empty target.
func TargetContract(t *testing.T, open func(t *testing.T) importer.Target) {
	ctx := context.Background()
	put := func(t *testing.T, target importer.Target, in importer.Incoming) importer.Written {
		t.Helper()
		written, err := target.Put(ctx, []importer.Incoming{in})
		if err != nil || len(written) != 1 {
			t.Fatalf("%d answers, error %v", len(written), err)
		}
		return written[0]
	}
	t.Run("what is not there is not found", func(t *testing.T) {
		if _, err := open(t).Current(ctx, "aaaaaaaaaa"); !fault.Is(err, fault.NotFound) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("an article comes back byte for byte", func(t *testing.T) {
		target := open(t)
		in := incoming("aaaaaaaaaa", "Erster", "Text mit Anhang\r\n")
		w := put(t, target, in)
		if w.Err != nil || w.Path == "" || w.Revision == "" {
			t.Fatalf("%+v", w)
		}
		current, err := target.Current(ctx, in.ID)
		if err != nil || !bytes.Equal(current.Markdown, in.Markdown) || current.Path != w.Path || current.Base == "" {
			t.Errorf("%+v, error %v", current, err)
		}
	})
	t.Run("a new article does not replace one", func(t *testing.T) {
		target := open(t)
		put(t, target, incoming("aaaaaaaaaa", "Erster", "alt"))
		w := put(t, target, incoming("aaaaaaaaaa", "Erster", "neu"))
		if !fault.Is(w.Err, fault.Stale) && !fault.Is(w.Err, fault.Conflict) {
			t.Errorf("error %v", w.Err)
		}
	})
	t.Run("a newer state is kept", func(t *testing.T) {
		target := open(t)
		put(t, target, incoming("aaaaaaaaaa", "Erster", "eins"))
		first, _ := target.Current(ctx, "aaaaaaaaaa")
		second := incoming("aaaaaaaaaa", "Erster", "zwei")
		second.Base, second.Path = first.Base, first.Path
		if w := put(t, target, second); w.Err != nil || w.Path != first.Path {
			t.Fatalf("%+v", w)
		}
		third := incoming("aaaaaaaaaa", "Erster", "drei")
		third.Base, third.Path = first.Base, first.Path
		if w := put(t, target, third); !fault.Is(w.Err, fault.Stale) && !fault.Is(w.Err, fault.Conflict) {
			t.Errorf("error %v", w.Err)
		}
		if now, _ := target.Current(ctx, "aaaaaaaaaa"); !bytes.Equal(now.Markdown, second.Markdown) {
			t.Errorf("now %q", now.Markdown)
		}
	})
	t.Run("equal titles get places of their own", func(t *testing.T) {
		target := open(t)
		a, b := put(t, target, incoming("aaaaaaaaaa", "Gleich", "a")), put(t, target, incoming("bbbbbbbbbb", "Gleich", "b"))
		if a.Err != nil || b.Err != nil || a.Path == b.Path {
			t.Errorf("%+v %+v", a, b)
		}
	})
	t.Run("one refusal does not stop the others", func(t *testing.T) {
		target := open(t)
		put(t, target, incoming("aaaaaaaaaa", "Erster", "alt"))
		written, err := target.Put(ctx, []importer.Incoming{incoming("aaaaaaaaaa", "Erster", "neu"), incoming("bbbbbbbbbb", "Zweiter", "neu")})
		if err != nil || len(written) != 2 || written[0].Err == nil || written[1].Err != nil {
			t.Errorf("%+v, error %v", written, err)
		}
	})
}

// incoming is an article as a run hands it over.
func incoming(id content.ID, title, text string) importer.Incoming {
	return importer.Incoming{
		ID: id, Kind: content.KindStandard, Title: title, AuthorKey: "p-aaaaaaaaaa", Message: title,
		When:     time.Date(2017, 11, 24, 8, 30, 0, 0, time.UTC),
		Markdown: []byte("---\nid: " + string(id) + "\nart: standard\ntitel: " + title + "\n---\n\n" + text + "\n"),
		Attachments: []importer.Attachment{{
			Name: "anlage.txt", Size: 3, SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte("abc"))), nil },
		}},
		Trailers: []content.Trailer{{Key: content.TrailerImportRun, Value: "test"}},
	}
}
