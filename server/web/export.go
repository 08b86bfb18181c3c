package web

import (
	"bufio"
	"html/template"
	"mime"
	"net/http"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/export"
	"staffelstab/server/request"
)

// exportView is where somebody chooses in which form texts leave.
type exportView struct {
	Articles []content.Article
	Missing  int
	Today    content.Date
}

// stampView is the stamp of a printed page.
type stampView struct {
	Code  template.HTML
	Lines []export.Line
}

// exporter writes for the one who asks.
func (s *Server) exporter(r *http.Request, actor account.Actor) *export.Exporter {
	return &export.Exporter{
		Library: s.Library, Catalogue: s.Catalogue, Locale: request.From(r.Context()).Locale, Zone: s.Zone, Base: s.base(r), Actor: actor,
	}
}

// base is the address people reach the server at. Without a setting it is the
// one this request came to, which only concerns the answer to this request.
func (s *Server) base(r *http.Request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	if s.Cookies.Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (s *Server) exportForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	chosen, err := s.chosen(r, actor)
	if err != nil {
		return err
	}
	f := s.titled(r, "export.title")
	f.Crumbs = f.crumbsOf(chosen.Articles[0])
	if len(chosen.Articles) == 1 {
		a := chosen.Articles[0]
		f.Title = f.T("export.title") + ": " + a.Title
		f.Crumbs = append(f.Crumbs, Crumb{a.Title, content.Address(a.ID)})
	}
	v := exportView{Articles: chosen.Articles, Missing: len(chosen.Missing), Today: s.Library.Today()}
	return s.render(w, r, http.StatusOK, "export", f, v)
}

// wished are the texts an address names.
func wished(r *http.Request) []content.ID {
	var ids []content.ID
	for _, id := range r.URL.Query()["ids"] {
		ids = append(ids, content.ID(id))
	}
	return ids
}

func (s *Server) exportFile(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	format, err := export.ParseFormat(r.URL.Query().Get("format"))
	if err != nil {
		return err
	}
	chosen, err := s.Library.Exportable(r.Context(), actor, wished(r), string(format))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", format.MediaType())
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": export.FileName(chosen, format)}))
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
	h.Set("Cache-Control", "private, no-store")
	out := bufio.NewWriter(w)
	if err := s.exporter(r, actor).Write(r.Context(), out, chosen, format); err != nil {
		// What was sent cannot be taken back: the browser must see that the file
		// is not whole.
		s.Log.ErrorContext(r.Context(), "export failed", "request", request.From(r.Context()).ID, "error", err)
		panic(http.ErrAbortHandler)
	}
	return out.Flush()
}

// stamp is what stands on the paper when the page of a text is printed.
func (s *Server) stamp(r *http.Request, actor account.Actor, v content.View) (stampView, error) {
	e := s.exporter(r, actor)
	stamp := e.Stamp(content.CopyOf(v))
	code, err := export.CodeSVG(stamp.Check, s.Catalogue.Text(e.Locale, "export.code-label", nil))
	return stampView{template.HTML(code), stamp.Lines}, err
}

// checkPrint answers whoever scanned the code of a print.
func (s *Server) checkPrint(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	c, err := s.Library.CheckPrint(r.Context(), actor, content.ID(r.PathValue("id")), content.RevisionID(r.PathValue("revision")))
	if err != nil {
		return err
	}
	f := s.titled(r, "export.check-title")
	f.Title += " – " + c.Article.Title
	f.Crumbs = append(f.crumbsOf(c.Article), Crumb{c.Article.Title, content.Address(c.Article.ID)})
	v := struct {
		content.PrintCheck
		Says string
	}{PrintCheck: c}
	if c.Archived == nil {
		v.Says = s.exporter(r, actor).Stamp(content.Copy{Article: c.Article, Status: c.Status, Successor: c.Successor, Since: c.Since}).Status
	}
	return s.render(w, r, http.StatusOK, "print", f, v)
}

// Saves says how many quick saves are shown as one, and from when to when.
func (f *Frame) Saves(list []content.Revision) (string, error) {
	if len(list) == 0 {
		return "", fault.New(fault.Internal, "web.internal")
	}
	clock := func(r content.Revision) string { return r.At.In(f.zone).Format("15:04") }
	return f.T("export.saves", "n", i18n.Number(f.Locale, len(list)), "from", clock(list[len(list)-1]), "to", clock(list[0])), nil
}
