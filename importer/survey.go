package importer

import (
	"context"
	"errors"
	"slices"
	"sort"
	"strings"
	"time"

	"staffelstab/importer/cmark"
	"staffelstab/importer/duplicates"
)

// survey is what the first reading learned.
type survey struct {
	options    Options
	overlaps   bool // documents are compared with each other
	known      map[Key]*known
	late       map[Key]late // of which earlier runs knew a newer state
	differing  map[int]bool // copies of a document that say something else in the same state
	seen       seen
	total      int
	texts      texts
	index      duplicates.Index
	sketched   []sketched
	pairs      []Pair
	incomplete bool // there were more pairs than are compared
}

// known is a document of the source, as far as others depend on it.
type known struct {
	title     string
	ordinal   int // of the copy that counts
	stamp     Stamp
	size      int // of what people see, in bytes
	published bool
	appends   bool // belongs under its parent, whether or not it can stand there
	reply     bool // shares the fate of its parent, where that is withheld
	append    bool
	parent    Key
	answerTo  Key        // the document this answer goes under
	withheld  Key        // the document whose fate this answer shares
	below     LinkTarget // the article an earlier run put this answer into
	// quotesWithheld says that the question of this answer is not published, as far
	// as earlier runs know, or the document this is a conflict of.
	quotesWithheld bool
	answer         *answer   // the text of an answer
	answers        []*answer // what goes under this document

	department  string
	fingerprint string
	conflict    bool
	secret      bool     // a copy of it is not for everybody
	readers     []string // of all copies in the state that counts
	open        bool     // everybody may read it
	words       slice    // in the texts of the survey
	pairs       []int
	chosen      bool  // a conflict that somebody wants as an article
	into        Key   // the document it becomes one with
	also        []Key // documents that become one with it
}

// answer is a document that is shown below another one.
type answer struct {
	key     Key
	title   string
	ordinal int
	revised time.Time
	blocks  []cmark.Block
	visible string
	links   []Link
	in, out int // letters: of the source, found again below the other document
	kept    int // links found again there
}

// verdict is what the survey says about one document. One without a status means: go
// on and import it.
type verdict struct {
	status   Status
	note     *Note
	below    LinkTarget // the article an answer stands in already, whose question is not here
	older    bool       // another copy of the document counts
	answerTo Key
	into     Key // the document it became one with
	// confidential keeps quotations out of the report.
	confidential bool
}

func surveyOf(ctx context.Context, source Source, options Options) (*survey, error) {
	s := &survey{options: options, known: map[Key]*known{}, late: map[Key]late{}, differing: map[int]bool{}, seen: newSeen(), texts: texts{dir: options.SpoolDir}, overlaps: options.Duplicates}
	s.overlaps = s.overlaps || Overlaps(source)
	kept := 0
	for d, err := range source.Documents(ctx, Pass{Survey: true, SpoolDir: options.SpoolDir}) {
		s.total++
		var broken *SourceError
		if errors.As(err, &broken) {
			s.seen.broken(broken)
			continue
		}
		if err != nil {
			return s, err
		}
		options.dated(d)
		err = s.see(d, &kept)
		if err := errors.Join(err, d.Close()); err != nil {
			return s, err
		}
	}
	if err := s.outdate(ctx); err != nil {
		return s, err
	}
	s.connect()
	return s, nil
}

