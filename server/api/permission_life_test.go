package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// living is one person for every kind of right around texts of department 66,
// who asked and proposed (leserin), who reviews there (pruefer).
const living = "expertin redaktion pruefer grundsatz leserin azubi ausbilderin leitung chefin personalrat rechnungsprueferin datenschutz admin ohnerolle"

// lifeReaders may read texts at all.
const lifeReaders = "expertin redaktion pruefer grundsatz leserin azubi ausbilderin leitung chefin personalrat rechnungsprueferin datenschutz"

// verdict says what everybody gets: "200 leserin chefin, 404 admin, 403" is
// 200 for two, 404 for one, 403 for all others. What changes something for good
// is asked for in a way that is refused last, after the right was looked at.
type verdict struct {
	route string
	body  map[string]any
	want  string
	base  string // an If-Match header
}

func verdicts() []verdict {
	return []verdict{
		{"GET /approval-rules", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /articles/{rule}/acknowledgements", nil, "200 redaktion pruefer chefin personalrat rechnungsprueferin datenschutz, 403", ""},
		{"GET /articles/{rule}/acknowledgements?names=true", nil, "200 chefin, 403", ""},
		{"GET /articles/{text}/attachments/plan.txt", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /articles/{rule}/backlinks", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /articles/{rule}/comments", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /articles/{rule}/diff?from={revision}", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /articles/{rule}/experts", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /articles/{rule}/export?format=zip", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /articles/{rule}/revisions/{revision}", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /export?ids={rule},{text}&format=zip", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /favourites", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /archive", nil, "200 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /links/broken", nil, "200 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /search/gaps?department=66", nil, "200 expertin redaktion pruefer, 403", ""},
		{"GET /search/own?q=winterdienst", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /imports", nil, "200 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /imports/lauf/documents", nil, "404 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /imports/questions", nil, "200 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /imports/decisions", nil, "200 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /imports/standings", nil, "200 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /imports/question?subject=x/y", nil, "404 expertin redaktion pruefer grundsatz, 403", ""},
		{"POST /imports/merge-identical", map[string]any{"department": "66"}, "200 redaktion pruefer, 403", ""},
		{"POST /imports/decision", map[string]any{"subject": "x/y", "fingerprint": "f", "choice": "beide"}, "404 expertin redaktion pruefer grundsatz, 403", ""},
		{"DELETE /imports/decision?subject=x/y", nil, "404 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /links/duplicates", nil, "200 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /links/orphans", nil, "200 expertin redaktion pruefer grundsatz, 403", ""},
		{"GET /me/acknowledgements", nil, "200", ""},
		{"GET /me/deputies", nil, "200", ""},
		{"GET /me/notices", nil, "200", ""},
		{"GET /proposals", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /proposals/{proposal}", nil, "403 admin ohnerolle, 200 expertin redaktion pruefer leserin, 404", ""},
		{"GET /questions", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /redactions", nil, "200 redaktion pruefer grundsatz datenschutz, 403", ""},
		{"GET /redactions/{redaction}", nil, "200 pruefer datenschutz, 403 admin ohnerolle, 404", ""},
		{"GET /watches", nil, "200 " + lifeReaders + ", 403", ""},
		{"GET /zak/apprentices/aaaaaaaaaa", nil, "404", ""},
		{"POST /articles/{rule}/acknowledgements", map[string]any{"content_hash": "v1:anders"}, "409 " + lifeReaders + ", 403", ""},
		{"POST /articles/{text}/archive", map[string]any{}, "428 redaktion, 403", ""},
		{"POST /articles/{rule}/archive", map[string]any{}, "403", ""},
		{"POST /articles/{text}/comments", map[string]any{"text": " "}, "422 " + lifeReaders + ", 403", ""},
		{"POST /articles/{text}/move", map[string]any{"title": "Neu"}, "428 expertin redaktion, 403", ""},
		{"POST /articles/{rule}/move", map[string]any{"title": "Neu"}, "403", ""},
		{"POST /articles/{rule}/move", map[string]any{"tidy": true}, "428 redaktion, 403", ""},
		{"POST /articles/{text}/redactions", map[string]any{"passage": "x", "reason": "x"}, "422 redaktion datenschutz, 403", ""},
		{"POST /articles/{text}/unarchive", map[string]any{}, "200 redaktion, 404 " + lifeReaders + ", 403", ""},
		{"POST /comments/{question}/answer", map[string]any{"text": " "}, "422 expertin redaktion pruefer, 403", ""},
		{"POST /comments/{question}/assign", map[string]any{"assignee": "niemand"}, "422 expertin redaktion pruefer, 403", ""},
		{"POST /me/deputies", map[string]any{"login": "niemand", "from": "2026-12-01", "until": "2026-12-02"}, "422 pruefer grundsatz, 403", ""},
		{"DELETE /me/deputies/aaaaaaaaaa", nil, "404", ""},
		{"DELETE /me/tokens/aaaaaaaaaa", nil, "404", ""},
		{"POST /me/notices/read", map[string]any{"until": "2026-01-01T00:00:00Z"}, "204 " + lifeReaders + ", 403", ""},
		{"POST /proposals", map[string]any{"article": "{rule}", "body": "x"}, "428 " + lifeReaders + ", 403", ""},
		{"PUT /proposals/{proposal}", map[string]any{"body": "x"}, "412 leserin, 403 expertin redaktion pruefer admin ohnerolle, 404", `"99"`},
		{"DELETE /proposals/{proposal}/files/plan.txt", nil, "412 leserin, 403 expertin redaktion pruefer admin ohnerolle, 404", `"99"`},
		{"POST /proposals/{proposal}/submit", nil, "412 leserin, 403 expertin redaktion pruefer admin ohnerolle, 404", `"99"`},
		{"POST /proposals/{proposal}/withdraw", nil, "412 leserin, 403 expertin redaktion pruefer admin ohnerolle, 404", `"99"`},
		{"POST /proposals/{proposal}/approve", map[string]any{"content_hash": "v1:anders"}, "412 pruefer, 403 expertin redaktion leserin admin ohnerolle, 404", ""},
		{"POST /proposals/{proposal}/return", map[string]any{"content_hash": "v1:anders", "note": "x"}, "412 pruefer, 403 expertin redaktion leserin admin ohnerolle, 404", ""},
		{"POST /redactions/{redaction}/approve", map[string]any{"files": []any{"gibtesnicht.pdf"}}, "422 pruefer, 403 datenschutz admin ohnerolle, 404", ""},
		{"PUT /approval-rules/66/standard", map[string]any{"approvers": 0}, "428 grundsatz chefin, 403", ""},
		{"PUT /favourites/{text}", nil, "204 " + lifeReaders + ", 403", ""},
		{"DELETE /favourites/{text}", nil, "204 " + lifeReaders + ", 403", ""},
		{"PUT /watches?kind=article&target={text}", nil, "204 " + lifeReaders + ", 403", ""},
		{"DELETE /watches?kind=article&target={text}", nil, "204 " + lifeReaders + ", 403", ""},
		{"DELETE /articles/{text}/attachments/plan.txt", nil, "428 expertin redaktion, 403", ""},
		{"DELETE /admin/users/aaaaaaaaaa", nil, "404 admin, 403", ""},
		{"POST /redactions/gibtesnich/decline", nil, "404 " + lifeReaders + ", 403", ""},
		{"POST /comments/gibtesnich/resolve", nil, "404 " + lifeReaders + ", 403", ""},
	}
}

// lifeOf makes what the verdicts speak of.
func lifeOf(t *testing.T, s *servertest.Server) *strings.Replacer {
	t.Helper()
	in := func(r account.Role, d string) account.Grant {
		return account.Grant{Role: r, Scope: account.InDepartment(d)}
	}
	s.Hire("redaktion", "Olga Sand", "66", in(account.Editor, "66"))
	s.Hire("ausbilderin", "Heike Wolf", "11", account.Grant{Role: account.Trainer, Scope: account.InCohort("aaaaaaaaaa")})
	s.Hire("chefin", "Gisela Roth", "66", in(account.Superior, "66"))
	s.Hire("personalrat", "Bernd Klug", "10", account.Grant{Role: account.StaffCouncil})
	s.Hire("rechnungsprueferin", "Karin Lenz", "14", account.Grant{Role: account.Auditor})
	s.Place("standards/w/winterdienst/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\nverbindlich: ja\nkenntnisnahme: {pflicht: ja, gruppen: [alle]}\n---\n\nHeinz Krause streut.\n")
	ctx, reader := t.Context(), s.Actor("leserin")
	rule, err := s.Library.Article(ctx, reader, "regelaaaa2")
	fine := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	fine(err)
	p, err := s.Library.Propose(ctx, reader, rule.ID, rule.ETag, content.Edit{Body: "Der Bauhof streut.\n"})
	fine(err)
	p, err = s.Library.Submit(ctx, reader, p.ID, p.Version)
	fine(err)
	c, err := s.Library.Say(ctx, reader, rule.ID, content.Remark{Text: "Wer streut?", Question: true})
	fine(err)
	r, err := s.Library.RequestRedaction(ctx, s.Actor("datenschutz"), rule.ID, content.RedactionRequest{Passage: "Heinz Krause", Reason: "Name"})
	fine(err)
	text := s.Write("expertin", content.Edit{Title: "Kanal", Department: "66", Body: "x"})
	text, err = s.Library.Attach(ctx, s.Actor("expertin"), text.ID, text.ETag, "plan.txt", strings.NewReader("Plan"))
	fine(err)
	return strings.NewReplacer("{text}", string(text.ID), "{rule}", string(rule.ID), "{revision}", string(rule.Revision), "{proposal}", string(p.ID), "{question}", string(c.ID), "{redaction}", string(r.ID), "{person}", s.People["leserin"].ID)
}

// statusFor is what a verdict says somebody gets.
func statusFor(t *testing.T, want, login string) int {
	t.Helper()
	for part := range strings.SplitSeq(want, ",") {
		fields := strings.Fields(part)
		if len(fields) == 1 || slices.Contains(fields[1:], login) {
			status, err := strconv.Atoi(fields[0])
			if err != nil {
				t.Fatal(err)
			}
			return status
		}
	}
	t.Fatalf("%q says nothing about %s", want, login)
	return 0
}

// bringing says what everybody gets who sends a file, which no JSON can.
func bringing() map[string]string {
	return map[string]string{
		"/articles/{text}/attachments": "412 expertin redaktion, 403",
		"/proposals/{proposal}/files":  "412 leserin, 403 expertin redaktion pruefer admin ohnerolle, 404",
		"/imports/trial?source=dev":    "422 expertin redaktion pruefer grundsatz, 403",
		"/drafts/files?article={text}": "201 expertin redaktion, 403",
	}
}

func TestWhoBringsFilesIsAskedByRole(t *testing.T) {
	s := servertest.New(t)
	names := lifeOf(t, s)
	for path, want := range bringing() {
		for _, login := range strings.Fields(living) {
			kind, data := form(t, "file", "neu.txt", []byte("x"))
			headers := http.Header{"Authorization": {bearer(t, s, login, account.AdminAccess)}, "Content-Type": {kind}, "If-Match": {`"99"`}}
			page := s.Stranger().Do(http.MethodPost, "/api/v1"+names.Replace(path), data, headers)
			if want := statusFor(t, want, login); page.Status != want {
				t.Errorf("%s: %s gets %d instead of %d\n%s", path, login, page.Status, want, page.Body)
			}
		}
	}
}

func TestEveryRoleGetsWhatItIsMeantToGetOfTheLifeOfTexts(t *testing.T) {
	s := servertest.New(t)
	names := lifeOf(t, s)
	programs := map[string]program{}
	for _, login := range strings.Fields(living) {
		programs[login] = programOf(t, s, login, account.AdminAccess)
	}
	for _, v := range verdicts() {
		method, path, _ := strings.Cut(names.Replace(v.route), " ")
		for _, login := range strings.Fields(living) {
			page := programs[login].call(method, path, filled(v.body, names), "If-Match", v.base)
			if want := statusFor(t, v.want, login); page.Status != want {
				t.Errorf("%s %v: %s gets %d instead of %d\n%s", v.route, v.body, login, page.Status, want, page.Body)
			}
		}
	}
}

// TestEveryOperationIsAskedForByEveryRole compares the tables with the
// operations there are.
func TestEveryOperationIsAskedForByEveryRole(t *testing.T) {
	var asked []string
	for _, c := range matrix() {
		asked = append(asked, c.route)
	}
	for _, v := range verdicts() {
		asked = append(asked, v.route)
	}
	for path := range bringing() {
		asked = append(asked, "POST "+path)
	}
	part := regexp.MustCompile(`\\\{[a-z]+\\\}`)
	for _, route := range servertest.New(t).API.Routes() {
		pattern := regexp.MustCompile("^" + part.ReplaceAllString(regexp.QuoteMeta(strings.Replace(route, "/api/v1", "", 1)), `[^/?]+`) + `($|\?)`)
		if !slices.ContainsFunc(asked, pattern.MatchString) {
			t.Errorf("nobody looked who gets through %s", route)
		}
	}
}
