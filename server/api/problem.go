package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/request"
)

// Problem is an error answer as RFC 9457 describes it. Type is a stable word
// under which a program can decide; Title and Detail are for people.
type Problem struct {
	Type      string         `json:"type" doc:"Stable name of the kind of problem" example:"stale"`
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

type translatorKey struct{}

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
	if f.Kind.Status() >= 500 {
		t.log.ErrorContext(ctx, "request failed", "request", info.ID, "error", err)
	}
	p := t.make(info, f.Kind, f.Key, f.Args)
	for _, each := range allFaults(err) {
		if each.Field != "" {
			p.Errors = append(p.Errors, ProblemField{
				Location: location(each.Field), Message: t.catalogue.Text(info.Locale, each.Key, each.Args), Line: each.Line,
			})
		}
	}
	return p
}

// location names a field by where it stands in the request.
func location(field string) string {
	if field == "Idempotency-Key" || field == "If-Match" {
		return "header." + field
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
		Type:      kind.Type(),
		Title:     t.catalogue.Text(info.Locale, titleKey(kind), nil),
		Status:    kind.Status(),
		Detail:    t.catalogue.Text(info.Locale, key, args),
		RequestID: info.ID,
	}
}

func titleKey(kind fault.Kind) string {
	switch kind {
	case fault.Invalid:
		return "api.title-invalid"
	case fault.Unauthenticated:
		return "api.title-unauthenticated"
	case fault.Forbidden:
		return "api.title-forbidden"
	case fault.ApprovalRequired:
		return "api.title-approval-required"
	case fault.NotFound:
		return "api.title-not-found"
	case fault.Conflict:
		return "api.title-conflict"
	case fault.Stale:
		return "api.title-stale"
	case fault.PreconditionRequired:
		return "api.title-precondition-required"
	case fault.TooLarge:
		return "api.title-too-large"
	case fault.RateLimited:
		return "api.title-rate-limited"
	case fault.Unavailable:
		return "api.title-unavailable"
	case fault.Full:
		return "api.title-full"
	}
	return "api.title-internal"
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
		if !errors.As(err, &d) {
			continue
		}
		detail := d.ErrorDetail()
		p.Errors = append(p.Errors, ProblemField{
			Location: detail.Location,
			Message:  t.catalogue.Text(info.Locale, validationKey(detail.Message), nil),
		})
	}
	return p
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
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		t.log.DebugContext(r.Context(), "client went away", "error", err)
	}
}
