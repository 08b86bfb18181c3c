package account

import (
	"context"
	"time"
)

// Directory keeps people, their grants and the departments. A missing row is a
// fault of kind NotFound, a login that exists a fault of kind Conflict.
type Directory interface {
	Person(ctx context.Context, id string) (Person, error)
	PersonByLogin(ctx context.Context, login string) (Person, error)
	// PeopleNamed lists active people with exactly the id, login or display name,
	// in any case.
	PeopleNamed(ctx context.Context, name string) ([]Person, error)
	// People lists persons by display name; q filters by name or login.
	People(ctx context.Context, q string, limit, offset int) (people []Person, total int, err error)
	CreatePerson(ctx context.Context, p Person) error
	// UpdatePerson changes name, mail and department.
	UpdatePerson(ctx context.Context, p Person) error
	// SetActive lets a person sign in or not. Somebody who may not loses every
	// session and token for good.
	SetActive(ctx context.Context, person string, active bool) error
	// ErasePerson removes the person, the credentials, sessions, tokens and the
	// map from pseudonym to name.
	ErasePerson(ctx context.Context, id string) error
	// Names resolves pseudonyms to display names. Erased ones are missing.
	Names(ctx context.Context, pseudonyms []string) (map[string]string, error)
	// KeepNames keeps names of pseudonyms nobody here has, in place of those kept
	// before.
	KeepNames(ctx context.Context, names map[string]string) error
	// ForgetName removes kept names that are exactly this one, in any case, and
	// tells how many pseudonyms had it.
	ForgetName(ctx context.Context, name string) (int, error)

	Grants(ctx context.Context, person string) ([]Grant, error)
	AddGrant(ctx context.Context, g Grant) error
	RemoveGrant(ctx context.Context, id string) error
	// CountHolders counts active people with a grant of the role that has begun
	// by the day (2026-01-31) and is limited to nothing.
	CountHolders(ctx context.Context, role Role, day string) (int, error)

	Departments(ctx context.Context) ([]Department, error)
	SaveDepartment(ctx context.Context, d Department) error

	Deputies
}

// Credentials keeps what proves that somebody is who they say. Secrets are
// stored as hashes only.
type Credentials interface {
	// PasswordHash returns the encoded hash (PHC string) of a person, or ""
	// when the person has no password.
	PasswordHash(ctx context.Context, person string) (string, error)
	// SetPasswordHash also ends every session of the person.
	SetPasswordHash(ctx context.Context, person, hash string) error

	// CreateSession also forgets sessions that ended before this one began.
	CreateSession(ctx context.Context, s Session) error
	Session(ctx context.Context, tokenHash string) (Session, error)
	TouchSession(ctx context.Context, tokenHash string, seen time.Time) error
	DeleteSession(ctx context.Context, tokenHash string) error
	DeleteSessionsOf(ctx context.Context, person string) error

	CreateToken(ctx context.Context, t Token) error
	Token(ctx context.Context, tokenHash string) (Token, error)
	TokensOf(ctx context.Context, person string) ([]Token, error)
	DeleteToken(ctx context.Context, id string) error
}

// Session is a signed-in browser.
type Session struct {
	TokenHash string // SHA-256 of the cookie, hexadecimal
	Person    string
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time // absolute
}

// Token lets a program act for a person.
type Token struct {
	ID        string
	TokenHash string // SHA-256, hexadecimal
	Person    string
	Label     string
	Access    Access
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
}

// Event is a line of the audit log: who did what to whom. It names accounts,
// never content of records.
type Event struct {
	ID      string
	At      time.Time
	Actor   string // person id, "" for the system
	Action  string // stable word such as "person.created"
	Subject string // person id or other id
	Detail  string // such as a role and scope; no personal data
}

// Audit is the append-only log of what concerns accounts and personal data.
type Audit interface {
	// Record makes the change, which must use the context it is given, and logs
	// it: both or neither.
	Record(ctx context.Context, e Event, change func(context.Context) error) error
	Events(ctx context.Context, subject string, limit, offset int) (events []Event, total int, err error)
}
