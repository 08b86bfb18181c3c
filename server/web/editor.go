package web

import (
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// textForm is what somebody writes, field by field, as the browser sent it.
type textForm struct {
	Title, Kind, Department, Body      string
	Summary, Contact, Topics, Keywords string
	LegalBasis                         string
	ValidFrom, ValidUntil, ReviewDue   string
	Goal, Minutes                      string
	Message, Change                    string
	Binding, Number                    string // of a standard, as are the two that follow
	IssuedBy, DecidedOn                string
	Reviewer, Replaces, Amends, Proof  string // see validityFields; several are lines
	ReplacedBy                         string
	Restricted                         bool // visible to the department only
	Module                             string
	keepVisibility                     bool // the form does not touch it
	Demand                             demandForm
	choices                            choices
}

// choices are what a writer made of contradictions with what another saved.
type choices struct {
	seen   string // ETag of the other version
	text   []content.Choice
	fields map[string]content.Choice
}

// editorView is the page where people write.
type editorView struct {
	ID          content.ID // empty for a new text
	Article     content.Article
	Base        string // ETag the writing started from
	Key         string // of the draft of a new text
	Operation   string // makes sending the form twice harmless
	Form        textForm
	Kinds       []content.Kind
	Departments []account.Department
	Templates   []content.Article
	Module      *content.Article // the module a new lesson belongs to
	Mistake     mistake
	Preview     *template.HTML
	DraftFrom   time.Time // a draft is shown; when it was written
	DraftOld    bool      // the text changed since the draft was begun
	Stale       *staleView
	Files       editorFiles
	Approval    bool              // what is sent goes to the reviewers
	Proposal    *content.Proposal // the one that is being revised
	Returned    string            // why a reviewer gave it back
	Similar     []similarLine     // texts that resemble a new one
	Joined      bool              // what others changed meanwhile is in the form
}

// Folded reports whether the mistake is in a field that is folded away.
func (v editorView) Folded() bool {
	field := v.Mistake.Field
	return slices.Contains([]string{"themen", "schlagworte", "rechtsgrundlage", "gueltig_ab", "gueltig_bis", "nummer", "erlassen_von", "beschlossen_am", "verbindlich_belege", "nur-bereich"}, field) ||
		strings.HasPrefix(field, "kenntnisnahme") || foldedValidity(field)
}

// staleView stands beside one's own text when somebody else was faster.
type staleView struct {
	By        string
	At        time.Time
	Conflicts []content.Conflict
	Fields    []content.FieldConflict
	Seen      string // ETag of the other version

	// Instead of conflicts, when both cannot be joined.
	Body  string
	Lines []content.DiffLine // from the other version to one's own
}

// Chooses reports whether there is anything to choose.
func (v staleView) Chooses() bool { return len(v.Conflicts)+len(v.Fields) > 0 }

// Action says which button was pressed; the words are those of the form.
const (
	actionPreview = "vorschau"
	actionDraft   = "entwurf"
)

func (s *Server) newForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if !content.CanCreate(actor) {
		return fault.New(fault.Forbidden, "web.no-writing-role")
	}
	values := r.URL.Query()
	v := editorView{Key: s.IDs.New(), Operation: s.IDs.New()}
	v.Form = textForm{Kind: values.Get("art"), Department: actor.Person.Department, Title: values.Get("titel"), Module: values.Get("modul")}
	switch {
	case values.Get("entwurf") != "":
		d, err := s.Library.Draft(r.Context(), actor, "", values.Get("entwurf"))
		if err != nil {
			return err
		}
		v.Key, v.DraftFrom, v.Form = d.Key, d.UpdatedAt, formOfDraft(d)
	case values.Get("vorlage") != "":
		source, err := s.Library.Source(r.Context(), actor, content.ID(values.Get("vorlage")), "")
		if err != nil {
			return err
		}
		v.Form.Body = strings.TrimLeft(source.Body, "\n")
	}
	return s.showEditor(w, r, http.StatusOK, actor, v)
}

func (s *Server) editForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
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
	if !rules.CanEdit(actor, a.Kind, a.Department) {
		if rules.CanPropose(actor, a.Kind, a.Department, true) {
			return see(w, r, content.Address(id)+"/vorschlagen")
		}
		return fault.New(fault.Forbidden, "content.not-your-department", "department", a.Department)
	}
	v := editorView{ID: id, Article: a, Base: a.ETag, Operation: s.IDs.New(), Form: formOf(source)}
	if err := s.takeUpDraft(r, actor, &v); err != nil {
		return err
	}
	return s.showEditor(w, r, http.StatusOK, actor, v)
}

// takeUpDraft goes on with what the actor was typing, if anything.
func (s *Server) takeUpDraft(r *http.Request, actor account.Actor, v *editorView) error {
	d, err := s.Library.Draft(r.Context(), actor, v.ID, v.Key)
	switch {
	case err == nil:
		v.Form, v.DraftFrom, v.DraftOld = formOfDraft(d), d.UpdatedAt, d.Base != v.Base
		v.Base = d.Base
	case !fault.Is(err, fault.NotFound):
		return err
	}
	return nil
}

