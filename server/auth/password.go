package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Parameters of argon2id as OWASP recommends: 19 MiB, two passes, one lane.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonLanes   = 1
	argonKeySize = 32
	saltSize     = 16
	// atOnce limits hashing in parallel, so that Monday at eight o'clock does
	// not exhaust memory.
	atOnce = 2
)

// MinPassword is the shortest password in characters; length is what counts
// (BSI ORP.4), so nothing else is demanded.
const MinPassword = 12

const maxPassword = 1024

type hasher struct {
	slots  chan struct{}
	memory uint32
	dummy  string // verified when there is no account, so that both take as long
}

func newHasher(cheap bool) *hasher {
	h := &hasher{slots: make(chan struct{}, atOnce), memory: argonMemory}
	if cheap {
		h.memory = 64
	}
	h.dummy = h.encode([]byte("0123456789abcdef"), "no such account")
	return h
}

// hash returns the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(rand.Reader, salt); err != nil {
		return "", err
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return h.encode(salt, password), nil
}

func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hasher) leave() { <-h.slots }

func (h *hasher) encode(salt []byte, password string) string {
	key := argon2.IDKey([]byte(password), salt, argonTime, h.memory, argonLanes, argonKeySize)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, argonTime, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// verify compares a password with a PHC string. An empty string never fits.
func (h *hasher) verify(ctx context.Context, encoded, password string) (bool, error) {
	if len(password) > maxPassword {
		return false, nil
	}
	known := encoded != ""
	if !known {
		encoded = h.dummy
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("auth: unknown password hash %q", parts[min(1, len(parts)-1)])
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil {
		return false, fmt.Errorf("auth: password hash: %w", err)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return false, fmt.Errorf("auth: password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("auth: password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("auth: password hash: %w", err)
	}
	if passes < 1 || lanes < 1 || len(want) < saltSize { // every password would fit an empty key
		return false, errors.New("auth: password hash: parameters out of range")
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// CheckPassword refuses what is too short or too long to be a password.
func CheckPassword(password string) error {
	if utf8.RuneCountInString(password) < MinPassword || len(password) > maxPassword {
		return fault.New(fault.Invalid, "auth.password-too-short", "min", MinPassword).InField("password")
	}
	return nil
}

// ChangePassword sets a new password after the old one was given, and ends all
// sessions of the person.
func (s *Service) ChangePassword(ctx context.Context, actor account.Actor, old, fresh string) error {
	if !actor.SignedIn() || actor.System {
		return fault.New(fault.Unauthenticated, "auth.session-over")
	}
	if !s.limiter.attempt(actor.Person.Login) {
		return fault.New(fault.RateLimited, "auth.too-many-attempts")
	}
	hash, err := s.credentials.PasswordHash(ctx, actor.Person.ID)
	if err != nil {
		return err
	}
	ok, err := s.hasher.verify(ctx, hash, old)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Invalid, "auth.old-password-wrong").InField("old")
	}
	s.limiter.succeeded(actor.Person.Login)
	return s.setPassword(ctx, actor, actor.Person.ID, fresh)
}

// SetPassword sets the password of anybody, for administrators and commands.
func (s *Service) SetPassword(ctx context.Context, actor account.Actor, person, password string) error {
	if !account.CanAdminister(actor) {
		return fault.New(fault.Forbidden, "auth.admins-only")
	}
	return s.setPassword(ctx, actor, person, password)
}

func (s *Service) setPassword(ctx context.Context, actor account.Actor, person, password string) error {
	if err := CheckPassword(password); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.record(ctx, actor, "password.set", person, "", func(ctx context.Context) error {
		return s.credentials.SetPasswordHash(ctx, person, hash)
	})
}
