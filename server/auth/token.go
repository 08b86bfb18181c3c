package auth

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// MaxTokenDays is the longest life of an API token.
const MaxTokenDays = 730

const maxTokenLabel = 120

// mayKeepTokens decides who sees, makes and withdraws the tokens of a person:
// the person, unless acting through a token that may less, and administrators.
func mayKeepTokens(actor account.Actor, person string) bool {
	own := actor.SignedIn() && actor.Person.ID == person && actor.Access == account.AdminAccess
	return own || account.CanAdminister(actor)
}

// Token recognises a program by its API token.
func (s *Service) Token(ctx context.Context, secret string) (account.Actor, error) {
	t, err := s.credentials.Token(ctx, hashSecret(secret))
	if fault.Is(err, fault.NotFound) || err == nil && expired(t, s.now()) {
		return account.Actor{}, fault.New(fault.Unauthenticated, "auth.token-invalid")
	}
	if err != nil {
		return account.Actor{}, err
	}
	return s.actorByID(ctx, t.Person, t.Access)
}

func expired(t account.Token, now time.Time) bool {
	return !t.ExpiresAt.IsZero() && now.After(t.ExpiresAt)
}

// CreateToken makes an API token for a person and returns its secret, which is
// shown once. days is its life, 1 to MaxTokenDays.
func (s *Service) CreateToken(ctx context.Context, actor account.Actor, person string, label string, access account.Access, days int) (string, error) {
	if !mayKeepTokens(actor, person) {
		return "", fault.New(fault.Forbidden, "auth.own-tokens-only")
	}
	switch access {
	case account.ReadAccess, account.WriteAccess, account.AdminAccess:
	default:
		return "", fault.New(fault.Invalid, "auth.bad-scope").InField("scope")
	}
	if days < 1 || days > MaxTokenDays {
		return "", fault.New(fault.Invalid, "auth.bad-days", "max", MaxTokenDays).InField("days")
	}
	if !utf8.ValidString(label) || utf8.RuneCountInString(label) > maxTokenLabel {
		return "", fault.New(fault.Invalid, "auth.bad-label", "max", maxTokenLabel).InField("label")
	}
	if _, err := s.directory.Person(ctx, person); err != nil {
		return "", err
	}
	secret, now := "st_"+s.secret(), s.now().UTC()
	token := account.Token{
		ID: s.ids.New(), TokenHash: hashSecret(secret), Person: person, Label: label, Access: access,
		CreatedAt: now, ExpiresAt: now.AddDate(0, 0, days),
	}
	err := s.record(ctx, actor, "token.created", person, string(access), func(ctx context.Context) error {
		return s.credentials.CreateToken(ctx, token)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Tokens lists the tokens of a person that still work, without their hashes.
func (s *Service) Tokens(ctx context.Context, actor account.Actor, person string) ([]account.Token, error) {
	if !mayKeepTokens(actor, person) {
		return nil, fault.New(fault.Forbidden, "auth.own-tokens-only")
	}
	tokens, err := s.credentials.TokensOf(ctx, person)
	if err != nil {
		return nil, err
	}
	now := s.now()
	tokens = slices.DeleteFunc(tokens, func(t account.Token) bool { return expired(t, now) })
	for i := range tokens {
		tokens[i].TokenHash = ""
	}
	return tokens, nil
}

// WithdrawToken ends a token of a person at once.
func (s *Service) WithdrawToken(ctx context.Context, actor account.Actor, person, id string) error {
	tokens, err := s.Tokens(ctx, actor, person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tokens, func(t account.Token) bool { return t.ID == id })
	if i < 0 {
		return fault.New(fault.NotFound, "auth.no-such-token")
	}
	return s.record(ctx, actor, "token.withdrawn", person, string(tokens[i].Access), func(ctx context.Context) error {
		return s.credentials.DeleteToken(ctx, id)
	})
}
