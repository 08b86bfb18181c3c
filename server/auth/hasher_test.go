package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestHashesAreSaltedAndCarryTheirParameters(t *testing.T) {
	h := newHasher(false)
	first, err := h.hash(t.Context(), "ein Passwort")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(first, "$argon2id$v=19$m=19456,t=2,p=1$") { // OWASP's recommendation
		t.Errorf("hash %q", first)
	}
	second, err := h.hash(t.Context(), "ein Passwort")
	if err != nil || first == second {
		t.Errorf("the same password has the same hash %q, %v", second, err)
	}
	// A hash made with other parameters is still understood.
	for _, other := range []*hasher{h, newHasher(true)} {
		for password, want := range map[string]bool{"ein Passwort": true, "ein passwort": false, "ein Passwort ": false, "": false} {
			if fits, err := other.verify(t.Context(), first, password); err != nil || fits != want {
				t.Errorf("%q: %v, %v", password, fits, err)
			}
		}
	}
}

func TestNoPasswordFitsAnEmptyHash(t *testing.T) {
	h := newHasher(true)
	for _, password := range []string{"", "no such account", "x"} {
		if fits, err := h.verify(t.Context(), "", password); fits || err != nil {
			t.Errorf("%q: %v, %v", password, fits, err)
		}
	}
}

func TestOverlongPasswordIsNotEvenHashed(t *testing.T) {
	h := newHasher(true)
	long := strings.Repeat("x", maxPassword+1)
	if fits, err := h.verify(t.Context(), h.encode([]byte("0123456789abcdef"), long), long); fits || err != nil {
		t.Errorf("%v, %v", fits, err)
	}
}

func TestUnknownLoginCostsAHashToo(t *testing.T) {
	h := newHasher(true)
	for range atOnce { // no slot is free
		if err := h.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, encoded := range map[string]string{"known": h.encode([]byte("0123456789abcdef"), "x"), "unknown": ""} {
		if _, err := h.verify(ctx, encoded, "x"); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: answered without hashing: %v", name, err)
		}
	}
	if _, err := h.hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("hash: %v", err)
	}
}

func TestDamagedHashesAreErrorsAndNoSignIn(t *testing.T) {
	h := newHasher(true)
	good := h.encode([]byte("0123456789abcdef"), "x")
	parts := strings.Split(good, "$")
	with := func(i int, part string) string {
		changed := append([]string{}, parts...)
		changed[i] = part
		return strings.Join(changed, "$")
	}
	for name, encoded := range map[string]string{
		"plain": "x", "bcrypt": "$2a$10$abc", "too short": strings.Join(parts[:5], "$"), "other method": with(1, "argon2i"),
		"version": with(2, "v=x"), "parameters": with(3, "m=64"), "salt": with(4, "§"), "key": with(5, "§"), "empty key": with(5, ""),
		"no passes": with(3, "m=64,t=0,p=1"), "no lanes": with(3, "m=64,t=2,p=0"),
	} {
		fits, err := h.verify(t.Context(), encoded, "x")
		if fits || err == nil {
			t.Errorf("%s: %v, %v", name, fits, err)
		}
		if err != nil && strings.Contains(err.Error(), parts[5]) {
			t.Errorf("%s: the error holds the key: %v", name, err)
		}
	}
}

func TestLimiterIsBoundedAndKeepsWhoHasToWait(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	l := newLimiter(func() time.Time { return now })
	for range maxFailures {
		l.attempt("victim")
	}
	for i := range maxTracked + 10 {
		if !l.attempt(fmt.Sprint("name", i)) {
			t.Fatal("a name that never failed has to wait")
		}
	}
	if len(l.by) > maxTracked {
		t.Errorf("%d names are tracked", len(l.by))
	}
	if l.attempt("victim") {
		t.Error("many names set a throttled login free")
	}
	now = now.Add(window + time.Second)
	if !l.attempt("victim") {
		t.Error("the wait does not end")
	}
}

func TestLimiterKeepsNoLongNames(t *testing.T) {
	l := newLimiter(time.Now)
	l.attempt(strings.Repeat("x", 1<<20))
	for login := range l.by {
		if len(login) > maxLogin {
			t.Errorf("%d bytes are kept", len(login))
		}
	}
}
