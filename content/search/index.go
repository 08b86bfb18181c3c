// Package search finds texts the way Germans ask for them.
//
// It keeps two kinds of documents in a bluge index: one for each article, which
// is found, counted and ranked, and one for each section, which tells where in
// the article the answer stands. Words are compared folded and stemmed, at
// query time also as parts of longer words and with typing mistakes; what may
// be seen is part of every query.
//
// The index is a cache. It carries a schema stamp and the commit it stands at
// in the same atomic batch as the documents; when either does not fit it is
// built again in a new folder and swapped in. No query can raise an error.
package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/blugelabs/bluge"
	"github.com/blugelabs/bluge/index"

	"staffelstab/content"
)

// schema changes whenever documents or analysis do; an index of another schema
// is built again.
const schema = "3"

const (
	metaKey     = "meta"
	currentFile = "current"
	// rebuildBatch bounds the memory of a rebuild, in articles.
	rebuildBatch = 100
)

// Index is an open search index. It implements content.Index and is safe for
// concurrent use.
type Index struct {
	dir string
	log *slog.Logger

	writing sync.Mutex   // one Apply or Rebuild at a time
	mu      sync.RWMutex // guards what follows against the swap
	writer  *bluge.Writer
	folder  string
	commit  content.Commit
	closed  bool
}

// errClosed answers who writes after the end; the library would wait for ever.
var errClosed = errors.New("search: the index is closed")

// Open opens the index in a folder. One that is missing, damaged or of another
// schema is replaced by an empty one with an empty Commit.
func Open(dir string, log *slog.Logger) (*Index, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	x := &Index{dir: dir, log: log}
	name, err := os.ReadFile(filepath.Join(dir, currentFile))
	if err == nil && x.reopen(filepath.Base(string(name))) {
		return x, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("search: %w", err)
	}
	folder, writer, err := x.fresh()
	if err != nil {
		return nil, err
	}
	x.folder, x.writer = folder, writer
	return x, x.point(folder)
}

// reopen opens an existing index and reports whether it can be used.
func (x *Index) reopen(folder string) (ok bool) {
	defer func() {
		if v := recover(); v != nil { // a damaged segment
			x.log.Warn("search index is damaged and will be built again", "cause", v)
			ok = false
		}
	}()
	if _, err := os.Stat(filepath.Join(x.dir, folder)); err != nil || folder == "." || folder == ".." {
		return false
	}
	writer, err := bluge.OpenWriter(config(filepath.Join(x.dir, folder)))
	if err != nil {
		x.log.Warn("search index cannot be opened and will be built again", "error", err)
		return false
	}
	stamp, commit, err := readMeta(writer)
	if err != nil || stamp != schema {
		x.log.Info("search index has another schema and will be built again", "stamp", stamp, "error", err)
		_ = writer.Close() // it is given up
		return false
	}
	x.writer, x.folder, x.commit = writer, folder, commit
	return true
}

func config(path string) bluge.Config { return bluge.DefaultConfig(path) }

// fresh opens an empty index in a new folder.
func (x *Index) fresh() (string, *bluge.Writer, error) {
	for n := 1; ; n++ {
		folder := strconv.Itoa(n)
		path := filepath.Join(x.dir, folder)
		if folder == x.folder {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return "", nil, fmt.Errorf("search: %w", err)
		}
		writer, err := bluge.OpenWriter(config(path))
		if err != nil {
			return "", nil, fmt.Errorf("search: %w", err)
		}
		return folder, writer, nil
	}
}

// point makes a folder the current one, durably.
func (x *Index) point(folder string) error {
	temp := filepath.Join(x.dir, ".current")
	f, err := os.Create(temp)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	_, err = f.WriteString(folder)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(temp, filepath.Join(x.dir, currentFile))
	}
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return nil
}

// Close closes the index when what is being written is done.
func (x *Index) Close() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	return x.writer.Close()
}

// Commit is the commit the index stands at.
func (x *Index) Commit() content.Commit {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.commit
}

// meta is the stamp inside the index.
type meta struct {
	Schema string
	Commit content.Commit
}

func metaDocument(commit content.Commit) (*bluge.Document, error) {
	data, err := json.Marshal(meta{schema, commit})
	if err != nil {
		return nil, err
	}
	return bluge.NewDocument(metaKey).AddField(bluge.NewStoredOnlyField("meta", data)), nil
}

func readMeta(writer *bluge.Writer) (string, content.Commit, error) {
	reader, err := writer.Reader()
	if err != nil {
		return "", "", err
	}
	defer reader.Close()
	var m meta
	err = visitOne(context.Background(), reader, metaKey, func(field string, value []byte) error {
		if field == "meta" {
			return json.Unmarshal(value, &m)
		}
		return nil
	})
	return m.Schema, m.Commit, err
}

