package importer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"staffelstab/importer/duplicates"
)

// Class is how two documents compare, and Difference a sentence of one and what
// the other says instead; see package duplicates.
type (
	Class      = duplicates.Class
	Difference = duplicates.Difference
)

// Pair is two documents that say much the same, or of which one is a
// replication conflict of the other. First is the one whose name comes first, as
// in the subject of a decision. Only what everybody may read is in a pair.
type Pair struct {
	First            Key          `json:"first"`
	Second           Key          `json:"second"`
	FirstTitle       string       `json:"first_title"`
	SecondTitle      string       `json:"second_title"`
	FirstDepartment  string       `json:"first_department,omitempty"`
	SecondDepartment string       `json:"second_department,omitempty"`
	Class            Class        `json:"class"`
	Share            float64      `json:"share"`              // of runs of words they have in common, 0 to 1
	Conflict         Choice       `json:"conflict,omitempty"` // which one is a replication conflict: erster or zweiter
	Differences      []Difference `json:"differences"`
	Fingerprint      string       `json:"fingerprint"`
	Decision         Choice       `json:"decision,omitempty"` // of a person, about these very texts
	Outdated         bool         `json:"outdated,omitempty"` // somebody decided, but about earlier texts
	Merged           bool         `json:"merged,omitempty"`   // the run makes them one article
}

// Subject names the pair in decisions.
func (p Pair) Subject() string { return PairSubject(p.First, p.Second) }

// Open reports whether a person still has to decide.
func (p Pair) Open() bool { return p.Decision == "" && !p.Merged }

// Bounds of what is compared and reported.
const (
	maxCandidates = 200_000
	maxPairs      = 10_000
	maxMerged     = 1000 // into one article; its head lists them, see package content
)

// fingerprint names a document as people decide about it: what it says, its
// files, and who may read it.
func fingerprint(d *Document) string {
	h := sha256.New()
	part := func(s string) { h.Write([]byte(strconv.Itoa(len(s)) + ":" + s + ";")) }
	part(d.Title)
	part(duplicates.Normal(d.Visible))
	part(string(d.Markdown))
	files := make([]string, len(d.Attachments))
	for i, a := range d.Attachments {
		files[i] = a.Name + "\x00" + a.SHA256
	}
	slices.Sort(files)
	readers := slices.Sorted(slices.Values(d.Readers))
	for _, list := range [][]string{files, readers} {
		part(strconv.Itoa(len(list)))
		for _, s := range list {
			part(s)
		}
	}
	part(strconv.FormatBool(d.Incomplete))
	return "d1-" + hex.EncodeToString(h.Sum(nil)[:16])
}

// pairFingerprint names two documents as they are, in order.
func pairFingerprint(first, second *known) string {
	return "p1-" + digestOf(first.fingerprint, second.fingerprint)
}

// jointFingerprint names a document of which there are two copies in one state.
func jointFingerprint(first, second string) string { return "d1-" + digestOf(first, second) }

func digestOf(first, second string) string {
	sum := sha256.Sum256([]byte(first + " " + second))
	return hex.EncodeToString(sum[:16])
}

// sketched is a document of the index of sketches.
type sketched struct {
	key     Key
	ordinal int
}

// examine remembers of a document what it is compared by.
func (s *survey) examine(d *Document, k *known) error {
	k.fingerprint, k.department, k.conflict = fingerprint(d), d.Department, d.Conflict
	if d.Incomplete || d.Markdown != nil || s.secret(d, k.fingerprint) {
		return nil
	}
	text := duplicates.Text{Title: d.Title, Visible: d.Visible}
	for _, a := range d.Attachments {
		text.Files = append(text.Files, a.SHA256)
	}
	k.open = true
	if s.overlaps && !d.Conflict {
		s.index.Add(len(s.sketched), duplicates.SketchOf(text))
		s.sketched = append(s.sketched, sketched{d.Origin.Key(), k.ordinal})
	}
	var err error
	k.words, err = s.texts.add(text)
	return err
}

