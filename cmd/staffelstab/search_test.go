package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestSearchingByKeyboard(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	v := b.as(t, "expertin")
	v.open("/suche?q=stra%C3%9Fenaufbruch+genehmigung&erklaeren=1")
	v.evaluate(`document.querySelector(".hit__title a").focus()`)
	v.press(arrowDown)
	if got := v.evaluate(`[...document.querySelectorAll(".hit__title a")].indexOf(document.activeElement)`); got != "1" {
		t.Errorf("the arrow leads to hit %s", got)
	}
	v.evaluate(`document.querySelector(".why summary").focus()`)
	v.press("\r")
	v.sees("Punkte")
	v.accessible("suche-erklaert")
	v.open("/suche?q=Winterdinst&thema=Winterdienst&gueltig=alle")
	v.sees("Meinten Sie")
	v.accessible("suche-meinten")

	v.open("/suche?q=winterdienst+-bereich:11+g%C3%BCltig:alle&art=standard")
	v.sees("3 Filter")
	v.accessible("suche-eingegrenzt")
	v.evaluate(`document.querySelector(".chip").focus()`)
	v.press("\r")
	v.settle()
	v.sees("2 Filter")

	v.open("/pflege/suche")
	v.sees("Was niemand findet")
	v.accessible("suche-luecken")

	v.open("/wissen")
	v.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if got := v.evaluate("document.activeElement.id"); got != "palette-feld" {
		t.Fatalf("Ctrl+K leads to %q", got)
	}
	v.accessible("palette-leer")
	v.write("#palette-feld", "aufbruch")
	v.waitFor(`[...document.querySelectorAll("#palette .palette__entry")].some(e => e.textContent.includes("Straßenaufbruch"))`)
	v.accessible("palette")
	v.press(arrowDown)
	if got := v.evaluate(`document.querySelector("#palette [aria-selected=true]").id === document.querySelector("#palette-feld").getAttribute("aria-activedescendant")`); got != "true" {
		t.Error("what is chosen is not what is announced")
	}
	v.press(kb.Escape)
	if got := v.evaluate(`document.querySelector("#palette").open`); got != "false" {
		t.Error("Esc leaves the palette open")
	}
	v.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	v.write("#palette-feld", "aufbruch")
	v.waitFor(`document.querySelector("#palette .palette__entry")?.textContent.includes("Straßenaufbruch") && document.querySelector("#palette-liste").ariaBusy === "false"`)
	first := v.evaluate(`document.querySelector("#palette [aria-selected=true]").dataset.href`)
	v.press("\r")
	v.settle()
	if got := v.evaluate("location.pathname + location.search"); got != first || !strings.HasPrefix(got, "/a/") {
		t.Errorf("Enter leads to %s, not to %s", got, first)
	}

	v.dark()
	v.open("/suche?q=winterdienst+-bereich:11+g%C3%BCltig:alle&art=standard")
	v.accessible("suche-dunkel")
	v.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	v.write("#palette-feld", "winter")
	v.waitFor(`[...document.querySelectorAll("#palette .palette__entry")].some(e => e.textContent.includes("Einsatzstufen"))`)
	v.accessible("palette-dunkel")
}
