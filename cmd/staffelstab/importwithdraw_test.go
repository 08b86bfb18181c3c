package main

import (
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/content/legacy"
)

// TestAPlanOfTheWrongFileIsWithdrawn: the second plan was a mistake, what is
// imported stays.
func TestAPlanOfTheWrongFileIsWithdrawn(t *testing.T) {
	folder, data := t.TempDir(), newFolder(t)
	text := "Der Antrag ist binnen sechs Monaten zu stellen. Belege sind beizufügen. Über Ausnahmen entscheidet die Leitung des Bereichs."
	write(t, folder, map[string]string{"a.dxl": export(entry(1, "Dienstreise", text)), "b.dxl": export(entry(1, "Dienstreise", text), entry(2, "Reisekosten", strings.ReplaceAll(text, "sechs", "drei")))})
	line := func(what, file string) []string {
		return []string{"import", what, "--data", data, "--source", "dev", filepath.Join(folder, file)}
	}
	asked := func() int {
		app := openHere(t, data)
		defer func() { must(t, app.Close()) }()
		_, n, err := app.Legacy.Questions(t.Context(), app.Operator(), legacy.QuestionFilter{Limit: 9})
		must(t, err)
		return n
	}
	withdraw := func(run ...string) ran {
		return command(t, "", append([]string{"import", "withdraw", "--data", data}, run...)...)
	}
	withdraw().want(t, exitDone, "Es gibt keine Vorschau")
	command(t, "", line("apply", "a.dxl")...).want(t, exitNeedsEyes, "1 neu")
	before := asked()
	command(t, "", line("plan", "b.dxl")...).want(t, exitNeedsEyes, "1 neu", "1 unverändert")
	if n := asked(); n <= before {
		t.Errorf("a plan asks %d questions, before it were %d", n, before)
	}
	listed := strings.Fields(withdraw().want(t, exitDone, "dev").out)
	withdraw(listed[0]).want(t, exitDone, "1 Dokument, das nur diese Vorschau brachte")
	if n := asked(); n != before {
		t.Errorf("%d questions are left, before it were %d", n, before)
	}
	withdraw(listed[0]).want(t, exitFailed, "gibt es nicht")
	command(t, "", line("apply", "b.dxl")...).want(t, exitNeedsEyes, "1 neu", "1 unverändert")
}
