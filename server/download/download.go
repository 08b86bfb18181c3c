// Package download sends files that people brought. A browser may save them or
// show them as a picture and nothing else: no script runs, no type is guessed, and
// no cache answers for the server, which asks for the permission every time.
package download

import (
	"cmp"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"staffelstab/content"
)

// Send answers a request for a file, or for ranges of it (RFC 9110, 14), with 304
// when the client has it. The file is shown in place only if it is a picture and
// inPlace is wished for.
func Send(w http.ResponseWriter, r *http.Request, file content.Attachment, data io.ReadSeeker, inPlace bool) {
	disposition := "attachment"
	if inPlace && content.IsImage(file.Name) {
		disposition = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", mediaType(file.Name))
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": file.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+cmp.Or(file.SHA256, file.Hash)+`"`)
	http.ServeContent(w, r, "", time.Time{}, data)
}

// mediaType is decided by the name alone; the browser may not guess.
func mediaType(name string) string {
	if image := content.ImageType(name); image != "" {
		return image
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".pdf":
		return "application/pdf"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
