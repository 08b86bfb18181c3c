package content

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"time"

	"staffelstab/internal/account"
)

// Snapshot is the whole tree of one commit, readable as a file system. It
// stays readable however many commits follow. Implementations are safe for
// concurrent use.
type Snapshot interface {
	fs.FS
	fs.ReadDirFS
	fs.ReadFileFS
	// Commit names the commit; it is empty for the pending tree inside a write
	// and for a repository without commits.
	Commit() Commit
	// Hash returns the Git object hash of the file or folder and whether it
	// exists. "." is the root.
	Hash(name string) (hash string, ok bool)
}

// Repository is the versioned store. There is one writer: Write queues, and
// everybody who waited shares one durable sync.
type Repository interface {
	// Head is the newest acknowledged commit; empty before the first.
	Head() Commit
	// Snapshot opens the tree of a commit. The empty commit is the empty tree.
	Snapshot(ctx context.Context, commit Commit) (Snapshot, error)
	// Blob reads a file version by its object hash.
	Blob(ctx context.Context, hash string) ([]byte, error)
	// Write runs change against the newest tree, which may hold changes of
	// others that are written but not yet acknowledged, and commits what it
	// returns. Nothing happens when change fails. Write returns once the commit
	// is on disk for good, the Recorder has recorded it and Head shows it.
	// A Change without files that differ from the tree makes no commit and
	// returns the zero CommitRecord.
	Write(ctx context.Context, change func(Snapshot) (Change, error)) (CommitRecord, error)
	// History yields the commits reachable from to but not from "from"
	// ("" = from the beginning), every commit before its parents, each with
	// what it changed: against its parent, for a merge only paths that differ
	// from all parents, for a first commit against the empty tree.
	History(ctx context.Context, from, to Commit) iter.Seq2[CommitRecord, error]
	// Replay yields the same in the opposite order: every commit after its
	// parents.
	Replay(ctx context.Context, from, to Commit) iter.Seq2[CommitRecord, error]
	// Diff compares two trees; equal subtrees are skipped by their hash.
	Diff(ctx context.Context, from, to Commit) ([]PathChange, error)
}

// Change is what one verb does to the tree: one commit.
type Change struct {
	Files     map[string][]byte // new bytes by path; nil removes the file
	Author    string            // pseudonym
	Committer string            // pseudonym of who released it; empty: the author
	At        time.Time         // author date
	Message   string            // first line and, after a blank line, more
	Trailers  []Trailer
}

// Trailer is a "Key: value" line at the end of a commit message.
type Trailer struct{ Key, Value string }

// Trailer keys the product writes. They are part of the repository format.
const (
	TrailerRevision  = "Revision"   // revision id; repeated when a commit touches several articles: "r-… <article id>"
	TrailerKept      = "Fassung"    // the same, of a commit that a redaction may have left without a change
	TrailerOperation = "Vorgang"    // keyed request hash, for repeated requests
	TrailerChange    = "Änderung"   // redaktionell | fachlich
	TrailerOrigin    = "Ursprung"   // commit hash in an adopted repository
	TrailerProposal  = "Vorschlag"  // id of the proposal the commit releases
	TrailerApproval  = "Freigabe"   // pseudonym of somebody who approved; repeated
	TrailerDeputy    = "Vertretung" // pseudonym of somebody who approved for another, and of the other; repeated
	TrailerNotes     = "Notes-UNID"
	TrailerSequence  = "Notes-Sequenz"  // how often the document was saved there
	TrailerCreated   = "Notes-Erstellt" // RFC 3339
	TrailerImportRun = "Import-Lauf"
)

// CommitRecord is one commit as the projection needs it.
type CommitRecord struct {
	Commit   Commit
	Parents  []Commit
	Author   string    // pseudonym
	At       time.Time // author date, UTC
	Message  string    // without trailers
	Trailers []Trailer
	Changes  []PathChange
}

