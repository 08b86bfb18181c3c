package web

import (
	"net/http"
	"slices"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/internal/ident"
)

// validityView is what the page of a text says about when and why it applies.
type validityView struct {
	Confirmation content.Confirmation
	ConfirmedBy  string // names of those who approved
	Related      content.Related
	Reviewer     string // name or function
	CanConfirm   bool
	Day          string // typed into "Was galt am …?"
	Mistake      mistake
}

// articleOn shows a text as it applied on a day. A day nobody can say anything
// about leaves the reader with the text of today.
func (s *Server) articleOn(w http.ResponseWriter, r *http.Request, actor account.Actor, id content.ID) error {
	view, err := s.Library.ValidOn(r.Context(), actor, id, content.Date(i18n.ISODay(r.URL.Query().Get("gilt-am"))))
	if err == nil {
		return s.showArticle(w, r, http.StatusOK, actor, view, mistake{})
	}
	f, ok := fault.Of(err)
	if !ok || f.Field != "valid" && f.Key != "validity.nothing-on" {
		return err
	}
	today, err := s.Library.Read(r.Context(), actor, id, "")
	if err != nil {
		return err
	}
	return s.showArticle(w, r, f.Kind.Status(), actor, today, mistake{"gilt-am", s.sentence(r, f)})
}

func (s *Server) validityOf(r *http.Request, actor account.Actor, view content.View, wrong mistake) (validityView, error) {
	a := view.Article
	v := validityView{CanConfirm: view.Current && view.On == nil && content.CanConfirm(actor, a.Meta), Day: i18n.ISODay(r.URL.Query().Get("gilt-am"))}
	if wrong.Field == "gilt-am" {
		v.Mistake = wrong
	}
	var err error
	if v.Related, err = s.Library.Related(r.Context(), actor, a.ID); err != nil {
		return v, err
	}
	if v.Reviewer, err = s.reviewerOf(r, actor, a); err != nil || !a.Kind.IsStandard() || a.Binding == content.BindingNone || !view.Current {
		return v, err
	}
	if s.opening() { // who approved it is told by versions
		return v, nil
	}
	if v.Confirmation, err = s.Library.BindingConfirmed(r.Context(), actor, a.ID); err != nil {
		return v, err
	}
	names, err := s.Office.Names(r.Context(), actor, v.Confirmation.Approvers)
	var known []string
	for _, pseudonym := range v.Confirmation.Approvers {
		if name := names[pseudonym]; name != "" {
			known = append(known, name)
		}
	}
	v.ConfirmedBy = strings.Join(known, ", ")
	return v, err
}

// reviewerOf says who looks after a text: a function as it is written, an
// account by its name.
func (s *Server) reviewerOf(r *http.Request, actor account.Actor, a content.Article) (string, error) {
	names, err := s.Library.ReviewerNames(r.Context(), actor, a)
	return s.titled(r, "web.menu-home").reviewer(a.Reviewer, names), err
}

func (f *Frame) reviewer(id string, names map[string]string) string {
	name, account := names[id]
	switch {
	case !account:
		return id
	case name == "":
		return f.T("validity.reviewer-gone")
	}
	return name
}

// BindingSince says in one phrase whether a standard binds and since when.
func (f *Frame) BindingSince(a content.Article) string {
	if a.Binding == content.BindingYes && a.ValidFrom != "" {
		return f.T("validity.binding-since", "date", f.Day(a.ValidFrom))
	}
	return f.Binding(a.Binding)
}

// confirmReview is the button "Stimmt noch".
func (s *Server) confirmReview(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id := content.ID(r.PathValue("id"))
	e := content.Edit{Message: s.titled(r, "validity.confirmed-message").Title, Operation: content.OperationKey(actor, r.PostForm.Get("vorgang"))}
	if _, err := s.Library.ConfirmReview(r.Context(), actor, id, r.PostForm.Get("basis"), "", e); err != nil {
		return err
	}
	target := content.Address(id) + "?"
	if back := r.PostForm.Get("zurueck"); back == "/aktualitaet" || strings.HasPrefix(back, "/aktualitaet?") {
		target = withMark(back)
	}
	return see(w, r, target+"meldung=bestaetigt")
}

func withMark(address string) string {
	if strings.Contains(address, "?") {
		return address + "&"
	}
	return address + "?"
}

// nameReferences shows people titles and names where the file has ids. What
// would not lead back to the same text or account stays an id.
func (s *Server) nameReferences(r *http.Request, actor account.Actor, form *textForm) error {
	reviewer, err := s.Library.ReviewerNames(r.Context(), actor, content.Article{Meta: content.Meta{Reviewer: form.Reviewer}})
	if err != nil {
		return err
	}
	form.Reviewer = or(reviewer[form.Reviewer], form.Reviewer)
	for _, field := range []*string{&form.Replaces, &form.ReplacedBy, &form.Amends} {
		lines := strings.Split(*field, "\n")
		for i, line := range lines {
			if lines[i] = strings.TrimSpace(line); !ident.Valid(lines[i]) {
				continue
			}
			a, err := s.Library.Article(r.Context(), actor, content.ID(lines[i]))
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			same, err := s.Library.List(r.Context(), actor, content.ArticleFilter{Title: a.Title, Limit: 1})
			if err != nil {
				return err
			}
			if same.Total == 1 {
				lines[i] = a.Title
			}
		}
		*field = strings.Join(lines, "\n")
	}
	return nil
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func idLines(ids []content.ID) string {
	lines := make([]string, len(ids))
	for i, id := range ids {
		lines[i] = string(id)
	}
	return strings.Join(lines, "\n")
}

// validityFields are the fields of the editor about other texts and reviews.
func validityFields() []string {
	return []string{"ersetzt", "ersetzt_durch", "aendert", "pruefer", "verbindlich_belege"}
}

// foldedValidity reports whether a mistake is in a field of them that is folded
// away.
func foldedValidity(field string) bool { return slices.Contains(validityFields(), field) }
