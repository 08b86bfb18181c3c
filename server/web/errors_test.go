package web_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/i18n"
	"staffelstab/internal/ident"
	"staffelstab/server/auth"
	"staffelstab/server/request"
	"staffelstab/server/servertest"
	"staffelstab/server/web"
)

func TestMissingPageIsSaidInGermanWithAWayOn(t *testing.T) {
	s := servertest.New(t)
	for _, c := range []*servertest.Client{s.Stranger(), s.As("leserin")} {
		for _, path := range []string{"/gibt-es-nicht", "/wissen/unten", "/a/", "/static/gibt-es-nicht.css", "/static/../../etc/passwd", "/%00"} {
			page := c.Get(path).Want(http.StatusNotFound).Says("Nicht gefunden", "Diese Seite gibt es nicht.", "Zur Startseite")
			sound(t, page, path)
		}
	}
}

func TestWrongMethodIsSaidInGermanAndNamesTheRightOnes(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	for _, call := range []struct{ method, path, allow string }{
		{http.MethodPost, "/wissen", "GET, HEAD"},
		{http.MethodPut, "/neu", "GET, HEAD, POST"},
		{http.MethodDelete, "/a/aaaaaaaaaa", "GET, HEAD"},
		{http.MethodGet, "/abmelden", "POST"},
		{http.MethodGet, "/entwurf/verwerfen", "POST"},
		{http.MethodPatch, "/static/staffelstab.css", "GET, HEAD"},
	} {
		page := c.Do(call.method, call.path, nil, http.Header{"Origin": {s.URL}}).Want(http.StatusMethodNotAllowed)
		page.Says("Das hat nicht geklappt", "So lässt sich diese Adresse nicht aufrufen.")
		sound(t, page, call.method+" "+call.path)
		if got := page.Header.Get("Allow"); got != call.allow {
			t.Errorf("%s %s allows %q", call.method, call.path, got)
		}
	}
	c.Get("/konto").Want(http.StatusOK) // nobody is signed out by a link
}

// brokenDirectory is a database that has gone away.
type brokenDirectory struct{ account.Directory }

func (brokenDirectory) Departments(context.Context) ([]account.Department, error) {
	return nil, errors.New("pq: password of user staffelstab is wrong at 10.1.2.3")
}

// page asks pages alone, without the middleware, as somebody.
func page(s *servertest.Server, change func(*web.Options), info request.Info, r *http.Request) *httptest.ResponseRecorder {
	s.T.Helper()
	o := web.Options{
		Library: s.Library, Academy: s.Academy, Tracker: s.Tracker, Office: s.Office, Auth: s.Auth, Catalogue: s.Catalogue,
		IDs: ident.NewRandom(), Zone: time.UTC, Log: slog.New(slog.DiscardHandler), Version: "test",
	}
	change(&o)
	pages, err := web.New(o)
	if err != nil {
		s.T.Fatal(err)
	}
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r.WithContext(request.With(r.Context(), info)))
	return w
}

func TestUnexpectedErrorIsLoggedInFullAndShownAsNothing(t *testing.T) {
	s := servertest.New(t)
	for locale, sentence := range map[i18n.Locale]string{i18n.German: "Das liegt nicht an Ihnen.", i18n.English: "It is not your fault."} {
		var log bytes.Buffer
		answer := page(s, func(o *web.Options) {
			o.Office = account.NewOffice(brokenDirectory{s.Store}, s.Store, s.Now, ident.NewRandom())
			o.Log = slog.New(slog.NewTextHandler(&log, nil))
		}, request.Info{ID: "kennung123", Locale: locale, Actor: s.Actor("leserin")}, httptest.NewRequest(http.MethodGet, "/wissen", nil))
		if answer.Code != http.StatusInternalServerError {
			t.Fatalf("answers %d", answer.Code)
		}
		body := answer.Body.String()
		if !strings.Contains(body, sentence) || !strings.Contains(body, "kennung123") {
			t.Errorf("the page says %s", body)
		}
		for _, secret := range []string{"pq:", "password of", "10.1.2.3", "staffelstab is wrong", "goroutine", ".go:"} {
			if strings.Contains(body, secret) {
				t.Errorf("the page shows %q", secret)
			}
		}
		if !strings.Contains(log.String(), "10.1.2.3") || !strings.Contains(log.String(), "kennung123") {
			t.Errorf("the log says %s", log.String())
		}
	}
}

