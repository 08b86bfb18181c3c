// Package web is the interface for people: German, server-rendered, usable
// without JavaScript, in the look of KERN, the design standard of the German
// administration.
//
// A page is a handler that returns an error, a view and a template in pages/.
// Every handler calls domain verbs; what may be seen and done is decided
// there. Sentences come from the catalogue. The frame around a page (menu,
// search, account) is the same everywhere and shows nobody an entry they
// cannot use.
package web

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/internal/ident"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
	"staffelstab/server/auth"
	"staffelstab/server/request"
)

//go:embed layout/*.tmpl pages/*.tmpl
var templates embed.FS

// Options are the domains and settings of the pages.
type Options struct {
	Library    *content.Library
	Academy    *lessons.Academy
	Tracker    *zak.Tracker
	Office     *account.Office
	Legacy     *legacy.Desk
	Auth       *auth.Service
	Cookies    auth.Cookies
	Catalogue  *i18n.Catalogue
	IDs        ident.Source
	Zone       *time.Location
	Log        *slog.Logger
	Version    string
	BaseURL    string       // public address without a slash at the end; empty: as asked
	DemoPeople []DemoPerson // to sign in as by one click; empty outside the demo
	Writable   func() error // why nothing can be changed at the moment; nil: always
}

// DemoPerson is somebody the demo offers.
type DemoPerson struct {
	Login, Name string
	Roles       []account.Role
}

// Server renders the pages.
type Server struct {
	Options
	mux    *http.ServeMux
	pages  map[string]*template.Template
	static *assets
}

