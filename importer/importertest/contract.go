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
	t.Run("what was written before is found", func(t *testing.T) {
		target := open(t)
		first := incoming("aaaaaaaaaa", "Erster", "eins")
		put(t, target, first)
		current, _ := target.Current(ctx, "aaaaaaaaaa")
		second := incoming("aaaaaaaaaa", "Erster", "zwei")
		second.Base, second.Path = current.Base, current.Path
		put(t, target, second)
		for want, words := range map[string][]byte{string(first.Markdown): []byte("eins"), string(second.Markdown): []byte("e")} {
			got, err := target.Former(ctx, "aaaaaaaaaa", func(text []byte) bool { return bytes.Contains(text, words) })
			if err != nil || string(got) != want {
				t.Errorf("the newest with %q is %q, error %v", words, got, err)
			}
		}
		if _, err := target.Former(ctx, "aaaaaaaaaa", func([]byte) bool { return false }); !fault.Is(err, fault.NotFound) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("the same state is proposed once", func(t *testing.T) {
		target := open(t)
		base := incoming("aaaaaaaaaa", "Erster", "eins\n\nzwei\n\ndrei")
		put(t, target, base)
		current, _ := target.Current(ctx, "aaaaaaaaaa")
		people := incoming("aaaaaaaaaa", "Erster", "eins\n\nzwei\n\ndrei, von Hand")
		people.Base, people.Path = current.Base, current.Path
		put(t, target, people)
		newer := incoming("aaaaaaaaaa", "Erster", "eins, neu\n\nzwei\n\ndrei")
		newer.Stand = "v1-a"
		first, err := target.Propose(ctx, newer, base.Markdown)
		if err != nil || first == "" {
			t.Fatalf("%q, error %v", first, err)
		}
		if again, err := target.Propose(ctx, newer, base.Markdown); err != nil || again != first {
			t.Errorf("%q, error %v", again, err)
		}
		if now, _ := target.Current(ctx, "aaaaaaaaaa"); !bytes.Equal(now.Markdown, people.Markdown) {
			t.Errorf("proposing changes the article: %q", now.Markdown)
		}
		people.Stand = "v1-b"
		if nothing, err := target.Propose(ctx, people, base.Markdown); err != nil || nothing != "" {
			t.Errorf("what the article says already is proposed: %q, error %v", nothing, err)
		}
	})
	t.Run("articles of a database are known", func(t *testing.T) {
		target := open(t)
		for n, id := range []content.ID{"aaaaaaaaaa", "bbbbbbbbbb"} {
			put(t, target, imported(id, "C1257A3B0041234"+string(rune('5'+n))))
		}
		var got []importer.Known
		for k, err := range target.Known(ctx, "C1257A3B00412345") {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, k)
		}
		if len(got) != 1 || got[0].ID != "aaaaaaaaaa" || got[0].Key != (importer.Key{ReplicaID: "C1257A3B00412345", UNID: unid}) || got[0].Title != "Erster" || got[0].Path == "" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("an article that became one with another goes, and may come back", func(t *testing.T) {
		target := open(t)
		put(t, target, incoming("aaaaaaaaaa", "Erster", "eins"))
		current, _ := target.Current(ctx, "aaaaaaaaaa")
		if err := target.Retire(ctx, importer.Retirement{ID: "aaaaaaaaaa", Base: "another", Message: "x"}); !fault.Is(err, fault.Stale) && !fault.Is(err, fault.Conflict) {
			t.Errorf("error %v", err)
		}
		if err := target.Retire(ctx, importer.Retirement{ID: "aaaaaaaaaa", Base: current.Base, Message: "x"}); err != nil {
			t.Fatal(err)
		}
		if _, err := target.Current(ctx, "aaaaaaaaaa"); !fault.Is(err, fault.NotFound) {
			t.Errorf("error %v", err)
		}
		if w := put(t, target, incoming("aaaaaaaaaa", "Erster", "eins")); w.Err != nil {
			t.Errorf("%+v", w)
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

const unid = "C1257A3B00412345C1257A4C003B0001"

// imported is an article that came from a database.
func imported(id content.ID, replica string) importer.Incoming {
	in := incoming(id, "Erster", "Text "+string(id))
	head := "herkunft:\n  notes:\n    replik: " + replica + "\n    unid: " + unid + "\n---\n\n"
	in.Markdown = bytes.Replace(in.Markdown, []byte("---\n\n"), []byte(head), 1)
	return in
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
