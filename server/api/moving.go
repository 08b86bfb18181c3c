package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// Experts tells who wrote what stands in a text today.
type Experts struct {
	Text     []Standing        `json:"text"`
	Sections []SectionStanding `json:"sections"`
}

// SectionStanding is the same for a section.
type SectionStanding struct {
	Title    string     `json:"title" doc:"Empty before the first heading"`
	Anchor   string     `json:"anchor"`
	Standing []Standing `json:"standing"`
}

// Standing is somebody's part of a text.
type Standing struct {
	Name   string `json:"name" doc:"Empty when the account was erased, for imported lines and for earlier versions"`
	Source string `json:"source" enum:"person,import,earlier"`
	Part   string `json:"part" enum:"all,most,half,some,little"`
}

func (a *API) moving() {
	tags := []string{"articles"}
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles/{id}/move", Tags: tags, Summary: "Rename or move an article"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Match string `header:"If-Match" maxLength:"200"`
			Key   string `header:"Idempotency-Key" maxLength:"200"`
			Body  struct {
				Title      string `json:"title,omitempty" maxLength:"300"`
				Department string `json:"department,omitempty" maxLength:"40"`
				Keep       bool   `json:"keep_visible,omitempty" doc:"The old department goes on seeing a text that is limited to it; otherwise the new one takes its place"`
				Tidy       bool   `json:"tidy,omitempty" doc:"Move the file, with its attachments, to where a new text of this title would lie"`
				Message    string `json:"message,omitempty" maxLength:"500"`
			}
		}) (*articleOutput, error) {
			m := content.Move{
				Title: in.Body.Title, Department: in.Body.Department, Tidy: in.Body.Tidy, Keep: in.Body.Keep, Message: in.Body.Message,
				Operation: content.OperationKey(actor, in.Key),
			}
			if _, err := a.Library.Move(ctx, actor, content.ID(in.ID), baseOf(in.Match), m); err != nil {
				return nil, err
			}
			return a.article(ctx, actor, content.ID(in.ID), "")
		})
	type reason struct {
		Message string `json:"message,omitempty" maxLength:"500"`
	}
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles/{id}/archive", Tags: tags, Summary: "Take an article out of use", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Match string `header:"If-Match" maxLength:"200"`
			Body  reason
		}) (*struct{}, error) {
			return nil, a.Library.Archive(ctx, actor, content.ID(in.ID), baseOf(in.Match), in.Body.Message)
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles/{id}/unarchive", Tags: tags, Summary: "Bring an archived article back"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body reason
		}) (*articleOutput, error) {
			if _, err := a.Library.Unarchive(ctx, actor, content.ID(in.ID), in.Body.Message); err != nil {
				return nil, err
			}
			return a.article(ctx, actor, content.ID(in.ID), "")
		})
	a.experts(tags)
	a.archived(tags)
}

func (a *API) experts(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/experts", Tags: tags, Summary: "Who wrote what stands in an article"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*struct{ Body Experts }, error) {
			found, err := a.Library.Experts(ctx, actor, content.ID(in.ID))
			if err != nil {
				return nil, err
			}
			names, err := a.expertNames(ctx, actor, found)
			if err != nil {
				return nil, err
			}
			out := Experts{Text: shares(found.Whole, names), Sections: []SectionStanding{}}
			for _, s := range found.Sections {
				out.Sections = append(out.Sections, SectionStanding{s.Title, s.Anchor, shares(s.Standing, names)})
			}
			return &struct{ Body Experts }{out}, nil
		})
}

func (a *API) expertNames(ctx context.Context, actor account.Actor, found content.Expertise) (map[string]string, error) {
	var pseudonyms []string
	for _, s := range found.Whole { // those of the sections are among them
		pseudonyms = append(pseudonyms, s.Who)
	}
	return a.names(ctx, actor, pseudonyms...)
}

func shares(list []content.Standing, names map[string]string) []Standing {
	out := make([]Standing, len(list))
	for i, s := range list {
		out[i] = Standing{Name: names[s.Who], Source: "person", Part: string(s.Part)}
		switch {
		case s.Origin:
			out[i].Source = "import"
		case !s.Known:
			out[i].Source = "earlier"
		}
	}
	return out
}
