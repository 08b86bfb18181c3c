package content_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

func titles(list []content.Article) string {
	var out []string
	for _, a := range list {
		out = append(out, a.Title)
	}
	return strings.Join(out, " ")
}

func TestFavouritesAreOnesOwnAndLeaveWithTheSight(t *testing.T) {
	s := servertest.New(t)
	ctx := t.Context()
	first := s.Write("expertin", content.Edit{Title: "Pumpen", Department: "66", Body: "x"})
	second := s.Write("expertin", content.Edit{Title: "Tore", Department: "66", Body: "x"})
	reader := s.Actor("leserin")
	for _, a := range []content.Article{first, second, first} {
		s.Advance(time.Minute)
		if err := s.Library.Favour(ctx, reader, a.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "latest first, each once", titles(do(s.Library.Favourites(ctx, reader))(t)), "Tore Pumpen")
	equal(t, "somebody else's", titles(do(s.Library.Favourites(ctx, s.Actor("azubi")))(t)), "")
	refused(t, "no text", s.Library.Favour(ctx, reader, "gibtesnich", true), fault.NotFound)
	token := reader
	token.Access = account.ReadAccess
	refused(t, "a token to read", s.Library.Favour(ctx, token, first.ID, false), fault.Forbidden)

	hide := content.Edit{Body: "x", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}}
	do(s.Library.Save(ctx, s.Actor("expertin"), second.ID, second.ETag, hide))(t)
	equal(t, "without what is hidden now", titles(do(s.Library.Favourites(ctx, reader))(t)), "Pumpen")
	if err := s.Library.Favour(ctx, reader, second.ID, false); err != nil {
		t.Errorf("what is hidden cannot be taken off: %v", err)
	}
	equal(t, "marked rows left", fmt.Sprint(do(s.Store.Marked(ctx, reader.Person.ID))(t)), fmt.Sprint([]content.ID{first.ID}))
}

func TestTenTextsReadLastAreRememberedUnlessSwitchedOff(t *testing.T) {
	s := servertest.New(t)
	ctx, reader := t.Context(), s.Actor("leserin")
	read := func(a content.Article) { s.Advance(time.Minute); s.Library.NoteReading(reader, a.ID) }
	var all []content.Article
	for i := range 12 {
		all = append(all, s.Write("expertin", content.Edit{Title: fmt.Sprintf("T%d", i), Department: "66", Body: "x"}))
		read(all[i])
	}
	read(all[5])
	equal(t, "read last", titles(do(s.Library.RecentlyRead(ctx, reader))(t)), "T5 T11 T10 T9 T8 T7 T6 T4 T3 T2")
	token := reader
	token.Access = account.ReadAccess
	s.Library.NoteReading(token, all[0].ID)
	equal(t, "a token to read leaves no trace", titles(do(s.Library.RecentlyRead(ctx, reader))(t))[:2], "T5")

	s.Library.NoteReading(reader, all[0].ID)
	if err := s.Library.KeepReadings(ctx, reader, false); err != nil {
		t.Fatal(err)
	}
	read(all[1])
	equal(t, "switched off", titles(do(s.Library.RecentlyRead(ctx, reader))(t)), "")
	equal(t, "rows left", len(do(s.Store.RecentlyOpened(ctx, reader.Person.ID))(t)), 0)
	equal(t, "it says so", do(s.Library.KeepsReadings(ctx, reader))(t), false)
	if err := s.Library.KeepReadings(ctx, reader, true); err != nil {
		t.Fatal(err)
	}
	read(all[1])
	equal(t, "switched on again", titles(do(s.Library.RecentlyRead(ctx, reader))(t)), "T1")
}
