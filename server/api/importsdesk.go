package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content/legacy"
	"staffelstab/internal/account"
)

// ImportStanding is how far a department is with what was imported.
type ImportStanding struct {
	Department string         `json:"department" doc:"Empty: what has none"`
	All        int            `json:"all" doc:"Questions that are answered or open"`
	Open       int            `json:"open"`
	Mine       int            `json:"mine" doc:"Open ones the caller may decide"`
	Editors    int            `json:"editors" doc:"Open ones that wait for editors"`
	Reviewers  int            `json:"reviewers" doc:"Open ones that wait for reviewers"`
	Lost       int            `json:"lost" doc:"Need no answer, because a text goes; part of neither number"`
	Mergeable  int            `json:"mergeable" doc:"Open ones about identical documents the caller may merge at once"`
	Kinds      map[string]int `json:"kinds" doc:"Open ones by kind"`
}

// ImportSide is a document of a question and what it became.
type ImportSide struct {
	Document ImportDocument `json:"document"`
	Visible  string         `json:"visible" doc:"What people saw in the old system; empty when it must not be told"`
	Evidence []string       `json:"evidence" doc:"Sentences that speak for the proposed binding"`
	Redacted bool           `json:"redacted" doc:"What the old system said is not kept, because something was taken out of the text"`
	HTML     string         `json:"html,omitempty" doc:"The text as it is here"`
}

// ImportQuestionView is a question with both sides.
type ImportQuestionView struct {
	Question  ImportQuestion `json:"question"`
	First     ImportSide     `json:"first"`
	Second    *ImportSide    `json:"second,omitempty" doc:"Of pairs"`
	CanDecide bool           `json:"can_decide"`
	Desk      string         `json:"desk" doc:"Department whose questions stand before and after"`
	Previous  string         `json:"previous,omitempty" doc:"Subject of the open question before"`
	Next      string         `json:"next,omitempty" doc:"Subject of the open question after"`
	LostTo    string         `json:"lost_to,omitempty" doc:"Subject of the pair by which the text goes"`
}

// ImportMerge names the department whose identical documents are merged.
type ImportMerge struct {
	Department string `json:"department" maxLength:"40"`
}

// ImportMerged is what became of identical documents.
type ImportMerged struct {
	Done     int `json:"merged" doc:"Pairs that are decided; the next run makes them one text"`
	Shared   int `json:"shared" doc:"Pairs that are also of another department and stay open"`
	Contrary int `json:"contrary" doc:"Pairs that stay open because an earlier answer stands against it"`
}

// importDesk registers what pages offer beyond lists.
func (a *API) importDesk(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/imports/standings", Tags: tags, Summary: "How far departments are with what was imported"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body []ImportStanding }, error) {
			list, err := a.Legacy.Standings(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := make([]ImportStanding, len(list))
			for i, s := range list {
				out[i] = ImportStanding{s.Department, s.All, s.Open, s.Mine, s.Editors, s.Reviewers, s.Lost, s.Mergeable, map[string]int{}}
				for kind, n := range s.ByKind {
					out[i].Kinds[string(kind)] = n
				}
			}
			return &struct{ Body []ImportStanding }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/imports/question", Tags: tags, Summary: "One question with both sides"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Subject    string `query:"subject" required:"true" maxLength:"700"`
			Department string `query:"department" maxLength:"40" doc:"Whose questions the caller goes through"`
		}) (*struct{ Body ImportQuestionView }, error) {
			v, err := a.Legacy.Question(ctx, actor, in.Subject, in.Department)
			if err != nil {
				return nil, err
			}
			out := ImportQuestionView{Question: importQuestion(v.Question), First: importSide(v.One), CanDecide: v.CanDecide, Desk: v.Desk, Previous: v.Previous, Next: v.Next, LostTo: v.LostTo}
			if v.Kind.Pair() {
				second := importSide(v.Two)
				out.Second = &second
			}
			return &struct{ Body ImportQuestionView }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/imports/merge-identical", Tags: tags, Summary: "Merge all identical documents of a department", DefaultStatus: http.StatusOK},
		func(ctx context.Context, actor account.Actor, in *struct{ Body ImportMerge }) (*struct{ Body ImportMerged }, error) {
			m, err := a.Legacy.MergeIdentical(ctx, actor, in.Body.Department)
			return &struct{ Body ImportMerged }{ImportMerged(m)}, err
		})
}

func importSide(s legacy.Side) ImportSide {
	out := ImportSide{Document: importDocument(s.Document), Visible: s.Document.Visible, Evidence: orEmpty(s.Document.Evidence), Redacted: s.Redacted}
	if s.Article != nil {
		out.HTML = s.Article.HTML
	}
	return out
}
