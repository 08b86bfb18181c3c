package account_test

import (
	"context"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/server/store"
)

var (
	noon   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	system = account.SystemActor("u-system")
)

// office is an office over a real database.
type office struct {
	*account.Office
	store *store.Store
}

func newOffice(t *testing.T) *office {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "staffelstab.db"), nil)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	return &office{account.NewOffice(s, s, func() time.Time { return noon }, new(ident.Sequence)), s}
}

// hire makes a person with roles for the whole city.
func (o *office) hire(t *testing.T, login string, roles ...account.Role) account.Person {
	t.Helper()
	p, err := o.CreatePerson(t.Context(), system, account.Person{Login: login, DisplayName: login})
	ok(t, err)
	for _, r := range roles {
		o.grant(t, account.Grant{Person: p.ID, Role: r})
	}
	return p
}

func (o *office) grant(t *testing.T, g account.Grant) account.Grant {
	t.Helper()
	g, err := o.Grant(t.Context(), system, g)
	ok(t, err)
	return g
}

// as returns the person as somebody who signed in with the access.
func (o *office) as(t *testing.T, p account.Person, access account.Access) account.Actor {
	t.Helper()
	p, err := o.store.Person(t.Context(), p.ID)
	ok(t, err)
	grants, err := o.store.Grants(t.Context(), p.ID)
	ok(t, err)
	return account.NewActor(p, grants, "2026-11-23", access)
}

func (o *office) log(t *testing.T) []account.Event {
	t.Helper()
	events, _, err := o.store.Events(t.Context(), "", 500, 0)
	ok(t, err)
	return events
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFault(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f, is := fault.Of(err)
	if !is || f.Kind != kind || f.Key != key {
		t.Errorf("error %v, want a fault of kind %d %s", err, kind, key)
	}
}

func wantEqual(t *testing.T, what string, have, want any) {
	t.Helper()
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%s: have %+v, want %+v", what, have, want)
	}
}

// verbs are all that changes or shows accounts to administrators.
func verbs(ctx context.Context, o *office, person, grant string) map[string]func(account.Actor) error {
	return map[string]func(account.Actor) error{
		"person.created": func(a account.Actor) error {
			_, err := o.CreatePerson(ctx, a, account.Person{Login: "neu", DisplayName: "Neu"})
			return err
		},
		"person.changed": func(a account.Actor) error {
			return o.UpdatePerson(ctx, a, account.Person{ID: person, DisplayName: "Anders"})
		},
		"person.disabled": func(a account.Actor) error { return o.SetActive(ctx, a, person, false) },
		"person.enabled":  func(a account.Actor) error { return o.SetActive(ctx, a, person, true) },
		"person.erased":   func(a account.Actor) error { return o.Erase(ctx, a, person) },
		"role.granted": func(a account.Actor) error {
			_, err := o.Grant(ctx, a, account.Grant{Person: person, Role: account.Editor, Scope: "fb:66"})
			return err
		},
		"role.revoked": func(a account.Actor) error { return o.Revoke(ctx, a, person, grant) },
		"department": func(a account.Actor) error {
			return o.SaveDepartment(ctx, a, account.Department{ID: "66", Name: "Tiefbau"})
		},
		"show person": func(a account.Actor) error { _, err := o.Person(ctx, a, person); return err },
		"show login":  func(a account.Actor) error { _, err := o.PersonByLogin(ctx, a, "petra"); return err },
		"list people": func(a account.Actor) error { _, _, err := o.People(ctx, a, "", 10, 0); return err },
		"list grants": func(a account.Actor) error { _, err := o.Grants(ctx, a, person); return err },
	}
}

