package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"staffelstab/server/servertest"
)

// The parts of an OpenAPI document the tests look at.
type (
	document struct {
		OpenAPI    string
		Info       struct{ Title, Version, Description string }
		Paths      map[string]map[string]operation
		Components struct {
			Schemas         map[string]any
			SecuritySchemes map[string]any
		}
		Security []map[string][]string
	}
	operation struct {
		OperationID, Summary, Description string
		Tags                              []string
		Parameters                        []parameter
		RequestBody                       *struct{ Content map[string]media }
		Responses                         map[string]response
	}
	parameter struct {
		Name, In string
		Required bool
		Schema   any
	}
	response struct {
		Description string
		Content     map[string]media
	}
	media struct {
		Schema  any
		Example *problem
	}
)

func described(t *testing.T, s *servertest.Server) (document, map[string]any) {
	t.Helper()
	page := s.Stranger().Do(http.MethodGet, "/openapi.json", nil, nil).Want(http.StatusOK)
	if got := page.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/vnd.oai.openapi+json") {
		t.Errorf("the document comes as %q", got)
	}
	var doc document
	page.Decode(&doc)
	var raw map[string]any
	page.Decode(&raw)
	return doc, raw
}

// operations calls f for every operation of the document.
func (d document) operations(f func(route string, op operation)) {
	for path, item := range d.Paths {
		for method, op := range item {
			f(strings.ToUpper(method)+" "+path, op)
		}
	}
}

func TestDescriptionCoversEveryRouteAndNothingElse(t *testing.T) {
	s := servertest.New(t)
	doc, _ := described(t, s)
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Info.Title != "Staffelstab" || doc.Info.Version != "test" || !strings.Contains(doc.Info.Description, "If-Match") {
		t.Errorf("the document begins with %q and %+v", doc.OpenAPI, doc.Info)
	}
	var got []string
	ids := map[string]string{}
	doc.operations(func(route string, op operation) {
		got = append(got, route)
		if other, twice := ids[op.OperationID]; twice || op.OperationID == "" {
			t.Errorf("%s and %s share the id %q", route, other, op.OperationID)
		}
		ids[op.OperationID] = route
		if op.Summary == "" || len(op.Description) < len("For administrators.") || len(op.Tags) != 1 {
			t.Errorf("%s says too little about itself: %q, %q, %v", route, op.Summary, op.Description, op.Tags)
		}
	})
	want := s.API.Routes()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("described are\n%v\nserved are\n%v", got, want)
	}
}

func TestDescriptionNamesEveryPartOfAnAddress(t *testing.T) {
	doc, _ := described(t, servertest.New(t))
	doc.operations(func(route string, op operation) {
		var want, got []string
		for _, name := range placeholder.FindAllString(route, -1) {
			want = append(want, strings.Trim(name, "{}"))
		}
		for _, p := range op.Parameters {
			if p.Schema == nil {
				t.Errorf("%s: parameter %s has no shape", route, p.Name)
			}
			if p.In == "path" {
				got = append(got, p.Name)
				if !p.Required {
					t.Errorf("%s: %s is part of the address and not required", route, p.Name)
				}
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s describes the parameters %v", route, got)
		}
	})
}

// wanted returns the errors an operation has to describe, by its shape.
func wanted(op operation) []string {
	out := []string{"401", "403", "404", "422", "500"}
	if op.RequestBody != nil {
		out = append(out, "400", "413", "415")
	}
	for _, p := range op.Parameters {
		if p.Name == "If-Match" {
			out = append(out, "412", "428")
		}
	}
	return out
}

func TestDescriptionShowsEveryErrorByAGermanExample(t *testing.T) {
	doc, _ := described(t, servertest.New(t))
	doc.operations(func(route string, op operation) {
		for _, status := range wanted(op) {
			if _, ok := op.Responses[status]; !ok {
				t.Errorf("%s does not say when it answers %s", route, status)
			}
		}
		if _, ok := op.Responses["default"]; ok {
			t.Errorf("%s answers anything at all", route)
		}
		for status, r := range op.Responses {
			if r.Description == "" {
				t.Errorf("%s: %s has no description", route, status)
			}
			if status < "400" {
				continue
			}
			example := r.Content["application/problem+json"].Example
			if example == nil || example.Title == "" || example.Detail == "" || example.Title == http.StatusText(example.Status) {
				t.Errorf("%s: example of %s is %+v", route, status, example)
			} else if strconv.Itoa(example.Status) != status {
				t.Errorf("%s: example of %s has status %d", route, status, example.Status)
			}
		}
	})
}

func TestDescriptionRefersOnlyToWhatItHolds(t *testing.T) {
	doc, raw := described(t, servertest.New(t))
	for _, alternatives := range doc.Security {
		for name := range alternatives {
			if doc.Components.SecuritySchemes[name] == nil {
				t.Errorf("the way to sign in %q is nowhere explained", name)
			}
		}
	}
	references := 0
	walk(raw, func(node map[string]any) {
		ref, ok := node["$ref"].(string)
		if !ok {
			return
		}
		references++
		name, inside := strings.CutPrefix(ref, "#/components/schemas/")
		if !inside || doc.Components.Schemas[name] == nil {
			t.Errorf("%q leads nowhere", ref)
		}
	})
	if references < 100 {
		t.Errorf("only %d references were checked", references)
	}
	for name, schema := range doc.Components.Schemas {
		if schema.(map[string]any)["type"] == nil {
			t.Errorf("schema %s has no type", name)
		}
	}
}

// walk calls f for every object of a JSON value.
func walk(value any, f func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		f(v)
		for _, child := range v {
			walk(child, f)
		}
	case []any:
		for _, child := range v {
			walk(child, f)
		}
	}
}

