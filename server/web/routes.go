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
		{"GET /konto/kenntnisnahmen", SignedIn, s.taken, false},
		{"POST /konto/zuletzt-gelesen", SignedIn, s.keepReadings, false},
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
		{"GET /formatvorlagen", SignedIn, s.templates, false},
		{"GET /aktualitaet", SignedIn, s.due, false},
		{"POST /aktualitaet/uebergeben", SignedIn, s.handOver, false},
		{"POST /a/{id}/bestaetigt", SignedIn, s.confirmReview, false},
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
		{"GET /a/{id}/schwaerzen", SignedIn, s.redactForm, false},
		{"POST /a/{id}/schwaerzen", SignedIn, s.requestRedaction, false},
		{"GET /schwaerzungen", SignedIn, s.redactions, false},
		{"GET /schwaerzungen/{id}", SignedIn, s.redaction, false},
		{"POST /schwaerzungen/{id}/genehmigen", SignedIn, s.approveRedaction, false},
		{"POST /schwaerzungen/{id}/ablehnen", SignedIn, s.declineRedaction, false},
		{"GET /freigaberegeln", SignedIn, s.approvalRules, false},
		{"POST /freigaberegeln", SignedIn, s.setApprovalRule, false},
		{"GET /konto/vertretung", SignedIn, s.deputies, false},
		{"POST /konto/vertretung", SignedIn, s.appointDeputy, false},
		{"POST /konto/vertretung/{id}/beenden", SignedIn, s.withdrawDeputy, false},
		{"GET /a/{id}/verlauf", SignedIn, s.history, false},
		{"GET /a/{id}/fachleute", SignedIn, s.experts, false},
		{"GET /a/{id}/vergleich", SignedIn, s.compare, false},
		{"POST /a/{id}/wiederherstellen", SignedIn, s.restore, false},
		{"GET /a/{id}/dateien/{name}", SignedIn, s.attachment, false},
		{"POST /a/{id}/dateien", SignedIn, s.attach, true},
		{"POST /a/{id}/dateien/{name}/entfernen", SignedIn, s.detach, false},
		{"POST /a/{id}/kenntnisnahme", SignedIn, s.acknowledge, false},
		{"GET /a/{id}/kenntnisnahmen", SignedIn, s.rates, false},
		{"GET /a/{id}/kenntnisnahmen.csv", SignedIn, s.ratesCSV, false},
		{"POST /a/{id}/merken", SignedIn, s.favour, false},
		{"GET /merkliste", SignedIn, s.favourites, false},
		{"GET /a/{id}/fragen", SignedIn, s.askForm, false},
		{"POST /a/{id}/fragen", SignedIn, s.ask, false},
		{"POST /a/{id}/hilfreich", SignedIn, s.helpful, false},
		{"POST /a/{id}/folgen", SignedIn, s.followArticle, false},
		{"GET /fragen", SignedIn, s.questions, false},
		{"GET /fragen/{id}", SignedIn, s.askedQuestion, false},
		{"POST /fragen/{id}/antworten", SignedIn, s.answerQuestion, false},
		{"POST /fragen/{id}/erledigt", SignedIn, s.resolveComment, false},
		{"POST /fragen/{id}/zuweisen", SignedIn, s.assignQuestion, false},
		{"POST /fragen/{id}/uebernehmen", SignedIn, s.takeUpAnswer, false},
		{"GET /neuigkeiten", SignedIn, s.news, false},
		{"POST /neuigkeiten/gelesen", SignedIn, s.readNews, false},
		{"GET /amtliche-aenderungen", SignedIn, s.officialChanges, false},
		{"GET /konto/folgen", SignedIn, s.followingForm, false},
		{"POST /konto/folgen", SignedIn, s.changeFollowing, false},
		{"POST /konto/mail", SignedIn, s.wishMail, false},
		{"POST /konto/feed", SignedIn, s.openFeed, false},
		{"POST /konto/feed/beenden", SignedIn, s.closeFeed, false},
		{"GET /feed/{address}", Public, s.feed, false},
		{"GET /export", SignedIn, s.exportForm, false},
		{"GET /export/datei", SignedIn, s.exportFile, false},
		{"GET /p/{id}/{revision}", SignedIn, s.checkPrint, false},
		{"GET /opensearch.xml", Public, s.openSearch, false},
		{"GET /opensearch/vorschlaege", SignedIn, s.openSuggestions, false},
		{"GET /notes/{unid}", SignedIn, s.legacy, false},
		{"GET /notes/{replica}/{unid}", SignedIn, s.legacy, false},
		{"GET /notes/{address...}", SignedIn, s.legacyAddress, false},
		{"GET /a/{id}/umbenennen", SignedIn, s.moveForm, false},
		{"POST /a/{id}/umbenennen", SignedIn, s.move, false},
		{"GET /a/{id}/archivieren", SignedIn, s.archiveForm, false},
		{"POST /a/{id}/archivieren", SignedIn, s.archive, false},
		{"POST /a/{id}/zurueckholen", SignedIn, s.unarchive, false},
		{"GET /pflege", SignedIn, s.tend, false},
		{"GET /pflege/suche", SignedIn, s.searchGaps, false},
		{"GET /ueberfuehrung", SignedIn, s.legacyDesk, false},
		{"GET /ueberfuehrung/fragen", SignedIn, s.legacyQuestions, false},
		{"GET /ueberfuehrung/entschieden", SignedIn, s.legacyDecided, false},
		{"GET /ueberfuehrung/frage", SignedIn, s.legacyQuestion, false},
		{"POST /ueberfuehrung/frage", SignedIn, s.legacyDecide, false},
		{"POST /ueberfuehrung/zurueck", SignedIn, s.legacyUndo, false},
		{"POST /ueberfuehrung/identische", SignedIn, s.legacyMerge, false},
		{"GET /ueberfuehrung/probelauf", SignedIn, s.legacyTrialForm, false},
		{"POST /ueberfuehrung/probelauf", SignedIn, s.legacyTrial, true},

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
		{"POST /verwaltung/altname", SignedIn, s.forgetName, false},
		{"GET /verwaltung/bereiche", SignedIn, s.departments, false},
		{"POST /verwaltung/bereiche", SignedIn, s.saveDepartment, false},
		{"GET /verwaltung/plaene", SignedIn, s.legacyPlans, false},
		{"POST /verwaltung/plaene", SignedIn, s.legacyWithdraw, false},
		{"GET /verwaltung/person/{id}", SignedIn, s.person, false},
		{"POST /verwaltung/person/{id}", SignedIn, s.updatePerson, false},
		{"POST /verwaltung/person/{id}/rollen", SignedIn, s.grant, false},
		{"POST /verwaltung/person/{id}/rollen/{grant}/entziehen", SignedIn, s.revoke, false},
		{"POST /verwaltung/person/{id}/sperre", SignedIn, s.setActive, false},
		{"POST /verwaltung/person/{id}/passwort", SignedIn, s.resetPassword, false},
		{"GET /verwaltung/protokoll", SignedIn, s.auditLog, false},
	}
}
