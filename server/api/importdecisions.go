package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/server/request"
)

// ImportDecided is what somebody decided about what was imported.
type ImportDecided struct {
	Subject    string    `json:"subject" doc:"A document as replica/UNID, or two with a blank between"`
	About      string    `json:"about" enum:"paar,leser,verbindlichkeit,durchsicht"`
	Kind       string    `json:"kind" enum:"identisch,enthalten,widerspruch,gesperrt,verbindlichkeit,aehnlich,ungesehen"`
	Department string    `json:"department,omitempty"`
	Other      string    `json:"other_department,omitempty" doc:"Of the second text, when it is another one"`
	Title      string    `json:"title" doc:"Empty when it must not be told"`
	Articles   []string  `json:"articles" doc:"What the documents became, as far as it is in use"`
	Choice     string    `json:"choice"`
	Note       string    `json:"note,omitempty"`
	By         string    `json:"by" doc:"Display name; empty when the person is erased"`
	At         time.Time `json:"at"`
	Asked      bool      `json:"asked" doc:"The question can be answered anew; else a run followed the answer and nobody is asked any more"`
	Holds      bool      `json:"holds" doc:"The source says what it said when this was decided"`
	CanUndo    bool      `json:"can_undo"`
	WhyNot     string    `json:"why_not,omitempty" doc:"Why the answer stays, for people"`
}

// ImportDecidedList is one page of answers.
type ImportDecidedList struct {
	Items  []ImportDecided `json:"items"`
	Total  int             `json:"total" doc:"Of all pages"`
	Cursor string          `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

func (a *API) importDecisions(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/imports/decisions", Tags: tags, Summary: "What people decided about what was imported"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Department []string `query:"department" doc:"With its units"`
			Kind       []string `query:"kind" enum:"identisch,enthalten,widerspruch,gesperrt,verbindlichkeit,aehnlich,ungesehen"`
			PageInput
		}) (*struct{ Body ImportDecidedList }, error) {
			start, err := startOf(in.Cursor, 0, maxOffset)
			if err != nil {
				return nil, err
			}
			filter := legacy.QuestionFilter{Departments: in.Department, Limit: in.Limit, Offset: start}
			for _, k := range in.Kind {
				filter.Kinds = append(filter.Kinds, legacy.Kind(k))
			}
			found, total, err := a.Legacy.Decided(ctx, actor, filter)
			if err != nil {
				return nil, err
			}
			items, err := a.importDecided(ctx, actor, found)
			return &struct{ Body ImportDecidedList }{ImportDecidedList{items, total, nextOf(start, min(in.Limit, max(0, total-start)), total, maxOffset)}}, err
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/imports/decision", Tags: tags, Summary: "Decide about what was imported", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct{ Body ImportDecision }) (*struct{}, error) {
			d := in.Body
			return nil, a.Legacy.Decide(ctx, actor, d.Subject, d.Fingerprint, legacy.Choice(d.Choice), d.Note)
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: "/imports/decision", Tags: tags, Summary: "Take a decision back", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			Subject string `query:"subject" required:"true" maxLength:"700"`
			About   string `query:"about" enum:"paar,leser,verbindlichkeit,durchsicht" doc:"Which of several answers about a document; without it that to the question asked now"`
		}) (*struct{}, error) {
			return nil, a.Legacy.Undo(ctx, actor, in.Subject, legacy.About(in.About))
		})
}

func (a *API) importDecided(ctx context.Context, actor account.Actor, found []legacy.Decided) ([]ImportDecided, error) {
	pseudonyms := make([]string, len(found))
	for i, d := range found {
		pseudonyms[i] = d.Decision.By
	}
	names, err := a.names(ctx, actor, pseudonyms...)
	if err != nil {
		return nil, err
	}
	out := make([]ImportDecided, len(found))
	for i, d := range found {
		out[i] = ImportDecided{
			Subject: d.Subject, About: string(d.Decision.About), Kind: string(d.Kind), Department: d.Department, Other: d.Question.Other, Title: d.Title, Articles: []string{},
			Choice: string(d.Decision.Choice), Note: d.Decision.Note, By: names[d.Decision.By], At: d.Decision.At, Asked: !d.Past, Holds: d.Answered(), CanUndo: d.CanUndo,
		}
		for _, text := range d.Texts {
			out[i].Articles = append(out[i].Articles, string(text.ID))
		}
		if d.WhyNot != nil {
			out[i].WhyNot = a.Catalogue.Text(request.From(ctx).Locale, d.WhyNot.Key, d.WhyNot.Args)
		}
	}
	return out, nil
}
