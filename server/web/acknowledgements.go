package web

import (
	"bytes"
	"mime"
	"net/http"
	"regexp"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// dutyView is the banner over a text somebody has to take note of.
type dutyView struct {
	content.Duty
	Changes []diffPart // since the version the person knew, rendered
	Fields  []content.FieldChange
	Mistake mistake
}

// dutyField marks a mistake that belongs into the banner.
const dutyField = "kenntnisnahme"

// ownUse adds to a text what it means to the one who reads it.
func (s *Server) ownUse(r *http.Request, actor account.Actor, f *Frame, v *articleView) error {
	a := v.Article
	if v.Mistake.Field == dutyField {
		v.Duty.Mistake, v.Mistake = v.Mistake, mistake{}
	}
	if !v.Current {
		return nil
	}
	s.Library.NoteReading(actor, a.ID)
	v.Rates = content.CanSeeRates(actor, a)
	var err error
	if v.Favourite, err = s.Library.IsFavourite(r.Context(), actor, a.ID); err != nil {
		return err
	}
	if s.opening() { // which version asks is not known yet
		return nil
	}
	if v.Duty.Duty, err = s.Library.Duty(r.Context(), actor, a); err != nil || !v.Duty.Changed() {
		return err
	}
	changes, err := s.Library.ChangesSinceKnown(r.Context(), actor, v.Duty.Duty)
	v.Duty.Fields = changes.Fields
	for _, b := range changes.Blocks {
		if b.Kind != content.DiffSame { // the text itself follows
			b.HTML = withoutIDs(b.HTML)
			for i := range b.Parts {
				b.Parts[i].Text = withoutIDs(b.Parts[i].Text)
			}
			v.Duty.Changes = append(v.Duty.Changes, f.diffPart(b))
		}
	}
	return err
}

var idAttribute = regexp.MustCompile(` id="[^"]*"`)

// withoutIDs takes the anchors from sanitised HTML that stands on a page a
// second time. Text holds no quotation mark that is not escaped.
func withoutIDs(html string) string { return idAttribute.ReplaceAllString(html, "") }

// duties are what somebody has to take note of; none while nobody knows which
// versions ask.
func (s *Server) duties(r *http.Request, actor account.Actor) ([]content.Duty, error) {
	if s.opening() {
		return []content.Duty{}, nil
	}
	return s.Library.Duties(r.Context(), actor)
}

// homeOwn lists what somebody has to take note of, marked and read last.
func (s *Server) homeOwn(r *http.Request, actor account.Actor, _ *Frame, v *homeView) error {
	if len(actor.Audience()) == 0 {
		return nil
	}
	duties, err := s.duties(r, actor)
	if err != nil {
		return err
	}
	v.Duties, v.DutyCount = duties[:min(len(duties), homeLines)], len(duties)
	if v.Favourites, err = s.Library.Favourites(r.Context(), actor); err != nil {
		return err
	}
	v.Favourites = v.Favourites[:min(len(v.Favourites), homeLines)]
	v.Recent, err = s.Library.RecentlyRead(r.Context(), actor)
	v.Recent = v.Recent[:min(len(v.Recent), homeLines)]
	return err
}

func (s *Server) acknowledge(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id := content.ID(r.PathValue("id"))
	_, err := s.Library.Acknowledge(r.Context(), actor, id, content.ContentHash(r.PostForm.Get("fassung")))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.PreconditionRequired) {
		view, readErr := s.Library.Read(r.Context(), actor, id, "")
		if readErr != nil {
			return readErr
		}
		return s.showArticle(w, r, http.StatusConflict, actor, view, mistake{dutyField, s.mistakeIn(r, err).Sentence})
	}
	if err != nil {
		return err
	}
	return see(w, r, content.Address(id)+"?meldung=kenntnis")
}

// ratesView is how far the departments are with a text.
type ratesView struct {
	content.Rates
	Names map[string]string // of the departments
	Named []content.Named   // when a superior asked for names
}

func (s *Server) rates(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id := content.ID(r.PathValue("id"))
	rates, err := s.Library.Rates(r.Context(), actor, id)
	if err != nil {
		return err
	}
	v := ratesView{Rates: rates, Names: map[string]string{}}
	departments, err := s.Office.Departments(r.Context())
	if err != nil {
		return err
	}
	for _, d := range departments {
		v.Names[d.ID] = d.Name
	}
	f := s.titled(r, "acknowledge.rates")
	if r.URL.Query().Get("namen") == "ja" {
		if _, v.Named, err = s.Library.NamedAcknowledgements(r.Context(), actor, id); err != nil {
			return err
		}
		f = s.titled(r, "acknowledge.rates-names")
	}
	f.Title += " – " + rates.Article.Title
	f.Crumbs = append(f.crumbsOf(rates.Article), Crumb{rates.Article.Title, content.Address(id)})
	return s.render(w, r, http.StatusOK, "rates", f, v)
}

func (s *Server) ratesCSV(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id := content.ID(r.PathValue("id"))
	rates, err := s.Library.Rates(r.Context(), actor, id)
	if err != nil {
		return err
	}
	f := s.titled(r, "acknowledge.rates")
	words := content.RateWords{
		Department: f.T("web.department-label"), People: f.T("acknowledge.people"), Done: f.T("acknowledge.done"), Overdue: f.T("acknowledge.overdue"),
		Total: f.T("acknowledge.total"), Without: f.T("web.no-department"), Few: f.T("acknowledge.few"), Name: f.T("web.name"),
		At: f.T("acknowledge.at"), Due: f.T("acknowledge.due"), Yes: f.T("acknowledge.yes"), No: f.T("acknowledge.no"),
		Time: func(a content.Acknowledgement) string { return f.DateTime(a.At) },
	}
	var out bytes.Buffer
	if r.URL.Query().Get("namen") == "ja" {
		_, named, err := s.Library.NamedAcknowledgements(r.Context(), actor, id)
		if err != nil {
			return err
		}
		if err := content.WriteNamesCSV(&out, named, words); err != nil {
			return err
		}
	} else if err := rates.WriteCSV(&out, words); err != nil {
		return err
	}
	if err := s.Library.LogRatesExport(r.Context(), actor, id); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.T("acknowledge.rates") + " " + rates.Article.Title + ".csv"}))
	_, err = w.Write(out.Bytes())
	return err
}

// takenView is what somebody took note of, and who looked at it.
type takenView struct {
	Open     []content.Duty
	Taken    []content.Taken
	Accesses []accessLine
}

// accessLine is a look at one's own data, with the text it was about.
type accessLine struct {
	content.Access
	Text *content.Article // nil when it may no longer be seen
}

func (s *Server) taken(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	var v takenView
	var err error
	if v.Open, err = s.duties(r, actor); err != nil {
		return err
	}
	if v.Taken, err = s.Library.MyAcknowledgements(r.Context(), actor); err != nil {
		return err
	}
	accesses, err := s.Library.MyAccesses(r.Context(), actor)
	if err != nil {
		return err
	}
	for _, a := range accesses {
		line := accessLine{Access: a}
		if text, err := s.Library.Article(r.Context(), actor, content.ID(a.Detail)); err == nil {
			line.Text = &text
		} else if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
			return err
		}
		v.Accesses = append(v.Accesses, line)
	}
	f := s.titled(r, "acknowledge.mine")
	f.Crumbs = []Crumb{{f.T("web.account-title"), "/konto"}}
	return s.render(w, r, http.StatusOK, "taken", f, v)
}
