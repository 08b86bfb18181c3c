package main

import (
	"strings"
	"testing"
)

// TestADayInTheBrowser plays what the product is for: the expert writes, a
// colleague finds it, the apprentice learns, the trainer sees it.
func TestADayInTheBrowser(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)

	expert := b.as(t, "expertin")
	expert.accessible("heute-expertin")
	expert.open("/neu")
	expert.accessible("schreiben")
	expert.write("#feld-titel", "Schachtdeckel im Winter")
	expert.write("#text", "Deckel vor dem ersten Frost fetten.")
	expert.click(`[data-format="heading"]`)
	if got := expert.evaluate(`document.querySelector("#text").value`); got != "## Deckel vor dem ersten Frost fetten." {
		t.Errorf("the toolbar made %q", got)
	}
	expert.write("#text", "\n\nSonst friert der Rahmen fest, und die **Kolonne** steht.")
	expert.sees("Entwurf gesichert um")
	expert.click(`[name="aktion"][value="vorschau"]`)
	expert.waitFor(`document.querySelector(".preview strong")?.textContent === "Kolonne"`)
	expert.accessible("schreiben-vorschau")
	expert.click(`.editor__end .kern-btn--primary`)
	expert.sees("Gespeichert.")
	expert.accessible("artikel-neu")
	address := strings.SplitN(expert.evaluate("location.pathname"), "?", 2)[0]

	colleague := b.as(t, "nachfolger")
	colleague.open("/")
	colleague.write("#suche-gross", "Schachtdeckel Frost\r")
	colleague.settle()
	colleague.sees("Schachtdeckel im Winter")
	colleague.accessible("suche")
	colleague.click(".hit__title a")
	colleague.sees("friert der Rahmen fest")
	if got := colleague.evaluate("location.pathname"); got != address {
		t.Errorf("the hit leads to %s instead of %s", got, address)
	}
	colleague.open(address + "/verlauf")
	colleague.sees("Renate Brinkmann")
	colleague.accessible("verlauf")

	apprentice := b.as(t, "azubi2")
	apprentice.open("/lernen")
	apprentice.accessible("module")
	apprentice.open("/lernen/modulauf22")
	apprentice.accessible("modul")
	apprentice.click(".reading .kern-btn")
	apprentice.accessible("lektion")
	apprentice.click(`#frage-anordnung .option:nth-of-type(1) label`)
	apprentice.click(`#frage-anordnung button[type="submit"]`)
	if d.answered(t, "azubi2") == 0 {
		t.Error("the answer is not stored")
	}
	apprentice.waitFor(`document.querySelector("#frage-anordnung .kern-alert") !== null`)
	apprentice.accessible("lektion-beantwortet")

	trainer := b.as(t, "leitung")
	trainer.open("/ausbildung")
	trainer.accessible("jahrgaenge")
	trainer.evaluate(`[...document.querySelectorAll(".card a")].find(a => a.textContent.startsWith("FI")).click()`)
	trainer.settle()
	trainer.sees("Emre Kaya")
	trainer.accessible("jahrgang")
	row := trainer.evaluate(`[...document.querySelectorAll(".matrix tbody tr")].find(r => r.innerText.includes("Emre Kaya")).innerText`)
	if !strings.Contains(row, "begonnen") && !strings.Contains(row, "erledigt") {
		t.Errorf("the trainer sees %q after the apprentice began", row)
	}
}

