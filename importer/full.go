package importer

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// Missing is an article whose document the source no longer has. It stays; what
// becomes of it is for people to say.
type Missing struct {
	ID         string        `json:"id"`
	ReplicaID  string        `json:"replica_id"`
	UNID       string        `json:"unid"`
	Title      string        `json:"title"`
	Path       string        `json:"path"`
	Department string        `json:"department,omitempty"`
	Reason     MissingReason `json:"reason"`
}

// MissingReason is how a run knows that a document is gone.
type MissingReason string

// The reasons.
const (
	MissingInFull  MissingReason = "full"    // a full export does not have it
	MissingDeleted MissingReason = "deleted" // a list of deletions names it
	MissingBelow   MissingReason = "below"   // the same, of one that stands in the article of another
)

// seen is which documents the source has, in whatever state.
type seen struct {
	keys     map[Key]bool
	replicas map[string]bool
	unids    map[string]bool // of documents that could not be read
	nameless int             // documents that could not be read and say no UNID
	unread   bool            // of a whole database nothing was read
}

func newSeen() seen {
	return seen{keys: map[Key]bool{}, replicas: map[string]bool{}, unids: map[string]bool{}}
}

func (s *seen) add(k Key) {
	s.keys[k.upper()] = true
	if k.ReplicaID != "" {
		s.replicas[k.ReplicaID] = true
	}
}

// broken notes what could not be read: a document that is damaged is not gone.
func (s *seen) broken(b *SourceError) {
	switch {
	case b.Database:
		s.unread = true
	case b.Origin.UNID == "":
		s.nameless++
	default:
		s.unids[strings.ToUpper(b.Origin.UNID)] = true
	}
}

func (s *seen) has(k Key) bool { return s.keys[k.upper()] || s.unids[strings.ToUpper(k.UNID)] }

// gone reports whether a document this source does not bring is known to be no
// more: a list of deletions names it, or the export is full and nothing of its
// database was unreadable.
func (r *run) gone(k Key) bool {
	s := &r.survey.seen
	if s.has(k) {
		return false
	}
	full := r.Full && s.replicas[k.ReplicaID] && !s.unread && s.nameless == 0
	return full || r.deleted[k.upper()]
}

// upper writes a key as front matter keeps it.
func (k Key) upper() Key { return Key{strings.ToUpper(k.ReplicaID), strings.ToUpper(k.UNID)} }

// missing reports what the source no longer has: everything of its databases a
// full export lacks, and what a list of deletions names.
func (r *run) missing(ctx context.Context) error {
	found := map[content.ID]bool{}
	if r.Full {
		if err := r.missingInFull(ctx, found); err != nil {
			return err
		}
	}
	for _, key := range r.Deleted {
		if r.survey.seen.has(key) || r.dropped[key] {
			continue
		}
		current, id, err := r.standing(ctx, key)
		if err != nil {
			return err
		}
		if current == nil || found[id] && id == ArticleID(key) {
			continue
		}
		reason := MissingDeleted
		d, _ := content.ParseDocument(current.Path, current.Markdown)
		if id != ArticleID(key) {
			reason = MissingBelow
		}
		if reason == MissingBelow && !slices.Contains(d.Meta.Origin.Also, content.NotesKey(key)) {
			continue
		}
		found[id] = found[id] || reason == MissingDeleted
		held := Known{ID: id, Key: key, Title: d.Meta.Title, Path: current.Path, Department: d.Meta.Department}
		r.report.Missing = append(r.report.Missing, held.missing(reason))
	}
	slices.SortFunc(r.report.Missing, func(a, b Missing) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.ID, b.ID), strings.Compare(a.UNID, b.UNID))
	})
	return nil
}

// missingInFull compares the databases of a full export with what the target has
// of them. Beside a database that was not read nobody can say that the export is
// full, even when the head of the file names another one.
func (r *run) missingInFull(ctx context.Context, found map[content.ID]bool) error {
	if r.survey.seen.unread {
		r.remark("importer.missing-unknown", nil)
		return nil
	}
	for _, replica := range sortedKeys(r.survey.seen.replicas) {
		for held, err := range r.target.Known(ctx, replica) {
			if err != nil {
				return err
			}
			if !r.survey.seen.has(held.Key) && !found[held.ID] {
				found[held.ID] = true
				r.report.Missing = append(r.report.Missing, held.missing(MissingInFull))
			}
		}
	}
	if n := r.survey.seen.nameless; n > 0 && len(r.report.Missing) > 0 {
		r.remark("importer.missing-uncertain", map[string]any{"n": n})
	}
	return nil
}

func (k Known) missing(reason MissingReason) Missing {
	return Missing{string(k.ID), k.Key.ReplicaID, k.Key.UNID, k.Title, k.Path, k.Department, reason}
}

func sortedKeys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Names in a list of deletions.
var (
	unidWord    = regexp.MustCompile(`^[0-9A-Fa-f]{32}$`)
	replicaWord = regexp.MustCompile(`^[0-9A-Fa-f]{16}$`)
)

// maxDeletions bounds a list of deletions.
const maxDeletions = 1_000_000

// ReadDeletions reads the list of deleted documents the export agent writes
// beside an export (.unids): a UNID on each line. The replica id of the database
// stands before, on a line of its own or before its UNIDs with a slash or blank
// between; colons in it do not matter. A line that begins with # is a remark.
// Faults name the line.
func ReadDeletions(r io.Reader) ([]Key, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4<<10), 64<<10)
	var out []Key
	replica := ""
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		found := false
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t/;,=\"", r) }) {
			word = strings.ToUpper(strings.TrimSuffix(word, ":"))
			switch plain := strings.ReplaceAll(word, ":", ""); {
			case unidWord.MatchString(plain) && replica != "":
				out, found = append(out, Key{replica, plain}), true
			case replicaWord.MatchString(plain):
				replica, found = plain, true
			}
		}
		if !found || len(out) > maxDeletions {
			return nil, fault.New(fault.Invalid, "importer.deletions-broken", "line", n).At("", n)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fault.New(fault.Invalid, "importer.deletions-broken", "line", 1).Because(err)
	} else if err != nil {
		return nil, err
	}
	return out, nil
}
