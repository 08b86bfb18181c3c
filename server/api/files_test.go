package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"staffelstab/server/servertest"
)

// change is a file that comes or goes.
type change struct {
	Name    string `json:"name"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	Removed bool   `json:"removed"`
	URL     string `json:"url"`
}

// bring sends a file to an address.
func bring(t *testing.T, c *servertest.Client, path, etag, name, data string) *servertest.Page {
	t.Helper()
	kind, body := form(t, "file", name, []byte(data))
	h := http.Header{"Content-Type": {kind}, "Sec-Fetch-Site": {"same-origin"}}
	if etag != "" {
		h.Set("If-Match", etag)
	}
	return c.Do(http.MethodPost, "/api/v1"+path, body, h)
}

func changesAt(c *servertest.Client, path string) (list []change) {
	c.JSON(http.MethodGet, path, nil).Want(http.StatusOK).Decode(&list)
	return list
}

func TestPartsOfAnAttachmentAndNothingTwice(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	a := create(t, c, "Lageplan", "Siehe Anhang.\n")
	upload(t, c, a.ID, a.ETag, "Plan.pdf", []byte("%PDF-0123456789")).Want(http.StatusCreated)
	get := func(headers ...string) *servertest.Page {
		return c.JSON(http.MethodGet, "/articles/"+a.ID+"/attachments/Plan.pdf", nil, headers...)
	}
	whole := get().Want(http.StatusOK)
	h := whole.Header
	if whole.Body != "%PDF-0123456789" || h.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") ||
		h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Accept-Ranges") != "bytes" {
		t.Errorf("%q with %v", whole.Body, h)
	}
	if part := get("Range", "bytes=5-7").Want(http.StatusPartialContent); part.Body != "012" || part.Header.Get("Content-Range") != "bytes 5-7/15" {
		t.Errorf("%q is %s", part.Body, part.Header.Get("Content-Range"))
	}
	if same := get("If-None-Match", h.Get("ETag")).Want(http.StatusNotModified); same.Body != "" {
		t.Errorf("what is known is sent again: %q", same.Body)
	}
	if p := refused(t, get("Range", "bytes=99-"), http.StatusRequestedRangeNotSatisfiable); p.Detail != "Einen solchen Teil hat die Datei nicht." {
		t.Errorf("%+v", p)
	}
}

func TestFilesOfAProposalByProgram(t *testing.T) {
	s := servertest.New(t)
	rule := placeRule(s)
	author, reviewer := s.As("leserin"), s.As("pruefer")
	p := decided(author.JSON(http.MethodPost, "/proposals", map[string]any{"article": rule.ID, "base": rule.ETag, "body": "Siehe [Plan](Plan.txt)."}), http.StatusCreated)
	at := "/proposals/" + p.ID
	refused(t, bring(t, author, at+"/files", "", "Plan.txt", "x"), http.StatusPreconditionRequired)
	refused(t, bring(t, author, at+"/files", `"99"`, "Plan.txt", "x"), http.StatusPreconditionFailed)
	if bad := refused(t, bring(t, author, at+"/files", p.ETag, "Plan.exe", "MZ"), http.StatusUnprocessableEntity); located(bad)[0] != "body.file" {
		t.Errorf("a program is refused with %+v", bad)
	}
	p = decided(bring(t, author, at+"/files", p.ETag, "Plan.txt", "Lageplan"), http.StatusCreated)
	p = decided(bring(t, author, at+"/files", p.ETag, "Zuviel.txt", "x"), http.StatusCreated)
	p = decided(author.JSON(http.MethodDelete, at+"/files/Zuviel.txt", nil, "If-Match", p.ETag), http.StatusOK)
	refused(t, author.JSON(http.MethodDelete, at+"/files/Zuviel.txt", nil, "If-Match", p.ETag), http.StatusNotFound)
	p = decided(author.JSON(http.MethodPost, at+"/submit", nil, "If-Match", p.ETag), http.StatusOK)

	list := changesAt(reviewer, at+"/files")
	if len(list) != 1 || list[0].Name != "Plan.txt" || list[0].Size != 8 || len(list[0].SHA256) != 64 {
		t.Fatalf("the reviewer sees %+v", list)
	}
	reviewer.Get(list[0].URL).Want(http.StatusOK).Says("Lageplan")
	reviewer.JSON(http.MethodGet, at+"/files/Plan.txt", nil, "Range", "bytes=4-").Want(http.StatusPartialContent).Says("plan")
	refused(t, bring(t, reviewer, at+"/files", p.ETag, "Plan.txt", "anders"), http.StatusForbidden)
	for _, path := range []string{"/files", "/files/Plan.txt"} {
		refused(t, s.As("azubi").JSON(http.MethodGet, at+path, nil), http.StatusNotFound)
	}
	decided(reviewer.JSON(http.MethodPost, at+"/approve", map[string]any{"content_hash": p.ContentHash}), http.StatusOK)
	s.As("azubi").JSON(http.MethodGet, "/articles/"+rule.ID+"/attachments/Plan.txt", nil).Want(http.StatusOK).Says("Lageplan")
	refused(t, bring(t, author, at+"/files", "", "Plan.txt", "x"), http.StatusPreconditionRequired)
}

func TestFilesOfADraftAreSavedWithTheText(t *testing.T) {
	s := servertest.New(t)
	c, other := s.As("expertin"), s.As("nachfolger")
	var made change
	bring(t, c, "/drafts/files?draft=k1", "", "Plan 1.txt", "Lageplan").Want(http.StatusCreated).Decode(&made)
	if made.Name != "Plan-1.txt" || made.Size != 8 || c.Get(made.URL).Want(http.StatusOK).Body != "Lageplan" {
		t.Errorf("made %+v", made)
	}
	bring(t, c, "/drafts/files?draft=k1", "", "Zuviel.txt", "x").Want(http.StatusCreated)
	c.JSON(http.MethodDelete, "/drafts/files/Zuviel.txt?draft=k1", nil).Want(http.StatusNoContent)
	refused(t, c.JSON(http.MethodDelete, "/drafts/files/Zuviel.txt?draft=k1", nil), http.StatusNotFound)
	c.JSON(http.MethodGet, "/drafts/files/Plan-1.txt?draft=k1", nil, "Range", "bytes=0-3").Want(http.StatusPartialContent).Says("Lage")
	if list := changesAt(other, "/drafts/files?draft=k1"); len(list) != 0 {
		t.Errorf("somebody else sees %+v", list)
	}
	refused(t, bring(t, c, "/drafts/files", "", "Plan.txt", "x"), http.StatusUnprocessableEntity)

	var a article
	body := map[string]any{"title": "Streuplan", "department": "66", "body": "Siehe [Plan](Plan-1.txt).", "draft": "k1"}
	for range 2 { // sent twice, made once, with its file
		c.JSON(http.MethodPost, "/articles", body, "Idempotency-Key", "eins").Want(http.StatusCreated).Decode(&a)
	}
	if list := changesAt(c, "/drafts/files?draft=k1"); len(list) != 0 {
		t.Errorf("the draft still has %+v", list)
	}
	bring(t, c, "/drafts/files?article="+a.ID, "", "Plan-1.txt", "anders").Want(http.StatusCreated).Decode(&made)
	if made.Name != "Plan-1-2.txt" {
		t.Errorf("a second file of the name is %+v", made)
	}
	c.JSON(http.MethodPut, "/articles/"+a.ID, map[string]any{"body": "Neu.", "draft": a.ID}, "If-Match", a.ETag).Want(http.StatusOK)
	var names []string
	for _, f := range changesAt(c, "/articles/"+a.ID+"/attachments") {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "Plan-1-2.txt Plan-1.txt" {
		t.Errorf("the text has %q", got)
	}
	c.JSON(http.MethodGet, "/articles/"+a.ID+"/revisions", nil).Want(http.StatusOK)
}

func TestATooLargeFileIsRefusedEverywhere(t *testing.T) {
	s := servertest.New(t)
	s.Library.MaxAttachment = 1000
	c := s.As("expertin")
	large := string(bytes.Repeat([]byte("x"), 1001))
	refused(t, bring(t, c, "/drafts/files?draft=k1", "", "gross.txt", large), http.StatusRequestEntityTooLarge)
	rule := placeRule(s)
	p := decided(c.JSON(http.MethodPost, "/proposals", map[string]any{"article": rule.ID, "base": rule.ETag, "body": "x"}), http.StatusCreated)
	refused(t, bring(t, c, "/proposals/"+p.ID+"/files", p.ETag, "gross.txt", large), http.StatusRequestEntityTooLarge)
}

func TestThoseWhoMayEditLearnWhySearchDoesNotKnowAFile(t *testing.T) {
	s := servertest.New(t)
	a := create(t, s.As("expertin"), "Lageplan", "Siehe Anhang.\n")
	upload(t, s.As("expertin"), a.ID, a.ETag, "Plan.pdf", []byte("%PDF-1.7 kaputt")).Want(http.StatusCreated)
	s.FilesRead()
	for _, path := range []string{"/articles/" + a.ID + "/attachments", "/articles/" + a.ID} {
		s.As("expertin").JSON(http.MethodGet, path, nil).Want(http.StatusOK).Says(`"unreadable":"damaged"`)
		s.As("leserin").JSON(http.MethodGet, path, nil).Want(http.StatusOK).Says("Plan.pdf").Silent("unreadable")
	}
}
