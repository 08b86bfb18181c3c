package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// callers are the columns of the table below: an author and an editor, a
// reader, an apprentice, the head of training, data protection,
// administration, and somebody without a role.
func callers() []string {
	return []string{"expertin", "personalerin", "leserin", "azubi", "leitung", "datenschutz", "admin", "ohnerolle"}
}

// call is one request everybody makes.
type call struct {
	pattern string // of the route
	path    string
	form    url.Values // nil for a GET
	want    string     // statuses in the order of callers
}

// fields makes a form of pairs.
func fields(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// calls has a line for every route that asks for the sign-in. 404 stands where
// that something exists must not be known, 403 where it is no secret: those
// without a role get it for every text there is and is not. The head of
// training works in FB 11/4 and sees what is for FB 11.
func calls(w *town) []call {
	return slices.Concat(callsOfTexts(w), callsOfPolicy(), callsOfLearning(w), callsOfAccounts(w))
}

// The columns are exp, per, les, azu, lei, dat, adm, ohn.
func callsOfTexts(w *town) []call {
	secret := hiddenText(w).ID
	f, id, hidden := fields, w.at(""), content.Address(secret)
	hiddenAsked := "/fragen/" + string(ask(w.T, w.Server, "personalerin", secret, content.Remark{Text: "Was ist mit Meyer?", Question: true}).ID)
	return []call{
		{"GET /{$}", "/", nil, "200 200 200 200 200 200 200 200"},
		{"GET /konto", "/konto", nil, "200 200 200 200 200 200 200 200"},
		{"POST /konto", "/konto", f("alt", "x", "neu", "y"), "422 422 422 422 422 422 422 422"},
		{"POST /konto/token", "/konto/token", f("tage", "0"), "422 422 422 422 422 422 422 422"},
		{"POST /konto/token/{id}/entziehen", "/konto/token/aaaaaaaaaa/entziehen", f(), "404 404 404 404 404 404 404 404"},
		{"GET /suche", "/suche?q=schieber", nil, "200 200 200 200 200 200 403 403"},
		{"GET /wissen", "/wissen", nil, "200 200 200 200 200 200 403 403"},
		{"GET /standards", "/standards", nil, "200 200 200 200 200 200 403 403"},
		{"GET /standards", "/standards?gilt-am=2021-03-01", nil, "200 200 200 200 200 200 403 403"},
		{"GET /standards", "/standards?gilt-am=gestern", nil, "422 422 422 422 422 422 403 403"},
		{"GET /formatvorlagen", "/formatvorlagen", nil, "200 200 200 200 200 200 403 403"},
		{"GET /aktualitaet", "/aktualitaet", nil, "200 200 403 403 403 403 403 403"},
		{"POST /aktualitaet/uebergeben", "/aktualitaet/uebergeben", f("von", "aaaaaaaaaa", "an", "leserin"), "422 422 403 403 403 403 403 403"},
		{"POST /a/{id}/bestaetigt", id + "/bestaetigt", f("basis", "alt"), "403 403 403 403 403 403 403 403"},
		{"POST /a/{id}/bestaetigt", hidden + "/bestaetigt", f("basis", "alt"), "404 412 404 404 403 404 403 403"},
		{"GET /a/{id}", id + "?gilt-am=2026-11-24", nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}", id + "?gilt-am=2001-01-01", nil, "404 404 404 404 404 404 403 403"},
		{"GET /a/{id}", hidden + "?gilt-am=2026-11-24", nil, "404 200 404 404 200 404 403 403"},
		{"GET /neu", "/neu", nil, "200 200 403 403 403 403 403 403"},
		{"POST /neu", "/neu", f("titel", "Neu", "bereich", "66", "text", "x"), "200 403 403 403 403 403 403 403"},
		{"POST /neu", "/neu", f("aktion", "vorschau", "text", "x"), "200 200 403 403 403 403 403 403"},
		{"POST /vorschau", "/vorschau", f("text", "x"), "200 200 200 200 200 200 403 403"},
		{"POST /entwurf", "/entwurf", f("text", "x", "entwurf-id", "zwei"), "200 200 403 403 403 403 403 403"},
		{"POST /entwurf", "/entwurf", f("text", "x", "text-id", hidden[3:]), "404 200 404 404 200 404 403 403"},
		{"GET /a/{id}", id, nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}", hidden, nil, "404 200 404 404 200 404 403 403"},
		{"GET /a/{id}", "/a/aaaaaaaaaa", nil, "404 404 404 404 404 404 403 403"},
		{"GET /a/{id}/bearbeiten", id + "/bearbeiten", nil, "200 403 403 403 403 403 403 403"},
		{"GET /a/{id}/bearbeiten", hidden + "/bearbeiten", nil, "404 200 404 404 403 404 403 403"},
		{"GET /a/{id}/bearbeiten", "/a/reisekost2/bearbeiten", nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}/vorschlagen", "/a/reisekost2/vorschlagen", nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}/vorschlagen", hidden + "/vorschlagen", nil, "404 200 404 404 403 404 403 403"},
		{"POST /a/{id}/vorschlagen", "/a/reisekost2/vorschlagen", f("text", "x", "basis", "alt"), "412 412 412 412 412 412 403 403"},
		{"GET /vorschlaege", "/vorschlaege", nil, "200 200 200 200 200 200 403 403"},
		{"GET /vorschlaege/{id}", w.proposal, nil, "200 200 404 404 404 404 403 403"},
		{"GET /vorschlaege/{id}/bearbeiten", w.proposal + "/bearbeiten", nil, "200 403 404 404 404 404 403 403"},
		{"POST /vorschlaege/{id}/bearbeiten", w.proposal + "/bearbeiten", f("text", "x", "version", "99"), "412 403 404 404 404 404 403 403"},
		{"POST /vorschlaege/{id}/freigeben", w.proposal + "/freigeben", f("fassung", "v1:x"), "403 403 404 404 404 404 403 403"},
		{"POST /vorschlaege/{id}/zurueckgeben", w.proposal + "/zurueckgeben", f("fassung", "v1:x", "hinweis", "x"), "403 403 404 404 404 404 403 403"},
		{"POST /vorschlaege/{id}/zurueckziehen", w.proposal + "/zurueckziehen", f("version", "99"), "412 403 404 404 404 404 403 403"},
		{"POST /a/{id}/bearbeiten", id + "/bearbeiten", f("text", "x", "basis", "alt"), "412 403 403 403 403 403 403 403"},
		{"POST /a/{id}/bearbeiten", id + "/bearbeiten", f("text", "x", "aktion", "vorschau"), "200 200 403 403 403 403 403 403"},
		{"POST /a/{id}/bearbeiten", hidden + "/bearbeiten", f("text", "x", "basis", "alt"), "404 412 404 404 403 404 403 403"},
		{"GET /a/{id}/schwaerzen", id + "/schwaerzen", nil, "403 403 403 403 403 200 403 403"},
		{"GET /a/{id}/schwaerzen", hidden + "/schwaerzen", nil, "404 200 404 404 403 404 403 403"},
		{"POST /a/{id}/schwaerzen", id + "/schwaerzen", f("stelle", "gibt es nicht", "grund", "x"), "403 403 403 403 403 422 403 403"},
		{"POST /a/{id}/schwaerzen", hidden + "/schwaerzen", f("stelle", "gibt es nicht", "grund", "x"), "404 422 404 404 403 404 403 403"},
		{"GET /schwaerzungen", "/schwaerzungen", nil, "403 200 403 403 403 200 403 403"},
		{"GET /schwaerzungen/{id}", w.redaction, nil, "404 404 404 404 404 200 403 403"},
		{"POST /schwaerzungen/{id}/genehmigen", w.redaction + "/genehmigen", f(), "404 404 404 404 404 403 403 403"},
		{"POST /schwaerzungen/{id}/ablehnen", "/schwaerzungen/s-aaaaaaaaaa/ablehnen", f(), "404 404 404 404 404 404 403 403"},
		{"GET /a/{id}/verlauf", id + "/verlauf", nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}/verlauf", hidden + "/verlauf", nil, "404 200 404 404 200 404 403 403"},
		{"GET /a/{id}/vergleich", id + "/vergleich?von=" + string(w.pump.Revision), nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}/vergleich", hidden + "/vergleich", nil, "404 200 404 404 200 404 403 403"},
		{"POST /a/{id}/wiederherstellen", id + "/wiederherstellen", f("stand", string(w.pump.Revision), "basis", "alt"), "412 403 403 403 403 403 403 403"},
		{"POST /a/{id}/wiederherstellen", hidden + "/wiederherstellen", f("stand", "r-x", "basis", "alt"), "404 404 404 404 403 404 403 403"},
		{"GET /a/{id}/dateien/{name}", id + "/dateien/Lageplan-S%C3%BCd.pdf", nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}/dateien/{name}", hidden + "/dateien/Liste.pdf", nil, "404 200 404 404 200 404 403 403"},
		{"POST /a/{id}/dateien/{name}/entfernen", id + "/dateien/Lageplan-S%C3%BCd.pdf/entfernen", f("basis", "alt"), "412 403 403 403 403 403 403 403"},
		{"POST /a/{id}/dateien/{name}/entfernen", hidden + "/dateien/Liste.pdf/entfernen", f("basis", "alt"), "404 412 404 404 403 404 403 403"},
		{"GET /a/{id}/fragen", id + "/fragen", nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}/fragen", hidden + "/fragen", nil, "404 200 404 404 200 404 403 403"},
		{"POST /a/{id}/fragen", id + "/fragen", f("text", " "), "422 422 422 422 422 422 403 403"},
		{"POST /a/{id}/fragen", hidden + "/fragen", f("text", "Wer?"), "404 200 404 404 200 404 403 403"},
		{"POST /a/{id}/hilfreich", id + "/hilfreich", f("hilfreich", "ja"), "200 200 200 200 200 200 403 403"},
		{"POST /a/{id}/hilfreich", hidden + "/hilfreich", f("hilfreich", "ja"), "404 200 404 404 200 404 403 403"},
		{"POST /a/{id}/folgen", id + "/folgen", f("folgen", "ja"), "200 200 200 200 200 200 403 403"},
		{"POST /a/{id}/folgen", hidden + "/folgen", f("folgen", "ja"), "404 200 404 404 200 404 403 403"},
		{"GET /fragen", "/fragen", nil, "200 200 200 200 200 200 403 403"},
		{"GET /fragen/{id}", w.asked, nil, "200 200 200 200 200 200 403 403"},
		{"GET /fragen/{id}", hiddenAsked, nil, "404 200 404 404 200 404 403 403"},
		{"GET /fragen/{id}", "/fragen/aaaaaaaaaa", nil, "404 404 404 404 404 404 403 403"},
		{"POST /fragen/{id}/antworten", w.asked + "/antworten", f("text", ""), "422 403 403 403 403 403 403 403"},
		{"POST /fragen/{id}/antworten", hiddenAsked + "/antworten", f("text", ""), "404 422 404 404 403 404 403 403"},
		{"POST /fragen/{id}/zuweisen", w.asked + "/zuweisen", f("person", "niemand"), "422 403 403 403 403 403 403 403"},
		{"POST /fragen/{id}/zuweisen", hiddenAsked + "/zuweisen", f("person", "niemand"), "404 422 404 404 403 404 403 403"},
		{"POST /fragen/{id}/uebernehmen", w.asked + "/uebernehmen", f(), "409 409 409 409 409 409 403 403"},
		{"POST /fragen/{id}/uebernehmen", hiddenAsked + "/uebernehmen", f(), "404 409 404 404 409 404 403 403"},
		{"POST /fragen/{id}/erledigt", hiddenAsked + "/erledigt", f(), "404 200 404 404 200 404 403 403"},
		{"POST /fragen/{id}/erledigt", w.asked + "/erledigt", f(), "200 200 200 200 200 200 403 403"},
		{"GET /neuigkeiten", "/neuigkeiten", nil, "200 200 200 200 200 200 403 403"},
		{"POST /neuigkeiten/gelesen", "/neuigkeiten/gelesen", f("bis", "1"), "200 200 200 200 200 200 403 403"},
		{"GET /amtliche-aenderungen", "/amtliche-aenderungen", nil, "200 200 200 200 200 200 403 403"},
		{"GET /amtliche-aenderungen", "/amtliche-aenderungen?woche=2026-W54", nil, "422 422 422 422 422 422 422 422"},
		{"GET /konto/folgen", "/konto/folgen", nil, "200 200 200 200 200 200 403 403"},
		{"POST /konto/folgen", "/konto/folgen", f("art", "topic", "ziel", ""), "422 422 422 422 422 422 403 403"},
		{"POST /konto/mail", "/konto/mail", f("haeufigkeit", "stündlich"), "422 422 422 422 422 422 403 403"},
		{"POST /konto/feed", "/konto/feed", f(), "200 200 200 200 200 200 403 403"},
		{"POST /konto/feed/beenden", "/konto/feed/beenden", f(), "200 200 200 200 200 200 403 403"},
		{"POST /a/{id}/kenntnisnahme", "/a/reisekost2/kenntnisnahme", f("fassung", "v1:x"), "409 409 409 409 409 409 403 403"},
		{"POST /a/{id}/kenntnisnahme", hidden + "/kenntnisnahme", f("fassung", "v1:x"), "404 409 404 404 409 404 403 403"},
		{"GET /a/{id}/kenntnisnahmen", "/a/reisekost2/kenntnisnahmen", nil, "403 200 403 403 403 200 403 403"},
		{"GET /a/{id}/kenntnisnahmen", "/a/reisekost2/kenntnisnahmen?namen=ja", nil, "403 403 403 403 403 403 403 403"},
		{"GET /a/{id}/kenntnisnahmen", hidden + "/kenntnisnahmen", nil, "404 404 404 404 404 404 403 403"},
		{"GET /a/{id}/kenntnisnahmen.csv", "/a/reisekost2/kenntnisnahmen.csv", nil, "403 200 403 403 403 200 403 403"},
		{"GET /a/{id}/kenntnisnahmen.csv", "/a/reisekost2/kenntnisnahmen.csv?namen=ja", nil, "403 403 403 403 403 403 403 403"},
		{"POST /a/{id}/merken", id + "/merken", f("merken", "ja"), "200 200 200 200 200 200 403 403"},
		{"POST /a/{id}/merken", hidden + "/merken", f("merken", "ja"), "404 200 404 404 200 404 403 403"},
		{"GET /merkliste", "/merkliste", nil, "200 200 200 200 200 200 403 403"},
		{"GET /konto/kenntnisnahmen", "/konto/kenntnisnahmen", nil, "200 200 200 200 200 200 200 200"},
		{"POST /konto/zuletzt-gelesen", "/konto/zuletzt-gelesen", f("merken", "ja"), "200 200 200 200 200 200 200 200"},
		{"GET /export", "/export?ids=" + string(w.pump.ID), nil, "200 200 200 200 200 200 403 403"},
		{"GET /export", "/export?ids=" + strings.TrimPrefix(hidden, "/a/"), nil, "404 200 404 404 200 404 403 403"},
		{"GET /export/datei", "/export/datei?format=zip&ids=" + string(w.pump.ID), nil, "200 200 200 200 200 200 403 403"},
		{"GET /export/datei", "/export/datei?format=doc&ids=" + string(w.pump.ID), nil, "422 422 422 422 422 422 422 422"},
		{"GET /p/{id}/{revision}", "/p/" + string(w.pump.ID) + "/" + string(w.pump.Revision), nil, "200 200 200 200 200 200 403 403"},
		{"GET /p/{id}/{revision}", strings.Replace(hidden, "/a/", "/p/", 1) + "/r-aaaaaaaaaa", nil, "404 404 404 404 404 404 403 403"},
		{"GET /opensearch/vorschlaege", "/opensearch/vorschlaege?q=pump", nil, "200 200 200 200 200 200 403 403"},
		{"GET /notes/{unid}", "/notes/0123456789ABCDEF0123456789ABCDEF", nil, "404 404 404 404 404 404 403 403"},
		{"GET /notes/{replica}/{unid}", "/notes/C1257000AABBCCDD/0123456789ABCDEF0123456789ABCDEF", nil, "404 404 404 404 404 404 403 403"},
		{"GET /notes/{address...}", "/notes/server/dev.nsf/Alle/0123456789ABCDEF0123456789ABCDEF", nil, "404 404 404 404 404 404 403 403"},
		{"GET /a/{id}/fachleute", id + "/fachleute", nil, "200 200 200 200 200 200 403 403"},
		{"GET /a/{id}/fachleute", hidden + "/fachleute", nil, "404 200 404 404 200 404 403 403"},
		{"GET /a/{id}/umbenennen", id + "/umbenennen", nil, "200 403 403 403 403 403 403 403"},
		{"GET /a/{id}/umbenennen", hidden + "/umbenennen", nil, "404 200 404 404 403 404 403 403"},
		{"POST /a/{id}/umbenennen", id + "/umbenennen", f("titel", "x", "basis", "alt"), "412 403 403 403 403 403 403 403"},
		{"POST /a/{id}/umbenennen", hidden + "/umbenennen", f("titel", "x", "basis", "alt"), "404 412 404 404 403 404 403 403"},
		{"GET /a/{id}/archivieren", id + "/archivieren", nil, "403 403 403 403 403 403 403 403"},
		{"GET /a/{id}/archivieren", hidden + "/archivieren", nil, "404 200 404 404 403 404 403 403"},
		{"POST /a/{id}/archivieren", id + "/archivieren", f("basis", "alt"), "403 403 403 403 403 403 403 403"},
		{"POST /a/{id}/archivieren", hidden + "/archivieren", f("basis", "alt"), "404 412 404 404 403 404 403 403"},
		{"POST /a/{id}/zurueckholen", id + "/zurueckholen", f(), "404 404 404 404 404 404 403 403"},
		{"GET /pflege", "/pflege", nil, "200 200 403 403 403 403 403 403"},
		{"GET /pflege/suche", "/pflege/suche", nil, "200 200 403 403 403 403 403 403"},
		{"GET /ueberfuehrung", "/ueberfuehrung", nil, "200 200 403 403 403 403 403 403"},
		{"GET /ueberfuehrung/fragen", "/ueberfuehrung/fragen?fb=66", nil, "200 403 403 403 403 403 403 403"},
		{"GET /ueberfuehrung/entschieden", "/ueberfuehrung/entschieden?fb=66", nil, "200 403 403 403 403 403 403 403"},
		{"GET /ueberfuehrung/frage", questionAt(legacyPump), nil, "200 404 403 403 403 403 403 403"},
		{"POST /ueberfuehrung/frage", "/ueberfuehrung/frage", f("frage", legacyPump, "fassung", "f1", "antwort", "verbindlich"), "403 404 403 403 403 403 403 403"},
		{"POST /ueberfuehrung/zurueck", "/ueberfuehrung/zurueck", f("frage", legacyPump), "403 404 403 403 403 403 403 403"},
		{"POST /ueberfuehrung/identische", "/ueberfuehrung/identische", f("fb", "66"), "403 403 403 403 403 403 403 403"},
		{"GET /ueberfuehrung/probelauf", "/ueberfuehrung/probelauf", nil, "200 200 403 403 403 403 403 403"},
		{"POST /ueberfuehrung/probelauf", "/ueberfuehrung/probelauf", f(), "422 422 403 403 403 403 403 403"},
		{"GET /entwurf/dateien/{name}", "/entwurf/dateien/x.pdf?entwurf-id=zwei", nil, "404 404 404 404 404 404 403 403"},
		{"GET /vorschlaege/{id}/dateien/{name}", w.proposal + "/dateien/x.pdf", nil, "404 404 404 404 404 404 403 403"},
		{"POST /entwurf/verwerfen", "/entwurf/verwerfen", f("entwurf-id", "gibtesnicht"), "200 200 200 200 200 200 403 403"},
	}
}

