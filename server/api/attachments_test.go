package api_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/request"
	"staffelstab/server/servertest"
)

// attached is a file of an article as programs read it.
type attached struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	URL    string `json:"url"`
}

// form builds an upload with one file in the field.
func form(t *testing.T, field, name string, data []byte) (kind string, body *bytes.Buffer) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), body
}

func upload(t *testing.T, c *servertest.Client, id, etag, name string, data []byte) *servertest.Page {
	t.Helper()
	kind, body := form(t, "file", name, data)
	h := http.Header{"Content-Type": {kind}, "Sec-Fetch-Site": {"same-origin"}}
	if etag != "" {
		h.Set("If-Match", etag)
	}
	return c.Do(http.MethodPost, "/api/v1/articles/"+id+"/attachments", body, h)
}

func TestFileIsAttachedListedAndReplaced(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Aufbruchgenehmigung", "Siehe Vordruck.\n")
	first := upload(t, expert, a.ID, `"`+a.ETag+`"`, `C:\Akten\Vordruck Gehweg.pdf`, []byte("%PDF-erste")).Want(http.StatusCreated)
	if first.Header.Get("ETag") == `"`+a.ETag+`"` {
		t.Error("the text kept its ETag although a file joined it")
	}
	var list []attached
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"/attachments", nil).Want(http.StatusOK).Decode(&list)
	if len(list) != 1 || list[0].Name != "Vordruck-Gehweg.pdf" || list[0].Size != int64(len("%PDF-erste")) || len(list[0].SHA256) != 64 {
		t.Fatalf("attachments: %+v", list)
	}
	expert.Get(list[0].URL).Want(http.StatusOK).Says("erste")

	upload(t, expert, a.ID, first.Header.Get("ETag"), "Vordruck-Gehweg.pdf", []byte("%PDF-zweite")).Want(http.StatusCreated)
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"/attachments", nil).Decode(&list)
	if len(list) != 1 || list[0].Size != int64(len("%PDF-zweite")) {
		t.Errorf("after the second upload: %+v", list)
	}
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"?at="+a.Revision, nil).Want(http.StatusOK).Says(`"attachments":[]`)
}

func TestUploadNeedsRightBaseAndName(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Absperrung", "Zwei Baken.\n")
	etag := `"` + a.ETag + `"`
	refused(t, upload(t, expert, a.ID, "", "plan.pdf", []byte("%PDF-x")), http.StatusPreconditionRequired)
	refused(t, upload(t, expert, a.ID, `"veraltet"`, "plan.pdf", []byte("%PDF-x")), http.StatusPreconditionFailed)
	for _, name := range []string{"index.md", "Vorlage.MD", "..", "…"} {
		p := refused(t, upload(t, expert, a.ID, etag, name, []byte("%PDF-x")), http.StatusUnprocessableEntity)
		if !slices.Equal(located(p), []string{"body.file"}) {
			t.Errorf("%q: %+v", name, p)
		}
	}
	refused(t, upload(t, s.As("leserin"), a.ID, etag, "plan.pdf", []byte("%PDF-x")), http.StatusForbidden)
	refused(t, upload(t, s.As("personalerin"), a.ID, etag, "plan.pdf", []byte("%PDF-x")), http.StatusForbidden)
	refused(t, upload(t, s.As("admin"), a.ID, etag, "plan.pdf", []byte("%PDF-x")), http.StatusForbidden)
	refused(t, upload(t, expert, "aaaaaaaaaa", etag, "plan.pdf", []byte("%PDF-x")), http.StatusNotFound)
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"/attachments", nil).Want(http.StatusOK).Says("[]")
}

func TestBodyThatIsNoUploadIsAProblem(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Absperrung", "Zwei Baken.\n")
	kind, whole := form(t, "file", "plan.pdf", append([]byte("%PDF-"), bytes.Repeat([]byte("x"), 5000)...))
	otherKind, otherField := form(t, "datei", "plan.pdf", []byte("%PDF-x"))
	for name, sent := range map[string]struct {
		kind, body string
		status     int
		at         []string
	}{
		"JSON":              {"application/json", `{"file":"x"}`, http.StatusUnsupportedMediaType, nil},
		"nothing":           {"", "", http.StatusUnsupportedMediaType, nil},
		"no boundary":       {"multipart/form-data", whole.String(), http.StatusUnprocessableEntity, nil},
		"cut off":           {kind, whole.String()[:1000], http.StatusUnprocessableEntity, nil},
		"file elsewhere":    {otherKind, otherField.String(), http.StatusUnprocessableEntity, []string{"body.file"}},
		"not the file only": {kind, strings.Replace(whole.String(), `; filename="plan.pdf"`, "", 1), http.StatusUnprocessableEntity, []string{"body.file"}},
	} {
		page := expert.Do(http.MethodPost, "/api/v1/articles/"+a.ID+"/attachments", strings.NewReader(sent.body),
			http.Header{"Content-Type": {sent.kind}, "If-Match": {`"` + a.ETag + `"`}, "Sec-Fetch-Site": {"same-origin"}})
		if page.Status != sent.status {
			t.Errorf("%s: status %d instead of %d\n%s", name, page.Status, sent.status, page.Body)
			continue
		}
		p := refused(t, page, sent.status)
		withoutLeaks(t, page)
		if !slices.Equal(located(p), sent.at) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestUploadLeavesNothingInTheTemporaryFolder(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Lageplan", "Siehe Anhang.\n")
	large := append([]byte("%PDF-"), bytes.Repeat([]byte("Personalakte "), 100_000)...) // above what is held in memory
	upload(t, expert, a.ID, `"`+a.ETag+`"`, "plan.pdf", large).Want(http.StatusCreated)
	refused(t, upload(t, expert, a.ID, `"veraltet"`, "plan.pdf", large), http.StatusPreconditionFailed)
	left, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range left {
		if strings.HasPrefix(file.Name(), "multipart-") {
			t.Errorf("%s is left on the disk", file.Name())
		}
	}
}

// unread is a body nobody may read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestUploadThatWillNotBeKeptIsNotRead(t *testing.T) {
	s := servertest.New(t)
	for name, sent := range map[string]struct {
		actor  account.Actor
		length int64
		status int
	}{
		"announced above the limit": {s.Actor("expertin"), content.DefaultMaxAttachment + 2<<20, http.StatusRequestEntityTooLarge},
		"by a stranger":             {account.Actor{}, 100, http.StatusUnauthorized},
	} {
		r := httptest.NewRequestWithContext(request.With(t.Context(), request.Info{ID: "upload", Actor: sent.actor}),
			http.MethodPost, "/api/v1/articles/aaaaaaaaaa/attachments", unread{t})
		r.ContentLength = sent.length
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		w := httptest.NewRecorder()
		s.API.ServeHTTP(w, r)
		if w.Code != sent.status || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}
