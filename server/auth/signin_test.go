package auth_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/auth"
)

func TestSignInOpensASessionOfThatPerson(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra", account.Reader)
	for _, login := range []string{"petra", " Petra ", "PETRA"} {
		secret, actor := d.signIn(t, login)
		wantEqual(t, "person", actor.Person, p)
		if !actor.Has(account.Reader) || actor.Access != account.AdminAccess || actor.System {
			t.Errorf("%q: actor %+v", login, actor)
		}
		again, err := d.Session(t.Context(), secret)
		ok(t, err)
		wantEqual(t, "the browser's next request", again, actor)
	}
}

func TestEverySessionHasItsOwnSecretOfWhichTheHashIsStored(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra")
	seen := map[string]bool{}
	for range 20 {
		secret, _ := d.signIn(t, "petra")
		if seen[secret] || len(secret) < 43 { // 256 bits in base64
			t.Fatalf("secret %q", secret)
		}
		seen[secret] = true
		session, err := d.store.Session(t.Context(), hashed(secret))
		ok(t, err)
		wantEqual(t, "session", session, account.Session{
			TokenHash: hashed(secret), Person: p.ID, CreatedAt: d.clock.now, SeenAt: d.clock.now, ExpiresAt: d.clock.now.Add(auth.SessionAbsolute),
		})
		if d.holds(t, secret) || !d.holds(t, hashed(secret)) {
			t.Error("the database has to hold the hash of a secret and not the secret")
		}
	}
}

func TestRefusedSignInsAllLookAlike(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	disabled := d.hire(t, "disabled")
	ok(t, d.office.SetActive(t.Context(), system, disabled.ID, false))
	_, err := d.office.CreatePerson(t.Context(), system, account.Person{Login: "fresh", DisplayName: "without a password"})
	ok(t, err)
	_, _, reference := d.SignIn(t.Context(), "nobody", password)
	wantFault(t, reference, fault.Unauthenticated, "auth.wrong-credentials")
	for name, c := range map[string]struct{ login, password string }{
		"wrong password":    {"petra", password + "x"},
		"other case":        {"petra", strings.ToUpper(password)},
		"empty password":    {"petra", ""},
		"password too long": {"petra", strings.Repeat("x", 5000)},
		"disabled":          {"disabled", password},
		"no password yet":   {"fresh", ""},
		"nor this":          {"fresh", "no such account"},
		"no login":          {"", password},
		"pattern":           {"petr%", password},
		"quote":             {"petra' --", password},
		"NUL":               {"petra\x00", password},
		"not UTF-8":         {"petra\xff", password},
		"long login":        {strings.Repeat("ä", 10_000), password},
	} {
		secret, actor, err := d.SignIn(t.Context(), c.login, c.password)
		if secret != "" || actor.SignedIn() {
			t.Errorf("%s: let in", name)
		}
		have, _ := fault.Of(err)
		want, _ := fault.Of(reference)
		wantEqual(t, name, have, want)
	}
}

func TestWhoFailsTooOftenHasToWait(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	d.hire(t, "quirin")
	try := func(login, password string) error { _, _, err := d.SignIn(t.Context(), login, password); return err }
	for i := range 8 {
		wantFault(t, try([]string{"petra", " PETRA "}[i%2], "falsch"), fault.Unauthenticated, "auth.wrong-credentials")
		d.clock.forward(time.Minute)
	}
	wantFault(t, try("petra", password), fault.RateLimited, "auth.too-many-attempts") // even the right one
	ok(t, try("quirin", password))                                                    // others are not concerned
	d.clock.forward(2 * time.Minute)                                                  // ten minutes after the first failure
	wantFault(t, try("petra", password), fault.RateLimited, "auth.too-many-attempts")
	d.clock.forward(time.Second)
	ok(t, try("petra", password))
}

func TestThrottlingTellsNothingAboutWhoExists(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	var answers [2][]string
	for i, login := range []string{"petra", "nobody"} {
		for range 10 {
			_, _, err := d.SignIn(t.Context(), login, "falsch")
			f, _ := fault.Of(err)
			answers[i] = append(answers[i], f.Key)
		}
	}
	wantEqual(t, "answers for nobody", answers[1], answers[0])
}

func TestSuccessForgetsEarlierFailures(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	for range 5 {
		for range 7 {
			if _, _, err := d.SignIn(t.Context(), "petra", "falsch"); !fault.Is(err, fault.Unauthenticated) {
				t.Fatal(err)
			}
		}
		d.signIn(t, "petra")
	}
}

func TestManyAttemptsAtOnceAreCountedToo(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	var all sync.WaitGroup
	var tried atomic.Int32
	for range 40 {
		all.Go(func() {
			_, _, err := d.SignIn(t.Context(), "petra", "falsch")
			switch {
			case fault.Is(err, fault.Unauthenticated):
				tried.Add(1)
			case !fault.Is(err, fault.RateLimited):
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantEqual(t, "passwords tried", tried.Load(), int32(8))
}

func TestDemoSignInNeedsTheDemoAndAPersonOfTheDemo(t *testing.T) {
	for _, demo := range []bool{false, true} {
		d := newDesk(t, func(o *auth.Options) { o.Demo = demo })
		d.hire(t, "petra")
		made, err := d.office.CreatePerson(t.Context(), system, account.Person{Login: "azubi", DisplayName: "Azubi", Demo: true})
		ok(t, err)
		wantEqual(t, "demo", d.Demo(), demo)

		secret, actor, err := d.SignInDemo(t.Context(), "azubi")
		if demo {
			ok(t, err)
			wantEqual(t, "person", actor.Person.ID, made.ID)
			_, err = d.Session(t.Context(), secret)
			ok(t, err)
		} else {
			wantFault(t, err, fault.NotFound, "auth.no-demo")
			wantEqual(t, "secret", secret, "")
		}
		for _, login := range []string{"petra", "nobody", ""} {
			if secret, _, err := d.SignInDemo(t.Context(), login); secret != "" || !fault.Is(err, fault.NotFound) {
				t.Errorf("demo %v, %q: %v", demo, login, err)
			}
		}
		ok(t, d.office.SetActive(t.Context(), system, made.ID, false))
		_, _, err = d.SignInDemo(t.Context(), "azubi")
		wantFault(t, err, fault.NotFound, "auth.no-demo")
	}
}
