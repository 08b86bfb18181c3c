package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/account"
)

// Me is the person a request acts for.
type Me struct {
	ID         string      `json:"id"`
	Login      string      `json:"login"`
	Name       string      `json:"name"`
	Department string      `json:"department,omitempty"`
	Access     string      `json:"access" enum:"read,write,admin"`
	Roles      []RoleGrant `json:"roles"`
}

// RoleGrant is a role that holds today.
type RoleGrant struct {
	ID    string `json:"id,omitempty"`
	Role  string `json:"role"`
	Scope string `json:"scope,omitempty" doc:"Empty: the whole city; fb:66 a department; jahrgang:… a cohort"`
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// ModuleProgress is own progress in one module.
type ModuleProgress struct {
	Module   string   `json:"module"`
	Title    string   `json:"title"`
	Progress Progress `json:"progress"`
}

// Department is a Fachbereich.
type Department struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (a *API) me() {
	tags := []string{"me"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/me", Tags: tags, Summary: "Who is asking"},
		func(_ context.Context, actor account.Actor, _ *struct{}) (*struct{ Body Me }, error) {
			me := Me{
				ID: actor.Person.ID, Login: actor.Person.Login, Name: actor.Person.DisplayName,
				Department: actor.Person.Department, Access: string(actor.Access), Roles: []RoleGrant{},
			}
			for _, g := range actor.Grants {
				me.Roles = append(me.Roles, roleGrant(g))
			}
			return &struct{ Body Me }{me}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/me/progress", Tags: tags, Summary: "Own progress in every module"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body []ModuleProgress }, error) {
			list, err := a.Academy.Modules(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := make([]ModuleProgress, len(list))
			for i, o := range list {
				out[i] = ModuleProgress{Module: string(o.Module.Article.ID), Title: o.Module.Article.Title, Progress: progress(o.Progress)}
			}
			return &struct{ Body []ModuleProgress }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/departments", Tags: []string{"departments"}, Summary: "List departments"},
		func(ctx context.Context, _ account.Actor, _ *struct{}) (*struct{ Body []Department }, error) {
			list, err := a.Office.Departments(ctx)
			if err != nil {
				return nil, err
			}
			out := make([]Department, len(list))
			for i, d := range list {
				out[i] = Department(d)
			}
			return &struct{ Body []Department }{out}, nil
		})
}

func roleGrant(g account.Grant) RoleGrant {
	return RoleGrant{ID: g.ID, Role: string(g.Role), Scope: string(g.Scope), From: g.From, Until: g.Until}
}
