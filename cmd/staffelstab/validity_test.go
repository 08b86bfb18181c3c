package main

import "testing"

// TestValidityInTheBrowser asks what applied and confirms what still does.
func TestValidityInTheBrowser(t *testing.T) {
	d := startDemo(t)
	b := startBrowser(t, d.url)
	reviewer := b.as(t, "grundsatz")
	reviewer.open("/standards?gueltig=ja&sortierung=number")
	reviewer.accessible("standards")
	reviewer.click("tbody a")
	reviewer.sees("Was galt am")
	reviewer.accessible("standard-gueltigkeit")
	address := reviewer.evaluate("location.pathname")
	reviewer.open(address + "?gilt-am=" + reviewer.evaluate("new Date().toISOString().slice(0, 10)"))
	reviewer.sees("Zum Text von heute")
	reviewer.accessible("standard-von-damals")
	reviewer.open("/standards?gilt-am=2001-01-01")
	reviewer.sees("keine Standards bekannt")
	reviewer.open("/formatvorlagen")
	reviewer.accessible("formatvorlagen")
	reviewer.open("/aktualitaet?fb=11")
	reviewer.accessible("aktualitaet")
	reviewer.click(`tbody form button`)
	reviewer.sees("Danke! Der Text ist als geprüft vermerkt.")
}
