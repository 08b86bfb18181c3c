package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// article is what programs read of an article.
type article struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Kind     string `json:"kind"`
	Status   string `json:"status"`
	Body     string `json:"body"`
	HTML     string `json:"html"`
	Revision string `json:"revision"`
	ETag     string `json:"etag"`
	Path     string `json:"path"`
}

// problem is an error as RFC 9457 shapes it.
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	RequestID string `json:"request_id"`
	Errors    []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
		Line     int    `json:"line"`
	} `json:"errors"`
}

// refused checks that an answer is a whole problem of the status, which says
// under which name the log knows the request.
func refused(t *testing.T, p *servertest.Page, status int) problem {
	t.Helper()
	p.Want(status)
	if got := p.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		t.Fatalf("an error comes as %q: %s", got, p.Body)
	}
	var out problem
	p.Decode(&out)
	if out.Status != status || out.Title == "" || out.Detail == "" || !strings.HasPrefix(out.Type, "/docs#problem-") {
		t.Fatalf("incomplete problem: %s", p.Body)
	}
	if out.RequestID == "" || out.RequestID != p.Header.Get("X-Request-Id") {
		t.Fatalf("request %q is called %q: %s", p.Header.Get("X-Request-Id"), out.RequestID, p.Body)
	}
	return out
}

func create(t *testing.T, c *servertest.Client, title, body string, headers ...string) article {
	t.Helper()
	var a article
	c.JSON(http.MethodPost, "/articles", map[string]any{"title": title, "department": "66", "body": body}, headers...).Want(http.StatusCreated).Decode(&a)
	return a
}

func TestArticleIsCreatedReadAndSaved(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Kanal spülen", "Erst **oben**, dann unten.\n")
	if a.ID == "" || a.Revision == "" || a.ETag == "" || a.Status != "valid" || a.Kind != "artikel" || !strings.Contains(a.HTML, "<strong>oben</strong>") {
		t.Fatalf("created: %+v", a)
	}
	read := s.As("leserin").JSON(http.MethodGet, "/articles/"+a.ID, nil).Want(http.StatusOK)
	var got article
	read.Decode(&got)
	if got.Title != "Kanal spülen" || read.Header.Get("ETag") == "" {
		t.Errorf("read: %+v, ETag %q", got, read.Header.Get("ETag"))
	}

	change := map[string]any{"title": "Kanal spülen", "body": "Erst unten.\n", "message": "Reihenfolge"}
	refused(t, expert.JSON(http.MethodPut, "/articles/"+a.ID, change), http.StatusPreconditionRequired)
	var saved article
	expert.JSON(http.MethodPut, "/articles/"+a.ID, change, "If-Match", read.Header.Get("ETag")).Want(http.StatusOK).Decode(&saved)
	if saved.Revision == a.Revision || saved.ETag == a.ETag {
		t.Error("a save has to make a new revision and ETag")
	}
	other := map[string]any{"body": "Erst links.\n"}
	refused(t, expert.JSON(http.MethodPut, "/articles/"+a.ID, other, "If-Match", read.Header.Get("ETag")), http.StatusPreconditionFailed)

	var old article
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"?at="+a.Revision, nil).Want(http.StatusOK).Decode(&old)
	if !strings.Contains(old.HTML, "oben") || old.Revision != a.Revision {
		t.Errorf("at the first revision: %+v", old)
	}
}

func TestSameKeyMakesOneArticle(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	first := create(t, expert, "Einmal", "Text.", "Idempotency-Key", "k-1")
	again := create(t, expert, "Einmal", "Text.", "Idempotency-Key", "k-1")
	if first.ID != again.ID {
		t.Errorf("two articles %s and %s for one key", first.ID, again.ID)
	}
	other := create(t, s.As("nachfolger"), "Einmal", "Text.", "Idempotency-Key", "k-1")
	if other.ID == first.ID {
		t.Error("the key of one person reached what another one made")
	}
}

