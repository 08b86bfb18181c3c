package importer

import "staffelstab/importer/duplicates"

// Discards reports whether a person decided that only one of two texts applies
// that say different things: the words of the other one are nowhere then. Texts
// that say the same lose nothing when they become one.
func (p Pair) Discards() bool {
	return (p.Decision == ChooseFirst || p.Decision == ChooseSecond) && p.Class != duplicates.Identical
}

// fate is the note about a document that became one with the one of the title.
func (s *survey) fate(key Key, title string) Note {
	if s.discarded(key) {
		return NewNote(false, "importer.discarded", "title", title)
	}
	return NewNote(false, "importer.merged-into", "title", title)
}

// discarded reports whether the words of a document that became one with another
// were decided against, or those of one it had become one with before.
func (s *survey) discarded(key Key) bool {
	for range maxMerged { // longer than any way to the one that stays
		k := s.known[key]
		if k == nil || k.into == (Key{}) {
			return false
		}
		next, discards, ok := s.step(key)
		if !ok || discards {
			return discards
		}
		key = next
	}
	return false
}

// step finds the decision by which a document goes into the next one.
func (s *survey) step(dropped Key) (kept Key, discards, ok bool) {
	for _, i := range s.known[dropped].pairs {
		p := s.pairs[i]
		if to, from, ok := p.outcome(s.options.MergeIdentical); ok && p.Merged && from == dropped {
			return to, p.Discards(), true
		}
	}
	for _, d := range s.options.Decisions.All() { // the other one is not in this source
		keys := keysOf(d.Subject)
		if len(keys) != 2 || s.known[keys[0]] != nil && s.known[keys[1]] != nil {
			continue
		}
		p := Pair{First: keys[0], Second: keys[1], Decision: d.Choice}
		if to, from, ok := p.outcome(false); ok && from == dropped {
			return to, p.Discards(), true
		}
	}
	return Key{}, false, false
}
