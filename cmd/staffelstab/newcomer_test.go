package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestANewcomerWritesAndFindsInTheBrowser plays what somebody does who has
// never seen Markdown, and what somebody sees who has only a phone.
func TestANewcomerWritesAndFindsInTheBrowser(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)

	expert := b.as(t, "expertin")
	expert.open("/neu")
	expert.write("#feld-titel", "Streuen auf Brücken")
	expert.write("#text", "Siehe ")
	expert.click(`[data-format="link"]`)
	expert.sees("wählen Sie dann den Text aus")
	expert.write("#text", "winterd")
	expert.waitFor(`document.querySelectorAll("#verweis-vorschlaege [role=option]").length > 1`)
	title := expert.evaluate(`document.querySelector("#verweis-vorschlaege [role=option]").textContent`)
	expert.press(kb.Enter)
	if got := expert.evaluate(`document.getElementById("text").value`); strings.TrimSpace(got) != "Siehe [["+title+"]]" { // chromedp types a line break even where Enter is taken
		t.Errorf("the link is written as %q", got)
	}
	expert.click(`[name="aktion"][value="vorschau"]`)
	expert.waitFor(`document.querySelector(".preview a")?.textContent === ` + strconv.Quote(title))
	expert.write("#text", " zuerst.")
	expert.waitFor(`document.querySelector(".preview").innerText.includes("zuerst.")`) // without another click
	expert.accessible("schreiben-mit-verweis")
	expert.write("#feld-titel", ": Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung")
	expert.click(`.editor__end .kern-btn--primary`)
	expert.sees("Gespeichert.")
	for _, page := range []string{"/", "/suche?q=Streuen+Brücken", "/wissen"} {
		expert.open(page)
		expert.sees("Grundstücksverkehrs")
		expert.accessible("langes-wort") // no scrolling sideways
	}

	reader := b.as(t, "azubi")
	reviewer := b.as(t, "grundsatz")
	for _, look := range []struct {
		visitor *visitor
		pages   []string
	}{
		{reader, []string{"/standards", "/standards?gilt-am=2025-12-01", "/wissen", "/a/mobilarb22/verlauf"}},
		{reviewer, []string{"/aktualitaet"}},
	} {
		look.visitor.do(chromedp.EmulateViewport(360, 800))
		for _, page := range look.pages {
			look.visitor.open(page)
			if hidden := look.visitor.evaluate(`[...document.querySelectorAll("main tbody td")].filter(cell => {
				const at = cell.getBoundingClientRect();
				return cell.innerText.trim() && (at.right > innerWidth || at.width === 0);
			}).map(cell => cell.innerText).join(" | ")`); hidden != "" {
				t.Errorf("%s: not on a phone's screen: %s", page, hidden)
			}
		}
	}
	reviewer.accessible("aktualitaet-auf-dem-telefon")
	reader.open("/standards")
	reader.sees("verbindlich")
	if got := reader.evaluate(`getComputedStyle(document.querySelector(".stacked td[data-label]"), "::before").content`); !strings.Contains(got, "Gültig ab") {
		t.Errorf("the date has no name on a phone: %s", got)
	}
	reader.accessible("standards-liste")
	reader.open("/a/mobilarb22/verlauf")
	reader.accessible("verlauf-standard")
}
