package auth_test

import (
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/auth"
)

func TestPasswordsNeedLengthAndNothingElse(t *testing.T) {
	for p, good := range map[string]bool{
		"": false, "elf Zeichen": false, "zwölf Zeiche": true, "            ": true, "👩🏽‍🌾👩🏽‍🌾👩🏽‍🌾": true,
		strings.Repeat("x", 1024): true, strings.Repeat("x", 1025): false, strings.Repeat("ä", 513): false,
	} {
		err := auth.CheckPassword(p)
		if (err == nil) != good {
			t.Errorf("%.20q (%d bytes): %v", p, len(p), err)
		}
		if err != nil {
			wantFault(t, err, fault.Invalid, "auth.password-too-short")
		}
	}
}

func TestChangedPasswordReplacesTheOldAndEndsEverySession(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra")
	d.hire(t, "quirin")
	here, petra := d.signIn(t, "petra")
	there, _ := d.signIn(t, "petra")
	other, _ := d.signIn(t, "quirin")
	const fresh = "ein ganz anderer Satz 🔑"
	ok(t, d.ChangePassword(t.Context(), petra, password, fresh))
	for _, secret := range []string{here, there} {
		_, err := d.Session(t.Context(), secret)
		wantFault(t, err, fault.Unauthenticated, "auth.session-over")
	}
	_, err := d.Session(t.Context(), other)
	ok(t, err)
	_, _, err = d.SignIn(t.Context(), "petra", password)
	wantFault(t, err, fault.Unauthenticated, "auth.wrong-credentials")
	_, _, err = d.SignIn(t.Context(), "petra", fresh)
	ok(t, err)
	wantEqual(t, "audit", d.actions(t, p.ID), []string{"person.created", "password.set", "password.set"})
}

func TestChangingAPasswordNeedsTheOldOne(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	session, petra := d.signIn(t, "petra")
	wantFault(t, d.ChangePassword(t.Context(), petra, "falsch", "ein ganz anderer Satz"), fault.Invalid, "auth.old-password-wrong")
	wantFault(t, d.ChangePassword(t.Context(), petra, "", "ein ganz anderer Satz"), fault.Invalid, "auth.old-password-wrong")
	wantFault(t, d.ChangePassword(t.Context(), petra, password, "zu kurz"), fault.Invalid, "auth.password-too-short")
	wantFault(t, d.ChangePassword(t.Context(), account.Actor{}, password, "ein ganz anderer Satz"), fault.Unauthenticated, "auth.session-over")
	wantFault(t, d.ChangePassword(t.Context(), system, password, "ein ganz anderer Satz"), fault.Unauthenticated, "auth.session-over")
	_, err := d.Session(t.Context(), session)
	ok(t, err)
	d.signIn(t, "petra") // the old one still holds
}

func TestGuessingTheOldPasswordIsThrottledAsSignInIs(t *testing.T) {
	d := newDesk(t)
	d.hire(t, "petra")
	_, petra := d.signIn(t, "petra")
	for range 8 {
		wantFault(t, d.ChangePassword(t.Context(), petra, "falsch", "ein ganz anderer Satz"), fault.Invalid, "auth.old-password-wrong")
	}
	wantFault(t, d.ChangePassword(t.Context(), petra, password, "ein ganz anderer Satz"), fault.RateLimited, "auth.too-many-attempts")
	_, _, err := d.SignIn(t.Context(), "petra", password)
	wantFault(t, err, fault.RateLimited, "auth.too-many-attempts")
}

func TestSettingAPasswordIsForAdministrators(t *testing.T) {
	d := newDesk(t)
	p := d.hire(t, "petra", account.Editor)
	d.hire(t, "boss", account.Admin)
	session, petra := d.signIn(t, "petra")
	_, boss := d.signIn(t, "boss")
	limited := boss
	limited.Access = account.WriteAccess
	for name, actor := range map[string]account.Actor{"petra": petra, "stranger": {}, "a limited token": limited} {
		err := d.SetPassword(t.Context(), actor, p.ID, "ein ganz anderer Satz")
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantFault(t, d.SetPassword(t.Context(), boss, p.ID, "zu kurz"), fault.Invalid, "auth.password-too-short")
	if err := d.SetPassword(t.Context(), boss, "nobody", "ein ganz anderer Satz"); !fault.Is(err, fault.NotFound) {
		t.Errorf("for nobody: %v", err)
	}
	_, err := d.Session(t.Context(), session)
	ok(t, err)

	ok(t, d.SetPassword(t.Context(), boss, p.ID, "ein ganz anderer Satz"))
	_, err = d.Session(t.Context(), session)
	wantFault(t, err, fault.Unauthenticated, "auth.session-over")
	_, _, err = d.SignIn(t.Context(), "petra", "ein ganz anderer Satz")
	ok(t, err)
	events, _, err := d.store.Events(t.Context(), p.ID, 1, 0)
	ok(t, err)
	wantEqual(t, "who did it", events[0].Actor, boss.Person.ID)
}

func TestNoSecretIsWrittenAnywhere(t *testing.T) {
	d := newDesk(t)
	setup, err := d.OpenSetup(t.Context())
	ok(t, err)
	const first = "das Passwort der Einrichtung"
	ok(t, d.CompleteSetup(t.Context(), d.office, setup, account.Person{Login: "boss", DisplayName: "Boss"}, first))
	p := d.hire(t, "petra")
	session, petra := d.signIn(t, "petra")
	token, err := d.CreateToken(t.Context(), petra, p.ID, "Skript", account.ReadAccess, 1)
	ok(t, err)
	const fresh = "ein ganz anderer Satz"
	ok(t, d.ChangePassword(t.Context(), petra, password, fresh))
	const wrong = "vertippt im Anmeldefeld"
	if _, _, err := d.SignIn(t.Context(), "petra", wrong); err == nil || strings.Contains(err.Error(), wrong) {
		t.Errorf("error %v", err)
	}
	for name, secret := range map[string]string{
		"setup": setup, "first password": first, "password": password, "session": session, "token": token, "fresh password": fresh, "wrong password": wrong,
	} {
		if d.holds(t, secret) {
			t.Errorf("%s: the database holds it", name)
		}
	}
	events, total, err := d.store.Events(t.Context(), "", 100, 0)
	ok(t, err)
	wantEqual(t, "lines of the audit log", total, 7)
	hash, err := d.store.PasswordHash(t.Context(), p.ID)
	ok(t, err)
	for _, e := range events {
		for _, secret := range []string{hash, hashed(token), hashed(session), "petra", "Boss"} {
			if strings.Contains(e.Detail, secret) || strings.Contains(e.Subject, secret) {
				t.Errorf("the audit log says too much: %+v", e)
			}
		}
		if e.ID == "" || e.Action == "" || !e.At.Equal(d.clock.now) {
			t.Errorf("the audit log says too little: %+v", e)
		}
	}
}