func callsOfPolicy() []call {
	f := fields
	return []call{
		{"GET /freigaberegeln", "/freigaberegeln", nil, "200 200 200 200 200 200 403 403"},
		{"POST /freigaberegeln", "/freigaberegeln", f("bereich", "66", "art", "artikel", "anzahl", "0"), "403 403 403 403 403 403 403 403"},
		{"GET /konto/vertretung", "/konto/vertretung", nil, "200 200 200 200 200 200 200 200"},
		{"POST /konto/vertretung", "/konto/vertretung", f("anmeldename", "azubi", "von", "2026-11-24", "bis", "2026-11-25"), "403 403 403 403 403 403 403 403"},
		{"POST /konto/vertretung/{id}/beenden", "/konto/vertretung/aaaaaaaaaa/beenden", f(), "404 404 404 404 404 404 404 404"},
	}
}

func callsOfLearning(w *town) []call {
	f, apprentice := fields, w.people["Emre Kaya"]
	return []call{
		{"GET /lernen", "/lernen", nil, "200 200 200 200 200 200 403 403"},
		{"GET /lernen/{id}", "/lernen/modulaaaa2", nil, "200 200 200 200 200 200 403 403"},
		{"GET /lernen/{id}/{n}", "/lernen/modulaaaa2/1", nil, "200 200 200 200 200 200 403 403"},
		{"POST /lernen/{id}/{n}/{question}", "/lernen/modulaaaa2/1/freigabe", f("antwort", "gibtesnicht"), "422 422 422 422 422 422 403 403"},
		{"POST /lernen/{id}/{n}/gelesen", "/lernen/modulaaaa2/2/gelesen", f(), "200 200 200 200 200 200 403 403"},

		{"GET /ausbildung", "/ausbildung", nil, "403 403 403 403 200 403 403 403"},
		{"POST /ausbildung", "/ausbildung", f("name", ""), "403 403 403 403 422 403 403 403"},
		{"GET /ausbildung/jahrgang/{id}", w.cohort, nil, "403 403 403 403 200 403 403 403"},
		{"GET /ausbildung/jahrgang/{id}", "/ausbildung/jahrgang/aaaaaaaaaa", nil, "403 403 403 403 404 403 403 403"},
		{"POST /ausbildung/jahrgang/{id}", w.cohort, f("name", ""), "403 403 403 403 422 403 403 403"},
		{"GET /ausbildung/jahrgang/{id}/fortschritt.csv", w.cohort + "/fortschritt.csv", nil, "403 403 403 403 200 403 403 403"},
		{"POST /ausbildung/jahrgang/{id}/personen", w.cohort + "/personen", f("anmeldename", "leserin"), "403 403 403 403 422 403 403 403"},
		{"GET /ausbildung/person/{id}", apprentice, nil, "404 404 404 404 200 404 404 404"},
		{"POST /ausbildung/berufe", "/ausbildung/berufe", f("kuerzel", ""), "403 403 403 403 422 403 403 403"},
	}
}

