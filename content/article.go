// Package content is the knowledge of the administration: what an article is
// and what may happen to it.
//
// An Article is a Markdown file with front matter in a Git repository; its
// identity is the id in the front matter, never its path. A Städtischer
// Standard is an article of a binding kind. Every acknowledged change is a
// Revision with an opaque id; results, acknowledgements and addresses refer to
// revisions, never to commits. The Library offers the verbs; it decides beside
// each verb who may use it, and keeps three stores in step: Git is the truth,
// the database (Catalogue, Ledger) and the search index are derived from it.
//
// The package is plain Go. Git, SQL, Markdown and the index are ports
// (ports.go) with adapters in gitrepo, server/store, markdown and search.
package content

import (
	"slices"
	"strings"
	"time"

	"staffelstab/internal/account"
)

// ID names an article for ever (see ident).
type ID string

// RevisionID names one version of one article: "r-" and an ident.
type RevisionID string

// Commit is the hexadecimal name of a Git commit. It stays inside: people and
// other parts see revision ids.
type Commit string

// ContentHash identifies what a text means, as "v1:" and hexadecimal SHA-256.
type ContentHash string

// Date is a day as "2026-11-23" in Europe/Berlin; empty means not set. Dates
// compare as strings.
type Date string

// DateOf returns the day of t in the given place.
func DateOf(t time.Time, place *time.Location) Date { return Date(t.In(place).Format(time.DateOnly)) }

// ParseDate reads a day. The zero Date and false mean it does not exist.
func ParseDate(s string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return "", false
	}
	return Date(t.Format(time.DateOnly)), true
}

// Time returns midnight UTC of the day, or the zero time when not set.
func (d Date) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Kind is what sort of text an article is; the words are those of the front
// matter key `art`.
type Kind string

// The kinds of article.
const (
	KindArticle      Kind = "artikel"
	KindStandard     Kind = "standard"
	KindInstruction  Kind = "dienstanweisung"
	KindAgreement    Kind = "dienstvereinbarung"
	KindRegulation   Kind = "dienstvorschrift"
	KindTemplate     Kind = "formatvorlage"
	KindModule       Kind = "lernmodul"
	KindLesson       Kind = "lektion"
	KindUnclassified Kind = ""
)

// Kinds returns all kinds in the order people are shown them.
func Kinds() []Kind {
	return []Kind{KindArticle, KindStandard, KindInstruction, KindAgreement, KindRegulation, KindTemplate, KindModule, KindLesson}
}

// Valid reports whether the kind exists.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// IsStandard reports whether texts of this kind are Städtische Standards,
// which always need approval by a second pair of eyes.
func (k Kind) IsStandard() bool {
	switch k {
	case KindStandard, KindInstruction, KindAgreement, KindRegulation:
		return true
	}
	return false
}

// IsLearning reports whether the text belongs to a learning module.
func (k Kind) IsLearning() bool { return k == KindModule || k == KindLesson }

// Binding tells whether a standard holds rules or instructions for action.
type Binding string

// The values of `verbindlich`. Unchecked means nobody confirmed it yet.
const (
	BindingNone      Binding = ""
	BindingYes       Binding = "ja"
	BindingNo        Binding = "nein"
	BindingUnchecked Binding = "ungeprüft"
)

// Visibility is the front matter key `sichtbar`: everybody, or the members of
// departments and the holders of roles it lists.
type Visibility struct {
	Departments []string
	Roles       []account.Role
}

// Everyone reports whether the text is visible to all who may read at all.
func (v Visibility) Everyone() bool { return len(v.Departments) == 0 && len(v.Roles) == 0 }

// Origin is where an imported text came from.
type Origin struct {
	UNID      string // Lotus Notes universal id, upper-case hexadecimal
	ReplicaID string // replica id of the Notes database
	Database  string
	Form      string
	DevKind   string     // Arbeitshilfe or Rahmenbedingung
	Also      []NotesKey `json:",omitempty"` // documents that became one with it; their addresses lead here
}

// NotesKey names a document of a Notes database.
type NotesKey struct{ ReplicaID, UNID string }