func TestWhoMayNotIsTold(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/r/reisen/index.md", "---\nid: reisekost2\nart: standard\ntitel: Reisekosten\nbereich: \"66\"\n---\n\nBelege.\n")
	hidden := s.Write("personalerin", content.Edit{Title: "Abfindungen", Department: "11", Body: "Vertraulich.\n",
		Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}})

	text := map[string]any{"title": "X", "department": "66", "body": "x"}
	refused(t, s.Stranger().JSON(http.MethodGet, "/articles", nil), http.StatusUnauthorized)
	refused(t, s.As("leserin").JSON(http.MethodPost, "/articles", text), http.StatusForbidden)
	refused(t, s.As("admin").JSON(http.MethodGet, "/articles", nil), http.StatusForbidden)

	expert := s.As("expertin")
	a := expert.JSON(http.MethodGet, "/articles/reisekost2", nil).Want(http.StatusOK)
	p := refused(t, expert.JSON(http.MethodPut, "/articles/reisekost2", map[string]any{"body": "Neu"}, "If-Match", a.Header.Get("ETag")), http.StatusForbidden)
	if !strings.HasSuffix(p.Type, "approval-required") {
		t.Errorf("a standard is refused with type %q", p.Type)
	}
	for _, path := range []string{"", "/revisions", "/attachments", "/diff?from=" + string(hidden.Revision)} {
		refused(t, expert.JSON(http.MethodGet, "/articles/"+string(hidden.ID)+path, nil), http.StatusNotFound)
	}
	s.As("personalerin").JSON(http.MethodGet, "/articles/"+string(hidden.ID), nil).Want(http.StatusOK)
	s.Indexed()
	for _, path := range []string{"/articles", "/search?q=Abfindungen", "/suggest?q=Abfind"} {
		expert.JSON(http.MethodGet, path, nil).Want(http.StatusOK).Silent("Abfindungen", string(hidden.ID), "Vertraulich")
		s.As("personalerin").JSON(http.MethodGet, path, nil).Want(http.StatusOK).Says("Abfindungen")
	}
}

func TestListsPageWithoutGapsOrDoubles(t *testing.T) {
	s := servertest.New(t)
	want := map[string]bool{}
	for i := range 45 {
		a := s.Write("expertin", content.Edit{Title: fmt.Sprintf("Text %02d", i), Department: "66", Body: "x\n"})
		want[string(a.ID)] = true
	}
	c := s.As("leserin")
	cursor, last := "", ""
	for range 10 {
		var page struct {
			Items  []article `json:"items"`
			Total  int       `json:"total"`
			Cursor string    `json:"cursor"`
		}
		c.JSON(http.MethodGet, "/articles?limit=20&sort=title&cursor="+cursor, nil).Want(http.StatusOK).Decode(&page)
		if page.Total != 45 {
			t.Fatalf("total is %d", page.Total)
		}
		for _, a := range page.Items {
			if !want[a.ID] {
				t.Errorf("%s comes twice or was never written", a.Title)
			}
			if a.Title < last {
				t.Errorf("%q after %q", a.Title, last)
			}
			delete(want, a.ID)
			last = a.Title
		}
		if cursor = page.Cursor; cursor == "" {
			break
		}
	}
	if len(want) > 0 {
		t.Errorf("%d articles are on no page", len(want))
	}
	refused(t, c.JSON(http.MethodGet, "/articles?cursor=gefaelscht", nil), http.StatusUnprocessableEntity)
}

func TestHistoryDiffersAndRestores(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Pumpe", "Zeile eins.\n")
	etag := expert.JSON(http.MethodGet, "/articles/"+a.ID, nil).Header.Get("ETag")
	changed := expert.JSON(http.MethodPut, "/articles/"+a.ID, map[string]any{"body": "Zeile zwei.\n"}, "If-Match", etag).Want(http.StatusOK)
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"/revisions", nil).Want(http.StatusOK).Says(a.Revision)
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"/diff?from="+a.Revision, nil).Want(http.StatusOK).Says("eins", "zwei")
	restored := expert.JSON(http.MethodPost, "/articles/"+a.ID+"/restore", map[string]any{"revision": a.Revision}, "If-Match", changed.Header.Get("ETag"))
	restored.Want(http.StatusOK).Says("Zeile eins.")
}

