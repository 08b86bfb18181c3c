// Package server delivers the product over HTTP: it puts the pages of package
// web, the operations of package api and what operation needs (health,
// readiness, metrics) under one handler, behind the same middleware.
//
// It decides who is asking and keeps requests within limits. What they may do
// is decided in the domains.
package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/server/auth"
)

// Limits of the listener.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 10 * time.Minute // large attachments over slow lines
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// Pages is a handler that can name the pattern of a request, for logs and
// metrics, which must not contain addresses.
type Pages interface {
	http.Handler
	Pattern(r *http.Request) string
	// Refuse answers a request that never reached a handler.
	Refuse(w http.ResponseWriter, r *http.Request, err error)
}

// Check tells whether a part can do its work. The name appears in /readyz.
type Check struct {
	Name string
	Test func(context.Context) error
}

// Options of a server.
type Options struct {
	API    Pages
	Web    Pages
	Auth   *auth.Service
	Cookie auth.Cookies
	Checks []Check
	// Writable tells why nothing can be changed at the moment; nil: always.
	Writable func() error
	Demo     bool // reachable from this machine only
	IDs      ident.Source
	Log      *slog.Logger
	Now      func() time.Time
}

// Server is the handler of the whole product.
type Server struct {
	Options
	handler  http.Handler
	draining atomic.Bool
	metrics  *metrics
}

// New returns a server.
func New(o Options) *Server {
	registry := prometheus.NewRegistry()
	s := &Server{Options: o, metrics: newMetrics(registry)}
	mux := http.NewServeMux()
	for _, route := range s.routes(promhttp.HandlerFor(registry, promhttp.HandlerOpts{})) {
		mux.Handle(route.pattern, route.handler)
	}
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(s.refuseForeign))
	handler := s.authenticate(s.writing(mux))
	handler = protection.Handler(handler)
	handler = securityHeaders(o.Cookie.Secure, handler)
	if o.Demo {
		handler = loopbackOnly(handler)
	}
	s.handler = s.observe(mux, s.recovered(handler))
	return s
}

// refuseForeign answers what another page made a browser send.
func (s *Server) refuseForeign(w http.ResponseWriter, r *http.Request) {
	s.behind(r).Refuse(w, r, fault.New(fault.Forbidden, "server.cross-origin"))
}

// behind is the handler that answers a request, or says why it does not.
func (s *Server) behind(r *http.Request) Pages {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		return s.API
	}
	return s.Web
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// HTTPServer returns a server with the limits of this package.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler: s, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
}

// Drain makes /readyz say that this process is about to end.
func (s *Server) Drain() { s.draining.Store(true) }

// health answers as long as the process runs.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeState(w, http.StatusOK, "ok", nil)
}

// ready tells whether every part can do its work.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		writeState(w, http.StatusServiceUnavailable, "draining", nil)
		return
	}
	status, word, parts := http.StatusOK, "ready", map[string]string{}
	for _, check := range s.Checks {
		parts[check.Name] = "ok"
		if err := check.Test(r.Context()); err != nil {
			s.Log.WarnContext(r.Context(), "not ready", "part", check.Name, "error", err)
			status, word, parts[check.Name] = http.StatusServiceUnavailable, "unavailable", "failed"
		}
	}
	writeState(w, status, word, parts)
}

func writeState(w http.ResponseWriter, status int, word string, parts map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct { // the client may be gone
		Status string            `json:"status"`
		Parts  map[string]string `json:"parts,omitempty"`
	}{word, parts})
}
