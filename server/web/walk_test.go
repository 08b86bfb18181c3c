package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// walk follows every link from the start page as somebody does with a mouse
// and returns the pages by address.
func walk(t *testing.T, c *servertest.Client, start ...string) map[string]*servertest.Page {
	t.Helper()
	seen, waiting := map[string]*servertest.Page{}, start
	for len(waiting) > 0 && len(seen) < 200 {
		at := waiting[0]
		waiting = waiting[1:]
		if seen[at] != nil {
			continue
		}
		page := c.Get(at)
		seen[at] = page
		if page.Status != http.StatusOK {
			t.Errorf("a link leads to %s, which answers %d", at, page.Status)
			continue
		}
		if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, n := range page.All("a[href]") {
			target, err := page.URL.Parse(servertest.Attribute(n, "href"))
			if err != nil {
				t.Errorf("%s: a link to %q", at, servertest.Attribute(n, "href"))
				continue
			}
			target.Fragment = ""
			waiting = append(waiting, target.RequestURI())
		}
		for _, n := range page.All("form[role='search']") {
			waiting = append(waiting, servertest.Attribute(n, "action")+"?q=schieber")
		}
	}
	return seen
}

// TestEveryPageOfEverybodyIsSound walks the whole product as everybody. A page
// that no link leads to fails it as well: people would not find it either.
func TestEveryPageOfEverybodyIsSound(t *testing.T) {
	w := newTown(t)
	hire(t, w.Server, "ausbilder", "Sven Adler", "11/4", account.Grant{Role: account.Reader},
		account.Grant{Role: account.Trainer, Scope: account.InCohort(strings.TrimPrefix(w.cohort, "/ausbildung/jahrgang/"))})
	reached := map[string]bool{}
	for _, login := range []string{"expertin", "grundsatz", "personalerin", "leserin", "azubi", "leitung", "ausbilder", "datenschutz", "admin", "ohnerolle"} {
		c := w.As(login)
		titles := map[string]string{}
		for at, page := range walk(t, c, "/") {
			reached[w.Web.Pattern(mustRequest(t, at))] = true
			if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
				continue
			}
			sound(t, page, at+" as "+login)
			title := page.Text("title")
			if other, twice := titles[title]; twice && other != page.URL.Path {
				t.Errorf("as %s %s and %s both have the title %q", login, other, page.URL.Path, title)
			}
			titles[title] = page.URL.Path
		}
	}
	for _, route := range w.Web.Routes() {
		if method, _, _ := strings.Cut(route.Pattern, " "); method == http.MethodGet && !reached[route.Pattern] && !unlinked[route.Pattern] {
			t.Errorf("no link leads anybody to %s", route.Pattern)
		}
	}
}

// unlinked are the pages people reach from elsewhere.
var unlinked = map[string]bool{
	"GET /entwurf/dateien/{name}": true, // shown inside the preview
	"GET /anmelden":               true, "GET /einrichtung/{secret}": true, "GET /.well-known/security.txt": true,
	"GET /notes/{unid}": true, "GET /notes/{replica}/{unid}": true, "GET /notes/{address...}": true, "GET /feed/{address}": true,
	"GET /export/datei": true, "GET /opensearch.xml": true, "GET /opensearch/vorschlaege": true, // a form and browsers themselves
}

func mustRequest(t *testing.T, at string) *http.Request {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Request{Method: http.MethodGet, URL: u}
}

func TestPagesOfStrangersAreSound(t *testing.T) {
	s := servertest.New(t)
	c := s.Stranger()
	for at, page := range walk(t, c, "/anmelden") {
		sound(t, page, at+" as a stranger")
		if n := len(page.All("nav.frame__menu, form[action='/abmelden']")); n > 0 {
			t.Errorf("%s offers a menu to strangers", at)
		}
	}
	missing := c.Get("/gibt-es-nicht").Want(http.StatusNotFound)
	sound(t, missing, "a missing page")
	wrong := c.Post("/anmelden", url.Values{"anmeldename": {"leserin"}, "passwort": {"falsch"}})
	sound(t, wrong, "a refused sign-in")
}

// document is a parsed page with what the checks look up again and again.
type document struct {
	t    *testing.T
	at   string
	all  []*html.Node
	byID map[string]*html.Node
}

func (d *document) errorf(format string, args ...any) {
	d.t.Helper()
	d.t.Errorf("%s: "+format, append([]any{d.at}, args...)...)
}

// sound fails the test when a page breaks a promise that all pages make.
func sound(t *testing.T, p *servertest.Page, at string) {
	t.Helper()
	d := &document{t: t, at: at, all: p.All("*"), byID: map[string]*html.Node{}}
	for _, n := range d.all {
		id := servertest.Attribute(n, "id")
		if id == "" {
			continue
		}
		if d.byID[id] != nil {
			d.errorf("two elements have the id %q", id)
		}
		d.byID[id] = n
	}
	d.landmarks(p)
	d.headings()
	for _, n := range d.all {
		d.references(n)
		d.names(n)
		d.addresses(n)
	}
	d.policy(p)
	d.words(p)
}

