package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"staffelstab/internal/fault"
	"staffelstab/server/request"
)

// signedIn refuses strangers before anything of their body is read, so that
// nobody without an account can make the server take in what it then refuses.
func (a *API) signedIn(c huma.Context, next func(huma.Context)) {
	info := request.From(c.Context())
	err := info.AuthError
	if err == nil && !info.Actor.SignedIn() {
		err = fault.New(fault.Unauthenticated, "api.sign-in-first")
	}
	if err != nil {
		r, w := humago.Unwrap(c)
		a.t.write(w, r, a.t.problem(c.Context(), err))
		return
	}
	next(c)
}

// form reads an upload within its limit. huma would take in a form of any
// size, and tell a body that is none like a field that is wrong. What a large
// file leaves on disk is removed here, because net/http only tidies up after
// its own request, and ours is a copy.
func (a *API) form(c huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(c)
	tooLarge := (*http.MaxBytesError)(nil)
	r.Body = http.MaxBytesReader(w, r.Body, a.maxUpload())
	if r.ContentLength > a.maxUpload() {
		a.Refuse(w, r, fault.New(fault.TooLarge, "api.body-too-large"))
		return
	}
	err := r.ParseMultipartForm(humago.MultipartMaxMemory)
	if r.MultipartForm != nil {
		defer func() {
			if err := r.MultipartForm.RemoveAll(); err != nil {
				a.Log.WarnContext(r.Context(), "upload left behind", "error", err)
			}
		}()
	}
	switch {
	case errors.As(err, &tooLarge):
		a.Refuse(w, r, fault.New(fault.TooLarge, "api.body-too-large"))
	case errors.Is(err, http.ErrNotMultipart):
		p := a.t.problem(r.Context(), fault.New(fault.Invalid, "api.upload-no-form"))
		p.Status = http.StatusUnsupportedMediaType
		a.t.write(w, r, p)
	case err != nil:
		a.Refuse(w, r, fault.New(fault.Invalid, "api.upload-unreadable").Because(err))
	default:
		next(c)
	}
}

// errNotUTF8 goes the way of a JSON error.
var errNotUTF8 = errors.New("body is not UTF-8")

// formats is JSON alone, and strictly: encoding/json would put replacement
// characters where bytes are no UTF-8, and a text sent in another encoding
// would be stored without its umlauts.
func formats() map[string]huma.Format {
	strict := huma.DefaultJSONFormat
	strict.Unmarshal = func(data []byte, v any) error {
		if !utf8.Valid(data) {
			return errNotUTF8
		}
		return json.Unmarshal(data, v)
	}
	return map[string]huma.Format{"application/json": strict, "json": strict}
}
