package web

import (
	"net/http"

	"staffelstab/content/legacy"
	"staffelstab/internal/account"
)

// legacyPlans lists what imports only planned, for those who run them.
func (s *Server) legacyPlans(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	plans, err := s.Legacy.Plans(r.Context(), actor)
	if err != nil {
		return err
	}
	f := s.titled(r, "legacy.plans-title")
	f.Crumbs = []Crumb{{f.T("web.menu-administration"), "/verwaltung"}}
	return s.render(w, r, http.StatusOK, "legacyplans", f, struct{ Plans []legacy.Run }{plans})
}

func (s *Server) legacyWithdraw(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if _, err := s.Legacy.WithdrawPlan(r.Context(), actor, r.PostForm.Get("lauf")); err != nil {
		return err
	}
	return see(w, r, "/verwaltung/plaene?meldung=plan-zurueckgezogen")
}
