// Command bleve answers questions with bleve, a peer of package search in
// `make bench`. It is a module of its own, because bleve raises libraries that
// bluge is built on.
//
// It reads JSON values from standard input: sections, then one with "end", then
// questions, and answers the end and each question with one JSON value.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/de" // the analyzer "de"
	"github.com/blevesearch/bleve/v2/search/query"
)

// section is what the index holds.
type section struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Heading string `json:"heading"`
	Body    string `json:"body"`
}

// message is one value of the input.
type message struct {
	section
	End   bool   `json:"end"`
	Text  string `json:"text"` // a question
	Limit int    `json:"limit"`
}

// answer are the names of the best texts.
type answer struct {
	Names []string `json:"names"`
}

const batchSize = 500

func main() {
	if err := run(os.Args[1], os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(folder string, in io.Reader, out io.Writer) error {
	mapping := bleve.NewIndexMapping()
	mapping.DefaultAnalyzer = "de"
	index, err := bleve.New(folder, mapping)
	if err != nil {
		return err
	}
	messages, answers, batch, n := json.NewDecoder(in), json.NewEncoder(out), index.NewBatch(), 0
	for {
		var m message
		if err := messages.Decode(&m); errors.Is(err, io.EOF) {
			return index.Close()
		} else if err != nil {
			return err
		}
		switch {
		case m.Text != "":
			names, err := ask(index, m.Text, m.Limit)
			if err != nil {
				return err
			}
			if err := answers.Encode(answer{names}); err != nil {
				return err
			}
		case m.End:
			if err := errors.Join(index.Batch(batch), answers.Encode(answer{})); err != nil {
				return err
			}
		default:
			n++
			if err := batch.Index(number(n), m.section); err != nil {
				return err
			}
			if batch.Size() == batchSize {
				if err := index.Batch(batch); err != nil {
					return err
				}
				batch.Reset()
			}
		}
	}
}

func number(n int) string {
	digits := []byte("00000000")
	for i := len(digits) - 1; n > 0; i, n = i-1, n/10 {
		digits[i] = byte('0' + n%10)
	}
	return string(digits)
}

// ask looks for any of the words, the title ten times, the heading five times,
// and reads the snippets of the best section of each text.
func ask(index bleve.Index, text string, limit int) ([]string, error) {
	words := strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
	var fields []query.Query
	for field, boost := range map[string]float64{"title": 10, "heading": 5, "body": 1} {
		match := bleve.NewMatchQuery(words)
		match.SetField(field)
		match.SetBoost(boost)
		fields = append(fields, match)
	}
	request := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(fields...), limit*10, 0, false)
	request.Fields = []string{"name"}
	request.Highlight = bleve.NewHighlight()
	request.Highlight.Fields = []string{"body"}
	found, err := index.Search(request)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, hit := range found.Hits {
		if name, _ := hit.Fields["name"].(string); len(names) < limit && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}
