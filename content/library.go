package content

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/internal/notice"
)

// Concealer hides what readers of a text must not see before they did
// something: the answers of a lesson. Package lessons provides it.
type Concealer interface {
	// Conceal returns the body without what has to stay hidden.
	Conceal(kind Kind, body []byte, blocks []Block) []byte
}

// Linter looks over a text before it is saved. Package lessons provides it.
type Linter interface {
	// Lint returns the body with what a machine can mend mended. What only the
	// writer can mend is a fault of kind Invalid with the line in the body.
	Lint(kind Kind, body []byte, blocks []Block, ids ident.Source) ([]byte, error)
}

// Ports are what the library stands on.
type Ports struct {
	Repository Repository
	Catalogue  Catalogue
	Drafts     Drafts
	Proposals  Proposals
	People     People
	Rules      RuleBook
	Audit      account.Audit
	Notices    notice.Outbox
	Talk       Talk
	Together   Transactions
	Files      Files
	DraftFiles DraftFiles
	Texts      FileTexts
	Examiner   Examiner
	Extractor  Extractor // nil: no words of files are found
	Index      Index
	Renderer   Renderer
	Concealer  Concealer
	Linter     Linter
	Projector  *Projector
	Redactions Redactions
	Rewriter   Rewriter
	Pins       Pins

	Acknowledgements Acknowledgements
	Members          Members
	AccessLog        AccessLog
	Bookmarks        Bookmarks
	SearchLog        SearchLog
}

// Pins finds the parts of a text that something outside is pinned to by their
// hash. Package lessons provides it.
type Pins interface {
	// Pinned maps the hashes of parts of a text to those of the same parts in the
	// text that took its place.
	Pinned(kind Kind, before, after []byte, blocksBefore, blocksAfter []Block) map[string]string
}

// Settings are what tests fix.
type Settings struct {
	Now           func() time.Time
	IDs           ident.Source
	Zone          *time.Location // where days begin and end: Europe/Berlin
	MaxBody       int            // bytes of one Markdown file
	MaxAttachment int64          // bytes of one attachment
	Log           *slog.Logger
}

// Default limits, in bytes.
const (
	DefaultMaxBody       = 4 << 20
	DefaultMaxAttachment = 200 << 20
)

// Library offers what may be done with knowledge. Its methods are the verbs;
// each decides whether the actor may use it.
type Library struct {
	Ports
	Settings
	pages      *renderCache
	index      *indexer
	reader     *fileReader
	operations *operations
	relating   sync.Mutex // one new relation between texts at a time
	blames     blameCache
	reminding  reminding
	recent     recentReadings
	searching  searching
	deciding   sync.Mutex // one step of a proposal at a time: none is released while it is withdrawn
}

// NewLibrary returns a library. Call Start before the first write.
func NewLibrary(ports Ports, settings Settings) *Library {
	if settings.MaxBody == 0 {
		settings.MaxBody = DefaultMaxBody
	}
	if settings.MaxAttachment == 0 {
		settings.MaxAttachment = DefaultMaxAttachment
	}
	l := &Library{Ports: ports, Settings: settings, pages: newRenderCache(renderCacheEntries), operations: newOperations()}
	ports.Projector.reader = ports.Renderer
	l.index = &indexer{library: l, wake: make(chan struct{}, 1)}
	l.reader = &fileReader{library: l, wake: make(chan struct{}, 1)}
	return l
}

// Today is the day in the time zone of the library.
func (l *Library) Today() Date { return DateOf(l.Now(), l.Zone) }

// HeadChanged tells the library that the repository has a new head. It never
// blocks; the Projector calls it.
func (l *Library) HeadChanged(head Commit) {
	l.index.announced.Store(head)
	l.index.Wake()
}

// Start follows the repository with the search index and reads the files beside
// texts until the context ends and the returned function is called, which waits
// for the last step.
func (l *Library) Start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { l.index.Run(ctx) })
	wg.Go(func() { l.reader.Run(ctx) })
	l.index.Wake()
	return func() {
		cancel()
		wg.Wait()
		if err := l.keepSearches(context.WithoutCancel(ctx), true); err != nil {
			l.Log.Warn("searches of the last minutes are not counted", "error", err)
		}
	}
}

// visible returns the newest state of a text the actor may see. What must not
// be seen is not found, so that nobody learns that it exists.
func (l *Library) visible(ctx context.Context, actor account.Actor, id ID) (Article, error) {
	if err := authorizeRead(actor); err != nil {
		return Article{}, err
	}
	a, err := l.Catalogue.Article(ctx, id)
	if err != nil {
		return Article{}, err
	}
	if !CanSee(actor, a.Audience()) {
		return Article{}, fault.New(fault.NotFound, "content.article-missing", "id", string(id))
	}
	return a, nil
}