func TestDescriptionOnTheCommandLineIsTheOneServed(t *testing.T) {
	s := servertest.New(t)
	printed, err := s.API.OpenAPI()
	if err != nil || !json.Valid(printed) {
		t.Fatalf("%v: %s", err, printed)
	}
	if served := s.Stranger().Do(http.MethodGet, "/openapi.json", nil, nil); served.Body != string(printed) {
		t.Error("the command prints another document than the server sends")
	}
}

func TestPageAboutTheInterfaceNeedsNoOtherHostAndNoScript(t *testing.T) {
	s := servertest.New(t)
	stranger := s.Stranger()
	page := stranger.Get("/docs").Want(http.StatusOK)
	if got := page.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("the page comes as %q", got)
	}
	for _, n := range page.All("[href], [src], [action]") {
		for _, name := range []string{"href", "src", "action"} {
			address, err := url.Parse(servertest.Attribute(n, name))
			if err != nil || address.IsAbs() || address.Host != "" {
				t.Errorf("<%s %s> leads to %v (%v)", n.Data, name, address, err)
			} else if address.Path != "" {
				stranger.Get(address.Path).Want(http.StatusOK)
			}
		}
	}
	if scripts := page.All("script, style, iframe, [style], [onclick]"); len(scripts) > 0 {
		t.Errorf("%d elements the content security policy forbids", len(scripts))
	}
	for _, route := range s.API.Routes() {
		page.Says(route)
	}
}

func TestPageAboutTheInterfaceSpeaksTheReadersLanguage(t *testing.T) {
	s := servertest.New(t)
	german := s.Stranger().Get("/docs")
	english := s.Stranger().Do(http.MethodGet, "/docs", nil, http.Header{"Cookie": {"sprache=en"}})
	german.Says("Schnittstelle für Programme", "nötig", "Arten von Fehlern", "Methode nicht erlaubt")
	english.Says("interface for programs", "required", "Kinds of error", "Method not allowed")
	if de, en := servertest.Attribute(german.One("html"), "lang"), servertest.Attribute(english.One("html"), "lang"); de != "de" || en != "en" {
		t.Errorf("the pages call their languages %q and %q", de, en)
	}
}

func TestEveryTypeOfProblemLeadsToItsLineOnThePage(t *testing.T) {
	s := servertest.New(t)
	page := s.Stranger().Get("/docs")
	rows := page.All("tr[id^=problem-]")
	if len(rows) != 15 {
		t.Errorf("%d kinds of problem are described", len(rows))
	}
	expert := s.As("expertin")
	for path, status := range map[string]int{"/gibtesnicht": http.StatusNotFound, "/articles?limit=0": http.StatusUnprocessableEntity, "/admin/users": http.StatusForbidden, "/admin/roles": http.StatusMethodNotAllowed} {
		p := refused(t, expert.JSON(http.MethodGet, path, nil), status)
		_, anchor, _ := strings.Cut(p.Type, "#")
		if row := page.Text("#" + anchor); !strings.Contains(row, p.Type) || !strings.Contains(row, p.Title) {
			t.Errorf("the line of %s says %q", p.Type, row)
		}
	}
}
