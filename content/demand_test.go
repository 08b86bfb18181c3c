package content

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/account"
)

func TestDemandToTakeNoteIsRead(t *testing.T) {
	for written, want := range map[string]Demand{
		"kenntnisnahme: {pflicht: ja, gruppen: [fb:66, rolle:apprentice]}":             {true, []string{"fb:66", "rolle:apprentice"}, 0},
		"kenntnisnahme:\n  pflicht: ja\n  gruppen:\n    - fb:11/2\n    - alle":         {true, []string{"fb:11/2", "alle"}, 0},
		"kenntnisnahme: {pflicht: ja, gruppen: [fb:66, 'rolle:apprentice'], frist: 7}": {true, []string{"fb:66", "rolle:apprentice"}, 7},
		"kenntnisnahme:\n  pflicht: ja\n  frist: 30 Tage":                              {true, nil, 30},
		"kenntnisnahme: {pflicht: true, gruppen: alle, frist: 14.0}":                   {true, []string{"alle"}, 14},
		"kenntnisnahme: {pflicht: nein, gruppen: [alle]}":                              {false, []string{"alle"}, 0},
		"kenntnisnahme:": {},
		"kurz: Ohne":     {},
	} {
		d, err := ParseDocument("a.md", []byte(under(written)))
		if err != nil || !reflect.DeepEqual(d.Meta.Demand, want) {
			t.Errorf("%s: %+v, %v", written, d.Meta.Demand, err)
		}
	}
}

func TestDemandNobodyUnderstandsIsRefusedOnItsLine(t *testing.T) {
	for written, want := range map[string]string{
		"kenntnisnahme: ja":                                           "acknowledge.not-a-group kenntnisnahme:4",
		"kenntnisnahme: [alle]":                                       "acknowledge.not-a-group kenntnisnahme:4",
		"kenntnisnahme:\n  pflicht: ja\n  gruppe: alle":               "acknowledge.unknown-key kenntnisnahme:6",
		"kenntnisnahme:\n  pflicht: vielleicht":                       "acknowledge.bad-duty kenntnisnahme:5",
		"kenntnisnahme:\n  pflicht: ja\n  frist: 0":                   "acknowledge.bad-days kenntnisnahme.frist:6",
		"kenntnisnahme: {frist: 366}":                                 "acknowledge.bad-days kenntnisnahme.frist:4",
		"kenntnisnahme: {frist: bald}":                                "acknowledge.bad-days kenntnisnahme.frist:4",
		"kenntnisnahme: {frist: 1.5}":                                 "acknowledge.bad-days kenntnisnahme.frist:4",
		"kenntnisnahme: {frist: [7]}":                                 "acknowledge.bad-days kenntnisnahme.frist:4",
		"kenntnisnahme:\n  gruppen:\n    - alle\n    - 'rolle:admin'": "acknowledge.bad-group kenntnisnahme.gruppen:5",
		"kenntnisnahme: {gruppen: ['rolle:chefin']}":                  "acknowledge.bad-group kenntnisnahme.gruppen:4",
		"kenntnisnahme: {gruppen: ['person:abc']}":                    "acknowledge.bad-group kenntnisnahme.gruppen:4",
		"kenntnisnahme: {gruppen: ['fb:']}":                           "acknowledge.bad-group kenntnisnahme.gruppen:4",
		"kenntnisnahme: {gruppen: ['fb:66 und 67']}":                  "acknowledge.bad-group kenntnisnahme.gruppen:4",
		"kenntnisnahme: {gruppen: ['66']}":                            "acknowledge.bad-group kenntnisnahme.gruppen:4",
		"kenntnisnahme: {gruppen: {fb: 66}}":                          "content.not-list kenntnisnahme.gruppen:4",
	} {
		d, err := ParseDocument("a.md", []byte(under(written)))
		if got := complaints(err); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %q", written, got, want)
		}
		if d.Meta.Title != "Streuplan" {
			t.Errorf("%s: the rest is lost", written)
		}
	}
}

func TestTakingNoteDoesNotChangeTheHashOfTextsWithoutIt(t *testing.T) {
	plain, _ := ParseDocument("a.md", []byte("---\ntitel: Streuplan\nbereich: \"66\"\n---\nErst die Brücken.\n"))
	if got, want := plain.ContentHash(nil), ContentHash("v1:4f486452"); !strings.HasPrefix(string(got), string(want)) {
		t.Errorf("hash %s", got)
	}
	asking, _ := ParseDocument("a.md", []byte(under("kenntnisnahme: {pflicht: ja}")))
	if asking.ContentHash(nil) == plain.ContentHash(nil) {
		t.Error("who approves a text approves whom it asks as well")
	}
}

func TestOnlyWhoSeesTheTextIsAsked(t *testing.T) {
	m := Meta{Visibility: Visibility{Departments: []string{"66"}}, Demand: Demand{Required: true, Groups: []string{"rolle:apprentice"}}}
	for want, tokens := range map[bool][]string{true: {"alle", "fb:66", "rolle:apprentice"}, false: {"alle", "fb:20", "rolle:apprentice"}} {
		if m.Asks(tokens) != want {
			t.Errorf("%v asked: %t", tokens, !want)
		}
	}
	if m.Asks([]string{"alle", "fb:66", "rolle:reader"}) {
		t.Error("who is in no group is asked")
	}
	if m.Demand.Required = false; m.Asks([]string{"fb:66", "rolle:apprentice"}) {
		t.Error("nobody has to, and somebody is asked")
	}
	if m.Demand = (Demand{Required: true}); !m.Asks([]string{account.DepartmentToken("66"), account.Everyone}) {
		t.Error("without groups everybody who sees the text is asked")
	}
}

// TestNoNumberTellsAboutFewerThanFive tries many towns: whatever is shown,
// neither a row nor the total without the rows shown is about one to four
// people.
func TestNoNumberTellsAboutFewerThanFive(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		var rows []Rate
		total := Rate{}
		for range random.IntN(7) {
			n := random.IntN(12)
			if n == 0 {
				continue
			}
			rows = append(rows, Rate{Department: string(rune('a' + len(rows))), People: n, Done: random.IntN(n + 1)})
			total.People += n
		}
		shownTotal, shown := suppress(total, rows)
		rest, hidden := shownTotal.People, 0
		for i, r := range shown {
			switch {
			case r.Hidden && (r.People != 0 || r.Done != 0 || r.Overdue != 0):
				t.Fatalf("%+v: hidden with numbers", r)
			case r.Hidden:
				hidden++
			case r != rows[i] || r.People < smallest:
				t.Fatalf("%+v shows %+v", rows, shown)
			}
			rest -= r.People
		}
		if hidden > 0 && !shownTotal.Hidden && rest < smallest {
			t.Fatalf("%+v: the difference of %+v and %+v is %d people", rows, shownTotal, shown, rest)
		}
		if shownTotal.Hidden != (total.People > 0 && total.People < smallest) {
			t.Fatalf("total of %d is shown as %+v", total.People, shownTotal)
		}
	}
	_, shown := suppress(Rate{People: 25}, []Rate{{Department: "a", People: 3}, {Department: "b", People: 10}, {Department: "c", People: 12}})
	if !shown[0].Hidden || !shown[1].Hidden || shown[2].Hidden {
		t.Errorf("beside a small number the next larger one is hidden, and no more: %+v", shown)
	}
}

func TestCellsAreNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{"=1+1": "'=1+1", "+49": "'+49", "-": "'-", "@a": "'@a", "\tx": "'\tx", "Brinkmann": "Brinkmann", "": ""} {
		if got := safeCell(cell); got != want {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
}