// visitOne reads the stored fields of a document by its id.
func visitOne(ctx context.Context, reader *bluge.Reader, id string, visit func(string, []byte) error) error {
	matches, err := reader.Search(ctx, bluge.NewTopNSearch(1, bluge.NewTermQuery(id).SetField("_id")))
	if err != nil {
		return err
	}
	match, err := matches.Next()
	if err != nil || match == nil {
		return err
	}
	var visitErr error
	err = match.VisitStoredFields(func(field string, value []byte) bool {
		visitErr = visit(field, value)
		return visitErr == nil
	})
	return errors.Join(err, visitErr)
}

// Apply implements content.Index.
func (x *Index) Apply(ctx context.Context, commit content.Commit, changes []content.IndexChange) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.closed {
		return errClosed
	}
	newest := map[content.ID]content.IndexChange{} // the same id twice in a batch would stay twice
	for _, c := range changes {
		newest[c.ID] = c
	}
	reader, err := x.writer.Reader()
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	defer reader.Close()
	batch := bluge.NewBatch()
	for id, c := range newest {
		before, err := sectionCount(ctx, reader, id)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if err := addChange(batch, id, c, before); err != nil {
			return err
		}
	}
	if err := stamp(batch, commit); err != nil {
		return err
	}
	if err := x.writer.Batch(batch); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.commit = commit
	return nil
}

func stamp(batch *index.Batch, commit content.Commit) error {
	doc, err := metaDocument(commit)
	if err != nil {
		return err
	}
	batch.Update(doc.ID(), doc)
	return nil
}

// sectionCount tells how many sections an article has in the index.
func sectionCount(ctx context.Context, reader *bluge.Reader, id content.ID) (int, error) {
	var s stored
	err := visitOne(ctx, reader, articleKey(id), func(field string, value []byte) error {
		if field == "hit" {
			return json.Unmarshal(value, &s)
		}
		return nil
	})
	return s.Sections, err
}

// addChange replaces an article and removes sections it no longer has.
func addChange(batch *index.Batch, id content.ID, c content.IndexChange, before int) error {
	after := 0
	if !c.Removed && c.Document != nil {
		after = len(c.Document.Sections)
		if err := addDocument(batch, *c.Document); err != nil {
			return err
		}
	} else {
		batch.Delete(bluge.Identifier(articleKey(id)))
	}
	for n := after; n < before; n++ {
		batch.Delete(bluge.Identifier(sectionKey(id, n)))
	}
	return nil
}

func addDocument(batch *index.Batch, d content.IndexDocument) error {
	doc, err := articleDocument(d)
	if err != nil {
		return err
	}
	batch.Update(doc.ID(), doc)
	for n, s := range d.Sections {
		section, err := sectionDocument(d.ID, n, s)
		if err != nil {
			return err
		}
		batch.Update(section.ID(), section)
	}
	return nil
}

// Rebuild implements content.Index.
func (x *Index) Rebuild(ctx context.Context, commit content.Commit, documents iter.Seq2[content.IndexDocument, error]) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.closed {
		return errClosed
	}
	folder, writer, err := x.fresh()
	if err != nil {
		return err
	}
	if err := fill(ctx, writer, commit, documents); err != nil {
		return errors.Join(err, writer.Close(), os.RemoveAll(filepath.Join(x.dir, folder)))
	}
	if err := x.point(folder); err != nil {
		return errors.Join(err, writer.Close())
	}
	x.mu.Lock()
	oldWriter, oldFolder := x.writer, x.folder
	x.writer, x.folder, x.commit = writer, folder, commit
	x.mu.Unlock()
	if err := errors.Join(oldWriter.Close(), os.RemoveAll(filepath.Join(x.dir, oldFolder))); err != nil {
		x.log.Warn("the old search index could not be removed", "error", err)
	}
	return nil
}

func fill(ctx context.Context, writer *bluge.Writer, commit content.Commit, documents iter.Seq2[content.IndexDocument, error]) error {
	batch, seen, size := bluge.NewBatch(), map[content.ID]bool{}, 0
	flush := func() error {
		if err := writer.Batch(batch); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		batch, size = bluge.NewBatch(), 0
		return ctx.Err()
	}
	for d, err := range documents {
		if err != nil {
			return err
		}
		if seen[d.ID] {
			continue
		}
		seen[d.ID] = true
		if err := addDocument(batch, d); err != nil {
			return err
		}
		if size += 1 + len(d.Sections); size >= rebuildBatch*4 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := stamp(batch, commit); err != nil {
		return err
	}
	return flush()
}
