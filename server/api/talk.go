package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// Comment is a comment or question about a text.
type Comment struct {
	ID         string     `json:"id"`
	Article    string     `json:"article"`
	Anchor     string     `json:"anchor,omitempty" doc:"Heading it is about; missing for the whole text"`
	Section    string     `json:"section,omitempty" doc:"Words of that heading when it was written"`
	Question   bool       `json:"question"`
	Author     string     `json:"author,omitempty" doc:"Display name; empty when erased"`
	Text       string     `json:"text"`
	At         time.Time  `json:"at"`
	Assignee   string     `json:"assignee,omitempty" doc:"Display name of who is to answer"`
	Answer     string     `json:"answer,omitempty"`
	AnsweredBy string     `json:"answered_by,omitempty"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	AnsweredIn string     `json:"answered_in,omitempty" doc:"Revision of the text that has the answer"`
	ResolvedAt *time.Time `json:"resolved_at,omitempty"`
}

// Watch is something the caller follows.
type Watch struct {
	Kind   string `json:"kind" enum:"article,topic,department"`
	Target string `json:"target"`
	Title  string `json:"title"`
}

type commentOutput struct{ Body Comment }

type commentList struct {
	Body struct {
		Items []Comment `json:"items"`
		Total int       `json:"total"`
	}
}

// watchInput names what to follow.
type watchInput struct {
	Kind   string `query:"kind" enum:"article,topic,department" required:"true"`
	Target string `query:"target" required:"true" maxLength:"200"`
}

func (a *API) talk() {
	tags := []string{"questions"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/comments", Tags: tags, Summary: "Questions and comments about a text, oldest first"},
		func(ctx context.Context, actor account.Actor, in *byID) (*commentList, error) {
			list, err := a.Library.Comments(ctx, actor, content.ID(in.ID))
			if err != nil {
				return nil, err
			}
			return a.comments(ctx, actor, list)
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles/{id}/comments", Tags: tags, Summary: "Ask or say something about a text", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Key  string `header:"Idempotency-Key" maxLength:"200"`
			Body struct {
				Text     string `json:"text" maxLength:"4000"`
				Question bool   `json:"question,omitempty" doc:"Somebody has to answer"`
				Anchor   string `json:"anchor,omitempty" maxLength:"500" doc:"Heading it is about"`
			}
		}) (*commentOutput, error) {
			c, err := a.Library.Say(ctx, actor, content.ID(in.ID), content.Remark{
				Anchor: in.Body.Anchor, Text: in.Body.Text, Question: in.Body.Question, Operation: content.OperationKey(actor, in.Key),
			})
			return a.comment(ctx, actor, c, err)
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/questions", Tags: tags, Summary: "Open questions that wait for the caller, oldest first"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*commentList, error) {
			list, err := a.Library.Questions(ctx, actor)
			if err != nil {
				return nil, err
			}
			comments := make([]content.Comment, len(list))
			for i, q := range list {
				comments[i] = q.Comment
			}
			return a.comments(ctx, actor, comments)
		})
	a.answers(tags)
	a.watches()
}

// answers are what becomes of a question.
func (a *API) answers(tags []string) {
	register(a, huma.Operation{Method: http.MethodPost, Path: "/comments/{id}/answer", Tags: tags, Summary: "Answer a question"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body struct {
				Text string `json:"text" maxLength:"4000"`
			}
		}) (*commentOutput, error) {
			c, err := a.Library.Answer(ctx, actor, content.CommentID(in.ID), in.Body.Text)
			return a.comment(ctx, actor, c, err)
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/comments/{id}/resolve", Tags: tags, Summary: "Close a question or comment"},
		func(ctx context.Context, actor account.Actor, in *byID) (*commentOutput, error) {
			c, err := a.Library.Resolve(ctx, actor, content.CommentID(in.ID))
			return a.comment(ctx, actor, c, err)
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/comments/{id}/assign", Tags: tags, Summary: "Give a question to somebody else"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body struct {
				Assignee string `json:"assignee" maxLength:"40" doc:"Account id"`
			}
		}) (*commentOutput, error) {
			c, err := a.Library.Assign(ctx, actor, content.CommentID(in.ID), in.Body.Assignee)
			return a.comment(ctx, actor, c, err)
		})
}

func (a *API) watches() {
	tags := []string{"following"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/watches", Tags: tags, Summary: "What the caller follows"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body []Watch }, error) {
			list, err := a.Library.Following(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := make([]Watch, len(list))
			for i, f := range list {
				out[i] = Watch{string(f.Kind), f.Target, f.Title}
			}
			return &struct{ Body []Watch }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodPut, Path: "/watches", Tags: tags, Summary: "Follow a text, topic or department", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *watchInput) (*struct{}, error) {
			return &struct{}{}, a.Library.Follow(ctx, actor, content.Watch{Kind: content.WatchKind(in.Kind), Target: in.Target})
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: "/watches", Tags: tags, Summary: "Follow it no longer", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *watchInput) (*struct{}, error) {
			return &struct{}{}, a.Library.Unfollow(ctx, actor, content.Watch{Kind: content.WatchKind(in.Kind), Target: in.Target})
		})
}

func (a *API) comment(ctx context.Context, actor account.Actor, c content.Comment, err error) (*commentOutput, error) {
	if err != nil {
		return nil, err
	}
	list, err := a.comments(ctx, actor, []content.Comment{c})
	if err != nil {
		return nil, err
	}
	return &commentOutput{list.Body.Items[0]}, nil
}

func (a *API) comments(ctx context.Context, actor account.Actor, list []content.Comment) (*commentList, error) {
	var pseudonyms []string
	for _, c := range list {
		pseudonyms = append(pseudonyms, c.Author, c.AnsweredBy, c.Assignee)
	}
	names, err := a.names(ctx, actor, pseudonyms...)
	if err != nil {
		return nil, err
	}
	out := &commentList{}
	out.Body.Items, out.Body.Total = make([]Comment, len(list)), len(list)
	for i, c := range list {
		out.Body.Items[i] = Comment{
			ID: string(c.ID), Article: string(c.Article), Anchor: c.Anchor, Section: c.Section, Question: c.Question, Author: names[c.Author], Text: c.Text,
			At: c.At, Assignee: names[c.Assignee], Answer: c.Answer, AnsweredBy: names[c.AnsweredBy], AnsweredAt: moment(c.AnsweredAt),
			AnsweredIn: string(c.AnsweredIn), ResolvedAt: moment(c.ResolvedAt),
		}
	}
	return out, nil
}

// moment is a time that may be missing.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
