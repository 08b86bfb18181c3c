package search

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/blugelabs/bluge"
	"github.com/blugelabs/bluge/analysis"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// An article is a block of documents that lie one behind the other, because
// they come in one batch and merging keeps the order: first its head with what
// it is, title and keys, then one for each section with heading and text. A
// section therefore belongs to the head before it, and a block is removed as a
// whole by the article's id in the field block.
//
// Every field of words is there twice: under its name with the words as they
// were written, and with derived with what follows from them, each term with a
// letter before it that tells what it is.
const (
	fieldType  = "type"
	fieldBlock = "block"
	fieldRow   = "row"
	fieldTitle = "title"
	fieldKeys  = "keys"
	fieldHeads = "heads"
	fieldBody  = "body"

	storedHead = "section"
	storedText = "text"

	derived = "~"

	stemTerm = "s"
	rootTerm = "r"
	partTerm = "p"

	typeHead    = "head"
	typeLexicon = "lexicon"
)

// fieldCount is how many fields of words there are.
const fieldCount = 4

// wordFields are the fields of words, in the order of matcher's weights.
func wordFields() [fieldCount]string {
	return [fieldCount]string{fieldTitle, fieldKeys, fieldHeads, fieldBody}
}

// row is what is known of an article without reading it: what a hit shows, what
// filters and the ranking ask. Every view of the index has the rows in memory.
type row struct {
	ID         content.ID
	Title      string
	Number     string          `json:",omitempty"`
	Kind       content.Kind    `json:",omitempty"`
	Department string          `json:",omitempty"`
	Binding    content.Binding `json:",omitempty"`
	From       content.Date    `json:",omitempty"`
	Until      content.Date    `json:",omitempty"`
	Superseded content.Date    `json:",omitempty"`
	Due        content.Date    `json:",omitempty"`
	Changed    content.Date    `json:",omitempty"`
	Author     string          `json:",omitempty"`
	Helpful    int             `json:",omitempty"`
	Audience   []string        `json:",omitempty"`
	Topics     []string        `json:",omitempty"`
	Synonyms   [][]string      `json:",omitempty"`
	Sections   int
	Words      [4]int // about, in each of the fields
}

// storedSection is what a snippet needs. Its text is kept beside it as it is,
// single-spaced: most of the time of a search went into reading it.
type storedSection struct {
	Anchor string
	Path   []string
	File   string `json:",omitempty"`
	Text   string `json:"-"`
}

// blockOf names the documents of an article.
type blockOf content.ID

func (b blockOf) Field() string { return fieldBlock }
func (b blockOf) Term() []byte  { return []byte(b) }

// wordsIn is about how many words a text has; the ranking needs no more.
func wordsIn(text string) int { return len(text)/7 + 1 }

// writer makes documents of articles.
type writer struct {
	words *lexicon
	// cuts remembers how words were split while many texts are written, for the
	// same words come again and again; nil: not.
	cuts *sync.Map
}

// split is the lexicon's, remembered.
func (w writer) split(word string) []part {
	if w.cuts == nil {
		return w.words.split(word)
	}
	if parts, ok := w.cuts.Load(word); ok {
		return parts.([]part)
	}
	parts := w.words.split(word)
	w.cuts.Store(word, parts)
	return parts
}

// block makes the documents of an article.
func (w writer) block(d content.IndexDocument) ([]*bluge.Document, error) {
	keys := strings.Join(slices.Concat([]string{d.Number}, names(d), d.Keywords, d.Topics), "\n")
	row := row{
		ID: d.ID, Title: d.Title, Number: d.Number, Kind: d.Kind, Department: d.Department, Binding: d.Binding, From: d.ValidFrom, Until: d.ValidUntil,
		Superseded: d.SupersededFrom, Due: d.ReviewDue, Changed: d.Changed, Author: d.Author, Helpful: d.Helpful, Audience: d.Audience, Topics: d.Topics,
		Synonyms: d.Synonyms, Words: [4]int{wordsIn(d.Title), wordsIn(keys), 1, wordsIn(d.Summary)},
	}
	for _, s := range d.Sections {
		row.Words[2] += wordsIn(headOf(s))
		row.Words[3] += wordsIn(s.Text)
	}
	head := &bluge.Document{bluge.NewKeywordField(fieldType, typeHead), bluge.NewKeywordField(fieldBlock, string(d.ID))}
	w.addWords(head, fieldTitle, d.Title)
	w.addWords(head, fieldKeys, keys)
	w.addWords(head, fieldBody, d.Summary)
	out := []*bluge.Document{head}
	for _, s := range d.Sections {
		data, err := json.Marshal(storedSection{Anchor: s.Anchor, Path: s.Path, File: s.File})
		if err != nil {
			return nil, err
		}
		for n, text := range stretches(s.Text) {
			doc := &bluge.Document{
				bluge.NewKeywordField(fieldBlock, string(d.ID)), bluge.NewStoredOnlyField(storedHead, data), bluge.NewStoredOnlyField(storedText, singleSpaced(text)),
			}
			if n == 0 {
				w.addWords(doc, fieldHeads, headOf(s))
			}
			w.addWords(doc, fieldBody, text)
			out = append(out, doc)
		}
	}
	row.Sections = len(out) - 1
	data, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	head.AddField(bluge.NewKeywordFieldBytes(fieldRow, data).Aggregatable())
	return out, nil
}

