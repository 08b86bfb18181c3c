// Package search finds texts the way Germans ask for them.
//
// It keeps its terms in a bluge index and reads them itself. An article is a
// block of documents, one for each section (document.go). A word is kept as it
// was written, by its stem and its root, and by the parts of the compound it is,
// which are told by a lexicon learned from the texts (lexicon.go, analysis.go).
// A query is matched word by word from exact to similar (query.go, match.go); an
// article is worth the sum of its words, the section with most of them is what
// the hit opens at (search.go, snippet.go).
//
// What may be seen is part of every query: hits, counts, facets, suggestions and
// mended mistakes come from texts the audience may see, and whether the search
// softens depends on nothing else.
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
const schema = "6"

const (
	metaKey     = "meta"
	currentFile = "current"
	// rebuildBatch bounds the memory of a rebuild, in documents.
	rebuildBatch = 1000
	// lexiconPiece is how many words one document of the lexicon has.
	lexiconPiece = 5000
)

// Index is an open search index. It implements content.Index and is safe for
// concurrent use.
type Index struct {
	dir string
	log *slog.Logger

	writing sync.Mutex   // one Apply or Rebuild at a time
	mu      sync.RWMutex // guards what follows against the swap
	writer  *bluge.Writer
	words   *lexicon
	folder  string
	commit  content.Commit
	closed  bool
	state   uint64 // counts what was written, see view

	viewing sync.Mutex // guards current
	current *view      // nil: none was asked for yet
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
	x.folder, x.writer, x.words = folder, writer, newLexicon()
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
		if stamp != "" || err != nil { // not of a folder without an index
			x.log.Info("search index has another schema and will be built again", "stamp", stamp, "error", err)
		}
		_ = writer.Close() // it is given up
		return false
	}
	words, err := readLexicon(writer)
	if err == nil {
		x.writer, x.words = writer, words
		var v *view
		if v, err = newView(writer, words, nil); err == nil {
			x.current = v
		}
	}
	if err != nil {
		x.log.Warn("search index cannot be read and will be built again", "error", err)
		_ = writer.Close() // it is given up
		return false
	}
	x.folder, x.commit = folder, commit
	return true
}

// readLexicon reads the words that lie in the index.
func readLexicon(writer *bluge.Writer) (*lexicon, error) {
	reader, err := writer.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	raw, err := rawReader(reader)
	if err != nil {
		return nil, err
	}
	words := newLexicon()
	v := &view{raw: raw}
	return words, v.each(fieldType, typeLexicon, func(number uint64) error {
		return raw.VisitStoredFields(number, func(field string, value []byte) bool {
			if field == "words" {
				words.read(string(value))
			}
			return true
		})
	})
}

// view returns the present state. The caller releases it.
func (x *Index) view() (*view, error) {
	x.viewing.Lock()
	defer x.viewing.Unlock()
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, errClosed
	}
	if x.current == nil || x.current.generation != x.state {
		fresh, err := newView(x.writer, x.words, x.current)
		if err != nil {
			return nil, err
		}
		fresh.generation = x.state
		if x.current != nil {
			x.current.release()
		}
		x.current = fresh
	}
	x.current.users.Add(1)
	return x.current, nil
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
	x.viewing.Lock()
	defer x.viewing.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	if x.current != nil {
		x.current.release()
		x.current = nil
	}
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
	// The library wants every segment to have the fields by which documents are removed.
	return bluge.NewDocument(metaKey).AddField(bluge.NewStoredOnlyField("meta", data)).AddField(bluge.NewKeywordField(fieldBlock, "")), nil
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
	batch := bluge.NewBatch()
	w := writer{words: x.words}
	for id, c := range newest {
		batch.Delete(blockOf(id))
		if c.Removed || c.Document == nil {
			continue
		}
		if public(*c.Document) {
			if added := x.words.add(texts(*c.Document)); added != "" {
				batch.Insert(lexiconDocument(added))
			}
		}
		if _, err := w.add(batch, *c.Document); err != nil {
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
	x.state++
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

// add puts the documents of an article into a batch, one behind the other, and
// returns how many they are.
func (w writer) add(batch *index.Batch, d content.IndexDocument) (int, error) {
	block, err := w.block(d)
	if err != nil {
		return 0, err
	}
	for _, doc := range block {
		batch.Insert(doc)
	}
	return len(block), nil
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
	words, err := x.fill(ctx, writer, commit, documents)
	if err == nil {
		err = x.point(folder)
	}
	if err != nil {
		return errors.Join(err, writer.Close(), os.RemoveAll(filepath.Join(x.dir, folder)))
	}
	x.mu.Lock()
	oldWriter, oldFolder := x.writer, x.folder
	x.writer, x.folder, x.commit, x.words = writer, folder, commit, words
	x.state++
	x.mu.Unlock()
	if err := errors.Join(oldWriter.Close(), os.RemoveAll(filepath.Join(x.dir, oldFolder))); err != nil {
		x.log.Warn("the old search index could not be removed", "error", err)
	}
	// The view of the old index would keep its files, and what was redacted in
	// them, until somebody searches.
	if v, err := x.view(); err == nil {
		v.release()
	}
	return nil
}

// fill reads the documents once to learn their words, keeping them in a file,
// and then writes them with the words known.
func (x *Index) fill(ctx context.Context, out *bluge.Writer, commit content.Commit, documents iter.Seq2[content.IndexDocument, error]) (*lexicon, error) {
	words := newLexicon()
	kept, err := newSpool(x.dir)
	if err != nil {
		return nil, err
	}
	defer kept.remove()
	seen := map[content.ID]bool{}
	for d, err := range documents {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		if seen[d.ID] {
			continue
		}
		seen[d.ID] = true
		if public(d) {
			for _, text := range texts(d) {
				words.learn(text)
			}
		}
		if err := kept.put(d); err != nil {
			return nil, err
		}
	}
	return words, writeAll(ctx, out, commit, words, kept)
}

func writeAll(ctx context.Context, out *bluge.Writer, commit content.Commit, words *lexicon, kept *spool) error {
	batch, size := bluge.NewBatch(), 0
	flush := func() error {
		if err := out.Batch(batch); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		batch, size = bluge.NewBatch(), 0
		return ctx.Err()
	}
	w := writer{words, new(sync.Map)}
	for d, err := range kept.all() {
		if err != nil {
			return err
		}
		n, err := w.add(batch, d)
		if err != nil {
			return err
		}
		if size += n; size >= rebuildBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := words.lines(lexiconPiece, func(piece string) error { batch.Insert(lexiconDocument(piece)); return nil }); err != nil {
		return err
	}
	if err := stamp(batch, commit); err != nil {
		return err
	}
	return flush()
}
