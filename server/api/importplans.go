package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/account"
)

// PlanWithdrawn is what withdrawing a plan took from the desk.
type PlanWithdrawn struct {
	Documents int `json:"documents" doc:"Those only this plan brought"`
}

func (a *API) importPlans(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/admin/plans", Tags: tags, Summary: "Imports that were only planned"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body ImportRunList }, error) {
			plans, err := a.Legacy.Plans(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := ImportRunList{Items: []ImportRun{}, Total: len(plans)}
			for _, r := range plans {
				out.Items = append(out.Items, ImportRun(r))
			}
			return &struct{ Body ImportRunList }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: "/admin/plans/{run}", Tags: tags, Summary: "Withdraw a plan", DefaultStatus: http.StatusOK},
		func(ctx context.Context, actor account.Actor, in *struct {
			Run string `path:"run" maxLength:"40"`
		}) (*struct{ Body PlanWithdrawn }, error) {
			n, err := a.Legacy.WithdrawPlan(ctx, actor, in.Run)
			return &struct{ Body PlanWithdrawn }{PlanWithdrawn{n}}, err
		})
}
