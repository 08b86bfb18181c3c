package web

import (
	"net/http"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// submittedNotice names the sentence after a proposal was submitted: it says so
// when the text had gone on and both changes were joined.
func submittedNotice(base string, p content.Proposal) string {
	if p.Base != base {
		return "zusammengefuehrt"
	}
	return "eingereicht"
}

// bringUp puts into the editor of a proposal what others changed in the text
// meanwhile. Where both contradict each other the text as it is stands beside.
func (s *Server) bringUp(r *http.Request, actor account.Actor, v *editorView) error {
	joined, err := s.Library.BroughtUp(r.Context(), actor, v.Proposal.ID)
	if fault.Is(err, fault.Stale) {
		return s.besideCurrent(r, actor, v)
	}
	if err != nil {
		return err
	}
	why, change := v.Form.Message, v.Form.Change
	v.Form = formOf(joined)
	v.Form.Message, v.Form.Change = why, change
	v.Article, v.Base, v.Joined = joined.Article, joined.Article.ETag, true
	return nil
}
