package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// page is any list in pages.
type page struct {
	Items  []entry `json:"items"`
	Hits   []entry `json:"hits"`
	Total  int     `json:"total"`
	Cursor string  `json:"cursor"`
}

type entry struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	At        string `json:"at"`
	Action    string `json:"action"`
	Subject   string `json:"subject"`
	Detail    string `json:"detail"`
	ChangedAt string `json:"changed_at"`
	ReviewDue string `json:"review_due"`
}

// name tells entries apart; a line of the audit log has no id.
func (e entry) name() string { return e.ID + e.At + e.Action + e.Subject + e.Detail }

// leaf reads a list to its end by cursors and returns its entries in order.
func leaf(t *testing.T, c program, path string) (out []entry, total int) {
	t.Helper()
	cursor := ""
	for range 50 {
		var p page
		c.call(http.MethodGet, path+"&cursor="+url.QueryEscape(cursor), nil).Want(http.StatusOK).Decode(&p)
		if total != 0 && p.Total != total {
			t.Fatalf("%s: the total went from %d to %d", path, total, p.Total)
		}
		out, total = append(out, append(p.Items, p.Hits...)...), p.Total
		if cursor = p.Cursor; cursor == "" {
			return out, total
		}
	}
	t.Fatalf("%s does not end", path)
	return nil, 0
}

// library writes 23 texts, some with the same title or day.
func library(s *servertest.Server) {
	for i := range 23 {
		kind := map[bool]string{true: "standard", false: "artikel"}[i%4 == 0]
		s.Place(fmt.Sprintf("wissen/t/text-%02d/index.md", i), fmt.Sprintf("---\nid: textaaaa%c2\nart: %s\ntitel: Straßenbau %d\nbereich: \"66\"\nnaechste_pruefung: 2027-0%d-01\n---\n\nBordstein.\n",
			'a'+i, kind, i/2, 1+i%3))
	}
}

func TestEveryListGivesEachEntryOnce(t *testing.T) {
	s := servertest.New(t)
	library(s)
	for i := range 9 {
		join(t, s, fmt.Sprintf("weitere%d", i), "33")
	}
	s.Indexed()
	reader, admin := programOf(t, s, "leserin", account.ReadAccess), programOf(t, s, "admin", account.AdminAccess)
	for _, c := range []struct {
		client program
		path   string
		want   int
	}{
		{reader, "/articles?limit=5", 23},
		{reader, "/articles?limit=1&kind=standard", 6},
		{reader, "/articles?limit=7&sort=changed", 23},
		{reader, "/articles?limit=4&sort=due", 23},
		{reader, "/articles?limit=23", 23},
		{reader, "/articles?limit=5&department=66&kind=artikel,standard", 23},
		{reader, "/articles?limit=5&department=33", 0},
		{reader, "/standards?limit=4", 6},
		{reader, "/search?q=Bordstein&limit=5", 23},
		{admin, "/admin/users?limit=4", 22},
		{admin, "/admin/users?limit=4&q=weitere", 9},
		{admin, "/admin/audit?limit=7&subject=" + s.People["expertin"].ID, 4},
	} {
		entries, total := leaf(t, c.client, c.path)
		seen := map[string]bool{}
		for _, e := range entries {
			if seen[e.name()] {
				t.Errorf("%s: %s comes twice", c.path, e.name())
			}
			seen[e.name()] = true
		}
		if len(entries) != c.want || total != c.want {
			t.Errorf("%s: %d entries of %d, expected %d", c.path, len(entries), total, c.want)
		}
	}
}

func TestListsComeInTheOrderAskedFor(t *testing.T) {
	s := servertest.New(t)
	library(s)
	reader := programOf(t, s, "leserin", account.ReadAccess)
	for sort, key := range map[string]func(entry) string{
		"title": func(e entry) string { _, n, _ := strings.Cut(e.Title, " "); return fmt.Sprintf("%02s", n) },
		"due":   func(e entry) string { return e.ReviewDue },
	} {
		entries, _ := leaf(t, reader, "/articles?limit=4&sort="+sort)
		if !slices.IsSortedFunc(entries, func(a, b entry) int { return strings.Compare(key(a), key(b)) }) {
			t.Errorf("sorted by %s: %+v", sort, entries)
		}
	}
	s.Advance(time.Minute)
	newest := s.Write("expertin", content.Edit{Title: "Zuletzt", Department: "66", Body: "x\n"})
	if entries, _ := leaf(t, reader, "/articles?limit=4&sort=changed"); entries[0].ID != string(newest.ID) {
		t.Errorf("the newest is %+v", entries[0])
	}
}

func TestCursorIsNoKeyToAnotherList(t *testing.T) {
	s := servertest.New(t)
	library(s)
	reader, admin := programOf(t, s, "leserin", account.ReadAccess), programOf(t, s, "admin", account.AdminAccess)
	var titles, accounts page
	reader.call(http.MethodGet, "/articles?limit=5", nil).Want(http.StatusOK).Decode(&titles)
	admin.call(http.MethodGet, "/admin/users?limit=5", nil).Want(http.StatusOK).Decode(&accounts)
	changed := []byte(titles.Cursor)
	changed[len(changed)/2] ^= 1
	for path, c := range map[string]program{
		"/articles?sort=changed&cursor=" + titles.Cursor: reader,
		"/articles?cursor=" + string(changed):            reader,
		"/articles?cursor=" + accounts.Cursor:            reader,
		"/search?q=x&cursor=" + titles.Cursor[:20]:       reader,
		"/search?q=x&cursor=bjoxMDAwMQ":                  reader, // n:10001
		"/admin/users?cursor=bjotMQ":                     admin,  // n:-1
		"/admin/users?cursor=MTA":                        admin,  // 10
		"/admin/audit?cursor=%21":                        admin,
	} {
		p := refused(t, c.call(http.MethodGet, path, nil), http.StatusUnprocessableEntity)
		if !slices.Equal(located(p), []string{"query.cursor"}) {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func TestHistoryIsReadInPages(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Baustellenplan", "Stand 0\n")
	want := []string{a.Revision}
	for i := range 6 {
		expert.JSON(http.MethodPut, "/articles/"+a.ID, map[string]any{"body": fmt.Sprintf("Stand %d\n", i+1), "message": fmt.Sprintf("Woche %d", i+1)}, "If-Match", `"`+a.ETag+`"`).Want(http.StatusOK).Decode(&a)
		want = append([]string{a.Revision}, want...)
	}
	var got []string
	before := json.Number("0")
	for range 10 {
		var list []struct {
			ID, Message, Author string
			Sequence            json.Number
		}
		expert.JSON(http.MethodGet, "/articles/"+a.ID+"/revisions?limit=3&before="+before.String(), nil).Want(http.StatusOK).Decode(&list)
		if len(list) == 0 {
			break
		}
		for _, r := range list {
			got = append(got, r.ID)
			if r.Author != "Renate Brinkmann" {
				t.Errorf("version %s is by %q", r.ID, r.Author)
			}
		}
		before = list[len(list)-1].Sequence
	}
	if !slices.Equal(got, want) {
		t.Errorf("history is %v instead of %v", got, want)
	}
}
