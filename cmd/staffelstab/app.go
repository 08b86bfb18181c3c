package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	_ "time/tzdata" // Europe/Berlin on machines without a zone database

	"staffelstab/content"
	"staffelstab/content/extract"
	"staffelstab/content/gitrepo"
	"staffelstab/content/legacy"
	"staffelstab/content/markdown"
	"staffelstab/content/search"
	"staffelstab/importer/findings"
	"staffelstab/internal/account"
	"staffelstab/internal/i18n"
	"staffelstab/internal/ident"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
	"staffelstab/server"
	"staffelstab/server/api"
	"staffelstab/server/auth"
	"staffelstab/server/store"
	"staffelstab/server/web"
)

// Names in the data folder.
const (
	repositoryFolder = "content.git"
	databaseFile     = "staffelstab.db"
	indexFolder      = "index"
	spoolFolder      = "spool"
)

// operatorPseudonym is the author of what nobody in particular wrote: imports
// and the demo.
const operatorPseudonym = "u-operatorxx"

// appConfig is what opens a data folder.
type appConfig struct {
	Data        string
	DatabaseURL string // empty: SQLite in the folder
	Log         *slog.Logger
	Catalogue   *i18n.Catalogue
	Demo        bool
	Create      bool   // make the folder when it is missing
	Serving     bool   // people work beside what the commands do
	Secure      bool   // cookies over TLS only
	BaseURL     string // public address without a slash at the end; empty: as asked
	Now         func() time.Time
	IDs         ident.Source

	MaxAttachment int64 // bytes of a file beside a text; 0: the library's own limit
}

// App is an open data folder with every domain on it. serve, the commands and
// the end-to-end tests use the same one.
type App struct {
	appConfig
	Zone       *time.Location
	Repository *gitrepo.Repository
	Files      *gitrepo.Files
	Store      *store.Store
	Index      *search.Index
	Projector  *content.Projector
	Library    *content.Library
	Academy    *lessons.Academy
	Tracker    *zak.Tracker
	Legacy     *legacy.Desk
	Office     *account.Office
	Auth       *auth.Service

	pace       *gitrepo.Pace // of all imports together
	background context.Context
	stop       context.CancelFunc
	running    sync.WaitGroup
	ready      chan struct{} // closed when the database is whole
	closers    []func() error
}

// OpenApp opens a data folder exclusively, brings database and index to the
// state of the repository and starts what runs in the background.
func OpenApp(ctx context.Context, c appConfig) (*App, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.IDs == nil {
		c.IDs = ident.NewRandom()
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return nil, err
	}
	a := &App{appConfig: c, Zone: zone, pace: gitrepo.NewPace(gitrepo.ServingPace), ready: make(chan struct{})}
	a.background, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	if a.Create {
		if err := os.MkdirAll(filepath.Join(a.Data, spoolFolder), 0o700); err != nil {
			return err
		}
	}
	if err := a.openStores(ctx); err != nil {
		return err
	}
	if err := a.openLibrary(ctx); err != nil {
		return err
	}
	a.Office = account.NewOffice(a.Store, a.Store, a.Now, a.IDs)
	a.Academy = lessons.NewAcademy(a.Library, a.Library.Renderer, a.Store, a.Now, a.IDs)
	a.Tracker = zak.NewTracker(a.Store, a.Academy, a.Store, a.IDs)
	a.Legacy = legacy.NewDesk(a.Store, a.Library, a.Store, findings.Reader{
		Catalogue: a.Catalogue, Renderer: a.Library.Renderer, Place: a.Zone, Now: a.Now, SpoolDir: filepath.Join(a.Data, spoolFolder),
	}, a.Now)
	a.Auth = auth.New(auth.Options{
		Directory: a.Store, Credentials: a.Store, Audit: a.Store, Now: a.Now, IDs: a.IDs, Place: a.Zone, Demo: a.Demo, Cheap: a.Demo,
	})
	return nil
}

// openStores opens what keeps data. Closers run in reverse order.
func (a *App) openStores(ctx context.Context) error {
	target := a.DatabaseURL
	if target == "" {
		target = filepath.Join(a.Data, databaseFile)
	}
	// The repository holds the lock of the folder, so it opens first: nobody
	// else's database is migrated under them.
	openDatabase := func() (head content.Commit, err error) {
		if a.Store, err = store.Open(ctx, target, a.Log); err != nil {
			return "", err
		}
		a.closers = append(a.closers, a.Store.Close)
		return a.Store.LedgerHead(ctx)
	}
	var err error
	if a.Repository, err = gitrepo.Open(a.Data, gitrepo.Options{RecordedHead: openDatabase, Now: a.Now, Log: a.Log}); err != nil {
		return err
	}
	a.closers = append(a.closers, a.Repository.Close)
	if a.Files, err = gitrepo.OpenFiles(a.Data); err != nil {
		return err
	}
	a.closers = append(a.closers, a.Files.Close)
	if a.Index, err = search.Open(filepath.Join(a.Data, indexFolder), a.Log); err != nil {
		return err
	}
	a.closers = append(a.closers, a.Index.Close)
	return nil
}

