// Package request carries what every handler may know about a request: its
// id, the language of the answer and who is asking. The middleware of package
// server fills it in; api and web read it.
package request

import (
	"context"
	"net/http"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/i18n"
)

// Info is what is known about a request before a handler runs.
type Info struct {
	ID     string // appears in logs and error answers
	Locale i18n.Locale
	Actor  account.Actor // the zero Actor when nobody is signed in
	// AuthError tells why credentials that were sent do not count. Handlers
	// that need an actor return it.
	AuthError error
}

type key struct{}

// With returns a context that carries the info.
func With(ctx context.Context, info Info) context.Context {
	return context.WithValue(ctx, key{}, info)
}

// From returns the info of a request; German when there is none.
func From(ctx context.Context) Info {
	if info, ok := ctx.Value(key{}).(Info); ok {
		return info
	}
	return Info{Locale: i18n.German}
}

// LocaleCookie is the name of the cookie that keeps the chosen language.
const LocaleCookie = "sprache"

// LocaleOf chooses the language: the cookie, else for programs the
// Accept-Language header, else German.
func LocaleOf(r *http.Request) i18n.Locale {
	if c, err := r.Cookie(LocaleCookie); err == nil {
		if c.Value == string(i18n.English) {
			return i18n.English
		}
		return i18n.German
	}
	if strings.HasPrefix(r.URL.Path, "/api/") && strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
		return i18n.English
	}
	return i18n.German
}