func TestOnlyAdministratorsMayDoAnythingWithAccounts(t *testing.T) {
	o := newOffice(t)
	petra := o.hire(t, "petra", account.Reader)
	grants, err := o.store.Grants(t.Context(), petra.ID)
	ok(t, err)
	boss := o.hire(t, "boss", account.Admin)
	everythingElse := o.hire(t, "all-roles", account.Reader)
	for _, r := range account.Roles() {
		if r != account.Admin {
			o.grant(t, account.Grant{Person: everythingElse.ID, Role: r})
		}
	}
	former := o.hire(t, "former")
	o.grant(t, account.Grant{Person: former.ID, Role: account.Admin, Until: "2026-11-22"})
	future := o.hire(t, "future")
	o.grant(t, account.Grant{Person: future.ID, Role: account.Admin, From: "2026-11-24"})
	disabled := o.as(t, boss, account.AdminAccess)
	disabled.Person.Active = false
	departmentAdmin := o.as(t, petra, account.AdminAccess)
	departmentAdmin.Grants = append(departmentAdmin.Grants, account.Grant{Role: account.Admin, Scope: account.InDepartment("66")})

	refused := map[string]struct {
		actor account.Actor
		kind  fault.Kind
		key   string
	}{
		"stranger":               {account.Actor{}, fault.Unauthenticated, "account.sign-in-first"},
		"disabled administrator": {disabled, fault.Unauthenticated, "account.sign-in-first"},
		"reader":                 {o.as(t, petra, account.AdminAccess), fault.Forbidden, "account.admins-only"},
		"every other role":       {o.as(t, everythingElse, account.AdminAccess), fault.Forbidden, "account.admins-only"},
		"former administrator":   {o.as(t, former, account.AdminAccess), fault.Forbidden, "account.admins-only"},
		"future administrator":   {o.as(t, future, account.AdminAccess), fault.Forbidden, "account.admins-only"},
		"for one department":     {departmentAdmin, fault.Forbidden, "account.admins-only"},
		"token to write":         {o.as(t, boss, account.WriteAccess), fault.Forbidden, "account.admins-only"},
		"token to read":          {o.as(t, boss, account.ReadAccess), fault.Forbidden, "account.admins-only"},
	}
	before := len(o.log(t))
	for who, c := range refused {
		for verb, call := range verbs(t.Context(), o, petra.ID, grants[0].ID) {
			if err := call(c.actor); !fault.Is(err, c.kind) {
				t.Errorf("%s, %s: %v", who, verb, err)
			} else {
				wantFault(t, err, c.kind, c.key)
			}
		}
	}
	wantEqual(t, "lines about what was refused", len(o.log(t)), before)
	now, err := o.store.Person(t.Context(), petra.ID)
	ok(t, err)
	wantEqual(t, "petra", now, petra)
}

func TestEveryChangeLeavesOneLine(t *testing.T) {
	for _, who := range []string{"administrator", "operator"} {
		o := newOffice(t)
		petra := o.hire(t, "petra", account.Reader)
		grants, err := o.store.Grants(t.Context(), petra.ID)
		ok(t, err)
		actor := system
		if who == "administrator" {
			actor = o.as(t, o.hire(t, "boss", account.Admin), account.AdminAccess)
		}
		calls := verbs(t.Context(), o, petra.ID, grants[0].ID)
		detail := map[string]string{"role.granted": "editor fb:66", "role.revoked": "reader "}
		for _, action := range []string{"person.created", "person.changed", "role.granted", "role.revoked", "person.disabled", "person.enabled", "person.erased"} {
			before := len(o.log(t))
			ok(t, calls[action](actor))
			events := o.log(t)
			if len(events) != before+1 {
				t.Errorf("%s by %s: %d lines", action, who, len(events)-before)
				continue
			}
			want := account.Event{ID: events[0].ID, At: noon, Actor: actor.Person.ID, Action: action, Subject: petra.ID, Detail: detail[action]}
			if action == "person.created" {
				neu, err := o.store.PersonByLogin(t.Context(), "neu")
				ok(t, err)
				want.Subject = neu.ID
			}
			wantEqual(t, action, events[0], want)
		}
		before := len(o.log(t))
		for _, reading := range []string{"show login", "list people", "list grants"} {
			if err := calls[reading](actor); err != nil && !fault.Is(err, fault.NotFound) { // petra is erased
				t.Errorf("%s: %v", reading, err)
			}
		}
		wantEqual(t, "lines about reading", len(o.log(t)), before)
	}
}

