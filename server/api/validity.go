package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// ValidOn says what a version was on the day asked about. Three times are kept
// apart: since when it applied, when it was decided, when it came in here.
type ValidOn struct {
	Day        string    `json:"day"`
	InForce    bool      `json:"in_force" doc:"Whether the text applied on the day; if not, status says why"`
	AppliedOn  string    `json:"applied_on" doc:"First day of the version, as it says or else the day it was released"`
	DecidedOn  string    `json:"decided_on,omitempty"`
	ReleasedAt time.Time `json:"released_at"`
}

// StandardThen is a standard as it was on a day.
type StandardThen struct {
	ID         string    `json:"id"`
	Revision   string    `json:"revision"`
	Kind       string    `json:"kind"`
	Title      string    `json:"title"`
	Number     string    `json:"number,omitempty"`
	Binding    string    `json:"binding,omitempty" doc:"ja, nein or ungeprüft"`
	ValidFrom  string    `json:"valid_from,omitempty"`
	ValidUntil string    `json:"valid_until,omitempty"`
	DecidedOn  string    `json:"decided_on,omitempty"`
	ReleasedAt time.Time `json:"released_at"`
	URL        string    `json:"url" doc:"Page of the text as it applied on the day"`
}

// Confirmation says who stands for what a text says about being binding.
type Confirmation struct {
	Binding  string   `json:"binding"`
	Revision string   `json:"revision,omitempty" doc:"Version that was approved; missing while nobody confirmed it"`
	On       string   `json:"on,omitempty"`
	By       []string `json:"by" doc:"Display names; erased people are left out"`
	Proof    []string `json:"proof" doc:"Sentences of the text that make it binding"`
}

type dueInput struct {
	State      string   `query:"state" enum:"overdue,soon,unowned,unconfirmed," doc:"Overdue; due within 30 days; without a reviewer; never confirmed"`
	Kind       []string `query:"kind" doc:"Kinds to list, separated by commas; all standards by default"`
	Department string   `query:"department" doc:"With its units" maxLength:"40"`
	Limit      int      `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor     string   `query:"cursor" maxLength:"2000"`
}

type standardsThen struct {
	Body struct {
		Items  []StandardThen `json:"items"`
		Total  int            `json:"total"`
		Cursor string         `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
	}
}

