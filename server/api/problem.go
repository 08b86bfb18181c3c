package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/request"
)

// Problem is an error answer as RFC 9457 describes it. Type is a stable
// reference by which a program can decide; Title and Detail are for people.
type Problem struct {
	Type      string         `json:"type" format:"uri-reference" doc:"Kind of problem; leads to its description" example:"/docs#problem-stale"`
	Title     string         `json:"title" doc:"Kind of problem in words"`
	Status    int            `json:"status" doc:"HTTP status"`
	Detail    string         `json:"detail,omitempty" doc:"What happened and what to do"`
	RequestID string         `json:"request_id,omitempty" doc:"Name of the request in the server's log"`
	Errors    []ProblemField `json:"errors,omitempty" doc:"Fields that have to change"`
}

// ProblemField points at one field of the request.
type ProblemField struct {
	Location string `json:"location" doc:"Path of the field, such as body.title"`
	Message  string `json:"message" doc:"What is wrong with it"`
	Line     int    `json:"line,omitempty" doc:"Line in the file, from 1"`
}

func (p *Problem) Error() string             { return p.Detail }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// translator makes problems of errors. It is reached through the request's
// context, because huma keeps its error hooks in package variables.
type translator struct {
	catalogue *i18n.Catalogue
	log       *slog.Logger
}

type (
	translatorKey struct{}
	parametersKey struct{}
)

func withTranslator(ctx context.Context, t translator) context.Context {
	return context.WithValue(ctx, translatorKey{}, t)
}

// hookHuma replaces huma's error answers once: plain errors would put their
// text into the answer, and validation errors echo what was sent, in English.
var hookHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status}
	}
	huma.NewErrorWithContext = func(c huma.Context, status int, message string, errs ...error) huma.StatusError {
		t, ok := c.Context().Value(translatorKey{}).(translator)
		if !ok {
			return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status}
		}
		return t.fromHuma(c.Context(), status, message, errs)
	}
})

// problem translates any error a handler returned.
func (t translator) problem(ctx context.Context, err error) *Problem {
	info := request.From(ctx)
	f, ok := fault.Of(err)
	if !ok {
		t.log.ErrorContext(ctx, "request failed", "request", info.ID, "error", err)
		return t.make(info, fault.Internal, "api.internal-detail", nil)
	}
	if f.Kind == fault.Unavailable && errors.Unwrap(f) == nil { // nothing broke
		t.log.WarnContext(ctx, "request refused", "request", info.ID, "error", err)
	} else if f.Kind.Status() >= 500 {
		t.log.ErrorContext(ctx, "request failed", "request", info.ID, "error", err)
	}
	p := t.make(info, f.Kind, f.Key, f.Args)
	for _, each := range allFaults(err) {
		if each.Field != "" {
			p.Errors = append(p.Errors, ProblemField{
				Location: location(ctx, each.Field), Message: t.catalogue.Text(info.Locale, each.Key, each.Args), Line: each.Line,
			})
		}
	}
	return p
}

// location names a field by where it stands in the request. Domains do not
// know that; the operation does.
func location(ctx context.Context, field string) string {
	parameters, _ := ctx.Value(parametersKey{}).([]*huma.Param)
	for _, p := range parameters {
		if p.Name == field {
			return p.In + "." + field
		}
	}
	return "body." + field
}

// allFaults collects the faults of a joined error, in order.
func allFaults(err error) []*fault.Fault {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*fault.Fault
		for _, each := range joined.Unwrap() {
			out = append(out, allFaults(each)...)
		}
		return out
	}
	if f, ok := fault.Of(err); ok {
		return []*fault.Fault{f}
	}
	return nil
}

func (t translator) make(info request.Info, kind fault.Kind, key string, args map[string]any) *Problem {
	return &Problem{
		Type:      problemType(kind),
		Title:     t.catalogue.Text(info.Locale, titleKey(kind), nil),
		Status:    kind.Status(),
		Detail:    t.catalogue.Text(info.Locale, key, args),
		RequestID: info.ID,
	}
}

// fromHuma translates what huma itself objects to.
func (t translator) fromHuma(ctx context.Context, status int, message string, errs []error) huma.StatusError {
	info := request.From(ctx)
	for _, err := range errs {
		if p := (*Problem)(nil); errors.As(err, &p) {
			return p
		}
	}
	if status >= 500 {
		t.log.ErrorContext(ctx, "request failed", "request", info.ID, "error", message, "details", errors.Join(errs...))
		return t.make(info, fault.Internal, "api.internal-detail", nil)
	}
	p := t.make(info, fault.Invalid, "api.invalid-detail", nil)
	switch status {
	case http.StatusBadRequest:
		p.Detail = t.catalogue.Text(info.Locale, "api.body-unreadable", nil)
	case http.StatusRequestEntityTooLarge:
		p = t.make(info, fault.TooLarge, "api.body-too-large", nil)
	case http.StatusUnsupportedMediaType:
		p.Detail = t.catalogue.Text(info.Locale, "api.wrong-media-type", nil)
	case http.StatusRequestTimeout:
		p.Detail = t.catalogue.Text(info.Locale, "api.too-slow", nil)
	case http.StatusNotAcceptable:
		p.Detail = t.catalogue.Text(info.Locale, "api.not-acceptable", nil)
	}
	p.Status = status
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, t.field(ctx, d.ErrorDetail()))
		}
	}
	return p
}

// field translates one objection of huma. A missing property is reported at
// the object it is missing from; its name stands only in the message.
func (t translator) field(ctx context.Context, detail *huma.ErrorDetail) ProblemField {
	at := detail.Location
	if name, ok := strings.CutPrefix(detail.Message, "expected required property "); ok {
		at += "." + strings.TrimSuffix(name, " to be present")
	}
	place, _, _ := strings.Cut(at, ".")
	if !slices.Contains([]string{"body", "query", "path", "header"}, place) {
		at = location(ctx, at) // fields of forms come by their bare names
	}
	return ProblemField{
		Location: at,
		Message:  t.catalogue.Text(request.From(ctx).Locale, validationKey(detail.Message), nil),
	}
}

// validationKey maps huma's English messages to sentences. Values are never
// repeated in the answer.
func validationKey(message string) string {
	switch {
	case strings.Contains(message, "required"):
		return "api.field-required"
	case strings.Contains(message, "unexpected property"), strings.Contains(message, "unknown query parameter"):
		return "api.field-unknown"
	case strings.Contains(message, "length"), strings.Contains(message, "items"):
		return "api.field-length"
	case strings.Contains(message, "expected number"), strings.Contains(message, "expected integer"), strings.Contains(message, "invalid integer"),
		strings.Contains(message, ">="), strings.Contains(message, "<="):
		return "api.field-number"
	case strings.Contains(message, "expected value to be one of"):
		return "api.field-choice"
	}
	return "api.field-invalid"
}

// write sends a problem outside huma.
func (t translator) write(w http.ResponseWriter, r *http.Request, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	if p.Status == http.StatusUnauthorized { // RFC 9110, 15.5.2
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		t.log.DebugContext(r.Context(), "client went away", "error", err)
	}
}
