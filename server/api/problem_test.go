package api_test

import (
	"net/http"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// bearer is a program's header for somebody's token.
func bearer(t *testing.T, s *servertest.Server, login string, access account.Access) string {
	t.Helper()
	secret, err := s.Auth.CreateToken(t.Context(), s.Operator, s.People[login].ID, "test", access, 30)
	if err != nil {
		t.Fatal(err)
	}
	return "Bearer " + secret
}

func TestBadInputIsAGermanProblemAndTellsNothingInternal(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	send := func(method, path, kind, body string) *servertest.Page {
		return c.Do(method, "/api/v1"+path, strings.NewReader(body), http.Header{"Content-Type": {kind}, "Sec-Fetch-Site": {"same-origin"}})
	}
	for name, p := range map[string]*servertest.Page{
		"no JSON":        send(http.MethodPost, "/articles", "application/json", `{"title":`),
		"wrong type":     send(http.MethodPost, "/articles", "application/json", `{"title":5,"department":"66","body":"x"}`),
		"unknown field":  send(http.MethodPost, "/articles", "application/json", `{"title":"A","department":"66","body":"x","gibtesnicht":1}`),
		"wrong kind":     send(http.MethodPost, "/articles", "application/json", `{"title":"A","kind":"roman","department":"66","body":"x"}`),
		"no title":       send(http.MethodPost, "/articles", "application/json", `{"department":"66","body":"x"}`),
		"foreign format": send(http.MethodPost, "/articles", "text/csv", `a;b`),
		"wrong number":   c.JSON(http.MethodGet, "/articles?limit=viele", nil),
		"wrong method":   send(http.MethodDelete, "/articles", "application/json", ``),
		"no such path":   c.JSON(http.MethodGet, "/gibtesnicht", nil),
		"no such text":   c.JSON(http.MethodGet, "/articles/aaaaaaaaaa", nil),
		"zero byte":      c.JSON(http.MethodGet, "/articles/%00", nil),
	} {
		if p.Status < 400 || p.Status >= 500 {
			t.Errorf("%s: status %d\n%s", name, p.Status, p.Body)
			continue
		}
		out := refused(t, p, p.Status)
		for _, internal := range []string{"json:", "sql", "goroutine", "huma", "unmarshal", "invalid character", "expected"} {
			if strings.Contains(strings.ToLower(p.Body), internal) {
				t.Errorf("%s tells %q: %s", name, internal, p.Body)
			}
		}
		if strings.Contains(out.Title, "Not Found") || strings.Contains(out.Title, "Unprocessable") {
			t.Errorf("%s is not German: %q", name, out.Title)
		}
	}
}

func TestProblemsAreEnglishForThoseWhoAsk(t *testing.T) {
	s := servertest.New(t)
	token := bearer(t, s, "expertin", account.ReadAccess)
	german := refused(t, s.Stranger().JSON(http.MethodGet, "/articles/aaaaaaaaaa", nil, "Authorization", token), http.StatusNotFound)
	english := refused(t, s.Stranger().JSON(http.MethodGet, "/articles/aaaaaaaaaa", nil, "Authorization", token, "Accept-Language", "en"), http.StatusNotFound)
	if german.Type != english.Type || german.Title == english.Title {
		t.Errorf("German %+v, English %+v", german, english)
	}
}

func TestTokensReachAsFarAsTheySay(t *testing.T) {
	s := servertest.New(t)
	program := s.Stranger()
	text := map[string]any{"title": "Vom Programm", "department": "66", "body": "x"}
	reader, writer := bearer(t, s, "expertin", account.ReadAccess), bearer(t, s, "expertin", account.WriteAccess)
	program.JSON(http.MethodGet, "/me", nil, "Authorization", reader).Want(http.StatusOK).Says("Renate Brinkmann")
	refused(t, program.JSON(http.MethodPost, "/articles", text, "Authorization", reader), http.StatusForbidden)
	program.JSON(http.MethodPost, "/articles", text, "Authorization", writer).Want(http.StatusCreated)
	refused(t, program.JSON(http.MethodGet, "/me", nil, "Authorization", "Bearer falsch"), http.StatusUnauthorized)
	if err := s.Office.SetActive(t.Context(), s.Operator, s.People["expertin"].ID, false); err != nil {
		t.Fatal(err)
	}
	refused(t, program.JSON(http.MethodGet, "/me", nil, "Authorization", reader), http.StatusUnauthorized)
}

func TestForeignPagesCannotWriteWithACookie(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	p := c.JSON(http.MethodPost, "/articles", map[string]any{"title": "X", "department": "66", "body": "x"}, "Sec-Fetch-Site", "cross-site", "Origin", "https://boese.example")
	refused(t, p, http.StatusForbidden)
}
