// Package arch keeps the architecture by test: who may import whom, what may
// lie at the top, how long files and functions may be, and that documents name
// what the code has. It reads the source files itself, because an answer of
// `go list` inside a test would come stale out of the test cache.
//
// It has no code of its own; the rules stand in its tests.
package arch
