package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/api"
	"staffelstab/server/request"
)

// broken is a domain that answers every verb with one error.
type broken struct{ err error }

func (b broken) Tokens(context.Context, account.Actor, string) ([]account.Token, error) {
	return nil, b.err
}

func (b broken) CreateToken(context.Context, account.Actor, string, string, account.Access, int) (string, error) {
	return "", b.err
}
func (b broken) WithdrawToken(context.Context, account.Actor, string, string) error { return b.err }
func (b broken) SetPassword(context.Context, account.Actor, string, string) error   { return b.err }

// answerTo asks an API whose domain fails and returns its answer and the log.
func answerTo(t *testing.T, err error, locale i18n.Locale) (*httptest.ResponseRecorder, problem, string) {
	t.Helper()
	catalogue, failed := i18n.Load()
	if failed != nil {
		t.Fatal(failed)
	}
	var log bytes.Buffer
	a := api.New(api.Services{Credentials: broken{err}, Catalogue: catalogue, Log: slog.New(slog.NewTextHandler(&log, nil)), Version: "test"})
	ctx := request.With(t.Context(), request.Info{ID: "anfrage-7", Locale: locale, Actor: account.Actor{Person: account.Person{ID: "p", Active: true}}})
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/me/tokens", nil))
	var p problem
	if failed := json.Unmarshal(w.Body.Bytes(), &p); failed != nil || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%v: %s %s", failed, w.Header(), w.Body)
	}
	return w, p, log.String()
}

func TestEveryKindOfFaultHasItsStatusTypeAndTitle(t *testing.T) {
	for kind, want := range map[fault.Kind]struct {
		status      int
		word, title string
	}{
		fault.Internal:             {500, "internal", "Fehler"},
		fault.Invalid:              {422, "invalid", "Ungültige Angaben"},
		fault.Unauthenticated:      {401, "unauthenticated", "Nicht angemeldet"},
		fault.Forbidden:            {403, "forbidden", "Nicht erlaubt"},
		fault.ApprovalRequired:     {403, "approval-required", "Freigabe nötig"},
		fault.NotFound:             {404, "not-found", "Nicht gefunden"},
		fault.Conflict:             {409, "conflict", "Widerspruch"},
		fault.Stale:                {412, "stale", "Inzwischen geändert"},
		fault.PreconditionRequired: {428, "precondition-required", "Ausgangsfassung fehlt"},
		fault.TooLarge:             {413, "too-large", "Zu groß"},
		fault.RateLimited:          {429, "rate-limited", "Zu viele Versuche"},
		fault.Unavailable:          {503, "unavailable", "Zurzeit nicht verfügbar"},
		fault.Full:                 {507, "storage-full", "Kein Speicherplatz"},
		fault.Gone:                 {410, "gone", "Archiviert"},
	} {
		wrapped := fmt.Errorf("reading tokens: %w", fault.New(kind, "store.missing").Because(errors.New("pq: relation tokens")))
		w, p, log := answerTo(t, wrapped, i18n.German)
		if w.Code != want.status || p.Status != want.status || p.Type != "/docs#problem-"+want.word || p.Title != want.title || p.Detail != "Diesen Eintrag gibt es nicht." || p.RequestID != "anfrage-7" {
			t.Errorf("%s is told as %d %+v", want.word, w.Code, p)
		}
		if strings.Contains(w.Body.String(), "pq:") {
			t.Errorf("%s tells its cause: %s", want.word, w.Body)
		}
		// What the operator can mend is in the log with its cause; what only
		// the caller can mend is not.
		if logged := strings.Contains(log, "pq: relation tokens") && strings.Contains(log, "anfrage-7"); logged != (want.status >= 500) {
			t.Errorf("%s in the log: %q", want.word, log)
		}
		if _, english, _ := answerTo(t, wrapped, i18n.English); english.Type != p.Type || english.Title == p.Title || english.Detail == p.Detail {
			t.Errorf("%s in English: %+v", want.word, english)
		}
	}
}

func TestUnexpectedErrorIsLoggedInFullAndShownAsNothing(t *testing.T) {
	w, p, log := answerTo(t, errors.New("dial tcp 10.1.2.3:5432: password of user staffelstab is wrong"), i18n.German)
	if w.Code != http.StatusInternalServerError || p.Type != "/docs#problem-internal" || !strings.HasPrefix(p.Detail, "Es ist ein Fehler aufgetreten.") || p.RequestID != "anfrage-7" {
		t.Errorf("the answer is %d %+v", w.Code, p)
	}
	for _, word := range []string{"dial", "10.1.2.3", "password", "staffelstab"} {
		if strings.Contains(w.Body.String(), word) {
			t.Errorf("the answer tells %q: %s", word, w.Body)
		}
	}
	if !strings.Contains(log, "password of user staffelstab is wrong") || !strings.Contains(log, "anfrage-7") {
		t.Errorf("the log says %q", log)
	}
}

func TestEveryFaultOfALongFormIsTold(t *testing.T) {
	_, p, _ := answerTo(t, errors.Join(
		fault.New(fault.Invalid, "content.bad-date", "key", "gueltig_ab", "value", "gestern").InField("meta.gueltig_ab").At("index.md", 4),
		fault.New(fault.Invalid, "lessons.key-reused").InField("Idempotency-Key"),
		fault.New(fault.Invalid, "content.title-missing").InField("title"),
	), i18n.German)
	if len(p.Errors) != 3 || p.Errors[0].Line != 4 || p.Errors[0].Location != "body.meta.gueltig_ab" || !strings.Contains(p.Errors[0].Message, "„gestern“ im Feld „gueltig_ab“") ||
		p.Errors[2].Location != "body.title" || p.Errors[2].Message != "Bitte geben Sie dem Text einen Titel." {
		t.Errorf("told is %+v", p)
	}
}
