package auth

import "net/http"

// Cookies reads and writes the session cookie. Behind TLS it has the __Host-
// prefix, which browsers accept only for this host and over TLS (RFC 6265bis).
type Cookies struct {
	Secure bool
}

func (c Cookies) name() string {
	if c.Secure {
		return "__Host-staffelstab"
	}
	return "staffelstab"
}

// Set gives the browser a new session.
func (c Cookies) Set(w http.ResponseWriter, secret string) {
	http.SetCookie(w, c.cookie(secret, int(SessionAbsolute.Seconds())))
}

// Clear takes the session away.
func (c Cookies) Clear(w http.ResponseWriter) { http.SetCookie(w, c.cookie("", -1)) }

// Read returns the secret a browser sent, or "".
func (c Cookies) Read(r *http.Request) string {
	cookie, err := r.Cookie(c.name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (c Cookies) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: c.name(), Value: value, Path: "/", MaxAge: age, Secure: c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
