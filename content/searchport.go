package content

import (
	"context"
	"iter"
	"time"
)

// Index is the search engine. It is a cache: everything in it can be built
// again from the repository.
type Index interface {
	// Commit is the commit the index stands at; empty means it has to be built.
	Commit() Commit
	// Apply replaces or removes whole articles and stamps the index with the
	// commit in the same atomic step.
	Apply(ctx context.Context, commit Commit, changes []IndexChange) error
	// Rebuild fills a new index from the stream and swaps it in; the old one
	// answers meanwhile.
	Rebuild(ctx context.Context, commit Commit, documents iter.Seq2[IndexDocument, error]) error
	Search(ctx context.Context, q Query) (SearchResult, error)
	Suggest(ctx context.Context, prefix string, audience []string, limit int) ([]Suggestion, error)
}

// IndexChange is a new state of one article in the index.
type IndexChange struct {
	ID       ID
	Removed  bool
	Document *IndexDocument // nil when removed
}

// IndexDocument is what the index knows about an article.
type IndexDocument struct {
	ID             ID
	Kind           Kind
	Title          string
	Summary        string
	Department     string
	Number         string
	Binding        Binding
	Topics         []string
	Keywords       []string
	Audience       []string // tokens
	ValidFrom      Date
	ValidUntil     Date
	ReviewDue      Date
	SupersededFrom Date // first day another text has its place; empty: none
	Changed        Date
	Author         string     // pseudonym of who changed it last
	Helpful        int        // how many people it helped; 0 below helpfulFrom
	Synonyms       [][]string // groups of words that mean the same, of the text that keeps them
	Sections       []IndexSection
}

// IndexSection is a heading with the text up to the next heading.
type IndexSection struct {
	File   string   // the attachment the words stand in; empty for the text itself
	Anchor string   // fragment of the heading in the rendered page; empty before the first
	Path   []string // headings from the outermost to this one
	Text   string
}

// Query asks the index. Text is what a person typed.
type Query struct {
	Text        string
	Kinds       []Kind
	Departments []string
	Topics      []string
	Bindings    []Binding
	Authors     []string // pseudonyms of who changed it last; nil: anybody
	Without     Attributes
	InForce     bool // leave out what is expired, superseded or not yet valid
	On          Date // the day InForce refers to
	Sort        SearchSort
	Typing      bool // the last word may be unfinished
	Explain     bool // tell why each hit stands where it stands
	Audience    []string
	Limit       int
	Offset      int
}

// Attributes are what no hit of a query may have: it leaves out a text that has
// one of them.
type Attributes struct {
	Kinds       []Kind
	Departments []string
	Topics      []string
	Bindings    []Binding
	Authors     []string
}

// SearchSort orders hits.
type SearchSort string

// The orders of hits.
const (
	SearchByRelevance SearchSort = ""
	SearchByChange    SearchSort = "changed" // newest first
	SearchByTitle     SearchSort = "title"
)

// SearchResult is a page of hits. Total counts articles, not sections.
type SearchResult struct {
	Total      int
	Took       time.Duration
	Hits       []Hit
	Facets     map[string][]FacetCount // "kind", "department", "topic", "binding"; each without its own filter
	Words      string                  // what was asked without the filters typed among it
	Filters    []TakenFilter           // those filters
	DidYouMean string                  // the whole query with its mistakes mended
	Loosened   bool                    // nothing has all the words: hits have most of them, or similar ones
}

// TakenFilter is a filter that was typed among the words of a query.
type TakenFilter struct {
	Text string // as typed
	Rest string // the query without it
}

// FacetCount is how many hits have a value, or would have it if the query did
// not ask for other values.
type FacetCount struct {
	Value string
	Count int
}

// Hit is an article with its best section.
type Hit struct {
	ID             ID
	Kind           Kind
	Title          string
	Department     string
	Binding        Binding
	Section        []string // heading path of the best section
	Anchor         string
	File           string // the attachment the best section stands in
	Snippet        []SnippetPart
	Score          float64
	ValidFrom      Date
	ValidUntil     Date
	ReviewDue      Date
	SupersededFrom Date // first day another text has its place; empty: none
	Number         string
	Changed        Date
	Why            *Explanation // with Query.Explain
}

// Explanation tells why a hit has its score: the sum of what its words are
// worth, times every factor.
type Explanation struct {
	Words   []WordWorth
	Factors []Factor
}

// WordWorth is what one word of the query is worth in a hit.
type WordWorth struct {
	Word  string // as it was asked
	Grade MatchGrade
	Field string // "title", "keys", "heads" or "body", where it is worth most
	Worth float64
}

// MatchGrade tells how a word of the query was found.
type MatchGrade string

// The grades, best first.
const (
	MatchExact    MatchGrade = "exact"    // as written
	MatchStem     MatchGrade = "stem"     // with another ending
	MatchSynonym  MatchGrade = "synonym"  // by a word that means the same
	MatchRoot     MatchGrade = "root"     // by a word of the same family
	MatchPart     MatchGrade = "part"     // inside a compound
	MatchCompound MatchGrade = "compound" // by the parts of the compound that was asked for
	MatchPrefix   MatchGrade = "prefix"   // by a word that begins so
	MatchFuzzy    MatchGrade = "fuzzy"    // by a similar word
)

// Factor is what a score is multiplied by: "complete" (words are missing),
// "together" (they stand in one section), "validity", "binding", "review",
// "helpful" or "synonyms" (it is the text that lists them).
type Factor struct {
	Name  string
	Value float64
}

// SnippetPart is a piece of a snippet, highlighted or not.
type SnippetPart struct {
	Text  string
	Match bool
}

// Suggestion is an article whose title or number fits what is being typed, or
// a topic.
type Suggestion struct {
	ID     ID
	Kind   Kind
	Title  string
	Number string
	Status Status // told by the library; the index does not know the day
	Topic  string // set: it is a topic, and the rest is empty
}
