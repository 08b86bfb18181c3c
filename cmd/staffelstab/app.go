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
	"staffelstab/content/gitrepo"
	"staffelstab/content/markdown"
	"staffelstab/content/search"
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
	Create      bool // make the folder when it is missing
	Secure      bool // cookies over TLS only
	Now         func() time.Time
	IDs         ident.Source
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
	Library    *content.Library
	Academy    *lessons.Academy
	Tracker    *zak.Tracker
	Office     *account.Office
	Auth       *auth.Service

	background context.Context
	stop       context.CancelFunc
	running    sync.WaitGroup
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
	a := &App{appConfig: c, Zone: zone}
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
	a.Auth = auth.New(auth.Options{
		Directory: a.Store, Credentials: a.Store, Audit: a.Store, Now: a.Now, IDs: a.IDs, Place: a.Zone, Demo: a.Demo, Cheap: a.Demo,
	})
	return nil
}

// Operator acts for whoever runs the commands on this machine.
func (a *App) Operator() account.Actor { return account.SystemActor(operatorPseudonym) }

// CheckPassword refuses passwords that are too short.
func (a *App) CheckPassword(password string) error { return auth.CheckPassword(password) }

// Background runs f until the folder is closed.
func (a *App) Background(f func(context.Context)) {
	a.running.Go(func() { f(a.background) })
}

// Server returns the handler over this folder.
func (a *App) Server() *server.Server {
	cookies := auth.Cookies{Secure: a.Secure}
	operations := api.New(api.Services{
		Library: a.Library, Academy: a.Academy, Tracker: a.Tracker, Office: a.Office,
		Catalogue: a.Catalogue, Log: a.Log, Version: version,
	})
	pages := a.pages(cookies)
	return server.New(server.Options{
		API: operations, Web: pages, Auth: a.Auth, Cookie: cookies, Demo: a.Demo, IDs: a.IDs, Log: a.Log, Now: a.Now,
		Checks: []server.Check{
			{Name: "database", Test: a.Store.Ping},
			{Name: "repository", Test: a.Repository.Ping},
		},
	})
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
