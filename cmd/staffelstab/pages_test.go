package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A place is a page of the walk: its name on pictures and its address.
type place struct{ name, path string }

// walks looks at one page after the other, wide and on a phone.
func (v *visitor) walks(places ...place) {
	v.t.Helper()
	for _, p := range places {
		v.open(p.path)
		v.accessible(p.name)
	}
}

// inTheDark looks at pages as on a device that is set to dark; colours are all
// that differs, so one width will do.
func (v *visitor) inTheDark(places ...place) {
	v.t.Helper()
	v.dark()
	for _, p := range places {
		v.open(p.path)
		v.loadAxe()
		v.axe(p.name + " in the dark")
		v.picture(p.name + "-dunkel")
	}
}

// asks puts a question to a text and returns the address of its page, or of
// the text when only others may answer.
func (v *visitor) asks(id, words string) {
	v.t.Helper()
	v.open("/a/" + id + "/fragen")
	v.write("#feld-text", words)
	v.click(`main form .kern-btn--primary`)
	v.sees(words)
}

// TestEveryPageIsAccessible looks at the pages the flows do not come by, each
// as somebody who works with it, after a little life: an empty list looks
// better than it is.
func TestEveryPageIsAccessible(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	today := time.Now().Format(time.DateOnly)

	b.stranger(t).walks(place{"anmelden", "/anmelden"}, place{"barrierefreiheit", "/barrierefreiheit"},
		place{"datenschutz", "/datenschutz"}, place{"hilfe", "/hilfe"}, place{"nicht-gefunden", "/gibt-es-nicht"})

	apprentice := b.as(t, "azubi")
	apprentice.walks(place{"heute-azubi", "/"}, place{"frage-stellen", "/a/aufbruch22/fragen"})
	apprentice.asks("aufbruch22", "Gilt das auch für Gehwege vor Schulen?")

	expert := b.as(t, "expertin")
	expert.open("/a/aufbruch22")
	expert.click(`form[action$="/folgen"] button`)
	expert.click(`form[action$="/merken"] button`)
	expert.walks(place{"heute-expertin-voll", "/"}, place{"wissen", "/wissen"}, place{"standards-liste", "/standards"},
		place{"standards-am-tag", "/standards?gilt-am=" + today}, place{"artikel", "/a/aufbruch22"},
		place{"artikel-am-tag", "/a/streustu22?gilt-am=" + today}, place{"kenntnisnahme-offen", "/a/streustu22"},
		place{"bearbeiten", "/a/aufbruch22/bearbeiten"}, place{"suche-leer", "/suche?q=xyzxyz"}, place{"verboten", "/ausbildung"},
		place{"merkliste", "/merkliste"}, place{"fragen", "/fragen"}, place{"neuigkeiten", "/neuigkeiten"},
		place{"amtliche-aenderungen", "/amtliche-aenderungen"}, place{"konto", "/konto"}, place{"konto-folgen", "/konto/folgen"},
		place{"konto-kenntnisnahmen", "/konto/kenntnisnahmen"}, place{"fachleute", "/a/aufbruch22/fachleute"}, place{"export", "/export?ids=aufbruch22&ids=streustu22"})
	expert.open("/a/aufbruch22")
	expert.click(`.talk a[href^="/fragen/"]`)
	expert.accessible("frage")
	expert.write("#feld-text", "Ja, vor Schulen sogar zuerst. Bitte vorher beim Schulamt anrufen.")
	expert.click(`main form .kern-btn--primary`)
	expert.accessible("frage-beantwortet")
	expert.open("/a/aufbruch22")
	expert.open(expert.evaluate(`document.querySelector(".more a[href^='/p/']").getAttribute("href")`))
	expert.accessible("ausdruck-pruefen")
	expert.inTheDark(place{"heute", "/"}, place{"artikel", "/a/aufbruch22"}, place{"kenntnisnahme", "/a/streustu22"}, place{"bearbeiten", "/a/aufbruch22/bearbeiten"},
		place{"lektion", "/lernen/modulauf22/1"}, place{"suche", "/suche?q=Stra%C3%9Fe"}, place{"standards", "/standards"}, place{"neuigkeiten", "/neuigkeiten"})
}