func callsOfAccounts(w *town) []call {
	f, person := fields, "/verwaltung/person/"+w.People["leserin"].ID
	return []call{
		{"GET /verwaltung/bereiche", "/verwaltung/bereiche", nil, "403 403 403 403 403 403 200 403"},
		{"POST /verwaltung/bereiche", "/verwaltung/bereiche", f("nummer", ""), "403 403 403 403 403 403 422 403"},
		{"GET /verwaltung/plaene", "/verwaltung/plaene", nil, "403 403 403 403 403 403 200 403"},
		{"POST /verwaltung/plaene", "/verwaltung/plaene", f("lauf", "gibtesnicht"), "403 403 403 403 403 403 404 403"},
		{"GET /verwaltung", "/verwaltung", nil, "403 403 403 403 403 403 200 403"},
		{"POST /verwaltung", "/verwaltung", f("anmeldename", ""), "403 403 403 403 403 403 422 403"},
		{"POST /verwaltung/altname", "/verwaltung/altname", f("altname", "Niemand"), "403 403 403 403 403 403 422 403"},
		{"GET /verwaltung/person/{id}", person, nil, "403 403 403 403 403 403 200 403"},
		{"GET /verwaltung/person/{id}", "/verwaltung/person/aaaaaaaaaa", nil, "403 403 403 403 403 403 404 403"},
		{"POST /verwaltung/person/{id}", person, f("name", ""), "403 403 403 403 403 403 422 403"},
		{"POST /verwaltung/person/{id}/rollen", person + "/rollen", f("rolle", ""), "403 403 403 403 403 403 422 403"},
		{"POST /verwaltung/person/{id}/rollen/{grant}/entziehen", person + "/rollen/aaaaaaaaaa/entziehen", f(), "403 403 403 403 403 403 404 403"},
		{"POST /verwaltung/person/{id}/sperre", person + "/sperre", f("aktiv", "ja"), "403 403 403 403 403 403 200 403"},
		{"POST /verwaltung/person/{id}/passwort", person + "/passwort", f("passwort", ""), "403 403 403 403 403 403 422 403"},
		{"GET /verwaltung/protokoll", "/verwaltung/protokoll", nil, "403 403 403 403 403 200 200 403"},
	}
}