// see remembers a document. Of several copies the one saved last counts.
func (s *survey) see(d *Document, kept *int) error {
	key := d.Origin.Key()
	s.seen.add(key)
	old := s.known[key]
	if d.Skip != nil {
		if old == nil && s.secret(d, "") { // no answer to it may be told either
			s.known[key] = &known{secret: true, stamp: Stamp{Sequence: -1}}
		}
		return nil
	}
	same := old != nil && old.stamp.Sequence == d.Origin.Sequence
	if same {
		d.Readers = union(d.Readers, old.readers)
	}
	if old != nil && !s.supersedes(d, old) {
		s.copy(d, old, same)
		return nil
	}
	k := &known{title: cut(d.Title, maxTitle), ordinal: s.total, stamp: d.Stamp(), size: len(d.Visible), readers: own(d.Readers)}
	if err := s.examine(d, k); err != nil {
		return err
	}
	if same && old.fingerprint != k.fingerprint {
		s.differing[old.ordinal] = true
	}
	k.secret = s.secret(d, k.fingerprint) || old != nil && old.secret
	k.published = s.withheld(d, k.fingerprint) == nil && !d.Conflict
	if d.Parent != "" {
		k.parent, k.appends, k.reply = Key{d.Origin.ReplicaID, d.Parent}, d.Append, d.Append || !d.Apart && !d.Conflict
	}
	if d.Append && k.published && d.Parent != "" && selfContained(d) && *kept < answersBytes {
		k.append = true
		k.answer = &answer{key: key, title: k.title, ordinal: s.total, revised: d.Revised, blocks: d.Blocks, visible: d.Visible, links: d.Links}
		*kept += 3 * len(d.Visible)
	}
	s.known[key] = k
	return nil
}

// supersedes reports whether a document counts instead of a copy that was read
// before: it was saved later or, as far as anybody can tell, says more.
func (s *survey) supersedes(d *Document, old *known) bool {
	stamp := d.Stamp()
	switch {
	case stamp.Sequence != old.stamp.Sequence:
		return stamp.Sequence > old.stamp.Sequence
	case stamp.Sequence > 0 && !stamp.At.Equal(old.stamp.At):
		return stamp.At.After(old.stamp.At)
	}
	return len(d.Visible) > old.size
}

// copy remembers of a copy that does not count what matters nevertheless. Nobody
// can tell which of two copies in one state is right: somebody has to look where
// they differ, and the readers of either hold.
func (s *survey) copy(d *Document, old *known, same bool) {
	old.secret = old.secret || s.secret(d, "")
	if !same {
		return
	}
	print := fingerprint(d)
	s.differing[s.total] = print != old.fingerprint
	if len(d.Readers) > len(old.readers) {
		old.readers, old.fingerprint = own(d.Readers), jointFingerprint(old.fingerprint, print)
		if s.secret(d, old.fingerprint) {
			old.open, old.published, old.append, old.answer = false, false, false, nil
		}
	}
}

// own copies names, which are parts of the whole text of a document.
func own(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, strings.Clone(name))
	}
	return out
}

// union adds names that are not in a list yet.
func union(names, more []string) []string {
	for _, name := range more {
		if !slices.Contains(names, name) {
			names = append(slices.Clip(names), name)
		}
	}
	return names
}

// selfContained reports whether the text stands without files and without
// links to other documents, which are resolved only in the second reading.
func selfContained(d *Document) bool {
	for _, l := range d.Links {
		if l.Dead {
			return false
		}
	}
	return len(d.Attachments) == 0
}

// connect finds for every answer the document it goes under: the first one
// above it that is not an answer itself, or cannot stand below another. An
// answer quotes its question and is withheld with it.
func (s *survey) connect() {
	for key, k := range s.known {
		root := s.above(key, func(k *known) bool { return k.reply && k.published })
		if k.reply && s.known[root] != nil && !s.known[root].published {
			k.withheld = root
		}
	}
	for _, k := range s.known {
		k.published = k.published && k.withheld == (Key{})
	}
	for key, k := range s.known {
		if !k.append {
			continue
		}
		at := s.above(key, func(k *known) bool { return k.append })
		if root := s.known[at]; root != nil && !root.append {
			k.answerTo = at
			k.published = root.published
		}
	}
	keys := make([]Key, 0, len(s.known))
	for key := range s.known {
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool { return s.known[keys[i]].ordinal < s.known[keys[j]].ordinal })
	for _, key := range keys {
		if k := s.known[key]; k.answerTo != (Key{}) {
			root := s.known[k.answerTo]
			root.answers = append(root.answers, k.answer)
		}
	}
}

// longestChain is how many answers to answers are followed. No conversation is as
// long; a circle is.
const longestChain = 500

