package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/auth"
)

func TestUnknownSessionsAreOver(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	secret, _ := d.signIn(t, "petra")
	for _, s := range []string{"", "x", secret + "x", secret[1:], hashed(secret), "\x00"} {
		actor, err := d.Session(t.Context(), s)
		wantFault(t, err, fault.Unauthenticated, "auth.session-over")
		if actor.SignedIn() {
			t.Errorf("%q is somebody", s)
		}
	}
}

func TestSessionEndsWhenItIsNotUsed(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	secret, _ := d.signIn(t, "petra")
	d.clock.forward(auth.SessionIdle)
	_, err := d.Session(t.Context(), secret) // use prolongs it
	ok(t, err)
	d.clock.forward(auth.SessionIdle + time.Second)
	_, err = d.Session(t.Context(), secret)
	wantFault(t, err, fault.Unauthenticated, "auth.session-over")
	if _, err := d.store.Session(t.Context(), hashed(secret)); !fault.Is(err, fault.NotFound) {
		t.Errorf("the session is still stored: %v", err)
	}
}

func TestSessionEndsAfterADayHoweverBusy(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	secret, _ := d.signIn(t, "petra")
	for range 24 {
		d.clock.forward(time.Hour)
		_, err := d.Session(t.Context(), secret)
		ok(t, err)
	}
	d.clock.forward(time.Second)
	_, err := d.Session(t.Context(), secret)
	wantFault(t, err, fault.Unauthenticated, "auth.session-over")
}

func TestUseIsNotedOnceAMinute(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	secret, _ := d.signIn(t, "petra")
	seen := func() time.Time {
		_, err := d.Session(t.Context(), secret)
		ok(t, err)
		s, err := d.store.Session(t.Context(), hashed(secret))
		ok(t, err)
		return s.SeenAt
	}
	start := d.clock.Now()
	d.clock.forward(time.Minute)
	wantEqual(t, "after a minute", seen(), start)
	d.clock.forward(time.Second)
	wantEqual(t, "after more than that", seen(), start.Add(time.Minute+time.Second))
}

// noRoom is a database whose disk is full.
type noRoom struct {
	account.Credentials
	err error
}

func (n noRoom) TouchSession(context.Context, string, time.Time) error { return n.err }

func TestFullDiskSignsNobodyOut(t *testing.T) {
	for kind, goesOn := range map[fault.Kind]bool{fault.Full: true, fault.Unavailable: true, fault.Internal: false} {
		d := newDesk(t, func(o *auth.Options) {
			o.Credentials = noRoom{o.Credentials, fault.New(kind, "store.disk-full")}
		})
		d.hire(t, "petra")
		secret, _ := d.signIn(t, "petra")
		d.clock.forward(time.Hour)
		if _, err := d.Session(t.Context(), secret); (err == nil) != goesOn {
			t.Errorf("kind %d: %v", kind, err)
		}
	}
}

func TestSignOutEndsThisSessionOnly(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	here, _ := d.signIn(t, "petra")
	there, _ := d.signIn(t, "petra")
	ok(t, d.SignOut(t.Context(), here))
	ok(t, d.SignOut(t.Context(), here)) // again is no error
	_, err := d.Session(t.Context(), here)
	wantFault(t, err, fault.Unauthenticated, "auth.session-over")
	_, err = d.Session(t.Context(), there)
	ok(t, err)
}

func TestDisabledAndErasedPeopleAreOutAtOnce(t *testing.T) {
	for name, leave := range map[string]func(d *desk, id string) error{
		"disabled": func(d *desk, id string) error { return d.office.SetActive(t.Context(), system, id, false) },
		"erased":   func(d *desk, id string) error { return d.office.Erase(t.Context(), system, id) },
	} {
		d := newDesk(t)
		p := d.hire(t, "petra", account.Reader)
		session, _ := d.signIn(t, "petra")
		token, err := d.CreateToken(t.Context(), system, p.ID, "", account.ReadAccess, 1)
		ok(t, err)
		ok(t, leave(d, p.ID))
		if actor, err := d.Session(t.Context(), session); !fault.Is(err, fault.Unauthenticated) || actor.SignedIn() {
			t.Errorf("%s: session: %v", name, err)
		}
		if actor, err := d.Token(t.Context(), token); !fault.Is(err, fault.Unauthenticated) || actor.SignedIn() {
			t.Errorf("%s: token: %v", name, err)
		}
	}
}

func TestRolesAreThoseOfTheMomentAndOfTheDayInThisPlace(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra")
	secret, _ := d.signIn(t, "petra")
	has := func() bool {
		actor, err := d.Session(t.Context(), secret)
		ok(t, err)
		return actor.Has(account.Editor)
	}
	g, err := d.office.Grant(t.Context(), system, account.Grant{Person: p.ID, Role: account.Editor, From: "2026-11-24"})
	ok(t, err)
	d.clock.forward(7 * time.Hour) // 15:00 UTC
	wantEqual(t, "the day before", has(), false)
	d.clock.forward(8*time.Hour - time.Second) // 22:59:59 UTC, 23:59:59 here
	wantEqual(t, "a second before midnight here", has(), false)
	d.clock.forward(time.Second)
	wantEqual(t, "at midnight here", has(), true)
	ok(t, d.office.Revoke(t.Context(), system, p.ID, g.ID))
	wantEqual(t, "once revoked", has(), false)
}

func TestCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	for _, c := range []auth.Cookies{{Secure: true}, {}} {
		w := httptest.NewRecorder()
		c.Set(w, "geheim")
		cookie := w.Result().Cookies()[0]
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" ||
			cookie.Secure != c.Secure || cookie.MaxAge != int(auth.SessionAbsolute.Seconds()) {
			t.Errorf("secure %v: %v", c.Secure, cookie)
		}
		if secure := cookie.Name == "__Host-staffelstab"; secure != c.Secure {
			t.Errorf("secure %v: name %s", c.Secure, cookie.Name)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		wantEqual(t, "without a cookie", c.Read(r), "")
		r.AddCookie(cookie)
		wantEqual(t, "with the cookie", c.Read(r), "geheim")
		wantEqual(t, "with that of the other way", auth.Cookies{Secure: !c.Secure}.Read(r), "")

		w = httptest.NewRecorder()
		c.Clear(w)
		gone := w.Result().Cookies()[0]
		if gone.Name != cookie.Name || gone.Path != cookie.Path || gone.MaxAge >= 0 || gone.Value != "" {
			t.Errorf("clearing: %v", gone)
		}
	}
}
