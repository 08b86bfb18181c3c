package server

import "net/http"

// Access says who may call a route. Finer rules are the domains'.
type Access string

// The kinds of access.
const (
	Public   Access = "public"    // everybody who reaches the server
	SignedIn Access = "signed-in" // people and tokens; refused by the handler behind it
)

// route is a part of the address space.
type route struct {
	pattern string
	access  Access
	handler http.Handler
}

// routes is the whole address space by its first part. The pages and
// operations behind it have tables of their own, each with a test that walks
// it without credentials.
func (s *Server) routes(metrics http.Handler) []route {
	return []route{
		{"GET /healthz", Public, http.HandlerFunc(s.health)},
		{"GET /readyz", Public, http.HandlerFunc(s.ready)},
		{"GET /metrics", Public, fromLoopback(s.Web, metrics)},
		{"/api/", SignedIn, s.API},
		{"GET /openapi.json", Public, s.API},
		{"GET /docs", Public, s.API},
		{"GET /docs/", Public, s.API},
		{"/", SignedIn, s.Web},
	}
}
