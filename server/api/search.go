package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// SearchResult is a page of hits.
type SearchResult struct {
	Total      int                     `json:"total" doc:"Articles found"`
	TookMS     float64                 `json:"took_ms" doc:"Time in the index, in milliseconds"`
	DidYouMean string                  `json:"did_you_mean,omitempty" doc:"The whole query with its mistakes mended"`
	Loosened   bool                    `json:"loosened" doc:"Nothing has all the words; the hits have most of them, or similar ones"`
	Words      string                  `json:"words,omitempty" doc:"With filters: what was asked without them"`
	Filters    []TakenFilter           `json:"filters" doc:"Filters that were typed among the words"`
	Hits       []Hit                   `json:"hits"`
	Facets     map[string][]FacetCount `json:"facets" doc:"How many hits have which kind, department, topic and binding; each counted without its own filter"`
	Cursor     string                  `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

// Hit is an article with its best section.
type Hit struct {
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	Number     string        `json:"number,omitempty" doc:"Such as DA-37"`
	Kind       string        `json:"kind"`
	Status     string        `json:"status"`
	Binding    string        `json:"binding,omitempty"`
	Department string        `json:"department,omitempty"`
	Section    []string      `json:"section" doc:"Headings from the outermost to the best section"`
	Anchor     string        `json:"anchor,omitempty"`
	File       string        `json:"file,omitempty" doc:"Name of the attachment the words stand in"`
	URL        string        `json:"url" doc:"Opens at the section"`
	Snippet    []SnippetPart `json:"snippet"`
	Changed    string        `json:"changed,omitempty" doc:"Day of the newest version"`
	Score      float64       `json:"score"`
	Why        *Explanation  `json:"why,omitempty" doc:"With explain: what the score is made of"`
}

// SnippetPart is a piece of text around the words found.
type SnippetPart struct {
	Text  string `json:"text"`
	Match bool   `json:"match"`
}

// TakenFilter is a filter that was typed among the words.
type TakenFilter struct {
	Text string `json:"text" doc:"As typed"`
	Rest string `json:"rest" doc:"The query without it"`
}

// FacetCount is how many hits have a value.
type FacetCount struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// Suggestion completes what is being typed: a text, or a topic.
type Suggestion struct {
	Title  string `json:"title" doc:"Empty for a topic"`
	ID     string `json:"id" doc:"Empty for a topic"`
	Kind   string `json:"kind" doc:"Empty for a topic"`
	Number string `json:"number,omitempty" doc:"Such as DA-37"`
	Status string `json:"status,omitempty" doc:"Missing for a topic; what holds no more stands last"`
	Topic  string `json:"topic,omitempty" doc:"Set: it is a topic and no text"`
}

// Explanation tells what a score is made of: the sum of what the words are
// worth, times every factor.
type Explanation struct {
	Words   []WordWorth `json:"words"`
	Factors []Factor    `json:"factors"`
}

// WordWorth is what one word of the query is worth in a hit.
type WordWorth struct {
	Word  string  `json:"word" doc:"As it was asked"`
	Grade string  `json:"grade" enum:"exact,stem,synonym,root,part,compound,prefix,fuzzy" doc:"How it was found, best first"`
	Field string  `json:"field" enum:"title,keys,heads,body" doc:"Where it is worth most"`
	Worth float64 `json:"worth"`
}

// Factor is what a score is multiplied by.
type Factor struct {
	Name  string  `json:"name" doc:"complete, together, validity, binding, review, helpful or synonyms"`
	Value float64 `json:"value"`
}

// sorts are the orders of hits by their names in an address.
var sorts = map[string]content.SearchSort{
	"relevance": content.SearchByRelevance, "changed": content.SearchByChange, "title": content.SearchByTitle,
}

// maxHits is how deep a search may be leafed through; the index has to hold
// every hit before the page.
const maxHits = 10_000

func (a *API) search() {
	tags := []string{"search"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/search", Tags: tags, Summary: "Search"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Q          string   `query:"q" maxLength:"1000"`
			Kind       []string `query:"kind"`
			Department []string `query:"department"`
			Topic      []string `query:"topic"`
			Binding    []string `query:"binding" enum:"ja,nein,ungeprüft" doc:"Whether it binds the administration"`
			Valid      bool     `query:"valid" doc:"Only what is in force today"`
			Sort       string   `query:"sort" enum:"relevance,changed,title" default:"relevance" doc:"changed: the newest first"`
			Typing     bool     `query:"typing" doc:"The last word may be unfinished"`
			Explain    bool     `query:"explain" doc:"Tell why each hit stands where it stands; for those who tend texts"`
			Limit      int      `query:"limit" minimum:"1" maximum:"100" default:"20"`
			Offset     int      `query:"offset" minimum:"0" maximum:"10000"`
			Cursor     string   `query:"cursor" maxLength:"40"`
		}) (*struct{ Body SearchResult }, error) {
			start, err := startOf(in.Cursor, in.Offset, maxHits)
			if err != nil {
				return nil, err
			}
			q := content.Query{
				Text: in.Q, Departments: in.Department, Topics: in.Topic, InForce: in.Valid, Limit: in.Limit, Offset: start,
				Sort: sorts[in.Sort], Typing: in.Typing,
			}
			for _, k := range in.Kind {
				q.Kinds = append(q.Kinds, content.Kind(k))
			}
			for _, b := range in.Binding {
				q.Bindings = append(q.Bindings, content.Binding(b))
			}
			search := a.Library.Search
			if in.Explain {
				search = a.Library.ExplainSearch
			}
			result, err := search(ctx, actor, q)
			if err != nil {
				return nil, err
			}
			out := a.searchResult(result)
			out.Cursor = nextOf(start, len(out.Hits), out.Total, maxHits)
			return &struct{ Body SearchResult }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/suggest", Tags: tags, Summary: "Complete titles, numbers and topics while typing"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Q     string `query:"q" maxLength:"200"`
			Limit int    `query:"limit" minimum:"1" maximum:"20" default:"8"`
		}) (*struct{ Body []Suggestion }, error) {
			list, err := a.Library.Suggest(ctx, actor, in.Q, in.Limit)
			if err != nil {
				return nil, err
			}
			out := make([]Suggestion, len(list))
			for i, s := range list {
				out[i] = Suggestion{Title: s.Title, ID: string(s.ID), Kind: string(s.Kind), Number: s.Number, Status: string(s.Status), Topic: s.Topic}
			}
			return &struct{ Body []Suggestion }{out}, nil
		})
}

// OwnThings is what belongs to the caller alone and has the words of a search.
type OwnThings struct {
	Drafts     []OwnThing `json:"drafts"`
	Proposals  []OwnThing `json:"proposals" doc:"Nothing is decided about them"`
	Favourites []OwnThing `json:"favourites"`
	Questions  []OwnThing `json:"questions" doc:"The title is the question"`
}

// OwnThing is a draft, proposal, favourite or question.
type OwnThing struct {
	ID      string `json:"id,omitempty" doc:"Of the proposal or question; missing for others"`
	Article string `json:"article,omitempty" doc:"The text it is about; missing for a draft of a new one"`
	Title   string `json:"title"`
}

// SearchGap is what people searched for without opening anything.
type SearchGap struct {
	Text  string `json:"text" doc:"In lower case, umlauts written out"`
	Times int    `json:"times" doc:"People and days within 90 days"`
	Empty int    `json:"empty" doc:"Of them without a hit"`
	Last  string `json:"last" doc:"Day"`
	Hits  int    `json:"hits" doc:"Texts the caller would find today"`
}

// SearchGapList is one page of gaps.
type SearchGapList struct {
	Items  []SearchGap `json:"items"`
	Total  int         `json:"total" doc:"Of all pages"`
	Cursor string      `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

// ownOfEach is how many things of each kind a search offers.
const ownOfEach = 20

func (a *API) aroundSearch() {
	tags := []string{"search"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/search/own", Tags: tags, Summary: "Search in what is one's own"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Q string `query:"q" maxLength:"1000"`
		}) (*struct{ Body OwnThings }, error) {
			own, err := a.Library.Own(ctx, actor, in.Q, ownOfEach)
			if err != nil {
				return nil, err
			}
			out := OwnThings{[]OwnThing{}, []OwnThing{}, []OwnThing{}, []OwnThing{}}
			for _, d := range own.Drafts {
				out.Drafts = append(out.Drafts, OwnThing{Article: string(d.Article), Title: d.Title})
			}
			for _, p := range own.Proposals {
				out.Proposals = append(out.Proposals, OwnThing{string(p.ID), string(p.Article), p.Title})
			}
			for _, f := range own.Favourites {
				out.Favourites = append(out.Favourites, OwnThing{Article: string(f.ID), Title: f.Title})
			}
			for _, c := range own.Questions {
				out.Questions = append(out.Questions, OwnThing{string(c.ID), string(c.Article), c.Text})
			}
			return &struct{ Body OwnThings }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/search/gaps", Tags: tags, Summary: "What people search for and do not find"},
		func(ctx context.Context, actor account.Actor, in *tendInput) (*struct{ Body SearchGapList }, error) {
			start, err := startOf(in.Cursor, 0, maxOffset)
			if err != nil {
				return nil, err
			}
			found, total, err := a.Library.SearchGaps(ctx, actor, in.Department, in.Limit, start)
			if err != nil {
				return nil, err
			}
			out := SearchGapList{Items: []SearchGap{}, Total: total, Cursor: nextOf(start, len(found), total, maxOffset)}
			for _, g := range found {
				out.Items = append(out.Items, SearchGap{g.Text, g.Times, g.Empty, string(g.Last), g.Hits})
			}
			return &struct{ Body SearchGapList }{out}, nil
		})
}

