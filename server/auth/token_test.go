package auth_test

import (
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/auth"
)

func TestTokenActsForItsPersonWithItsScope(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra", account.Author)
	_, petra := d.signIn(t, "petra")
	for access, writes := range map[account.Access]bool{account.ReadAccess: false, account.WriteAccess: true, account.AdminAccess: true} {
		secret, err := d.CreateToken(t.Context(), petra, p.ID, "Skript", access, 30)
		ok(t, err)
		actor, err := d.Token(t.Context(), secret)
		ok(t, err)
		wantEqual(t, "person", actor.Person, p)
		wantEqual(t, "may write with "+string(access), actor.CanWrite(), writes)
		wantEqual(t, "role", actor.Has(account.Author), true)
	}
}

func TestTokenIsStoredAsItsHashWithItsDates(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra")
	_, petra := d.signIn(t, "petra")
	secret, err := d.CreateToken(t.Context(), petra, p.ID, "Skript", account.ReadAccess, 30)
	ok(t, err)
	if !strings.HasPrefix(secret, "st_") || len(secret) < 46 {
		t.Errorf("secret %q", secret)
	}
	tokens, err := d.store.TokensOf(t.Context(), p.ID)
	ok(t, err)
	wantEqual(t, "tokens", tokens, []account.Token{{
		ID: tokens[0].ID, TokenHash: hashed(secret), Person: p.ID, Label: "Skript", Access: account.ReadAccess,
		CreatedAt: d.clock.now, ExpiresAt: d.clock.now.AddDate(0, 0, 30),
	}})
	if d.holds(t, secret) || d.holds(t, strings.TrimPrefix(secret, "st_")) {
		t.Error("the database holds the secret")
	}
}

func TestTokenEndsOnItsDay(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra")
	secret, err := d.CreateToken(t.Context(), system, p.ID, "", account.ReadAccess, 30)
	ok(t, err)
	d.clock.forward(30 * 24 * time.Hour)
	_, err = d.Token(t.Context(), secret)
	ok(t, err)
	d.clock.forward(time.Second)
	actor, err := d.Token(t.Context(), secret)
	wantFault(t, err, fault.Unauthenticated, "auth.token-invalid")
	if actor.SignedIn() {
		t.Error("an expired token is somebody")
	}
}

func TestTokensAndSessionsAreNotEachOther(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra")
	session, _ := d.signIn(t, "petra")
	token, err := d.CreateToken(t.Context(), system, p.ID, "", account.AdminAccess, 1)
	ok(t, err)
	_, err = d.Token(t.Context(), session)
	wantFault(t, err, fault.Unauthenticated, "auth.token-invalid")
	_, err = d.Session(t.Context(), token)
	wantFault(t, err, fault.Unauthenticated, "auth.session-over")
	for _, s := range []string{"", "st_", token + "x", hashed(token)} {
		_, err = d.Token(t.Context(), s)
		wantFault(t, err, fault.Unauthenticated, "auth.token-invalid")
	}
}

func TestWhoMayMakeTokens(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra", account.Author)
	other := d.hire(t, "quirin", account.Reader)
	d.hire(t, "boss", account.Admin)
	_, petra := d.signIn(t, "petra")
	_, boss := d.signIn(t, "boss")
	limited := petra
	limited.Access = account.WriteAccess
	disabled := petra
	disabled.Person.Active = false
	for name, c := range map[string]struct {
		actor  account.Actor
		person string
		may    bool
	}{
		"for oneself":           {petra, p.ID, true},
		"for somebody else":     {petra, other.ID, false},
		"with a limited token":  {limited, p.ID, false},
		"disabled":              {disabled, p.ID, false},
		"a stranger":            {account.Actor{}, p.ID, false},
		"a stranger for nobody": {account.Actor{}, "", false},
		"an administrator":      {boss, p.ID, true},
		"the operator":          {system, p.ID, true},
	} {
		secret, err := d.CreateToken(t.Context(), c.actor, c.person, "", account.ReadAccess, 1)
		if c.may {
			ok(t, err)
			continue
		}
		wantFault(t, err, fault.Forbidden, "auth.own-tokens-only")
		if secret != "" {
			t.Errorf("%s: got a token", name)
		}
	}
	wantEqual(t, "audit", d.actions(t, p.ID)[3:], []string{"token.created", "token.created", "token.created"})
}

