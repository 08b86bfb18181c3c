package web

import (
	"net/http"
	"strings"

	"staffelstab/internal/fault"
	"staffelstab/server/request"
)

// mistake is what is wrong with a form: the sentence, and the field it stands
// at. An empty Field means the form as a whole.
type mistake struct{ Field, Sentence string }

// mistakeIn says a fault in words for a form. Pairs name fields of the domain
// and what this form calls them, where that differs from other forms.
func (s *Server) mistakeIn(r *http.Request, err error, pairs ...string) mistake {
	f, ok := fault.Of(err)
	if !ok {
		return mistake{}
	}
	field := formField(f.Field)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == f.Field {
			field = pairs[i+1]
		}
	}
	return mistake{field, s.sentence(r, f)}
}

// sentence translates a fault for a form. People do not see the keys of a
// file's head and its lines, so a field goes by its label there.
func (s *Server) sentence(r *http.Request, f *fault.Fault) string {
	frame := s.frame(r, "")
	args := make(map[string]any, len(f.Args))
	for name, value := range f.Args {
		if key, ok := value.(string); ok && name == "key" {
			value = frame.Field(key)
		}
		args[name] = value
	}
	locale := request.From(r.Context()).Locale
	text := s.Catalogue.Text(locale, formSentence(f.Key), args)
	if f.Line > 0 && formField(f.Field) == "text" {
		text = s.Catalogue.Text(locale, "web.line", map[string]any{"line": f.Line}) + " " + text
	}
	return text
}

// formSentence is how forms say what is no day: people type days another way
// than files and programs do.
func formSentence(key string) string {
	switch key {
	case "content.bad-date":
		return "little.bad-date"
	case "policy.bad-day", "zak.bad-start":
		return "little.no-date"
	case "account.bad-days":
		return "little.bad-role-days"
	}
	return key
}

// formField is what the forms call a field of the domains. Keys of the front
// matter are their own names.
func formField(name string) string {
	switch name {
	case "title":
		return "titel"
	case "body":
		return "text"
	case "department", "scope":
		return "bereich"
	case "kind":
		return "art"
	case "sichtbar":
		return "nur-bereich"
	case "login", "person":
		return "anmeldename"
	case "password":
		return "passwort"
	case "old":
		return "alt"
	case "role":
		return "rolle"
	case "until":
		return "bis"
	case "days":
		return "tage"
	case "label":
		return "wofuer"
	case "year":
		return "jahr"
	case "occupation":
		return "beruf"
	case "start":
		return "beginn"
	case "file":
		return "datei"
	case "kenntnisnahme.gruppen":
		return "kenntnisnahme-bereiche"
	case "kenntnisnahme.frist":
		return "kenntnisnahme-frist"
	}
	return strings.TrimPrefix(name, "meta.")
}

// Field names a key of a text's front matter; one without a label is shown as
// it is.
func (f *Frame) Field(key string) string {
	keys := map[string]string{
		"titel": "web.title", "art": "web.kind", "bereich": "web.department-label", "kurz": "web.in-short", "ansprechperson": "web.contact",
		"themen": "web.topics", "schlagworte": "web.keywords", "rechtsgrundlage": "web.legal-basis", "gueltig_ab": "web.valid-from-label",
		"gueltig_bis": "web.valid-until", "naechste_pruefung": "web.review-due", "ziel": "web.goal", "minuten": "web.minutes-label",
		"sichtbar": "web.visible-to", "kenntnisnahme": "acknowledge.label", "verbindlich": "web.filter-binding",
		"pruefer": "validity.reviewer", "ersetzt": "validity.replaces", "ersetzt_durch": "validity.replaced-by", "aendert": "validity.amends",
		"verbindlich_belege": "validity.proof", "valid": "validity.ask-day",
	}
	if label, ok := keys[key]; ok {
		return f.T(label)
	}
	return key
}
