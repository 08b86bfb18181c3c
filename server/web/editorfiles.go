package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// actionFile is the button that takes a file while somebody writes; those with
// the name removeFile take one away again.
const (
	actionFile = "datei"
	removeFile = "datei-entfernen"
)

// editorFiles is the part of the editor about pictures and files.
type editorFiles struct {
	Brought []content.FileChange // with what is being written, not saved yet
	Beside  []content.Attachment // of the text
	Remove  []string             // names ticked to go
	Words   string               // what is to be seen, or the name of a link
	Plain   bool                 // a picture that is mere decoration
	Added   string               // the file that was just taken
	Dropped string               // the file that was just taken away again
}

// Goes reports whether a file is ticked to be removed.
func (f editorFiles) Goes(name string) bool {
	for _, n := range f.Remove {
		if n == name {
			return true
		}
	}
	return false
}

// parseEditor reads the form of the editor, with or without a file in it.
func parseEditor(r *http.Request) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseForm(); err != nil {
			return badForm(err)
		}
		return nil
	}
	err := r.ParseMultipartForm(1 << 20)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return fault.New(fault.TooLarge, "gitrepo.file-too-large", "limit", int(tooLarge.Limit>>20)).InField("file")
	}
	if err != nil {
		return badForm(err)
	}
	return nil
}

// readFiles takes the fields about files.
func readFiles(r *http.Request) editorFiles {
	return editorFiles{
		Remove: r.PostForm["datei-weg"], Words: strings.TrimSpace(r.PostForm.Get("beschreibung")), Plain: r.PostForm.Get("schmuck") == "ja",
	}
}

// draftKey names where files brought in this editor are kept.
func (v editorView) draftKey() (content.ID, string) {
	if v.Proposal != nil {
		return "", content.ProposalDraftKey(v.Proposal.ID)
	}
	if v.ID != "" {
		return v.ID, ""
	}
	return "", v.Key
}

// edit is what the form asks for, with the files that were brought for it.
func (s *Server) edit(r *http.Request, actor account.Actor, v editorView, operation string) (content.Edit, error) {
	e := v.Form.edit(actor, operation)
	id, key := v.draftKey()
	files, err := s.Library.FilesOfDraft(r.Context(), actor, id, key)
	if err != nil {
		return e, err
	}
	e.Files = files
	for _, name := range r.PostForm["datei-weg"] {
		e.Files = append(e.Files, content.FileChange{Name: name, Removed: true})
	}
	return e, nil
}

// showFiles completes the part of the editor about files.
func (s *Server) showFiles(r *http.Request, actor account.Actor, v *editorView) error {
	id, key := v.draftKey()
	if id == "" && key == "" {
		return nil
	}
	var err error
	if v.Files.Brought, err = s.Library.FilesOfDraft(r.Context(), actor, id, key); err != nil || v.ID == "" {
		return err
	}
	v.Files.Beside, err = s.Library.Attachments(r.Context(), actor, v.ID)
	return err
}

// takeFile keeps the file of the form for what is being written and returns how
// the text shows it.
func (s *Server) takeFile(r *http.Request, actor account.Actor, id content.ID, key string) (name, markdown string, err error) {
	file, header, err := r.FormFile("datei")
	if err != nil {
		return "", "", fault.New(fault.Invalid, "web.file-missing").InField("datei")
	}
	defer file.Close()
	f := readFiles(r)
	if content.IsImage(header.Filename) && f.Words == "" && !f.Plain {
		return "", "", fault.New(fault.Invalid, "files.alt-missing").InField("beschreibung")
	}
	if content.IsImage(header.Filename) && f.Plain {
		f.Words = ""
	}
	kept, err := s.Library.AddDraftFile(r.Context(), actor, id, key, header.Filename, file)
	return kept.Name, content.FileMarkdown(kept.Name, f.Words), err
}

// addFile serves the button for browsers without script: the page comes again
// with everything that was typed and the file at the end of the text.
func (s *Server) addFile(w http.ResponseWriter, r *http.Request, actor account.Actor, v editorView) error {
	id, key := v.draftKey()
	name, markdown, err := s.takeFile(r, actor, id, key)
	if err != nil {
		v.Files = readFiles(r)
		return s.refused(w, r, actor, v, err)
	}
	v.Form.Body = strings.TrimRight(v.Form.Body, "\n")
	if v.Form.Body != "" {
		v.Form.Body += "\n\n"
	}
	v.Form.Body += markdown + "\n"
	v.Files.Remove, v.Files.Added = r.PostForm["datei-weg"], name
	return s.showEditor(w, r, http.StatusOK, actor, v)
}

// dropFile takes a file away again that was brought and not saved, and what the
// text says about it.
func (s *Server) dropFile(w http.ResponseWriter, r *http.Request, actor account.Actor, v editorView, name string) error {
	id, key := v.draftKey()
	if err := s.Library.RemoveDraftFile(r.Context(), actor, id, key, name); err != nil && !fault.Is(err, fault.NotFound) { // pressed twice it is gone
		return s.refused(w, r, actor, v, err)
	}
	v.Form.Body = content.WithoutFile(v.Form.Body, name)
	v.Files = readFiles(r)
	v.Files.Dropped = name
	return s.showEditor(w, r, http.StatusOK, actor, v)
}

// draftFile takes a file for the editor's script, which puts the answer at the
// cursor. What is wrong is said in words.
func (s *Server) draftFile(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	err := parseEditor(r)
	name, markdown, status := "", "", http.StatusCreated
	if err == nil {
		id, key := content.ID(r.PostForm.Get("text-id")), r.PostForm.Get("entwurf-id")
		if key != "" {
			id = ""
		}
		name, markdown, err = s.takeFile(r, actor, id, key)
	}
	if f, ok := fault.Of(err); ok && f.Kind.Status() < 500 {
		markdown, status = s.sentence(r, f), f.Kind.Status()
	} else if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if status == http.StatusCreated {
		w.Header().Set("Location", "/entwurf/dateien/"+url.PathEscape(name))
	}
	w.WriteHeader(status)
	_, err = io.WriteString(w, markdown)
	return err
}

// shownDraftFile sends a file to the person who brought it.
func (s *Server) shownDraftFile(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	q := r.URL.Query()
	file, data, err := s.Library.OpenDraftFile(r.Context(), actor, content.ID(q.Get("text-id")), q.Get("entwurf-id"), r.PathValue("name"))
	return sendFile(w, r, file, data, err)
}

// proposalFile sends a file of a proposal to those who see the proposal.
func (s *Server) proposalFile(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	file, data, err := s.Library.OpenProposalFile(r.Context(), actor, content.ProposalID(r.PathValue("id")), r.PathValue("name"))
	return sendFile(w, r, file, data, err)
}

// ProposalFile is where a file of a proposal is served.
func (f *Frame) ProposalFile(id content.ProposalID, name string) string {
	return content.ProposalFileAddress(id, name)
}

// Unreadable says to those who may mend it why search does not know a file's
// words.
func (f *Frame) Unreadable(why content.Unreadable) string {
	switch why {
	case content.UnreadableDamaged:
		return f.T("files.unreadable-damaged")
	case content.UnreadableSlow:
		return f.T("files.unreadable-slow")
	case content.UnreadableMissing:
		return f.T("files.unreadable-missing")
	case content.UnreadableRedacted:
		return f.T("files.unreadable-redacted")
	}
	return ""
}