func TestTokenNeedsAKnownScopePersonAndLife(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra")
	for _, access := range []account.Access{"", "root", "READ"} {
		_, err := d.CreateToken(t.Context(), system, p.ID, "", access, 1)
		wantFault(t, err, fault.Invalid, "auth.bad-scope")
	}
	for _, label := range []string{strings.Repeat("ü", 121), "\xff"} {
		_, err := d.CreateToken(t.Context(), system, p.ID, label, account.ReadAccess, 1)
		wantFault(t, err, fault.Invalid, "auth.bad-label")
	}
	for days, may := range map[int]bool{-1: false, 0: false, 1: true, auth.MaxTokenDays: true, auth.MaxTokenDays + 1: false} {
		_, err := d.CreateToken(t.Context(), system, p.ID, "", account.ReadAccess, days)
		if may {
			ok(t, err)
		} else {
			wantFault(t, err, fault.Invalid, "auth.bad-days")
		}
	}
	if _, err := d.CreateToken(t.Context(), system, "nobody", "", account.ReadAccess, 1); !fault.Is(err, fault.NotFound) {
		t.Errorf("for nobody: %v", err)
	}
	tokens, err := d.store.TokensOf(t.Context(), p.ID)
	ok(t, err)
	wantEqual(t, "tokens made", len(tokens), 2)
}

func TestTokensAreListedAndWithdrawn(t *testing.T) {
	d := newDesk(t)
	p, other := d.hire(t, "petra"), d.hire(t, "paul")
	_, petra := d.signIn(t, "petra")
	_, paul := d.signIn(t, "paul")
	secret, err := d.CreateToken(t.Context(), petra, p.ID, "Skript", account.ReadAccess, 2)
	ok(t, err)
	d.clock.forward(time.Second)
	_, err = d.CreateToken(t.Context(), petra, p.ID, "Kurz", account.WriteAccess, 1)
	ok(t, err)
	tokens, err := d.Tokens(t.Context(), petra, p.ID)
	ok(t, err)
	if len(tokens) != 2 || tokens[0].Label != "Skript" || tokens[0].TokenHash != "" {
		t.Fatalf("tokens: %+v", tokens)
	}

	_, err = d.Tokens(t.Context(), paul, p.ID)
	wantFault(t, err, fault.Forbidden, "auth.own-tokens-only")
	wantFault(t, d.WithdrawToken(t.Context(), paul, p.ID, tokens[0].ID), fault.Forbidden, "auth.own-tokens-only")
	wantFault(t, d.WithdrawToken(t.Context(), paul, other.ID, tokens[0].ID), fault.NotFound, "auth.no-such-token")
	_, err = d.Token(t.Context(), secret)
	ok(t, err)

	ok(t, d.WithdrawToken(t.Context(), petra, p.ID, tokens[0].ID))
	_, err = d.Token(t.Context(), secret)
	wantFault(t, err, fault.Unauthenticated, "auth.token-invalid")
	wantFault(t, d.WithdrawToken(t.Context(), petra, p.ID, tokens[0].ID), fault.NotFound, "auth.no-such-token")
	actions := d.actions(t, p.ID)
	wantEqual(t, "last action", actions[len(actions)-1], "token.withdrawn")

	d.clock.forward(49 * time.Hour)
	tokens, err = d.Tokens(t.Context(), system, p.ID)
	ok(t, err)
	wantEqual(t, "tokens that still work", len(tokens), 0)
}