func TestHeadSaysWhatGetSaysWithoutItsText(t *testing.T) {
	w := newTown(t)
	c := w.As("leserin")
	for _, path := range []string{"/", "/wissen", w.at(""), w.at("/dateien/Lageplan-S%C3%BCd.pdf"), "/lernen/modulaaaa2", "/gibt-es-nicht", "/verwaltung", "/hilfe", "/static/staffelstab.css"} {
		head, get := c.Do(http.MethodHead, path, nil, nil), c.Get(path)
		if head.Status != get.Status || head.Body != "" {
			t.Errorf("HEAD %s: %d with %d bytes; GET says %d", path, head.Status, len(head.Body), get.Status)
		}
		for _, name := range []string{"Content-Type", "Cache-Control", "Content-Disposition"} {
			if head.Header.Get(name) != get.Header.Get(name) {
				t.Errorf("HEAD %s: %s is %q", path, name, head.Header.Get(name))
			}
		}
	}
	if got := w.Stranger().Stay().Do(http.MethodHead, "/wissen", nil, nil); got.Status != http.StatusSeeOther {
		t.Errorf("HEAD by a stranger answers %d", got.Status)
	}
}

func TestBytesThatAreNoTextBreakNothing(t *testing.T) {
	w := newTown(t)
	expert, admin, stranger := w.As("expertin"), w.As("admin"), w.Stranger()
	const bad = "Schacht\xff\x00\xc3"
	for _, path := range []string{
		"/suche?q=%ff%fe", "/suche?q=%00&fb=%ff&thema=%ff&art=%ff", "/wissen?fb=%ff&weiter=%ff", "/standards?verbindlich=%ff&art=%00",
		"/a/%ff", "/a/%00/verlauf", w.at("?stand=%ff"), w.at("/vergleich?von=%ff&bis=%00"), w.at("/dateien/%ff.pdf"), w.at("/verlauf?vor=%ff"),
		"/neu?entwurf=%ff", "/neu?titel=%ff&art=%ff", "/neu?vorlage=%ff", "/neu?modul=%ff", "/lernen/%ff", "/lernen/modulaaaa2/%ff", "/notes/%ff", "/notes/%ff/%00",
	} {
		sane(t, expert.Get(path), path)
	}
	for _, path := range []string{"/verwaltung?q=%ff%00", "/verwaltung/person/%ff", "/verwaltung/protokoll?seite=%ff"} {
		sane(t, admin.Get(path), path)
	}
	for path, fields := range map[string]url.Values{
		"/neu": {"titel": {bad}, "art": {"artikel"}, "bereich": {"66"}, "text": {bad}, "kurz": {bad}, "vorgang": {bad}}, "/vorschau": {"text": {bad}, "text-id": {bad}},
		"/entwurf": {"text": {bad}, "titel": {bad}, "entwurf-id": {bad}}, "/entwurf/verwerfen": {"entwurf-id": {bad}},
		"/konto": {"alt": {bad}, "neu": {bad}, "wiederholung": {bad}}, "/konto/token": {"wofuer": {bad}, "umfang": {bad}, "tage": {bad}},
		w.at("/wiederherstellen"): {"stand": {bad}, "basis": {bad}}, "/lernen/modulaaaa2/1/freigabe": {"antwort": {bad}, "vorgang": {bad}},
	} {
		sane(t, expert.Post(path, fields), path)
	}
	sane(t, admin.Post("/verwaltung", url.Values{"anmeldename": {"neu"}, "name": {bad}, "email": {bad}, "bereich": {bad}}), "/verwaltung")
	sane(t, stranger.Post("/anmelden", url.Values{"anmeldename": {bad}, "passwort": {bad}, "weiter": {bad}}), "/anmelden")
	sane(t, stranger.Post("/sprache", url.Values{"sprache": {bad}, "zurueck": {"/" + bad}}), "/sprache")
}

// sane checks that an answer is no failure and is text itself.
func sane(t *testing.T, p *servertest.Page, at string) {
	t.Helper()
	if p.Status >= 500 {
		t.Errorf("%s answers %d: %s", at, p.Status, p.Body)
	}
	if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") && strings.ToValidUTF8(p.Body, "") != p.Body {
		t.Errorf("%s: the page is no UTF-8", at)
	}
}

