package web

import (
	"net/http"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// redactionLine is a redaction in a list.
type redactionLine struct {
	content.RedactionView
	Name    string // of who asked
	Decided string // name of who decided
}

// redactForm asks for a redaction.
type redactForm struct {
	Article     content.Article
	Passage     string
	Attachment  string
	Reason      string
	Attachments []content.Attachment
	Mistake     mistake
}

// redactionPage is where a second person decides.
type redactionPage struct {
	redactionLine
	Error string
}

func redactionAddress(id content.RedactionID) string { return "/schwaerzungen/" + string(id) }

// RedactionState names where a redaction stands.
func (f *Frame) RedactionState(s content.RedactionState) Badge {
	switch s {
	case content.RedactionRequested:
		return Badge{f.T("operate.state-requested"), "info", "info"}
	case content.RedactionDeclined:
		return Badge{f.T("operate.state-declined"), "warning", "warning"}
	case content.RedactionDone:
		return Badge{f.T("operate.state-done"), "success", "success"}
	}
	return Badge{f.T("operate.state-running"), "info", "info"}
}

// CanRedact reports whether the page of the text offers a redaction.
func (v articleView) CanRedact() bool {
	return v.View.Current && content.CanRequestRedaction(v.Actor, v.View.Article.Department)
}

func (s *Server) redactForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showRedactForm(w, r, http.StatusOK, actor, redactForm{})
}

func (s *Server) showRedactForm(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v redactForm) error {
	var err error
	id := content.ID(r.PathValue("id"))
	if v.Article, err = s.Library.Article(r.Context(), actor, id); err != nil {
		return err
	}
	if !content.CanRequestRedaction(actor, v.Article.Department) {
		return fault.New(fault.Forbidden, "operate.may-not-request")
	}
	if v.Attachments, err = s.Library.Attachments(r.Context(), actor, id); err != nil {
		return err
	}
	f := s.frame(r, "")
	f.Title = f.T("operate.redact-title", "title", v.Article.Title)
	f.Crumbs = append(f.crumbsOf(v.Article), Crumb{v.Article.Title, content.Address(id)})
	return s.render(w, r, status, "redact", f, v)
}

func (s *Server) requestRedaction(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := redactForm{Passage: r.PostForm.Get("stelle"), Attachment: r.PostForm.Get("anhang"), Reason: r.PostForm.Get("grund")}
	x, err := s.Library.RequestRedaction(r.Context(), actor, content.ID(r.PathValue("id")), content.RedactionRequest{
		Passage: v.Passage, Attachment: v.Attachment, Reason: v.Reason,
	})
	if f, ok := fault.Of(err); ok && f.Kind == fault.Invalid {
		v.Mistake = s.mistakeIn(r, err, "passage", "stelle", "reason", "grund", "attachment", "anhang")
		return s.showRedactForm(w, r, f.Kind.Status(), actor, v)
	}
	if err != nil {
		return err
	}
	return see(w, r, redactionAddress(x.ID))
}

func (s *Server) redactions(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	list, err := s.Library.RedactionsFor(r.Context(), actor)
	if err != nil {
		return err
	}
	lines := make([]redactionLine, len(list))
	for i, v := range list {
		if lines[i], err = s.redactionLine(r, actor, v); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, "redactions", s.titled(r, "operate.redactions-title"), lines)
}

func (s *Server) redactionLine(r *http.Request, actor account.Actor, v content.RedactionView) (redactionLine, error) {
	x := v.Redaction
	names, err := s.Office.Names(r.Context(), actor, []string{x.RequestedBy, x.DecidedBy})
	return redactionLine{v, names[x.RequestedBy], names[x.DecidedBy]}, err
}

func (s *Server) redaction(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showRedaction(w, r, http.StatusOK, actor, "")
}

func (s *Server) showRedaction(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, problem string) error {
	v, err := s.Library.RedactionOf(r.Context(), actor, content.RedactionID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f := s.titled(r, "operate.redaction-title")
	f.Crumbs = []Crumb{{f.T("operate.redactions-title"), "/schwaerzungen"}}
	line, err := s.redactionLine(r, actor, v)
	if err != nil {
		return err
	}
	return s.render(w, r, status, "redaction", f, redactionPage{line, problem})
}

func (s *Server) approveRedaction(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	_, err := s.Library.ApproveRedaction(r.Context(), actor, content.RedactionID(r.PathValue("id")), r.PostForm["datei"]...)
	return s.redactionDecided(w, r, actor, err)
}

func (s *Server) declineRedaction(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.redactionDecided(w, r, actor, s.Library.DeclineRedaction(r.Context(), actor, content.RedactionID(r.PathValue("id"))))
}

func (s *Server) redactionDecided(w http.ResponseWriter, r *http.Request, actor account.Actor, err error) error {
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Conflict || f.Kind == fault.Stale || f.Kind == fault.Invalid) {
		return s.showRedaction(w, r, f.Kind.Status(), actor, s.sentence(r, f))
	}
	if err != nil {
		return err
	}
	return see(w, r, redactionAddress(content.RedactionID(r.PathValue("id"))))
}
