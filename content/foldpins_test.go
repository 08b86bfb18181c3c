package content_test

import (
	"fmt"
	"testing"
	"time"

	"staffelstab/content"
)

func TestVersionsPeopleTookNoteOfStandAlone(t *testing.T) {
	o := newOffice(t, "{pflicht: ja, gruppen: [\"fb:66\"]}")
	save := func(body string) content.RevisionID {
		o.Advance(time.Minute)
		return do(o.Library.Save(t.Context(), o.Actor("expertin"), orderID, o.text().ETag, content.Edit{Body: body, Change: content.ChangeMaterial}))(t).Revision
	}
	groups := func() string {
		var out []int
		for _, g := range do(o.Library.FoldedHistory(t.Context(), o.Actor("leserin"), orderID, 0, 50))(t) {
			out = append(out, len(g))
		}
		return fmt.Sprint(out)
	}
	save("Eins.")
	save("Zwei.")
	save("Drei.")
	equal(t, "folded", groups(), "[3 1]")
	o.takes("nachfolger")
	save("Vier.")
	equal(t, "after somebody took note", groups(), "[1 1 2 1]")
	o.reminds()
	save("Fünf.")
	equal(t, "after people were asked", groups(), "[1 1 1 2 1]")
}
