package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// proposalLine is a proposal in a list.
type proposalLine struct {
	content.Proposal
	Name string // of its author
}

// proposalsView is the list of proposals.
type proposalsView struct {
	Reviewer bool
	Redacts  bool           // sees redactions
	Waiting  []proposalLine // for the one who looks
	Mine     []proposalLine
	Others   []proposalLine // open ones of the own departments
	Filter   proposalFilter
}

// proposalView is the page where people decide.
type proposalView struct {
	content.Review
	Author string
	Parts  []diffPart
	Voters []voterLine
	Note   string // what was typed when something was missing
	// Mistake is what is wrong with the decision.
	Mistake  mistake
	Returned string // what the reviewer asked for when it came back
	// Represented names whom the one who looks stands in for in this decision.
	Represented string
	Next        *content.Proposal // the next one that waits for the one who looks
	Affected    content.Affected  // who has to take note after the release
}

type voterLine struct {
	content.Vote
	Name    string
	ForName string // whom a deputy voted for; empty when erased
	Earlier bool   // about another wording
}

func proposalAddress(id content.ProposalID) string { return "/vorschlaege/" + string(id) }

func (s *Server) proposals(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	v := proposalsView{Reviewer: s.decides(r, actor), Redacts: content.SeesRedactions(actor)}
	var err error
	if v.Filter, err = s.filteredProposals(r, actor); err != nil {
		return err
	}
	if v.Filter.Filtered() {
		return s.render(w, r, http.StatusOK, "proposals", s.titled(r, "web.proposals"), v)
	}
	waiting, err := s.Library.ToReview(r.Context(), actor)
	if err != nil {
		return err
	}
	mine, err := s.Library.ListProposals(r.Context(), actor, content.ProposalFilter{Author: actor.Person.Pseudonym})
	if err != nil {
		return err
	}
	open, err := s.Library.ListProposals(r.Context(), actor, content.ProposalFilter{Open: true})
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(open, func(p content.Proposal) bool {
		return p.Author == actor.Person.Pseudonym || slices.ContainsFunc(waiting, func(w content.Proposal) bool { return w.ID == p.ID })
	})
	for _, part := range []struct {
		into *[]proposalLine
		list []content.Proposal
	}{{&v.Waiting, waiting}, {&v.Mine, mine}, {&v.Others, others}} {
		if *part.into, err = s.proposalLines(r, actor, part.list); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, "proposals", s.titled(r, "web.proposals"), v)
}

func (s *Server) proposalLines(r *http.Request, actor account.Actor, list []content.Proposal) ([]proposalLine, error) {
	pseudonyms := make([]string, len(list))
	for i, p := range list {
		pseudonyms[i] = p.Author
	}
	names, err := s.Office.Names(r.Context(), actor, pseudonyms)
	if err != nil {
		return nil, err
	}
	out := make([]proposalLine, len(list))
	for i, p := range list {
		out[i] = proposalLine{p, names[p.Author]}
	}
	return out, nil
}

func (s *Server) proposal(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showProposal(w, r, http.StatusOK, actor, "", mistake{})
}

