package main

import (
	"bytes"
	"image"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
)

// linked are texts in several folders that lead to each other, to files and
// nowhere.
func linked(t *testing.T) map[string]string {
	t.Helper()
	var picture bytes.Buffer
	must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30))))
	return map[string]string{
		"README.md":                "# Handbuch\n\n[Winter](winter/), [Räume](<Räume & Plätze.md#hof>) und [Streuplan][s].\n\n[s]: winter/streuplan.md \"Plan\"\n",
		"winter/index.md":          "# Winterdienst\n\n| Wo | Was |\n|---|---|\n| [Plan](streuplan.md) | ![Karte](../bilder/karte%20nord.png) |\n\nZurück[^1]\n\n[^1]: Zum [Handbuch](../README.md).\n",
		"winter/streuplan.md":      "---\nid: streuplan2\nart: artikel\ntitel: Streuplan\n---\n![Karte](../bilder/karte%20nord.png)\n\n[Liste](../listen/Brücken.txt), [weg](gibtsnicht.md), [hinaus](../../geheim.txt) und `[Code](index.md)`.\n",
		"Räume & Plätze.md":        "# Räume\n\n<a href=\"README.md\">Handbuch</a> <img src=\"bilder/karte%20nord.png\" alt=\"Karte\">\n",
		"bilder/karte nord.png":    picture.String(),
		"listen/Bru\u0308cken.txt": "Nordbrücke",
	}
}

// ways are where links and pictures of a page lead.
var ways = regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)

// TestLinksAndPicturesOfAFolderComeAlong imports a folder of Markdown and goes
// where its pages lead.
func TestLinksAndPicturesOfAFolderComeAlong(t *testing.T) {
	data, place := newFolder(t), t.TempDir()
	write(t, place, map[string]string{"geheim.txt": "geheim"})
	source := write(t, filepath.Join(place, "texte"), linked(t))
	line := func(verb string) []string {
		return []string{"import", verb, "--data", data, "--source", "markdown", "--report", filepath.Join(place, "b"), source}
	}
	numbers := func(e importer.Entry) [4]int {
		return [4]int{e.AttachmentsIn, e.AttachmentsOut, e.LinksIn, e.LinksOut}
	}
	command(t, "", line("apply")...).want(t, exitNeedsEyes, "4 gelesen: 4 neu")
	wanted := map[string][4]int{"Handbuch": {0, 0, 3, 3}, "Winterdienst": {1, 1, 2, 2}, "Streuplan": {2, 2, 3, 1}, "Räume": {1, 1, 1, 1}}
	for _, e := range reportOf(t, filepath.Join(place, "b")).Documents {
		if numbers(e) != wanted[e.Title] || e.Review != (e.Title == "Streuplan") {
			t.Errorf("%s: attachments and links %v, want %v; %q", e.Title, numbers(e), wanted[e.Title], e.Notes)
		}
	}
	app := openHere(t, data)
	goEverywhere(t, app, map[string][]string{
		"Handbuch":     {"Winterdienst", "Räume#hof", "Streuplan"},
		"Winterdienst": {"Streuplan", "karte-nord.png", "Handbuch"},
		"Streuplan":    {"karte-nord.png", "Brücken.txt"},
		"Räume":        {"Handbuch", "karte-nord.png"},
	})
	plan, err := app.Library.Document(t.Context(), byTitle(t, app, "Streuplan"))
	must(t, err)
	if want := "![Karte](karte-nord.png)\n\n[Liste](Brücken.txt), [weg](gibtsnicht.md), [hinaus](../../geheim.txt) und `[Code](index.md)`.\n"; string(plan.Body) != want {
		t.Errorf("the text is %q", plan.Body)
	}
	must(t, app.Close())
	command(t, "", line("apply")...).want(t, exitNeedsEyes, "4 gelesen: 0 neu, 0 aktualisiert, 4 unverändert")
	command(t, "", line("verify")...).want(t, exitDone, "4 da, 0 hier geändert, 0 ganz oder zum Teil fehlend")
	write(t, source, map[string]string{"winter/streuplan.md": linked(t)["winter/streuplan.md"] + "\n[Winter](.)\n"})
	command(t, "", line("apply")...).want(t, exitNeedsEyes, "4 gelesen: 0 neu, 1 aktualisiert, 3 unverändert")
	command(t, "", line("verify")...).want(t, exitDone, "4 da, 0 hier geändert")
	app = openHere(t, data)
	file, _, err := app.Library.OpenAttachment(t.Context(), app.Operator(), "streuplan2", "karte-nord.png")
	must(t, err)
	must(t, app.Close())
	must(t, os.Remove(filepath.Join(data, "files", file.SHA256)))
	command(t, "", line("verify")...).want(t, exitNeedsEyes, "1 da, 0 hier geändert, 3 ganz oder zum Teil fehlend", "karte-nord.png")
}

// goEverywhere follows each link and picture of the pages of texts: to the title of
// a text or the name of a file.
func goEverywhere(t *testing.T, app *App, wanted map[string][]string) {
	t.Helper()
	titles := map[string]string{}
	for title := range wanted {
		titles[content.Address(byTitle(t, app, title).ID)] = title
	}
	for title, want := range wanted {
		view, err := app.Library.Read(t.Context(), app.Operator(), byTitle(t, app, title).ID, "")
		must(t, err)
		var got []string
		for _, m := range ways.FindAllStringSubmatch(view.HTML, -1) {
			address, fragment, _ := strings.Cut(m[1], "#")
			text, name, isFile := strings.Cut(address, "/dateien/")
			if !isFile {
				got = append(got, strings.TrimSuffix(titles[address]+"#"+fragment, "#"))
				continue
			}
			name, err = url.PathUnescape(name)
			must(t, err)
			_, bytes, err := app.Library.OpenAttachment(t.Context(), app.Operator(), content.ID(strings.TrimPrefix(text, "/a/")), name)
			must(t, err)
			must(t, bytes.Close())
			got = append(got, name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s leads to %q, want %q\n%s", title, got, want, view.HTML)
		}
	}
}