func (a *API) validity() {
	tags := []string{"validity"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/standards/valid", Tags: tags, Summary: "Standards that applied on a day, as they were then"},
		func(ctx context.Context, actor account.Actor, in *struct {
			On         string   `query:"on" required:"true" doc:"Day, such as 2021-03-01" maxLength:"10"`
			Kind       []string `query:"kind" doc:"Kinds to list, separated by commas"`
			Department string   `query:"department" doc:"With its units, as the text belongs today" maxLength:"40"`
			Limit      int      `query:"limit" minimum:"1" maximum:"500" default:"50"`
			Cursor     string   `query:"cursor" maxLength:"2000"`
		}) (*standardsThen, error) {
			f := content.ArticleFilter{Department: in.Department, Limit: in.Limit, Cursor: in.Cursor}
			var err error
			if f.Kinds, err = standardKindsOf(in.Kind); err != nil {
				return nil, err
			}
			page, err := a.Library.StandardsOn(ctx, actor, f, content.Date(in.On))
			if f, ok := fault.Of(err); ok && f.Field == "valid" {
				return nil, f.InField("on")
			}
			if err != nil {
				return nil, err
			}
			return thenPage(page, in.On), nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/standards/due", Tags: tags, Summary: "Texts in force by when they have to be looked at again"},
		func(ctx context.Context, actor account.Actor, in *dueInput) (*listOutput, error) {
			f := content.ArticleFilter{Department: in.Department, Limit: in.Limit, Cursor: in.Cursor, Kinds: content.StandardKinds()}
			if len(in.Kind) > 0 {
				f.Kinds = kindsOf(in.Kind)
			}
			page, err := a.Library.Due(ctx, actor, content.DueState(in.State), f)
			if err != nil {
				return nil, err
			}
			return a.listed(ctx, actor, page)
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/binding", Tags: tags, Summary: "Who confirmed that a text binds, and why it does"},
		func(ctx context.Context, actor account.Actor, in *byID) (*struct{ Body Confirmation }, error) {
			return a.binding(ctx, actor, content.ID(in.ID))
		})
	a.reviewing(tags)
}

func (a *API) reviewing(tags []string) {
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles/{id}/confirm-review", Tags: tags, Summary: "Say that a text is still right"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Match string `header:"If-Match" doc:"ETag of the version that was looked at" maxLength:"200"`
			Key   string `header:"Idempotency-Key" maxLength:"200"`
			Body  struct {
				Next string `json:"next,omitempty" doc:"Day of the next review; missing: after 24 months for standards, 18 for articles" maxLength:"10"`
			}
		}) (*articleOutput, error) {
			id := content.ID(in.ID)
			e := content.Edit{Message: a.Catalogue.Text(i18n.German, "validity.confirmed-message", nil), Operation: content.OperationKey(actor, in.Key)}
			if _, err := a.Library.ConfirmReview(ctx, actor, id, baseOf(in.Match), content.Date(in.Body.Next), e); err != nil {
				return nil, err
			}
			return a.article(ctx, actor, id, "")
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/reviewers/{id}/hand-over", Tags: tags, Summary: "Name another reviewer for every text of one who leaves"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" doc:"Account id of the present reviewer" maxLength:"40"`
			Body struct {
				To string `json:"to" doc:"Account id, login or full name" maxLength:"300"`
			}
		}) (*struct {
			Body struct {
				Texts int `json:"texts" doc:"How many were handed over"`
			}
		}, error) {
			n, err := a.Library.HandOverReviews(ctx, actor, in.ID, in.Body.To, a.Catalogue.Text(i18n.German, "validity.handed-over-message", nil))
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Texts int `json:"texts" doc:"How many were handed over"`
				}
			}{}
			out.Body.Texts = n
			return out, nil
		})
}

func kindsOf(words []string) []content.Kind {
	var out []content.Kind
	for _, k := range words {
		out = append(out, content.Kind(k))
	}
	return out
}

// standardKindsOf reads kinds of standards; none are all of them.
func standardKindsOf(words []string) ([]content.Kind, error) {
	kinds := kindsOf(words)
	if slices.ContainsFunc(kinds, func(k content.Kind) bool { return !k.IsStandard() }) {
		return nil, fault.New(fault.Invalid, "api.not-a-standard").InField("kind")
	}
	if len(kinds) == 0 {
		kinds = content.StandardKinds()
	}
	return kinds, nil
}

func thenPage(page content.RevisionPage, day string) *standardsThen {
	out := &standardsThen{}
	out.Body.Items, out.Body.Total, out.Body.Cursor = []StandardThen{}, page.Total, page.Next
	for _, r := range page.Revisions {
		out.Body.Items = append(out.Body.Items, StandardThen{
			ID: string(r.Article), Revision: string(r.ID), Kind: string(r.Kind), Title: r.Title, Number: r.Number, Binding: string(r.Binding),
			ValidFrom: string(r.ValidFrom), ValidUntil: string(r.ValidUntil), DecidedOn: string(r.DecidedOn), ReleasedAt: r.At,
			URL: content.Address(r.Article) + "?gilt-am=" + day,
		})
	}
	return out
}

func (a *API) binding(ctx context.Context, actor account.Actor, id content.ID) (*struct{ Body Confirmation }, error) {
	article, err := a.Library.Article(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	c, err := a.Library.BindingConfirmed(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	names, err := a.names(ctx, actor, c.Approvers...)
	if err != nil {
		return nil, err
	}
	body := Confirmation{Binding: string(c.Binding), Revision: string(c.Revision), On: string(c.On), By: []string{}, Proof: orEmpty(article.BindingProof)}
	for _, pseudonym := range c.Approvers {
		if name := names[pseudonym]; name != "" {
			body.By = append(body.By, name)
		}
	}
	return &struct{ Body Confirmation }{body}, nil
}

// validArticle is a text as it was on a day.
func (a *API) validArticle(ctx context.Context, actor account.Actor, id content.ID, day string) (*articleOutput, error) {
	v, err := a.Library.ValidOn(ctx, actor, id, content.Date(day))
	if err != nil {
		return nil, err
	}
	out, err := a.shown(ctx, actor, v)
	if err != nil {
		return nil, err
	}
	out.Body.Status = string(v.Status)
	out.Body.ValidOn = &ValidOn{Day: day, InForce: v.Status.InForce(), AppliedOn: string(v.On.Applies), DecidedOn: string(v.On.DecidedOn), ReleasedAt: v.On.ReleasedAt}
	return out, nil
}
