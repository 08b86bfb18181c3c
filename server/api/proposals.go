package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ProposalSummary is a proposal in a list.
type ProposalSummary struct {
	ID          string     `json:"id"`
	Article     string     `json:"article" doc:"Id of the text it changes, or will make"`
	New         bool       `json:"new"`
	Title       string     `json:"title"`
	Kind        string     `json:"kind"`
	Department  string     `json:"department,omitempty"`
	State       string     `json:"state" enum:"entwurf,eingereicht,zurückgegeben,freigegeben,zurückgezogen"`
	Author      string     `json:"author,omitempty" doc:"Display name; empty when erased"`
	Message     string     `json:"message,omitempty" doc:"What changes, in the author's words"`
	Change      string     `json:"change,omitempty" doc:"redaktionell or fachlich"`
	ContentHash string     `json:"content_hash" doc:"Names the wording; an approval is for one wording only"`
	SubmittedAt *time.Time `json:"submitted_at,omitempty"`
	ChangedAt   time.Time  `json:"changed_at"`
	Released    string     `json:"released,omitempty" doc:"Revision that came of it"`
	ETag        string     `json:"etag" doc:"For If-Match"`
}

// Proposal is a proposal with its text and what it changes.
type Proposal struct {
	ProposalSummary
	Base       string         `json:"base,omitempty" doc:"ETag of the text it starts from"`
	Outdated   bool           `json:"outdated" doc:"The text changed since; its author has to take it up again"`
	Meta       map[string]any `json:"meta" doc:"Front matter as it is to be"`
	Body       string         `json:"body" doc:"Markdown as it is to be"`
	Changes    Comparison     `json:"changes"`
	Files      []FileChange   `json:"files" doc:"Attachments that come and go with it"`
	Votes      []Vote         `json:"votes"`
	Needed     int            `json:"approvals_needed"`
	Given      int            `json:"approvals_given" doc:"Of this wording"`
	Awaits     []string       `json:"awaits" doc:"Departments whose standards it replaces or amends and who have not agreed to this wording"`
	CanApprove bool           `json:"can_approve"`
	CanChange  bool           `json:"can_change"`
}

// Vote is what a reviewer said about one wording.
type Vote struct {
	Reviewer    string    `json:"reviewer,omitempty" doc:"Display name; empty when erased"`
	For         string    `json:"for,omitempty" doc:"Display name of the reviewer a deputy voted for"`
	Approves    bool      `json:"approves"`
	Note        string    `json:"note,omitempty"`
	ContentHash string    `json:"content_hash"`
	At          time.Time `json:"at"`
}

type proposalOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     Proposal
}

// onProposal is a step of the author.
type onProposal struct {
	ID    string `path:"id" maxLength:"40"`
	Match string `header:"If-Match" doc:"ETag of the proposal" maxLength:"200"`
}

// decision is a step of a reviewer.
type decision struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		ContentHash string `json:"content_hash" maxLength:"100" doc:"Of the wording that was looked at"`
		Note        string `json:"note,omitempty" maxLength:"500"`
	}
}

func (a *API) proposals() {
	tags := []string{"proposals"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/proposals", Tags: tags, Summary: "Proposals one may see: those that wait longest first"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Article string `query:"article" maxLength:"40"`
			Mine    bool   `query:"mine" doc:"Own proposals only"`
			Waiting bool   `query:"waiting" doc:"Only those that wait for the one who asks"`
			Open    bool   `query:"open" doc:"Only those that are not decided"`
			State   string `query:"state" maxLength:"40" enum:"entwurf,eingereicht,zurückgegeben,freigegeben,zurückgezogen"`
			Kind    string `query:"kind" maxLength:"40" doc:"Kind of the text as it is to be"`
			In      string `query:"department" maxLength:"40" doc:"Of the text as it is to be, with its units"`
		}) (*struct {
			Body struct {
				Items []ProposalSummary `json:"items"`
				Total int               `json:"total"`
			}
		}, error) {
			list, err := a.listProposals(ctx, actor, content.ProposalQuery{
				ProposalFilter: content.ProposalFilter{Article: content.ID(in.Article), Open: in.Open, Author: mine(actor, in.Mine)},
				State:          content.ProposalState(in.State), Kind: content.Kind(in.Kind), Department: in.In, Waiting: in.Waiting,
			})
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []ProposalSummary `json:"items"`
					Total int               `json:"total"`
				}
			}{}
			out.Body.Items, out.Body.Total = list, len(list)
			return out, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/proposals/{id}", Tags: tags, Summary: "A proposal with what it changes"},
		func(ctx context.Context, actor account.Actor, in *byID) (*proposalOutput, error) {
			return a.proposal(ctx, actor, content.ProposalID(in.ID))
		})
	a.proposalAuthors(tags)
	a.proposalReviewers(tags)
	a.proposedFiles(tags)
}