// comparable reports whether a document may be one of a pair: an article of its
// own that everybody may read, or a conflict of one.
func (k *known) comparable() bool {
	return k != nil && k.open && k.answerTo == (Key{}) && (k.published || k.conflict)
}

// pair compares what may be alike, what is a replication conflict, and what
// somebody decided about.
func (s *survey) pair(ctx context.Context) error {
	if err := s.texts.flush(); err != nil {
		return err
	}
	wanted := map[[2]Key]bool{} // true: a pair in any case
	want := func(a, b Key, always bool) {
		if b.String() < a.String() {
			a, b = b, a
		}
		if a != b && s.known[a].comparable() && s.known[b].comparable() {
			wanted[[2]Key{a, b}] = wanted[[2]Key{a, b}] || always
		}
	}
	candidates, complete := s.index.Candidates(maxCandidates)
	for _, c := range candidates {
		a, b := s.sketched[c.First], s.sketched[c.Second]
		if s.counts(a) && s.counts(b) {
			want(a.key, b.key, false)
		}
	}
	s.index, s.sketched = duplicates.Index{}, nil
	for key, k := range s.known {
		if main := s.known[k.parent]; k.conflict && main != nil && main.published {
			want(key, k.parent, true)
		}
	}
	for _, d := range s.options.Decisions.All() {
		if keys := keysOf(d.Subject); len(keys) == 2 {
			want(keys[0], keys[1], d.Choice != ChooseBoth)
		}
	}
	s.incomplete = !complete
	return s.comparePairs(ctx, wanted)
}

// counts reports whether the index speaks of the copy that counts.
func (s *survey) counts(d sketched) bool {
	k := s.known[d.key]
	return k != nil && k.ordinal == d.ordinal
}

func (s *survey) comparePairs(ctx context.Context, wanted map[[2]Key]bool) error {
	subjects := make([][2]Key, 0, len(wanted))
	for pair := range wanted {
		subjects = append(subjects, pair)
	}
	slices.SortFunc(subjects, func(a, b [2]Key) int {
		return cmp.Or(strings.Compare(a[0].String(), b[0].String()), strings.Compare(a[1].String(), b[1].String()))
	})
	var firstKey Key
	var first duplicates.Text
	for _, keys := range subjects {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(s.pairs) >= maxPairs {
			s.incomplete = true
			return nil
		}
		a, b := s.known[keys[0]], s.known[keys[1]]
		var err error
		if firstKey != keys[0] {
			if first, err = s.texts.read(a.words, a.title); err != nil {
				return err
			}
			firstKey = keys[0]
		}
		second, err := s.texts.read(b.words, b.title)
		if err != nil {
			return err
		}
		if c := duplicates.Compare(first, second); c.Alike() || wanted[keys] {
			s.addPair(keys, a, b, c)
		}
	}
	return nil
}

func (s *survey) addPair(keys [2]Key, a, b *known, c duplicates.Comparison) {
	p := Pair{
		First: keys[0], Second: keys[1], FirstTitle: a.title, SecondTitle: b.title, FirstDepartment: a.department, SecondDepartment: b.department,
		Class: c.Class, Share: float64(int(c.Share*1000+0.5)) / 1000, Differences: c.Differences, Fingerprint: pairFingerprint(a, b),
	}
	if p.Differences == nil {
		p.Differences = []Difference{}
	}
	switch {
	case a.conflict && a.parent == keys[1]:
		p.Conflict = ChooseFirst
	case b.conflict && b.parent == keys[0]:
		p.Conflict = ChooseSecond
	}
	if d, ok := s.options.Decisions.Find(p.Subject(), ChooseMerge, ChooseFirst, ChooseSecond, ChooseBoth); ok {
		if d.Fingerprint == p.Fingerprint {
			p.Decision = d.Choice
		} else {
			p.Outdated = true
		}
	}
	s.pairs = append(s.pairs, p)
	for _, key := range keys {
		s.known[key].pairs = append(s.known[key].pairs, len(s.pairs)-1)
	}
}