func TestTextComesBackAsItWasSent(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	const body = "# Überschrift\n\n- Größe: 5 m²\n- „Zitat“ 🚧 e\u0301\n\n```\n<b>\\n</b>\n```\n"
	meta := map[string]any{"kurz": "Kurz: mit „Anführung“ und Doppelpunkt", "themen": []string{"Straße", "Grün"}, "naechste_pruefung": "2027-05-01"}
	var made struct {
		article
		Summary    string   `json:"summary"`
		Topics     []string `json:"topics"`
		ReviewDue  string   `json:"review_due"`
		URL        string   `json:"url"`
		Department string   `json:"department"`
		ChangedBy  string   `json:"changed_by"`
		CanEdit    bool     `json:"can_edit"`
		Current    bool     `json:"current"`
		Outline    []struct{ Text, Anchor string }
	}
	page := expert.JSON(http.MethodPost, "/articles", map[string]any{"title": "  Umlaute\nund   Zeichen ", "department": "66", "body": body, "meta": meta}).Want(http.StatusCreated)
	page.Decode(&made)
	if page.Header.Get("Location") != "/api/v1/articles/"+made.ID || page.Header.Get("ETag") != `"`+made.ETag+`"` {
		t.Errorf("headers are %v", page.Header)
	}
	if made.Title != "Umlaute und Zeichen" || made.Body != body || made.Summary != meta["kurz"] || strings.Join(made.Topics, ",") != "Straße,Grün" || made.ReviewDue != "2027-05-01" {
		t.Errorf("the text is %+v", made)
	}
	if made.URL != "/a/"+made.ID || made.Department != "66" || made.ChangedBy != "Renate Brinkmann" || !made.CanEdit || !made.Current || len(made.Outline) != 1 || made.Outline[0].Text != "Überschrift" {
		t.Errorf("what surrounds the text is %+v", made)
	}
	// What a program reads and sends back unchanged changes nothing.
	expert.JSON(http.MethodPut, "/articles/"+made.ID, map[string]any{"body": made.Body, "meta": map[string]any{"kurz": nil}}, "If-Match", made.ETag).Want(http.StatusOK).Decode(&made)
	if made.Body != body || made.Title != "Umlaute und Zeichen" {
		t.Errorf("after it was sent back: %+v", made)
	}
	expert.JSON(http.MethodGet, "/articles/"+made.ID, nil).Want(http.StatusOK).Silent("Doppelpunkt").Says("2027-05-01")
}

func TestDangerousMarkdownBecomesHarmlessHTML(t *testing.T) {
	s := servertest.New(t)
	a := create(t, s.As("expertin"), "<script>alert(1)</script>", "<img src=x onerror=alert(1)>\n\n[hier](javascript:alert(1)) ![x](data:text/html,x)\n")
	for _, word := range []string{"<script", "onerror", "javascript:", "data:text/html"} {
		if strings.Contains(a.HTML, word) {
			t.Errorf("the HTML has %q: %s", word, a.HTML)
		}
	}
}

func TestOnlyThoseWhoMaySaveAreOfferedIt(t *testing.T) {
	s := servertest.New(t)
	own := create(t, s.As("expertin"), "Poller", "x\n").ID
	s.Place("standards/r/reisen/index.md", "---\nid: reisekost2\nart: standard\ntitel: Reisekosten\nbereich: \"66\"\n---\n\nBelege.\n")
	for who, want := range map[program]map[string]bool{
		programOf(t, s, "expertin", account.WriteAccess):     {own: true, "reisekost2": false},
		programOf(t, s, "nachfolger", account.WriteAccess):   {own: true, "reisekost2": false},
		programOf(t, s, "expertin", account.ReadAccess):      {own: false, "reisekost2": false},
		programOf(t, s, "leserin", account.WriteAccess):      {own: false, "reisekost2": false},
		programOf(t, s, "personalerin", account.WriteAccess): {own: false, "reisekost2": false},
	} {
		for id, may := range want {
			who.call(http.MethodGet, "/articles/"+id, nil).Want(http.StatusOK).Says(fmt.Sprintf(`"can_edit":%t`, may))
		}
	}
}
