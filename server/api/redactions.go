package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// RedactionSummary is a redaction without what it takes away.
type RedactionSummary struct {
	ID          string     `json:"id"`
	Article     string     `json:"article"`
	Title       string     `json:"title" doc:"Of the text"`
	State       string     `json:"state" enum:"beantragt,genehmigt,läuft,geschwärzt,abgelehnt"`
	Attachment  string     `json:"attachment,omitempty" doc:"File that goes from every version"`
	Reason      string     `json:"reason"`
	RequestedBy string     `json:"requested_by,omitempty" doc:"Display name; empty when erased"`
	RequestedAt time.Time  `json:"requested_at"`
	DecidedBy   string     `json:"decided_by,omitempty"`
	DecidedAt   *time.Time `json:"decided_at,omitempty"`
	Versions    int        `json:"versions" doc:"Of the text that change, as far as the caller sees them; 0 in the list of what others ask for"`
	CanDecide   bool       `json:"can_decide"`
}

// Redaction is a redaction with what it takes away, as long as that is there.
type Redaction struct {
	RedactionSummary
	Passage string           `json:"passage,omitempty" doc:"Only while nothing is decided"`
	Places  []RedactionPlace `json:"places"`
}

// RedactionPlace is where a passage stands in a version.
type RedactionPlace struct {
	Kind     string    `json:"kind" enum:"text,field,message,file,binary,comment,proposal" doc:"What it stands in; a binary file stays unless the approval names it"`
	Name     string    `json:"name,omitempty" doc:"Key of the front matter, file, or id of the comment or proposal"`
	Revision string    `json:"revision,omitempty" doc:"Of the version; none for comments and proposals"`
	At       time.Time `json:"at"`
	Before   string    `json:"before"`
	After    string    `json:"after"`
	Message  bool      `json:"message" doc:"It stands in the words about the change"`
}

type redactionOutput struct {
	Location string `header:"Location"`
	Body     Redaction
}

func (a *API) redactions() {
	tags := []string{"redactions"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/redactions", Tags: tags, Summary: "Redactions the caller asks for or decides about"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct {
			Body struct {
				Items []RedactionSummary `json:"items"`
				Total int                `json:"total"`
			}
		}, error) {
			list, err := a.Library.RedactionsFor(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []RedactionSummary `json:"items"`
					Total int                `json:"total"`
				}
			}{}
			out.Body.Items, out.Body.Total = []RedactionSummary{}, len(list)
			for _, v := range list {
				s, err := a.redactionSummary(ctx, actor, v)
				if err != nil {
					return nil, err
				}
				out.Body.Items = append(out.Body.Items, s)
			}
			return out, nil
		})
	a.redactionRequests(tags)
	a.redactionDecisions(tags)
}

func (a *API) redactionRequests(tags []string) {
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles/{id}/redactions", Tags: tags, Summary: "Ask for a passage or an attachment to go from every version", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body struct {
				Passage    string `json:"passage,omitempty" maxLength:"20000" doc:"The exact words"`
				Attachment string `json:"attachment,omitempty" maxLength:"300" doc:"Name of a file beside the text"`
				Reason     string `json:"reason" maxLength:"500"`
			}
		}) (*redactionOutput, error) {
			r, err := a.Library.RequestRedaction(ctx, actor, content.ID(in.ID), content.RedactionRequest{
				Passage: in.Body.Passage, Attachment: in.Body.Attachment, Reason: in.Body.Reason,
			})
			if err != nil {
				return nil, err
			}
			return a.redaction(ctx, actor, r.ID)
		})
}

func (a *API) redactionDecisions(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/redactions/{id}", Tags: tags, Summary: "A redaction with the places of its passage"},
		func(ctx context.Context, actor account.Actor, in *byID) (*redactionOutput, error) {
			return a.redaction(ctx, actor, content.RedactionID(in.ID))
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/redactions/{id}/approve", Tags: tags, Summary: "Approve a redaction, which carries it out"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body *struct {
				Files []string `json:"files,omitempty" maxItems:"50" doc:"Names of binary files among the places that go as a whole, from every version"`
			}
		}) (*redactionOutput, error) {
			var files []string
			if in.Body != nil {
				files = in.Body.Files
			}
			if _, err := a.Library.ApproveRedaction(ctx, actor, content.RedactionID(in.ID), files...); err != nil {
				return nil, err
			}
			return a.redaction(ctx, actor, content.RedactionID(in.ID))
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/redactions/{id}/decline", Tags: tags, Summary: "Decline a redaction, or take the own request back"},
		func(ctx context.Context, actor account.Actor, in *byID) (*redactionOutput, error) {
			if err := a.Library.DeclineRedaction(ctx, actor, content.RedactionID(in.ID)); err != nil {
				return nil, err
			}
			return a.redaction(ctx, actor, content.RedactionID(in.ID))
		})
}

func (a *API) redaction(ctx context.Context, actor account.Actor, id content.RedactionID) (*redactionOutput, error) {
	v, err := a.Library.RedactionOf(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	s, err := a.redactionSummary(ctx, actor, v)
	if err != nil {
		return nil, err
	}
	out := &redactionOutput{Location: "/api/v1/redactions/" + s.ID, Body: Redaction{RedactionSummary: s, Passage: v.Redaction.Passage, Places: []RedactionPlace{}}}
	for _, p := range v.Places {
		out.Body.Places = append(out.Body.Places, RedactionPlace{string(p.Kind), p.Name, string(p.Revision), p.At, p.Before, p.After, p.Kind == content.PlaceMessage})
	}
	return out, nil
}

func (a *API) redactionSummary(ctx context.Context, actor account.Actor, v content.RedactionView) (RedactionSummary, error) {
	r := v.Redaction
	names, err := a.names(ctx, actor, r.RequestedBy, r.DecidedBy)
	s := RedactionSummary{
		ID: string(r.ID), Article: string(r.Article), Title: v.Article.Title, State: string(r.State), Attachment: r.Attachment, Reason: r.Reason,
		RequestedBy: names[r.RequestedBy], RequestedAt: r.RequestedAt, DecidedBy: names[r.DecidedBy], Versions: v.Versions, CanDecide: v.CanDecide,
	}
	if !r.DecidedAt.IsZero() {
		s.DecidedAt = &r.DecidedAt
	}
	return s, err
}
