package auth_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/server/auth"
	"staffelstab/server/store"
)

const password = "ein langer Satz als Passwort"

// clock stands until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// desk is a service over a real database with a clock that stands.
type desk struct {
	*auth.Service
	store  *store.Store
	office *account.Office
	clock  *clock
	folder string
}

// system is the operator, who may do everything with accounts.
var system = account.SystemActor("u-system")

func newDesk(t *testing.T, change ...func(*auth.Options)) *desk {
	t.Helper()
	folder := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(folder, "staffelstab.db"), nil)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	c := &clock{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	ids := new(ident.Sequence)
	o := auth.Options{
		Directory: s, Credentials: s, Audit: s, Now: c.Now, IDs: ids, Place: time.FixedZone("MEZ", 3600), Cheap: true,
	}
	for _, f := range change {
		f(&o)
	}
	return &desk{Service: auth.New(o), store: s, office: account.NewOffice(s, s, c.Now, ids), clock: c, folder: folder}
}

// hire makes a person with the password and roles.
func (d *desk) hire(t *testing.T, login string, roles ...account.Role) account.Person {
	t.Helper()
	p, err := d.office.CreatePerson(t.Context(), system, account.Person{Login: login, DisplayName: login})
	ok(t, err)
	for _, r := range roles {
		_, err := d.office.Grant(t.Context(), system, account.Grant{Person: p.ID, Role: r})
		ok(t, err)
	}
	ok(t, d.SetPassword(t.Context(), system, p.ID, password))
	return p
}

// signIn signs in and returns the secret of the session.
func (d *desk) signIn(t *testing.T, login string) (string, account.Actor) {
	t.Helper()
	secret, actor, err := d.SignIn(t.Context(), login, password)
	ok(t, err)
	return secret, actor
}

// actions lists the audit log about a subject, oldest first.
func (d *desk) actions(t *testing.T, subject string) (out []string) {
	t.Helper()
	events, _, err := d.store.Events(t.Context(), subject, 100, 0)
	ok(t, err)
	for _, e := range events {
		out = append([]string{e.Action}, out...)
	}
	return out
}

// holds reports whether the text is anywhere in the files of the database.
func (d *desk) holds(t *testing.T, text string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(d.folder, "*"))
	ok(t, err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		ok(t, err)
		if bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}

func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
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
		t.Errorf("%s: have %v, want %v", what, have, want)
	}
}
