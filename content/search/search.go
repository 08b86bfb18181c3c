package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"staffelstab/content"
)

// Search implements content.Index. It wants all words first and softens only
// when no text the audience may see has them.
func (x *Index) Search(ctx context.Context, query content.Query) (result content.SearchResult, err error) {
	began := time.Now()
	result = content.SearchResult{Facets: map[string][]content.FacetCount{}}
	defer func() {
		if v := recover(); v != nil { // a damaged segment must not end the process
			x.log.Error("search failed", "cause", v)
			result, err = content.SearchResult{Facets: map[string][]content.FacetCount{}}, nil
		}
		result.Took = time.Since(began)
	}()
	parsed := parseQuery(query.Text, query.Typing)
	if len(query.Audience) == 0 || parsed.empty() && !narrows(query) {
		return result, nil
	}
	v, err := x.view()
	if err != nil {
		return result, err
	}
	defer v.release()
	a := &answer{Query: query, parsed: parsed}
	defer func() { a.matcher.release() }()
	if err := a.match(ctx, v); err != nil {
		return result, fmt.Errorf("search: %w", err)
	}
	if err := a.fill(&result); err != nil {
		return result, fmt.Errorf("search: %w", err)
	}
	return result, nil
}

// narrows reports whether a query without words asks for something all the same.
func narrows(q content.Query) bool {
	return len(q.Kinds)+len(q.Departments)+len(q.Topics)+len(q.Bindings)+len(q.Authors) > 0
}

// answer is a query on its way to a result.
type answer struct {
	content.Query
	parsed parsedQuery
	*matcher
	failing  []filters // which of the filters each article does not pass
	phrases  [][]bool
	excluded []bool
	loosened bool
	mended   map[int]string
	hits     []scored
	near     []int32 // articles that one filter alone keeps from being hits
	complete int     // hits with all words
}

type scored struct {
	ord     int32
	worth   float64
	score   float64
	factors []content.Factor
}

func (a *answer) match(ctx context.Context, v *view) error {
	seen := v.seenBy(a.Audience)
	words, err := v.wants(a.parsed, seen, a.Typing)
	if err != nil {
		return err
	}
	a.matcher = newMatcher(ctx, v, words, seen)
	if a.mended, err = a.run(); err != nil {
		return err
	}
	if apart := a.takenApart(); len(apart) > len(words) {
		again := a.parsed
		again.words = apart
		if words, err = v.wants(again, seen, a.Typing); err != nil {
			return err
		}
		a.matcher.release()
		a.matcher = newMatcher(ctx, v, words, seen)
		if _, err = a.run(); err != nil {
			return err
		}
	}
	if err := a.matchPhrases(); err != nil {
		return err
	}
	if err := a.exclude(); err != nil {
		return err
	}
	a.filter()
	a.choose()
	return nil
}

// takenApart are the words of the query with compounds that are nowhere to be
// seen replaced by their parts.
func (a *answer) takenApart() []token {
	var out []token
	for i, w := range a.words {
		var parts []string
		if a.matcher.hits[i] == 0 && !w.loose {
			parts = a.apart(w.exact)
		}
		if len(parts) == 0 || len(out)+len(parts) > maxQueryWords {
			out = append(out, w.token)
			continue
		}
		for _, exact := range parts {
			s := stem(exact)
			out = append(out, token{start: w.start, end: w.end, exact: exact, stem: s, root: root(s)})
		}
	}
	return once(out)
}

func (a *answer) apart(word string) []string {
	var out []string
	for _, p := range a.view.words.split(word) {
		out = append(out, word[p.start:p.end])
	}
	if len(out) == 0 {
		out = a.view.words.splitSimilar(word)
	}
	return out
}

// phraseWorth is what a phrase adds to the section it stands in, so that the
// hit opens there.
const phraseWorth = 20

func (a *answer) matchPhrases() error {
	a.excluded = make([]bool, len(a.rows))
	for _, phrase := range a.parsed.phrases {
		has := make([]bool, len(a.rows))
		err := a.phrase(phrase, func(number uint64) {
			has[a.ordOf[number]] = true
			a.sectionWorth[number] += phraseWorth
		})
		if err != nil {
			return err
		}
		a.phrases = append(a.phrases, has)
	}
	for _, phrase := range a.parsed.withoutPhrases {
		err := a.phrase(phrase, func(number uint64) { a.excluded[a.ordOf[number]] = true })
		if err != nil {
			return err
		}
	}
	return nil
}