// TestEveryPageOfEditorsAndOfficesIsAccessible is the same walk for those who
// look after texts and people.
func TestEveryPageOfEditorsAndOfficesIsAccessible(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)

	b.as(t, "azubi").asks("uebergab22", "Gilt das auch, wenn jemand nur den Fachbereich wechselt?")
	editor := b.as(t, "redaktion")
	editor.open("/a/mobilarb22/schwaerzen")
	editor.accessible("schwaerzen")
	editor.write("#feld-stelle", "der Personalrat")
	editor.write("#feld-grund", "Probe der Schwärzung")
	editor.click(`main form .kern-btn--primary`)
	editor.accessible("schwaerzung-eigene")
	redaction := editor.evaluate("location.pathname")
	editor.walks(place{"heute-redaktion", "/"}, place{"fragen-offen", "/fragen"}, place{"neuigkeiten-neue", "/neuigkeiten"}, place{"schwaerzungen", "/schwaerzungen"}, place{"freigaberegeln", "/freigaberegeln"},
		place{"konto-vertretung", "/konto/vertretung"}, place{"kenntnisnahmen", "/a/mobilarb22/kenntnisnahmen"}, place{"aktualitaet-alle", "/aktualitaet"},
		place{"neuer-text", "/neu"}, place{"neuer-standard", "/neu?art=standard"})
	editor.open("/neu?vorlage=vorlwiss22")
	editor.accessible("neu-nach-vorlage")
	editor.inTheDark(place{"schwaerzungen", redaction}, place{"freigaberegeln", "/freigaberegeln"}, place{"kenntnisnahmen", "/a/mobilarb22/kenntnisnahmen"})

	for _, login := range []string{"nachfolger", "azubi2", "ausbilderin", "grundsatz", "leitung", "beauftragte", "fachbereichsleitung", "datenschutz", "personalrat", "admin"} {
		v := b.as(t, login)
		v.walks(place{"heute-" + login, "/"})
		switch login {
		case "grundsatz":
			v.walks(place{"schwaerzung-entscheiden", redaction})
		case "fachbereichsleitung":
			v.walks(place{"kenntnisnahmen-namen", "/a/streustu22/kenntnisnahmen?namen=ja"})
		case "admin":
			v.walks(place{"verwaltung", "/verwaltung"}, place{"protokoll", "/verwaltung/protokoll"}, place{"bereiche", "/verwaltung/bereiche"}, place{"plaene-leer", "/verwaltung/plaene"})
			v.open("/verwaltung")
			v.click("tbody a")
			v.accessible("person")
		}
	}
}

// TestHistoryOfATextIsAccessible looks at what became of a text: folded saves,
// two versions side by side.
func TestHistoryOfATextIsAccessible(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	expert := b.as(t, "expertin")
	for _, words := range []string{" Auch nachts.", " Auch samstags."} {
		expert.open("/a/aufbruch22/bearbeiten")
		expert.write("#text", words)
		expert.click(`.editor__end .kern-btn--primary`)
		expert.sees("Gespeichert.")
	}
	expert.walks(place{"verlauf-gefaltet", "/a/aufbruch22/verlauf"})
	if !strings.Contains(expert.evaluate(`document.querySelector("main details summary")?.innerText`), "Speicherungen") {
		t.Error("saves shortly after one another are not folded")
	}
	expert.click(`main details summary`)
	expert.click(`main form[action$="/vergleich"] .kern-btn--primary`)
	expert.accessible("vergleich")
	expert.inTheDark(place{"vergleich", expert.evaluate("location.pathname + location.search")})
}