func (a *API) proposalAuthors(tags []string) {
	register(a, huma.Operation{Method: http.MethodPost, Path: "/proposals", Tags: tags, Summary: "Propose a new text or a change that needs approval", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			Key  string `header:"Idempotency-Key" maxLength:"200"`
			Body struct {
				ArticleInput
				Article string `json:"article,omitempty" doc:"Text to change; missing for a new one" maxLength:"40"`
				Base    string `json:"base,omitempty" doc:"ETag of the text the change starts from" maxLength:"200"`
				Submit  bool   `json:"submit,omitempty" doc:"Ask for approval at once"`
			}
		}) (*proposalOutput, error) {
			var p content.Proposal
			err := a.withDraft(ctx, actor, in.Body.Article, in.Body.ArticleInput, content.OperationKey(actor, in.Key), func(e content.Edit) (err error) {
				p, err = a.Library.Propose(ctx, actor, content.ID(in.Body.Article), baseOf(in.Body.Base), e)
				return err
			})
			if err == nil && in.Body.Submit && p.State == content.ProposalDraft {
				p, err = a.Library.Submit(ctx, actor, p.ID, p.Version)
			}
			if err != nil {
				return nil, err
			}
			return a.proposal(ctx, actor, p.ID)
		})
	register(a, huma.Operation{Method: http.MethodPut, Path: "/proposals/{id}", Tags: tags, Summary: "Change the wording of an open proposal"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Match string `header:"If-Match" doc:"ETag of the proposal" maxLength:"200"`
			Body  struct {
				ArticleInput
				Base string `json:"base,omitempty" doc:"ETag of the text the change starts from now" maxLength:"200"`
			}
		}) (*proposalOutput, error) {
			version, err := versionOf(in.Match)
			if err != nil {
				return nil, err
			}
			err = a.withDraft(ctx, actor, "", in.Body.ArticleInput, "", func(e content.Edit) error {
				_, err := a.Library.Revise(ctx, actor, content.ProposalID(in.ID), version, baseOf(in.Body.Base), e)
				return err
			})
			if err != nil {
				return nil, err
			}
			return a.proposal(ctx, actor, content.ProposalID(in.ID))
		})
	a.proposalSteps(tags)
}

func (a *API) proposalSteps(tags []string) {
	step := func(word, summary string, verb func(context.Context, account.Actor, content.ProposalID, int64) (content.Proposal, error)) {
		register(a, huma.Operation{Method: http.MethodPost, Path: "/proposals/{id}/" + word, Tags: tags, Summary: summary},
			func(ctx context.Context, actor account.Actor, in *onProposal) (*proposalOutput, error) {
				version, err := versionOf(in.Match)
				if err != nil {
					return nil, err
				}
				if _, err := verb(ctx, actor, content.ProposalID(in.ID), version); err != nil {
					return nil, err
				}
				return a.proposal(ctx, actor, content.ProposalID(in.ID))
			})
	}
	step("submit", "Ask the reviewers to decide", func(ctx context.Context, actor account.Actor, id content.ProposalID, version int64) (content.Proposal, error) {
		return a.Library.Submit(ctx, actor, id, version)
	})
	step("withdraw", "End an own proposal", func(ctx context.Context, actor account.Actor, id content.ProposalID, version int64) (content.Proposal, error) {
		return a.Library.Withdraw(ctx, actor, id, version)
	})
}

