package importer

import (
	"context"
	"slices"
	"time"

	"staffelstab/internal/i18n"
)

// Stamp says how often and when a document was saved in the source. It tells
// states of one document apart.
type Stamp struct {
	Sequence int       // 0: the source does not count
	At       time.Time // zero: unknown
}

// Stamp is the stamp of the document.
func (d *Document) Stamp() Stamp {
	s := Stamp{Sequence: d.Origin.Sequence, At: d.Revised}
	if s.At.Unix() <= 0 { // as of documents without any time
		s.At = time.Time{}
	}
	return s
}

// Before reports whether a state is certainly older than another one. As in Notes
// the sequence decides first. Without one nobody can tell: times of such sources
// may come from a table somebody mends.
func (s Stamp) Before(o Stamp) bool {
	switch {
	case s.Sequence <= 0 || o.Sequence <= 0:
		return false
	case s.Sequence != o.Sequence:
		return s.Sequence < o.Sequence
	}
	return !s.At.IsZero() && s.At.Before(o.At)
}

// late is a document of which this source has an older state than an earlier run.
type late struct {
	ordinal  int
	withheld string // why it is not for everybody, as a sentence about it; "": it is
}

// withheld tells why a document must not be published, because an earlier run knew
// it with a restriction this state may only lack by its age: a newer state has it, or
// this very state, or one of which nobody can tell whether it is older. What has
// readers whom the mapping takes for everybody was opened by people.
func (was Earlier) withheld(k *known) string {
	switch {
	case was.Withheld && k.stamp.Before(was.Read):
		return "importer.late-withheld"
	case was.Restricted && was.Read != (Stamp{}) && len(k.readers) == 0 && !was.Read.Before(k.stamp):
		return "importer.state-withheld"
	}
	return ""
}

// lookups is how many documents are asked about at once.
const lookups = 500

// outdate sets documents aside of which an earlier run knew a newer state: an old
// export brought again must neither overwrite a text nor publish what is withheld
// since. For everything else the source does not bring them.
func (s *survey) outdate(ctx context.Context) error {
	if s.options.Earlier == nil {
		return nil
	}
	keys := make([]Key, 0, len(s.known))
	for key := range s.known {
		keys = append(keys, key)
	}
	for some := range slices.Chunk(keys, lookups) {
		earlier, err := s.options.Earlier(ctx, some...)
		if err != nil {
			return err
		}
		for key, was := range earlier {
			k := s.known[key]
			withheld := was.withheld(k)
			if withheld != "" || k.stamp.Before(was.Brought) {
				s.late[key] = late{k.ordinal, withheld}
				delete(s.known, key)
			}
		}
	}
	return nil
}

// brings reports whether the source has a document in a state that counts.
func (s *survey) brings(k Key) bool {
	_, outdated := s.late[k]
	return !outdated && s.seen.has(k)
}

// verdict is what becomes of a document that is set aside.
func (l late) verdict(ordinal int, secret bool) verdict {
	switch {
	case l.ordinal != ordinal:
		return verdict{status: StatusSkipped, note: &Note{Key: "importer.older-copy"}, older: true, confidential: secret || l.withheld != ""}
	case l.withheld != "":
		return verdict{status: StatusQuarantined, note: &Note{Key: l.withheld, Review: true}, older: true, confidential: true}
	}
	return verdict{status: StatusSkipped, note: &Note{Key: "importer.late"}, older: true, confidential: secret}
}

// remarkLate asks once whether somebody took the wrong file.
func (r *run) remarkLate() {
	n := 0
	for _, l := range r.survey.late {
		if l.withheld == "" {
			n++
		}
	}
	if n > 0 && !r.report.Verified {
		r.report.Remarks = append(r.report.Remarks, r.Catalogue.Plural(i18n.German, "importer.late-documents.one", "importer.late-documents.other", n))
	}
}
