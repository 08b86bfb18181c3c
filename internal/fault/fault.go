// Package fault gives errors a kind.
//
// A fault is decided where it arises: the domain knows that a base is stale or
// that a text needs approval. It carries a Kind, the key of a sentence in the
// catalogue and the values that sentence needs; it never carries the sentence.
// The edge (API, web page, command line) translates it exactly once, through
// the kind into a status and through the key into words.
//
// An error that is not a fault is unexpected: it is logged in full and shown
// to nobody.
package fault

import (
	"errors"
	"fmt"
)

// Kind classifies a fault by what the person who meets it can do about it.
type Kind int

// The kinds. Comments give the HTTP status the edge answers with.
const (
	Internal             Kind = iota // 500: not the person's doing; details are in the log
	Invalid                          // 422: the input has to change
	Unauthenticated                  // 401: sign in first
	Forbidden                        // 403: not allowed, and it may be said so
	ApprovalRequired                 // 403: allowed only as a proposal
	NotFound                         // 404: does not exist, or must not be known to exist
	Conflict                         // 409: contradicts what is there
	Stale                            // 412: the named base is no longer the newest
	PreconditionRequired             // 428: the base has to be named
	TooLarge                         // 413: exceeds a limit
	RateLimited                      // 429: too often
	Unavailable                      // 503: try again later
	Full                             // 507: no space left
	Gone                             // 410: was there, and it may be said so
)

// Fault is an error with a kind and a catalogue key.
type Fault struct {
	Kind  Kind
	Key   string         // catalogue key, such as "content.title-missing"
	Args  map[string]any // values for the sentence's placeholders
	Field string         // the input field it is about, if any
	Path  string         // the file it is about, if any
	Line  int            // 1-based line in Path, 0 when unknown
	cause error
}

// New makes a fault. The arguments after key are pairs of placeholder name
// and value.
func New(kind Kind, key string, pairs ...any) *Fault {
	f := &Fault{Kind: kind, Key: key}
	if len(pairs) > 0 {
		f.Args = make(map[string]any, len(pairs)/2)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return f
}

// InField names the input field the fault is about.
func (f *Fault) InField(name string) *Fault {
	f.Field = name
	return f
}

// At names the file and the 1-based line the fault is about.
func (f *Fault) At(path string, line int) *Fault {
	f.Path, f.Line = path, line
	return f
}

// Because keeps the technical cause for the log. It is never shown.
func (f *Fault) Because(err error) *Fault {
	f.cause = err
	return f
}

// Error is for logs; people read the catalogue sentence of Key instead.
func (f *Fault) Error() string {
	s := f.Key
	if f.Field != "" {
		s += " [" + f.Field + "]"
	}
	if f.Path != "" {
		s += fmt.Sprintf(" %s:%d", f.Path, f.Line)
	}
	if f.cause != nil {
		s += ": " + f.cause.Error()
	}
	return s
}

// Unwrap returns the technical cause.
func (f *Fault) Unwrap() error { return f.cause }

// Of returns the first fault in err's chain.
func Of(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// KindOf returns the kind of err; an error that is not a fault is Internal.
func KindOf(err error) Kind {
	if f, ok := Of(err); ok {
		return f.Kind
	}
	return Internal
}

// Is reports whether err is a fault of the given kind.
func Is(err error, kind Kind) bool {
	f, ok := Of(err)
	return ok && f.Kind == kind
}
