package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/account"
)

// User is an account, for administrators.
type User struct {
	ID         string    `json:"id"`
	Login      string    `json:"login"`
	Name       string    `json:"name"`
	Email      string    `json:"email,omitempty"`
	Department string    `json:"department,omitempty"`
	Active     bool      `json:"active"`
	CreatedAt  time.Time `json:"created_at"`
}

// UserList is one page of accounts.
type UserList struct {
	Items  []User `json:"items"`
	Total  int    `json:"total" doc:"Of all pages"`
	Cursor string `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

// AuditList is one page of the audit log.
type AuditList struct {
	Items  []AuditEvent `json:"items"`
	Total  int          `json:"total" doc:"Of all pages"`
	Cursor string       `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

// AuditEvent is a line of the audit log.
type AuditEvent struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor,omitempty" doc:"Account id; empty for the operator"`
	Action  string    `json:"action"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail,omitempty"`
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func (a *API) admin() {
	tags := []string{"admin"}
	a.users(tags)
	a.access(tags)
	a.roles(tags)
	a.audit(tags)
}

func (a *API) users(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/admin/users", Tags: tags, Summary: "List accounts"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Q      string `query:"q" maxLength:"200"`
			Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
			Offset int    `query:"offset" minimum:"0" maximum:"1000000"`
			Cursor string `query:"cursor" maxLength:"40"`
		}) (*struct{ Body UserList }, error) {
			start, err := startOf(in.Cursor, in.Offset, maxOffset)
			if err != nil {
				return nil, err
			}
			people, total, err := a.Office.People(ctx, actor, in.Q, in.Limit, start)
			if err != nil {
				return nil, err
			}
			out := UserList{Items: []User{}, Total: total, Cursor: nextOf(start, len(people), total, maxOffset)}
			for _, p := range people {
				out.Items = append(out.Items, user(p))
			}
			return &struct{ Body UserList }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/admin/users", Tags: tags, Summary: "Create an account", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			Body struct {
				Login      string `json:"login" maxLength:"64"`
				Name       string `json:"name" maxLength:"120"`
				Email      string `json:"email,omitempty" maxLength:"255"`
				Department string `json:"department,omitempty" maxLength:"40"`
			}
		}) (*struct{ Body User }, error) {
			p, err := a.Office.CreatePerson(ctx, actor, account.Person{
				Login: in.Body.Login, DisplayName: in.Body.Name, Email: in.Body.Email, Department: in.Body.Department,
			})
			if err != nil {
				return nil, err
			}
			return &struct{ Body User }{user(p)}, nil
		})
}

func (a *API) roles(tags []string) {
	register(a, huma.Operation{Method: http.MethodPost, Path: "/admin/roles", Tags: tags, Summary: "Give an account a role", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			Body struct {
				Person string `json:"person" maxLength:"40"`
				Role   string `json:"role" maxLength:"40"`
				Scope  string `json:"scope,omitempty" maxLength:"60"`
				From   string `json:"from,omitempty" maxLength:"10"`
				Until  string `json:"until,omitempty" maxLength:"10"`
			}
		}) (*struct{ Body RoleGrant }, error) {
			g, err := a.Office.Grant(ctx, actor, account.Grant{
				Person: in.Body.Person, Role: account.Role(in.Body.Role), Scope: account.Scope(in.Body.Scope),
				From: in.Body.From, Until: in.Body.Until,
			})
			if err != nil {
				return nil, err
			}
			return &struct{ Body RoleGrant }{roleGrant(g)}, nil
		})
}

func (a *API) audit(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/admin/audit", Tags: tags, Summary: "Audit log, newest first"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Subject string `query:"subject" maxLength:"40"`
			Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
			Offset  int    `query:"offset" minimum:"0" maximum:"1000000"`
			Cursor  string `query:"cursor" maxLength:"40"`
		}) (*struct{ Body AuditList }, error) {
			start, err := startOf(in.Cursor, in.Offset, maxOffset)
			if err != nil {
				return nil, err
			}
			events, total, err := a.Office.Events(ctx, actor, in.Subject, in.Limit, start)
			if err != nil {
				return nil, err
			}
			out := AuditList{Items: []AuditEvent{}, Total: total, Cursor: nextOf(start, len(events), total, maxOffset)}
			for _, e := range events {
				out.Items = append(out.Items, AuditEvent{At: e.At, Actor: e.Actor, Action: e.Action, Subject: e.Subject, Detail: e.Detail})
			}
			return &struct{ Body AuditList }{out}, nil
		})
}

func user(p account.Person) User {
	return User{
		ID: p.ID, Login: p.Login, Name: p.DisplayName, Email: p.Email, Department: p.Department, Active: p.Active, CreatedAt: p.CreatedAt,
	}
}
