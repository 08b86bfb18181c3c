package api

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/i18n"
	"staffelstab/server/request"
)

//go:embed docs.tmpl
var docsSource string

// docsOperation is an operation as the page shows it.
type docsOperation struct {
	Method, Path, Summary, ID string
	Parameters                []docsParameter
	Body, Answer              string // schema names
}

type docsParameter struct {
	Name, In, Type, Doc string
	Required            bool
}

type docsGroup struct {
	Tag        string
	Operations []docsOperation
}

type docsPage struct {
	Locale  i18n.Locale
	Version string
	Text    map[string]string
	Groups  []docsGroup
	// Problems are where the types of problems lead.
	Problems []docsProblem
}

// serveDocs renders the OpenAPI document as a page that needs no script and no
// other host.
func (a *API) serveDocs(w http.ResponseWriter, r *http.Request) {
	locale := request.From(r.Context()).Locale
	page := docsPage{Locale: locale, Version: a.Version, Groups: a.docsGroups(), Problems: a.docsProblems(locale), Text: map[string]string{
		"title":     a.Catalogue.Text(locale, "api.docs-title", nil),
		"intro":     a.Catalogue.Text(locale, "api.docs-intro", nil),
		"download":  a.Catalogue.Text(locale, "api.docs-download", nil),
		"parameter": a.Catalogue.Text(locale, "api.docs-parameter", nil),
		"place":     a.Catalogue.Text(locale, "api.docs-place", nil),
		"type":      a.Catalogue.Text(locale, "api.docs-type", nil),
		"meaning":   a.Catalogue.Text(locale, "api.docs-meaning", nil),
		"body":      a.Catalogue.Text(locale, "api.docs-body", nil),
		"answer":    a.Catalogue.Text(locale, "api.docs-answer", nil),
		"problems":  a.Catalogue.Text(locale, "api.docs-problems", nil),
		"required":  a.Catalogue.Text(locale, "api.docs-required", nil),
	}}
	parsed, err := template.New("docs").Parse(docsSource)
	if err == nil {
		var out bytes.Buffer
		if err = parsed.Execute(&out, page); err == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(out.Bytes()) // the client may be gone
			return
		}
	}
	a.t.write(w, r, a.t.problem(r.Context(), err))
}

func (a *API) serveOpenAPI(w http.ResponseWriter, r *http.Request) {
	document, err := a.OpenAPI()
	if err != nil {
		a.t.write(w, r, a.t.problem(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
	_, _ = w.Write(document) // the client may be gone
}

func (a *API) docsGroups() []docsGroup {
	by := map[string][]docsOperation{}
	document := a.huma.OpenAPI()
	for _, route := range a.Routes() {
		method, path, _ := strings.Cut(route, " ")
		op := operation(document.Paths[path], method)
		tag := ""
		if len(op.Tags) > 0 {
			tag = op.Tags[0]
		}
		by[tag] = append(by[tag], docsOperation{
			Method: method, Path: path, Summary: op.Summary, ID: op.OperationID,
			Parameters: parameters(op), Body: bodySchema(op), Answer: answerSchema(op),
		})
	}
	var out []docsGroup
	for tag, operations := range by {
		slices.SortFunc(operations, func(x, y docsOperation) int {
			return strings.Compare(x.Path+x.Method, y.Path+y.Method)
		})
		out = append(out, docsGroup{tag, operations})
	}
	slices.SortFunc(out, func(x, y docsGroup) int { return strings.Compare(x.Tag, y.Tag) })
	return out
}

func operation(item *huma.PathItem, method string) *huma.Operation {
	switch method {
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodDelete:
		return item.Delete
	case http.MethodPatch:
		return item.Patch
	}
	return item.Get
}

func parameters(op *huma.Operation) []docsParameter {
	var out []docsParameter
	for _, p := range op.Parameters {
		d := docsParameter{Name: p.Name, In: p.In, Required: p.Required, Doc: p.Description}
		if p.Schema != nil {
			d.Type = p.Schema.Type
			if d.Doc == "" {
				d.Doc = p.Schema.Description
			}
		}
		out = append(out, d)
	}
	return out
}

func bodySchema(op *huma.Operation) string {
	if op.RequestBody == nil {
		return ""
	}
	for _, m := range op.RequestBody.Content {
		return schemaName(m.Schema)
	}
	return ""
}

func answerSchema(op *huma.Operation) string {
	for _, status := range []string{"200", "201"} {
		if response := op.Responses[status]; response != nil {
			if m := response.Content["application/json"]; m != nil {
				return schemaName(m.Schema)
			}
		}
	}
	return ""
}

func schemaName(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Items != nil:
		return schemaName(s.Items) + "[]"
	}
	return s.Type
}
