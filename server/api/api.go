// Package api is the HTTP interface for programs, under /api/v1.
//
// Every operation calls one domain verb and nothing else; what may be done and
// seen is decided there. Errors are RFC 9457 problems with a stable type and a
// German (or English) sentence. A change names its base by If-Match; without
// it the answer is 428. The OpenAPI 3.1 document is generated from the types
// here and served with a readable page from this binary.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
	"staffelstab/server/request"
)

// Services are the domains the API offers.
type Services struct {
	Library     *content.Library
	Academy     *lessons.Academy
	Tracker     *zak.Tracker
	Legacy      *legacy.Desk
	Office      *account.Office
	Credentials Credentials
	Catalogue   *i18n.Catalogue
	Log         *slog.Logger
	Version     string
	BaseURL     string // public address without a slash at the end; empty: as asked
}

// API is the HTTP handler of /api/v1, /openapi.json and /docs.
type API struct {
	Services
	mux  *http.ServeMux
	huma huma.API
	t    translator
}

// maxBody is the largest JSON body: an article of the largest size, escaped.
const maxBody = 10 << 20

// New returns the API.
func New(s Services) *API {
	hookHuma()
	a := &API{Services: s, mux: http.NewServeMux(), t: translator{catalogue: s.Catalogue, log: s.Log}}
	config := huma.DefaultConfig("Staffelstab", s.Version)
	config.CreateHooks = nil
	config.DocsPath = ""
	config.SchemasPath = ""
	config.OpenAPIPath = ""
	config.RejectUnknownQueryParameters = true
	config.Formats = formats()
	config.Info.Description = s.Catalogue.Text(i18n.German, "api.description", nil)
	config.Info.License = &huma.License{Name: "EUPL-1.2", Identifier: "EUPL-1.2"}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer"},
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-staffelstab"},
	}
	config.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	a.huma = humago.New(a.mux, config)
	a.huma.UseMiddleware(a.signedIn)
	a.articles()
	a.revisions()
	a.attachments()
	a.exports()
	a.proposals()
	a.draftFiles()
	a.validity()
	a.talk()
	a.redactions()
	a.approvalRules()
	a.deputies()
	a.search()
	a.aroundSearch()
	a.modules()
	a.me()
	a.notices()
	a.acknowledgements()
	a.favourites()
	a.tokens()
	a.zak()
	a.admin()
	a.links()
	a.imports()
	a.moving()
	a.mux.HandleFunc("GET /openapi.json", a.serveOpenAPI)
	a.mux.HandleFunc("GET /docs", a.serveDocs)
	return a
}

// OpenAPI returns the OpenAPI 3.1 document as JSON.
func (a *API) OpenAPI() ([]byte, error) { return a.huma.OpenAPI().MarshalJSON() }

// Routes lists every operation as "METHOD /path", for the route table's test.
func (a *API) Routes() []string {
	var out []string
	for path, item := range a.huma.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{
			"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete, "PATCH": item.Patch,
		} {
			if op != nil {
				out = append(out, method+" "+path)
			}
		}
	}
	return out
}

// ServeHTTP answers a request. What the mux does not know gets a problem too,
// because programs read JSON.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(withTranslator(r.Context(), a.t))
	if _, pattern := a.mux.Handler(r); pattern != "" {
		a.mux.ServeHTTP(w, r)
		return
	}
	probe := &statusProbe{header: http.Header{}}
	a.mux.ServeHTTP(probe, r)
	p := a.t.make(request.From(r.Context()), fault.NotFound, "api.no-such-path", nil)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		p = a.t.wrongMethod(request.From(r.Context()))
	}
	a.t.write(w, r, p)
}

// Refuse tells why a request went no further.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	a.t.write(w, r, a.t.problem(r.Context(), err))
}

// statusProbe learns what the mux would have answered.
type statusProbe struct {
	header http.Header
	status int
}

func (p *statusProbe) Header() http.Header         { return p.header }
func (p *statusProbe) WriteHeader(status int)      { p.status = status }
func (p *statusProbe) Write(b []byte) (int, error) { return len(b), nil }

// register adds an operation whose handler returns faults.
func register[I, O any](a *API, op huma.Operation, handler func(context.Context, account.Actor, *I) (*O, error)) {
	note := notes[op.Method+" "+op.Path]
	op.Description = note.text
	op.Path = "/api/v1" + op.Path
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = maxBody
	}
	if op.OperationID == "" {
		op.OperationID = strings.ToLower(op.Method) + strings.NewReplacer("/", "-", "{", "", "}", "").Replace(op.Path)
	}
	op.Errors = []int{http.StatusUnauthorized} // describe adds the others; without any huma would add a catch-all
	var registered *huma.Operation
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, request.From(ctx).Actor, in)
		if same := notModified(""); errors.As(err, &same) {
			return nil, same
		}
		if err != nil {
			return nil, a.t.problem(context.WithValue(ctx, parametersKey{}, registered.Parameters), err)
		}
		return out, nil
	})
	registered = operation(a.huma.OpenAPI().Paths[op.Path], op.Method)
	a.describe(registered, note.errors)
}

// names resolves pseudonyms for an answer; an erased one stays empty.
func (a *API) names(ctx context.Context, actor account.Actor, pseudonyms ...string) (map[string]string, error) {
	return a.Office.Names(ctx, actor, pseudonyms)
}

// baseOf reads an If-Match header: one strong entity tag.
func baseOf(ifMatch string) string {
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(ifMatch), "W/"), `"`)
}

// notModified answers that the version the client knows is still the one it
// asks for. It is the entity tag, quoted.
type notModified string

func (notModified) Error() string             { return http.StatusText(http.StatusNotModified) }
func (notModified) GetStatus() int            { return http.StatusNotModified }
func (n notModified) GetHeaders() http.Header { return http.Header{"Etag": {string(n)}} }

// known reports whether an If-None-Match header names the entity tag. Reading
// compares weakly (RFC 9110, 13.1.2): compressing proxies weaken tags.
func known(ifNoneMatch, etag string) bool {
	for tag := range strings.SplitSeq(ifNoneMatch, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

func quoted(etag string) string { return `"` + etag + `"` }

// Pattern names the operation of a request without its values.
func (a *API) Pattern(r *http.Request) string {
	_, pattern := a.mux.Handler(r)
	return pattern
}
