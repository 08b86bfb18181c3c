package store_test

import (
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func TestPasswordHash(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "p", "Petra")
		wantEqual(t, "without a password", got(s.PasswordHash(t.Context(), "p"))(t), "")
		ok(t, s.SetPasswordHash(t.Context(), "p", "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$a2V5"))
		wantEqual(t, "with one", got(s.PasswordHash(t.Context(), "p"))(t), "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$a2V5")
	})
}

func TestNewPasswordEndsTheSessionsOfThatPersonOnly(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "p", "Petra")
		hire(t, s, "q", "Quirin")
		for hash, person := range map[string]string{"s1": "p", "s2": "p", "s3": "q"} {
			ok(t, s.CreateSession(t.Context(), account.Session{TokenHash: hash, Person: person}))
		}
		ok(t, s.SetPasswordHash(t.Context(), "p", "x"))
		for _, hash := range []string{"s1", "s2"} {
			_, err := s.Session(t.Context(), hash)
			wantFault(t, err, fault.NotFound, "")
		}
		wantEqual(t, "session of the other", got(s.Session(t.Context(), "s3"))(t).Person, "q")
	})
}

func TestSessionRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[account.Session]()
		ok(t, s.CreateSession(t.Context(), want))
		wantEqual(t, "session", got(s.Session(t.Context(), want.TokenHash))(t), want)
		wantFault(t, s.CreateSession(t.Context(), want), fault.Conflict, "")

		want.SeenAt = noon.Add(time.Hour)
		ok(t, s.TouchSession(t.Context(), want.TokenHash, want.SeenAt))
		wantEqual(t, "touched", got(s.Session(t.Context(), want.TokenHash))(t), want)

		ok(t, s.DeleteSession(t.Context(), want.TokenHash))
		ok(t, s.TouchSession(t.Context(), want.TokenHash, noon)) // must not bring it back
		for _, unknown := range []string{want.TokenHash, "", "%", "\x00"} {
			_, err := s.Session(t.Context(), unknown)
			wantFault(t, err, fault.NotFound, "")
		}
	})
}

func TestEndedSessionsAreForgottenWhenTheNextBegins(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		s := open(t, target)
		session := func(hash string, from, until time.Duration) account.Session {
			return account.Session{TokenHash: hash, Person: "p", CreatedAt: noon.Add(from), SeenAt: noon.Add(from), ExpiresAt: noon.Add(until)}
		}
		ok(t, s.CreateSession(t.Context(), session("ended", -3*time.Hour, -time.Hour)))
		ok(t, s.CreateSession(t.Context(), session("running", -2*time.Hour, time.Hour)))
		ok(t, s.CreateSession(t.Context(), session("new", 0, 2*time.Hour)))
		var left int
		ok(t, raw(t, target).QueryRowContext(t.Context(), "SELECT COUNT(*) FROM sessions WHERE token_hash IN ('running', 'new')").Scan(&left))
		wantEqual(t, "sessions that go on", left, 2)
		_, err := s.Session(t.Context(), "ended")
		wantFault(t, err, fault.NotFound, "")
	})
}

func TestAllSessionsOfAPersonEnd(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for hash, person := range map[string]string{"s1": "p", "s2": "p", "s3": "q"} {
			ok(t, s.CreateSession(t.Context(), account.Session{TokenHash: hash, Person: person}))
		}
		ok(t, s.DeleteSessionsOf(t.Context(), "p"))
		for hash, there := range map[string]bool{"s1": false, "s2": false, "s3": true} {
			if _, err := s.Session(t.Context(), hash); (err == nil) != there {
				t.Errorf("%s: %v", hash, err)
			}
		}
	})
}

func TestTokenRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[account.Token]()
		ok(t, s.CreateToken(t.Context(), want))
		wantEqual(t, "by hash", got(s.Token(t.Context(), want.TokenHash))(t), want)
		wantEqual(t, "of the person", got(s.TokensOf(t.Context(), want.Person))(t), []account.Token{want})

		sameSecret := filled[account.Token]()
		sameSecret.ID = "other"
		wantFault(t, s.CreateToken(t.Context(), sameSecret), fault.Conflict, "")

		later, endless := want, want
		later.ID, later.TokenHash, later.CreatedAt = "0", "h0", noon.Add(time.Hour)
		endless.ID, endless.TokenHash, endless.CreatedAt, endless.ExpiresAt = "1", "h1", noon.Add(-time.Hour), time.Time{}
		ok(t, s.CreateToken(t.Context(), later))
		ok(t, s.CreateToken(t.Context(), endless))
		wantEqual(t, "oldest first", got(s.TokensOf(t.Context(), want.Person))(t), []account.Token{endless, want, later})
		wantEqual(t, "of nobody", got(s.TokensOf(t.Context(), "nobody"))(t), []account.Token{})

		ok(t, s.DeleteToken(t.Context(), want.ID))
		_, err := s.Token(t.Context(), want.TokenHash)
		wantFault(t, err, fault.NotFound, "")
		wantEqual(t, "left", got(s.TokensOf(t.Context(), want.Person))(t), []account.Token{endless, later})
	})
}