// showEditor completes and renders the page where people write.
func (s *Server) showEditor(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v editorView) error {
	f := s.titled(r, "web.new-text")
	f.Wide = true
	departments, err := s.Office.Departments(r.Context())
	if err != nil {
		return err
	}
	if err := s.nameReferences(r, actor, &v.Form); err != nil {
		return err
	}
	v.Departments = content.EditableDepartments(actor, departments)
	if v.Approval && v.ID != "" {
		v.Departments = withDepartment(v.Departments, departments, v.Article.Department)
	}
	if v.ID == "" {
		v.Kinds = slices.DeleteFunc(content.Kinds(), func(k content.Kind) bool { return k == content.KindLesson })
		templates, err := s.Library.List(r.Context(), actor, content.ArticleFilter{
			Kinds: []content.Kind{content.KindTemplate}, Sort: content.SortTitle, Limit: 50,
		})
		if err != nil {
			return err
		}
		v.Templates = templates.Articles
	} else {
		f.Title = f.T(editTitle(v), "title", v.Article.Title)
		f.Crumbs = append(f.crumbsOf(v.Article), Crumb{v.Article.Title, content.Address(v.ID)})
	}
	if v.ID == "" && v.Form.Module != "" {
		module, err := s.Library.Article(r.Context(), actor, content.ID(v.Form.Module))
		if err != nil {
			return err
		}
		v.Module, v.Kinds = &module, []content.Kind{content.KindLesson}
		v.Form.Kind, v.Form.Department = string(content.KindLesson), module.Department
	}
	if err := s.showFiles(r, actor, &v); err != nil {
		return err
	}
	return s.render(w, r, status, "editor", f, v)
}

func editTitle(v editorView) string {
	switch {
	case v.Proposal != nil:
		return "web.edit-proposal-title"
	case v.Approval:
		return "web.propose-title"
	}
	return "web.edit-title"
}

// withDepartment adds the department of a text to those one may write for.
func withDepartment(editable, all []account.Department, id string) []account.Department {
	if id == "" || slices.ContainsFunc(editable, func(d account.Department) bool { return d.ID == id }) {
		return editable
	}
	i := slices.IndexFunc(all, func(d account.Department) bool { return d.ID == id })
	if i < 0 {
		return append(editable, account.Department{ID: id})
	}
	return append(editable, all[i])
}

// preview answers the editor's script with the rendered text.
func (s *Server) preview(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if len(actor.Audience()) == 0 {
		return fault.New(fault.Forbidden, "web.no-writing-role")
	}
	rendered, err := s.Library.PreviewDraft(r.Context(), actor, content.ID(r.PostForm.Get("text-id")), r.PostForm.Get("entwurf-id"), []byte(r.PostForm.Get("text")))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err = w.Write([]byte(rendered.HTML))
	return err
}

// autosave keeps what is being typed and says when, for the editor's script.
func (s *Server) autosave(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	d, err := s.Library.Autosave(r.Context(), actor, draftOf(r.PostForm))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = w.Write([]byte(s.titled(r, "web.new-text").T("web.autosaved", "time", d.UpdatedAt.In(s.Zone).Format("15:04"))))
	return err
}

func (s *Server) discard(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id := content.ID(r.PostForm.Get("text-id"))
	key := r.PostForm.Get("entwurf-id")
	if err := s.forgetDraft(r, actor, id, key); err != nil {
		return err
	}
	if proposal, ok := content.RevisedProposal(key); ok {
		return see(w, r, proposalAddress(proposal)+"?meldung=verworfen")
	}
	if id != "" {
		return see(w, r, content.Address(id)+"?meldung=verworfen")
	}
	return see(w, r, "/?meldung=verworfen")
}

