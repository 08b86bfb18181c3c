package content_test

import (
	"fmt"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

func TestASearchFindsOwnThingsAndNobodyElses(t *testing.T) {
	c := newChamber(t)
	c.proposes("expertin", "Ab 4 Uhr streuen.\n")
	do(c.Library.Autosave(t.Context(), c.Actor("expertin"), content.Draft{Key: "neu", Title: "Räumdienst", Body: "Winterdienst für Wege"}))(t)
	do(c.Library.Say(t.Context(), c.Actor("leserin"), ruleID, content.Remark{Text: "Gilt der Winterdienst sonntags?", Question: true}))(t)
	do(c.Library.Say(t.Context(), c.Actor("leserin"), ruleID, content.Remark{Text: "Winterdienst gefällt mir."}))(t)
	if err := c.Library.Favour(t.Context(), c.Actor("leserin"), ruleID, true); err != nil {
		t.Fatal(err)
	}
	for _, try := range []struct{ login, text, want string }{
		{"expertin", "WINTERDIENST", "1 1 0 0"}, {"expertin", "raeumdienst wege", "1 0 0 0"}, {"expertin", "Räumdienst Straße", "0 0 0 0"},
		{"leserin", `"Winterdienst"`, "0 0 1 1"}, {"leserin", "winterdienst SONNTAGS", "0 0 0 1"}, {"azubi", "Winterdienst", "0 0 0 0"}, {"leserin", " \" ", "0 0 0 0"},
	} {
		own := do(c.Library.Own(t.Context(), c.Actor(try.login), try.text, 5))(t)
		got := fmt.Sprint(len(own.Drafts), len(own.Proposals), len(own.Favourites), len(own.Questions))
		equal(t, try.login+": "+try.text, got, try.want)
		equal(t, try.login+": empty", own.Empty(), try.want == "0 0 0 0")
	}
	_, err := c.Library.Own(t.Context(), c.Actor("admin"), "Winterdienst", 5)
	refused(t, "without a content role", err, fault.Forbidden)
	if err := c.Store.ErasePerson(t.Context(), c.People["expertin"].ID); err != nil {
		t.Fatal(err)
	}
	left := c.Actor("nachfolger")
	left.Person.ID = c.People["expertin"].ID
	equal(t, "drafts of an erased person", len(do(c.Library.Own(t.Context(), left, "Winterdienst", 5))(t).Drafts), 0)
}

func TestContactsOfHitsAreNamedAsFarAsTheyAreSeen(t *testing.T) {
	c := newChamber(t)
	place := func(id, contact, more string) content.ID {
		c.Place("", "---\nid: "+id+"\ntitel: "+id+"\nbereich: \"66\"\nansprechperson: "+contact+"\n"+more+"---\nText\n")
		return content.ID(id)
	}
	person := c.People["nachfolger"]
	ids := []content.ID{
		place("aaaaaaaa22", "Bauhof", ""), place("bbbbbbbb22", person.ID, ""), place("cccccccc22", person.ID, ""),
		place("dddddddd22", "Geheimdienst", "sichtbar: {rollen: [trainer]}\n"), place("eeeeeeee22", "zzzzzzzz22", ""), place("ffffffff22", "Fuhrpark", ""), place("gggggggg22", "Lager", ""),
	}
	named := func(a account.Actor) string {
		return strings.Join(do(c.Library.Contacts(t.Context(), a, ids))(t), ", ")
	}
	equal(t, "the most frequent first", named(c.Actor("leserin")), "Jonas Yilmaz, Bauhof, Fuhrpark")
	if err := c.Office.SetActive(t.Context(), c.Operator, person.ID, false); err != nil {
		t.Fatal(err)
	}
	equal(t, "nobody who is locked", named(c.Actor("leserin")), "Bauhof, Fuhrpark, Lager")
}

func TestAModuleForAHitIsOneTheActorSees(t *testing.T) {
	c := newChamber(t)
	module := func(id, more string) {
		c.Place("lernen/"+id+"/index.md", "---\nid: "+id+"\nart: lernmodul\ntitel: Modul "+id+"\nbereich: \"66\"\n"+more+"---\n\nSiehe [[Winterdienst]].\n")
	}
	module("aaaaaaaa22", "sichtbar: {bereiche: [\"66\"]}\n")
	found := func(login string) content.ID {
		return do(c.Library.ModulesFor(t.Context(), c.Actor(login), []content.ID{ruleID}))(t)[ruleID].ID
	}
	equal(t, "inside", found("expertin"), content.ID("aaaaaaaa22"))
	equal(t, "outside", found("leserin"), content.ID(""))
	module("bbbbbbbb22", "")
	equal(t, "an open one", found("leserin"), content.ID("bbbbbbbb22"))
	equal(t, "without texts", len(do(c.Library.ModulesFor(t.Context(), c.Actor("leserin"), nil))(t)), 0)
}
