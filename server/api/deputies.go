package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/account"
)

// Deputy is somebody who decides in place of somebody else.
type Deputy struct {
	ID    string `json:"id"`
	Name  string `json:"name" doc:"Of the other person"`
	From  string `json:"from" format:"date"`
	Until string `json:"until" format:"date"`
}

type deputies struct {
	Body struct {
		Mine        []Deputy `json:"mine" doc:"Who stands in for the caller"`
		Represented []Deputy `json:"represented" doc:"Whom the caller stands in for"`
	}
}

func (a *API) deputies() {
	tags := []string{"me"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/me/deputies", Tags: tags, Summary: "Own deputies, and whom one stands in for"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*deputies, error) {
			return a.listDeputies(ctx, actor)
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/me/deputies", Tags: tags, Summary: "Name a deputy for reviewing", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			Body struct {
				Login string `json:"login" maxLength:"200" doc:"Login or full name"`
				From  string `json:"from" maxLength:"10" doc:"First day, such as 2026-11-23"`
				Until string `json:"until" maxLength:"10" doc:"Last day"`
			}
		}) (*deputies, error) {
			if _, err := a.Office.AppointDeputy(ctx, actor, in.Body.Login, in.Body.From, in.Body.Until, string(a.Library.Today())); err != nil {
				return nil, err
			}
			return a.listDeputies(ctx, actor)
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: "/me/deputies/{id}", Tags: tags, Summary: "End a deputy of one's own", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *byID) (*struct{}, error) {
			return nil, a.Office.WithdrawDeputy(ctx, actor, in.ID)
		})
}

func (a *API) listDeputies(ctx context.Context, actor account.Actor) (*deputies, error) {
	mine, represented, err := a.Office.Deputies(ctx, actor, string(a.Library.Today()))
	if err != nil {
		return nil, err
	}
	out := &deputies{}
	out.Body.Mine, out.Body.Represented = standings(mine), standings(represented)
	return out, nil
}

func standings(list []account.Standing) []Deputy {
	out := make([]Deputy, len(list))
	for i, d := range list {
		out[i] = Deputy{ID: d.ID, Name: d.Name, From: d.From, Until: d.Until}
	}
	return out
}
