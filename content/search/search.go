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
		result.Hits = append(result.Hits, hit)
	}
	if err := x.locateAll(ctx, reader, parsed, s, result.Hits); err != nil {
		return err
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
		bluge.NewTermRangeInclusiveQuery(string(on), never, false, true).SetField("superseded"))
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
	hit.ValidFrom, hit.ValidUntil, hit.ReviewDue, hit.SupersededFrom = s.From, s.Until, s.Due, s.Superseded
	return hit, nil
}

// sectionsPerHit is how many of the best sections are looked at for each hit.
// One search for all hits takes a fraction of one for each.
const sectionsPerHit = 6

// locateAll finds the section of every hit that answers best and cuts a
// snippet. A hit whose sections all lie behind those of others is asked for
// alone.
func (x *Index) locateAll(ctx context.Context, reader *bluge.Reader, parsed parsedQuery, s strictness, hits []content.Hit) error {
	open := map[content.ID]*content.Hit{}
	var ids []string
	for i := range hits {
		open[hits[i].ID] = &hits[i]
		ids = append(ids, string(hits[i].ID))
	}
	if len(ids) == 0 {
		return nil
	}
	if err := x.locate(ctx, reader, parsed, s, open, ids, len(ids)*sectionsPerHit); err != nil {
		return err
	}
	for _, id := range ids {
		if open[content.ID(id)] == nil {
			continue
		}
		if err := x.locate(ctx, reader, parsed, s, open, []string{id}, 1); err != nil {
			return err
		}
	}
	return nil
}

// locate looks through the n best sections of the articles and takes those it
// found off the open ones.
func (x *Index) locate(ctx context.Context, reader *bluge.Reader, parsed parsedQuery, s strictness, open map[content.ID]*content.Hit, ids []string, n int) error {
	q := bluge.NewBooleanQuery().AddMust(oneOf("section-of", ids))
	for i := range parsed.words {
		q.AddShould(parsed.query(i, s))
	}
	for _, phrase := range parsed.phrases {
		q.AddShould(bluge.NewMatchPhraseQuery(phrase).SetField("body").SetAnalyzer(analyzer(true)).SetBoost(weightTitle))
	}
	matches, err := reader.Search(ctx, bluge.NewTopNSearch(n, q))
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	for len(open) > 0 {
		match, err := matches.Next()
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if match == nil {
			return nil
		}
		article, section, err := readSection(match, open)
		if err != nil {
			return err
		}
		if hit := open[article]; hit != nil {
			hit.Anchor, hit.Section, hit.File = section.Anchor, section.Path, section.File
			hit.Snippet = snippet(section.Text, parsed, s)
			delete(open, article)
		}
	}
	return nil
}

// readSection reads a section of an article that is still open; of others only
// whose it is.
func readSection(match *blugesearch.DocumentMatch, open map[content.ID]*content.Hit) (article content.ID, section storedSection, err error) {
	var data []byte
	err = match.VisitStoredFields(func(field string, value []byte) bool {
		switch field {
		case "_id":
			article = articleOfSection(string(value))
		case "section":
			data = slices.Clone(value)
		}
		return true
	})
	if err == nil && open[article] != nil {
		err = json.Unmarshal(data, &section)
	}
	if err != nil {
		return "", section, fmt.Errorf("search: %w", err)
	}
	return article, section, nil
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