// TestAPictureIsAddedWhileWriting brings a picture into a text without leaving
// the page: what it shows has to be said first.
func TestAPictureIsAddedWhileWriting(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	file := filepath.Join(t.TempDir(), "deckel.png")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, picture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}

	v := b.as(t, "expertin")
	v.open("/neu")
	v.write("#feld-titel", "Schachtdeckel erkennen")
	v.press(kb.Enter) // neither saves nor asks for a file
	if got := v.evaluate(`location.pathname+document.querySelector("[data-files-state]").textContent+document.activeElement.id`); got != "/neufeld-titel" {
		t.Errorf("Enter in the title leads to %q", got)
	}
	v.write("#text", "So sieht ein alter Deckel aus:")
	v.click(`#dateien summary`)
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#feld-datei"), []string{file}))
	v.click(`[data-add-file]`)
	v.waitFor(`document.querySelector("[data-files-state]").textContent.includes("was auf dem Bild zu sehen ist")`)
	if got := v.evaluate("document.activeElement.id"); got != "feld-beschreibung" {
		t.Errorf("without a description the focus goes to %q", got)
	}
	v.accessible("bild-ohne-beschreibung")
	v.write("#feld-beschreibung", "Runder Schachtdeckel mit vier Löchern")
	v.click(`[data-add-file]`)
	v.waitFor(`document.querySelector("[data-files-state]").textContent.includes("Die Datei ist hinzugefügt")`)
	if got := v.evaluate("location.pathname"); got != "/neu" {
		t.Errorf("the upload leads to %s", got)
	}
	if got := v.evaluate(`document.querySelector("#text").value`); !strings.HasPrefix(got, "So sieht ein alter Deckel aus:") || !strings.Contains(got, "![Runder Schachtdeckel mit vier Löchern](") {
		t.Errorf("the text is %q", got)
	}
	v.takesAFileAwayAgain(t)
	v.click(`[name="aktion"][value="vorschau"]`)
	v.waitFor(`document.querySelector(".preview img")?.naturalWidth === 40`)
	v.accessible("bild-in-der-vorschau")
	v.click(`.editor__end .kern-btn--primary`)
	v.sees("Gespeichert.")
	v.waitFor(`document.querySelector(".prose img[alt='Runder Schachtdeckel mit vier Löchern']")?.naturalWidth === 40`)
	v.accessible("text-mit-bild")
	v.open(v.evaluate("location.pathname") + "/bearbeiten")
	if v.evaluate(`document.querySelector("form[action='/entwurf/verwerfen']") !== null`) == "true" {
		t.Error("a draft outlives the text it became")
	}
}

// takesAFileAwayAgain brings a file beside the picture and removes it.
func (v *visitor) takesAFileAwayAgain(t *testing.T) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "notiz.txt")
	if err := os.WriteFile(file, []byte("Notiz"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#feld-datei"), []string{file}))
	v.write("#feld-beschreibung", "Die Notiz")
	v.click(`[data-add-file]`)
	v.waitFor(`document.querySelectorAll("[data-files-brought] button").length === 2`)
	v.accessible("dateien-des-entwurfs")
	v.click(`[data-files-brought] button[value="notiz.txt"]`)
	v.sees("„notiz.txt“ ist entfernt")
	if got := v.evaluate(`document.querySelector("#text").value`); strings.Contains(got, "notiz.txt") || !strings.Contains(got, "![Runder Schachtdeckel") {
		t.Errorf("the text is now %q", got)
	}
	if got := v.evaluate(`document.querySelectorAll("[data-files-brought] button").length`); got != "1" {
		t.Errorf("%s files are left", got)
	}
}

// TestATextIsAcknowledgedFromToday goes the way of everybody who is asked to
// take note of something.
func TestATextIsAcknowledgedFromToday(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	v := b.as(t, "azubi")
	v.sees("2 Texte warten auf Ihre Kenntnisnahme.")
	v.evaluate(`[...document.querySelectorAll(".card a")].find(a => a.textContent === "Benutzung von Dienstfahrzeugen").click()`)
	v.settle()
	v.sees("Bitte zur Kenntnis nehmen bis")
	v.accessible("zur-kenntnis")
	v.click(`#zur_kenntnis .kern-btn--primary`)
	v.sees("Danke, Ihre Kenntnisnahme ist vermerkt.")
	v.sees("Zur Kenntnis genommen am")
	v.accessible("zur-kenntnis-genommen")
	v.open("/")
	v.sees("Ein Text wartet auf Ihre Kenntnisnahme.")
	v.open("/konto/kenntnisnahmen")
	v.sees("Benutzung von Dienstfahrzeugen")
	v.accessible("konto-kenntnisnahmen-eine")
}
