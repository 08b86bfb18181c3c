package web

import (
	"cmp"
	"net/http"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// dueView is the list of texts by when they have to be looked at again.
type dueView struct {
	Lines       []dueLine
	Total       int
	Next        string
	State       content.DueState
	States      []content.DueState
	Department  string
	Departments []account.Department
	Kind        content.Kind
	Kinds       []content.Kind
	Today       content.Date
	Here        string // address of the list, to come back to
	Reviewers   []reviewerLine
	From, To    string // typed into the form that hands over
	Mistake     mistake
}

// Filtered reports whether the list shows less than everything.
func (v dueView) Filtered() bool {
	return v.Department != "" || v.Kind != "" || v.State != content.DueAll
}

type dueLine struct {
	content.Article
	ReviewerName string
	CanConfirm   bool
	Overdue      bool
}

// reviewerLine is an account that texts name as reviewer.
type reviewerLine struct {
	ID, Name string
	Texts    int
}

func (s *Server) due(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showDue(w, r, http.StatusOK, actor, dueView{})
}

func (s *Server) showDue(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v dueView) error {
	values := r.URL.Query()
	v.State, v.Department, v.Kind = content.DueState(values.Get("auswahl")), values.Get("fb"), content.Kind(values.Get("art"))
	if !slices.Contains(content.DueStates(), v.State) {
		v.State = content.DueAll
	}
	v.States, v.Today = content.DueStates(), s.Library.Today()
	v.Kinds = append([]content.Kind{content.KindArticle}, content.StandardKinds()...)
	filter := content.ArticleFilter{Department: v.Department, Limit: articlesPerPage, Cursor: values.Get("weiter")}
	if slices.Contains(v.Kinds, v.Kind) {
		filter.Kinds = []content.Kind{v.Kind}
	}
	page, err := s.Library.Due(r.Context(), actor, v.State, filter)
	if err != nil {
		return err
	}
	if v.Departments, err = s.Office.Departments(r.Context()); err != nil {
		return err
	}
	f := s.titled(r, "validity.due-title")
	f.Wide = true
	names, err := s.Library.ReviewerNames(r.Context(), actor, page.Articles...)
	if err != nil {
		return err
	}
	for _, a := range page.Articles {
		v.Lines = append(v.Lines, dueLine{a, f.reviewer(a.Reviewer, names), content.CanConfirm(actor, a.Meta), a.Due < v.Today})
	}
	v.Total = page.Total
	if page.Next != "" {
		v.Next = with("/aktualitaet", values, "weiter", page.Next)
	}
	v.Here = with("/aktualitaet", values, "auswahl", string(v.State))
	if v.Reviewers, err = s.reviewers(r, actor, f); err != nil {
		return err
	}
	return s.render(w, r, status, "due", f, v)
}

// reviewers lists whose texts the actor may give to another.
func (s *Server) reviewers(r *http.Request, actor account.Actor, f *Frame) ([]reviewerLine, error) {
	counts, err := s.Library.Reviewers(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	var texts []content.Article
	for id := range counts {
		texts = append(texts, content.Article{Meta: content.Meta{Reviewer: id}})
	}
	names, err := s.Library.ReviewerNames(r.Context(), actor, texts...)
	if err != nil {
		return nil, err
	}
	var out []reviewerLine
	for id, n := range counts {
		if ident.Valid(id) {
			out = append(out, reviewerLine{id, f.reviewer(id, names), n})
		}
	}
	slices.SortFunc(out, func(a, b reviewerLine) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// handOver gives all texts of a reviewer to another.
func (s *Server) handOver(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := dueView{From: r.PostForm.Get("von"), To: r.PostForm.Get("an")}
	_, err := s.Library.HandOverReviews(r.Context(), actor, v.From, v.To, s.titled(r, "validity.handed-over-message").Title)
	if f, ok := fault.Of(err); ok && f.Kind == fault.Invalid {
		v.Mistake = s.mistakeIn(r, err, "from", "von", "to", "an")
		return s.showDue(w, r, f.Kind.Status(), actor, v)
	}
	if err != nil {
		return err
	}
	return see(w, r, "/aktualitaet?meldung=uebergeben")
}

// DueState names a choice of the list.
func (f *Frame) DueState(s content.DueState) string {
	switch s {
	case content.DueOverdue:
		return f.T("validity.state-overdue")
	case content.DueSoon:
		return f.T("validity.state-soon")
	case content.DueUnowned:
		return f.T("validity.state-unowned")
	case content.DueUnconfirmed:
		return f.T("validity.state-unconfirmed")
	}
	return f.T("validity.state-all")
}

// NothingDue says that a choice is empty.
func (f *Frame) NothingDue(s content.DueState) string {
	switch s {
	case content.DueOverdue:
		return f.T("validity.none-overdue")
	case content.DueSoon:
		return f.T("validity.none-soon")
	case content.DueUnowned:
		return f.T("validity.none-unowned")
	case content.DueUnconfirmed:
		return f.T("validity.none-unconfirmed")
	}
	return f.T("validity.none-all")
}
