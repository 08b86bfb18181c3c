package search

import (
	"context"
	"math"
	"slices"
	"strings"

	"staffelstab/content"
)

// matcher finds out what every article of a view is worth for a query. It goes
// through the postings of one term after the other and keeps sums for all
// articles and sections, which at this size is quicker than weaving many lists.
type matcher struct {
	*view
	ctx      context.Context
	seen     []bool     // articles the audience may see
	visible  int        // of them
	sections int        // documents of them
	average  [4]float64 // words of their fields
	work     uint64     // places of words looked at

	places []place // of the term being looked at
	words  []wanted
	worth  [][]float32 // of each word in each article
	found  [][]found   // how
	hits   []int       // articles of each word
	sums   [4][]float32
	listed []int32 // articles with sums
	fields int     // how many of wordFields are looked into

	*scratch
}

// found is how a word was found in an article.
type found struct {
	grade uint8 // place in the word's ways, from 1
	field uint8
}

// fieldWeights, saturation and how much the length of a field counts, in the
// order of wordFields. They are those of BM25 for each field (Robertson &
// Zaragoza 2009), with titles and keys worth more because they are short and
// chosen.
var (
	fieldWeights    = [4]float64{3.0, 3.4, 1.1, 1.0}
	fieldSaturation = [4]float64{0.8, 0.6, 1.5, 1.6}
	fieldLength     = [4]float64{0.65, 0.3, 0.5, 0.6}
)

// A word in at most rareHits texts is suspected to be a mistake for one that is
// used muchMoreOften.
const (
	rareHits      = 2
	muchMoreOften = 8
)

// enoughWork is how many places of words are looked at before weaker likenesses
// are left alone. It bounds the time of a query whatever is asked, and unlike a
// clock it gives the same answer on a busy machine.
const enoughWork = 600_000

func newMatcher(ctx context.Context, v *view, words []wanted, seen []bool) *matcher {
	m := &matcher{view: v, ctx: ctx, seen: seen, words: words, fields: fieldCount}
	m.measure()
	m.worth, m.found, m.hits = make([][]float32, len(words)), make([][]found, len(words)), make([]int, len(words))
	for i := range words {
		m.worth[i], m.found[i] = make([]float32, len(v.rows)), make([]found, len(v.rows))
	}
	for f := range m.sums {
		m.sums[f] = make([]float32, len(v.rows))
	}
	m.scratch = v.takeScratch()
	return m
}

// measure counts the articles the audience may see and how long their fields
// are. What it may not see changes no score.
func (m *matcher) measure() {
	m.average = [4]float64{}
	for ord, ok := range m.seen {
		if !ok {
			continue
		}
		m.visible++
		m.sections += int(m.rows[ord].Sections) + 1
		for f, n := range m.rows[ord].Words {
			m.average[f] += float64(n)
		}
	}
	for f := range m.average {
		m.average[f] = 1 + m.average[f]/float64(max(1, m.visible))
	}
}

// run matches all words. Where a word is nowhere to be seen, similar ones take
// its place; mended tells which. A word that hardly any text has may be a mistake
// of those texts too, when a similar one is used much more often.
func (m *matcher) run() (mended map[int]string, err error) {
	mended = map[int]string{} // by where the word begins
	for i := range m.words {
		if err := m.word(i, 0); err != nil {
			return nil, err
		}
		if m.words[i].loose {
			continue
		}
		if m.hits[i] > 0 {
			if m.hits[i] > rareHits {
				continue
			}
			instead, err := m.similar(i, muchMoreOften)
			if err != nil {
				return nil, err
			}
			if instead != "" {
				mended[m.words[i].start] = instead
			}
			continue
		}
		if err := m.unfinished(i); err != nil {
			return nil, err
		}
		if m.hits[i] > 0 {
			continue
		}
		instead, err := m.similar(i, 0)
		if err != nil {
			return nil, err
		}
		if instead != "" {
			mended[m.words[i].start] = instead
		}
	}
	return mended, nil
}