// hiddenText is a text only FB 11 sees, with a file.
func hiddenText(w *town) content.Article {
	a := w.Write("personalerin", content.Edit{Title: "Abfindung Meyer", Department: "11", Body: "Streng vertraulich.\n",
		Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}})
	upload(w.As("personalerin"), content.Address(a.ID), "Liste.pdf", []byte("%PDF-1.7")).Want(http.StatusOK)
	return a
}

func TestEveryRouteAnswersEverybodyAsItShould(t *testing.T) {
	w := newTown(t)
	table, covered := calls(w), map[string]bool{}
	browsers := map[string]*servertest.Client{}
	for _, login := range callers() {
		browsers[login] = w.As(login)
	}
	for _, c := range table {
		covered[c.pattern] = true
		if got := w.Web.Pattern(requestOf(t, c)); got != c.pattern {
			t.Errorf("%s belongs to %q, not to %q", c.path, got, c.pattern)
		}
		want := strings.Fields(c.want)
		for i, login := range callers() {
			var page *servertest.Page
			if c.form == nil {
				page = browsers[login].Get(c.path)
			} else {
				page = browsers[login].Post(c.path, c.form)
			}
			if got := strconv.Itoa(page.Status); got != want[i] {
				t.Errorf("%s %s %v as %s answers %s instead of %s (%s)", c.pattern, c.path, c.form, login, got, want[i], page.URL.Path)
			}
			if page.Status >= 400 {
				refused(t, page, login, c.path)
			}
		}
	}
	for _, route := range w.Web.Routes() {
		if route.Access == "signed-in" && !covered[route.Pattern] && !route.Upload {
			t.Errorf("%s has no line in the table", route.Pattern)
		}
	}
}

