package export

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"staffelstab/content"
)

// maxImage and maxImages bound what is embedded, in bytes; larger pictures stay
// links.
const (
	maxImage  = 4 << 20
	maxImages = 32 << 20
)

// body returns the tree of a copy with absolute links, embedded images and
// anchors that stay apart when several texts share a file.
func (e *Exporter) body(ctx context.Context, c content.Copy, prefix string) (*html.Node, error) {
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(c.HTML), root)
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	left := int64(maxImages)
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for i := range n.Attr {
			a := &n.Attr[i]
			switch {
			case a.Key == "id":
				a.Val = prefix + a.Val
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				a.Val = "#" + prefix + a.Val[1:]
			case a.Key == "href" && strings.HasPrefix(a.Val, "/"):
				a.Val = e.Base + a.Val
			case a.Key == "src" && n.DataAtom == atom.Img:
				if a.Val, err = e.embed(ctx, c, a.Val, &left); err != nil {
					return nil, err
				}
			}
		}
	}
	return root, nil
}

// embed turns the address of a picture beside the text into a data address.
// Pictures from elsewhere are not fetched: opening a file must not tell anybody.
func (e *Exporter) embed(ctx context.Context, c content.Copy, src string, left *int64) (string, error) {
	name, ours := strings.CutPrefix(src, content.Address(c.Article.ID)+"/dateien/")
	name, err := url.PathUnescape(name)
	kind := content.ImageType(name)
	i := slices.IndexFunc(c.Attachments, func(f content.Attachment) bool { return f.Name == name })
	if err != nil || !ours || kind == "" || i < 0 || c.Attachments[i].Size > min(maxImage, *left) {
		return "", nil
	}
	file, err := e.Library.ExportFile(ctx, e.Actor, c.Article.ID, name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxImage))
	*left -= int64(len(data))
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data), err
}

// html writes one file that needs nothing else and runs nothing.
func (e *Exporter) html(ctx context.Context, w io.Writer, s content.Selection) error {
	page := template.Must(template.New("export").Parse(exportPage))
	title := e.text("export.selection")
	if len(s.Articles) == 1 {
		title = s.Articles[0].Title
	}
	head := struct{ Locale, Title string }{string(e.Locale), title}
	if err := page.ExecuteTemplate(w, "head", head); err != nil {
		return err
	}
	n := 0
	err := e.each(ctx, s, func(c content.Copy) error {
		n++
		prefix := ""
		if len(s.Articles) > 1 {
			prefix = fmt.Sprintf("t%d-", n)
		}
		root, err := e.body(ctx, c, prefix)
		if err != nil {
			return err
		}
		var body bytes.Buffer
		if err := html.Render(&body, root); err != nil {
			return err
		}
		stamp := e.Stamp(c)
		code, err := CodeSVG(stamp.Check, e.text("export.code-label"))
		if err != nil {
			return err
		}
		return page.ExecuteTemplate(w, "text", struct {
			Stamp
			Label, Hint string
			Code, Body  template.HTML
			Summary     string
		}{stamp, e.text("export.stamp"), e.text("export.code-hint"), template.HTML(code), template.HTML(body.String()), c.Article.Summary})
	})
	if err != nil {
		return err
	}
	return page.ExecuteTemplate(w, "foot", nil)
}

// exportPage is the file. It has its style inside, because it has to look
// right wherever it is opened, and its policy, so that nothing in it runs.
const exportPage = `{{define "head"}}<!doctype html>
<html lang="{{.Locale}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<title>{{.Title}}</title>
<style>
body { font: 1rem/1.5 "Fira Sans", "Segoe UI", Arial, sans-serif; color: #111; background: #fff; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.75rem; line-height: 1.25; } h2, h3, h4, h5, h6 { break-after: avoid; line-height: 1.3; }
table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid #666; padding: .25rem .5rem; text-align: left; vertical-align: top; } thead { display: table-header-group; } tr, img, pre, blockquote { break-inside: avoid; }
pre { white-space: pre-wrap; background: #f2f2f2; padding: .75rem; } blockquote { margin-left: 0; padding-left: 1rem; border-left: 4px solid #666; } img { max-width: 100%; height: auto; }
.stamp { display: flex; flex-wrap: wrap; gap: 1rem; border: 2px solid #111; padding: .75rem 1rem; margin: 1rem 0; break-inside: avoid; } .stamp dl { flex: 1 1 18rem; margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: .125rem .75rem; } .stamp dt { font-weight: 600; } .stamp dd { margin: 0; } .stamp p { margin: 0; max-width: 8rem; font-size: .8125rem; }
article + article { break-before: page; border-top: 2px solid #111; }
@media print { body { max-width: none; margin: 0; padding: 0; } article + article { border: 0; } }
</style></head><body>
{{end}}{{define "text"}}<article><h1>{{.Title}}</h1>
<section class="stamp" aria-label="{{.Label}}"><div>{{.Code}}<p>{{.Hint}}</p></div><dl>{{range .Lines}}<dt>{{.Label}}</dt><dd>{{.Text}}</dd>{{end}}</dl></section>
{{with .Summary}}<p><strong>{{.}}</strong></p>{{end}}
{{.Body}}
</article>
{{end}}{{define "foot"}}</body></html>
{{end}}`