// word matches the ways of a word from the given one on, best grade first. What
// a better grade found in an article stays when it is worth more.
func (m *matcher) word(i, from int) error {
	w := &m.words[i]
	slices.SortStableFunc(w.ways[from:], func(a, b way) int {
		return int(1000 * (gradeWeight(b.grade) - gradeWeight(a.grade)))
	})
	for at := from; at < len(w.ways); {
		end := at + 1
		for end < len(w.ways) && w.ways[end].grade == w.ways[at].grade {
			end++
		}
		if g := w.ways[at].grade; g != content.MatchExact && g != content.MatchStem && g != content.MatchFuzzy && m.work > enoughWork {
			return m.ctx.Err()
		}
		for _, way := range w.ways[at:end] {
			if err := m.way(i, way); err != nil {
				return err
			}
		}
		m.settle(i, at)
		at = end
	}
	return m.ctx.Err()
}

// way sums up the terms of one way.
func (m *matcher) way(i int, w way) error {
	weight := gradeWeight(w.grade)
	fields := wordFields()
	for f, field := range fields[:m.fields] {
		for _, term := range w.terms {
			if err := m.term(i, f, field, term, weight); err != nil {
				return err
			}
		}
		for _, term := range w.follow {
			if err := m.term(i, f, field+derived, term, weight); err != nil {
				return err
			}
		}
	}
	if len(w.together) > 0 {
		return m.together(i, w.together, weight)
	}
	return nil
}

func (m *matcher) term(i, f int, field, term string, weight float64) error {
	list, err := m.raw.PostingsIterator([]byte(term), field, true, false, false)
	if err != nil {
		return err
	}
	defer list.Close()
	n := list.Count()
	if n == 0 {
		return nil
	}
	m.work += n
	m.places = m.places[:0]
	for {
		p, err := list.Next()
		if err != nil {
			return err
		}
		if p == nil {
			break
		}
		if m.mayUse(p.Number()) {
			m.places = append(m.places, place{p.Number(), float32(p.Frequency())})
		}
	}
	rare := m.rare(weight, f, len(m.places))
	for _, p := range m.places {
		m.add(i, f, p.number, p.frequency, rare)
	}
	return nil
}

// place is a document a term stands in, and how often.
type place struct {
	number    uint64
	frequency float32
}

// mayUse reports whether the audience may see the article of a document.
func (m *matcher) mayUse(number uint64) bool {
	return number < uint64(len(m.ordOf)) && m.ordOf[number] >= 0 && m.seen[m.ordOf[number]]
}

// rare is what a term is worth in a section that has it, when n have it.
func (m *matcher) rare(weight float64, f, n int) float64 {
	return weight * fieldWeights[f] * math.Log(1+float64(m.sections)/float64(1+n))
}

// add notes that a word stands in a document.
func (m *matcher) add(i, f int, number uint64, frequency float32, rare float64) {
	ord := m.ordOf[number]
	if m.sums[0][ord] == 0 && m.sums[1][ord] == 0 && m.sums[2][ord] == 0 && m.sums[3][ord] == 0 {
		m.listed = append(m.listed, ord)
	}
	m.sums[f][ord] += frequency
	if bit := uint32(1) << i; m.sectionWords[number]&bit == 0 {
		m.sectionWords[number] |= bit
		m.sectionWorth[number] += float32(rare) * frequency / (frequency + 1)
	}
}

// settle turns the sums of a grade into what the word is worth in each article
// and begins new sums.
func (m *matcher) settle(i, way int) {
	weight := gradeWeight(m.words[i].ways[way].grade)
	n := float64(len(m.listed))
	rare := math.Log(1 + (float64(m.visible)-n+0.5)/(n+0.5))
	for _, ord := range m.listed {
		worth, best, bestField := 0.0, 0.0, 0
		for f := range m.sums {
			tf := float64(m.sums[f][ord])
			m.sums[f][ord] = 0
			if tf == 0 {
				continue
			}
			length := 1 - fieldLength[f] + fieldLength[f]*float64(m.rows[ord].Words[f])/m.average[f]
			part := fieldWeights[f] * tf / (tf + fieldSaturation[f]*length)
			if worth += part; part > best {
				best, bestField = part, f
			}
		}
		worth *= weight * (0.2 + rare)
		if m.worth[i][ord] == 0 {
			m.hits[i]++
		}
		if float32(worth) > m.worth[i][ord] {
			m.worth[i][ord], m.found[i][ord] = float32(worth), found{uint8(min(way+1, 255)), uint8(bestField)}
		}
	}
	m.listed = m.listed[:0]
}

