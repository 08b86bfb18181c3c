package auth

import (
	"maps"
	"sync"
	"time"
)

// A login that failed maxFailures times in window has to wait until the window
// of its first failure is over.
const (
	maxFailures = 8
	window      = 10 * time.Minute
	maxTracked  = 100_000
	maxLogin    = 64 // characters of a login that are told apart
)

// limiter counts sign-ins per login that did not succeed. It holds nothing
// else and forgets everything at restart.
type limiter struct {
	now func() time.Time
	mu  sync.Mutex
	by  map[string]failures
}

type failures struct {
	count int
	since time.Time
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, by: map[string]failures{}}
}

// attempt reports whether a password may be tried, and counts it as failed
// until succeeded is called: of many that arrive together no more pass than of
// many that arrive one by one.
func (l *limiter) attempt(login string) bool {
	login = login[:min(len(login), maxLogin)]
	l.mu.Lock()
	defer l.mu.Unlock()
	f, known := l.by[login]
	if l.now().Sub(f.since) > window {
		f = failures{since: l.now()}
	}
	if f.count >= maxFailures {
		return false
	}
	if !known && len(l.by) >= maxTracked {
		l.forget()
	}
	f.count++
	l.by[login] = f
	return true
}

// forget makes room: it drops what is over and, under an attack with many
// names, those that have attempts left. Who has to wait goes on waiting.
func (l *limiter) forget() {
	maps.DeleteFunc(l.by, func(_ string, f failures) bool { return l.now().Sub(f.since) > window })
	if len(l.by) >= maxTracked {
		maps.DeleteFunc(l.by, func(_ string, f failures) bool { return f.count < maxFailures })
	}
	if len(l.by) >= maxTracked {
		clear(l.by)
	}
}

// succeeded forgets the failures of a login.
func (l *limiter) succeeded(login string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.by, login[:min(len(login), maxLogin)])
}
