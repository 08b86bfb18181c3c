package web

import (
	"errors"
	"io"
	"net/http"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/download"
)

// attachment sends a file. Pictures are shown in place; everything else is a
// download.
func (s *Server) attachment(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	file, data, err := s.Library.OpenAttachmentAt(r.Context(), actor, content.ID(r.PathValue("id")), content.RevisionID(r.URL.Query().Get("stand")), r.PathValue("name"))
	return sendFile(w, r, file, data, err)
}

// sendFile sends what the library opened.
func sendFile(w http.ResponseWriter, r *http.Request, file content.Attachment, data io.ReadSeekCloser, err error) error {
	if err != nil {
		return err
	}
	defer data.Close()
	download.Send(w, r, file, data, r.URL.Query().Get("herunterladen") == "")
	return nil
}

func (s *Server) attach(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id := content.ID(r.PathValue("id"))
	base, name, file, err := uploaded(r)
	if err == nil {
		_, err = s.Library.Attach(r.Context(), actor, id, base, name, file)
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		err = fault.New(fault.TooLarge, "gitrepo.file-too-large", "limit", int(s.Library.MaxAttachment>>20))
	}
	if err != nil {
		return s.notAttached(w, r, actor, id, err)
	}
	return see(w, r, content.Address(id)+"?meldung=angehaengt#text_dateien")
}

// notAttached shows the text again and says at its files what is to be done.
func (s *Server) notAttached(w http.ResponseWriter, r *http.Request, actor account.Actor, id content.ID, err error) error {
	f, ok := fault.Of(err)
	if !ok || f.Kind != fault.Invalid && f.Kind != fault.TooLarge && f.Kind != fault.Stale {
		return err
	}
	view, unseen := s.Library.Read(r.Context(), actor, id, "")
	if unseen != nil {
		return unseen
	}
	if !view.CanEdit {
		return err
	}
	return s.showArticle(w, r, f.Kind.Status(), actor, view, s.mistakeIn(r, f, "", "datei"))
}

// uploaded reads the form up to the file and streams the file: it is never
// held in memory. The field "basis" comes first in the form.
func uploaded(r *http.Request) (base, name string, file io.Reader, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", "", nil, badForm(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", "", nil, fault.New(fault.Invalid, "web.file-missing").InField("datei")
		}
		if err != nil {
			return "", "", nil, badForm(err)
		}
		switch part.FormName() {
		case "basis":
			data, err := io.ReadAll(io.LimitReader(part, 200))
			if err != nil {
				return "", "", nil, badForm(err)
			}
			base = string(data)
		case "datei":
			if part.FileName() == "" {
				return "", "", nil, fault.New(fault.Invalid, "web.file-missing").InField("datei")
			}
			return base, part.FileName(), part, nil
		}
	}
}

func (s *Server) detach(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id := content.ID(r.PathValue("id"))
	if _, err := s.Library.Detach(r.Context(), actor, id, r.PostForm.Get("basis"), r.PathValue("name")); err != nil {
		return s.notAttached(w, r, actor, id, err)
	}
	return see(w, r, content.Address(id)+"?meldung=entfernt#text_dateien")
}
