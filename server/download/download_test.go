package download_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/download"
)

func sent(name string, inPlace bool, headers map[string]string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for key, value := range headers {
		r.Header.Set(key, value)
	}
	w := httptest.NewRecorder()
	download.Send(w, r, content.Attachment{Name: name, SHA256: "ab"}, strings.NewReader("0123456789"), inPlace)
	return w.Result()
}

func TestOnlyPicturesAreShownInPlace(t *testing.T) {
	for name, want := range map[string]string{
		"Bild.PNG": "image/png inline", "a.jpeg": "image/jpeg inline", "a.gif": "image/gif inline", "a.webp": "image/webp inline",
		"a.pdf": "application/pdf attachment", "a.txt": "text/plain; charset=utf-8 attachment", "a.html": "application/octet-stream attachment",
		"a.svg": "application/octet-stream attachment", content.OriginalName("a.jpg"): "application/octet-stream attachment", "a": "application/octet-stream attachment",
	} {
		h := sent(name, true, nil).Header
		disposition, _, _ := strings.Cut(h.Get("Content-Disposition"), ";")
		if got := h.Get("Content-Type") + " " + disposition; got != want {
			t.Errorf("%s is sent as %q instead of %q", name, got, want)
		}
		if got := sent(name, false, nil).Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") {
			t.Errorf("%s is to be saved, but is %q", name, got)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || h.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s has the headers %v", name, h)
		}
	}
}

func TestPartsOfAFileAndWhatTheClientHas(t *testing.T) {
	for name, c := range map[string]struct {
		headers map[string]string
		status  int
		body    string
	}{
		"all of it":            {nil, 200, "0123456789"},
		"the beginning":        {map[string]string{"Range": "bytes=0-3"}, 206, "0123"},
		"the end":              {map[string]string{"Range": "bytes=-2"}, 206, "89"},
		"from somewhere":       {map[string]string{"Range": "bytes=7-"}, 206, "789"},
		"behind the end":       {map[string]string{"Range": "bytes=10-"}, 416, ""},
		"nonsense":             {map[string]string{"Range": "bytes=a-"}, 416, ""},
		"what it has":          {map[string]string{"If-None-Match": `"ab"`}, 304, ""},
		"what it had":          {map[string]string{"If-None-Match": `"cd"`}, 200, "0123456789"},
		"the rest of the same": {map[string]string{"Range": "bytes=7-", "If-Range": `"ab"`}, 206, "789"},
		"the rest of another":  {map[string]string{"Range": "bytes=7-", "If-Range": `"cd"`}, 200, "0123456789"},
	} {
		answer := sent("a.pdf", false, c.headers)
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != c.status || c.status < 400 && (string(body) != c.body || answer.Header.Get("ETag") != `"ab"`) {
			t.Errorf("%s: %d %q", name, answer.StatusCode, body)
		}
	}
}