func (a *API) searchResult(r content.SearchResult) SearchResult {
	out := SearchResult{
		Total: r.Total, TookMS: float64(r.Took.Microseconds()) / 1000, DidYouMean: r.DidYouMean, Loosened: r.Loosened,
		Filters: []TakenFilter{}, Hits: []Hit{}, Facets: map[string][]FacetCount{},
	}
	if len(r.Filters) > 0 {
		out.Words = r.Words
	}
	for _, f := range r.Filters {
		out.Filters = append(out.Filters, TakenFilter(f))
	}
	for name, counts := range r.Facets {
		list := make([]FacetCount, len(counts))
		for i, c := range counts {
			list[i] = FacetCount(c)
		}
		out.Facets[name] = list
	}
	for _, h := range r.Hits {
		hit := Hit{
			ID: string(h.ID), Title: h.Title, Number: h.Number, Changed: string(h.Changed), Why: explanation(h.Why), Kind: string(h.Kind), Binding: string(h.Binding), Department: h.Department,
			Status:  string(content.StatusOfHit(h, a.Library.Today())),
			Section: orEmpty(h.Section), Anchor: h.Anchor, File: h.File, URL: content.Address(h.ID), Score: h.Score, Snippet: []SnippetPart{},
		}
		if h.Anchor != "" {
			hit.URL += "#" + h.Anchor
		}
		for _, p := range h.Snippet {
			hit.Snippet = append(hit.Snippet, SnippetPart(p))
		}
		out.Hits = append(out.Hits, hit)
	}
	return out
}

func explanation(why *content.Explanation) *Explanation {
	if why == nil {
		return nil
	}
	out := &Explanation{Words: []WordWorth{}, Factors: []Factor{}}
	for _, w := range why.Words {
		out.Words = append(out.Words, WordWorth{w.Word, string(w.Grade), w.Field, w.Worth})
	}
	for _, f := range why.Factors {
		out.Factors = append(out.Factors, Factor(f))
	}
	return out
}