func TestFailedChangesLeaveNoLine(t *testing.T) {
	o := newOffice(t)
	petra := o.hire(t, "petra")
	before := len(o.log(t))
	_, err := o.CreatePerson(t.Context(), system, account.Person{Login: "petra", DisplayName: "Zweite"})
	wantFault(t, err, fault.Conflict, "store.login-taken")
	for name, err := range map[string]error{
		"change":  o.UpdatePerson(t.Context(), system, account.Person{ID: "nobody", DisplayName: "x"}),
		"disable": o.SetActive(t.Context(), system, "nobody", false),
		"erase":   o.Erase(t.Context(), system, "nobody"),
		"revoke":  o.Revoke(t.Context(), system, petra.ID, "nothing"),
	} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = o.Grant(t.Context(), system, account.Grant{Person: "nobody", Role: account.Reader})
	wantFault(t, err, fault.NotFound, "store.no-person")
	wantEqual(t, "lines", len(o.log(t)), before)
}

func TestNewPersonGetsWhatTheOfficeGives(t *testing.T) {
	o := newOffice(t)
	p, err := o.CreatePerson(t.Context(), system, account.Person{
		ID: "chosen", Pseudonym: "Petra", CreatedAt: noon.AddDate(-9, 0, 0), Login: " Petra.M ", DisplayName: "  Petra \t Müller ",
		Email: "petra@stadt.example", Department: "66/1",
	})
	ok(t, err)
	if !ident.Valid(p.ID) || !strings.HasPrefix(p.Pseudonym, "u-") || strings.Contains(p.Pseudonym, p.ID) || !ident.Valid(p.Pseudonym[2:]) {
		t.Errorf("id %q, pseudonym %q", p.ID, p.Pseudonym)
	}
	want := account.Person{
		ID: p.ID, Pseudonym: p.Pseudonym, Login: "petra.m", DisplayName: "Petra Müller", Email: "petra@stadt.example",
		Department: "66/1", Active: true, CreatedAt: noon,
	}
	wantEqual(t, "returned", p, want)
	stored, err := o.PersonByLogin(t.Context(), system, " PETRA.M ")
	ok(t, err)
	wantEqual(t, "stored", stored, want)
}

