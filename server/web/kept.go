package web

import (
	"net/http"
	"net/url"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// What somebody sends from the editor after the session ended travels through
// the sign-in page in hidden fields and becomes a draft with the sign-in. It
// never leaves the bodies of forms: no address, log or cookie holds any of it,
// the server keeps nothing for somebody it does not know, and a page of another
// origin cannot send it (see http.CrossOriginProtection in package server).

// keptPrefix names the hidden fields.
const keptPrefix = "geschrieben-"

// maxKept bounds what travels, in bytes. A longer text is shown to be copied.
const maxKept = 2 << 20

// keptField is a field of the editor on its way.
type keptField struct{ Name, Value string }

// editorFields are the fields of the editor that a draft is made of.
func editorFields() []string {
	return append(draftFields(), "titel", "text", "text-id", "entwurf-id", "basis")
}

// fromEditor reports whether a form was sent from the editor.
func fromEditor(r *http.Request) bool {
	switch r.Pattern {
	case "POST /neu", "POST /a/{id}/bearbeiten", "POST /a/{id}/vorschlagen", "POST /vorschlaege/{id}/bearbeiten":
		return true
	}
	return false
}

// keep makes hidden fields of what was written; with the prefix they come from
// the sign-in page that failed.
func keep(values url.Values, prefix string) []keptField {
	var out []keptField
	size := 0
	for _, name := range editorFields() {
		if value := values.Get(prefix + name); value != "" {
			out = append(out, keptField{keptPrefix + name, value})
			size += len(value)
		}
	}
	if size > maxKept || values.Get(prefix+"text") == "" {
		return nil
	}
	return out
}

// signInAgain fills the sign-in page with what the form before it held.
func (v *signInView) signInAgain(values url.Values) {
	if v.Fields = keep(values, keptPrefix); v.Fields != nil {
		v.Kept, v.KeptTitle = values.Get(keptPrefix+"text"), values.Get(keptPrefix+"titel")
	}
}

// takeUpKept makes a draft of what was written and says where it goes on. What
// cannot become one, for instance because somebody else signed in, is an error.
func (s *Server) takeUpKept(r *http.Request, actor account.Actor, next string) (string, error) {
	if keep(r.PostForm, keptPrefix) == nil {
		return next, nil
	}
	values := url.Values{}
	for _, name := range editorFields() {
		values.Set(name, r.PostForm.Get(keptPrefix+name))
	}
	d := draftOf(values)
	if d.Article == "" && d.Key == "" {
		d.Key = s.IDs.New()
	}
	if _, err := s.Library.Autosave(r.Context(), actor, d); err != nil {
		return "", err
	}
	if d.Article == "" && !content.IsProposalDraft(d.Key) {
		return "/neu?entwurf=" + url.QueryEscape(d.Key), nil
	}
	return next, nil
}

// enterWith is enter for a form that may hold what was written. What cannot be
// kept is shown once more, so that it can be copied.
func (s *Server) enterWith(w http.ResponseWriter, r *http.Request, actor account.Actor, secret string) error {
	next, err := s.takeUpKept(r, actor, local(r.PostForm.Get("weiter")))
	f, ok := fault.Of(err)
	if err != nil && !ok {
		return err
	}
	if err == nil {
		return s.enter(w, r, secret, next)
	}
	if err := s.Auth.SignOut(r.Context(), secret); err != nil { // the session nobody gets
		return err
	}
	v := signInView{Next: "/", Kept: r.PostForm.Get(keptPrefix + "text"), KeptTitle: r.PostForm.Get(keptPrefix + "titel"), Mistake: s.mistakeIn(r, err)}
	v.Mistake.Field = ""
	return s.showSignIn(w, r, f.Kind.Status(), v)
}
