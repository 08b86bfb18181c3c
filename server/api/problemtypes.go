package api

import (
	"net/http"

	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/request"
)

// problemBase makes the word of a problem's kind a URI reference, as RFC 9457
// section 3.1.1 asks: it leads to the line about the kind on the page /docs.
// Programs compare the whole reference; it never changes.
const problemBase = "/docs#problem-"

// methodNotAllowed is the one kind of problem no domain knows.
const methodNotAllowed = "method-not-allowed"

func problemType(kind fault.Kind) string { return problemBase + kind.Type() }

// wrongMethod tells that an address exists for other methods.
func (t translator) wrongMethod(info request.Info) *Problem {
	return &Problem{
		Type:      problemBase + methodNotAllowed,
		Title:     t.catalogue.Text(info.Locale, "api.title-method-not-allowed", nil),
		Status:    http.StatusMethodNotAllowed,
		Detail:    t.catalogue.Text(info.Locale, "api.no-such-method", nil),
		RequestID: info.ID,
	}
}

// docsProblem is a kind of problem as the page shows it.
type docsProblem struct {
	Word, Type, Title string
	Status            int
}

// docsProblems lists every kind by its status.
func (a *API) docsProblems(locale i18n.Locale) []docsProblem {
	one := func(word string, p *Problem) docsProblem {
		return docsProblem{Word: word, Type: p.Type, Title: p.Title, Status: p.Status}
	}
	info := request.Info{Locale: locale}
	out := []docsProblem{one(methodNotAllowed, a.t.wrongMethod(info))}
	for kind := fault.Internal; kind <= fault.Gone; kind++ {
		out = append(out, one(kind.Type(), a.t.make(info, kind, "api.internal-detail", nil)))
	}
	return out
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
	case fault.Gone:
		return "links.title-gone"
	}
	return "api.title-internal"
}