// TestAStandardChangesInTheBrowser plays four eyes: an apprentice proposes, the
// reviewer looks at what changed and releases it.
func TestAStandardChangesInTheBrowser(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	apprentice := b.as(t, "azubi")
	apprentice.open("/standards?fb=11")
	apprentice.click("tbody a")
	apprentice.accessible("standard")
	address := apprentice.evaluate("location.pathname")
	apprentice.click(`a[href$="/vorschlagen"]`)
	apprentice.accessible("vorschlagen")
	apprentice.write("#text", "\n\nFragen beantwortet das **Sekretariat**.")
	apprentice.write("#feld-aenderung", "Ansprechstelle ergänzt")
	apprentice.click(`.editor__end .kern-btn--primary`)
	apprentice.sees("Ihr Vorschlag ist eingereicht.")
	apprentice.accessible("vorschlag-eigener")
	proposal := apprentice.evaluate("location.pathname")
	apprentice.open(proposal + "/bearbeiten")
	apprentice.accessible("vorschlag-bearbeiten")

	reviewer := b.as(t, "grundsatz")
	reviewer.sees("Zu prüfen")
	reviewer.accessible("heute-pruefer")
	reviewer.open("/vorschlaege")
	reviewer.accessible("vorschlaege")
	reviewer.click(`main a[href="` + proposal + `"]`)
	reviewer.accessible("vorschlag-pruefen")
	if got := reviewer.evaluate(`document.querySelector(".changes__added strong").textContent`); got != "neu: Sekretariat" { // the words before it are for who does not see the colour
		t.Errorf("the change is shown as %q", got)
	}
	reviewer.dark()
	reviewer.accessible("vorschlag-dunkel")
	reviewer.click(`#entscheiden .kern-btn--primary`)
	reviewer.sees("Der Vorschlag ist freigegeben und gilt.")
	if got := reviewer.evaluate("location.pathname"); got != address {
		t.Errorf("the released text stands at %s instead of %s", got, address)
	}
}

// TestContradictingSavesInTheBrowser lets two people change one sentence.
func TestContradictingSavesInTheBrowser(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	one, two := b.as(t, "expertin"), b.as(t, "nachfolger")
	for _, v := range []*visitor{one, two} {
		v.open("/a/aufbruch22/bearbeiten")
	}
	one.write("#feld-kurz", " Auch samstags.")
	one.click(`.editor__end .kern-btn--primary`)
	one.sees("Gespeichert.")
	two.write("#feld-kurz", " Nie sonntags.")
	two.click(`.editor__end .kern-btn--primary`)
	two.sees("Jemand war schneller")
	two.accessible("widerspruch")
	two.click(`#angabe-kurz-andere`)
	two.click(`.editor__end .kern-btn--primary`)
	two.sees("Gespeichert.")
	two.sees("Auch samstags.")
}

// answered counts the stored answers of somebody.
func (d demo) answered(t *testing.T, login string) int {
	t.Helper()
	p, err := d.app.Store.PersonByLogin(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	attempts, err := d.app.Store.Attempts(t.Context(), []string{p.ID}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return len(attempts)
}

// TestKeyboardReachesEverything walks with Tab and uses the shortcuts.
func TestKeyboardReachesEverything(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	v := b.as(t, "expertin")
	v.open("/wissen")
	v.press("\t")
	if got := v.evaluate("document.activeElement.textContent"); got != "Zum Inhalt springen" {
		t.Errorf("the first stop is %q", got)
	}
	v.press("\r")
	if got := v.evaluate("location.hash"); got != "#inhalt" {
		t.Errorf("the skip link leads to %q", got)
	}
	v.open("/wissen")
	v.press("/")
	if got := v.evaluate("document.activeElement.id"); got != "suche-oben" {
		t.Errorf("the key / leads to %q", got)
	}
	v.write("#suche-oben", "straßen")
	v.waitFor(`document.querySelectorAll(".suggest [role=option]").length > 0`)
	v.press(arrowDown)
	if got := v.evaluate(`document.querySelector("#suche-oben").getAttribute("aria-activedescendant")`); got == "null" || got == "" {
		t.Error("the arrow chooses no suggestion")
	}
	v.press("\r")
	v.settle()
	if got := v.evaluate("location.pathname"); !strings.HasPrefix(got, "/a/") && !strings.HasPrefix(got, "/lernen/") {
		t.Errorf("Enter leads to %s", got)
	}
	stops := v.evaluate(`(() => { const seen = [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0']")].filter(e => e.checkVisibility()); return seen.filter(e => e.tabIndex < 0).length })()`)
	if stops != "0" {
		t.Errorf("%s controls cannot be reached with Tab", stops)
	}
}