func (s *Server) showProposal(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, note string, wrong mistake) error {
	review, err := s.Library.Review(r.Context(), actor, content.ProposalID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f := s.titled(r, "web.proposals")
	f.Title = f.T("web.proposal-for", "title", review.Proposal.Title)
	f.Crumbs = []Crumb{{f.T("web.proposals"), "/vorschlaege"}}
	v := proposalView{Review: review, Note: note, Mistake: wrong}
	if review.Proposal.State == content.ProposalReturned {
		v.Returned = returnedNote(review)
	}
	for _, b := range review.Blocks {
		v.Parts = append(v.Parts, f.diffPart(b))
	}
	pseudonyms := append([]string{review.Proposal.Author}, review.Mandates...)
	for _, vote := range review.Votes {
		pseudonyms = append(pseudonyms, vote.Reviewer, vote.For)
	}
	names, err := s.Office.Names(r.Context(), actor, pseudonyms)
	if err != nil {
		return err
	}
	v.Author = names[review.Proposal.Author]
	if len(review.Mandates) > 0 && review.Mandates[0] != actor.Person.Pseudonym {
		v.Represented = names[review.Mandates[0]]
	}
	for _, vote := range review.Votes {
		v.Voters = append(v.Voters, voterLine{vote, names[vote.Reviewer], names[vote.For], vote.ContentHash != review.Proposal.ContentHash})
	}
	if v.Affected, err = s.Library.AffectedBy(r.Context(), actor, review); err != nil {
		return err
	}
	if v.Next, err = s.nextProposal(r, actor, review.Proposal.ID); err != nil {
		return err
	}
	return s.render(w, r, status, "proposal", f, v)
}

// nextProposal is the one after this in the list of what waits for the actor.
func (s *Server) nextProposal(r *http.Request, actor account.Actor, id content.ProposalID) (*content.Proposal, error) {
	waiting, err := s.Library.ToReview(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(waiting, func(p content.Proposal) bool { return p.ID == id })
	for i := range waiting {
		if next := &waiting[(at+1+i)%len(waiting)]; next.ID != id {
			return next, nil
		}
	}
	return nil, nil
}

func (s *Server) approve(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.decide(w, r, actor, func(id content.ProposalID, shown content.ContentHash, note string) (string, error) {
		p, err := s.Library.Approve(r.Context(), actor, id, shown, note)
		if p.State == content.ProposalReleased {
			return content.Address(p.Article) + "?meldung=freigegeben", err
		}
		return proposalAddress(id) + "?meldung=zugestimmt", err
	})
}

func (s *Server) returnProposal(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.decide(w, r, actor, func(id content.ProposalID, shown content.ContentHash, note string) (string, error) {
		_, err := s.Library.Return(r.Context(), actor, id, shown, note)
		return proposalAddress(id) + "?meldung=zurueckgegeben", err
	})
}

// decide runs a reviewer's step and shows the page again, with what was typed,
// when it cannot be done.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, actor account.Actor, step func(content.ProposalID, content.ContentHash, string) (string, error)) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	note := r.PostForm.Get("hinweis")
	target, err := step(content.ProposalID(r.PathValue("id")), content.ContentHash(r.PostForm.Get("fassung")), note)
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Stale || f.Kind == fault.Conflict) {
		return s.showProposal(w, r, f.Kind.Status(), actor, note, s.mistakeIn(r, err, "note", "hinweis"))
	}
	if err != nil {
		return err
	}
	return see(w, r, target)
}

func (s *Server) withdrawProposal(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id := content.ProposalID(r.PathValue("id"))
	_, err := s.Library.Withdraw(r.Context(), actor, id, versionOf(r))
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Stale || f.Kind == fault.Conflict) {
		return s.showProposal(w, r, f.Kind.Status(), actor, "", s.mistakeIn(r, err))
	}
	if err != nil {
		return err
	}
	return see(w, r, proposalAddress(id)+"?meldung=zurueckgezogen")
}

// versionOf is the version of the proposal the form was shown with. What is no
// number is no version there has been.
func versionOf(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// proposeForm is the editor for those whose change has to be approved.
func (s *Server) proposeForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id := content.ID(r.PathValue("id"))
	source, err := s.Library.Source(r.Context(), actor, id, "")
	if err != nil {
		return err
	}
	a := source.Article
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	if rules.CanEdit(actor, a.Kind, a.Department) {
		return see(w, r, content.Address(id)+"/bearbeiten")
	}
	if !rules.CanPropose(actor, a.Kind, a.Department, true) {
		return fault.New(fault.Forbidden, "content.not-your-department", "department", a.Department)
	}
	v := editorView{ID: id, Article: a, Base: a.ETag, Operation: s.IDs.New(), Form: formOf(source), Approval: true}
	if err := s.takeUpDraft(r, actor, &v); err != nil {
		return err
	}
	return s.showEditor(w, r, http.StatusOK, actor, v)
}

func (s *Server) propose(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := parseEditor(r); err != nil {
		return err
	}
	id := content.ID(r.PathValue("id"))
	source, err := s.Library.Source(r.Context(), actor, id, "")
	if err != nil {
		return err
	}
	v := editorView{
		ID: id, Article: source.Article, Base: r.PostForm.Get("basis"), Operation: r.PostForm.Get("vorgang"), Form: readForm(r.PostForm), Approval: true,
	}
	v.Form.keepIfSame(source.Article.Meta)
	if done, err := s.writeAside(w, r, actor, v); done || err != nil {
		return err
	}
	return s.submitProposal(w, r, actor, v)
}