func (s *Server) create(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := parseEditor(r); err != nil {
		return err
	}
	v := editorView{Key: r.PostForm.Get("entwurf-id"), Operation: r.PostForm.Get("vorgang"), Form: readForm(r.PostForm)}
	if done, err := s.writeAside(w, r, actor, v); done || err != nil {
		return err
	}
	if done, err := s.lookAlike(w, r, actor, v); done || err != nil {
		return err
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	if rules.Approvers(content.Kind(v.Form.Kind), v.Form.Department) > 0 {
		return s.submitProposal(w, r, actor, v)
	}
	edit, err := s.edit(r, actor, v, v.Operation)
	if err != nil {
		return err
	}
	a, err := s.Library.Create(r.Context(), actor, edit)
	if err != nil {
		return s.refused(w, r, actor, v, err)
	}
	if err := s.forgetDraft(r, actor, "", v.Key); err != nil {
		return err
	}
	return s.saved(w, r, actor, a)
}

func (s *Server) save(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := parseEditor(r); err != nil {
		return err
	}
	id := content.ID(r.PathValue("id"))
	source, err := s.Library.Source(r.Context(), actor, id, "")
	if err != nil {
		return err
	}
	v := editorView{
		ID: id, Article: source.Article, Base: r.PostForm.Get("basis"), Operation: r.PostForm.Get("vorgang"), Form: readForm(r.PostForm),
	}
	v.Form.keepIfSame(source.Article.Meta)
	if done, err := s.writeAside(w, r, actor, v); done || err != nil {
		return err
	}
	edit, err := s.edit(r, actor, v, v.Operation)
	if err != nil {
		return err
	}
	a, err := s.Library.Save(r.Context(), actor, id, v.Base, edit)
	if fault.Is(err, fault.Stale) {
		return s.stale(w, r, actor, v)
	}
	if err != nil {
		return s.refused(w, r, actor, v, err)
	}
	if err := s.forgetDraft(r, actor, id, ""); err != nil {
		return err
	}
	return s.saved(w, r, actor, a)
}

// saved leads to the text as readers see it.
func (s *Server) saved(w http.ResponseWriter, r *http.Request, actor account.Actor, a content.Article) error {
	target := content.Address(a.ID)
	if a.Kind.IsLearning() {
		if learn, err := s.learningAddress(r, actor, a); err == nil {
			target = learn
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	notice, err := s.savedNotice(r, actor, a.ID)
	if err != nil {
		return err
	}
	return see(w, r, target+"?meldung="+notice)
}

// writeAside serves the buttons beside saving, for browsers without script.
func (s *Server) writeAside(w http.ResponseWriter, r *http.Request, actor account.Actor, v editorView) (bool, error) {
	if name := r.PostForm.Get(removeFile); name != "" {
		return true, s.dropFile(w, r, actor, v, name)
	}
	switch r.PostForm.Get("aktion") {
	case actionPreview:
		if !v.Approval && !content.CanCreate(actor) {
			return true, s.refused(w, r, actor, v, fault.New(fault.Forbidden, "web.no-writing-role"))
		}
		_, key := v.draftKey()
		rendered, err := s.Library.PreviewDraft(r.Context(), actor, v.ID, key, []byte(v.Form.Body))
		if err != nil {
			return true, err
		}
		html := template.HTML(rendered.HTML)
		v.Preview = &html
		return true, s.showEditor(w, r, http.StatusOK, actor, v)
	case actionFile:
		return true, s.addFile(w, r, actor, v)
	case actionDraft:
		if _, err := s.Library.Autosave(r.Context(), actor, draftOf(r.PostForm)); err != nil {
			return true, err
		}
		return true, see(w, r, "/?meldung=entwurf")
	}
	return false, nil
}

// forgetDraft ends a draft whose text is saved. One that does not exist is
// fine.
func (s *Server) forgetDraft(r *http.Request, actor account.Actor, id content.ID, key string) error {
	if err := s.Library.DiscardDraft(r.Context(), actor, id, key); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return nil
}

// refused shows the form again with everything that was typed.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, actor account.Actor, v editorView, err error) error {
	f, ok := fault.Of(err)
	if !ok || f.Kind.Status() >= 500 && f.Kind != fault.Full && f.Kind != fault.Unavailable {
		s.keepTyped(r, actor)
		return err
	}
	v.Mistake = s.mistakeIn(r, err)
	return s.showEditor(w, r, f.Kind.Status(), actor, v)
}

// keepTyped is the last resort when a save fails for no fault of the writer.
func (s *Server) keepTyped(r *http.Request, actor account.Actor) {
	if _, err := s.Library.Autosave(r.Context(), actor, draftOf(r.PostForm)); err != nil {
		s.Log.ErrorContext(r.Context(), "draft not kept", "error", err)
	}
}

// stale shows where somebody else's save contradicts one's own, passage by
// passage, and lets the writer choose. Nothing is lost: what was typed is kept
// as a draft, and both versions stay in history.
func (s *Server) stale(w http.ResponseWriter, r *http.Request, actor account.Actor, v editorView) error {
	s.keepTyped(r, actor)
	v.Operation = s.IDs.New()
	joined, err := s.Library.JoinWith(r.Context(), actor, v.ID, v.Base, v.Form.edit(actor, ""))
	if v.Approval || fault.Is(err, fault.Stale) { // a proposal starts anew; of an unknown base nothing can be said
		if err := s.besideCurrent(r, actor, &v); err != nil {
			return err
		}
		return s.showEditor(w, r, fault.Stale.Status(), actor, v)
	}
	if err != nil {
		return err
	}
	by, err := s.nameOf(r, actor, joined.Current.ChangedBy)
	if err != nil {
		return err
	}
	v.Stale = &staleView{By: by, At: joined.Current.ChangedAt, Conflicts: joined.Conflicts(), Fields: joined.Merge.Fields, Seen: joined.Current.ETag}
	v.Article = joined.Current
	return s.showEditor(w, r, fault.Stale.Status(), actor, v)
}
