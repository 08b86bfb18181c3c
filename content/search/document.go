package search

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/blugelabs/bluge"

	"staffelstab/content"
)

// An article is one document for finding, counting and ranking, and one for
// each of its sections, which only show where it says so.

func articleKey(id content.ID) string { return "a:" + string(id) }

func sectionKey(id content.ID, n int) string { return "s:" + string(id) + ":" + strconv.Itoa(n) }

// articleOfSection is the article whose section has the key.
func articleOfSection(key string) content.ID {
	id, _, _ := strings.Cut(strings.TrimPrefix(key, "s:"), ":")
	return content.ID(id)
}

// stored is what a hit shows without a look into the database.
type stored struct {
	Kind       content.Kind
	Title      string
	Department string
	Binding    content.Binding
	From       content.Date
	Until      content.Date
	Due        content.Date
	Superseded content.Date
	Sections   int
}

// storedSection is what a snippet needs.
type storedSection struct {
	Anchor string
	Path   []string
	Text   string
	File   string `json:",omitempty"`
}

func text(name, value string, stems bool) *bluge.TermField {
	f := bluge.NewTextField(name, value).WithAnalyzer(analyzer(stems))
	if stems {
		f.SearchTermPositions()
	}
	return f
}

// articleDocument makes the document of an article.
func articleDocument(d content.IndexDocument) (*bluge.Document, error) {
	data, err := json.Marshal(stored{
		Kind: d.Kind, Title: d.Title, Department: d.Department, Binding: d.Binding, From: d.ValidFrom, Until: d.ValidUntil,
		Due: d.ReviewDue, Superseded: d.SupersededFrom, Sections: len(d.Sections),
	})
	if err != nil {
		return nil, err
	}
	var body, heads strings.Builder
	body.WriteString(d.Summary + "\n")
	for _, s := range d.Sections {
		if len(s.Path) > 0 {
			heads.WriteString(s.Path[len(s.Path)-1] + "\n")
		}
		body.WriteString(s.Text + "\n")
	}
	keys := strings.Join(append(append([]string{d.Number}, d.Keywords...), d.Topics...), "\n")
	doc := bluge.NewDocument(articleKey(d.ID)).
		AddField(bluge.NewKeywordField("type", "article")).
		AddField(text("title", d.Title, true)).
		AddField(text("title.exact", d.Title, false)).
		AddField(text("keys", keys, true)).
		AddField(text("heads", heads.String(), true)).
		AddField(text("body", body.String(), true)).
		AddField(text("body.exact", body.String(), false)).
		AddField(bluge.NewKeywordField("kind", string(d.Kind)).Aggregatable()).
		AddField(bluge.NewKeywordField("department", d.Department).Aggregatable()).
		AddField(bluge.NewKeywordField("from", or(string(d.ValidFrom), always))).
		AddField(bluge.NewKeywordField("until", or(string(d.ValidUntil), never))).
		AddField(bluge.NewKeywordField("superseded", or(string(d.SupersededFrom), never))).
		AddField(bluge.NewStoredOnlyField("hit", data))
	for dept := d.Department; dept != ""; dept = parent(dept) {
		doc.AddField(bluge.NewKeywordField("within", dept))
	}
	for _, token := range d.Audience {
		doc.AddField(bluge.NewKeywordField("audience", token))
	}
	for _, topic := range d.Topics {
		doc.AddField(bluge.NewKeywordField("topic", topic).Aggregatable())
	}
	return doc, nil
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func parent(department string) string {
	i := strings.LastIndex(department, "/")
	if i < 0 {
		return ""
	}
	return department[:i]
}

// sectionDocument makes the document of one section.
func sectionDocument(id content.ID, n int, s content.IndexSection) (*bluge.Document, error) {
	data, err := json.Marshal(storedSection{s.Anchor, s.Path, s.Text, s.File})
	if err != nil {
		return nil, err
	}
	head := ""
	if len(s.Path) > 0 {
		head = s.Path[len(s.Path)-1]
	}
	return bluge.NewDocument(sectionKey(id, n)).
		AddField(bluge.NewKeywordField("section-of", string(id))).
		AddField(text("heads", head, true)).
		AddField(text("body", s.Text, true)).
		AddField(text("body.exact", s.Text, false)).
		AddField(bluge.NewStoredOnlyField("section", data)), nil
}
