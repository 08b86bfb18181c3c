// Package auth proves who is asking.
//
// It signs people in with a local account (argon2id), keeps browser sessions
// and API tokens as hashes, and turns either into an account.Actor on every
// request, so that a withdrawn role or a disabled account is effective with
// the next click. It decides nothing about content.
//
// The secret of a session or token is 256 random bits; the database holds only
// its SHA-256.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"sync"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// Lifetimes of a browser session.
const (
	SessionIdle     = 8 * time.Hour
	SessionAbsolute = 24 * time.Hour
	touchEvery      = time.Minute
)

// Service signs in and recognises.
type Service struct {
	directory   account.Directory
	credentials account.Credentials
	audit       account.Audit
	now         func() time.Time
	ids         ident.Source
	random      io.Reader
	place       *time.Location
	hasher      *hasher
	limiter     *limiter
	demo        bool

	setup setup
}

// setup is the one-time way in on an empty folder.
type setup struct {
	mu         sync.Mutex
	secret     string     // hash; empty when there is an administrator
	completing sync.Mutex // of two who use the address, one comes too late
}

// Options of a service.
type Options struct {
	Directory   account.Directory
	Credentials account.Credentials
	Audit       account.Audit
	Now         func() time.Time
	IDs         ident.Source
	Place       *time.Location
	Demo        bool
	// Cheap makes password hashing fast for tests and the demo's public
	// password. Never set for real accounts.
	Cheap bool
}

// New returns a service.
func New(o Options) *Service {
	return &Service{
		directory: o.Directory, credentials: o.Credentials, audit: o.Audit, now: o.Now, ids: o.IDs, place: o.Place,
		random: rand.Reader, hasher: newHasher(o.Cheap), limiter: newLimiter(o.Now), demo: o.Demo,
	}
}

// SignIn checks a password and opens a session. The answer is the same, and
// takes as long, whether the login or the password is wrong.
func (s *Service) SignIn(ctx context.Context, login, password string) (secret string, actor account.Actor, err error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if !s.limiter.attempt(login) {
		return "", account.Actor{}, fault.New(fault.RateLimited, "auth.too-many-attempts")
	}
	person, err := s.directory.PersonByLogin(ctx, login)
	unknown := fault.Is(err, fault.NotFound)
	if err != nil && !unknown {
		return "", account.Actor{}, err
	}
	hash := ""
	if !unknown {
		if hash, err = s.credentials.PasswordHash(ctx, person.ID); err != nil {
			return "", account.Actor{}, err
		}
	}
	ok, err := s.hasher.verify(ctx, hash, password)
	if err != nil {
		return "", account.Actor{}, err
	}
	if !ok || unknown || !person.Active {
		return "", account.Actor{}, fault.New(fault.Unauthenticated, "auth.wrong-credentials")
	}
	s.limiter.succeeded(login)
	return s.open(ctx, person)
}

// SignInDemo opens a session for a demo person without a password. It works
// only in demo mode and only for people the demo made.
func (s *Service) SignInDemo(ctx context.Context, login string) (string, account.Actor, error) {
	if !s.demo {
		return "", account.Actor{}, fault.New(fault.NotFound, "auth.no-demo")
	}
	person, err := s.directory.PersonByLogin(ctx, login)
	if err != nil {
		return "", account.Actor{}, err
	}
	if !person.Demo || !person.Active {
		return "", account.Actor{}, fault.New(fault.NotFound, "auth.no-demo")
	}
	return s.open(ctx, person)
}

// Demo reports whether demo people may sign in by one click.
func (s *Service) Demo() bool { return s.demo }

func (s *Service) open(ctx context.Context, person account.Person) (string, account.Actor, error) {
	secret := s.secret()
	now := s.now().UTC()
	session := account.Session{
		TokenHash: hashSecret(secret), Person: person.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionAbsolute),
	}
	if err := s.credentials.CreateSession(ctx, session); err != nil {
		return "", account.Actor{}, err
	}
	actor, err := s.actor(ctx, person, account.AdminAccess)
	return secret, actor, err
}

// Session recognises a browser by the secret in its cookie. An unknown,
// expired or disabled one is a fault of kind Unauthenticated.
func (s *Service) Session(ctx context.Context, secret string) (account.Actor, error) {
	hash := hashSecret(secret)
	session, err := s.credentials.Session(ctx, hash)
	if fault.Is(err, fault.NotFound) {
		return account.Actor{}, fault.New(fault.Unauthenticated, "auth.session-over")
	}
	if err != nil {
		return account.Actor{}, err
	}
	now := s.now().UTC()
	if now.After(session.ExpiresAt) || now.Sub(session.SeenAt) > SessionIdle {
		if err := s.credentials.DeleteSession(ctx, hash); err != nil {
			return account.Actor{}, err
		}
		return account.Actor{}, fault.New(fault.Unauthenticated, "auth.session-over")
	}
	if now.Sub(session.SeenAt) > touchEvery {
		if err := s.credentials.TouchSession(ctx, hash, now); err != nil && !fault.Is(err, fault.Full) && !fault.Is(err, fault.Unavailable) {
			return account.Actor{}, err // a full disk must not sign people out
		}
	}
	return s.actorByID(ctx, session.Person, account.AdminAccess)
}

// SignOut ends a session. An unknown one is no error.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	err := s.credentials.DeleteSession(ctx, hashSecret(secret))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (s *Service) actorByID(ctx context.Context, id string, access account.Access) (account.Actor, error) {
	person, err := s.directory.Person(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && !person.Active {
		return account.Actor{}, fault.New(fault.Unauthenticated, "auth.session-over")
	}
	if err != nil {
		return account.Actor{}, err
	}
	return s.actor(ctx, person, access)
}

func (s *Service) actor(ctx context.Context, person account.Person, access account.Access) (account.Actor, error) {
	grants, err := s.directory.Grants(ctx, person.ID)
	if err != nil {
		return account.Actor{}, err
	}
	return account.NewActor(person, grants, s.today(), access), nil
}

func (s *Service) today() string { return s.now().In(s.place).Format(time.DateOnly) }

// record makes a change and logs it, both or neither.
func (s *Service) record(ctx context.Context, actor account.Actor, action, subject, detail string, change func(context.Context) error) error {
	return s.audit.Record(ctx, account.Event{
		ID: s.ids.New(), At: s.now().UTC(), Actor: actor.Person.ID, Action: action, Subject: subject, Detail: detail,
	}, change)
}

func (s *Service) secret() string {
	var raw [32]byte
	if _, err := io.ReadFull(s.random, raw[:]); err != nil {
		panic("auth: no randomness: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