// New parses every template, so that a mistake shows at start and not on
// somebody's screen.
func New(o Options) (*Server, error) {
	static, err := loadAssets()
	if err != nil {
		return nil, err
	}
	s := &Server{Options: o, mux: http.NewServeMux(), pages: map[string]*template.Template{}, static: static}
	base, err := template.New("base").Funcs(s.funcs()).ParseFS(templates, "layout/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	names, err := fs.Glob(templates, "pages/*.tmpl")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		page, err := template.Must(base.Clone()).ParseFS(templates, name)
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		s.pages[strings.TrimSuffix(path.Base(name), ".tmpl")] = page
	}
	for _, r := range s.Routes() {
		s.mux.Handle(r.Pattern, s.handle(r))
	}
	s.mux.HandleFunc("GET /static/", s.asset)
	return s, nil
}

// Pattern names the route of a request.
func (s *Server) Pattern(r *http.Request) string {
	_, pattern := s.mux.Handler(r)
	return pattern
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if refusal, pattern := s.mux.Handler(r); pattern == "" {
		s.noRoute(w, r, refusal)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// noRoute says in words what the mux would say in English: that there is no
// such page, or that it cannot be called in this way.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request, refusal http.Handler) {
	seen := &statusOnly{header: http.Header{}}
	refusal.ServeHTTP(seen, r)
	if seen.status != http.StatusMethodNotAllowed {
		s.fail(w, r, fault.New(fault.NotFound, "web.no-such-page"))
		return
	}
	w.Header().Set("Allow", seen.header.Get("Allow"))
	s.problem(w, r, seen.status, "web.error-input", fault.New(fault.Invalid, "web.wrong-method"))
}

// statusOnly keeps what a handler would answer without its text.
type statusOnly struct {
	header http.Header
	status int
}

func (w *statusOnly) Header() http.Header         { return w.header }
func (w *statusOnly) Write(b []byte) (int, error) { return len(b), nil }
func (w *statusOnly) WriteHeader(status int)      { w.status = status }

// asset serves a file of the look; one that does not exist is a page like any
// other that does not.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	if !s.static.has(r.URL.Path) {
		s.fail(w, r, fault.New(fault.NotFound, "web.no-such-page"))
		return
	}
	s.static.ServeHTTP(w, r)
}

// Refuse shows why a request went no further.
func (s *Server) Refuse(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, err) }

// maxForm bounds a form without a file.
const maxForm = 12 << 20

// handle turns a handler that returns an error into one of net/http.
func (s *Server) handle(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := request.From(r.Context())
		if route.Access == SignedIn && !info.Actor.SignedIn() {
			s.signInFirst(w, r)
			return
		}
		if r.Method == http.MethodPost {
			limit := int64(maxForm)
			if route.Upload && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
				limit = s.Library.MaxAttachment + 1<<20
			}
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		if err := route.Handler(w, r, info.Actor); err != nil {
			s.fail(w, r, err)
		}
	})
}

// signInFirst leads to the sign-in page. What somebody wrote while the session
// ended is shown there, so that it is not lost; scripts learn the reason.
func (s *Server) signInFirst(w http.ResponseWriter, r *http.Request) {
	if mode := r.Header.Get("Sec-Fetch-Mode"); r.Method == http.MethodPost && mode != "" && mode != "navigate" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := parseEditor(r); err == nil && r.PostForm.Get("text") != "" {
			v := signInView{Next: local(r.URL.Path), Kept: r.PostForm.Get("text"), KeptTitle: r.PostForm.Get("titel")}
			if fromEditor(r) {
				v.Fields = keep(r.PostForm, "")
			}
			if err := s.showSignIn(w, r, http.StatusUnauthorized, v); err != nil {
				s.fail(w, r, err)
			}
			return
		}
	}
	s.toSignIn(w, r)
}

// toSignIn asks for the sign-in and remembers where the person wanted to go.
func (s *Server) toSignIn(w http.ResponseWriter, r *http.Request) {
	target := "/anmelden"
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		target += "?weiter=" + template.URLQueryEscaper(r.URL.RequestURI())
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// render writes a whole page or nothing.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, f *Frame, view any) error {
	page, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("web: no page %q", name)
	}
	nonce := base64.RawStdEncoding.EncodeToString([]byte(s.IDs.New() + s.IDs.New()))
	s.complete(f, r, nonce)
	if status >= http.StatusBadRequest { // what the address says was done was not
		f.Notice = ""
	}
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "base", struct {
		*Frame
		V any
	}{f, view}); err != nil {
		return fmt.Errorf("web: page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	if _, err := w.Write(bytes.ToValidUTF8(out.Bytes(), []byte("\ufffd"))); err != nil { // a form may send anything
		s.Log.DebugContext(r.Context(), "client went away", "error", err)
	}
	return nil
}

// fail shows what went wrong, in words and with a way on.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	info := request.From(r.Context())
	f, ok := fault.Of(err)
	if _, tooLarge := err.(*http.MaxBytesError); tooLarge {
		f, ok = fault.New(fault.TooLarge, "web.form-too-large"), true
	}
	if !ok || f.Kind.Status() >= 500 {
		s.Log.ErrorContext(r.Context(), "page failed", "request", info.ID, "error", err)
	}
	if !ok {
		f = fault.New(fault.Internal, "web.internal")
	}
	if f.Kind == fault.Unauthenticated {
		s.toSignIn(w, r)
		return
	}
	s.problem(w, r, f.Kind.Status(), errorTitle(f.Kind), f)
}

// problem is the page that says a fault in words.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, status int, title string, f *fault.Fault) {
	info := request.From(r.Context())
	view := errorView{Sentence: s.Catalogue.Text(info.Locale, f.Key, f.Args), RequestID: info.ID, Text: textOf(r, f.Kind)}
	if err := s.render(w, r, status, "error", s.titled(r, title), view); err != nil {
		s.Log.ErrorContext(r.Context(), "error page failed", "request", info.ID, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

type errorView struct {
	Sentence, RequestID string
	Text                string // address of the text something could not be done with
}

// textOf is the way back to the text a page is about. What is not found has
// none, whether it exists or not.
func textOf(r *http.Request, kind fault.Kind) string {
	if kind == fault.NotFound || kind == fault.Gone || !strings.Contains(r.Pattern, " /a/{id}/") {
		return ""
	}
	return content.Address(content.ID(r.PathValue("id")))
}

func errorTitle(kind fault.Kind) string {
	switch kind {
	case fault.NotFound, fault.Gone:
		return "web.error-not-found"
	case fault.Forbidden, fault.ApprovalRequired:
		return "web.error-forbidden"
	case fault.Internal:
		return "web.error-internal"
	case fault.Unavailable, fault.Full:
		return "web.error-unavailable"
	}
	return "web.error-input"
}

// see sends the browser on after a POST.
func see(w http.ResponseWriter, r *http.Request, target string) error {
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

// local keeps redirects on this server: a path, never another host. Browsers
// drop control characters from addresses, so that a tab between two slashes
// would lead away.
func local(target string) string {
	odd := func(r rune) bool { return r == '\\' || unicode.IsControl(r) || r == utf8.RuneError }
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || strings.ContainsFunc(target, odd) {
		return "/"
	}
	return target
}
