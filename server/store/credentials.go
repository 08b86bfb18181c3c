package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

type sessionRow struct {
	TokenHash string `gorm:"primaryKey"`
	Person    string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	SeenAt    int64
	ExpiresAt int64
}

func (sessionRow) TableName() string { return "sessions" }

type tokenRow struct {
	ID        string `gorm:"primaryKey"`
	TokenHash string
	Person    string
	Label     string
	Access    string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
}

func (tokenRow) TableName() string { return "tokens" }

// PasswordHash returns the encoded hash of a person's password.
func (s *Store) PasswordHash(ctx context.Context, person string) (string, error) {
	var row personRow
	if err := s.on(ctx).Select("password_hash").Where("id = ?", person).Take(&row).Error; err != nil {
		return "", missing(err, "store.no-person")
	}
	return row.PasswordHash, nil
}

// SetPasswordHash sets the hash and ends every session of the person.
func (s *Store) SetPasswordHash(ctx context.Context, person, hash string) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		result := tx.Model(&personRow{}).Where("id = ?", person).Update("password_hash", hash)
		if result.Error == nil && result.RowsAffected == 0 {
			return fault.New(fault.NotFound, "store.no-person")
		}
		if result.Error != nil {
			return result.Error
		}
		return tx.Where("person = ?", person).Delete(&sessionRow{}).Error
	}))
}

// CreateSession stores a session and forgets those that ended before it began:
// when somebody was here last is nothing to keep.
func (s *Store) CreateSession(ctx context.Context, x account.Session) error {
	row := sessionRow{TokenHash: x.TokenHash, Person: x.Person, CreatedAt: at(x.CreatedAt), SeenAt: at(x.SeenAt), ExpiresAt: at(x.ExpiresAt)}
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Where("expires_at > 0 AND expires_at < ?", row.CreatedAt).Delete(&sessionRow{}).Error; err != nil {
			return err
		}
		return tx.Create(&row).Error
	}))
}

// Session finds a session by the hash of its secret.
func (s *Store) Session(ctx context.Context, tokenHash string) (account.Session, error) {
	var r sessionRow
	if err := s.on(ctx).Where("token_hash = ?", tokenHash).Take(&r).Error; err != nil {
		return account.Session{}, translate(err)
	}
	return account.Session{TokenHash: r.TokenHash, Person: r.Person, CreatedAt: from(r.CreatedAt), SeenAt: from(r.SeenAt), ExpiresAt: from(r.ExpiresAt)}, nil
}

// TouchSession notes when a session was used.
func (s *Store) TouchSession(ctx context.Context, tokenHash string, seen time.Time) error {
	return translate(s.on(ctx).Model(&sessionRow{}).Where("token_hash = ?", tokenHash).Update("seen_at", at(seen)).Error)
}

// DeleteSession ends a session.
func (s *Store) DeleteSession(ctx context.Context, tokenHash string) error {
	return translate(s.on(ctx).Where("token_hash = ?", tokenHash).Delete(&sessionRow{}).Error)
}

// DeleteSessionsOf ends every session of a person.
func (s *Store) DeleteSessionsOf(ctx context.Context, person string) error {
	return translate(s.on(ctx).Where("person = ?", person).Delete(&sessionRow{}).Error)
}

// CreateToken stores an API token.
func (s *Store) CreateToken(ctx context.Context, t account.Token) error {
	row := tokenRow{
		ID: t.ID, TokenHash: t.TokenHash, Person: t.Person, Label: t.Label, Access: string(t.Access),
		CreatedAt: at(t.CreatedAt), ExpiresAt: at(t.ExpiresAt),
	}
	return translate(s.on(ctx).Create(&row).Error)
}

// Token finds a token by the hash of its secret.
func (s *Store) Token(ctx context.Context, tokenHash string) (account.Token, error) {
	var r tokenRow
	if err := s.on(ctx).Where("token_hash = ?", tokenHash).Take(&r).Error; err != nil {
		return account.Token{}, translate(err)
	}
	return r.token(), nil
}

// TokensOf lists the tokens of a person.
func (s *Store) TokensOf(ctx context.Context, person string) ([]account.Token, error) {
	var rows []tokenRow
	if err := s.on(ctx).Where("person = ?", person).Order("created_at").Order("id").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]account.Token, len(rows))
	for i, r := range rows {
		out[i] = r.token()
	}
	return out, nil
}

// DeleteToken withdraws a token.
func (s *Store) DeleteToken(ctx context.Context, id string) error {
	return translate(s.on(ctx).Where("id = ?", id).Delete(&tokenRow{}).Error)
}

func (r tokenRow) token() account.Token {
	return account.Token{
		ID: r.ID, TokenHash: r.TokenHash, Person: r.Person, Label: r.Label, Access: account.Access(r.Access),
		CreatedAt: from(r.CreatedAt), ExpiresAt: from(r.ExpiresAt),
	}
}
