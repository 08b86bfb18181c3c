package export

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"rsc.io/qr"

	"staffelstab/content"
)

// Measures of a page, in millimetres and points.
const (
	margin     = 20.0
	lineHeight = 5.2
	textSize   = 10.5
	codeSize   = 28.0
)

// sheet is a PDF that is being written.
type sheet struct {
	*fpdf.Fpdf
	style  string // "", "B", "I", "BI"
	family string // of the text now
	size   float64
	images int
}

// newSheet begins a document with embedded fonts, so that every printer has
// the same letters.
func (e *Exporter) newSheet(title string) *sheet {
	p := &sheet{Fpdf: fpdf.New("P", "mm", "A4", ""), family: "go", size: textSize}
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.AddUTF8FontFromBytes("go", "I", goitalic.TTF)
	p.AddUTF8FontFromBytes("go", "BI", gobolditalic.TTF)
	p.AddUTF8FontFromBytes("mono", "", gomono.TTF)
	now := e.Library.Now().UTC()
	p.SetTitle(title, true)
	p.SetLang("de")
	p.SetProducer("Staffelstab", true)
	p.SetCreationDate(now)
	p.SetModificationDate(now)
	p.SetCatalogSort(true)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin+5)
	return p
}

// pdf writes all texts into one document, each beginning on a page of its own.
func (e *Exporter) pdf(ctx context.Context, w io.Writer, s content.Selection) error {
	title := e.text("export.selection")
	if len(s.Articles) == 1 {
		title = s.Articles[0].Title
	}
	p := e.newSheet(title)
	foot := ""
	p.SetFooterFunc(func() {
		p.SetY(-15)
		p.SetFont("go", "", 8)
		p.CellFormat(0, 5, foot+" · "+e.text("export.page", "n", fmt.Sprint(p.PageNo())), "", 0, "C", false, 0, "")
		p.use()
	})
	err := e.each(ctx, s, func(c content.Copy) error {
		root, err := e.body(ctx, c, "")
		if err != nil {
			return err
		}
		stamp := e.Stamp(c)
		p.use()
		p.AddPage()
		foot = clip(stamp.Title, 60) + " · " + clip(stamp.Status, 70)
		p.Bookmark(stamp.Title, 0, -1)
		p.heading(1, stamp.Title)
		if err := p.stamp(stamp, e.text("export.code-hint")); err != nil {
			return err
		}
		if c.Article.Summary != "" {
			p.run(c.Article.Summary, "B", "")
			p.Ln(2 * lineHeight)
		}
		p.blocks(root, 0)
		return p.Error()
	})
	if err != nil {
		return err
	}
	return p.Output(w)
}

// clip shortens a line for the foot of a page.
func clip(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes-1]) + "…"
	}
	return s
}

// use puts the font of the text back.
func (p *sheet) use() { p.SetFont(p.family, p.style, p.size) }

// run writes text in a style and, with an address, as a link.
func (p *sheet) run(text, style, href string) {
	if p.family == "mono" {
		style = "" // the one style it has
	}
	before := p.style
	p.style = style
	p.use()
	if strings.HasPrefix(href, "http") || strings.HasPrefix(href, "mailto:") || strings.HasPrefix(href, "tel:") {
		p.SetTextColor(0, 60, 140)
		p.WriteLinkString(p.line(), text, href)
		p.SetTextColor(0, 0, 0)
	} else {
		p.Write(p.line(), text)
	}
	p.style = before
	p.use()
}

func (p *sheet) line() float64 { return lineHeight * p.size / textSize }

// heading writes a heading and keeps room for the lines below it.
func (p *sheet) heading(level int, text string) {
	size := []float64{18, 14, 12.5, 11.5, 11, 11}[min(max(level, 1), 6)-1]
	p.room(4 * lineHeight)
	p.size, p.style = size, "B"
	p.use()
	left, _, right, _ := p.GetMargins()
	width, _ := p.GetPageSize()
	p.SetX(left)
	p.MultiCell(width-left-right, p.line(), text, "", "L", false)
	p.size, p.style = textSize, ""
	p.use()
	p.Ln(lineHeight / 2)
}

// room begins a new page when less than a height is left.
func (p *sheet) room(height float64) {
	_, page := p.GetPageSize()
	if p.GetY()+height > page-margin-5 {
		p.AddPage()
	}
}

// stamp draws the facts beside the code.
func (p *sheet) stamp(s Stamp, hint string) error {
	code, err := qr.Encode(s.Check, qr.M)
	if err != nil {
		return err
	}
	p.images++
	name := fmt.Sprintf("code-%d", p.images)
	p.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(code.PNG()))
	width, _ := p.GetPageSize()
	top := p.GetY()
	p.ImageOptions(name, width-margin-codeSize, top, codeSize, codeSize, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, s.Check)
	for _, line := range s.Lines {
		p.SetFont("go", "B", 9)
		p.SetX(margin)
		p.CellFormat(32, 4.6, line.Label, "", 0, "L", false, 0, "")
		p.SetFont("go", "", 9)
		p.MultiCell(width-2*margin-32-codeSize-4, 4.6, line.Text, "", "L", false)
	}
	p.SetFont("go", "", 8)
	p.SetY(max(p.GetY(), top+codeSize) + 1)
	p.CellFormat(0, 4, hint, "B", 1, "R", false, 0, "")
	p.Ln(3)
	p.use()
	return p.Error()
}
