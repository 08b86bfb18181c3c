package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// Revision is one version of a text.
type Revision struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Author   string    `json:"author,omitempty" doc:"Display name; empty when erased or imported"`
	Message  string    `json:"message,omitempty"`
	Change   string    `json:"change,omitempty" doc:"redaktionell or fachlich"`
	ETag     string    `json:"etag"`
	Removed  bool      `json:"removed,omitempty" doc:"The text was removed with this revision"`
	Folded   []string  `json:"folded,omitempty" doc:"Ids of older quick saves that people read as one with this, newest first"`
	Sequence int64     `json:"sequence" doc:"Order among all revisions; pass the last one as before for the next page"`
}

// Comparison is what changed between two revisions.
type Comparison struct {
	From    string        `json:"from"`
	To      string        `json:"to"`
	Added   int           `json:"added" doc:"Lines"`
	Removed int           `json:"removed" doc:"Lines"`
	Fields  []FieldChange `json:"fields"`
	Lines   []DiffLine    `json:"lines"`
}

// FieldChange is a front matter key whose value changed.
type FieldChange struct {
	Key    string `json:"key"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// DiffLine is a line of Markdown.
type DiffLine struct {
	Kind  string     `json:"kind" enum:"same,added,removed,skipped"`
	Parts []DiffPart `json:"parts"`
	Count int        `json:"count,omitempty" doc:"Lines left out"`
}

// DiffPart is a piece of a line.
type DiffPart struct {
	Text    string `json:"text"`
	Changed bool   `json:"changed"`
}

func (a *API) revisions() {
	tags := []string{"revisions"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/revisions", Tags: tags, Summary: "History of an article, newest first"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID     string `path:"id" maxLength:"40"`
			Before int64  `query:"before" minimum:"0"`
			Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
			Folded bool   `query:"folded" doc:"Put quick saves of one author together, as the page of the history does"`
		}) (*struct{ Body []Revision }, error) {
			if in.Folded {
				return a.foldedRevisions(ctx, actor, content.ID(in.ID), in.Before, in.Limit)
			}
			list, err := a.Library.History(ctx, actor, content.ID(in.ID), in.Before, in.Limit)
			if err != nil {
				return nil, err
			}
			return a.revisionList(ctx, actor, list)
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/revisions/{revision}", Tags: tags, Summary: "An article as it was"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID       string `path:"id" maxLength:"40"`
			Revision string `path:"revision" maxLength:"40"`
			Known    string `header:"If-None-Match" doc:"ETags the client has" maxLength:"2000"`
		}) (*articleOutput, error) {
			return a.articleUnless(ctx, actor, content.ID(in.ID), content.RevisionID(in.Revision), in.Known)
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/diff", Tags: tags, Summary: "Compare two revisions"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			From string `query:"from" required:"true" maxLength:"40"`
			To   string `query:"to" doc:"The newest when missing" maxLength:"40"`
		}) (*struct{ Body Comparison }, error) {
			c, err := a.Library.Compare(ctx, actor, content.ID(in.ID), content.RevisionID(in.From), content.RevisionID(in.To))
			if err != nil {
				return nil, err
			}
			return &struct{ Body Comparison }{comparison(c)}, nil
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles/{id}/restore", Tags: tags, Summary: "Make an older revision the newest"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Match string `header:"If-Match" maxLength:"200"`
			Body  struct {
				Revision string `json:"revision" maxLength:"40"`
				Message  string `json:"message,omitempty" maxLength:"500"`
			}
		}) (*articleOutput, error) {
			_, err := a.Library.Restore(ctx, actor, content.ID(in.ID), content.RevisionID(in.Body.Revision), baseOf(in.Match), in.Body.Message)
			if err != nil {
				return nil, err
			}
			return a.article(ctx, actor, content.ID(in.ID), "")
		})
}

// foldedRevisions lists the newest version of every group.
func (a *API) foldedRevisions(ctx context.Context, actor account.Actor, id content.ID, before int64, limit int) (*struct{ Body []Revision }, error) {
	groups, err := a.Library.FoldedHistory(ctx, actor, id, before, limit)
	if err != nil {
		return nil, err
	}
	newest := make([]content.Revision, len(groups))
	for i, g := range groups {
		newest[i] = g.Newest()
	}
	out, err := a.revisionList(ctx, actor, newest)
	if err != nil {
		return nil, err
	}
	for i, g := range groups {
		for _, r := range g[1:] {
			out.Body[i].Folded = append(out.Body[i].Folded, string(r.ID))
		}
		out.Body[i].Sequence = g.Oldest().Sequence // where the next page goes on
	}
	return out, nil
}

func (a *API) revisionList(ctx context.Context, actor account.Actor, list []content.Revision) (*struct{ Body []Revision }, error) {
	pseudonyms := make([]string, len(list))
	for i, r := range list {
		pseudonyms[i] = r.Author
	}
	names, err := a.names(ctx, actor, pseudonyms...)
	if err != nil {
		return nil, err
	}
	out := make([]Revision, len(list))
	for i, r := range list {
		out[i] = Revision{
			ID: string(r.ID), At: r.At, Author: names[r.Author], Message: r.Message, Change: string(r.Change),
			ETag: r.ETag, Removed: r.Removed, Sequence: r.Sequence,
		}
	}
	return &struct{ Body []Revision }{out}, nil
}

func comparison(c content.Comparison) Comparison {
	out := Comparison{
		From: string(c.From.ID), To: string(c.To.ID), Added: c.Added, Removed: c.Removed,
		Fields: []FieldChange{}, Lines: []DiffLine{},
	}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, FieldChange(f))
	}
	for _, line := range c.Lines {
		l := DiffLine{Kind: string(line.Kind), Count: line.Count, Parts: []DiffPart{}}
		for _, p := range line.Parts {
			l.Parts = append(l.Parts, DiffPart(p))
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}
