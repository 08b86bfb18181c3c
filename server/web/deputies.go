package web

import (
	"net/http"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/request"
)

// decides tells whether proposals are shown as somebody's task; a page does not
// fail for it.
func (s *Server) decides(r *http.Request, actor account.Actor) bool {
	yes, err := s.Library.DecidesToday(r.Context(), actor)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "deputies not looked up", "request", request.From(r.Context()).ID, "error", err)
	}
	return yes
}

// deputiesView is the page about who stands in for whom.
type deputiesView struct {
	CanAppoint  bool
	Mine        []account.Standing
	Represented []account.Standing
	Form        deputyForm
	Mistake     mistake
}

// deputyForm is a deputy as it was asked for.
type deputyForm struct{ Login, From, Until string }

func (s *Server) deputies(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showDeputies(w, r, http.StatusOK, actor, deputiesView{Form: deputyForm{From: string(s.Library.Today())}})
}

func (s *Server) showDeputies(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v deputiesView) error {
	var err error
	if v.Mine, v.Represented, err = s.Office.Deputies(r.Context(), actor, string(s.Library.Today())); err != nil {
		return err
	}
	v.CanAppoint = account.CanAppointDeputy(actor)
	f := s.titled(r, "policy.deputies-title")
	f.Crumbs = []Crumb{{f.T("web.account-title"), "/konto"}}
	return s.render(w, r, status, "deputies", f, v)
}

func (s *Server) appointDeputy(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	form := deputyForm{r.PostForm.Get("anmeldename"), i18n.ISODay(r.PostForm.Get("von")), i18n.ISODay(r.PostForm.Get("bis"))}
	_, err := s.Office.AppointDeputy(r.Context(), actor, form.Login, form.From, form.Until, string(s.Library.Today()))
	if fault.Is(err, fault.Invalid) {
		v := deputiesView{Form: form, Mistake: s.mistakeIn(r, err, "from", "von")}
		return s.showDeputies(w, r, fault.Invalid.Status(), actor, v)
	}
	if err != nil {
		return err
	}
	return see(w, r, "/konto/vertretung?meldung=vertretung")
}

func (s *Server) withdrawDeputy(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := s.Office.WithdrawDeputy(r.Context(), actor, r.PathValue("id")); err != nil {
		return err
	}
	return see(w, r, "/konto/vertretung?meldung=vertretung-beendet")
}
