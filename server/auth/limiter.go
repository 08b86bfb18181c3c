package auth

import (
	"sync"
	"time"
)

// A login that failed maxFailures times in window has to wait until the window
// of its first failure is over.
const (
	maxFailures = 8
	window      = 10 * time.Minute
	maxTracked  = 100_000
)

// limiter counts failed sign-ins per login. It holds nothing else and forgets
// everything at restart.
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

func (l *limiter) allow(login string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.by[login]
	return f.count < maxFailures || l.now().Sub(f.since) > window
}

func (l *limiter) failed(login string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.by) >= maxTracked {
		l.forgetOld()
	}
	f := l.by[login]
	if l.now().Sub(f.since) > window {
		f = failures{since: l.now()}
	}
	f.count++
	l.by[login] = f
}

func (l *limiter) forgetOld() {
	for login, f := range l.by {
		if l.now().Sub(f.since) > window {
			delete(l.by, login)
		}
	}
	if len(l.by) >= maxTracked { // an attack with many names
		clear(l.by)
	}
}

func (l *limiter) succeeded(login string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.by, login)
}