// openLibrary puts the library on the stores and brings the database to the
// state of the repository; the index follows in the background.
func (a *App) openLibrary(ctx context.Context) error {
	word := func(key string) string { return a.Catalogue.Text(i18n.German, key, nil) }
	renderer := markdown.New(markdown.Labels{
		Note: word("content.callout-note"), Tip: word("content.callout-tip"), Important: word("content.callout-important"),
		Warning: word("content.callout-warning"), Caution: word("content.callout-caution"), Table: word("content.table"),
		BackToText: word("content.back-to-text"), Done: word("content.task-done"), Open: word("content.task-open"),
	})
	a.Projector = content.NewProjector(a.Repository, a.Store, a.Log, func(c content.Commit) { a.Library.HeadChanged(c) })
	examiner := extract.New(filepath.Join(a.Data, spoolFolder))
	a.Library = content.NewLibrary(content.Ports{
		Repository: a.Repository, Catalogue: a.Store, Drafts: a.Store, Proposals: a.Store, People: a.Store, Notices: a.Store, Talk: a.Store, Rules: a.Store, Together: a.Store, Files: a.Files, DraftFiles: a.Store, Texts: a.Store, Examiner: examiner, Extractor: examiner, Index: a.Index,
		Renderer: renderer, Concealer: lessons.Concealer{}, Linter: lessons.Linter{}, Projector: a.Projector,

		Acknowledgements: a.Store, Members: a.Store, AccessLog: a.Store, Bookmarks: a.Store, SearchLog: a.Store,
		Redactions: a.Store, Rewriter: gitrepo.History{Repository: a.Repository, Attachments: a.Files}, Audit: a.Store, Pins: lessons.Pins{},
	}, content.Settings{Now: a.Now, IDs: a.IDs, Zone: a.Zone, Log: a.Log, MaxAttachment: a.MaxAttachment})
	a.Repository.Start(a.Projector)
	if err := a.Library.SettleRedactions(ctx); err != nil {
		return err
	}
	return a.bringUp(ctx)
}

// Operator acts for whoever runs the commands on this machine.
func (a *App) Operator() account.Actor { return account.SystemActor(operatorPseudonym) }

// bulk marks the writes of an import.
func (a *App) bulk(ctx context.Context) context.Context {
	if !a.Serving {
		return gitrepo.Bulk(ctx, nil)
	}
	return gitrepo.Bulk(ctx, a.pace)
}

// CheckPassword refuses passwords that are too short.
func (a *App) CheckPassword(password string) error { return auth.CheckPassword(password) }

// Background runs f until the folder is closed.
func (a *App) Background(f func(context.Context)) {
	a.running.Go(func() { f(a.background) })
}

// Server returns the handler over this folder.
func (a *App) Server() (*server.Server, error) {
	cookies := a.cookies()
	operations := api.New(api.Services{
		Library: a.Library, Academy: a.Academy, Tracker: a.Tracker, Office: a.Office, Legacy: a.Legacy, Credentials: a.Auth,
		Catalogue: a.Catalogue, Log: a.Log, Version: version,
		BaseURL: a.BaseURL,
	})
	pages, err := a.pages(cookies)
	if err != nil {
		return nil, err
	}
	return server.New(server.Options{
		API: operations, Web: pages, Auth: a.Auth, Cookie: cookies, Demo: a.Demo, IDs: a.IDs, Log: a.Log, Now: a.Now, Writable: a.Writable,
		Checks: []server.Check{
			{Name: "database", Test: a.Store.Ping},
			{Name: "repository", Test: a.Repository.Ping},
		},
	}), nil
}

func (a *App) cookies() auth.Cookies { return auth.Cookies{Secure: a.Secure} }

func (a *App) pages(cookies auth.Cookies) (*web.Server, error) {
	o := web.Options{
		Library: a.Library, Academy: a.Academy, Tracker: a.Tracker, Office: a.Office, Legacy: a.Legacy, Auth: a.Auth, Cookies: cookies,
		Catalogue: a.Catalogue, IDs: a.IDs, Zone: a.Zone, Log: a.Log, Version: version, BaseURL: a.BaseURL, Writable: a.Writable,
	}
	if a.Demo {
		for _, p := range demoPeople() {
			person := web.DemoPerson{Login: p.login, Name: p.name}
			for _, g := range p.grants {
				person.Roles = append(person.Roles, g.Role)
			}
			o.DemoPeople = append(o.DemoPeople, person)
		}
	}
	return web.New(o)
}

// Close ends what runs and closes the folder.
func (a *App) Close() error {
	a.stop()
	a.running.Wait()
	var errs []error
	for _, closer := range slices.Backward(a.closers) {
		errs = append(errs, closer())
	}
	return errors.Join(errs...)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
