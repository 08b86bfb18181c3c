package markdown

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// Values of attributes the policy lets through.
var (
	classes  = regexp.MustCompile(`^(hinweis( hinweis--(note|tip|important|warning|caution))?|hinweis__titel|tabelle|aufgabe|verweis-(extern|fehlt)|footnotes|footnote-(ref|backref)|language-[A-Za-z0-9+#-]{1,30}|)$`)
	ids      = regexp.MustCompile(`^[\p{L}\p{N}_:.-]{1,200}$`)
	numbers  = regexp.MustCompile(`^[0-9]{1,4}$`)
	language = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$`)
	scopes   = regexp.MustCompile(`^(row|col|rowgroup|colgroup)$`)
	roles    = regexp.MustCompile(`^(group|note|doc-endnotes|doc-noteref|doc-backlink)$`)
	aligns   = regexp.MustCompile(`^(left|right|center)$`)
	// ownHost is an address without scheme and host; browsers read "/\" as "//"
	// and skip white space.
	ownHost = regexp.MustCompile(`^/?[^/\\:?#\x00-\x20\x7f]+([/?#].*)?$`)
)

// newPolicy is the allow list for rendered pages. No styles, no scripts, no
// frames, no forms but the disabled box of a task.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "b", "i", "u", "s", "del", "ins", "mark", "sub", "sup", "small", "kbd", "samp", "var",
		"code", "pre", "blockquote", "ul", "li", "dl", "dt", "dd", "h2", "h3", "h4", "h5", "h6",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "details", "summary", "figure", "figcaption", "div", "span", "section", "abbr", "q", "cite", "bdi", "wbr")
	p.AllowAttrs("start").Matching(numbers).OnElements("ol")
	p.AllowElements("ol")
	p.AllowAttrs("value").Matching(numbers).OnElements("li")
	p.AllowAttrs("colspan", "rowspan").Matching(numbers).OnElements("td", "th")
	p.AllowAttrs("scope").Matching(scopes).OnElements("th")
	p.AllowAttrs("align").Matching(aligns).OnElements("td", "th")
	p.AllowAttrs("title").Matching(bluemonday.Paragraph).OnElements("abbr")
	p.AllowAttrs("lang").Matching(language).Globally()
	p.AllowAttrs("id").Matching(ids).OnElements("h2", "h3", "h4", "h5", "h6", "sup", "li", "section", "span", "a", "div")
	p.AllowAttrs("class").Matching(classes).OnElements("div", "span", "p", "a", "code", "li", "section", "sup", "ol")
	p.AllowAttrs("role").Matching(roles).OnElements("div", "a", "section")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("div")
	p.AllowAttrs("aria-label").Matching(bluemonday.Paragraph).OnElements("div", "a", "input")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowAttrs("checked", "disabled").Matching(regexp.MustCompile(`^$`)).OnElements("input")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("title").Matching(bluemonday.Paragraph).OnElements("a", "img")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^(noopener noreferrer|)$`)).OnElements("a")
	p.AllowAttrs("src").Matching(ownHost).OnElements("img") // another host would learn who reads what
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.AllowAttrs("width", "height").Matching(numbers).OnElements("img")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(false)
	return p
}
