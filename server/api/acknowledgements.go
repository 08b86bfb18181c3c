package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// Rate is how many people of a department took note of a text.
type Rate struct {
	Department string `json:"department,omitempty" doc:"Number of the department; missing for people without one"`
	People     int    `json:"people" doc:"Who have to take note"`
	Done       int    `json:"done"`
	Overdue    int    `json:"overdue"`
	Hidden     bool   `json:"hidden" doc:"Fewer than five people, or next to such a number; the numbers are 0 then"`
}

// Rates are how far the departments are with a text.
type Rates struct {
	Article     string           `json:"article"`
	Total       Rate             `json:"total" doc:"Of the people the caller may count"`
	Departments []Rate           `json:"departments"`
	People      []Acknowledgment `json:"people,omitempty" doc:"With names, for superiors; every person shown can see that"`
}

// Acknowledgment is where one person stands with a text.
type Acknowledgment struct {
	Name       string     `json:"name,omitempty"`
	Department string     `json:"department,omitempty"`
	Done       bool       `json:"done"`
	At         *time.Time `json:"at,omitempty" doc:"Newest version the person took note of"`
	Due        string     `json:"due,omitempty"`
	Overdue    bool       `json:"overdue"`
}

// MyAcknowledgements is what the caller has to take note of and took note of.
type MyAcknowledgements struct {
	Open []OpenAcknowledgement `json:"open"`
	Done []DoneAcknowledgement `json:"done"`
}

// OpenAcknowledgement is a text the caller has to take note of.
type OpenAcknowledgement struct {
	Article     string `json:"article"`
	Title       string `json:"title"`
	ContentHash string `json:"content_hash" doc:"To take note of the text as it is"`
	Due         string `json:"due"`
	Overdue     bool   `json:"overdue"`
	Known       string `json:"known,omitempty" doc:"Revision the caller took note of before it changed"`
}

// DoneAcknowledgement is a version the caller took note of.
type DoneAcknowledgement struct {
	Article     string    `json:"article,omitempty" doc:"Missing, with all but the time, when the caller may no longer see the text"`
	Title       string    `json:"title,omitempty"`
	Revision    string    `json:"revision,omitempty"`
	ContentHash string    `json:"content_hash,omitempty"`
	At          time.Time `json:"at"`
}

func (a *API) acknowledgements() {
	tags := []string{"acknowledgements"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/acknowledgements", Tags: tags, Summary: "How many people took note of a text"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Names bool   `query:"names" doc:"With names, for superiors"`
		}) (*struct{ Body Rates }, error) {
			return a.rates(ctx, actor, content.ID(in.ID), in.Names)
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles/{id}/acknowledgements", Tags: tags, Summary: "Take note of a text"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body struct {
				ContentHash string `json:"content_hash" maxLength:"100" doc:"Of the text that was read"`
			}
		}) (*struct{ Body Acknowledgment }, error) {
			d, err := a.Library.Acknowledge(ctx, actor, content.ID(in.ID), content.ContentHash(in.Body.ContentHash))
			if err != nil {
				return nil, err
			}
			return &struct{ Body Acknowledgment }{acknowledgment("", "", d)}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/me/acknowledgements", Tags: tags, Summary: "What one has to take note of, and took note of"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body MyAcknowledgements }, error) {
			return a.myAcknowledgements(ctx, actor)
		})
}

func (a *API) rates(ctx context.Context, actor account.Actor, id content.ID, names bool) (*struct{ Body Rates }, error) {
	found, err := a.Library.Rates(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body Rates }{Rates{Article: string(id), Total: Rate(found.Total), Departments: []Rate{}}}
	for _, row := range found.Rows {
		out.Body.Departments = append(out.Body.Departments, Rate(row))
	}
	if !names {
		return out, nil
	}
	_, people, err := a.Library.NamedAcknowledgements(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		out.Body.People = append(out.Body.People, acknowledgment(p.Name, p.Department, p.Duty))
	}
	return out, nil
}

func acknowledgment(name, department string, d content.Duty) Acknowledgment {
	out := Acknowledgment{Name: name, Department: department, Done: !d.Open, Due: string(d.Due), Overdue: d.Overdue}
	if d.Known != nil {
		out.At = &d.Known.At
	}
	return out
}

func (a *API) myAcknowledgements(ctx context.Context, actor account.Actor) (*struct{ Body MyAcknowledgements }, error) {
	duties, err := a.Library.Duties(ctx, actor)
	if err != nil {
		return nil, err
	}
	taken, err := a.Library.MyAcknowledgements(ctx, actor)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body MyAcknowledgements }{MyAcknowledgements{Open: []OpenAcknowledgement{}, Done: []DoneAcknowledgement{}}}
	for _, d := range duties {
		open := OpenAcknowledgement{
			Article: string(d.Article.ID), Title: d.Article.Title, ContentHash: string(d.Article.ContentHash), Due: string(d.Due), Overdue: d.Overdue,
		}
		if d.Known != nil {
			open.Known = string(d.Known.Revision)
		}
		out.Body.Open = append(out.Body.Open, open)
	}
	for _, t := range taken {
		done := DoneAcknowledgement{
			Article: string(t.Acknowledgement.Article), Revision: string(t.Revision), ContentHash: string(t.ContentHash), At: t.At,
		}
		if t.Article != nil {
			done.Title = t.Article.Title
		}
		out.Body.Done = append(out.Body.Done, done)
	}
	return out, nil
}
