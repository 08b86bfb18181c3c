// Package markdown turns Markdown into safe HTML and into a plain tree of
// blocks.
//
// It speaks CommonMark with the extensions of GitHub (tables, task lists,
// strikethrough, bare links, callouts), footnotes, definition lists and
// [[wiki links]]. Raw HTML passes through an allow list, because imported
// texts need tables with spans and the like; the sanitiser sees the whole
// output, so that no construct of ours can be used to smuggle.
//
// The tree is all that other packages read. They never see the library.
package markdown

import (
	"bytes"
	"context"
	"fmt"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"staffelstab/content"
)

// Labels are the words the renderer adds, in the reader's language.
type Labels struct {
	Note, Tip, Important, Warning, Caution string // titles of callouts
	Table                                  string // name of a table's scroll area
	BackToText                             string // link from a footnote back
	Done, Open                             string // names of task boxes
}

// Renderer implements content.Renderer. It is safe for concurrent use.
type Renderer struct {
	labels Labels
	parser parser.Parser
	policy *bluemonday.Policy
}

// New returns a renderer.
func New(labels Labels) *Renderer {
	md := goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.DefinitionList, extension.NewFootnote(
			extension.WithFootnoteBacklinkTitle(labels.BackToText),
		)),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithInlineParsers(util.Prioritized(wikiParser{}, 150), util.Prioritized(genderStar{}, 160)),
			parser.WithASTTransformers(util.Prioritized(calloutTransformer{}, 500)),
		),
	)
	return &Renderer{labels: labels, parser: md.Parser(), policy: newPolicy()}
}

// parse returns the tree of a text; anchors of headings keep umlauts.
func (r *Renderer) parse(source []byte) *parsedText {
	pc := parser.NewContext(parser.WithIDs(newAnchors()))
	return &parsedText{root: r.parser.Parse(text.NewReader(source), parser.WithContext(pc)), source: source}
}

// Render implements content.Renderer.
func (r *Renderer) Render(ctx context.Context, source []byte, link content.LinkResolver) (content.Rendered, error) {
	if err := ctx.Err(); err != nil {
		return content.Rendered{}, err
	}
	source = bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n"))
	if tooMuch(source) {
		return content.Rendered{HTML: "<pre>" + string(util.EscapeHTML(source)) + "</pre>"}, nil
	}
	t := r.parse(source)
	shift := t.shiftHeadings()
	var out bytes.Buffer
	engine := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(html.NewRenderer(html.WithUnsafe()), 1000),
		util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 900),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 900),
		util.Prioritized(extension.NewDefinitionListHTMLRenderer(), 900),
		util.Prioritized(extension.NewFootnoteHTMLRenderer(extension.WithFootnoteBacklinkTitle(r.labels.BackToText)), 900),
		util.Prioritized(&nodes{labels: r.labels, link: link}, 100),
	))
	if err := engine.Render(&out, source, t.root); err != nil {
		return content.Rendered{}, fmt.Errorf("markdown: %w", err)
	}
	page := r.policy.SanitizeBytes(out.Bytes())
	if bytes.IndexByte(source, '<') >= 0 { // without it there is no HTML of the text's own, and goldmark's is whole
		page = balance(page)
	}
	return content.Rendered{HTML: string(page), Outline: t.outline(shift)}, nil
}

// Blocks implements content.Renderer.
func (r *Renderer) Blocks(source []byte) []content.Block {
	if tooMuch(source) {
		return []content.Block{{Kind: content.BlockParagraph, Text: string(source), End: len(source)}}
	}
	return r.parse(source).blocks()
}