// Meta is what the front matter says, checked and typed.
type Meta struct {
	ID         ID
	Kind       Kind
	Title      string
	Summary    string
	Department string
	Contact    string // function or account id, never a name
	Reviewer   string
	Topics     []string
	Keywords   []string
	Language   string
	Visibility Visibility
	Binding    Binding
	Number     string
	LegalBasis []string
	AppliesTo  []string
	IssuedBy   string
	DecidedOn  Date
	ValidFrom  Date
	ValidUntil Date
	ReviewedOn Date
	ReviewDue  Date
	Replaces   []ID
	ReplacedBy ID
	Amends     []ID
	// BindingProof are the sentences of the text that make it binding.
	BindingProof []string
	Origin       Origin
	Demand       Demand `json:",omitzero"` // to take note
}

// Article is the newest released state of a text, without its body.
type Article struct {
	Meta
	Path        string // of the Markdown file in the repository
	Revision    RevisionID
	Commit      Commit // a commit that contains this state
	ETag        string // hash over the file and its attachments; changes with every change
	Blob        string // object hash of the Markdown file
	ContentHash ContentHash
	ChangedAt   time.Time
	ChangedBy   string // pseudonym
	Words       int
	Due         Date         // of the next review, stated or by default; empty: never
	Successors  []Succession // texts that have its place or will have it; derived from all texts
}

// Folder returns the folder the article and its attachments lie in.
func (a Article) Folder() string {
	if i := strings.LastIndex(a.Path, "/"); i >= 0 {
		return a.Path[:i]
	}
	return ""
}

// Audience returns the sorted tokens of those who may see the text. It meets
// account.Actor.Audience: visible means that the two sets intersect.
func (m Meta) Audience() []string {
	if m.Visibility.Everyone() {
		return []string{account.Everyone}
	}
	var tokens []string
	for _, d := range m.Visibility.Departments {
		tokens = append(tokens, account.DepartmentToken(d))
	}
	for _, r := range m.Visibility.Roles {
		tokens = append(tokens, account.RoleToken(r))
	}
	slices.Sort(tokens)
	return slices.Compact(tokens)
}

// Revision is one version of one article.
type Revision struct {
	ID          RevisionID
	Article     ID
	Commit      Commit
	Path        string
	Blob        string
	ETag        string
	ContentHash ContentHash
	Author      string // pseudonym
	At          time.Time
	Message     string
	Change      ChangeKind
	Operation   string // keyed request hash of the verb that made it, if any
	Audience    []string
	Kind        Kind // as this version says, like what follows
	Title       string
	Number      string
	Binding     Binding
	ValidFrom   Date
	ValidUntil  Date
	DecidedOn   Date
	Approvers   []string // pseudonyms of those who released it
	Sequence    int64    // position in the order of all revisions, ascending
	Removed     bool
}

// ChangeKind says whether a change touches the meaning.
type ChangeKind string

// The kinds of change; the words are those of the commit trailer `Änderung`.
const (
	ChangeUnknown   ChangeKind = ""
	ChangeEditorial ChangeKind = "redaktionell"
	ChangeMaterial  ChangeKind = "fachlich"
)

// Status is derived from dates at the time of asking and never stored.
type Status string

// The states a released text can be in.
const (
	StatusFuture        Status = "future"         // valid from a later day
	StatusValid         Status = "valid"          //
	StatusReviewOverdue Status = "review-overdue" // valid, but nobody looked in time
	StatusExpired       Status = "expired"        // validity ended
	StatusSuperseded    Status = "superseded"     // another text took its place
)

// StatusOn derives the status on a day.
func (m Meta) StatusOn(day Date) Status {
	switch {
	case m.ReplacedBy != "":
		return StatusSuperseded
	case m.ValidUntil != "" && m.ValidUntil < day:
		return StatusExpired
	case m.ValidFrom != "" && day < m.ValidFrom:
		return StatusFuture
	case m.ReviewDue != "" && m.ReviewDue < day:
		return StatusReviewOverdue
	}
	return StatusValid
}

// InForce reports whether people should act by the text.
func (s Status) InForce() bool { return s == StatusValid || s == StatusReviewOverdue }

// Over reports whether the text held once and does no more.
func (s Status) Over() bool { return s == StatusExpired || s == StatusSuperseded }

// StatusOfHit derives the status of a search hit on a day.
func StatusOfHit(h Hit, day Date) Status {
	m := Meta{ValidFrom: h.ValidFrom, ValidUntil: h.ValidUntil, ReviewDue: h.ReviewDue}
	if h.SupersededFrom != "" && h.SupersededFrom <= day {
		return StatusSuperseded
	}
	return m.StatusOn(day)
}
