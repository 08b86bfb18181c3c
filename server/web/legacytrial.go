package web

import (
	"errors"
	"io"
	"net/http"
	"slices"

	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// trialView is the form for a trial run, and what came of it.
type trialView struct {
	Sources []string
	Source  string
	Name    string // of the file
	Trial   *legacy.Trial
	Mistake mistake
	Limit   int64 // megabytes
}

func (s *Server) legacyTrialForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := legacy.Enter(actor); err != nil {
		return err
	}
	return s.showTrial(w, r, http.StatusOK, trialView{})
}

func (s *Server) showTrial(w http.ResponseWriter, r *http.Request, status int, v trialView) error {
	v.Sources, v.Limit = legacy.Sources(), s.Library.MaxAttachment>>20
	f := s.titled(r, "legacy.trial-title")
	f.Crumbs = []Crumb{{f.T("legacy.title"), "/ueberfuehrung"}}
	f.Wide = true
	return s.render(w, r, status, "legacytrial", f, v)
}

func (s *Server) legacyTrial(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := legacy.Enter(actor); err != nil {
		return err
	}
	v := trialView{}
	var err error
	var export io.Reader
	if v.Source, v.Name, export, err = exported(r); err == nil {
		var trial legacy.Trial
		if trial, err = s.Legacy.Try(r.Context(), actor, v.Source, v.Name, export); err == nil {
			v.Trial = &trial
		}
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		err = fault.New(fault.TooLarge, "gitrepo.file-too-large", "limit", int(s.Library.MaxAttachment>>20))
	}
	f, ok := fault.Of(err)
	if ok && slices.Contains([]fault.Kind{fault.Invalid, fault.TooLarge, fault.Unavailable}, f.Kind) {
		v.Mistake = s.mistakeIn(r, f, "", "datei", "file", "datei", "source", "datei")
		return s.showTrial(w, r, f.Kind.Status(), v)
	}
	if err != nil {
		return err
	}
	return s.showTrial(w, r, http.StatusOK, v)
}

// exported reads the form up to the file and streams the file. The field
// "quelle" comes first in the form.
func exported(r *http.Request) (source, name string, file io.Reader, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", "", nil, badForm(err)
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF), err == nil && part.FormName() == "datei" && part.FileName() == "":
			return source, "", nil, fault.New(fault.Invalid, "web.file-missing").InField("datei")
		case err != nil:
			return source, "", nil, badForm(err)
		case part.FormName() == "quelle":
			data, err := io.ReadAll(io.LimitReader(part, 20))
			if err != nil {
				return "", "", nil, badForm(err)
			}
			source = string(data)
		case part.FormName() == "datei":
			return source, part.FileName(), part, nil
		}
	}
}