// submitProposal makes a proposal of the form and asks for approval.
func (s *Server) submitProposal(w http.ResponseWriter, r *http.Request, actor account.Actor, v editorView) error {
	edit, err := s.edit(r, actor, v, v.Operation)
	if err != nil {
		return err
	}
	p, err := s.Library.Propose(r.Context(), actor, v.ID, v.Base, edit)
	if fault.Is(err, fault.Stale) {
		return s.stale(w, r, actor, v)
	}
	if err == nil && p.State == content.ProposalDraft {
		p, err = s.Library.Submit(r.Context(), actor, p.ID, p.Version)
	}
	if err != nil {
		return s.refused(w, r, actor, v, err)
	}
	if err := s.forgetDraft(r, actor, v.ID, v.Key); err != nil {
		return err
	}
	return see(w, r, proposalAddress(p.ID)+"?meldung="+submittedNotice(v.Base, p))
}

// reviseForm is the editor over an own open proposal. When the text changed
// meanwhile it shows how, and what is sent then starts from the text as it is.
func (s *Server) reviseForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	review, err := s.Library.Review(r.Context(), actor, content.ProposalID(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !review.CanChange {
		return fault.New(fault.Forbidden, "content.proposal-not-yours")
	}
	v := s.revision(review)
	v.Form = formOf(content.Source{Article: content.Article{Meta: review.Meta}, Body: review.Body, Fields: review.Fields})
	v.Form.Message, v.Form.Change = review.Proposal.Why, string(review.Proposal.Change)
	if err := s.takeUpDraft(r, actor, &v); err != nil {
		return err
	}
	if review.Outdated && v.DraftFrom.IsZero() { // what was typed already starts from its own base
		if err := s.bringUp(r, actor, &v); err != nil {
			return err
		}
	}
	return s.showEditor(w, r, http.StatusOK, actor, v)
}

// revision is the editor of a proposal, still without what was typed.
func (s *Server) revision(review content.Review) editorView {
	v := editorView{Proposal: &review.Proposal, Key: content.ProposalDraftKey(review.Proposal.ID), Base: review.Proposal.Base, Approval: true, Article: content.Article{Meta: review.Meta}}
	if review.Current != nil {
		v.ID, v.Article = review.Current.ID, *review.Current
	}
	v.Returned = returnedNote(review)
	return v
}

// returnedNote is what the reviewer wrote who decided last, when it was no.
func returnedNote(review content.Review) string {
	if n := len(review.Votes); n > 0 && !review.Votes[n-1].Approves {
		return review.Votes[n-1].Note
	}
	return ""
}

func (s *Server) revise(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := parseEditor(r); err != nil {
		return err
	}
	review, err := s.Library.Review(r.Context(), actor, content.ProposalID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := s.revision(review)
	v.Base, v.Form = r.PostForm.Get("basis"), readForm(r.PostForm)
	v.Form.keepIfSame(review.Meta)
	action := r.PostForm.Get("aktion")
	if action == actionPreview || action == actionFile || action == actionDraft || r.PostForm.Has(removeFile) {
		_, err := s.writeAside(w, r, actor, v)
		return err
	}
	edit, err := s.edit(r, actor, v, "")
	if err != nil {
		return err
	}
	p, err := s.Library.Revise(r.Context(), actor, review.Proposal.ID, versionOf(r), v.Base, edit)
	if err == nil && p.State != content.ProposalSubmitted {
		p, err = s.Library.Submit(r.Context(), actor, p.ID, p.Version)
	}
	if f, ok := fault.Of(err); ok && f.Kind == fault.Stale && f.Key == "content.stale" {
		return s.stale(w, r, actor, v)
	}
	if err != nil {
		return s.refused(w, r, actor, v, err)
	}
	if err := s.forgetDraft(r, actor, v.ID, v.Key); err != nil {
		return err
	}
	return see(w, r, proposalAddress(p.ID)+"?meldung="+submittedNotice(v.Base, p))
}

// besideCurrent shows the text as it is beside what was written, which from
// then on starts from it.
func (s *Server) besideCurrent(r *http.Request, actor account.Actor, v *editorView) error {
	source, err := s.Library.Source(r.Context(), actor, v.ID, "")
	if err != nil {
		return err
	}
	theirs := strings.TrimLeft(source.Body, "\n")
	by, err := s.nameOf(r, actor, source.Article.ChangedBy)
	if err != nil {
		return err
	}
	v.Stale = &staleView{By: by, At: source.Article.ChangedAt, Body: theirs, Lines: content.CompareText(theirs, v.Form.Body)}
	v.Article, v.Base = source.Article, source.Article.ETag
	return nil
}