// decide follows what people decided about pairs, and makes one of identical
// documents where the run was told to.
func (s *survey) decide() {
	into, merged := map[Key]Key{}, map[Key]int{}
	for i := range s.pairs {
		p := &s.pairs[i]
		if p.Decision == ChooseBoth {
			s.keepConflict(*p)
			continue
		}
		if kept, dropped, ok := p.outcome(s.options.MergeIdentical); ok {
			p.Merged = s.merge(into, merged, kept, dropped)
		}
	}
	for _, d := range s.options.Decisions.All() { // about a document that this run does not bring
		keys := keysOf(d.Subject)
		if len(keys) != 2 || (s.known[keys[0]] == nil) == (s.known[keys[1]] == nil) {
			continue
		}
		if kept, dropped, ok := (Pair{First: keys[0], Second: keys[1], Decision: d.Choice}).outcome(false); ok {
			s.merge(into, merged, kept, dropped)
		}
	}
	for dropped := range into {
		s.drop(dropped, rootOf(into, dropped))
	}
	for _, k := range s.known {
		if k.answerTo != (Key{}) && s.known[rootOf(into, k.answerTo)] != nil {
			k.answerTo = rootOf(into, k.answerTo)
		}
		slices.SortFunc(k.also, func(a, b Key) int { return strings.Compare(a.String(), b.String()) })
		slices.SortStableFunc(k.answers, func(a, b *answer) int { return cmp.Compare(a.ordinal, b.ordinal) })
	}
}

// outcome is which of two documents stays when they become one.
func (p Pair) outcome(mergeIdentical bool) (kept, dropped Key, ok bool) {
	switch {
	case p.Decision == ChooseMerge && p.Conflict == ChooseFirst, p.Decision == ChooseSecond:
		return p.Second, p.First, true
	case p.Decision == ChooseMerge, p.Decision == ChooseFirst:
		return p.First, p.Second, true
	case p.Decision == "" && mergeIdentical && !p.Outdated && p.Conflict == "" && p.Class == duplicates.Identical:
		return p.First, p.Second, true
	}
	return Key{}, Key{}, false
}

// keepConflict makes the conflict of a pair an article of its own.
func (s *survey) keepConflict(p Pair) {
	key := map[Choice]Key{ChooseFirst: p.First, ChooseSecond: p.Second}[p.Conflict]
	if k := s.known[key]; k != nil {
		k.chosen, k.published = true, true
	}
}

// merge notes that one document goes into another, unless that one is not
// published or goes into the first.
func (s *survey) merge(into map[Key]Key, merged map[Key]int, kept, dropped Key) bool {
	if k := s.known[kept]; k != nil && !k.comparable() {
		return false
	}
	if _, already := into[dropped]; already || rootOf(into, kept) == dropped {
		return rootOf(into, dropped) == rootOf(into, kept)
	}
	root := rootOf(into, kept)
	if merged[root]+merged[dropped]+1 > maxMerged {
		return false
	}
	into[dropped] = kept
	merged[root] += merged[dropped] + 1
	if k := s.known[kept]; k != nil && k.conflict {
		k.chosen, k.published = true, true
	}
	return true
}

func rootOf(into map[Key]Key, key Key) Key {
	for next, ok := into[key]; ok; next, ok = into[key] {
		key = next
	}
	return key
}

// drop puts a document into another: its address leads there, and its answers
// stand there.
func (s *survey) drop(dropped, kept Key) {
	from, to := s.known[dropped], s.known[kept]
	if from != nil {
		from.into, from.published = kept, to != nil
	}
	if to == nil {
		return
	}
	to.also = append(to.also, dropped)
	if from == nil {
		return
	}
	to.answers = append(to.answers, from.answers...)
	from.answers = nil
}

// questions are the pairs of a document nobody decided about.
func (s *survey) questions(key Key) []Pair {
	var out []Pair
	if k := s.known[key]; k != nil {
		for _, i := range k.pairs {
			if s.pairs[i].Open() {
				out = append(out, s.pairs[i])
			}
		}
	}
	return out
}
