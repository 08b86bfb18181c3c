// Package servertest runs the whole server over real stores in a temporary
// folder, for the tests of its API and its pages.
//
// A test speaks as people: s.As("expertin").Get("/"). Everybody of Cast exists
// with one role; time stands still until the test moves it. No program of the
// product uses this package.
package servertest

import (
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/extract"
	"staffelstab/content/gitrepo"
	"staffelstab/content/legacy"
	"staffelstab/content/markdown"
	"staffelstab/content/search"
	"staffelstab/importer/findings"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
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

// Password opens every account of the cast.
const Password = "langes passwort"

// Server is a running server with direct access to its domains.
type Server struct {
	T          *testing.T
	URL        string
	Dir        string // data folder
	Library    *content.Library
	Repository *gitrepo.Repository
	Index      *search.Index
	Store      *store.Store
	Academy    *lessons.Academy
	Tracker    *zak.Tracker
	Office     *account.Office
	Legacy     *legacy.Desk
	Auth       *auth.Service
	Catalogue  *i18n.Catalogue
	API        *api.API
	Web        *web.Server
	Operator   account.Actor
	People     map[string]account.Person // by login

	mu      sync.Mutex
	now     time.Time
	opening bool
}

// member is somebody of the cast.
type member struct {
	login, name, department string
	grants                  []account.Grant
}

// cast is one person for every kind of right.
func cast() []member {
	city := func(r account.Role) account.Grant { return account.Grant{Role: r} }
	in := func(r account.Role, d string) account.Grant {
		return account.Grant{Role: r, Scope: account.InDepartment(d)}
	}
	return []member{
		{"expertin", "Renate Brinkmann", "66", []account.Grant{city(account.Reader), in(account.Author, "66")}},
		{"nachfolger", "Jonas Yilmaz", "66", []account.Grant{city(account.Reader), in(account.Author, "66")}},
		{"personalerin", "Katharina Vogt", "11", []account.Grant{in(account.Editor, "11")}},
		{"pruefer", "Michael Sander", "66", []account.Grant{in(account.Reviewer, "66")}},
		{"prueferin", "Ute Albers", "66", []account.Grant{in(account.Reviewer, "66"), in(account.Author, "66")}},
		{"grundsatz", "Thomas Wever", "11", []account.Grant{in(account.Reviewer, "11")}},
		{"leserin", "Petra Nowak", "33", []account.Grant{city(account.Reader)}},
		{"azubi", "Leonie Hartmann", "20", []account.Grant{city(account.Apprentice)}},
		{"azubi2", "Emre Kaya", "10", []account.Grant{city(account.Apprentice)}},
		{"leitung", "Birgit Oberhausen", "11/4", []account.Grant{city(account.TrainingHead)}},
		{"datenschutz", "Anja Reimers", "14", []account.Grant{city(account.DataProtection)}},
		{"admin", "Systembetreuung", "10", []account.Grant{city(account.Admin)}},
		{"ohnerolle", "Uwe Kortmann", "32", nil},
	}
}

// New starts a server for one test.
func New(t *testing.T) *Server {
	t.Helper()
	catalogue, err := i18n.Load()
	must(t, err)
	zone, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	s := &Server{T: t, Catalogue: catalogue, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), Operator: account.SystemActor("u-operatorxx"), People: map[string]account.Person{}}
	log := slog.New(slog.DiscardHandler)
	ids := ident.NewRandom()
	s.Dir = t.TempDir()
	s.openLibrary(s.Dir, zone, log, ids)
	s.Office = account.NewOffice(s.Store, s.Store, s.Now, ids)
	s.Legacy = legacy.NewDesk(s.Store, s.Library, s.Store, findings.Reader{Catalogue: catalogue, Renderer: s.Library.Renderer, Place: zone, Now: s.Now, SpoolDir: s.Dir}, s.Now)
	s.Academy = lessons.NewAcademy(s.Library, s.Library.Renderer, s.Store, s.Now, ids)
	s.Tracker = zak.NewTracker(s.Store, s.Academy, s.Store, ids)
	s.Auth = auth.New(auth.Options{Directory: s.Store, Credentials: s.Store, Audit: s.Store, Now: s.Now, IDs: ids, Place: zone, Cheap: true})
	cookies := auth.Cookies{}
	s.API = api.New(api.Services{Library: s.Library, Academy: s.Academy, Tracker: s.Tracker, Office: s.Office, Legacy: s.Legacy, Credentials: s.Auth, Catalogue: catalogue, Log: log, Version: "test"})
	s.Web, err = web.New(web.Options{
		Library: s.Library, Academy: s.Academy, Tracker: s.Tracker, Office: s.Office, Legacy: s.Legacy, Auth: s.Auth, Cookies: cookies,
		Catalogue: catalogue, IDs: ids, Zone: zone, Log: log, Version: "test", Writable: s.writable,
	})
	must(t, err)
	handler := server.New(server.Options{API: s.API, Web: s.Web, Auth: s.Auth, Cookie: cookies, IDs: ids, Log: log, Now: s.Now, Writable: s.writable,
		Checks: []server.Check{{Name: "database", Test: s.Store.Ping}, {Name: "repository", Test: s.Repository.Ping}}})
	running := httptest.NewServer(handler.HTTPServer().Handler)
	t.Cleanup(running.Close)
	s.URL = running.URL
	s.fill()
	return s
}

