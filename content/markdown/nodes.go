package markdown

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"staffelstab/content"
)

// nodes renders what differs from the library's own output. One is made for
// every page, because links are resolved from where the page lies.
type nodes struct {
	labels Labels
	link   content.LinkResolver
}

// RegisterFuncs implements renderer.NodeRenderer.
func (n *nodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindLink, n.renderLink)
	r.Register(ast.KindAutoLink, n.renderAutoLink)
	r.Register(ast.KindImage, n.renderImage)
	r.Register(kindWiki, n.renderWiki)
	r.Register(kindCallout, n.renderCallout)
	r.Register(east.KindTable, n.renderTable)
	r.Register(east.KindTaskCheckBox, n.renderTask)
}

// isOutside reports whether a target is a full address.
func isOutside(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Scheme != ""
}

// isWeb reports whether a target is a page on another host.
func isWeb(target string) bool {
	u, err := url.Parse(target)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

// resolve returns the address of a target, its class and whether it exists.
func (n *nodes) resolve(target string, wiki bool) (href, class string, ok bool) {
	if !wiki && isOutside(target) {
		if n.link != nil && content.IsLegacy(target) {
			if href, _, ok := n.link(target, false); ok || !isWeb(target) { // no browser opens notes://
				return href, "", ok
			}
		}
		if isWeb(target) {
			return target, "verweis-extern", true
		}
		return target, "", true
	}
	if n.link == nil {
		return target, "", !wiki
	}
	href, _, ok = n.link(target, wiki)
	return href, "", ok
}

func (n *nodes) openLink(w util.BufWriter, href, class string) {
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape([]byte(href), true)))
	_ = w.WriteByte('"')
	if class != "" {
		_, _ = w.WriteString(` class="` + class + `" rel="noopener noreferrer"`)
	}
	_ = w.WriteByte('>')
}

func (n *nodes) renderLink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	href, class, ok := n.resolve(string(node.(*ast.Link).Destination), false)
	return n.around(w, href, class, ok, entering)
}

// around writes the tags of a link, or of a text whose link leads nowhere.
func (n *nodes) around(w util.BufWriter, href, class string, ok, entering bool) (ast.WalkStatus, error) {
	switch {
	case entering && ok:
		n.openLink(w, href, class)
	case entering:
		_, _ = w.WriteString(`<span class="verweis-fehlt">`)
	case ok:
		_, _ = w.WriteString("</a>")
	default:
		_, _ = w.WriteString("</span>")
	}
	return ast.WalkContinue, nil
}

func (n *nodes) renderAutoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	link := node.(*ast.AutoLink)
	target, label := string(link.URL(source)), link.Label(source)
	if link.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	href, class, ok := n.resolve(target, false)
	_, _ = n.around(w, href, class, ok, true)
	_, _ = w.Write(util.EscapeHTML(label))
	return n.around(w, href, class, ok, false)
}

// renderImage shows pictures of this text only; one that is missing, or that
// another host would have to send, stands there as its description.
func (n *nodes) renderImage(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	image := node.(*ast.Image)
	alt := plainInline(image, source)
	target := string(image.Destination)
	href, _, ok := n.resolve(target, false)
	if !ok || isOutside(target) {
		_, _ = w.WriteString(`<span class="verweis-fehlt">`)
		_, _ = w.Write(util.EscapeHTML([]byte(alt)))
		_, _ = w.WriteString("</span>")
		return ast.WalkSkipChildren, nil
	}
	_, _ = w.WriteString(`<img loading="lazy" src="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape([]byte(href), true)))
	_, _ = w.WriteString(`" alt="`)
	_, _ = w.Write(util.EscapeHTML([]byte(alt)))
	_, _ = w.WriteString(`">`)
	return ast.WalkSkipChildren, nil
}

func (n *nodes) renderWiki(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	link := node.(*wikiLink)
	href, class, ok := n.resolve(link.target, true)
	_, _ = n.around(w, href, class, ok, true)
	_, _ = w.Write(util.EscapeHTML([]byte(link.label)))
	return n.around(w, href, class, ok, false)
}

func (n *nodes) renderCallout(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, _ = w.WriteString("</div>\n")
		return ast.WalkContinue, nil
	}
	kind := node.(*callout).kind
	_, _ = w.WriteString(`<div class="hinweis hinweis--` + kind + `" role="note"><p class="hinweis__titel">`)
	_, _ = w.Write(util.EscapeHTML([]byte(n.labels.callout(kind))))
	_, _ = w.WriteString("</p>\n")
	return ast.WalkContinue, nil
}

func (l Labels) callout(kind string) string {
	switch kind {
	case "tip":
		return l.Tip
	case "important":
		return l.Important
	case "warning":
		return l.Warning
	case "caution":
		return l.Caution
	}
	return l.Note
}

// renderTable puts a table into an area that scrolls on small screens and can
// be reached with the keyboard.
func (n *nodes) renderTable(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(`<div class="tabelle" role="group" tabindex="0" aria-label="`)
		_, _ = w.Write(util.EscapeHTML([]byte(n.labels.Table)))
		_, _ = w.WriteString("\"><table>\n")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("</table></div>\n")
	return ast.WalkContinue, nil
}

func (n *nodes) renderTask(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	label, checked := n.labels.Open, ""
	if node.(*east.TaskCheckBox).IsChecked {
		label, checked = n.labels.Done, ` checked=""`
	}
	_, _ = w.WriteString(`<input type="checkbox"` + checked + ` disabled="" aria-label="`)
	_, _ = w.Write(util.EscapeHTML([]byte(label)))
	_, _ = w.WriteString(`"> `)
	return ast.WalkContinue, nil
}

// plainInline is the text of inline nodes without marks.
func plainInline(node ast.Node, source []byte) string {
	var b bytes.Buffer
	_ = ast.Walk(node, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch v := n.(type) {
		case *ast.Text:
			if v.Parent().Kind() == ast.KindCodeSpan { // nothing is escaped in there
				b.Write(v.Value(source))
				return ast.WalkContinue, nil
			}
			b.Write(util.UnescapePunctuations(util.ResolveNumericReferences(util.ResolveEntityNames(v.Value(source)))))
			if v.SoftLineBreak() || v.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(v.Value)
		case *ast.AutoLink:
			b.Write(v.Label(source))
		case *wikiLink:
			b.WriteString(v.label)
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