func TestPeopleAreChecked(t *testing.T) {
	o := newOffice(t)
	good := account.Person{Login: "petra", DisplayName: "Petra"}
	for name, c := range map[string]struct {
		change func(*account.Person)
		key    string
	}{
		"no login":           {func(p *account.Person) { p.Login = "" }, "account.bad-login"},
		"one letter":         {func(p *account.Person) { p.Login = "p" }, "account.bad-login"},
		"digit first":        {func(p *account.Person) { p.Login = "1petra" }, "account.bad-login"},
		"space":              {func(p *account.Person) { p.Login = "pe tra" }, "account.bad-login"},
		"umlaut":             {func(p *account.Person) { p.Login = "pätra" }, "account.bad-login"},
		"line break":         {func(p *account.Person) { p.Login = "petra\nx" }, "account.bad-login"},
		"NUL":                {func(p *account.Person) { p.Login = "petra\x00" }, "account.bad-login"},
		"65 characters":      {func(p *account.Person) { p.Login = strings.Repeat("p", 65) }, "account.bad-login"},
		"no name":            {func(p *account.Person) { p.DisplayName = " \t " }, "account.name-missing"},
		"long name":          {func(p *account.Person) { p.DisplayName = strings.Repeat("ä", 121) }, "account.name-missing"},
		"mail without @":     {func(p *account.Person) { p.Email = "petra" }, "account.bad-mail"},
		"mail with space":    {func(p *account.Person) { p.Email = "pe tra@x" }, "account.bad-mail"},
		"two mails":          {func(p *account.Person) { p.Email = "a@b@c" }, "account.bad-mail"},
		"department":         {func(p *account.Person) { p.Department = "66//1" }, "account.bad-department"},
		"department pattern": {func(p *account.Person) { p.Department = "%" }, "account.bad-department"},
	} {
		p := good
		c.change(&p)
		_, err := o.CreatePerson(t.Context(), system, p)
		if f, is := fault.Of(err); !is || f.Kind != fault.Invalid || f.Key != c.key || f.Field == "" {
			t.Errorf("%s: %v, want %s in a field", name, err, c.key)
		}
	}
	for _, p := range []account.Person{
		{Login: strings.Repeat("p", 64), DisplayName: strings.Repeat("ä", 120)},
		{Login: "a.b-c_9", DisplayName: "O’Neill-Müller", Email: "a+b@c", Department: "Stab/1/a"},
	} {
		if _, err := o.CreatePerson(t.Context(), system, p); err != nil {
			t.Errorf("%.20s: %v", p.Login, err)
		}
	}
	_, total, err := o.People(t.Context(), system, "", 1, 0)
	ok(t, err)
	wantEqual(t, "people made", total, 2)
}

func TestUpdateKeepsWhatIsNotItsBusiness(t *testing.T) {
	o := newOffice(t)
	p := o.hire(t, "petra")
	ok(t, o.UpdatePerson(t.Context(), system, account.Person{
		ID: p.ID, Login: "other", Pseudonym: "u-other", Active: false, Demo: true, DisplayName: " Petra  Neu ", Email: " p@x ", Department: " 20 ",
	}))
	p.DisplayName, p.Email, p.Department = "Petra Neu", "p@x", "20"
	now, err := o.Person(t.Context(), system, p.ID)
	ok(t, err)
	wantEqual(t, "person", now, p)
	wantFault(t, o.UpdatePerson(t.Context(), system, account.Person{ID: p.ID}), fault.Invalid, "account.name-missing")
}

func TestGrantsAreChecked(t *testing.T) {
	o := newOffice(t)
	p := o.hire(t, "petra")
	for name, c := range map[string]struct {
		grant account.Grant
		key   string
	}{
		"no role":             {account.Grant{}, "account.bad-role"},
		"unknown role":        {account.Grant{Role: "boss"}, "account.bad-role"},
		"unknown scope":       {account.Grant{Role: account.Reader, Scope: "66"}, "account.bad-scope"},
		"empty department":    {account.Grant{Role: account.Reader, Scope: "fb:"}, "account.bad-scope"},
		"administrator of 66": {account.Grant{Role: account.Admin, Scope: "fb:66"}, "account.bad-scope"},
		"no such day":         {account.Grant{Role: account.Reader, From: "2026-02-30"}, "account.bad-days"},
		"German day":          {account.Grant{Role: account.Reader, Until: "23.11.2026"}, "account.bad-days"},
		"end before start":    {account.Grant{Role: account.Reader, From: "2026-11-24", Until: "2026-11-23"}, "account.bad-days"},
	} {
		c.grant.Person = p.ID
		_, err := o.Grant(t.Context(), system, c.grant)
		if err == nil {
			t.Errorf("%s: granted", name)
			continue
		}
		wantFault(t, err, fault.Invalid, c.key)
	}
	want := o.grant(t, account.Grant{ID: "chosen", Person: p.ID, Role: account.Trainer, Scope: "jahrgang:c1", From: "2026-11-23", Until: "2026-11-23"})
	if !ident.Valid(want.ID) {
		t.Errorf("id %q", want.ID)
	}
	grants, err := o.Grants(t.Context(), system, p.ID)
	ok(t, err)
	wantEqual(t, "grants", grants, []account.Grant{want})
}

