package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/ident"
	"staffelstab/server"
	"staffelstab/server/auth"
	"staffelstab/server/servertest"
	"staffelstab/server/web"
)

// lostCredentials is a database that cannot be reached.
type lostCredentials struct {
	account.Credentials
	asked int
}

func (c *lostCredentials) Session(context.Context, string) (account.Session, error) {
	c.asked++
	return account.Session{}, errors.New("dial tcp 10.1.2.3:5432: connection refused")
}

// over is the real pages and operations with something changed, and its log.
func over(s *servertest.Server, change func(*server.Options)) (*server.Server, *bytes.Buffer) {
	var log bytes.Buffer
	o := server.Options{API: s.API, Web: s.Web, Auth: s.Auth, IDs: ident.NewRandom(), Log: slog.New(slog.NewJSONHandler(&log, nil)), Now: s.Now}
	change(&o)
	return server.New(o), &log
}

func withCookie(value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Cookie", "staffelstab="+value) }
}

func TestUnreachableDatabaseIsSaidInWordsAndNoReason(t *testing.T) {
	s := servertest.New(t)
	lost := &lostCredentials{Credentials: s.Store}
	h, log := over(s, func(o *server.Options) {
		o.Auth = auth.New(auth.Options{Directory: s.Store, Credentials: lost, Audit: s.Store, Now: s.Now, IDs: ident.NewRandom(), Place: time.UTC})
	})
	page := call(h, http.MethodGet, "/wissen", withCookie("irgendetwas"))
	if page.Code != http.StatusServiceUnavailable || page.Header().Get("Retry-After") != "5" {
		t.Errorf("a page answers %d, try again after %q", page.Code, page.Header().Get("Retry-After"))
	}
	for _, part := range []string{"<h1", "Gerade nicht möglich", "Ihre Anmeldung lässt sich gerade nicht prüfen.", `lang="de"`} {
		if !strings.Contains(page.Body.String(), part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	program := call(h, http.MethodGet, "/api/v1/me", withCookie("irgendetwas"))
	if program.Code != http.StatusServiceUnavailable || program.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("a program gets %d as %s", program.Code, program.Header().Get("Content-Type"))
	}
	if shown := page.Body.String() + program.Body.String(); strings.Contains(shown, "10.1.2.3") || strings.Contains(shown, "refused") {
		t.Error("the reason is shown")
	}
	if !strings.Contains(log.String(), "10.1.2.3:5432") || strings.Contains(log.String(), "irgendetwas") {
		t.Errorf("the log says %s", log)
	}
	asked := lost.asked
	if look := call(h, http.MethodGet, "/static/staffelstab.css", withCookie("irgendetwas")); look.Code != http.StatusOK || lost.asked != asked {
		t.Errorf("the look of the page answers %d and asks the database %d times", look.Code, lost.asked-asked)
	}
	if stranger := call(h, http.MethodGet, "/hilfe", nil); stranger.Code != http.StatusOK {
		t.Errorf("help for strangers answers %d", stranger.Code)
	}
}

// fragile breaks on two addresses: before and after it began to answer.
type fragile struct{ *web.Server }

func (f fragile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/vorher":
		panic("index 7 ist zu groß")
	case "/mitten":
		_, _ = w.Write([]byte("angefangen"))
		panic("mittendrin")
	case "/abgebrochen":
		panic(http.ErrAbortHandler)
	}
	f.Server.ServeHTTP(w, r)
}

func TestPanicIsAPageInGerman(t *testing.T) {
	s := servertest.New(t)
	h, log := over(s, func(o *server.Options) { o.Web = fragile{s.Web} })
	page := call(h, http.MethodGet, "/vorher", nil)
	body := page.Body.String()
	if page.Code != http.StatusInternalServerError || !strings.Contains(body, "Da ist etwas schiefgegangen") || !strings.Contains(body, "Das liegt nicht an Ihnen.") {
		t.Errorf("answers %d %s", page.Code, body)
	}
	if !strings.Contains(body, page.Header().Get("X-Request-Id")) {
		t.Error("the page does not name the request")
	}
	if strings.Contains(body, "index 7") || strings.Contains(body, "goroutine") || !strings.Contains(log.String(), "index 7") {
		t.Error("what happened belongs into the log only")
	}
	for _, header := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options"} {
		if page.Header().Get(header) == "" {
			t.Errorf("the page lacks %s", header)
		}
	}
	if half := call(h, http.MethodGet, "/mitten", nil); half.Body.String() != "angefangen" {
		t.Errorf("a half answer goes on with %q", half.Body)
	}
	english := call(h, http.MethodGet, "/vorher", func(r *http.Request) { r.Header.Set("Cookie", "sprache=en") })
	if !strings.Contains(english.Body.String(), "It is not your fault.") {
		t.Errorf("in English: %s", english.Body)
	}
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("net/http does not learn that the answer was given up")
		}
	}()
	call(h, http.MethodGet, "/abgebrochen", nil)
}

// hopeless cannot even say that something went wrong.
type hopeless struct{ plainPages }

