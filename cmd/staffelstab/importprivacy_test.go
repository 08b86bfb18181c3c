package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// reply is an answer below a document of the database of rules.
func reply(n, to int, title, body string) string {
	text := entry(n, title, body)
	return strings.Replace(text, "<document form='Arbeitshilfe'>", fmt.Sprintf("<document form='Antwort' parent='%s' response='true'>", unid(to)), 1)
}

// TestADeltaKeepsBackWhatQuotesAWithheldQuestion imports a question for a few with
// an answer, and later an answer alone.
func TestADeltaKeepsBackWhatQuotesAWithheldQuestion(t *testing.T) {
	folder, data := t.TempDir(), newFolder(t)
	secret := strings.Replace(entry(1, "Nachfolge", "Wer folgt auf die Leitung?"), "<item name='Subject'>", "<item name='DocReaders' readers='true' names='true'><text>[Leitung]</text></item><item name='Subject'>", 1)
	write(t, folder, map[string]string{
		"alles.dxl": export(secret, reply(2, 1, "Re: Nachfolge", "Zur Leitung: niemand.")),
		"neu.dxl":   export(reply(3, 2, "Re: Re: Nachfolge", "Zur Leitung: doch."), reply(4, 1, "Re: Nachfolge", "Zur Leitung: vielleicht.")),
	})
	line := func(verb, file string) []string {
		return []string{"import", verb, "--data", data, "--source", "notes", "--report", filepath.Join(folder, verb), filepath.Join(folder, file)}
	}
	command(t, "", line("apply", "alles.dxl")...).want(t, exitNeedsEyes, "2 zurückgehalten")
	command(t, "", line("apply", "neu.dxl")...).want(t, exitNeedsEyes, "2 zurückgehalten")
	report, err := os.ReadFile(filepath.Join(folder, "apply", "report.csv"))
	must(t, err)
	if n := strings.Count(string(report), "das hier nicht veröffentlicht ist"); n != 4 { // as a note and as something to do
		t.Errorf("the report says %d times why:\n%s", n, report)
	}
	command(t, "", line("verify", "neu.dxl")...).want(t, exitDone, "2 zurückgehalten")
	app := openHere(t, data)
	defer func() { must(t, app.Close()) }()
	for a, err := range app.Store.AllArticles(t.Context()) {
		must(t, err)
		t.Errorf("%s is a text", a.Title)
	}
}

// TestARedactedDocumentIsNotBroughtBack imports a text again, as it was and changed,
// after words were taken out of it.
func TestARedactedDocumentIsNotBroughtBack(t *testing.T) {
	r := newRedactor(t)
	must(t, r.app.Close())
	folder := t.TempDir()
	later := func(text string) string {
		return strings.NewReplacer("sequence='1'", "sequence='2'", "20171124T", "20191124T").Replace(text)
	}
	conflict := strings.Replace(entry(2, "Vorgang", "Es geht um "+secretWords+" und mehr."), "<document form='Arbeitshilfe'>", "<document form='Arbeitshilfe' parent='"+unid(1)+"' conflict='true'>", 1)
	write(t, folder, map[string]string{
		"a.dxl": export(entry(1, "Vorgang", "Es geht um "+secretWords+"."), conflict),
		"b.dxl": export(later(entry(1, "Vorgang", "Es geht nun um "+secretWords+".")), later(conflict)),
	})
	line := func(file string) []string {
		return []string{"import", "apply", "--data", r.data, "--source", "notes", filepath.Join(folder, file)}
	}
	command(t, "", line("a.dxl")...).want(t, exitNeedsEyes, "1 neu")
	r.app = openHere(t, r.data)
	asked := r.request(idOf(1))
	_, err := r.app.Library.ApproveRedaction(t.Context(), r.paul, asked.ID)
	must(t, err)
	r.gone()
	must(t, r.app.Close())
	command(t, "", line("a.dxl")...).want(t, exitNeedsEyes, "1 unverändert")
	command(t, "", line("b.dxl")...).want(t, exitNeedsEyes)
	r.app = openHere(t, r.data)
	r.gone()
}

// TestNoLinkTellsTheTitleOfWhatIsWithheld imports a text with the icon of a link to
// a document that is for a few.
func TestNoLinkTellsTheTitleOfWhatIsWithheld(t *testing.T) {
	folder, data := t.TempDir(), newFolder(t)
	secret := strings.Replace(entry(1, "Disziplinarverfahren", "Text."), "<item name='Subject'>", "<item name='DocReaders' readers='true' names='true'><text>[Leitung]</text></item><item name='Subject'>", 1)
	write(t, folder, map[string]string{"a.dxl": export(secret, entry(2, "Offen", "Siehe <doclink document='"+unid(1)+"'/> dort."))})
	command(t, "", "import", "apply", "--data", data, "--source", "notes", filepath.Join(folder, "a.dxl")).want(t, exitNeedsEyes, "1 neu", "1 zurückgehalten")
	app := openHere(t, data)
	defer func() { must(t, app.Close()) }()
	source, err := app.Library.Source(t.Context(), app.Operator(), idOf(2), "")
	must(t, err)
	documents, _, err := app.Store.Documents(t.Context(), "", 10, 0)
	must(t, err)
	if told := fmt.Sprintf("%s %+v", source.Body, documents); strings.Contains(told, "Disziplinarverfahren") || !strings.Contains(source.Body, "Siehe") {
		t.Error(told)
	}
}