// longestStretch is how many bytes of a section are one document. Tables in
// annexes have hundreds of thousands under one heading; a hit in such a section
// opens at the heading, but shows the stretch that answers.
const longestStretch = 8 << 10

// stretches cuts the text of a section at ends of lines, else at blanks, so that
// few phrases are cut. Of an empty one it is the empty text.
func stretches(text string) []string {
	var out []string
	for len(text) > longestStretch {
		end := strings.LastIndexByte(text[:longestStretch], '\n')
		if end < longestStretch/2 {
			end = strings.LastIndexByte(text[:longestStretch], ' ')
		}
		if end < longestStretch/2 { // no words at all
			for end = longestStretch; !utf8.RuneStart(text[end]); end-- {
			}
		}
		out, text = append(out, text[:end]), text[end:]
	}
	return append(out, text)
}

// names are what a text is called in the brackets of its title or of a first
// heading that repeats it.
func names(d content.IndexDocument) []string {
	out := namesIn(d.Title)
	for _, s := range d.Sections[:min(len(d.Sections), 2)] {
		if len(s.Path) == 1 && s.File == "" {
			out = append(out, namesIn(s.Path[0])...)
		}
	}
	return out
}

// namesIn are the names a title gives in brackets, as those of laws and rules
// do: "Verordnung über … (Fahrerlaubnis-Verordnung – FeV)".
func namesIn(title string) []string {
	var out []string
	for rest := title; ; {
		_, after, ok := strings.Cut(rest, "(")
		if !ok {
			return out
		}
		name, tail, _ := strings.Cut(after, ")")
		out, rest = append(out, name), tail
	}
}

func singleSpaced(text string) []byte { return []byte(strings.Join(strings.Fields(text), " ")) }

func headOf(s content.IndexSection) string {
	if len(s.Path) == 0 {
		return ""
	}
	return s.Path[len(s.Path)-1]
}

// public reports whether everybody may see an article. Only of such texts the
// lexicon learns: what it knows changes how everybody's queries are understood,
// and must not tell what stands in texts some may not see.
func public(d content.IndexDocument) bool { return slices.Contains(d.Audience, account.Everyone) }

// texts are all words of an article, for the lexicon.
func texts(d content.IndexDocument) []string {
	out := append([]string{d.Title, d.Summary}, d.Keywords...)
	out = append(out, d.Topics...)
	for _, s := range d.Sections {
		out = append(out, headOf(s), s.Text)
	}
	return out
}

// addWords adds both fields of a text. The library analyses documents on all
// processors, so that cutting and splitting is left to that moment.
func (w writer) addWords(doc *bluge.Document, name, text string) {
	if text == "" {
		return
	}
	cut := sync.OnceValues(func() (written, follow analysis.TokenStream) { return w.terms(text) })
	doc.AddField(bluge.NewTextField(name, "").WithAnalyzer(analyzerFunc(func() analysis.TokenStream { written, _ := cut(); return written })).SearchTermPositions())
	doc.AddField(bluge.NewTextField(name+derived, "").WithAnalyzer(analyzerFunc(func() analysis.TokenStream { _, follow := cut(); return follow })))
}

// analyzerFunc is a field's analysis that was prepared from the text itself.
type analyzerFunc func() analysis.TokenStream

// Analyze implements bluge.Analyzer.
func (f analyzerFunc) Analyze([]byte) analysis.TokenStream { return f() }

// terms are the words of a text as written, with positions for phrases, and the
// terms that follow from them.
func (w writer) terms(text string) (written, follow analysis.TokenStream) {
	tokens := w.words.tokenize(text)
	written = make(analysis.TokenStream, 0, len(tokens))
	follow = make(analysis.TokenStream, 0, len(tokens)*2)
	add := func(prefix, term string) {
		follow = append(follow, &analysis.Token{Term: []byte(prefix + term), PositionIncr: 1})
	}
	splits := map[string][]part{}
	derive := func(t token) {
		if t.stop {
			return
		}
		add(stemTerm, t.stem)
		if t.root != t.stem {
			add(rootTerm, t.root)
		}
		parts, known := splits[t.exact]
		if !known {
			parts = w.split(t.exact)
			splits[t.exact] = parts
		}
		subterms(t.exact, parts, func(term string) { add(partTerm, term) })
	}
	for _, t := range tokens {
		written = append(written, &analysis.Token{Start: t.start, End: t.end, Term: []byte(t.exact), PositionIncr: 1})
		derive(t)
	}
	for _, t := range extras(text, tokens, false) {
		// It stands at the place of the last word, after it: no phrase begins here.
		written = append(written, &analysis.Token{Start: t.start, End: t.end, Term: []byte(t.exact), PositionIncr: 1})
		derive(t)
	}
	return written, follow
}

// lexiconDocument keeps words of the lexicon with the index they belong to.
func lexiconDocument(lines string) *bluge.Document {
	return &bluge.Document{bluge.NewKeywordField(fieldType, typeLexicon), bluge.NewStoredOnlyField("words", []byte(lines))}
}