func TestRevokingTakesTheGrantOfThatPersonOnly(t *testing.T) {
	o := newOffice(t)
	petra, quirin := o.hire(t, "petra"), o.hire(t, "quirin")
	first := o.grant(t, account.Grant{Person: petra.ID, Role: account.Reader})
	second := o.grant(t, account.Grant{Person: petra.ID, Role: account.Author, Scope: "fb:66"})
	foreign := o.grant(t, account.Grant{Person: quirin.ID, Role: account.Reader})
	wantFault(t, o.Revoke(t.Context(), system, petra.ID, foreign.ID), fault.NotFound, "account.grant-missing")
	ok(t, o.Revoke(t.Context(), system, petra.ID, first.ID))
	wantFault(t, o.Revoke(t.Context(), system, petra.ID, first.ID), fault.NotFound, "account.grant-missing")
	for person, want := range map[string]account.Grant{petra.ID: second, quirin.ID: foreign} {
		grants, err := o.Grants(t.Context(), system, person)
		ok(t, err)
		wantEqual(t, "grants left", grants, []account.Grant{want})
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	o := newOffice(t)
	boss := o.hire(t, "boss")
	grant := o.grant(t, account.Grant{Person: boss.ID, Role: account.Admin})
	limited := o.hire(t, "limited")
	later := o.hire(t, "later")
	o.grant(t, account.Grant{Person: later.ID, Role: account.Admin, From: "2099-01-01"})
	limitedGrant := o.grant(t, account.Grant{Person: limited.ID, Role: account.Admin, Until: "2026-12-31"})
	ways := map[string]func() error{
		"revoke":  func() error { return o.Revoke(t.Context(), system, boss.ID, grant.ID) },
		"disable": func() error { return o.SetActive(t.Context(), system, boss.ID, false) },
		"erase":   func() error { return o.Erase(t.Context(), system, boss.ID) },
	}
	for name, leave := range ways {
		if err := leave(); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		} else {
			wantFault(t, err, fault.Conflict, "account.last-admin")
		}
	}
	if !account.CanAdminister(o.as(t, boss, account.AdminAccess)) {
		t.Fatal("the last administrator is gone")
	}
	ok(t, o.Revoke(t.Context(), system, limited.ID, limitedGrant.ID)) // who was never counted may go

	twice := o.grant(t, account.Grant{Person: boss.ID, Role: account.Admin})
	ok(t, o.Revoke(t.Context(), system, boss.ID, twice.ID)) // the first grant stays

	second := o.hire(t, "second", account.Admin)
	ok(t, ways["disable"]())
	if err := o.Erase(t.Context(), system, second.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("a disabled administrator counts: %v", err)
	}
	ok(t, ways["erase"]()) // somebody disabled is no loss
}