// landmarks are how people with a screen reader move about.
func (d *document) landmarks(p *servertest.Page) {
	for selector, want := range map[string]int{"html[lang]": 1, "h1": 1, "main": 1, "title": 1, "body > header": 1, "body > footer": 1, "a.skip": 1} {
		if got := len(p.All(selector)); got != want {
			d.errorf("%d × %s", got, selector)
		}
	}
	if !strings.HasSuffix(p.Text("title"), " – Staffelstab") || strings.HasPrefix(p.Text("title"), " –") {
		d.errorf("the title is %q", p.Text("title"))
	}
	if target := d.byID[strings.TrimPrefix(servertest.Attribute(p.One("a.skip"), "href"), "#")]; target == nil || target.Data != "main" {
		d.errorf("the skip link does not lead to the content")
	}
	seen := map[string]bool{}
	for _, n := range p.All("nav, aside, [role='search'], [role='region']") {
		name := n.Data + servertest.Attribute(n, "role") + ": " + d.accessibleName(n)
		if seen[name] {
			d.errorf("two landmarks are called %q", name)
		}
		seen[name] = true
	}
}

// headings must not skip a level: people would look for what is missing.
func (d *document) headings() {
	level := 0
	for _, n := range d.all {
		if len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' {
			continue
		}
		next := int(n.Data[1] - '0')
		if next > level+1 {
			d.errorf("%q is an %s after a level %d", servertest.Text(n), n.Data, level)
		}
		if servertest.Text(n) == "" {
			d.errorf("an empty %s", n.Data)
		}
		level = next
	}
}

func (d *document) references(n *html.Node) {
	for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
		for id := range strings.FieldsSeq(servertest.Attribute(n, name)) {
			if d.byID[id] == nil {
				d.errorf("%s=%q leads nowhere", name, id)
			}
		}
	}
	if href := servertest.Attribute(n, "href"); len(href) > 1 && href[0] == '#' && d.byID[href[1:]] == nil {
		d.errorf("the link %q leads nowhere", href)
	}
}

// accessibleName is what a screen reader calls an element, near enough.
func (d *document) accessibleName(n *html.Node) string {
	if label := d.byID[servertest.Attribute(n, "aria-labelledby")]; label != nil {
		return servertest.Text(label)
	}
	return servertest.Attribute(n, "aria-label")
}

// names are what a control is called.
func (d *document) names(n *html.Node) {
	kind := servertest.Attribute(n, "type")
	switch n.Data {
	case "input", "select", "textarea":
		if kind == "hidden" {
			return
		}
		labels := 0
		for _, l := range d.all {
			if l.Data == "label" && servertest.Attribute(l, "for") == servertest.Attribute(n, "id") && servertest.Text(l) != "" {
				labels++
			}
		}
		if labels != 1 {
			d.errorf("the field %q has %d labels", servertest.Attribute(n, "name"), labels)
		}
		if servertest.Attribute(n, "name") == "" && !hasAttribute(n, "readonly") {
			d.errorf("the field %q is not sent", servertest.Attribute(n, "id"))
		}
	case "a", "button", "summary", "th":
		if servertest.Text(n) == "" {
			d.errorf("a %s without words: %v", n.Data, n.Attr)
		}
	case "img":
		if !hasAttribute(n, "alt") {
			d.errorf("a picture without a description")
		}
	case "progress", "nav", "aside":
		if d.accessibleName(n) == "" {
			d.errorf("a %s without a name", n.Data)
		}
	}
}

func hasAttribute(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// addresses never lead to another host, and nothing runs but our scripts.
func (d *document) addresses(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc":
			d.errorf("%s on a %s", a.Key, n.Data)
		case a.Key == "href", a.Key == "src", a.Key == "action", a.Key == "formaction":
			u, err := url.Parse(a.Val)
			if err != nil || u.Scheme != "" || u.Host != "" {
				d.errorf("%s leads away to %q", a.Key, a.Val)
			}
		case a.Key == "tabindex" && a.Val != "0" && a.Val != "-1":
			d.errorf("tabindex %q changes the order of the page", a.Val)
		}
	}
	if n.Data == "style" || n.Data == "iframe" || n.Data == "object" {
		d.errorf("a %s in the page", n.Data)
	}
	if method := servertest.Attribute(n, "method"); n.Data == "form" && method != "" && method != "post" {
		d.errorf("a form is sent by %q", method)
	}
}

func (d *document) policy(p *servertest.Page) {
	policy := p.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, part) {
			d.errorf("the policy %q lacks %q", policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http") {
		d.errorf("the policy %q is open", policy)
	}
	for _, n := range p.All("script") {
		nonce := servertest.Attribute(n, "nonce")
		if len(nonce) < 20 || !strings.Contains(policy, "script-src 'nonce-"+nonce+"';") || servertest.Text(n) != "" || n.FirstChild != nil {
			d.errorf("a script without the nonce of the policy or with a text of its own")
		}
	}
	if got := p.Header.Get("Cache-Control"); got != "no-store" {
		d.errorf("a page with names in it may be kept: %q", got)
	}
}

var placeholder = regexp.MustCompile(`>[^<]*\{[a-z]+\}[^<]*<`)

func (d *document) words(p *servertest.Page) {
	if found := placeholder.FindString(p.Body); found != "" {
		d.errorf("an unfilled sentence %q", found)
	}
	for _, broken := range []string{"<no value>", "%!", "ZgotmplZ", "&amp;amp;", "0001"} {
		if strings.Contains(p.Body, broken) {
			d.errorf("%q in the page", broken)
		}
	}
}
