package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
	"staffelstab/server/store"
)

// hire stores an active person whose login and pseudonym follow from the id.
func hire(t *testing.T, s *store.Store, id, name string) account.Person {
	t.Helper()
	p := account.Person{ID: id, Login: "l-" + id, DisplayName: name, Pseudonym: "u-" + id, Active: true, CreatedAt: noon}
	ok(t, s.CreatePerson(t.Context(), p))
	return p
}

func namesOf(people []account.Person) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.DisplayName
	}
	return out
}

func TestPersonRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[account.Person]()
		ok(t, s.CreatePerson(t.Context(), want))
		wantEqual(t, "by id", got(s.Person(t.Context(), want.ID))(t), want)
		wantEqual(t, "by login", got(s.PersonByLogin(t.Context(), want.Login))(t), want)
		people, total, err := s.People(t.Context(), "", 10, 0)
		ok(t, err)
		wantEqual(t, "in the list", people, []account.Person{want})
		wantEqual(t, "total", total, 1)

		want.Active, want.Demo = false, false
		want.ID, want.Login, want.Pseudonym = "2", "l2", "u2"
		ok(t, s.CreatePerson(t.Context(), want))
		wantEqual(t, "disabled", got(s.Person(t.Context(), "2"))(t), want)
	})
}

func TestMissingPeopleAreNotFound(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "p", "Petra")
		for _, unknown := range []string{"", "P", "q", "p%", "l-p ", "L-P", "p\x00", "p\xff", "' OR 1=1 --"} {
			_, err := s.Person(t.Context(), unknown)
			wantFault(t, err, fault.NotFound, "store.no-person")
			_, err = s.PersonByLogin(t.Context(), unknown)
			wantFault(t, err, fault.NotFound, "store.no-person")
			_, err = s.PasswordHash(t.Context(), unknown)
			wantFault(t, err, fault.NotFound, "store.no-person")
			wantFault(t, s.UpdatePerson(t.Context(), account.Person{ID: unknown, DisplayName: "x"}), fault.NotFound, "store.no-person")
			wantFault(t, s.ErasePerson(t.Context(), unknown), fault.NotFound, "store.no-person")
			wantFault(t, s.SetPasswordHash(t.Context(), unknown, "x"), fault.NotFound, "store.no-person")
		}
		wantEqual(t, "who is there", got(s.Person(t.Context(), "p"))(t).DisplayName, "Petra")
	})
}

func TestLoginIsTakenOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		first := hire(t, s, "p", "Petra")
		second := account.Person{ID: "q", Login: first.Login, DisplayName: "Quirin", Pseudonym: "u-q"}
		err := s.CreatePerson(t.Context(), second)
		wantFault(t, err, fault.Conflict, "store.login-taken")
		if f, is := fault.Of(err); is && f.Field != "login" {
			t.Errorf("the fault is about the field %q", f.Field)
		}
		_, err = s.Person(t.Context(), "q")
		wantFault(t, err, fault.NotFound, "")
		wantEqual(t, "first", got(s.PersonByLogin(t.Context(), first.Login))(t), first)
	})
}

func TestOfSeveralPeopleWithOneLoginOneIsMade(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all sync.WaitGroup
		var made atomic.Int32
		for i := range 8 {
			all.Go(func() {
				id := fmt.Sprint(i)
				err := s.CreatePerson(t.Context(), account.Person{ID: id, Login: "same", Pseudonym: "u-" + id})
				switch {
				case err == nil:
					made.Add(1)
				case !fault.Is(err, fault.Conflict):
					t.Error(err)
				}
			})
		}
		all.Wait()
		wantEqual(t, "made", made.Load(), int32(1))
	})
}