func (hopeless) Refuse(http.ResponseWriter, *http.Request, error) { panic("auch das noch") }

func TestPanicWhileApologisingIsStillAnAnswer(t *testing.T) {
	h, _ := small(t, func(o *server.Options) {
		o.Web = hopeless{plainPages{func(http.ResponseWriter, *http.Request) { panic("erst das") }}}
	}, fine)
	if got := call(h, http.MethodGet, "/seite", nil); got.Code != http.StatusInternalServerError || strings.Contains(got.Body.String(), "noch") {
		t.Errorf("answers %d %q", got.Code, got.Body)
	}
}

func TestProgramsSignInByTokenAtTheAPIAlone(t *testing.T) {
	s := servertest.New(t)
	secret, err := s.Auth.CreateToken(t.Context(), s.Actor("leserin"), s.People["leserin"].ID, "Test", account.ReadAccess, 1)
	if err != nil {
		t.Fatal(err)
	}
	with := func(header string) http.Header { return http.Header{"Authorization": {header}} }
	stranger, signedIn := s.Stranger().Stay(), s.As("expertin").Stay()
	for header, want := range map[string]int{
		"Bearer " + secret: http.StatusOK, "bearer  " + secret: http.StatusOK, "Bearer falsch": http.StatusUnauthorized,
		"Basic " + secret: http.StatusUnauthorized, "Bearer": http.StatusUnauthorized, secret: http.StatusUnauthorized,
	} {
		if got := stranger.Do(http.MethodGet, "/api/v1/me", nil, with(header)); got.Status != want {
			t.Errorf("%.12q at the API: %d instead of %d", header, got.Status, want)
		}
		// Wrong credentials are not made good by a cookie.
		if got := signedIn.Do(http.MethodGet, "/api/v1/me", nil, with(header)); got.Status != want {
			t.Errorf("%.12q with a session beside it: %d instead of %d", header, got.Status, want)
		}
		if got := stranger.Do(http.MethodGet, "/konto", nil, with(header)); got.Status != http.StatusSeeOther {
			t.Errorf("%.12q at the pages: %d", header, got.Status)
		}
	}
}

func TestForeignPagesChangeNothing(t *testing.T) {
	s := servertest.New(t)
	for name, c := range map[string]struct {
		method, path string
		header       http.Header
		refused      bool
	}{
		"own form":             {http.MethodPost, "/sprache", http.Header{"Origin": {s.URL}, "Sec-Fetch-Site": {"same-origin"}}, false},
		"typed address":        {http.MethodGet, "/hilfe", http.Header{"Sec-Fetch-Site": {"none"}}, false},
		"link from elsewhere":  {http.MethodGet, "/hilfe", http.Header{"Sec-Fetch-Site": {"cross-site"}}, false},
		"program":              {http.MethodPost, "/api/v1/articles", http.Header{}, false},
		"form from elsewhere":  {http.MethodPost, "/sprache", http.Header{"Sec-Fetch-Site": {"cross-site"}}, true},
		"other host, old":      {http.MethodPost, "/sprache", http.Header{"Origin": {"https://boese.example"}}, true},
		"sandboxed page":       {http.MethodPost, "/abmelden", http.Header{"Origin": {"null"}}, true},
		"neighbour":            {http.MethodPost, "/abmelden", http.Header{"Sec-Fetch-Site": {"same-site"}}, true},
		"call from elsewhere":  {http.MethodPost, "/api/v1/articles", http.Header{"Sec-Fetch-Site": {"cross-site"}}, true},
		"erasing by elsewhere": {http.MethodDelete, "/api/v1/articles/aaaaaaaaaa", http.Header{"Origin": {"https://boese.example"}}, true},
	} {
		page := s.Stranger().Stay().Do(c.method, c.path, nil, c.header)
		if (page.Status == http.StatusForbidden) != c.refused {
			t.Errorf("%s: %d", name, page.Status)
		}
		if c.refused && !strings.Contains(page.Body, "kam von einer fremden Seite") {
			t.Errorf("%s is not explained: %s", name, page.Body)
		}
		if c.refused && strings.HasPrefix(c.path, "/api/") && page.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: a program gets %s", name, page.Header.Get("Content-Type"))
		}
	}
}

