package importer

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"staffelstab/importer/duplicates"
)

func differ(first, second, why string) Difference {
	return Difference{First: first, Second: second, Why: why}
}

// full is a report with something of everything.
func full(t testing.TB, verified bool) *Report {
	r := newReport("dev", "lauf", false)
	r.Verified = verified
	r.Remarks = []string{"Bemerkung zum Lauf"}
	r.Documents = []Entry{
		{Title: "Zweites", Department: "66", Status: StatusImported, UNID: "U1", Review: true, Notes: []string{"Hinweis A"}, Evidence: []string{"Beleg"}, Binding: "ja", Decided: "nein", Todos: []Todo{{TodoLink, "Aufgabe Verweis"}, {TodoContradiction, "Aufgabe Widerspruch"}}},
		{Title: "", Department: "", Status: StatusFailed, UNID: "U2", Review: true, Notes: []string{"Grund"}},
		{Title: "Erstes", Department: "11", Status: StatusUnchanged, UNID: "U3", Date: "2017-11-24T08:30:00Z", Notes: []string{}, Proposal: "v-1"},
	}
	a, b := Key{"R", "A"}, Key{"R", "B"}
	r.Pairs = []Pair{
		{First: a, Second: b, FirstTitle: "Links", SecondTitle: "Rechts", Class: duplicates.Contradicting, Share: 0.42, Differences: []Difference{differ("drei Monate", "sechs Monate", "frist"), differ("", "nur dort", duplicates.WhyMissing), differ("", "", duplicates.WhyFiles)}, Fingerprint: "p1-x"},
		{First: a, Second: b, FirstTitle: "Links", SecondTitle: "", Class: duplicates.Identical, Share: 1, Conflict: ChooseSecond, Decision: ChooseBoth, Differences: []Difference{}},
		{First: a, Second: b, Class: duplicates.Contained, Merged: true, Differences: []Difference{differ("x", "y", "betrag"), differ("x", "y", "datum"), differ("x", "y", "zahl"), differ("x", "y", "verneinung"), differ("x", "y", "verpflichtung"), differ("x", "y", "wortlaut")}},
		{First: a, Second: b, Class: duplicates.Similar, Outdated: true, Differences: []Difference{}},
	}
	r.Missing = []Missing{{ID: "aaaaaaaaaa", ReplicaID: "R", UNID: "C", Title: "Verschwunden", Path: "x/y", Reason: MissingInFull}, {Title: "Gelöscht", Reason: MissingDeleted}, {Title: "Frage", Reason: MissingBelow}}
	for range 1200 {
		r.lacksPlace(&Document{Origin: Origin{Form: "Vermerk"}, Unplaced: []string{"Aktenzeichen"}})
	}
	r.lacksPlace(&Document{Origin: Origin{Form: "Vermerk"}, Unplaced: []string{"Frist"}})
	r.finish(catalogue(t))
	return r
}