func TestUpdateChangesNameMailAndDepartmentOnly(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[account.Person]()
		ok(t, s.CreatePerson(t.Context(), want))
		ok(t, s.SetPasswordHash(t.Context(), want.ID, "hash"))
		other := filled[account.Person]()
		other.Login, other.Pseudonym, other.Demo, other.CreatedAt = "else", "u-else", false, noon.AddDate(1, 0, 0)
		other.DisplayName, other.Email, other.Department, other.Active = "Özgür", "neu@stadt.example", "20", false
		ok(t, s.UpdatePerson(t.Context(), other))
		want.DisplayName, want.Email, want.Department = other.DisplayName, other.Email, other.Department
		wantEqual(t, "person", got(s.Person(t.Context(), want.ID))(t), want)
		wantEqual(t, "password", got(s.PasswordHash(t.Context(), want.ID))(t), "hash")
		found, _, err := s.People(t.Context(), "özg", 1, 0)
		ok(t, err)
		wantEqual(t, "found by the new name", namesOf(found), []string{"Özgür"})
	})
}

func TestLockedPersonLosesSessionsAndTokensForGood(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "p", "Petra")
		hire(t, s, "q", "Quirin")
		for _, person := range []string{"p", "q"} {
			ok(t, s.CreateSession(t.Context(), account.Session{TokenHash: "s-" + person, Person: person, CreatedAt: noon, ExpiresAt: noon.AddDate(1, 0, 0)}))
			ok(t, s.CreateToken(t.Context(), account.Token{ID: "t-" + person, TokenHash: "t-" + person, Person: person, CreatedAt: noon}))
		}
		ok(t, s.SetActive(t.Context(), "p", false))
		wantEqual(t, "may sign in", got(s.Person(t.Context(), "p"))(t).Active, false)
		ok(t, s.SetActive(t.Context(), "p", true))
		wantEqual(t, "may sign in again", got(s.Person(t.Context(), "p"))(t).Active, true)
		_, err := s.Session(t.Context(), "s-p")
		wantFault(t, err, fault.NotFound, "")
		wantEqual(t, "tokens", len(got(s.TokensOf(t.Context(), "p"))(t)), 0)
		got(s.Session(t.Context(), "s-q"))(t)
		wantEqual(t, "tokens of others", len(got(s.TokensOf(t.Context(), "q"))(t)), 1)
		wantFault(t, s.SetActive(t.Context(), "nobody", false), fault.NotFound, "store.no-person")
	})
}

func TestPeopleAreListedInGermanOrderInPages(t *testing.T) {
	want := []string{"Abel", "Äbele", "Aber", "Müller, Anna", "Müller, Zoë", "Öztürk", "Ozuna", "Strauß", "Strauß"}
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i, name := range want {
			hire(t, s, fmt.Sprintf("p%d", (i*4)%len(want)), name)
		}
		var all []string
		for offset := 0; offset < 12; offset += 4 {
			people, total, err := s.People(t.Context(), "", 4, offset)
			ok(t, err)
			wantEqual(t, "total", total, len(want))
			all = append(all, namesOf(people)...)
		}
		wantEqual(t, "names", all, want)
		people, _, err := s.People(t.Context(), "", -1, -5)
		ok(t, err)
		wantEqual(t, "nonsense limits", len(people), len(want))
	})
}

func TestPeopleAreFoundByNameOrLogin(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "1", "Özlem ÄRGER")
		hire(t, s, "2", "Anna_Lena 100%")
		hire(t, s, "3", `Back\Slash`)
		hire(t, s, "4", "AnnaxLena 1000")
		hire(t, s, "5", "O'Neill; DROP TABLE people")
		for q, want := range map[string][]string{
			"özlem": {"Özlem ÄRGER"}, "ÖZ": {"Özlem ÄRGER"}, "ärger": {"Özlem ÄRGER"}, " Ärg ": {"Özlem ÄRGER"},
			"l-2": {"Anna_Lena 100%"}, "L-2": {"Anna_Lena 100%"}, "a_l": {"Anna_Lena 100%"}, "100%": {"Anna_Lena 100%"},
			`k\s`: {`Back\Slash`}, "o'n": {"O'Neill; DROP TABLE people"}, "%": {"Anna_Lena 100%"}, "_": {"Anna_Lena 100%"},
			"nobody": {}, "a\x00b": {}, "\xff": {},
		} {
			people, total, err := s.People(t.Context(), q, 10, 0)
			ok(t, err)
			wantEqual(t, "found by "+q, namesOf(people), want)
			wantEqual(t, "total of "+q, total, len(want))
		}
	})
}

