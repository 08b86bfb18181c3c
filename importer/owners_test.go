package importer

import (
	"fmt"
	"strings"
	"testing"
)

// TestDepartmentsThatAreNotSetUpAreNamedOnce: that a standard has no department is
// told apart from that its department is not set up.
func TestDepartmentsThatAreNotSetUpAreNamedOnce(t *testing.T) {
	r := newReport("dev", "lauf", true)
	for department, want := range map[string]string{
		"": "Kein Fachbereich ist zuständig", "66": "FB 66 ist in Staffelstab nicht angelegt (Verwaltung → Fachbereiche); erst danach",
	} {
		var e Entry
		e.note(catalogue(t), r.unowned(department, false))
		if !e.Review || len(e.Todos) != 1 || e.Todos[0].Kind != TodoBinding || !strings.HasPrefix(e.Notes[0], want) {
			t.Errorf("%q: %+v", department, e)
		}
	}
	r.unowned("66", true)
	r.unowned("11", false)
	r.finish(catalogue(t))
	if len(r.Remarks) != 1 || !strings.HasPrefix(r.Remarks[0], "Fachbereiche, die in Staffelstab nicht angelegt sind: FB 66 (2 Dokumente), FB 11 (1 Dokument). Erst") || !r.NeedsEyes() {
		t.Errorf("%q", r.Remarks)
	}
	many := newReport("dev", "lauf", true)
	for i := range 100 {
		many.unowned(fmt.Sprint(i), false)
	}
	many.finish(catalogue(t))
	if n := strings.Count(many.Remarks[0], "FB "); n != maxUnknown || !strings.Contains(many.Remarks[0], ", …") {
		t.Errorf("%d are named: %q", n, many.Remarks)
	}
	none := newReport("dev", "lauf", true)
	none.unowned("", true)
	none.finish(catalogue(t))
	if len(none.Remarks) != 0 {
		t.Errorf("%q", none.Remarks)
	}
}
