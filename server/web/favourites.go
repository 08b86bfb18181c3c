package web

import (
	"net/http"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// favouritesView is the list of what somebody marked.
type favouritesView struct {
	Articles []content.Article
	Today    content.Date
}

func (s *Server) favourites(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	marked, err := s.Library.Favourites(r.Context(), actor)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "favourites", s.titled(r, "acknowledge.favourites"), favouritesView{marked, s.Library.Today()})
}

// favour marks a text or takes it off the list, and leads back to where the
// button stood.
func (s *Server) favour(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id, marked := content.ID(r.PathValue("id")), r.PostForm.Get("merken") == "ja"
	if err := s.Library.Favour(r.Context(), actor, id, marked); err != nil {
		return err
	}
	word := "vergessen"
	if marked {
		word = "gemerkt"
	}
	if r.PostForm.Get("zurueck") == "/merkliste" {
		return see(w, r, "/merkliste?meldung="+word)
	}
	return see(w, r, content.Address(id)+"?meldung="+word)
}

// keepReadings switches on or off whether what somebody reads is remembered.
func (s *Server) keepReadings(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if err := s.Library.KeepReadings(r.Context(), actor, r.PostForm.Get("merken") == "ja"); err != nil {
		return err
	}
	return see(w, r, "/konto?meldung=zuletzt-gelesen")
}
