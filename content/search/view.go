package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/blugelabs/bluge"
	blugesearch "github.com/blugelabs/bluge/search"

	"staffelstab/content"
)

// view is one state of the index, ready to be asked: the reader of the library
// and the rows of all articles. Filters, facets and the audience are looked up
// in the rows, which is a hundred times cheaper than in the index.
type view struct {
	generation uint64
	reader     *bluge.Reader
	raw        blugesearch.Reader
	words      *lexicon
	rows       []*row
	heads      []uint64        // number of each article's first document
	ordOf      []int32         // the article of each document, -1: none
	known      map[string]*row // by what the index keeps, so that the next view need not read them again
	synonyms   map[string][]synonym
	scratch    sync.Pool // of *scratch
	users      atomic.Int32
}

// probe gets hold of what a search of the library reads from.
type probe struct {
	bluge.SearchRequest
	reader blugesearch.Reader
}

func (p *probe) Searcher(i blugesearch.Reader, config bluge.Config) (blugesearch.Searcher, error) {
	p.reader = i
	return p.SearchRequest.Searcher(i, config)
}

// newView reads the state of a writer. before may be nil.
func newView(writer *bluge.Writer, words *lexicon, before *view) (*view, error) {
	reader, err := writer.Reader()
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	raw, err := rawReader(reader)
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	v := &view{reader: reader, raw: raw, words: words, known: map[string]*row{}}
	v.users.Store(1)
	var old map[string]*row
	if before != nil {
		old = before.known
	}
	if err := v.readRows(old); err != nil {
		v.release()
		return nil, fmt.Errorf("search: %w", err)
	}
	return v, nil
}

func (v *view) readRows(old map[string]*row) error {
	values, err := v.raw.DocumentValueReader([]string{fieldRow})
	if err != nil {
		return err
	}
	end := uint64(0)
	err = v.each(fieldType, typeHead, func(number uint64) error {
		var r *row
		var bad error
		if err := values.VisitDocumentValues(number, func(_ string, data []byte) {
			if r = old[string(data)]; r == nil {
				r = &row{}
				bad = json.Unmarshal(data, r)
			}
			v.known[string(data)] = r
		}); err != nil {
			return err
		}
		if bad != nil || r == nil {
			return fmt.Errorf("an article without its row: %w", bad)
		}
		v.rows, v.heads = append(v.rows, r), append(v.heads, number)
		end = max(end, number+uint64(r.Sections)+1)
		return nil
	})
	if err != nil {
		return err
	}
	v.ordOf = make([]int32, end)
	for i := range v.ordOf {
		v.ordOf[i] = -1
	}
	for ord, r := range v.rows {
		for n := range uint64(r.Sections) + 1 {
			v.ordOf[v.heads[ord]+n] = int32(ord)
		}
	}
	v.synonyms = synonymsOf(v.rows)
	return nil
}

// each calls visit for every document with a term.
func (v *view) each(field, term string, visit func(number uint64) error) error {
	list, err := v.raw.PostingsIterator([]byte(term), field, false, false, false)
	if err != nil {
		return err
	}
	defer list.Close()
	for {
		p, err := list.Next()
		if err != nil || p == nil {
			return err
		}
		if err := visit(p.Number()); err != nil {
			return err
		}
	}
}

// release ends one use; the last one closes the reader.
func (v *view) release() {
	if v.users.Add(-1) == 0 {
		_ = v.reader.Close() // nothing was written
	}
}

func rawReader(reader *bluge.Reader) (blugesearch.Reader, error) {
	none := &probe{SearchRequest: bluge.NewTopNSearch(1, bluge.NewMatchNoneQuery())}
	if _, err := reader.Search(context.Background(), none); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return none.reader, nil
}

// section reads the n-th section of an article.
func (v *view) section(ord int32, n uint64) (s storedSection, err error) {
	var bad error
	err = v.raw.VisitStoredFields(v.heads[ord]+1+n, func(field string, value []byte) bool {
		switch field {
		case storedHead:
			bad = json.Unmarshal(value, &s)
		case storedText:
			s.Text = string(value)
		}
		return true
	})
	if err == nil {
		err = bad
	}
	return s, err
}

// seenBy marks the articles for an audience.
func (v *view) seenBy(audience []string) []bool {
	out := make([]bool, len(v.rows))
	for i, r := range v.rows {
		for _, token := range r.Audience {
			if slices.Contains(audience, token) {
				out[i] = true
				break
			}
		}
	}
	return out
}

// inForce reports whether the article applies on a day.
func (r *row) inForce(on content.Date) bool {
	return (r.From == "" || r.From <= on) && (r.Until == "" || r.Until >= on) && (r.Superseded == "" || r.Superseded > on)
}