func TestHugeFormsAreRefusedInWords(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	huge := url.Values{"titel": {"Alles"}, "art": {"artikel"}, "bereich": {"66"}, "text": {strings.Repeat("ü", 13<<20/6)}}
	// "ü" is six characters in a form; the body is just above what is read.
	for _, path := range []string{"/neu", "/entwurf", "/vorschau", w.at("/bearbeiten"), "/konto", "/anmelden"} {
		page := c.Post(path, huge).Want(http.StatusRequestEntityTooLarge).Says("Das war zu viel auf einmal.")
		sound(t, page, path)
	}
	long := url.Values{"titel": {"Lang"}, "art": {"artikel"}, "bereich": {"66"}, "text": {strings.Repeat("Wort ", w.Library.MaxBody/5+1)}}
	page := c.Post("/neu", long).Want(http.StatusRequestEntityTooLarge).Says("Der Text ist zu groß.")
	if got := form(page, nil).Get("text"); len(got) != len(long.Get("text")) {
		t.Errorf("of %d bytes %d came back", len(long.Get("text")), len(got))
	}
}

func TestUnreadableFormsAreRefusedInWords(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	header := func(kind string) http.Header {
		return http.Header{"Content-Type": {kind}, "Origin": {w.URL}, "Sec-Fetch-Site": {"same-origin"}}
	}
	for _, path := range []string{"/neu", "/konto", "/konto/token", "/entwurf", w.at("/wiederherstellen"), "/sprache", "/darstellung", "/anmelden", "/lernen/modulaaaa2/1/freigabe"} {
		page := c.Do(http.MethodPost, path, strings.NewReader("a=%zz"), header("application/x-www-form-urlencoded")).Want(http.StatusUnprocessableEntity)
		page.Says("Das Formular kam unvollständig an.")
	}
	for kind, body := range map[string]string{
		"multipart/form-data": "x", "multipart/form-data; boundary=b": "--b\r\nhalb", "text/plain": "x", "application/x-www-form-urlencoded": "basis=x",
	} {
		page := c.Do(http.MethodPost, w.at("/dateien"), strings.NewReader(body), header(kind))
		if page.Status != http.StatusUnprocessableEntity {
			t.Errorf("an upload as %s answers %d", kind, page.Status)
		}
	}
}

func TestLookMayBeKeptForEverAndPagesNotAtAll(t *testing.T) {
	s := servertest.New(t)
	c := s.Stranger()
	page := c.Get("/anmelden")
	for _, n := range page.All("link[href]:not([rel='search']), script[src]") {
		at := servertest.Attribute(n, "href") + servertest.Attribute(n, "src")
		file := c.Get(at).Want(http.StatusOK)
		if got := file.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %q", at, got)
		}
		if file.Body == "" || file.Header.Get("Content-Type") == "" || len(file.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: %v", at, file.Header)
		}
	}
	plain := c.Get("/static/staffelstab.css").Want(http.StatusOK)
	if got := plain.Header.Get("Cache-Control"); strings.Contains(got, "immutable") {
		t.Errorf("a name that does not change with its content is kept: %q", got)
	}
	for address := range strings.SplitSeq(plain.Body, "url(") {
		if at, _, found := strings.Cut(address, ")"); found && strings.HasPrefix(at, "/static/") {
			c.Get(at).Want(http.StatusOK)
		}
	}
	if got := c.Get("/static/gibt-es-nicht.css").Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("that a file is missing is kept: %q", got)
	}
	if got := page.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a page is kept: %q", got)
	}
}

func TestNonceIsNewOnEveryPage(t *testing.T) {
	s := servertest.New(t)
	seen := map[string]bool{}
	for range 5 {
		page := s.Stranger().Get("/anmelden")
		nonce := servertest.Attribute(page.All("script")[0], "nonce")
		if seen[nonce] {
			t.Fatalf("the nonce %q is used twice", nonce)
		}
		seen[nonce] = true
	}
}

func TestSecureInstanceSetsSecureCookiesAndNamesItself(t *testing.T) {
	s := servertest.New(t)
	secure := func(o *web.Options) { o.Cookies = auth.Cookies{Secure: true} }
	fields := url.Values{"anmeldename": {"leserin"}, "passwort": {servertest.Password}}
	r := httptest.NewRequest(http.MethodPost, "/anmelden", strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	cookie := page(s, secure, request.Info{Locale: i18n.German}, r).Header().Get("Set-Cookie")
	for _, part := range []string{"__Host-staffelstab=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q lacks %s", cookie, part)
		}
	}
	text := page(s, secure, request.Info{}, httptest.NewRequest(http.MethodGet, "https://wissen.stadt.example/.well-known/security.txt", nil)).Body.String()
	if !strings.Contains(text, "Canonical: https://wissen.stadt.example/.well-known/security.txt") {
		t.Errorf("security.txt says %s", text)
	}
}