func TestAdministratorsCannotAllRemoveEachOtherAtOnce(t *testing.T) {
	for range 5 {
		o := newOffice(t)
		var ring []account.Person
		var actors []account.Actor
		for _, login := range []string{"aa", "bb", "cc", "dd", "ee", "ff"} {
			ring = append(ring, o.hire(t, login, account.Admin))
			actors = append(actors, o.as(t, ring[len(ring)-1], account.AdminAccess))
		}
		var all sync.WaitGroup
		for i, actor := range actors {
			all.Go(func() {
				next := ring[(i+1)%len(ring)].ID
				if err := o.SetActive(t.Context(), actor, next, false); err != nil && !fault.Is(err, fault.Conflict) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		holders, err := o.store.CountHolders(t.Context(), account.Admin, "2026-12-31")
		ok(t, err)
		wantEqual(t, "administrators left", holders, 1)
	}
}

func TestNobodyDisablesOrErasesThemselves(t *testing.T) {
	o := newOffice(t)
	boss := o.hire(t, "boss", account.Admin)
	o.hire(t, "second", account.Admin)
	actor := o.as(t, boss, account.AdminAccess)
	wantFault(t, o.SetActive(t.Context(), actor, boss.ID, false), fault.Conflict, "account.not-yourself")
	wantFault(t, o.Erase(t.Context(), actor, boss.ID), fault.Conflict, "account.not-yourself")
	ok(t, o.SetActive(t.Context(), actor, boss.ID, true))
}

func TestErasedPeopleLoseTheirName(t *testing.T) {
	o := newOffice(t)
	petra := o.hire(t, "petra", account.Reader)
	reader := o.as(t, o.hire(t, "quirin", account.Reader), account.ReadAccess)
	names, err := o.Names(t.Context(), reader, []string{petra.Pseudonym})
	ok(t, err)
	wantEqual(t, "before", names, map[string]string{petra.Pseudonym: "petra"})
	ok(t, o.Erase(t.Context(), system, petra.ID))
	names, err = o.Names(t.Context(), reader, []string{petra.Pseudonym})
	ok(t, err)
	wantEqual(t, "after", names, map[string]string{})
}

func TestNamesAreForThoseWhoReadOrAdminister(t *testing.T) {
	o := newOffice(t)
	petra := o.hire(t, "petra", account.Reader)
	boss := o.hire(t, "boss", account.Admin)
	for name, c := range map[string]struct {
		actor account.Actor
		sees  int
	}{
		"stranger":      {account.Actor{}, 0},
		"no role":       {o.as(t, o.hire(t, "fresh"), account.AdminAccess), 0},
		"reader":        {o.as(t, petra, account.ReadAccess), 1},
		"administrator": {o.as(t, boss, account.AdminAccess), 1},
		"operator":      {system, 1},
	} {
		names, err := o.Names(t.Context(), c.actor, []string{petra.Pseudonym, "u-unknown"})
		ok(t, err)
		wantEqual(t, name, len(names), c.sees)
	}
}

func TestAuditLogIsForAdministrationDataProtectionAndAudit(t *testing.T) {
	o := newOffice(t)
	petra := o.hire(t, "petra", account.Reader)
	for _, r := range account.Roles() {
		p := o.hire(t, "p-"+string(r), r)
		_, _, err := o.Events(t.Context(), o.as(t, p, account.AdminAccess), "", 10, 0)
		if may := r == account.Admin || r == account.DataProtection || r == account.Auditor; (err == nil) != may {
			t.Errorf("%s: %v", r, err)
		}
	}
	_, _, err := o.Events(t.Context(), account.Actor{}, "", 10, 0)
	wantFault(t, err, fault.Unauthenticated, "account.sign-in-first")
	events, total, err := o.Events(t.Context(), system, petra.ID, 1, 0)
	ok(t, err)
	wantEqual(t, "lines about petra", total, 2)
	wantEqual(t, "newest", events[0].Action, "role.granted")
}

func TestDepartmentsAreCheckedAndNoSecret(t *testing.T) {
	o := newOffice(t)
	for _, d := range []account.Department{{}, {ID: "6 6", Name: "x"}, {ID: "66/", Name: "x"}, {ID: "fb:66", Name: "x"}, {ID: "1/2/3/4/5", Name: "x"}} {
		wantFault(t, o.SaveDepartment(t.Context(), system, d), fault.Invalid, "account.bad-department")
	}
	for _, name := range []string{"", "  ", strings.Repeat("x", 201)} {
		wantFault(t, o.SaveDepartment(t.Context(), system, account.Department{ID: "66", Name: name}), fault.Invalid, "account.department-name-missing")
	}
	want := []account.Department{{ID: "11/2", Name: "Ausbildung"}, {ID: "66", Name: "Tiefbau"}}
	for _, d := range want {
		ok(t, o.SaveDepartment(t.Context(), system, d))
	}
	departments, err := o.Departments(t.Context())
	ok(t, err)
	wantEqual(t, "departments", departments, want)
}
