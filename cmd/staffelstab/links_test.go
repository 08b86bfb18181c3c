package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestALinkIsWrittenByKeyboard types two brackets and the beginning of a
// title, chooses with the arrow keys and takes with Enter. Then it walks
// through the pages around links.
func TestALinkIsWrittenByKeyboard(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	v := b.as(t, "redaktion")
	v.open("/neu")
	v.write("#feld-titel", "Meine Notizen zum Wochenanfang")
	v.write("#text", "Siehe [[Vergabe")
	v.waitFor(`!document.querySelector("#verweis-vorschlaege").hidden`)
	first := v.evaluate(`document.querySelector("#verweis-vorschlaege [aria-selected=true]").textContent`)
	if got := v.evaluate(`document.querySelector("#text").getAttribute("aria-activedescendant")`); got != "verweis-vorschlaege-0" {
		t.Errorf("the first offer is not announced: %q", got)
	}
	v.accessible("verweis-vorschlaege")
	v.picture("verweis-vorschlaege")
	v.press(arrowDown)
	v.press(kb.ArrowUp)
	v.press(kb.Enter)
	if got := v.evaluate(`document.querySelector("#text").value.trimEnd()`); got != "Siehe [["+first+"]]" {
		t.Errorf("the text is %q", got)
	}
	if got := v.evaluate(`document.querySelector("#verweis-vorschlaege").hidden && document.activeElement.id`); got != "text" {
		t.Errorf("the field lost the focus: %q", got)
	}
	v.write("#text", " und [[Vergabe")
	v.waitFor(`!document.querySelector("#verweis-vorschlaege").hidden`)
	v.press(kb.Escape)
	v.waitFor(`document.querySelector("#verweis-vorschlaege").hidden`)
	v.write("#text", " unterhalb der Schwellenwerte]].")
	v.click(`.editor__end .kern-btn--primary`)
	v.sees("Meine Notizen")
	if got := v.evaluate(`document.querySelectorAll(".prose a[href^='/a/']").length > 0`); got != "true" {
		t.Errorf("the link leads nowhere: %s", v.evaluate(`document.querySelector(".prose").innerHTML`))
	}
	v.click(`.more summary`)
	v.accessible("text-mit-verweisen")
	address := v.evaluate("location.pathname")
	v.open(address + "/umbenennen")
	v.accessible("umbenennen")
	v.open(address + "/archivieren")
	v.accessible("archivieren")
	v.open("/pflege?fb=")
	v.accessible("pflege")
	v.open(address + "/archivieren")
	v.click(`main form .kern-btn--primary`)
	v.open(address)
	v.sees("ist archiviert")
	v.accessible("archiviert")
}