func (s *Server) openLibrary(dir string, zone *time.Location, log *slog.Logger, ids ident.Source) {
	t, ctx := s.T, s.T.Context()
	var err error
	s.Store, err = store.Open(ctx, filepath.Join(dir, "staffelstab.db"), log)
	must(t, err)
	t.Cleanup(func() { must(t, s.Store.Close()) })
	s.Repository, err = gitrepo.Open(dir, gitrepo.Options{Now: s.Now, Log: log})
	must(t, err)
	t.Cleanup(func() {
		if err := s.Repository.Close(); !errors.Is(err, os.ErrClosed) { // a test may have stopped it
			must(t, err)
		}
	})
	files, err := gitrepo.OpenFiles(dir)
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	s.Index, err = search.Open(filepath.Join(dir, "index"), log)
	must(t, err)
	t.Cleanup(func() { must(t, s.Index.Close()) })
	projector := content.NewProjector(s.Repository, s.Store, log, func(c content.Commit) { s.Library.HeadChanged(c) })
	examiner := extract.New(dir)
	s.Library = content.NewLibrary(content.Ports{
		Repository: s.Repository, Catalogue: s.Store, Drafts: s.Store, Proposals: s.Store, People: s.Store, Notices: s.Store, Talk: s.Store, Rules: s.Store, Together: s.Store, Files: files, DraftFiles: s.Store, Texts: s.Store, Examiner: examiner, Extractor: examiner, Index: s.Index,
		Renderer:  markdown.New(markdown.Labels{Note: "Hinweis", Warning: "Warnung", Table: "Tabelle", Done: "erledigt", Open: "offen"}),
		Concealer: lessons.Concealer{}, Linter: lessons.Linter{}, Projector: projector,

		Acknowledgements: s.Store, Members: s.Store, AccessLog: s.Store, Bookmarks: s.Store, SearchLog: s.Store,
		Redactions: s.Store, Rewriter: gitrepo.History{Repository: s.Repository, Attachments: files}, Audit: s.Store, Pins: lessons.Pins{},
	}, content.Settings{Now: s.Now, IDs: ids, Zone: zone, Log: log})
	s.Repository.Start(projector)
	t.Cleanup(s.Library.Start(ctx))
}

// fill makes departments and the cast.
func (s *Server) fill() {
	t, ctx := s.T, s.T.Context()
	for id, name := range map[string]string{"10": "Organisation", "11": "Personal", "11/4": "ZAK", "20": "Finanzen", "33": "Bürgerservice", "66": "Tiefbau"} {
		must(t, s.Office.SaveDepartment(ctx, s.Operator, account.Department{ID: id, Name: name}))
	}
	for _, m := range cast() {
		p, err := s.Office.CreatePerson(ctx, s.Operator, account.Person{Login: m.login, DisplayName: m.name, Department: m.department})
		must(t, err)
		for _, g := range m.grants {
			g.Person = p.ID
			_, err := s.Office.Grant(ctx, s.Operator, g)
			must(t, err)
		}
		must(t, s.Auth.SetPassword(ctx, s.Operator, p.ID, Password))
		s.People[m.login] = p
	}
}

// Now is the time of the server.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Advance moves the time of the server.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// Open forgets what was derived from Git and begins to derive it again, as a
// server does over a bare copy of a repository. The returned function ends it.
func (s *Server) Open() (rest func()) {
	s.T.Helper()
	must(s.T, s.Store.Begin(s.T.Context(), nil))
	o, err := s.Library.Projector.Open(s.T.Context())
	must(s.T, err)
	s.setOpening(true)
	return func() {
		s.T.Helper()
		_, err := o.Rest(s.T.Context())
		must(s.T, err)
		s.setOpening(false)
	}
}

func (s *Server) setOpening(opening bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opening = opening
}

func (s *Server) writable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opening {
		return fault.New(fault.Unavailable, "cmd.still-opening")
	}
	return nil
}

// Actor is the person with the roles of today, for direct calls of verbs.
func (s *Server) Actor(login string) account.Actor {
	s.T.Helper()
	grants, err := s.Store.Grants(s.T.Context(), s.People[login].ID)
	must(s.T, err)
	return account.NewActor(s.People[login], grants, s.Now().Format(time.DateOnly), account.AdminAccess)
}

// Write saves a new text as somebody.
func (s *Server) Write(login string, e content.Edit) content.Article {
	s.T.Helper()
	a, err := s.Library.Create(s.T.Context(), s.Actor(login), e)
	must(s.T, err)
	return a
}

// Place puts a whole file into the library as the operator.
func (s *Server) Place(path, source string) {
	s.T.Helper()
	_, _, err := s.Library.Place(s.T.Context(), s.Operator, content.Placement{
		Owner: "test", Source: []byte(source), Path: path, Author: "u-operatorxx", At: s.Now(), Message: path,
	}, false)
	must(s.T, err)
}

// Indexed waits until the search index stands at the newest commit.
func (s *Server) Indexed() {
	s.T.Helper()
	for range 6000 {
		if s.Index.Commit() == s.Repository.Head() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.T.Fatal("the search index did not catch up")
}

// FilesRead waits until the words of files are found too.
func (s *Server) FilesRead() {
	s.T.Helper()
	s.Indexed()
	must(s.T, s.Library.ReadFiles(s.T.Context()))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
