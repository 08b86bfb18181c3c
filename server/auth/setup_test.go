package auth_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

var boss = account.Person{Login: "boss", DisplayName: "Bärbel Boss"}

func TestSetupMakesTheFirstAdministratorOnce(t *testing.T) {
	d := newDesk(t)
	secret, err := d.OpenSetup(t.Context())
	ok(t, err)
	if len(secret) < 43 {
		t.Fatalf("secret %q", secret)
	}
	ok(t, d.CheckSetup(secret))
	ok(t, d.CompleteSetup(t.Context(), d.office, secret, boss, password))

	_, actor := d.signIn(t, "boss")
	if !account.CanAdminister(actor) {
		t.Errorf("actor %+v", actor)
	}
	wantEqual(t, "audit", d.actions(t, actor.Person.ID), []string{"person.created", "role.granted", "password.set"})

	wantFault(t, d.CheckSetup(secret), fault.NotFound, "auth.setup-closed")
	second := account.Person{Login: "second", DisplayName: "Second"}
	wantFault(t, d.CompleteSetup(t.Context(), d.office, secret, second, password), fault.NotFound, "auth.setup-closed")
	_, total, err := d.store.People(t.Context(), "", 1, 0)
	ok(t, err)
	wantEqual(t, "people", total, 1)
}

func TestSetupOpensOnlyWhileThereIsNoAdministrator(t *testing.T) {
	d := newDesk(t)
	wantFault(t, d.CheckSetup(""), fault.NotFound, "auth.setup-closed")
	d.hire(t, "petra", account.Editor) // others do not count
	before, err := d.OpenSetup(t.Context())
	ok(t, err)
	ok(t, d.CheckSetup(before))

	d.hire(t, "made-by-command", account.Admin)
	secret, err := d.OpenSetup(t.Context())
	ok(t, err)
	wantEqual(t, "secret", secret, "")
	err = d.CompleteSetup(t.Context(), d.office, before, boss, password)
	wantFault(t, err, fault.NotFound, "auth.setup-closed")
	if _, err := d.store.PersonByLogin(t.Context(), "boss"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a second administrator came in through the open address: %v", err)
	}
}

func TestOtherSecretsDoNotOpenTheSetup(t *testing.T) {
	d := newDesk(t)
	old, err := d.OpenSetup(t.Context())
	ok(t, err)
	secret, err := d.OpenSetup(t.Context()) // after a restart
	ok(t, err)
	for _, s := range []string{"", "x", secret + "x", secret[1:], hashed(secret), old} {
		wantFault(t, d.CheckSetup(s), fault.NotFound, "auth.setup-closed")
		wantFault(t, d.CompleteSetup(t.Context(), d.office, s, boss, password), fault.NotFound, "auth.setup-closed")
	}
	ok(t, d.CheckSetup(secret))
}

func TestMistakesLeaveTheSetupOpen(t *testing.T) {
	d := newDesk(t)
	secret, err := d.OpenSetup(t.Context())
	ok(t, err)
	wantFault(t, d.CompleteSetup(t.Context(), d.office, secret, boss, "zu kurz"), fault.Invalid, "auth.password-too-short")
	wantFault(t, d.CompleteSetup(t.Context(), d.office, secret, account.Person{Login: "1", DisplayName: "x"}, password), fault.Invalid, "account.bad-login")
	_, total, err := d.store.People(t.Context(), "", 1, 0)
	ok(t, err)
	wantEqual(t, "people", total, 0)
	ok(t, d.CompleteSetup(t.Context(), d.office, secret, boss, password))
}

func TestOfSeveralWhoUseTheSetupOneGetsIn(t *testing.T) {
	d := newDesk(t)
	secret, err := d.OpenSetup(t.Context())
	ok(t, err)
	var all sync.WaitGroup
	var made atomic.Int32
	for i := range 8 {
		all.Go(func() {
			p := account.Person{Login: fmt.Sprintf("boss%d", i), DisplayName: "Boss"}
			err := d.CompleteSetup(t.Context(), d.office, secret, p, password)
			switch {
			case err == nil:
				made.Add(1)
			case !fault.Is(err, fault.NotFound):
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantEqual(t, "administrators made", made.Load(), int32(1))
	holders, err := d.store.CountHolders(t.Context(), account.Admin, "2026-11-23")
	ok(t, err)
	wantEqual(t, "administrators there", holders, 1)
}
