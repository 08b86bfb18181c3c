package servertest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Client is a browser or program of one person.
type Client struct {
	t    *testing.T
	base string
	http *http.Client
}

// As signs somebody of the cast in.
func (s *Server) As(login string) *Client {
	s.T.Helper()
	c := s.Stranger()
	if p := c.Post("/anmelden", url.Values{"anmeldename": {login}, "passwort": {Password}, "weiter": {"/konto"}}); p.Status != http.StatusOK {
		s.T.Fatalf("%s cannot sign in: %d\n%s", login, p.Status, p.Body)
	}
	return c
}

// Stranger is somebody who has not signed in.
func (s *Server) Stranger() *Client {
	jar, err := cookiejar.New(nil)
	must(s.T, err)
	return &Client{t: s.T, base: s.URL, http: &http.Client{Jar: jar}}
}

// Stay is the same person in a browser that does not follow redirects, so that
// a test sees where they lead and what they carry.
func (c *Client) Stay() *Client {
	still := *c.http
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{t: c.t, base: c.base, http: &still}
}

// Page is an answer.
type Page struct {
	t      *testing.T
	Status int
	Header http.Header
	URL    *url.URL // after redirects
	Body   string
}

// Get asks for a page and follows redirects.
func (c *Client) Get(path string) *Page { return c.Do(http.MethodGet, path, nil, nil) }

// Post sends a form as a browser does and follows the redirect.
func (c *Client) Post(path string, form url.Values) *Page {
	c.t.Helper()
	return c.Do(http.MethodPost, path, strings.NewReader(form.Encode()), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {c.base}, "Sec-Fetch-Site": {"same-origin"},
	})
}

// Upload sends a form with a file; fields come before it.
func (c *Client) Upload(path string, fields url.Values, name string, data []byte) *Page {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key := range fields {
		must(c.t, w.WriteField(key, fields.Get(key)))
	}
	part, err := w.CreateFormFile("datei", name)
	must(c.t, err)
	_, err = part.Write(data)
	must(c.t, err)
	must(c.t, w.Close())
	return c.Do(http.MethodPost, path, &b, http.Header{
		"Content-Type": {w.FormDataContentType()}, "Origin": {c.base}, "Sec-Fetch-Site": {"same-origin"},
	})
}

// JSON calls the API; a body that is not nil is sent as JSON. Pairs are header
// names and values.
func (c *Client) JSON(method, path string, body any, headers ...string) *Page {
	c.t.Helper()
	var r io.Reader
	h := http.Header{"Origin": {c.base}, "Sec-Fetch-Site": {"same-origin"}}
	if body != nil {
		data, err := json.Marshal(body)
		must(c.t, err)
		r = bytes.NewReader(data)
		h.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return c.Do(method, "/api/v1"+path, r, h)
}

// Do sends any request.
func (c *Client) Do(method, path string, body io.Reader, headers http.Header) *Page {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, body)
	must(c.t, err)
	for name, values := range headers {
		r.Header[name] = values
	}
	answer, err := c.http.Do(r)
	must(c.t, err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	must(c.t, err)
	return &Page{t: c.t, Status: answer.StatusCode, Header: answer.Header, URL: answer.Request.URL, Body: string(data)}
}

// Want fails the test unless the page has the status.
func (p *Page) Want(status int) *Page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s: status %d instead of %d\n%s", p.URL, p.Status, status, p.Body)
	}
	return p
}

// Decode reads a JSON answer.
func (p *Page) Decode(into any) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.Body), into); err != nil {
		p.t.Fatalf("%s: %v\n%s", p.URL, err, p.Body)
	}
}

// All returns the elements a CSS selector finds.
func (p *Page) All(selector string) []*html.Node {
	p.t.Helper()
	root, err := html.Parse(strings.NewReader(p.Body))
	must(p.t, err)
	return cascadia.QueryAll(root, cascadia.MustCompile(selector))
}

// One returns the only element a selector finds.
func (p *Page) One(selector string) *html.Node {
	p.t.Helper()
	found := p.All(selector)
	if len(found) != 1 {
		p.t.Fatalf("%s: %d elements for %q\n%s", p.URL, len(found), selector, p.Body)
	}
	return found[0]
}

// Text is what people read in the only element a selector finds.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return Text(p.One(selector))
}

// Value is the value of a form's field.
func (p *Page) Value(selector string) string {
	p.t.Helper()
	return Attribute(p.One(selector), "value")
}

// Says fails the test unless the text of the page has the words.
func (p *Page) Says(words ...string) *Page {
	p.t.Helper()
	root, err := html.Parse(strings.NewReader(p.Body))
	must(p.t, err)
	text := Text(root)
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Errorf("%s does not say %q:\n%s", p.URL, w, text)
		}
	}
	return p
}

// Silent fails the test when the page, markup included, has one of the words.
func (p *Page) Silent(words ...string) *Page {
	p.t.Helper()
	for _, w := range words {
		if strings.Contains(p.Body, w) {
			p.t.Errorf("%s must not have %q", p.URL, w)
		}
	}
	return p
}

// Text is what people read in an element, with single spaces.
func Text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style") {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
		if n.Type == html.ElementNode {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// Attribute is an attribute of an element, or "".
func Attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