func requestOf(t *testing.T, c call) *http.Request {
	t.Helper()
	r := mustRequest(t, c.path)
	if c.form != nil {
		r.Method = http.MethodPost
	}
	return r
}

// refused checks that a refusal is a page in words that gives nothing away.
func refused(t *testing.T, page *servertest.Page, login, path string) {
	t.Helper()
	if len(page.All("h1")) != 1 || len(page.All("main")) != 1 {
		t.Errorf("%s at %s is refused without a page: %q", login, path, page.Body)
		return
	}
	if login != "personalerin" && login != "leitung" {
		page.Silent("Abfindung", "vertraulich", "Meyer")
	}
	if len(page.All("main form")) == 0 && len(page.All(`main a[href="/"]`)) != 1 {
		t.Errorf("%s at %s: no way on", login, path)
	}
}

func TestRefusedUploadStoresNothing(t *testing.T) {
	w := newTown(t)
	hidden := content.Address(hiddenText(w).ID)
	for login, want := range map[string]int{"leserin": http.StatusNotFound, "expertin": http.StatusNotFound, "ohnerolle": http.StatusForbidden} {
		c := w.As(login)
		c.Upload(hidden+"/dateien", url.Values{"basis": {"x"}}, "x.txt", []byte("x")).Want(want)
	}
	w.As("personalerin").Upload(w.at("/dateien"), url.Values{"basis": {"x"}}, "x.txt", []byte("x")).Want(http.StatusForbidden)
	w.As("personalerin").Get(hidden).Says("Liste.pdf").Silent("x.txt")
	w.As("leserin").Get(w.at("")).Silent("x.txt")
}

func TestTextThatBecomesHiddenIsGoneForOthersAtOnce(t *testing.T) {
	w := newTown(t)
	reader, expert := w.As("leserin"), w.As("expertin")
	for _, path := range []string{"", "/verlauf", "/dateien/Lageplan-S%C3%BCd.pdf"} {
		reader.Get(w.at(path)).Want(http.StatusOK)
	}
	editor := expert.Get(w.at("/bearbeiten"))
	expert.Post(w.at("/bearbeiten"), form(editor, url.Values{"nur-bereich": {"ja"}})).Want(http.StatusOK).Says("Sichtbar für", "FB 66")
	w.Indexed()
	old := w.at("?stand=" + string(w.pump.Revision))
	for _, path := range []string{w.at(""), w.at("/verlauf"), w.at("/dateien/Lageplan-S%C3%BCd.pdf"), old} {
		reader.Get(path).Want(http.StatusNotFound)
	}
	for _, path := range []string{"/", "/wissen", "/suche?q=schieber", "/suche?q=pumpwerk"} {
		reader.Get(path).Want(http.StatusOK).Silent("Pumpwerk Hafen", string(w.pump.ID))
	}
}
