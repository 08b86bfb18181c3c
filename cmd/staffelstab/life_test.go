package main

import (
	"strconv"
	"testing"
	"time"
)

// TestTheLifeOfAStandardInTheBrowser plays the day docs/LEBEN-EINES-STANDARDS.md
// tells: a reader without training finds a standard and proposes a change, the
// reviewer is away, the deputy releases it, author and apprentice hear of it.
// With STAFFELSTAB_SCREENSHOTS=folder it takes the pictures of that page.
func TestTheLifeOfAStandardInTheBrowser(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	const standard = "/a/mobilarb22"

	clicks := 0
	reader := b.as(t, "beauftragte")
	step := func(selector string) { clicks++; reader.click(selector) }
	reader.write("#suche-oben", "mobile arbeit")
	step(`.frame__search button[type="submit"]`)
	step(`.hit__title a[href^="` + standard + `"]`)
	reader.sees("verbindlich seit")
	reader.picture("standard")
	step(`a[href$="/vorschlagen"]`)
	reader.evaluate(`(t => { t.focus(); t.setSelectionRange(t.value.length, t.value.length) })(document.getElementById("text"))`)
	reader.write("#text", "\n\n## Erreichbarkeit\n\nWer mobil arbeitet, ist in der Kernzeit **telefonisch** erreichbar.")
	reader.write("#feld-aenderung", "Erreichbarkeit ergänzt")
	step("#fachlich")
	reader.picture("standard-vorschlag")
	step(`.editor__end .kern-btn--primary`)
	reader.sees("Ihr Vorschlag ist eingereicht.")
	if clicks > 12 {
		t.Errorf("%d clicks to propose a change", clicks)
	}
	proposal := reader.evaluate("location.pathname")

	away := b.as(t, "grundsatz")
	away.open("/konto/vertretung")
	away.write("#feld-anmeldename", "nachfolger")
	today := time.Now().In(d.app.Zone)
	for id, day := range map[string]time.Time{"feld-von": today, "feld-bis": today.AddDate(0, 0, 7)} {
		away.evaluate(`document.getElementById("` + id + `").value = "` + day.Format(time.DateOnly) + `"`)
	}
	away.click(`form[action="/konto/vertretung"] button[type="submit"]`)
	away.sees("Jonas Yilmaz")
	away.accessible("vertretung")

	deputy := b.as(t, "nachfolger")
	deputy.open(proposal)
	deputy.sees("in Vertretung für Dr. Thomas Wever")
	deputy.accessible("vorschlag-in-vertretung")
	deputy.picture("standard-freigabe")
	deputy.click(`#entscheiden .kern-btn--primary`)
	deputy.sees("Der Vorschlag ist freigegeben und gilt.")
	deputy.accessible("freigegebener-standard")

	reader.open("/neuigkeiten")
	reader.sees("Mobile Arbeit")
	reader.accessible("neuigkeiten")

	apprentice := b.as(t, "azubi")
	apprentice.sees("Bitte zur Kenntnis nehmen")
	apprentice.picture("standard-heute")
	apprentice.open(standard)
	apprentice.sees("telefonisch")
	apprentice.accessible("zur-kenntnis")
	apprentice.picture("standard-kenntnisnahme")
	apprentice.click(`form[action$="/kenntnisnahme"] button[type="submit"]`)
	apprentice.sees("Danke, Ihre Kenntnisnahme ist vermerkt.")
	if left := apprentice.evaluate(`document.querySelectorAll('form[action$="/kenntnisnahme"]').length`); left != strconv.Itoa(0) {
		t.Errorf("the text asks again: %s", left)
	}

	author := b.as(t, "expertin")
	author.open(standard + "/fragen")
	author.accessible("fragen-zum-standard")
	office := b.as(t, "redaktion")
	office.open("/aktualitaet?fb=11")
	office.accessible("faellig")
	office.picture("standard-aktualitaet")
	office.open(standard + "/vergleich")
	office.accessible("vergleich")
	office.open("/export?ids=mobilarb22")
	office.accessible("export")
}