func TestEveryFormOfTheReportHoldsTheSame(t *testing.T) {
	r := full(t, false)
	var page, table, data bytes.Buffer
	for _, err := range []error{r.HTML(&page, catalogue(t)), r.CSV(&table, catalogue(t)), r.JSON(&data)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, words := range []string{"Zweites", "Erstes", "Hinweis A", "Grund", "Beleg", "Aufgabe Verweis", "Aufgabe Widerspruch", "Links", "Rechts", "drei Monate", "sechs Monate", "nur dort", "Verschwunden", "Gelöscht", "U1", "x/y"} {
		for name, text := range map[string]string{"HTML": page.String(), "CSV": table.String(), "JSON": data.String()} {
			if !strings.Contains(text, words) {
				t.Errorf("%s lacks %q", name, words)
			}
		}
	}
	for _, words := range []string{"Bemerkung zum Lauf", "Fachbereich 11", "Ohne Fachbereich", "Widersprüchlich", "Frist", "42 % gleich", "Speicherkonflikt", "Entschieden: beide behalten", "zusammengeführt", "zu einer früheren Fassung entschieden", "In der Quelle gelöscht", "Steht in diesem Artikel", "Felder ohne Platz im Artikel", "<td>Vermerk</td><th scope=\"row\">Aktenzeichen</th><td class=\"number\">1.200</td>", "1 Paar von Texten widerspricht sich."} {
		if !strings.Contains(page.String(), words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	if at := strings.Index(page.String(), "Fachbereich 11"); at > strings.LastIndex(page.String(), "Fachbereich 66") || strings.LastIndex(page.String(), "Ohne Fachbereich") < strings.LastIndex(page.String(), "Fachbereich 66") {
		t.Error("departments are out of order")
	}
	if todo := page.String()[strings.Index(page.String(), "aufgaben\">"):]; strings.Index(todo, "Aufgabe Widerspruch") > strings.Index(todo, "Aufgabe Verweis") {
		t.Error("the most urgent is not the first to do")
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(table.String(), "\ufeff")))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil || len(rows) != 1+3+4+3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	var back Report
	if err := json.Unmarshal(data.Bytes(), &back); err != nil || len(back.Pairs) != 4 || back.Pairs[0].First != r.Pairs[0].First || back.Missing[0] != r.Missing[0] || len(back.Unplaced) != 2 || back.Unplaced[0] != (UnplacedField{"Vermerk", "Aktenzeichen", 1200}) || len(back.Summary) != len(r.Summary) {
		t.Errorf("%v: %+v", err, back)
	}
}

// TestWhatNeedsEyesIsToldApart: that the binding of every standard is to be
// confirmed must not hide the few documents that lost something.
func TestWhatNeedsEyesIsToldApart(t *testing.T) {
	r := newReport("dev", "lauf", false)
	binding := Todo{TodoBinding, "Verbindlichkeit offen"}
	r.Documents = []Entry{
		{Title: "Nur bestätigen", Department: "66", Status: StatusImported, Review: true, Notes: []string{}, Todos: []Todo{binding}},
		{Title: "Ähnlich", Department: "66", Status: StatusImported, Review: true, Notes: []string{}, Todos: []Todo{binding, {TodoLink, "Toter Verweis"}}},
		{Title: "Verloren", Department: "66", Status: StatusImported, Review: true, Notes: []string{}, Todos: []Todo{{TodoLink, "Noch einer"}, binding, {TodoLost, "Anlage fehlt"}}},
		{Title: "Fertig", Department: "66", Status: StatusUnchanged, Notes: []string{"Hinweis"}},
		{Title: "Gescheitert", Department: "66", Status: StatusFailed, Review: true, Notes: []string{"Kann nicht gelesen werden"}, Todos: []Todo{binding}},
	}
	r.finish(catalogue(t))
	if r.Totals.Review != 4 || !r.NeedsEyes() {
		t.Errorf("what programs read changed: %+v", r.Totals)
	}
	for _, want := range []string{"3 Dokumente sollte jemand ansehen.", "Bei 1 Dokument ist nur die Verbindlichkeit zu bestätigen."} {
		if !slices.Contains(r.Summary, want) {
			t.Errorf("%q lacks %q", r.Summary, want)
		}
	}
	var page bytes.Buffer
	if err := r.HTML(&page, catalogue(t)); err != nil {
		t.Fatal(err)
	}
	rest := page.String()
	for _, words := range []string{
		`id="ansehen">Bitte ansehen: 3 Dokumente`, "Gescheitert", "Kann nicht gelesen werden", "Verloren", "Anlage fehlt", "Noch einer", "Ähnlich", "Toter Verweis",
		`id="verbindlichkeit">Verbindlichkeit zu bestätigen: 4 Dokumente`, "Verbindlichkeit offen (4 Dokumente)",
		`id="d1" data-asks="confirm"`, `id="d2" data-asks="eyes"`, `id="d4" data-asks=""`, `id="d5" data-asks="eyes"`,
	} {
		_, after, found := strings.Cut(rest, words)
		if !found {
			t.Fatalf("%q is not there, or not in its place", words)
		}
		rest = after
	}
}

// TestThePageBringsAllItNeeds: headings go down one level at a time, every table
// says what it holds, and the one script is the one its policy allows.
func TestThePageBringsAllItNeeds(t *testing.T) {
	for _, verified := range []bool{false, true} {
		var page bytes.Buffer
		if err := full(t, verified).HTML(&page, catalogue(t)); err != nil {
			t.Fatal(err)
		}
		text := page.String()
		level := 0
		for _, m := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(text, -1) {
			if next := int(m[1][0] - '0'); next > level+1 {
				t.Errorf("a heading of level %d below one of level %d", next, level)
			} else {
				level = next
			}
		}
		if tables := strings.Count(text, "<table"); tables == 0 || tables != strings.Count(text, "<caption>") || strings.Contains(text, "<th>") {
			t.Error("tables without caption or scope")
		}
		if strings.Count(text, "<script>") != 1 || strings.Contains(text, "src=") || strings.Contains(text, "<link") || !strings.Contains(text, reportScript) {
			t.Error("the page needs something else")
		}
		if strings.Contains(text, "ZgotmplZ") {
			t.Error("a word was refused where it stands")
		}
		for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(text, -1) {
			if strings.Count(text, ` id="`+m[1]+`"`) != 1 {
				t.Errorf("#%s leads nowhere", m[1])
			}
		}
		if verified != strings.Contains(text, "Nachprüfung") || verified != strings.Contains(text, "fehlt ganz oder zum Teil") {
			t.Errorf("verified %v:\n%s", verified, text)
		}
	}
}
