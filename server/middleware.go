package server

import (
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/request"
)

// authenticate finds out who is asking. Wrong credentials are no error here:
// the page shows the sign-in, the API answers 401 with the reason.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := request.From(r.Context())
		info.Locale = request.LocaleOf(r)
		info.Actor, info.AuthError = s.actor(r)
		if kind := fault.KindOf(info.AuthError); info.AuthError != nil && kind != fault.Unauthenticated {
			s.Log.ErrorContext(r.Context(), "sign-in check failed", "request", info.ID, "error", info.AuthError)
			w.Header().Set("Retry-After", "5")
			s.behind(r).Refuse(w, r, fault.New(fault.Unavailable, "server.unavailable"))
			return
		}
		next.ServeHTTP(w, r.WithContext(request.With(r.Context(), info)))
	})
}

// writing refuses changes while nothing can be changed. People can come, go and
// choose how pages look; so can the first one, without whom a bare copy could be
// read by nobody.
func (s *Server) writing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Writable == nil || r.Method == http.MethodGet || r.Method == http.MethodHead || ofSession(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		if err := s.Writable(); err != nil {
			w.Header().Set("Retry-After", "60")
			s.behind(r).Refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func ofSession(path string) bool {
	switch path {
	case "/anmelden", "/anmelden/demo", "/abmelden", "/sprache", "/darstellung":
		return true
	}
	return strings.HasPrefix(path, "/einrichtung/")
}

func (s *Server) actor(r *http.Request) (account.Actor, error) {
	if strings.HasPrefix(r.URL.Path, "/static/") {
		return account.Actor{}, nil
	}
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, secret, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(r.URL.Path, "/api/") {
			return account.Actor{}, fault.New(fault.Unauthenticated, "auth.token-invalid")
		}
		return s.Auth.Token(r.Context(), strings.TrimSpace(secret))
	}
	if secret := s.Cookie.Read(r); secret != "" {
		return s.Auth.Session(r.Context(), secret)
	}
	return account.Actor{}, nil
}

// securityHeaders are the same for every answer; pages add their own content
// security policy with a nonce.
func securityHeaders(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// loopbackOnly fences the demo: its people have a public password, so nobody
// but this machine may reach it, by no other name and through no proxy.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopbackHost(r.Host) || !isLoopbackAddress(r.RemoteAddr) || isForwarded(r.Header) {
			http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// fromLoopback hides what only operation needs from everybody else: they get
// what others answers, as for any address that does not exist.
func fromLoopback(others, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopbackAddress(r.RemoteAddr) || isForwarded(r.Header) {
			others.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isForwarded(h http.Header) bool {
	for name := range h {
		if name == "Forwarded" || name == "Via" || strings.HasPrefix(name, "X-Forwarded-") || name == "X-Real-Ip" {
			return true
		}
	}
	return false
}

func isLoopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func isLoopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// recovered turns a panic into an entry in the log and a 500 in words. What
// was already answered stays as it is.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.Log.ErrorContext(r.Context(), "panic", "request", request.From(r.Context()).ID, "value", v, "stack", string(debug.Stack()))
			if counted, ok := w.(*countingWriter); !ok || !counted.wrote {
				s.apologise(w, r)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// apologise is the answer after a panic; should that fail as well, it is bare.
func (s *Server) apologise(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if v := recover(); v != nil {
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		}
	}()
	s.behind(r).Refuse(w, r, fault.New(fault.Internal, "server.failed"))
}

// observe gives the request an id and writes one line about it: never the
// address, which may name people, but the pattern it matched.
func (s *Server) observe(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Now()
		info := request.Info{ID: s.IDs.New(), Locale: request.LocaleOf(r)}
		w.Header().Set("X-Request-Id", info.ID)
		counted := &countingWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(counted, r.WithContext(request.With(r.Context(), info)))
		pattern, took := s.pattern(mux, r), s.Now().Sub(began)
		s.metrics.requests.WithLabelValues(methodLabel(r.Method), pattern, strconv.Itoa(counted.status)).Inc()
		s.metrics.seconds.WithLabelValues(pattern).Observe(took.Seconds())
		s.Log.LogAttrs(r.Context(), level(counted.status), "request",
			slog.String("request", info.ID), slog.String("method", r.Method), slog.String("route", pattern),
			slog.Int("status", counted.status), slog.Int64("bytes", counted.bytes), slog.Duration("took", took.Round(time.Microsecond)))
	})
}

// methodLabel keeps strangers from making up a series per made-up method.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// level is that of a request in the log. Who is asked to come again later met no
// mistake; why is logged where it arose.
func level(status int) slog.Level {
	switch {
	case status == http.StatusServiceUnavailable:
		return slog.LevelWarn
	case status >= 500:
		return slog.LevelError
	}
	return slog.LevelInfo
}

// pattern names the route of a request as its handler declared it.
func (s *Server) pattern(mux *http.ServeMux, r *http.Request) string {
	handler, pattern := mux.Handler(r)
	if pages, ok := handler.(Pages); ok {
		pattern = pages.Pattern(r)
	}
	if pattern == "" {
		return "unknown"
	}
	return pattern
}

// countingWriter remembers what was answered.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
	wrote  bool
}

func (w *countingWriter) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(b []byte) (int, error) {
	w.wrote = true
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
