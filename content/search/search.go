package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blugelabs/bluge"
	blugesearch "github.com/blugelabs/bluge/search"
	"github.com/blugelabs/bluge/search/aggregations"

	"staffelstab/content"
)

// facetSize is how many values of a facet are counted.
const facetSize = 40

// maxOffset is a page nobody turns to; the library adds to it.
const maxOffset = 1 << 20

// Search implements content.Index. It asks strictly first and softens only
// when nothing was found.
func (x *Index) Search(ctx context.Context, query content.Query) (result content.SearchResult, err error) {
	began := time.Now()
	result.Facets = map[string][]content.FacetCount{}
	defer func() {
		if v := recover(); v != nil { // a damaged segment must not end the process
			x.log.Error("search failed", "cause", v)
			result, err = content.SearchResult{Facets: map[string][]content.FacetCount{}}, nil
		}
		result.Took = time.Since(began)
	}()
	parsed := parseQuery(query.Text)
	if parsed.empty() || len(query.Audience) == 0 {
		return result, nil
	}
	reader, err := x.reader()
	if err != nil {
		return result, err
	}
	defer reader.Close()
	for _, s := range []strictness{allWords, wordParts, mostWords} {
		if err := x.find(ctx, reader, parsed, s, query, &result); err != nil {
			return result, err
		}
		if result.Total > 0 {
			break
		}
	}
	return result, nil
}

// reader opens the present state of the index.
func (x *Index) reader() (*bluge.Reader, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	reader, err := x.writer.Reader()
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return reader, nil
}

// find runs one query and fills in hits, total and facets.
func (x *Index) find(ctx context.Context, reader *bluge.Reader, parsed parsedQuery, s strictness, query content.Query, result *content.SearchResult) error {
	q := bluge.NewBooleanQuery().AddMust(parsed.text(s), bluge.NewTermQuery("article").SetField("type").SetBoost(0))
	filters(q, query)
	q.AddShould(boosted(query.On))
	request := bluge.NewTopNSearch(limit(query.Limit), q).SetFrom(min(max(0, query.Offset), maxOffset)).WithStandardAggregations()
	request.SortBy([]string{"-_score", "_id"}) // equal hits would change places when segments are merged, and be missed between pages
	for _, facet := range []string{"kind", "department", "topic"} {
		request.AddAggregation(facet, aggregations.NewTermsAggregation(blugesearch.Field(facet), facetSize))
	}
	matches, err := reader.Search(ctx, request)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	for {
		match, err := matches.Next()
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if match == nil {
			break
		}
		hit, err := readHit(match)
		if err != nil {
			return err
		}
		if err := x.locate(ctx, reader, parsed, s, &hit); err != nil {
			return err
		}
		result.Hits = append(result.Hits, hit)
	}
	result.Total = int(matches.Aggregations().Count())
	for _, facet := range []string{"kind", "department", "topic"} {
		result.Facets[facet] = counts(matches.Aggregations().Buckets(facet))
	}
	return nil
}

// boosted lifts what is in force above what is not.
func boosted(on content.Date) bluge.Query {
	return bluge.NewBooleanQuery().AddMust(
		bluge.NewTermRangeInclusiveQuery(always, string(on), true, true).SetField("from"),
		bluge.NewTermRangeInclusiveQuery(string(on), never, true, true).SetField("until"),
		bluge.NewTermQuery("nein").SetField("superseded"))
}

func limit(n int) int {
	if n < 1 || n > 100 {
		return 20
	}
	return n
}

func counts(buckets []*blugesearch.Bucket) []content.FacetCount {
	var out []content.FacetCount
	for _, b := range buckets {
		if b.Name() != "" {
			out = append(out, content.FacetCount{Value: b.Name(), Count: int(b.Count())})
		}
	}
	slices.SortFunc(out, func(a, b content.FacetCount) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	return out
}

func readHit(match *blugesearch.DocumentMatch) (content.Hit, error) {
	hit := content.Hit{Score: match.Score}
	var s stored
	var bad error
	err := match.VisitStoredFields(func(field string, value []byte) bool {
		switch field {
		case "_id":
			hit.ID = content.ID(strings.TrimPrefix(string(value), "a:"))
		case "hit":
			bad = json.Unmarshal(value, &s)
		}
		return bad == nil
	})
	if err == nil {
		err = bad
	}
	if err != nil {
		return hit, fmt.Errorf("search: %w", err)
	}
	hit.Kind, hit.Title, hit.Department, hit.Binding = s.Kind, s.Title, s.Department, s.Binding
	hit.ValidFrom, hit.ValidUntil, hit.ReviewDue, hit.Superseded = s.From, s.Until, s.Due, s.Superseded
	return hit, nil
}

// locate finds the section of a hit that answers best and cuts a snippet.
func (x *Index) locate(ctx context.Context, reader *bluge.Reader, parsed parsedQuery, s strictness, hit *content.Hit) error {
	q := bluge.NewBooleanQuery().AddMust(bluge.NewTermQuery(string(hit.ID)).SetField("section-of").SetBoost(0))
	for i := range parsed.words {
		q.AddShould(parsed.query(i, s))
	}
	for _, phrase := range parsed.phrases {
		q.AddShould(bluge.NewMatchPhraseQuery(phrase).SetField("body").SetAnalyzer(analyzer(true)).SetBoost(weightTitle))
	}
	matches, err := reader.Search(ctx, bluge.NewTopNSearch(1, q))
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	match, err := matches.Next()
	if err != nil || match == nil {
		return err
	}
	var section storedSection
	var bad error
	err = match.VisitStoredFields(func(field string, value []byte) bool {
		if field == "section" {
			bad = json.Unmarshal(value, &section)
		}
		return bad == nil
	})
	if err == nil {
		err = bad
	}
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	hit.Anchor, hit.Section = section.Anchor, section.Path
	hit.Snippet = snippet(section.Text, parsed, s)
	return nil
}

// Suggest implements content.Index.
func (x *Index) Suggest(ctx context.Context, prefix string, audience []string, n int) (out []content.Suggestion, err error) {
	defer func() {
		if v := recover(); v != nil {
			x.log.Error("suggestion failed", "cause", v)
			out, err = nil, nil
		}
	}()
	tokens := tokenize(strings.ToValidUTF8(prefix[:min(len(prefix), maxQueryBytes)], ""))
	if len(tokens) == 0 || len(audience) == 0 {
		return nil, nil
	}
	reader, err := x.reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	q := bluge.NewBooleanQuery().AddMust(bluge.NewTermQuery("article").SetField("type").SetBoost(0), oneOf("audience", audience))
	for i, t := range tokens[:min(len(tokens), maxQueryWords)] {
		word := bluge.NewBooleanQuery().SetMinShould(1).AddShould(
			bluge.NewTermQuery(t.exact).SetField("title.exact").SetBoost(weightTitleExact),
			bluge.NewTermQuery(t.stem).SetField("title").SetBoost(weightTitle))
		if i == len(tokens)-1 {
			word.AddShould(bluge.NewPrefixQuery(t.exact).SetField("title.exact"), bluge.NewPrefixQuery(t.exact).SetField("keys").SetBoost(weightFuzzy))
		}
		q.AddMust(word)
	}
	matches, err := reader.Search(ctx, bluge.NewTopNSearch(limit(n), q))
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	for {
		match, err := matches.Next()
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		if match == nil {
			return out, nil
		}
		hit, err := readHit(match)
		if err != nil {
			return nil, err
		}
		out = append(out, content.Suggestion{ID: hit.ID, Kind: hit.Kind, Title: hit.Title})
	}
}