func TestNamesOfPseudonyms(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var ask []string
		for i := range 450 {
			ask = append(ask, fmt.Sprintf("u-nobody%d", i))
		}
		hire(t, s, "p", "Petra")
		hire(t, s, "q", "Quirin")
		hire(t, s, "r", "Rita")
		ok(t, s.ErasePerson(t.Context(), "r"))
		names := got(s.Names(t.Context(), append(ask, "u-p", "u-q", "u-p", "u-r", "", "\x00")))(t)
		wantEqual(t, "names", names, map[string]string{"u-p": "Petra", "u-q": "Quirin"})
		wantEqual(t, "of none", got(s.Names(t.Context(), nil))(t), map[string]string{})
	})
}

func TestNamesOfOldAuthorsAreKeptAndForgotten(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "p", "Petra")
		many := map[string]string{"u-old": "Erika Öhler", "u-other": "ERIKA ÖHLER", "u-p": "Falsch", "u-third": "Kurt"}
		for i := range 450 {
			many[fmt.Sprintf("u-many%d", i)] = "Viele"
		}
		ok(t, s.KeepNames(t.Context(), many))
		ok(t, s.KeepNames(t.Context(), map[string]string{"u-third": "Kurt Adam"}))
		ok(t, s.KeepNames(t.Context(), nil))
		ask := []string{"u-old", "u-p", "u-third", "u-nobody", "u-many449"}
		wantEqual(t, "names", got(s.Names(t.Context(), ask))(t), map[string]string{"u-old": "Erika Öhler", "u-p": "Petra", "u-third": "Kurt Adam", "u-many449": "Viele"})
		wantEqual(t, "forgotten", got(s.ForgetName(t.Context(), "erika öhler"))(t), 2)
		wantEqual(t, "nobody of that name", got(s.ForgetName(t.Context(), "erika"))(t), 0)
		wantEqual(t, "many of a name", got(s.ForgetName(t.Context(), "Viele"))(t), 450)
		ok(t, s.KeepNames(t.Context(), map[string]string{"u-earlier": "petra", "u-third": "Kurt Adam"}))
		ok(t, s.ErasePerson(t.Context(), "p"))
		wantEqual(t, "names of who was erased", got(s.Names(t.Context(), []string{"u-p", "u-earlier", "u-third"}))(t), map[string]string{"u-third": "Kurt Adam"})
		hire(t, s, "p", "Petra")
		wantEqual(t, "names left", got(s.Names(t.Context(), ask))(t), map[string]string{"u-p": "Petra", "u-third": "Kurt Adam"})
	})
}

func TestErasureLeavesNothingAboutThePerson(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		s := open(t, target)
		for _, id := range []string{"gone", "stays"} {
			hire(t, s, id, "Name "+id)
			ok(t, s.SetPasswordHash(t.Context(), id, "hash"))
			ok(t, s.AddGrant(t.Context(), account.Grant{ID: "g-" + id, Person: id, Role: account.Reader}))
			ok(t, s.CreateSession(t.Context(), account.Session{TokenHash: "s-" + id, Person: id}))
			ok(t, s.CreateToken(t.Context(), account.Token{ID: "t-" + id, TokenHash: "th-" + id, Person: id}))
			ok(t, s.SaveDraft(t.Context(), content.Draft{Person: id, Key: "k"}))
			_, _, err := s.AddAttempt(t.Context(), lessons.Attempt{ID: "a-" + id, Person: id, Key: "k"})
			ok(t, err)
			ok(t, s.AddReading(t.Context(), lessons.Reading{ID: "r-" + id, Person: id}))
			ok(t, s.SaveApprentice(t.Context(), zak.Apprentice{ID: "z-" + id, Person: id, Cohort: "c"}))
		}
		ok(t, s.ErasePerson(t.Context(), "gone"))
		db := raw(t, target)
		for _, table := range []string{"grants", "sessions", "tokens", "drafts", "attempts", "readings", "apprentices"} {
			var gone, stays int
			ok(t, db.QueryRowContext(t.Context(), "SELECT COALESCE(SUM(CASE WHEN person = 'gone' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN person = 'stays' THEN 1 ELSE 0 END), 0) FROM "+table).Scan(&gone, &stays))
			if gone != 0 || stays != 1 {
				t.Errorf("%s: %d rows of who is gone, %d of who stays", table, gone, stays)
			}
		}
		_, err := s.Person(t.Context(), "gone")
		wantFault(t, err, fault.NotFound, "")
		wantEqual(t, "names", got(s.Names(t.Context(), []string{"u-gone", "u-stays"}))(t), map[string]string{"u-stays": "Name stays"})
	})
}

func TestGrantRoundTripAndOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[account.Grant]()
		ok(t, s.AddGrant(t.Context(), want))
		wantEqual(t, "grants", got(s.Grants(t.Context(), want.Person))(t), []account.Grant{want})
		wantEqual(t, "of nobody", got(s.Grants(t.Context(), "nobody"))(t), []account.Grant{})
		wantFault(t, s.AddGrant(t.Context(), want), fault.Conflict, "")

		ok(t, s.RemoveGrant(t.Context(), want.ID))
		wantEqual(t, "after removal", got(s.Grants(t.Context(), want.Person))(t), []account.Grant{})
		wantFault(t, s.RemoveGrant(t.Context(), want.ID), fault.NotFound, "")

		for i, g := range []account.Grant{{Role: "b", Scope: "fb:2"}, {Role: "b"}, {Role: "a", Scope: "fb:1"}} {
			g.ID, g.Person = fmt.Sprint(i), "p"
			ok(t, s.AddGrant(t.Context(), g))
		}
		ids := ""
		for _, g := range got(s.Grants(t.Context(), "p"))(t) {
			ids += g.ID
		}
		wantEqual(t, "by role and scope", ids, "210")
	})
}

func TestHoldersAreActivePeopleWithAnUnlimitedGrant(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		grant := func(id, person string, g account.Grant) {
			hire(t, s, person, person)
			g.ID, g.Person = id, person
			ok(t, s.AddGrant(t.Context(), g))
		}
		grant("1", "unlimited", account.Grant{Role: account.Admin})
		grant("2", "until", account.Grant{Role: account.Admin, Until: "2030-01-01"})
		grant("3", "scoped", account.Grant{Role: account.Admin, Scope: account.InDepartment("66")})
		grant("4", "other role", account.Grant{Role: account.Editor})
		grant("5", "disabled", account.Grant{Role: account.Admin})
		disabled := got(s.Person(t.Context(), "disabled"))(t)
		ok(t, s.SetActive(t.Context(), disabled.ID, false))
		ok(t, s.AddGrant(t.Context(), account.Grant{ID: "6", Person: "unlimited", Role: account.Admin})) // twice is one holder
		grant("7", "later", account.Grant{Role: account.Admin, From: "2027-01-01"})
		wantEqual(t, "holders", got(s.CountHolders(t.Context(), account.Admin, "2026-12-31"))(t), 1)
		wantEqual(t, "holders when the later one has begun", got(s.CountHolders(t.Context(), account.Admin, "2027-01-01"))(t), 2)
		wantEqual(t, "of a role nobody has", got(s.CountHolders(t.Context(), account.Auditor, "2026-12-31"))(t), 0)
	})
}

func TestDepartmentsAreListedByNumber(t *testing.T) {
	want := []account.Department{{ID: "2", Name: "Zwei"}, {ID: "11", Name: "Personal"}, {ID: "11/2", Name: "Ausbildung"}, {ID: "11/10", Name: "Zehn"}, {ID: "66", Name: "Straßen"}, {ID: "100", Name: "Hundert"}}
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i := range want {
			ok(t, s.SaveDepartment(t.Context(), want[(i*5)%len(want)]))
		}
		wantEqual(t, "departments", got(s.Departments(t.Context()))(t), want)
		renamed := account.Department{ID: "66", Name: "Tiefbau"}
		ok(t, s.SaveDepartment(t.Context(), renamed))
		wantEqual(t, "renamed", got(s.Departments(t.Context()))(t)[4], renamed)
	})
}
