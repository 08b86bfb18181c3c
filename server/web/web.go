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

	"staffelstab/content"
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
	Auth       *auth.Service
	Cookies    auth.Cookies
	Catalogue  *i18n.Catalogue
	IDs        ident.Source
	Zone       *time.Location
	Log        *slog.Logger
	Version    string
	DemoPeople []DemoPerson // to sign in as by one click; empty outside the demo
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
	s.mux.Handle("GET /static/", static)
	return s, nil
}

// Pattern names the route of a request.
func (s *Server) Pattern(r *http.Request) string {
	_, pattern := s.mux.Handler(r)
	return pattern
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern == "" {
		s.fail(w, r, fault.New(fault.NotFound, "web.no-such-page"))
		return
	}
	s.mux.ServeHTTP(w, r)
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
			s.toSignIn(w, r)
			return
		}
		if r.Method == http.MethodPost {
			limit := int64(maxForm)
			if route.Upload {
				limit = s.Library.MaxAttachment + 1<<20
			}
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		if err := route.Handler(w, r, info.Actor); err != nil {
			s.fail(w, r, err)
		}
	})
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
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "base", struct {
		*Frame
		V any
	}{f, view}); err != nil {
		return fmt.Errorf("web: page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	if _, err := w.Write(out.Bytes()); err != nil {
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
	view := errorView{Sentence: s.Catalogue.Text(info.Locale, f.Key, f.Args), RequestID: info.ID, Status: f.Kind.Status()}
	frame := s.frame(r, s.Catalogue.Text(info.Locale, errorTitle(f.Kind), nil))
	if err := s.render(w, r, f.Kind.Status(), "error", frame, view); err != nil {
		s.Log.ErrorContext(r.Context(), "error page failed", "request", info.ID, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

type errorView struct {
	Sentence, RequestID string
	Status              int
}

func errorTitle(kind fault.Kind) string {
	switch kind {
	case fault.NotFound:
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

// local keeps redirects on this server: a path, never another host.
func local(target string) string {
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || strings.ContainsAny(target, "\\\r\n") {
		return "/"
	}
	return target
}