func TestLogHasOneLineForARequestWithItsRoute(t *testing.T) {
	s := servertest.New(t)
	h, log := over(s, func(*server.Options) {})
	answer := call(h, http.MethodGet, "/a/geheimtext?stand=r-1", nil)
	var line struct {
		Level, Msg, Request, Method, Route string
		Status                             int
		Bytes                              int64
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, log)
	}
	if line.Msg != "request" || line.Method != "GET" || line.Route != "GET /a/{id}" || line.Status != answer.Code || line.Request != answer.Header().Get("X-Request-Id") {
		t.Errorf("the line says %+v", line)
	}
	if line.Bytes != int64(answer.Body.Len()) || line.Level != "INFO" {
		t.Errorf("%d bytes at level %s", line.Bytes, line.Level)
	}
	if strings.Contains(log.String(), "geheimtext") || strings.Contains(log.String(), "127.0.0.1") {
		t.Errorf("the line names the text or the machine: %s", log)
	}
	broken, log := small(t, nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	call(broken, http.MethodGet, "/", nil)
	if !strings.Contains(log.String(), `"level":"ERROR"`) {
		t.Errorf("a failure is logged as %s", log)
	}
	busy, log := small(t, nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	call(busy, http.MethodGet, "/", nil)
	if !strings.Contains(log.String(), `"level":"WARN"`) {
		t.Errorf("who is to come again later is logged as %s", log)
	}
}

func TestMetricsCountRoutesAndNoAddresses(t *testing.T) {
	s := servertest.New(t)
	h, _ := over(s, func(*server.Options) {})
	for _, path := range []string{"/a/textaaaaa2", "/a/textbbbbb2", "/gibt-es-nicht/meier", "/api/v1/me", "/static/staffelstab.css"} {
		call(h, http.MethodGet, path, nil)
	}
	call(h, "MEIER", "/", nil)
	text := call(h, http.MethodGet, "/metrics", nil).Body.String()
	for _, line := range []string{
		`staffelstab_http_requests_total{method="GET",route="GET /a/{id}",status="303"} 2`, `route="unknown",status="404"} 1`,
		`route="GET /static/",status="200"} 1`, `method="other"`, `staffelstab_http_request_seconds_count{route="GET /a/{id}"} 2`, "go_goroutines",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("%s is missing", line)
		}
	}
	for _, secret := range []string{"textaaaaa2", "meier", "MEIER"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics name %s", secret)
		}
	}
}

func TestOnlyLooksMayBeKeptAndOnlyTLSIsPromised(t *testing.T) {
	for secure, promise := range map[bool]string{true: "max-age=31536000", false: ""} {
		h, _ := small(t, func(o *server.Options) { o.Cookie = auth.Cookies{Secure: secure} }, fine)
		for path, cache := range map[string]string{"/": "no-store", "/api/v1/me": "no-store", "/healthz": "no-store", "/static/x.css": ""} {
			got := call(h, http.MethodGet, path, nil).Header()
			if got.Get("Cache-Control") != cache || got.Get("Strict-Transport-Security") != promise {
				t.Errorf("%s: %q, %q", path, got.Get("Cache-Control"), got.Get("Strict-Transport-Security"))
			}
		}
	}
}

func TestDemoIsReachedThroughNoProxyOfAnyKind(t *testing.T) {
	h, _ := small(t, func(o *server.Options) { o.Demo = true }, fine)
	for header, want := range map[string]int{
		"Via": 403, "X-Forwarded-For": 403, "X-Forwarded-Host": 403, "x-forwarded-proto": 403, "X-Real-IP": 403, "Forwarded": 403, "X-Request-Id": 200, "Accept": 200,
	} {
		got := call(h, http.MethodGet, "/", func(r *http.Request) { r.Host = "127.0.0.1"; r.Header.Set(header, "x") })
		if got.Code != want {
			t.Errorf("with %s: %d", header, got.Code)
		}
	}
	for host, want := range map[string]int{"localhost": 200, "127.0.0.1:80": 200, "127.8.8.8": 200, "[::1]": 200, "127.0.0.1.boese.example": 403, "": 403, "localhost.": 403} {
		if got := call(h, http.MethodGet, "/", func(r *http.Request) { r.Host = host }); got.Code != want {
			t.Errorf("as %q: %d", host, got.Code)
		}
	}
}

func TestListenerHasLimits(t *testing.T) {
	h, _ := small(t, nil, fine)
	limits := h.HTTPServer()
	if limits.ReadHeaderTimeout <= 0 || limits.ReadTimeout <= 0 || limits.IdleTimeout <= 0 {
		t.Errorf("a slow client is waited for without end: %+v", limits)
	}
	running := httptest.NewUnstartedServer(nil)
	running.Config = limits
	running.Start()
	defer running.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, running.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Lang", strings.Repeat("x", 128<<10))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 128 KB answers %d", answer.StatusCode)
	}
}

func TestHealthAndReadinessAreForProgramsAndNeedNoAccount(t *testing.T) {
	s := servertest.New(t)
	for path, want := range map[string]string{"/healthz": `{"status":"ok"}`, "/readyz": `{"status":"ready","parts":{"database":"ok","repository":"ok"}}`} {
		page := s.Stranger().Get(path).Want(http.StatusOK)
		if strings.TrimSpace(page.Body) != want || page.Header.Get("Content-Type") != "application/json" || page.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s says %s (%v)", path, page.Body, page.Header)
		}
	}
	h, _ := small(t, nil, fine)
	h.Drain()
	if got := call(h, http.MethodGet, "/healthz", nil); got.Code != http.StatusOK {
		t.Errorf("a process that is about to end is killed early: %d", got.Code)
	}
	if got := call(h, http.MethodGet, "/readyz", nil).Body.String(); !strings.Contains(got, "draining") {
		t.Errorf("readiness says %s", got)
	}
}