// unfinished gives a word that is nowhere to be seen those that begin with it.
func (m *matcher) unfinished(i int) error {
	w := &m.words[i]
	if len(w.exact) < minPart {
		return nil
	}
	from := len(w.ways)
	for _, field := range []string{fieldTitle, fieldBody} {
		terms, err := m.beginning(field, w.exact, m.seen)
		if err != nil {
			return err
		}
		w.ways = append(w.ways, way{grade: content.MatchPrefix, terms: terms})
	}
	return m.word(i, from)
}

// similar gives a word that is nowhere to be seen the likest words that are, and
// returns the first as the one that was probably meant.
func (m *matcher) similar(i int, oftener int32) (string, error) {
	w := &m.words[i]
	slips := slipsAllowed(len(w.exact))
	if slips == 0 || !inLexicon(w.exact) {
		return "", nil
	}
	likely := way{grade: content.MatchFuzzy}
	nearest := 0
	least := oftener * m.view.words.frequency(w.exact)
	fields := wordFields()
	for _, s := range m.view.words.similarTo(w.exact, slips, maxSimilar) {
		if s.count < least || oftener > 0 && otherForm(s.word, w.exact) {
			continue
		}
		if len(likely.terms) > 0 && s.distance > nearest || len(likely.terms) == maxSimilarUsed {
			break
		}
		visible, err := m.isSeen(s.word, m.seen, fields[:]...)
		if err != nil {
			return "", err
		}
		if visible {
			nearest = s.distance
			likely.terms = append(likely.terms, s.word)
		}
	}
	if len(likely.terms) == 0 {
		return "", nil
	}
	likely.follow = []string{stemTerm + stem(likely.terms[0])}
	from := len(w.ways)
	w.ways = append(w.ways, likely)
	if parts := m.view.words.split(likely.terms[0]); len(parts) > 1 && oftener == 0 {
		likely = way{grade: content.MatchFuzzy}
		for _, p := range parts {
			likely.together = append(likely.together, p.stem)
		}
		w.ways = append(w.ways, likely)
	}
	return w.ways[from].terms[0], m.word(i, from)
}

// otherForm reports whether two words are forms of one: beantrage, beantragt;
// genehmigt, genehmigen; angemeldet, anmeldet. Neither is a mistake for the other.
func otherForm(a, b string) bool {
	if stem(a) == stem(b) || root(stem(a)) == root(stem(b)) || strings.Replace(a, "ge", "", 1) == b || strings.Replace(b, "ge", "", 1) == a {
		return true
	}
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return same >= minPart && isEnding(a[same:]) && isEnding(b[same:])
}

func isEnding(s string) bool {
	switch s {
	case "", "e", "t", "en", "st", "te", "ten", "et", "est", "n", "er", "es", "em", "s", "tet", "ung", "ungen", "nd", "end":
		return true
	}
	return false
}

// isSeen reports whether a word stands in any text the audience may see.
func (v *view) isSeen(word string, seen []bool, fields ...string) (bool, error) {
	for _, field := range fields {
		list, err := v.raw.PostingsIterator([]byte(word), field, false, false, false)
		if err != nil {
			return false, err
		}
		for {
			p, err := list.Next()
			if err != nil {
				return false, err
			}
			if p == nil {
				break
			}
			if n := p.Number(); n < uint64(len(v.ordOf)) && v.ordOf[n] >= 0 && seen[v.ordOf[n]] {
				_ = list.Close()
				return true, nil
			}
		}
		_ = list.Close()
	}
	return false, nil
}

// top keeps the best of many terms.
type top struct {
	limit int
	list  []ranked
}

type ranked struct {
	term  string
	count float64
}

func newTop(limit int) *top { return &top{limit: limit} }

func (t *top) add(term string, count float64) {
	if len(t.list) == t.limit && count <= t.list[len(t.list)-1].count {
		return
	}
	at, _ := slices.BinarySearchFunc(t.list, count, func(r ranked, n float64) int {
		if r.count >= n {
			return -1
		}
		return 1
	})
	t.list = slices.Insert(t.list, at, ranked{term, count})
	t.list = t.list[:min(len(t.list), t.limit)]
}

func (t *top) terms() []string {
	out := make([]string, len(t.list))
	for i, r := range t.list {
		out[i] = r.term
	}
	return out
}