// exclude marks the articles with words nobody wants, in any form.
func (a *answer) exclude() error {
	for _, t := range a.parsed.without {
		for _, field := range wordFields() {
			for _, where := range [2][2]string{{field, t.exact}, {field + derived, stemTerm + t.stem}} {
				if err := a.each(where[0], where[1], func(number uint64) error {
					if number < uint64(len(a.ordOf)) && a.ordOf[number] >= 0 {
						a.excluded[a.ordOf[number]] = true
					}
					return nil
				}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// choose takes the articles with all words and, of a question of several words,
// those with most of them, further down: whoever writes a sentence does not
// know which of its words the text uses. Where nothing has all words, hits are
// what comes nearest.
func (a *answer) choose() {
	required, known := 0, 0
	total := 0.0
	rarities := make([]float64, len(a.words))
	for i, w := range a.words {
		rarities[i] = a.rarity(i)
		total += rarities[i]
		if w.loose {
			continue
		}
		required++
		if a.matcher.hits[i] > 0 {
			known++
		}
	}
	enough := required
	if required >= manyWords {
		enough = (required*3 + 4) / 5
	}
	if a.take(enough, required, rarities, total); a.complete > 0 || required == 0 {
		return
	}
	a.loosened = true
	if enough = (known + 1) / 2; len(a.parsed.words) == 1 {
		enough = max(enough, 2) // of one compound a single part is something else
	}
	if len(a.hits) == 0 && known > 0 {
		near := slices.Clone(a.near)
		if a.take(enough, required, rarities, total); len(a.hits) == 0 {
			a.near = near // with all words, elsewhere
		}
	}
}

// manyWords is how many words make a sentence of which some may be missing.
const manyWords = 3

// rarity is what a word of the query tells, 0 for one that is everywhere.
func (a *answer) rarity(i int) float64 {
	if a.words[i].loose {
		return 0
	}
	return math.Log(1+float64(a.visible)/float64(1+a.matcher.hits[i])) / math.Log(2+float64(a.visible))
}

// take collects the articles that have enough of the required words.
func (a *answer) take(enough, required int, rarities []float64, total float64) {
	a.hits, a.near, a.complete = a.hits[:0], a.near[:0], 0
	rules := a.parsed.asksForRules()
	for ord := range a.rows {
		failing := a.failing[ord]
		if failing != 0 && !failing.alone() || slices.ContainsFunc(a.phrases, func(has []bool) bool { return !has[ord] }) {
			continue
		}
		has, worth, share := 0, 0.0, 0.0
		for i, w := range a.words {
			if a.matcher.worth[i][ord] == 0 {
				continue
			}
			worth += float64(a.matcher.worth[i][ord])
			share += rarities[i]
			if !w.loose {
				has++
			}
		}
		if has < enough {
			continue
		}
		if failing != 0 {
			a.near = append(a.near, int32(ord))
			continue
		}
		if has == required {
			a.complete++
		}
		s := scored{ord: int32(ord), worth: worth}
		if has < required && total > 0 {
			s.factors = append(s.factors, content.Factor{Name: "complete", Value: (share / total) * (share / total)})
		}
		a.weigh(&s, rules)
		a.hits = append(a.hits, s)
	}
}

// Factors of the ranking. They move a text among its like; none makes a weak
// answer a good one.
const (
	factorOver     = 0.35 // expired or superseded
	factorNotYet   = 0.7
	factorBinding  = 1.15
	factorOverdue  = 0.96 // nobody looked at it when somebody should have
	factorHelpful  = 0.02 // for each doubling of those it helped, at most five
	factorClose    = 0.3  // all words in one section
	factorSynonyms = 0.02 // the text that keeps the synonyms
)

// weigh multiplies what the words are worth by what is known of the text.
func (a *answer) weigh(s *scored, rules bool) {
	r := a.rows[s.ord]
	add := func(name string, value float64) {
		if value != 1 {
			s.factors = append(s.factors, content.Factor{Name: name, Value: value})
		}
	}
	if len(a.words) > 1 {
		add("together", 1+factorClose*a.closeness(s.ord))
	}
	switch {
	case r.From != "" && r.From > a.On:
		add("validity", factorNotYet)
	case !r.inForce(a.On):
		add("validity", factorOver)
	}
	if rules && r.Binding == content.BindingYes {
		add("binding", factorBinding)
	}
	if r.Due != "" && r.Due < a.On {
		add("review", factorOverdue)
	}
	if r.Helpful > 0 {
		add("helpful", 1+factorHelpful*float64(min(bits.Len(uint(r.Helpful)), 5)))
	}
	s.score = s.worth
	if s.score == 0 {
		s.score = 1
	}
	if len(r.Synonyms) > 0 { // it lists words and says nothing about them
		add("synonyms", factorSynonyms)
	}
	for _, f := range s.factors {
		s.score *= f.Value
	}
}

// closeness is how many of the words stand in one section, beside those in title
// and keys, which belong to every section: 0 for one, 1 for all.
func (a *answer) closeness(ord int32) float64 {
	head := a.heads[ord]
	most, always := 0, a.sectionWords[head]
	for n := range uint64(a.rows[ord].Sections) {
		most = max(most, bits.OnesCount32(a.sectionWords[head+1+n]|always))
	}
	most = max(most, bits.OnesCount32(always))
	return float64(max(0, most-1)) / float64(len(a.words)-1)
}

func (a *answer) fill(result *content.SearchResult) error {
	result.Total, result.Loosened = len(a.hits), a.loosened && len(a.hits) > 0
	result.Facets = a.facets()
	if len(a.mended) > 0 && !a.Typing {
		result.DidYouMean = a.mendedText()
	}
	a.sort()
	var err error
	result.Hits, err = a.page(pageOf(a.hits, a.Offset, limit(a.Limit)))
	return err
}

// maxReaders is how many hits of a page are read at once.
const maxReaders = 4

// page tells what is shown of hits. Finding snippets takes most of the time of a
// search, so all processors help.
func (a *answer) page(hits []scored) ([]content.Hit, error) {
	out := make([]content.Hit, len(hits))
	readers := min(len(hits), runtime.GOMAXPROCS(0), maxReaders)
	failures := make([]error, readers)
	var next atomic.Int64
	var damaged atomic.Value
	var running sync.WaitGroup
	for n := range readers {
		running.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					damaged.Store(fmt.Errorf("%v", v))
				}
			}()
			known := markers{}
			for i := int(next.Add(1)) - 1; i < len(hits) && failures[n] == nil; i = int(next.Add(1)) - 1 {
				out[i], failures[n] = a.hit(hits[i], known)
			}
		})
	}
	running.Wait()
	if v := damaged.Load(); v != nil {
		panic(v) // where it is told from others
	}
	return out, errors.Join(failures...)
}

// sort orders the hits. Equal ones stand by id, or they would change places
// between two pages.
func (a *answer) sort() {
	by := a.Sort
	if by == content.SearchByRelevance && a.parsed.empty() {
		by = content.SearchByChange
	}
	slices.SortFunc(a.hits, func(s, t scored) int {
		r, q := a.rows[s.ord], a.rows[t.ord]
		first := 0
		switch by {
		case content.SearchByChange:
			first = cmp.Compare(q.Changed, r.Changed)
		case content.SearchByTitle:
			first = cmp.Compare(vowels(fold(r.Title)), vowels(fold(q.Title)))
		default:
			first = cmp.Compare(float32(t.score), float32(s.score))
		}
		return cmp.Or(first, cmp.Compare(r.ID, q.ID))
	})
}

func pageOf[T any](list []T, offset, n int) []T {
	offset = min(max(0, offset), len(list))
	return list[offset:min(len(list), offset+n)]
}

func limit(n int) int {
	if n < 1 || n > 100 {
		return 20
	}
	return n
}

// hit tells what is shown of an article, with the section that answers best.
func (a *answer) hit(s scored, known markers) (content.Hit, error) {
	r := a.rows[s.ord]
	hit := content.Hit{
		ID: r.ID, Kind: r.Kind, Title: r.Title, Department: r.Department, Binding: r.Binding, Number: r.Number, Score: s.score, Changed: r.Changed,
		ValidFrom: r.From, ValidUntil: r.Until, ReviewDue: r.Due, SupersededFrom: r.Superseded,
	}
	if a.Explain {
		hit.Why = a.explain(s)
	}
	if r.Sections == 0 {
		return hit, nil
	}
	n := a.bestSection(s.ord)
	section, err := a.section(s.ord, n)
	if err != nil {
		return hit, err
	}
	hit.Anchor, hit.Section, hit.File = section.Anchor, section.Path, section.File
	words := bits.OnesCount32(a.sectionWords[a.heads[s.ord]+1+n]) + len(a.phrases)
	hit.Snippet = snippet(section.Text, a.marker(s.ord, known), words)
	return hit, nil
}

// bestSection is the section of an article that answers best.
func (a *answer) bestSection(ord int32) uint64 {
	best, first := uint64(0), a.heads[ord]+1
	for n := range uint64(a.rows[ord].Sections) {
		if a.sectionWorth[first+n] > a.sectionWorth[first+best] {
			best = n
		}
	}
	return best
}

func (a *answer) explain(s scored) *content.Explanation {
	why := &content.Explanation{Factors: s.factors}
	for i, w := range a.words {
		worth := a.matcher.worth[i][s.ord]
		if worth == 0 {
			continue
		}
		how := a.found[i][s.ord]
		why.Words = append(why.Words, content.WordWorth{
			Word: a.parsed.text[w.start:w.end], Grade: w.ways[how.grade-1].grade, Field: wordFields()[how.field], Worth: float64(worth),
		})
	}
	return why
}

// mendedText is the query with the words in it that were probably meant.
func (a *answer) mendedText() string {
	var out strings.Builder
	at := 0
	for _, w := range a.words {
		instead, ok := a.mended[w.start]
		if !ok || w.start < at {
			continue
		}
		out.WriteString(a.parsed.text[at:w.start])
		out.WriteString(a.view.words.spelling(instead))
		at = w.end
	}
	out.WriteString(a.parsed.text[at:])
	return strings.Join(strings.Fields(out.String()), " ")
}
