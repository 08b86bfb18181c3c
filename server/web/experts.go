package web

import (
	"net/http"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// expertsView is who wrote what stands in a text. It is a page of its own,
// because it looks through every version.
type expertsView struct {
	Article  content.Article
	Experts  []expertLine
	Sections []expertSection
}

// expertLine is somebody's part of a text in words.
type expertLine struct{ Name, Part string }

type expertSection struct {
	Title, Anchor string
	Lines         []expertLine
}

func (s *Server) experts(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	a, err := s.Library.Article(r.Context(), actor, content.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	found, err := s.Library.Experts(r.Context(), actor, a.ID)
	if err != nil {
		return err
	}
	var pseudonyms []string
	for _, standing := range found.Whole {
		pseudonyms = append(pseudonyms, standing.Who)
	}
	names, err := s.Office.Names(r.Context(), actor, pseudonyms)
	if err != nil {
		return err
	}
	f := s.frame(r, "")
	f.Title = f.T("links.experts-title", "title", a.Title)
	f.Crumbs = append(f.crumbsOf(a), Crumb{a.Title, content.Address(a.ID)})
	v := expertsView{Article: a, Experts: expertLines(f, a, found.Whole, names)}
	for _, section := range found.Sections {
		title := section.Title
		if title == "" {
			title = f.T("links.beginning")
		}
		v.Sections = append(v.Sections, expertSection{title, section.Anchor, expertLines(f, a, section.Standing, names)})
	}
	return s.render(w, r, http.StatusOK, "experts", f, v)
}

func expertLines(f *Frame, a content.Article, list []content.Standing, names map[string]string) []expertLine {
	out := make([]expertLine, len(list))
	for i, standing := range list {
		name := names[standing.Who]
		switch {
		case standing.Origin && a.Origin.Database != "":
			name = f.T("links.from-origin", "origin", a.Origin.Database)
		case standing.Origin:
			name = f.T("links.from-import")
		case !standing.Known:
			name = f.T("links.earlier")
		case name == "":
			name = f.T("links.former-person")
		}
		out[i] = expertLine{name, f.Part(standing.Part)}
	}
	return out
}

// Part names how much of a text is somebody's.
func (f *Frame) Part(p content.Part) string {
	switch p {
	case content.PartAll:
		return f.T("links.part-all")
	case content.PartMost:
		return f.T("links.part-most")
	case content.PartHalf:
		return f.T("links.part-half")
	case content.PartSome:
		return f.T("links.part-some")
	}
	return f.T("links.part-little")
}
