package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// raw sends a body as it is, of the kind it says.
func raw(c *servertest.Client, method, path, kind, body string) *servertest.Page {
	h := http.Header{"Sec-Fetch-Site": {"same-origin"}}
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	return c.Do(method, "/api/v1"+path, strings.NewReader(body), h)
}

// leaks are words of the machinery; none of them belongs into an answer.
var leaks = []string{"json:", "sql", "goroutine", "huma", "unmarshal", "invalid character", "expected", "multipart:", ".go:", "runtime", "panic"}

var requestID = regexp.MustCompile(`"request_id":"[a-z0-9]+"`)

func withoutLeaks(t *testing.T, p *servertest.Page) {
	t.Helper()
	body := strings.ToLower(requestID.ReplaceAllString(p.Body, "")) // random letters may spell anything
	for _, word := range leaks {
		if strings.Contains(body, word) {
			t.Errorf("%s tells %q: %s", p.URL, word, p.Body)
		}
	}
}

func TestUnreadableBodiesAreToldFromWrongOnes(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	const notJSON = "Der Inhalt der Anfrage fehlt oder ist kein gültiges JSON in UTF-8."
	for name, sent := range map[string]struct {
		kind, body string
		status     int
		detail     string
	}{
		"nothing":             {"application/json", "", http.StatusBadRequest, notJSON},
		"half an object":      {"application/json", `{"title":`, http.StatusBadRequest, notJSON},
		"two objects":         {"application/json", `{"title":"A","department":"66","body":"x"}{}`, http.StatusBadRequest, notJSON},
		"Latin-1":             {"application/json; charset=iso-8859-1", "{\"title\":\"Stra\xdfe\",\"department\":\"66\",\"body\":\"x\"}", http.StatusBadRequest, notJSON},
		"half a character":    {"application/json", "{\"title\":\"Stra\xc3\",\"department\":\"66\",\"body\":\"x\"}", http.StatusBadRequest, notJSON},
		"a list":              {"application/json", `["A"]`, http.StatusUnprocessableEntity, ""},
		"only null":           {"application/json", `null`, http.StatusUnprocessableEntity, ""},
		"a table":             {"text/csv", "Titel;Bereich", http.StatusUnsupportedMediaType, "Dieses Format wird hier nicht angenommen. Bitte senden Sie JSON."},
		"a page's form":       {"application/x-www-form-urlencoded", "title=A", http.StatusUnsupportedMediaType, ""},
		"a made up kind":      {"gibtes/nicht; =", `{}`, http.StatusUnsupportedMediaType, ""},
		"XML called JSON":     {"application/json", `<title>A</title>`, http.StatusBadRequest, notJSON},
		"deeply nested lists": {"application/json", `{"meta":` + strings.Repeat("[", 20_000) + `}`, http.StatusBadRequest, notJSON},
	} {
		page := raw(c, http.MethodPost, "/articles", sent.kind, sent.body)
		if page.Status != sent.status {
			t.Errorf("%s: status %d instead of %d\n%s", name, page.Status, sent.status, page.Body)
			continue
		}
		p := refused(t, page, sent.status)
		withoutLeaks(t, page)
		if p.Type != "/docs#problem-invalid" || sent.detail != "" && p.Detail != sent.detail {
			t.Errorf("%s: %+v", name, p)
		}
	}
	for _, kind := range []string{"application/json", "application/json; charset=utf-8", "application/merge-patch+json", ""} {
		raw(c, http.MethodPost, "/articles", kind, `{"title":"Gültig","department":"66","body":"x"}`).Want(http.StatusCreated)
	}
}

