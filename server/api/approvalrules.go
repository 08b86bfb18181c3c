package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// wholeCity stands for the rule above all departments in addresses.
const wholeCity = "*"

// ApprovalRule says how many people approve texts of a kind in a department.
type ApprovalRule struct {
	Department string `json:"department" doc:"With its units; * is the whole city"`
	Kind       string `json:"kind"`
	Approvers  int    `json:"approvers" doc:"People who have to approve"`
}

type approvalRules struct {
	ETag string `header:"ETag"`
	Body struct {
		Items []ApprovalRule `json:"items"`
		Total int            `json:"total"`
	}
}

func (a *API) approvalRules() {
	tags := []string{"proposals"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/approval-rules", Tags: tags, Summary: "How many people approve which texts"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*approvalRules, error) {
			return a.listApprovalRules(ctx, actor)
		})
	register(a, huma.Operation{Method: http.MethodPut, Path: "/approval-rules/{department}/{kind}", Tags: tags, Summary: "Set or remove a rule of approval"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Department string `path:"department" maxLength:"60"`
			Kind       string `path:"kind" maxLength:"40"`
			Match      string `header:"If-Match" doc:"ETag of the list of rules the change is based on" maxLength:"200"`
			Body       struct {
				Approvers *int `json:"approvers,omitempty" doc:"Missing: the rule is removed and the one above it counts"`
			}
		}) (*approvalRules, error) {
			department := in.Department
			if department == wholeCity {
				department = ""
			}
			err := a.Library.ChangeApprovalRule(ctx, actor, baseOf(in.Match), department, content.Kind(in.Kind), in.Body.Approvers)
			if err != nil {
				return nil, err
			}
			return a.listApprovalRules(ctx, actor)
		})
}

func (a *API) listApprovalRules(ctx context.Context, actor account.Actor) (*approvalRules, error) {
	rules, err := a.Library.ApprovalRules(ctx, actor)
	if err != nil {
		return nil, err
	}
	out := &approvalRules{ETag: quoted(rules.ETag())}
	out.Body.Items, out.Body.Total = make([]ApprovalRule, len(rules)), len(rules)
	for i, r := range rules {
		department := r.Department
		if department == "" {
			department = wholeCity
		}
		out.Body.Items[i] = ApprovalRule{Department: department, Kind: string(r.Kind), Approvers: r.Approvers}
	}
	return out, nil
}