func (a *API) proposalReviewers(tags []string) {
	step := func(word, summary string, verb func(context.Context, account.Actor, content.ProposalID, content.ContentHash, string) (content.Proposal, error)) {
		register(a, huma.Operation{Method: http.MethodPost, Path: "/proposals/{id}/" + word, Tags: tags, Summary: summary},
			func(ctx context.Context, actor account.Actor, in *decision) (*proposalOutput, error) {
				id := content.ProposalID(in.ID)
				if _, err := verb(ctx, actor, id, content.ContentHash(in.Body.ContentHash), in.Body.Note); err != nil {
					return nil, err
				}
				return a.proposal(ctx, actor, id)
			})
	}
	step("approve", "Approve the wording with the hash; the last approval needed releases it", func(ctx context.Context, actor account.Actor, id content.ProposalID, shown content.ContentHash, note string) (content.Proposal, error) {
		return a.Library.Approve(ctx, actor, id, shown, note)
	})
	step("return", "Give a proposal back to its author with a note", func(ctx context.Context, actor account.Actor, id content.ProposalID, shown content.ContentHash, note string) (content.Proposal, error) {
		return a.Library.Return(ctx, actor, id, shown, note)
	})
}

func mine(actor account.Actor, only bool) string {
	if only {
		return actor.Person.Pseudonym
	}
	return ""
}

// versionOf reads the ETag of a proposal.
func versionOf(match string) (int64, error) {
	tag := baseOf(match)
	if tag == "" {
		return 0, fault.New(fault.PreconditionRequired, "content.base-missing").InField("If-Match")
	}
	n, err := strconv.ParseInt(tag, 10, 64)
	if err != nil || n < 1 {
		return 0, fault.New(fault.Stale, "content.proposal-changed")
	}
	return n, nil
}

func (a *API) listProposals(ctx context.Context, actor account.Actor, q content.ProposalQuery) ([]ProposalSummary, error) {
	found, err := a.Library.FindProposals(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	pseudonyms := make([]string, len(found))
	for i, p := range found {
		pseudonyms[i] = p.Author
	}
	names, err := a.names(ctx, actor, pseudonyms...)
	if err != nil {
		return nil, err
	}
	out := make([]ProposalSummary, len(found))
	for i, p := range found {
		out[i] = proposalSummary(p, names)
	}
	return out, nil
}

func (a *API) proposal(ctx context.Context, actor account.Actor, id content.ProposalID) (*proposalOutput, error) {
	v, err := a.Library.Review(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	pseudonyms := []string{v.Proposal.Author}
	for _, vote := range v.Votes {
		pseudonyms = append(pseudonyms, vote.Reviewer, vote.For)
	}
	names, err := a.names(ctx, actor, pseudonyms...)
	if err != nil {
		return nil, err
	}
	body := Proposal{
		ProposalSummary: proposalSummary(v.Proposal, names), Base: v.Proposal.Base, Outdated: v.Outdated, Meta: v.Fields, Body: v.Body,
		Changes: comparison(v.Changes), Files: proposalFiles(v.Proposal), Votes: []Vote{}, Needed: v.Needed, Given: v.Given, Awaits: append([]string{}, v.Awaits...), CanApprove: v.CanDecide, CanChange: v.CanChange,
	}
	for _, vote := range v.Votes {
		body.Votes = append(body.Votes, Vote{
			Reviewer: names[vote.Reviewer], For: names[vote.For], Approves: vote.Approves, Note: vote.Note, ContentHash: string(vote.ContentHash), At: vote.At,
		})
	}
	return &proposalOutput{ETag: quoted(body.ETag), Location: "/api/v1/proposals/" + body.ID, Body: body}, nil
}

func proposalSummary(p content.Proposal, names map[string]string) ProposalSummary {
	s := ProposalSummary{
		ID: string(p.ID), Article: string(p.Article), New: p.New(), Title: p.Title, Kind: string(p.Kind), Department: p.Department,
		State: string(p.State), Author: names[p.Author], Message: p.Why, Change: string(p.Change), ContentHash: string(p.ContentHash),
		ChangedAt: p.ChangedAt, Released: string(p.Released), ETag: strconv.FormatInt(p.Version, 10),
	}
	if !p.SubmittedAt.IsZero() {
		s.SubmittedAt = &p.SubmittedAt
	}
	return s
}
