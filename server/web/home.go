package web

import (
	"net/http"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
)

// homeView is what matters to somebody today.
type homeView struct {
	Hello    string
	Today    content.Date
	CanWrite bool
	Drafts   []draftLine
	Changed  []content.Article
	Changes  string // heading: of the own department or of all
	Learning []lessons.Overview
	Own      []zak.Table
	Cohorts  []zak.CohortSummary
	Due      []content.Article
	DueCount int            // of Due on all pages
	ToDecide int            // of Waiting, shown or not
	Waiting  []proposalLine // proposals to decide about
	Proposed []proposalLine // own open proposals
	Decides  bool           // reviewer today, or standing in for one
	Asked    []askedLine    // questions that wait for an answer
	Admin    bool
	NoRole   bool

	Duties     []content.Duty // to take note of, most urgent first
	DutyCount  int
	Favourites []content.Article
	Recent     []content.Article // read last
}

// draftLine is an unfinished text in a list.
type draftLine struct {
	Title, Href string
	Draft       content.Draft
}

const homeLines = 6

func (s *Server) home(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	f := s.titled(r, "web.menu-home")
	v := homeView{Hello: actor.Person.DisplayName, Today: s.Library.Today(), CanWrite: content.CanCreate(actor), Admin: account.CanAdminister(actor)}
	v.NoRole = len(actor.Audience()) == 0 && !v.Admin
	for _, part := range []func(*http.Request, account.Actor, *Frame, *homeView) error{s.homeTexts, s.homeProposals, s.homeQuestions, s.homeWriting, s.homeLearning, s.homeTraining, s.homeOwn} {
		if err := part(r, actor, f, &v); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, "home", f, v)
}

// homeTexts lists what changed in the own department, or anywhere when nothing
// did.
func (s *Server) homeTexts(r *http.Request, actor account.Actor, f *Frame, v *homeView) error {
	if len(actor.Audience()) == 0 || s.opening() { // nobody knows yet what changed last
		return nil
	}
	filter := content.ArticleFilter{Sort: content.SortChanged, Limit: homeLines, Kinds: readingKinds(), Department: actor.Person.Department}
	v.Changes = f.T("web.new-in-department", "department", actor.Person.Department)
	page, err := s.Library.List(r.Context(), actor, filter)
	if err != nil {
		return err
	}
	if filter.Department == "" || page.Total == 0 {
		filter.Department, v.Changes = "", f.T("web.new-everywhere")
		if page, err = s.Library.List(r.Context(), actor, filter); err != nil {
			return err
		}
	}
	v.Changed = page.Articles
	return nil
}

// homeProposals lists what waits for a decision, one's own or of others.
func (s *Server) homeProposals(r *http.Request, actor account.Actor, _ *Frame, v *homeView) error {
	if len(actor.Audience()) == 0 {
		return nil
	}
	waiting, err := s.Library.ToReview(r.Context(), actor)
	if err != nil {
		return err
	}
	v.ToDecide, v.Decides = len(waiting), s.decides(r, actor)
	own, err := s.Library.ListProposals(r.Context(), actor, content.ProposalFilter{Open: true, Author: actor.Person.Pseudonym})
	if err != nil {
		return err
	}
	if v.Waiting, err = s.proposalLines(r, actor, waiting[:min(len(waiting), homeLines)]); err != nil {
		return err
	}
	v.Proposed, err = s.proposalLines(r, actor, own)
	return err
}

// homeWriting lists drafts, and for those who write or review what is due.
func (s *Server) homeWriting(r *http.Request, actor account.Actor, f *Frame, v *homeView) error {
	if v.CanWrite || actor.Has(account.Reviewer) {
		if err := s.homeDue(r, actor, v); err != nil {
			return err
		}
	}
	if len(actor.Audience()) == 0 {
		return nil
	}
	drafts, err := s.Library.MyDrafts(r.Context(), actor)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		v.Drafts = append(v.Drafts, f.draftLine(d))
	}
	return nil
}

// homeDue lists the own department's texts that have to be looked at again,
// longest overdue first.
func (s *Server) homeDue(r *http.Request, actor account.Actor, v *homeView) error {
	due, err := s.Library.List(r.Context(), actor, content.ArticleFilter{
		Sort: content.SortDue, Limit: homeLines, DueBefore: s.Library.Today(), Department: actor.Person.Department,
	})
	v.Due, v.DueCount = due.Articles, due.Total
	return err
}

func (f *Frame) draftLine(d content.Draft) draftLine {
	line := draftLine{Title: d.Title, Draft: d, Href: "/neu?entwurf=" + d.Key}
	if proposal, ok := content.RevisedProposal(d.Key); ok {
		line.Href = proposalAddress(proposal) + "/bearbeiten"
	} else if d.Article != "" {
		line.Href = content.Address(d.Article) + "/bearbeiten"
	}
	if line.Title == "" {
		line.Title = f.T("web.untitled")
	}
	return line
}

// homeLearning lists modules somebody has begun or has not yet done.
func (s *Server) homeLearning(r *http.Request, actor account.Actor, _ *Frame, v *homeView) error {
	if len(actor.Audience()) == 0 {
		return nil
	}
	all, err := s.Academy.Modules(r.Context(), actor)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o lessons.Overview) bool { return o.Progress.Done })
	slices.SortStableFunc(all, func(a, b lessons.Overview) int {
		switch {
		case a.Progress.Started == b.Progress.Started:
			return 0
		case a.Progress.Started:
			return -1
		}
		return 1
	})
	v.Learning = all[:min(len(all), 3)]
	v.Own, err = s.Tracker.Mine(r.Context(), actor)
	return err
}

func (s *Server) homeTraining(r *http.Request, actor account.Actor, _ *Frame, v *homeView) error {
	if !zak.CanTrackAny(actor) {
		return nil
	}
	var err error
	v.Cohorts, err = s.Tracker.Cohorts(r.Context(), actor)
	return err
}

// readingKinds are the kinds people read, without modules and lessons.
func readingKinds() []content.Kind {
	return slices.DeleteFunc(content.Kinds(), content.Kind.IsLearning)
}