func TestWrongFieldsAreNamedAndTheirValuesNotRepeated(t *testing.T) {
	s := servertest.New(t)
	expert, head, admin := s.As("expertin"), s.As("leitung"), s.As("admin")
	long := strings.Repeat("ü", 301)
	for name, sent := range map[string]struct {
		client       *servertest.Client
		method, path string
		body         map[string]any
		at, message  string
	}{
		"number as title":      {expert, "POST", "/articles", map[string]any{"title": 4711, "department": "66", "body": "x"}, "body.title", "Diese Angabe ist ungültig."},
		"no title":             {expert, "POST", "/articles", map[string]any{"department": "66", "body": "x"}, "body.title", "Bitte geben Sie dem Text einen Titel."},
		"no text":              {expert, "POST", "/articles", map[string]any{"title": "A", "department": "66"}, "body.body", "Diese Angabe fehlt."},
		"title of 301 letters": {expert, "POST", "/articles", map[string]any{"title": long, "department": "66", "body": "x"}, "body.title", "Diese Angabe ist zu lang oder zu kurz."},
		"field nobody knows":   {expert, "POST", "/articles", map[string]any{"title": "A", "department": "66", "body": "x", "farbe": "grün4711"}, "body.farbe", "Diese Angabe ist nicht bekannt."},
		"kind nobody knows":    {expert, "POST", "/articles", map[string]any{"title": "A", "kind": "roman", "department": "66", "body": "x"}, "body.kind", "„roman“ ist keine bekannte Textart."},
		"kind of change":       {expert, "POST", "/articles", map[string]any{"title": "A", "department": "66", "body": "x", "change": "egal"}, "body.change", "Dieser Wert ist nicht vorgesehen."},
		"identity in meta":     {expert, "POST", "/articles", map[string]any{"title": "A", "department": "66", "body": "x", "meta": map[string]any{"id": "aaaaaaaaaa"}}, "body.meta.id", "Das Feld „id“ kann hier nicht geändert werden."},
		"limit in letters":     {expert, "GET", "/articles?limit=viele4711", nil, "query.limit", "Hier wird eine Zahl im erlaubten Bereich erwartet."},
		"limit of nothing":     {expert, "GET", "/articles?limit=0", nil, "query.limit", "Hier wird eine Zahl im erlaubten Bereich erwartet."},
		"limit beyond":         {expert, "GET", "/search?q=x&limit=101", nil, "query.limit", "Hier wird eine Zahl im erlaubten Bereich erwartet."},
		"order nobody knows":   {expert, "GET", "/articles?sort=farbe4711", nil, "query.sort", "Dieser Wert ist nicht vorgesehen."},
		"parameter not known":  {expert, "GET", "/articles?seite=2", nil, "query.seite", "Diese Angabe ist nicht bekannt."},
		"made up cursor":       {expert, "GET", "/articles?cursor=4711", nil, "query.cursor", "Die Liste lässt sich hier nicht fortsetzen. Bitte beginnen Sie von vorn."},
		"no standard":          {expert, "GET", "/standards?kind=artikel", nil, "query.kind", "Diese Art ist kein Standard."},
		"no base of a diff":    {expert, "GET", "/articles/aaaaaaaaaa/diff", nil, "query.from", "Diese Angabe fehlt."},
		"lesson in letters":    {expert, "GET", "/modules/aaaaaaaaaa/lessons/eins", nil, "path.n", "Hier wird eine Zahl im erlaubten Bereich erwartet."},
		"valid as a word":      {expert, "GET", "/search?q=x&valid=vielleicht", nil, "query.valid", "Diese Angabe ist ungültig."},
		"long key":             {expert, "POST", "/articles", map[string]any{"title": "A", "department": "66", "body": "x"}, "header.Idempotency-Key", "Diese Angabe ist zu lang oder zu kurz."},
		"year of Charlemagne":  {head, "POST", "/zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 800, "name": "Alt"}, "body.year", "Bitte geben Sie das Jahr vierstellig an, zum Beispiel 2026."},
		"half a year":          {head, "POST", "/zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 2026.5, "name": "Halb"}, "body.year", "Hier wird eine Zahl im erlaubten Bereich erwartet."},
		"cohort without name":  {head, "POST", "/zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 2026}, "body.name", "Diese Angabe fehlt."},
		"login with spaces":    {admin, "POST", "/admin/users", map[string]any{"login": "frau müller4711", "name": "M."}, "body.login", "Der Anmeldename besteht aus 2 bis 64 Zeichen: Kleinbuchstaben, Ziffern, Punkt, Strich; er beginnt mit einem Buchstaben."},
		"mail without at":      {admin, "POST", "/admin/users", map[string]any{"login": "mueller", "name": "M.", "email": "mueller4711"}, "body.email", "Das ist keine E-Mail-Adresse."},
		"neither yes nor no":   {admin, "PUT", "/admin/users/x/active", map[string]any{"active": "ja4711"}, "body.active", "Diese Angabe ist ungültig."},
		"scope of a token":     {expert, "POST", "/me/tokens", map[string]any{"label": "", "scope": "alles4711", "days": 1}, "body.scope", "Dieser Wert ist nicht vorgesehen."},
	} {
		var body any
		if sent.body != nil {
			body = sent.body
		}
		var headers []string
		if strings.HasPrefix(sent.at, "header.") {
			headers = []string{strings.TrimPrefix(sent.at, "header."), strings.Repeat("k", 201)}
		}
		page := sent.client.JSON(sent.method, sent.path, body, headers...)
		if page.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d\n%s", name, page.Status, page.Body)
			continue
		}
		p := refused(t, page, http.StatusUnprocessableEntity)
		withoutLeaks(t, page)
		if len(p.Errors) != 1 || p.Errors[0].Location != sent.at || p.Errors[0].Message != sent.message {
			t.Errorf("%s: %+v", name, p.Errors)
		}
		page.Silent("4711")
	}
}

func TestEveryWrongFieldIsNamedAtOnce(t *testing.T) {
	s := servertest.New(t)
	p := refused(t, s.As("leitung").JSON(http.MethodPost, "/zak/cohorts", map[string]any{"year": "heuer", "name": strings.Repeat("x", 201)}), http.StatusUnprocessableEntity)
	got := located(p)
	slices.Sort(got)
	if want := []string{"body.name", "body.occupation", "body.year"}; !slices.Equal(got, want) {
		t.Errorf("named are %v instead of %v", got, want)
	}
}

func TestLineOfABrokenLessonIsTold(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	const noRightAnswer = "Vorweg.\n\n## Frage: Wer gibt frei?\n\n1. [ ] Eine Person\n2. [ ] Zwei Personen\n"
	p := refused(t, s.As("expertin").JSON(http.MethodPost, "/articles", map[string]any{
		"title": "Ohne Lösung", "kind": "lektion", "department": "66", "module": "modulaaaa2", "body": noRightAnswer,
	}), http.StatusUnprocessableEntity)
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.body" || p.Errors[0].Line != 5 {
		t.Errorf("the broken question is reported as %+v", p)
	}
}

func TestBytesThatAreNoTextFindNothing(t *testing.T) {
	s := servertest.New(t)
	c := programOf(t, s, "expertin", account.AdminAccess)
	for _, path := range []string{
		"/articles/%ff", "/articles/%00", "/articles/..%2f..%2fetc%2fpasswd", "/articles/aaaaaaaaaa%27%20OR%201=1", "/articles/.git",
		"/articles/%ff/revisions", "/articles/%00/attachments", "/modules/%ff", "/modules/%00/lessons/1", "/zak/apprentices/%00",
	} {
		page := c.call(http.MethodGet, path, nil)
		refused(t, page, http.StatusNotFound)
		withoutLeaks(t, page)
	}
	for _, path := range []string{"/articles?topic=%ff", "/articles?department=%00", "/search?q=%ff%fe", "/search?q=%00", "/suggest?q=%c3", "/search?topic=%00"} {
		c.call(http.MethodGet, path, nil).Want(http.StatusOK).Silent("\xff")
	}
}

func TestTooMuchIsRefusedBeforeItIsKept(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	large := func(n int) map[string]any {
		return map[string]any{"title": "Groß", "department": "66", "body": strings.Repeat("a", n)}
	}
	p := refused(t, expert.JSON(http.MethodPost, "/articles", large(4<<20+1)), http.StatusRequestEntityTooLarge)
	if p.Type != "/docs#problem-too-large" || p.Title != "Zu groß" || !slices.Equal(located(p), []string{"body.body"}) || !strings.Contains(p.Detail, "4.096 Kilobyte") {
		t.Errorf("a text above the limit: %+v", p)
	}
	p = refused(t, expert.JSON(http.MethodPost, "/articles", large(11<<20)), http.StatusRequestEntityTooLarge)
	if p.Detail != "Die gesendeten Daten sind zu groß." {
		t.Errorf("a body above the limit: %+v", p)
	}
	expert.JSON(http.MethodGet, "/articles", nil).Want(http.StatusOK).Says(`"total":0`)
}
