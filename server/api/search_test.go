package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// found is an answer of the search.
type found struct {
	Total int `json:"total"`
	Hits  []struct {
		ID, Title, Kind, Status, Binding, Department, Anchor, URL string
		Section                                                   []string
		Snippet                                                   []struct {
			Text  string
			Match bool
		}
		Score float64
	}
	Facets map[string][]struct {
		Value string
		Count int
	}
}

func (f found) titles() string {
	var out []string
	for _, h := range f.Hits {
		out = append(out, h.Title)
	}
	return strings.Join(out, ", ")
}

// corpus writes texts that differ in kind, department, topic and validity.
func corpus(s *servertest.Server) {
	for name, head := range map[string]string{
		"gehweg":   "id: gehwegaaa2\nart: artikel\ntitel: Gehweg absperren\nbereich: \"66\"\nthemen: [Verkehr]",
		"baum":     "id: baumaaaaa2\nart: artikel\ntitel: Baumpflege\nbereich: \"66/1\"\nthemen: [Grün]",
		"reisen":   "id: reisenaaa2\nart: dienstanweisung\ntitel: Dienstreisen\nbereich: \"11\"\nverbindlich: ja",
		"alt":      "id: altaaaaaa2\nart: standard\ntitel: Alte Absperrung\nbereich: \"66\"\ngueltig_bis: 2025-12-31",
		"kuenftig": "id: kuenftig22\nart: standard\ntitel: Neue Absperrung\nbereich: \"66\"\ngueltig_ab: 2027-01-01",
	} {
		s.Place("wissen/x/"+name+"/index.md", "---\n"+head+"\n---\n\nVorab.\n\n## Ablauf\n\nDer Verantwortliche sichert <b>zuerst</b> die Baustelle.\n")
	}
	s.Indexed()
}

func TestSearchNamesTheSectionAndMarksTheWords(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	reader := programOf(t, s, "leserin", account.ReadAccess)
	var f found
	reader.call(http.MethodGet, "/search?q=Gehweg+Baustelle", nil).Want(http.StatusOK).Decode(&f)
	if len(f.Hits) == 0 || f.Hits[0].ID != "gehwegaaa2" {
		t.Fatalf("found is %s", f.titles())
	}
	h := f.Hits[0]
	if h.Kind != "artikel" || h.Status != "valid" || h.Department != "66" || h.Anchor != "ablauf" || h.URL != "/a/gehwegaaa2#ablauf" || h.Section[len(h.Section)-1] != "Ablauf" || h.Score <= 0 {
		t.Errorf("the hit is %+v", h)
	}
	marked := ""
	for _, part := range h.Snippet {
		if part.Match {
			marked += part.Text + " "
		}
	}
	if !strings.Contains(marked, "Baustelle") || strings.Contains(marked, "sichert") {
		t.Errorf("marked is %q in %+v", marked, h.Snippet)
	}
}

func TestSearchNarrowsByWhatIsAsked(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	reader := programOf(t, s, "leserin", account.ReadAccess)
	for query, want := range map[string]int{
		"q=Baustelle":                               5,
		"q=Baustelle&kind=artikel":                  2,
		"q=Baustelle&kind=standard,dienstanweisung": 3,
		"q=Baustelle&department=66":                 4,
		"q=Baustelle&department=66/1":               1,
		"q=Baustelle&department=11,66/1":            2,
		"q=Baustelle&department=6":                  0,
		"q=Baustelle&topic=Verkehr":                 1,
		"q=Baustelle&valid=true":                    3,
		"q=Baustelle&valid=true&kind=standard":      0,
		"q=Baustelle&limit=2":                       5,
		"q=Baustelle&offset=4":                      5,
		"q=Baustelle&offset=99":                     5,
		"q=Baustelle%20-bereich:66":                 1,
		"q=Baustelle%20-art:artikel":                3,
		"q=Wolkenkuckucksheim":                      0,
	} {
		var f found
		reader.call(http.MethodGet, "/search?"+query, nil).Want(http.StatusOK).Decode(&f)
		if f.Total != want {
			t.Errorf("%s finds %d instead of %d: %s", query, f.Total, want, f.titles())
		}
	}
	var f found
	reader.call(http.MethodGet, "/search?q=Baustelle", nil).Want(http.StatusOK).Decode(&f)
	counts := map[string]int{}
	for name, list := range f.Facets {
		for _, c := range list {
			counts[name+"="+c.Value] = c.Count
		}
	}
	if counts["kind=artikel"] != 2 || counts["kind=standard"] != 2 || counts["kind=dienstanweisung"] != 1 {
		t.Errorf("facets are %v", counts)
	}
}

func TestSearchTellsWhatHoldsToday(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	reader := programOf(t, s, "leserin", account.ReadAccess)
	var f found
	reader.call(http.MethodGet, "/search?q=Absperrung", nil).Want(http.StatusOK).Decode(&f)
	states := map[string]string{}
	for _, h := range f.Hits {
		states[h.ID] = h.Status
	}
	if states["altaaaaaa2"] != "expired" || states["kuenftig22"] != "future" {
		t.Errorf("states are %v", states)
	}
}

func TestFiltersAmongTheWordsAreNamed(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	var f struct {
		Words   string
		Filters []struct{ Text, Rest string }
		Facets  map[string][]struct{ Value string }
	}
	programOf(t, s, "leserin", account.ReadAccess).call(http.MethodGet, "/search?q=bereich:66%20Baustelle%20-art:standard", nil).Want(http.StatusOK).Decode(&f)
	if f.Words != "Baustelle" || fmt.Sprint(f.Filters) != "[{bereich:66 Baustelle -art:standard} {-art:standard bereich:66 Baustelle}]" {
		t.Errorf("%q with %+v", f.Words, f.Filters)
	}
	if got := fmt.Sprint(f.Facets["department"]); !strings.Contains(got, "11") || strings.Contains(fmt.Sprint(f.Facets["kind"]), "standard") {
		t.Errorf("facets: %+v", f.Facets)
	}
}

func TestSuggestionsTellWhatHoldsNoMore(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	var list []struct{ ID, Status, Topic string }
	programOf(t, s, "leserin", account.ReadAccess).call(http.MethodGet, "/suggest?q=Absperr", nil).Want(http.StatusOK).Decode(&list)
	states := map[string]string{}
	for i, l := range list {
		states[l.ID] = l.Status
		if l.Status == "expired" && i < len(list)-1 && list[i+1].Status != "expired" {
			t.Errorf("what holds no more stands before %s: %+v", list[i+1].ID, list)
		}
	}
	if states["altaaaaaa2"] != "expired" || states["kuenftig22"] != "future" {
		t.Errorf("states are %v", states)
	}
}

func TestTitlesAreCompletedWhileTyping(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	reader := programOf(t, s, "leserin", account.ReadAccess)
	for query, want := range map[string]string{"q=Geh": "gehwegaaa2", "q=geh": "gehwegaaa2", "q=Dienstr": "reisenaaa2", "q=zzz": "", "q=": ""} {
		var list []struct{ ID, Title, Kind string }
		reader.call(http.MethodGet, "/suggest?"+query, nil).Want(http.StatusOK).Decode(&list)
		if want == "" && len(list) > 0 || want != "" && (len(list) != 1 || list[0].ID != want || list[0].Title == "" || list[0].Kind == "") {
			t.Errorf("%s proposes %+v", query, list)
		}
	}
	var list []struct{ ID string }
	reader.call(http.MethodGet, "/suggest?q=a&limit=1", nil).Want(http.StatusOK).Decode(&list)
	if len(list) > 1 {
		t.Errorf("more than the limit: %+v", list)
	}
}
