package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/account"
)

// Credentials are what people and programs sign in with.
type Credentials interface {
	Tokens(ctx context.Context, actor account.Actor, person string) ([]account.Token, error)
	CreateToken(ctx context.Context, actor account.Actor, person string, label string, access account.Access, days int) (string, error)
	WithdrawToken(ctx context.Context, actor account.Actor, person, id string) error
	SetPassword(ctx context.Context, actor account.Actor, person, password string) error
}

// Token lets a program act for a person. Its secret is told once, when it is
// made.
type Token struct {
	ID        string    `json:"id"`
	Label     string    `json:"label,omitempty"`
	Scope     string    `json:"scope" enum:"read,write,admin"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// NewToken is the answer to making a token.
type NewToken struct {
	Token string `json:"token" doc:"The secret; it is never told again"`
}

// byID names the one thing an operation is about.
type byID struct {
	ID string `path:"id" maxLength:"40"`
}

func (a *API) tokens() {
	tags := []string{"me"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/me/tokens", Tags: tags, Summary: "Own access tokens that still work"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body []Token }, error) {
			list, err := a.Credentials.Tokens(ctx, actor, actor.Person.ID)
			if err != nil {
				return nil, err
			}
			out := make([]Token, len(list))
			for i, t := range list {
				out[i] = Token{ID: t.ID, Label: t.Label, Scope: string(t.Access), CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt}
			}
			return &struct{ Body []Token }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/me/tokens", Tags: tags, Summary: "Make an access token", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			Body struct {
				Label string `json:"label" maxLength:"120"`
				Scope string `json:"scope" enum:"read,write,admin"`
				Days  int    `json:"days" minimum:"1" maximum:"730"`
			}
		}) (*struct{ Body NewToken }, error) {
			secret, err := a.Credentials.CreateToken(ctx, actor, actor.Person.ID, in.Body.Label, account.Access(in.Body.Scope), in.Body.Days)
			if err != nil {
				return nil, err
			}
			return &struct{ Body NewToken }{NewToken{secret}}, nil
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: "/me/tokens/{id}", Tags: tags, Summary: "Withdraw an access token at once", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *byID) (*struct{}, error) {
			return nil, a.Credentials.WithdrawToken(ctx, actor, actor.Person.ID, in.ID)
		})
}

// access is what administrators do to an account as a whole. Each operation
// says a state to reach, so sending it twice is harmless and it needs no base.
func (a *API) access(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/admin/users/{id}", Tags: tags, Summary: "One account"},
		func(ctx context.Context, actor account.Actor, in *byID) (*struct{ Body User }, error) {
			p, err := a.Office.Person(ctx, actor, in.ID)
			if err != nil {
				return nil, err
			}
			return &struct{ Body User }{user(p)}, nil
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: "/admin/users/{id}", Tags: tags, Summary: "Erase an account with every name; it cannot be undone", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *byID) (*struct{}, error) {
			return nil, a.Office.Erase(ctx, actor, in.ID)
		})
	register(a, huma.Operation{Method: http.MethodPut, Path: "/admin/users/{id}/active", Tags: tags, Summary: "Lock an account or let it in again", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body struct {
				Active bool `json:"active"`
			}
		}) (*struct{}, error) {
			return nil, a.Office.SetActive(ctx, actor, in.ID, in.Body.Active)
		})
	register(a, huma.Operation{Method: http.MethodPut, Path: "/admin/users/{id}/password", Tags: tags, Summary: "Set a password; every session of the account ends", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body struct {
				Password string `json:"password" maxLength:"1024"`
			}
		}) (*struct{}, error) {
			return nil, a.Credentials.SetPassword(ctx, actor, in.ID, in.Body.Password)
		})
	register(a, huma.Operation{Method: http.MethodPut, Path: "/admin/departments/{department}", Tags: tags, Summary: "Add or rename a department", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			Number string `path:"department" maxLength:"40" example:"66" doc:"A unit as 11%2F2"`
			Body   struct {
				Name string `json:"name" maxLength:"200"`
			}
		}) (*struct{}, error) {
			return nil, a.Office.SaveDepartment(ctx, actor, account.Department{ID: in.Number, Name: in.Body.Name})
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/admin/users/{id}/roles", Tags: tags, Summary: "Roles of an account, past and future ones too"},
		func(ctx context.Context, actor account.Actor, in *byID) (*struct{ Body []RoleGrant }, error) {
			grants, err := a.Office.Grants(ctx, actor, in.ID)
			if err != nil {
				return nil, err
			}
			out := make([]RoleGrant, len(grants))
			for i, g := range grants {
				out[i] = roleGrant(g)
			}
			return &struct{ Body []RoleGrant }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: "/admin/users/{id}/roles/{grant}", Tags: tags, Summary: "Withdraw a role", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Grant string `path:"grant" maxLength:"40"`
		}) (*struct{}, error) {
			return nil, a.Office.Revoke(ctx, actor, in.ID, in.Grant)
		})
}
