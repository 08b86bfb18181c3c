package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content/legacy"
	"staffelstab/internal/account"
)

// ImportRun is one run of an import.
type ImportRun struct {
	ID     string         `json:"id"`
	Source string         `json:"source"`
	At     time.Time      `json:"at"`
	Dry    bool           `json:"dry_run"`
	Totals map[string]int `json:"totals" doc:"Documents by status; read is all of them, review those somebody has to look at"`
}

// ImportRunList is one page of runs.
type ImportRunList struct {
	Items  []ImportRun `json:"items"`
	Total  int         `json:"total" doc:"Of all pages"`
	Cursor string      `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

// ImportDocument is what the newest run found out about a document.
type ImportDocument struct {
	ReplicaID      string   `json:"replica_id"`
	UNID           string   `json:"unid"`
	Article        string   `json:"article,omitempty"`
	Title          string   `json:"title" doc:"Empty when it must not be told"`
	Department     string   `json:"department,omitempty"`
	Form           string   `json:"form,omitempty"`
	File           string   `json:"file"`
	Revised        string   `json:"revised,omitempty" doc:"Last day of a change in the old system"`
	Status         string   `json:"status" doc:"imported, updated, unchanged, proposed, quarantined, skipped or failed"`
	Review         bool     `json:"review" doc:"Somebody has to look at it"`
	LettersIn      int      `json:"letters_in"`
	LettersOut     int      `json:"letters_out"`
	AttachmentsIn  int      `json:"attachments_in"`
	AttachmentsOut int      `json:"attachments_out"`
	LinksIn        int      `json:"links_in"`
	LinksOut       int      `json:"links_out"`
	Notes          []string `json:"notes"`
}

// ImportDocumentList is one page of documents.
type ImportDocumentList struct {
	Items  []ImportDocument `json:"items"`
	Total  int              `json:"total" doc:"Of the run, those of other departments included"`
	Cursor string           `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

// ImportQuestion is something a person has to decide about what was imported.
type ImportQuestion struct {
	Subject     string             `json:"subject" doc:"A document as replica/UNID, or two with a blank between"`
	Kind        string             `json:"kind" enum:"identisch,enthalten,widerspruch,gesperrt,verbindlichkeit,aehnlich,ungesehen"`
	Department  string             `json:"department,omitempty"`
	Other       string             `json:"other_department,omitempty" doc:"Of the second text, when it is another one; the question is asked in both"`
	Title       string             `json:"title" doc:"Empty when it must not be told"`
	Fingerprint string             `json:"fingerprint" doc:"Of what is decided about; a decision names it"`
	Choices     []string           `json:"choices"`
	Share       float64            `json:"share,omitempty" doc:"Of the wording in common, 0 to 1"`
	Differences []ImportDifference `json:"differences,omitempty"`
	Decision    string             `json:"decision,omitempty" doc:"The answer that holds"`
	Note        string             `json:"note,omitempty"`
	Lost        bool               `json:"lost,omitempty" doc:"Asked of nobody: the text goes, by the answer about a pair"`
}

// ImportDifference is a place where two documents disagree.
type ImportDifference struct {
	First  string `json:"first"`
	Second string `json:"second"`
	Why    string `json:"why"`
}

// ImportQuestionList is one page of questions.
type ImportQuestionList struct {
	Items  []ImportQuestion `json:"items"`
	Total  int              `json:"total" doc:"Of all pages"`
	Cursor string           `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

// ImportDecision answers a question.
type ImportDecision struct {
	Subject     string `json:"subject" maxLength:"700"`
	Fingerprint string `json:"fingerprint" maxLength:"700"`
	Choice      string `json:"choice" maxLength:"40"`
	Note        string `json:"note,omitempty" maxLength:"500"`
}

// PageInput asks for a page of a list.
type PageInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor string `query:"cursor" maxLength:"40"`
}

func (a *API) imports() {
	tags := []string{"imports"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/imports", Tags: tags, Summary: "Runs of imports"},
		func(ctx context.Context, actor account.Actor, in *PageInput) (*struct{ Body ImportRunList }, error) {
			start, err := startOf(in.Cursor, 0, maxOffset)
			if err != nil {
				return nil, err
			}
			runs, total, err := a.Legacy.Runs(ctx, actor, in.Limit, start)
			if err != nil {
				return nil, err
			}
			out := ImportRunList{Items: []ImportRun{}, Total: total, Cursor: nextOf(start, len(runs), total, maxOffset)}
			for _, r := range runs {
				out.Items = append(out.Items, ImportRun(r))
			}
			return &struct{ Body ImportRunList }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/imports/{run}/documents", Tags: tags, Summary: "What a run found out about documents no later run saw again"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Run string `path:"run" maxLength:"40"`
			PageInput
		}) (*struct{ Body ImportDocumentList }, error) {
			start, err := startOf(in.Cursor, 0, maxOffset)
			if err != nil {
				return nil, err
			}
			found, total, err := a.Legacy.Documents(ctx, actor, in.Run, in.Limit, start)
			if err != nil {
				return nil, err
			}
			out := ImportDocumentList{Items: []ImportDocument{}, Total: total, Cursor: nextOf(start, min(in.Limit, max(0, total-start)), total, maxOffset)}
			for _, d := range found {
				out.Items = append(out.Items, importDocument(d))
			}
			return &struct{ Body ImportDocumentList }{out}, nil
		})
	a.importPlans(tags)
	a.importQuestions(tags)
	a.importDesk(tags)
	a.importTrial(tags)
}

func (a *API) importQuestions(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/imports/questions", Tags: tags, Summary: "What people have to decide about what was imported"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Department []string `query:"department" doc:"With its units"`
			Kind       []string `query:"kind" enum:"identisch,enthalten,widerspruch,gesperrt,verbindlichkeit,aehnlich,ungesehen"`
			Decided    bool     `query:"decided" doc:"Those that are decided too"`
			PageInput
		}) (*struct{ Body ImportQuestionList }, error) {
			start, err := startOf(in.Cursor, 0, maxOffset)
			if err != nil {
				return nil, err
			}
			filter := legacy.QuestionFilter{Departments: in.Department, Open: !in.Decided, Limit: in.Limit, Offset: start}
			for _, k := range in.Kind {
				filter.Kinds = append(filter.Kinds, legacy.Kind(k))
			}
			found, total, err := a.Legacy.Questions(ctx, actor, filter)
			if err != nil {
				return nil, err
			}
			out := ImportQuestionList{Items: []ImportQuestion{}, Total: total, Cursor: nextOf(start, min(in.Limit, max(0, total-start)), total, maxOffset)}
			for _, q := range found {
				out.Items = append(out.Items, importQuestion(q))
			}
			return &struct{ Body ImportQuestionList }{out}, nil
		})
	a.importDecisions(tags)
}

func importDocument(d legacy.Document) ImportDocument {
	return ImportDocument{
		ReplicaID: d.Replica, UNID: d.UNID, Article: string(d.Article), Title: d.Title, Department: d.Department, Form: d.Form, File: d.File, Revised: string(d.Revised),
		Status: d.Status, Review: d.Review, LettersIn: d.Letters.In, LettersOut: d.Letters.Out, AttachmentsIn: d.Attachments.In,
		AttachmentsOut: d.Attachments.Out, LinksIn: d.Links.In, LinksOut: d.Links.Out, Notes: orEmpty(d.Notes),
	}
}

func importQuestion(q legacy.Question) ImportQuestion {
	out := ImportQuestion{
		Subject: q.Subject, Kind: string(q.Kind), Department: q.Department, Other: q.Other, Title: q.Title, Fingerprint: q.Fingerprint, Choices: []string{}, Share: q.Share,
	}
	for _, c := range q.Kind.Choices() {
		out.Choices = append(out.Choices, string(c))
	}
	for _, d := range q.Differences {
		out.Differences = append(out.Differences, ImportDifference(d))
	}
	if out.Lost = q.Lost; q.Answered() {
		out.Decision, out.Note = string(q.Decision.Choice), q.Decision.Note
	}
	return out
}
