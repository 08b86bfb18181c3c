package server_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/server"
	"staffelstab/server/auth"
	"staffelstab/server/servertest"
)

// plainPages answers everything with one handler.
type plainPages struct{ http.HandlerFunc }

func (plainPages) Pattern(*http.Request) string { return "GET /seite" }
func (plainPages) Refuse(w http.ResponseWriter, _ *http.Request, err error) {
	w.WriteHeader(fault.KindOf(err).Status())
}

// small is a server around one handler, with its log.
func small(t *testing.T, change func(*server.Options), handler http.HandlerFunc) (*server.Server, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	o := server.Options{
		API: plainPages{handler}, Web: plainPages{handler}, Auth: auth.New(auth.Options{Now: time.Now, IDs: ident.NewRandom(), Place: time.UTC}),
		IDs: ident.NewRandom(), Log: slog.New(slog.NewJSONHandler(&log, nil)), Now: time.Now,
	}
	if change != nil {
		change(&o)
	}
	return server.New(o), &log
}

func call(s http.Handler, method, target string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = "127.0.0.1:4711"
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func fine(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

func TestReadinessNamesThePartAndNoReason(t *testing.T) {
	s, log := small(t, func(o *server.Options) {
		o.Checks = []server.Check{
			{Name: "database", Test: func(context.Context) error { return errors.New("password of postgres is wrong") }},
			{Name: "repository", Test: func(context.Context) error { return nil }},
		}
	}, fine)
	if got := call(s, http.MethodGet, "/healthz", nil); got.Code != http.StatusOK {
		t.Errorf("health is %d although the process lives", got.Code)
	}
	got := call(s, http.MethodGet, "/readyz", nil)
	if got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), `"database":"failed"`) || !strings.Contains(got.Body.String(), `"repository":"ok"`) {
		t.Errorf("readiness: %d %s", got.Code, got.Body)
	}
	if strings.Contains(got.Body.String(), "password") || !strings.Contains(log.String(), "password of postgres") {
		t.Error("the reason belongs into the log and nowhere else")
	}
}

func TestDrainingServerIsNotReady(t *testing.T) {
	s, _ := small(t, nil, fine)
	if got := call(s, http.MethodGet, "/readyz", nil); got.Code != http.StatusOK {
		t.Fatalf("readiness is %d at first", got.Code)
	}
	s.Drain()
	if got := call(s, http.MethodGet, "/readyz", nil); got.Code != http.StatusServiceUnavailable {
		t.Errorf("readiness is %d while draining", got.Code)
	}
}

func TestMetricsAreForThisMachine(t *testing.T) {
	s, _ := small(t, nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"loopback":      {nil, http.StatusOK},
		"elsewhere":     {func(r *http.Request) { r.RemoteAddr = "10.1.2.3:5" }, http.StatusNotFound},
		"through proxy": {func(r *http.Request) { r.Header.Set("X-Forwarded-For", "10.1.2.3") }, http.StatusNotFound},
	} {
		if got := call(s, http.MethodGet, "/metrics", c.change); got.Code != c.want {
			t.Errorf("%s: %d instead of %d", name, got.Code, c.want)
		}
	}
}

func TestPanicIsLoggedAndShownAsNothing(t *testing.T) {
	s, log := small(t, nil, func(http.ResponseWriter, *http.Request) { panic("geheimer Zustand") })
	got := call(s, http.MethodGet, "/seite", nil)
	if got.Code != http.StatusInternalServerError || strings.Contains(got.Body.String(), "geheim") {
		t.Errorf("a panic answers %d %s", got.Code, got.Body)
	}
	if !strings.Contains(log.String(), "geheimer Zustand") {
		t.Error("a panic is not in the log")
	}
}

func TestDemoIsFenced(t *testing.T) {
	s, _ := small(t, func(o *server.Options) { o.Demo = true }, fine)
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"this machine":    {func(r *http.Request) { r.Host = "localhost:8080" }, http.StatusOK},
		"IPv6":            {func(r *http.Request) { r.Host = "[::1]:8080" }, http.StatusOK},
		"other name":      {func(r *http.Request) { r.Host = "demo.example.org" }, http.StatusForbidden},
		"other machine":   {func(r *http.Request) { r.Host = "localhost"; r.RemoteAddr = "192.0.2.7:9" }, http.StatusForbidden},
		"through a proxy": {func(r *http.Request) { r.Host = "localhost"; r.Header.Set("Forwarded", "for=192.0.2.7") }, http.StatusForbidden},
	} {
		if got := call(s, http.MethodGet, "/", c.change); got.Code != c.want {
			t.Errorf("%s: %d instead of %d", name, got.Code, c.want)
		}
	}
}

func TestLogsHoldNeitherQueriesNorCookies(t *testing.T) {
	s, log := small(t, nil, fine)
	call(s, http.MethodGet, "/suche?q=Abfindung+Meier", func(r *http.Request) { r.Header.Set("Cookie", "darstellung=dark; geheim=wert") })
	if log.Len() == 0 || strings.Contains(log.String(), "Abfindung") || strings.Contains(log.String(), "wert") {
		t.Errorf("the log says %s", log.String())
	}
}

func TestEveryAnswerCarriesTheFences(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	for _, path := range []string{"/", "/gibt-es-nicht", "/api/v1/me", "/api/v1/gibt-es-nicht", "/openapi.json", "/healthz", "/static/staffelstab.css"} {
		h := c.Get(path).Header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: policy %q, request id %q", path, h.Get("Content-Security-Policy"), h.Get("X-Request-Id"))
		}
	}
}

func TestForeignPageIsRefusedInWords(t *testing.T) {
	s := servertest.New(t)
	page := s.As("expertin").Do(http.MethodPost, "/neu", strings.NewReader("titel=x"), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {"https://boese.example"}, "Sec-Fetch-Site": {"cross-site"},
	})
	page.Want(http.StatusForbidden).Says("kam von einer fremden Seite")
}
