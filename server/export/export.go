// Package export writes released texts as they leave the house: a printable
// HTML file, a PDF, a ZIP of Markdown.
//
// Every text carries a Stamp: what it is, whether it holds today, which
// version it is and where the current one stands, with a QR code that leads to
// the check of the print. The package decides nothing about permission; it
// writes the copies that content.Library hands out, one after the other, so
// that a selection never lies in memory as a whole.
package export

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	HTML Format = "html"
	PDF  Format = "pdf"
	ZIP  Format = "zip"
)

// ParseFormat reads a format; one that does not exist is a fault.
func ParseFormat(s string) (Format, error) {
	switch f := Format(s); f {
	case HTML, PDF, ZIP:
		return f, nil
	}
	return "", fault.New(fault.Invalid, "export.no-such-format").InField("format")
}

// MediaType is what a browser is told.
func (f Format) MediaType() string {
	switch f {
	case PDF:
		return "application/pdf"
	case ZIP:
		return "application/zip"
	}
	return "text/html; charset=utf-8"
}

// Exporter writes exports for one actor.
type Exporter struct {
	Library   *content.Library
	Catalogue *i18n.Catalogue
	Locale    i18n.Locale
	Zone      *time.Location
	Base      string // public address of the server, without a slash at the end
	Actor     account.Actor
}

// FileName is what the file is called on somebody's disk.
func FileName(s content.Selection, f Format) string {
	if len(s.Articles) == 1 {
		return slug(s.Articles[0]) + "." + string(f)
	}
	return "staffelstab-auswahl." + string(f)
}

// slug is a safe name for a text: its title in small letters and its id.
func slug(a content.Article) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "ae", "Ö", "oe", "Ü", "ue", "ß", "ss").Replace(a.Title)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	name := strings.Trim(b.String(), "-")
	if name != "" {
		name += "-"
	}
	return name + string(a.ID)
}

// Write writes the selection in a format.
func (e *Exporter) Write(ctx context.Context, w io.Writer, s content.Selection, f Format) error {
	switch f {
	case PDF:
		return e.pdf(ctx, w, s)
	case ZIP:
		return e.zip(ctx, w, s)
	}
	return e.html(ctx, w, s)
}

// Line is one fact of a stamp.
type Line struct{ Label, Text string }

// Stamp says what a print is.
type Stamp struct {
	Title  string
	Status string // one sentence: whether the text holds today
	Lines  []Line // the facts, the status among them
	Check  string // address that tells whether this version still holds; of the text while its version is not known
}

// CheckAddress is where a print is checked.
func CheckAddress(base string, id content.ID, revision content.RevisionID) string {
	return base + "/p/" + string(id) + "/" + string(revision)
}

// Stamp makes the stamp of a copy on the day of the export.
func (e *Exporter) Stamp(c content.Copy) Stamp {
	a := c.Article
	s := Stamp{Title: a.Title, Status: e.status(c), Check: CheckAddress(e.Base, a.ID, a.Revision)}
	version := string(a.Revision) + ", " + i18n.DateTime(e.Locale, a.ChangedAt.In(e.Zone))
	if a.Revision == "" { // while versions are derived nobody knows which one it is
		s.Check, version = e.Base+content.Address(a.ID), ""
	}
	add := func(key, text string) {
		if text != "" {
			s.Lines = append(s.Lines, Line{e.text(key), text})
		}
	}
	add("web.title", a.Title)
	add("web.number", a.Number)
	add("web.status", s.Status)
	add("web.filter-binding", e.binding(a.Binding))
	add("web.valid-from-label", e.day(a.ValidFrom))
	add("web.valid-until", e.day(a.ValidUntil))
	add("export.version", version)
	add("export.exported-on", e.day(e.Library.Today()))
	add("export.address", e.Base+content.Address(a.ID))
	return s
}

func (e *Exporter) status(c content.Copy) string {
	switch c.Status {
	case content.StatusFuture:
		return e.text("export.holds-from", "date", e.day(c.Article.ValidFrom))
	case content.StatusReviewOverdue:
		return e.text("export.holds-overdue", "date", e.day(c.Article.Due))
	case content.StatusExpired:
		return e.text("export.expired", "date", e.day(c.Article.ValidUntil))
	case content.StatusSuperseded:
		return e.superseded(c)
	}
	return e.text("export.holds")
}

func (e *Exporter) superseded(c content.Copy) string {
	switch {
	case c.Successor == nil && c.Since == "":
		return e.text("export.superseded")
	case c.Successor == nil:
		return e.text("export.superseded-since", "date", e.day(c.Since))
	case c.Since == "":
		return e.text("export.superseded-by", "title", c.Successor.Title)
	}
	return e.text("export.superseded-since-by", "date", e.day(c.Since), "title", c.Successor.Title)
}

func (e *Exporter) binding(b content.Binding) string {
	switch b {
	case content.BindingYes:
		return e.text("web.binding-yes")
	case content.BindingNo:
		return e.text("web.binding-no")
	case content.BindingUnchecked:
		return e.text("web.binding-unchecked")
	}
	return ""
}

func (e *Exporter) day(d content.Date) string {
	if d == "" {
		return ""
	}
	return i18n.Date(e.Locale, d.Time())
}

func (e *Exporter) text(key string, pairs ...string) string {
	args := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return e.Catalogue.Text(e.Locale, key, args)
}

// each hands out the copies one after the other. A text that was withdrawn
// while others were written is left out.
func (e *Exporter) each(ctx context.Context, s content.Selection, f func(content.Copy) error) error {
	for _, a := range s.Articles {
		c, err := e.Library.Export(ctx, e.Actor, a.ID)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := f(c); err != nil {
			return fmt.Errorf("export %s: %w", a.ID, err)
		}
	}
	return nil
}