// Trailer returns the first value of a trailer, or "".
func (c CommitRecord) Trailer(key string) string {
	for _, t := range c.Trailers {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// PathChange is a file that differs between two trees. Before or After is
// empty when the file did not exist on that side; both are object hashes.
type PathChange struct {
	Path   string
	Before string
	After  string
}

// Recorder is told of every group of commits after they are durable in Git and
// before they are acknowledged, oldest first. When it fails the repository
// keeps the commits, refuses further writes and is rolled forward at the next
// start (or by Library.CatchUp).
type Recorder interface {
	Record(ctx context.Context, commits []CommitRecord) error
}

// Projection is what one step of the repository means to the database.
type Projection struct {
	From      Commit     // head before, must equal the ledger's head
	Head      Commit     // head after
	Articles  []Article  // new or changed articles, whole rows
	Removed   []ID       // articles that no longer exist in the tree
	Revisions []Revision // oldest first; Sequence is given by the ledger
	Releases  []Release  // proposals that became commits
	Relations            // names, links and similarity of texts
}

// ProjectionShape counts the changes of what is derived from Git. A database
// with rows of an older shape is derived again at the next start.
const ProjectionShape = 4

// Ledger is the part of the database that follows Git. Everything in it can be
// derived from the repository again.
type Ledger interface {
	// LedgerHead is the commit the database stands at.
	LedgerHead(ctx context.Context) (Commit, error)
	// LedgerShape is the ProjectionShape the derived rows were made with.
	LedgerShape(ctx context.Context) (int, error)
	// Append applies a projection in one transaction. It fails when From is not
	// the ledger's head.
	Append(ctx context.Context, p Projection) error
	// Replace puts a projection of the whole history in place of everything
	// derived from Git, in one transaction.
	Replace(ctx context.Context, p Projection) error
	// Recorded tells the rows there are of texts; others are missing.
	Recorded(ctx context.Context, ids []ID) (map[ID]Article, error)
	// Revision, Revisions and FormerPaths are as in Catalogue.
	Revision(ctx context.Context, id RevisionID) (Revision, error)
	Revisions(ctx context.Context, id ID, before int64, limit int) ([]Revision, error)
	FormerPaths(ctx context.Context, id ID) ([]string, error)
	Opener
}

// Catalogue answers questions about articles and revisions from the database.
// It applies audience sets but decides no permission. A missing row is a
// fault of kind NotFound.
type Catalogue interface {
	Article(ctx context.Context, id ID) (Article, error)
	ArticleByPath(ctx context.Context, path string) (Article, error)
	// ArticlesByOrigin finds imported articles by their Notes UNID and, when it
	// is not empty, the replica id.
	ArticlesByOrigin(ctx context.Context, replicaID, unid string) ([]Article, error)
	Articles(ctx context.Context, filter ArticleFilter) (ArticlePage, error)
	// AllArticles yields every article in the order of ids, for rebuilds.
	AllArticles(ctx context.Context) iter.Seq2[Article, error]
	Revision(ctx context.Context, id RevisionID) (Revision, error)
	// Revisions lists the versions of an article, newest first; before = 0
	// starts at the newest, else at the one older than that sequence.
	Revisions(ctx context.Context, id ID, before int64, limit int) ([]Revision, error)
	// ArchivedTexts lists the texts that were archived, latest first.
	ArchivedTexts(ctx context.Context) ([]ID, error)
	// RevisionByOperation finds what a keyed request did before.
	RevisionByOperation(ctx context.Context, operation string) (Revision, error)
	LinkCatalogue
	LikenessCatalogue
	// Titles maps lower-case titles to ids, for [[wiki links]]; paths likewise.
	ResolveTitle(ctx context.Context, title string) (ID, error)
	Timeline
}

// ArticleFilter selects articles. Zero fields do not restrict.
type ArticleFilter struct {
	Audience   []string // the actor's tokens; nil sees nothing, see AnyAudience
	Any        bool     // the operator: every audience
	Kinds      []Kind
	Department string // with its units
	Topic      string
	Binding    Binding
	DueBefore  Date // review due before this day
	IDs        []ID
	ChangedBy  string // pseudonym
	Title      string // exactly, in any case
	InForceOn  Date   // in force on this day
	Reviewer   string // named as reviewer: account id or function
	Owned      bool   // somebody is
	Unowned    bool   // nobody is named as reviewer
	Unreviewed bool   // nobody ever confirmed it
	// DemandedOf are tokens: texts that ask one of these groups to take note;
	// "" means any group at all.
	DemandedOf []string
	Sort       ArticleSort
	Limit      int    // 1..500
	Cursor     string // from the page before
}

// ArticleSort orders a list.
type ArticleSort string

// The orders. Titles sort by German collation (DIN 5007-1).
const (
	SortTitle   ArticleSort = "title"
	SortChanged ArticleSort = "changed" // newest first
	SortDue     ArticleSort = "due"     // oldest due date first
	SortNumber  ArticleSort = "number"  // those without one last
)

// ArticlePage is one page of a list.
type ArticlePage struct {
	Articles []Article
	Total    int    // of all pages
	Next     string // cursor, empty on the last page
}

// People finds those whom something concerns.
type People interface {
	Person(ctx context.Context, id string) (account.Person, error)
	// PersonByPseudonym is NotFound for an erased person.
	PersonByPseudonym(ctx context.Context, pseudonym string) (account.Person, error)
	// Holders lists active people with a grant of the role that holds on the
	// day (2026-01-31) and covers the department.
	Holders(ctx context.Context, role account.Role, department, day string) ([]account.Person, error)
	Grants(ctx context.Context, person string) ([]account.Grant, error)
	// PeopleNamed lists active people with exactly the id, login or display name,
	// in any case.
	PeopleNamed(ctx context.Context, name string) ([]account.Person, error)
	// Represented lists whom an account stands in for on the day, and DeputiesOf
	// who stands in for an account; active people only.
	Represented(ctx context.Context, deputy, day string) ([]account.Person, error)
	DeputiesOf(ctx context.Context, person, day string) ([]account.Person, error)
	Departments(ctx context.Context) ([]account.Department, error)
}

// Transactions makes changes of several ports one. Together keeps everything f
// changes through its context, or nothing.
type Transactions interface {
	Together(ctx context.Context, f func(context.Context) error) error
}

// Draft is text somebody is still writing. It lives in the database only.
type Draft struct {
	Person    string // account id
	Article   ID     // empty for a text that does not exist yet
	Key       string // names a new text's draft before it has an id
	Base      string // ETag the writing started from
	Title     string
	Body      string
	Fields    map[string]string // other form fields
	UpdatedAt time.Time
}

// Drafts keeps what people type until they save it.
type Drafts interface {
	SaveDraft(ctx context.Context, d Draft) error
	// Draft returns the draft of a person for an article, or for key when
	// article is empty. NotFound when there is none.
	Draft(ctx context.Context, person string, article ID, key string) (Draft, error)
	DraftsOf(ctx context.Context, person string) ([]Draft, error)
	DeleteDraft(ctx context.Context, person string, article ID, key string) error
}

// Files keeps attachments by content beside the repository.
type Files interface {
	// Put stores the bytes durably and returns their name and size. The same
	// bytes are stored once.
	Put(ctx context.Context, r io.Reader, limit int64) (StoredFile, error)
	// Open returns the bytes of a stored file by its SHA-256 in hexadecimal.
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
}

// StoredFile names stored bytes.
type StoredFile struct {
	SHA256 string
	Size   int64
}

// Renderer turns Markdown into safe HTML and a plain block tree.
type Renderer interface {
	// Render returns sanitised HTML; link resolves relative links, images and
	// [[wiki links]].
	Render(ctx context.Context, markdown []byte, link LinkResolver) (Rendered, error)
	// Blocks returns the block tree; byte ranges refer to the input.
	Blocks(markdown []byte) []Block
	LinkReader
	DestinationReader
}

// LinkResolver turns a link target as written into an address. Not ok means
// the target does not exist; the renderer marks the link as broken.
type LinkResolver func(target string, wiki bool) (href, title string, ok bool)

// Rendered is a text as people read it.
type Rendered struct {
	HTML    string // sanitised
	Outline []Heading
}

// Heading is a line of the outline.
type Heading struct {
	Level  int
	Text   string
	Anchor string
}

// BlockKind is a kind of Markdown block.
type BlockKind string

// The block kinds.
const (
	BlockHeading    BlockKind = "heading"
	BlockParagraph  BlockKind = "paragraph"
	BlockList       BlockKind = "list"
	BlockItem       BlockKind = "item"
	BlockQuote      BlockKind = "quote"
	BlockCode       BlockKind = "code"
	BlockTable      BlockKind = "table"
	BlockRow        BlockKind = "row"
	BlockCell       BlockKind = "cell"
	BlockHTML       BlockKind = "html"
	BlockRule       BlockKind = "rule"
	BlockDefinition BlockKind = "definition"
)

// Block is a node of the block tree.
type Block struct {
	Kind     BlockKind
	Level    int    // of a heading, 1..6
	Anchor   string // of a heading
	Text     string // plain text of a leaf block or heading; for HTML the raw text
	Ordered  bool   // of a list
	Task     bool   // an item that starts with a task box
	Checked  bool   // the task box is ticked
	Info     string // of a code block
	Start    int    // byte offset in the input
	End      int    // byte offset after the block
	Children []Block
}
