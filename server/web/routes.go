package web

import (
	"net/http"

	"staffelstab/internal/account"
)

// Access says who may call a route at all. Finer rules are the domains'.
type Access string

// The kinds of access.
const (
	Public   Access = "public"
	SignedIn Access = "signed-in"
)

// Handler answers one route. An error becomes a page.
type Handler func(w http.ResponseWriter, r *http.Request, actor account.Actor) error

// Route is one line of the table of pages.
type Route struct {
	Pattern string
	Access  Access
	Handler Handler
	Upload  bool // takes a file as large as an attachment may be
}

// Routes is every page and who may call it.
func (s *Server) Routes() []Route {
	return []Route{
		{"GET /{$}", SignedIn, s.home, false},
		{"GET /anmelden", Public, s.signInForm, false},
		{"POST /anmelden", Public, s.signIn, false},
		{"POST /anmelden/demo", Public, s.signInDemo, false},
		{"POST /abmelden", Public, s.signOut, false},
		{"GET /einrichtung/{secret}", Public, s.setupForm, false},
		{"POST /einrichtung/{secret}", Public, s.setup, false},
		{"GET /konto", SignedIn, s.accountForm, false},
		{"POST /konto", SignedIn, s.changePassword, false},
		{"POST /konto/token", SignedIn, s.createToken, false},
		{"POST /konto/token/{id}/entziehen", SignedIn, s.withdrawToken, false},
		{"POST /sprache", Public, s.setLanguage, false},
		{"POST /darstellung", Public, s.setTheme, false},
		{"GET /barrierefreiheit", Public, s.legal("web.accessibility-title", "accessibility"), false},
		{"GET /datenschutz", Public, s.legal("web.privacy-title", "privacy"), false},
		{"GET /hilfe", Public, s.legal("web.help-title", "help"), false},
		{"GET /.well-known/security.txt", Public, s.securityText, false},

		{"GET /suche", SignedIn, s.search, false},
		{"GET /wissen", SignedIn, s.knowledge, false},
		{"GET /standards", SignedIn, s.standards, false},
		{"GET /neu", SignedIn, s.newForm, false},
		{"POST /neu", SignedIn, s.create, true},
		{"POST /vorschau", SignedIn, s.preview, false},
		{"POST /entwurf", SignedIn, s.autosave, false},
		{"POST /entwurf/datei", SignedIn, s.draftFile, true},
		{"GET /entwurf/dateien/{name}", SignedIn, s.shownDraftFile, false},
		{"GET /vorschlaege/{id}/dateien/{name}", SignedIn, s.proposalFile, false},
		{"POST /entwurf/verwerfen", SignedIn, s.discard, false},
		{"GET /a/{id}", SignedIn, s.article, false},
		{"GET /a/{id}/bearbeiten", SignedIn, s.editForm, false},
		{"POST /a/{id}/bearbeiten", SignedIn, s.save, true},
		{"GET /a/{id}/vorschlagen", SignedIn, s.proposeForm, false},
		{"POST /a/{id}/vorschlagen", SignedIn, s.propose, true},
		{"GET /vorschlaege", SignedIn, s.proposals, false},
		{"GET /vorschlaege/{id}", SignedIn, s.proposal, false},
		{"GET /vorschlaege/{id}/bearbeiten", SignedIn, s.reviseForm, false},
		{"POST /vorschlaege/{id}/bearbeiten", SignedIn, s.revise, true},
		{"POST /vorschlaege/{id}/freigeben", SignedIn, s.approve, false},
		{"POST /vorschlaege/{id}/zurueckgeben", SignedIn, s.returnProposal, false},
		{"POST /vorschlaege/{id}/zurueckziehen", SignedIn, s.withdrawProposal, false},
		{"GET /a/{id}/verlauf", SignedIn, s.history, false},
		{"GET /a/{id}/vergleich", SignedIn, s.compare, false},
		{"POST /a/{id}/wiederherstellen", SignedIn, s.restore, false},
		{"GET /a/{id}/dateien/{name}", SignedIn, s.attachment, false},
		{"POST /a/{id}/dateien", SignedIn, s.attach, true},
		{"POST /a/{id}/dateien/{name}/entfernen", SignedIn, s.detach, false},
		{"GET /notes/{unid}", SignedIn, s.legacy, false},
		{"GET /notes/{replica}/{unid}", SignedIn, s.legacy, false},

		{"GET /lernen", SignedIn, s.modules, false},
		{"GET /lernen/{id}", SignedIn, s.module, false},
		{"GET /lernen/{id}/{n}", SignedIn, s.lesson, false},
		{"POST /lernen/{id}/{n}/gelesen", SignedIn, s.finishLesson, false},
		{"POST /lernen/{id}/{n}/{question}", SignedIn, s.answer, false},

		{"GET /ausbildung", SignedIn, s.cohorts, false},
		{"POST /ausbildung", SignedIn, s.createCohort, false},
		{"POST /ausbildung/berufe", SignedIn, s.saveOccupation, false},
		{"GET /ausbildung/jahrgang/{id}", SignedIn, s.cohort, false},
		{"POST /ausbildung/jahrgang/{id}", SignedIn, s.updateCohort, false},
		{"GET /ausbildung/jahrgang/{id}/fortschritt.csv", SignedIn, s.cohortCSV, false},
		{"POST /ausbildung/jahrgang/{id}/personen", SignedIn, s.addApprentice, false},
		{"GET /ausbildung/person/{id}", SignedIn, s.apprentice, false},

		{"GET /verwaltung", SignedIn, s.people, false},
		{"POST /verwaltung", SignedIn, s.createPerson, false},
		{"GET /verwaltung/bereiche", SignedIn, s.departments, false},
		{"POST /verwaltung/bereiche", SignedIn, s.saveDepartment, false},
		{"GET /verwaltung/person/{id}", SignedIn, s.person, false},
		{"POST /verwaltung/person/{id}", SignedIn, s.updatePerson, false},
		{"POST /verwaltung/person/{id}/rollen", SignedIn, s.grant, false},
		{"POST /verwaltung/person/{id}/rollen/{grant}/entziehen", SignedIn, s.revoke, false},
		{"POST /verwaltung/person/{id}/sperre", SignedIn, s.setActive, false},
		{"POST /verwaltung/person/{id}/passwort", SignedIn, s.resetPassword, false},
		{"GET /verwaltung/protokoll", SignedIn, s.auditLog, false},
	}
}
