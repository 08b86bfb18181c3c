package auth

import (
	"context"
	"crypto/subtle"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// OpenSetup returns the secret of the one-time address where the first
// administrator is made, or "" when there already is one.
func (s *Service) OpenSetup(ctx context.Context) (string, error) {
	admins, err := s.directory.CountHolders(ctx, account.Admin, s.today())
	if err != nil || admins > 0 {
		return "", err
	}
	secret := s.secret()
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	s.setup.secret = hashSecret(secret)
	return secret, nil
}

// CheckSetup tells whether the address still opens.
func (s *Service) CheckSetup(secret string) error {
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	if s.setup.secret == "" || subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(s.setup.secret)) != 1 {
		return fault.New(fault.NotFound, "auth.setup-closed")
	}
	return nil
}

// CompleteSetup makes the first administrator and closes the address. The
// office gives the person and the role, so that both are in the audit log.
func (s *Service) CompleteSetup(ctx context.Context, office *account.Office, secret string, p account.Person, password string) error {
	s.setup.completing.Lock()
	defer s.setup.completing.Unlock()
	if err := s.CheckSetup(secret); err != nil {
		return err
	}
	admins, err := s.directory.CountHolders(ctx, account.Admin, s.today())
	if err != nil {
		return err
	}
	if admins > 0 { // made by a command in the meantime
		return fault.New(fault.NotFound, "auth.setup-closed")
	}
	if err := CheckPassword(password); err != nil {
		return err
	}
	operator := account.SystemActor("")
	person, err := office.CreatePerson(ctx, operator, p)
	if err != nil {
		return err
	}
	if _, err := office.Grant(ctx, operator, account.Grant{Person: person.ID, Role: account.Admin}); err != nil {
		return err
	}
	if err := s.setPassword(ctx, operator, person.ID, password); err != nil {
		return err
	}
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	s.setup.secret = ""
	return nil
}