// above walks up from a document while the ones above pass through, and never
// in a circle.
func (s *survey) above(key Key, passes func(*known) bool) Key {
	at, steps := s.known[key].parent, 0
	for s.known[at] != nil && passes(s.known[at]) && at != key && steps < longestChain {
		at = s.known[at].parent
		steps++
	}
	return at
}

// secret reports whether a document is not for everybody, neither by the mapping
// nor by a decision about exactly this document.
func (s *survey) secret(d *Document, fingerprint string) bool {
	if len(d.Readers) == 0 || s.options.Mapping.everyone(d.Readers) {
		return false
	}
	decision, ok := s.options.Decisions.Find(d.Origin.Key().String(), ChoosePublish)
	return !ok || decision.Fingerprint != fingerprint
}

// withheld says why a document must not be published, or nil.
func (s *survey) withheld(d *Document, fingerprint string) *Note {
	if d.Incomplete {
		return &Note{Key: "importer.withheld-incomplete", Review: true}
	}
	if s.secret(d, fingerprint) {
		return &Note{Key: "importer.withheld-readers", Args: map[string]any{"n": len(d.Readers)}, Review: true}
	}
	decision, ok := s.options.Decisions.Find(d.Origin.Key().String(), ChooseWithhold)
	if ok && decision.Fingerprint == fingerprint {
		return &Note{Key: "importer.withheld-decided"}
	}
	return nil
}

// ofWithheld reports whether a replication conflict says what its document must
// not.
func (s *survey) ofWithheld(k *known) bool {
	main := s.known[k.parent]
	return k.quotesWithheld || main != nil && !main.published
}

// verdict decides what can be decided without looking at the target.
func (s *survey) verdict(d *Document, ordinal int) verdict {
	k := s.known[d.Origin.Key()]
	counts := d.Skip == nil && k != nil && k.ordinal == ordinal
	name := ""
	if counts { // a decision is about the copy that counts
		name = k.fingerprint
		d.Readers = union(d.Readers, k.readers)
	}
	secret := s.secret(d, name)
	if l, ok := s.late[d.Origin.Key()]; ok && d.Skip == nil {
		return l.verdict(ordinal, secret)
	}
	switch {
	case d.Skip != nil:
		return verdict{status: StatusSkipped, note: d.Skip, confidential: secret}
	case k == nil:
		return verdict{status: StatusFailed, note: &Note{Key: "importer.source-changed", Review: true}, confidential: secret}
	case !counts:
		note := &Note{Key: "importer.older-copy"}
		if s.differing[ordinal] {
			note = &Note{Key: "importer.copy-differs", Review: true}
		}
		return verdict{status: StatusSkipped, note: note, older: true, confidential: secret || k.secret}
	case d.Conflict && !k.chosen && k.into == (Key{}):
		return verdict{status: StatusSkipped, note: &Note{Key: "importer.conflict", Review: true}, confidential: secret || s.ofWithheld(k)}
	}
	if note := s.withheld(d, name); note != nil {
		return verdict{status: StatusQuarantined, note: note, confidential: secret}
	}
	if k.withheld != (Key{}) {
		title := s.known[k.withheld].title
		return verdict{status: StatusQuarantined, note: &Note{Key: "importer.parent-withheld", Args: map[string]any{"title": title}, Review: true}, confidential: true}
	}
	if k.quotesWithheld {
		return verdict{status: StatusQuarantined, note: &Note{Key: "importer.question-withheld", Review: true}, confidential: true}
	}
	if k.below.ID != "" {
		return verdict{below: k.below}
	}
	if k.answerTo != (Key{}) {
		return verdict{answerTo: k.answerTo}
	}
	if k.into != (Key{}) {
		return verdict{into: k.into}
	}
	if parent := s.known[k.parent]; d.Append && !k.append && parent != nil && parent.published {
		return verdict{note: &Note{Key: "importer.answer-own", Args: map[string]any{"title": parent.title}}}
	}
	if d.Append {
		return verdict{note: &Note{Key: "importer.answer-alone", Review: true}}
	}
	return verdict{}
}
