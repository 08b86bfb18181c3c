package api_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// asking is a request to one operation. Words in braces are those of
// Vault.Names; base is an If-Match header, file a file to send.
type asking struct {
	route, path, body string
	base, file        string
	silent            bool // it never shows anything of a text
}

// askings has a line for every operation, with bodies that would be taken.
func askings() []asking {
	tag := `"{etag}"`
	return slices.Concat(readings(), []asking{
		{route: "POST /articles", body: `{"title":"{word}","department":"66","body":"x"}`},
		{route: "POST /articles", body: `{"title":"Nachfolge","department":"66","body":"x","meta":{"ersetzt":["{text}"]}}`},
		{route: "POST /articles", body: `{"title":"Unterseite","department":"66","kind":"lektion","module":"{module}","body":"x"}`},
		{route: "PUT /articles/{id}", path: "/articles/{text}", body: `{"body":"x"}`, base: tag},
		{route: "POST /articles/{id}/acknowledgements", path: "/articles/{text}/acknowledgements", body: `{"content_hash":"{hash}"}`},
		{route: "POST /articles/{id}/archive", path: "/articles/{text}/archive", body: `{"message":"x"}`, base: tag},
		{route: "POST /articles/{id}/attachments", path: "/articles/{text}/attachments", file: "x.txt", base: tag},
		{route: "DELETE /articles/{id}/attachments/{name}", path: "/articles/{text}/attachments/{file}", base: tag},
		{route: "POST /articles/{id}/comments", path: "/articles/{text}/comments", body: `{"text":"Wer?"}`},
		{route: "POST /articles/{id}/confirm-review", path: "/articles/{text}/confirm-review", body: `{}`, base: tag},
		{route: "POST /articles/{id}/move", path: "/articles/{text}/move", body: `{"title":"x"}`, base: tag},
		{route: "POST /articles/{id}/redactions", path: "/articles/{text}/redactions", body: `{"passage":"Stachelstelle","reason":"x"}`},
		{route: "POST /articles/{id}/restore", path: "/articles/{text}/restore", body: `{"revision":"{revision}"}`, base: tag},
		{route: "POST /articles/{id}/unarchive", path: "/articles/{gone}/unarchive", body: `{}`},
		{route: "POST /comments/{id}/answer", path: "/comments/{question}/answer", body: `{"text":"x"}`},
		{route: "POST /comments/{id}/assign", path: "/comments/{question}/assign", body: `{"assignee":"x"}`},
		{route: "POST /comments/{id}/resolve", path: "/comments/{question}/resolve"},
		{route: "POST /me/deputies", body: `{"login":"{word}","from":"2026-12-01","until":"2026-12-02"}`},
		{route: "DELETE /me/deputies/{id}", path: "/me/deputies/{text}"},
		{route: "POST /modules/{id}/questions/{question}/attempts", path: "/modules/{module}/questions/x/attempts", body: `{"answer":["x"]}`},
		{route: "POST /proposals", body: `{"article":"{text}","base":"{etag}","body":"x"}`},
		{route: "PUT /proposals/{id}", path: "/proposals/{proposal}", body: `{"body":"x","base":"{etag}"}`, base: `"1"`},
		{route: "POST /proposals/{id}/approve", path: "/proposals/{proposal}/approve", body: `{"content_hash":"{hash}"}`},
		{route: "POST /proposals/{id}/return", path: "/proposals/{proposal}/return", body: `{"content_hash":"{hash}","note":"x"}`},
		{route: "POST /proposals/{id}/submit", path: "/proposals/{proposal}/submit", base: `"1"`},
		{route: "POST /proposals/{id}/withdraw", path: "/proposals/{proposal}/withdraw", base: `"1"`},
		{route: "POST /proposals/{id}/files", path: "/proposals/{proposal}/files", file: "x.txt", base: `"1"`},
		{route: "DELETE /proposals/{id}/files/{name}", path: "/proposals/{proposal}/files/Maulbeere.txt", base: `"1"`},
		{route: "POST /drafts/files", path: "/drafts/files?article={text}", file: "x.txt"},
		{route: "DELETE /drafts/files/{name}", path: "/drafts/files/Maulbeere.txt?article={text}"},
		{route: "POST /redactions/{id}/approve", path: "/redactions/{redaction}/approve"},
		{route: "POST /redactions/{id}/decline", path: "/redactions/{redaction}/decline"},
		{route: "POST /reviewers/{id}/hand-over", path: "/reviewers/{text}/hand-over", body: `{"to":"expertin"}`},
		{route: "PUT /approval-rules/{department}/{kind}", path: "/approval-rules/66/artikel", body: `{"approvers":1}`},
		{route: "PUT /favourites/{id}", path: "/favourites/{text}"},
		{route: "DELETE /favourites/{id}", path: "/favourites/{text}"},
		{route: "PUT /watches", path: "/watches?kind=article&target={text}"},
		{route: "DELETE /watches", path: "/watches?kind=article&target={text}"},
		{route: "POST /imports/merge-identical", body: `{"department":"66"}`},
		{route: "POST /imports/trial", path: "/imports/trial?source=dev", file: "x.dxl"},
		{route: "POST /imports/decision", body: `{"subject":"C1257000AABBCCDD/{unid}","fingerprint":"x","choice":"beide"}`},
		{route: "DELETE /imports/decision", path: "/imports/decision?subject=C1257000AABBCCDD/{unid}"},
		{route: "POST /me/notices/read", body: `{"until":"2026-01-01T00:00:00Z"}`},
		{route: "POST /me/tokens", body: `{"label":"x","scope":"read","days":1}`},
		{route: "DELETE /me/tokens/{id}", path: "/me/tokens/{text}"},
		{route: "POST /zak/apprentices", body: `{"person":"{text}","cohort":"{cohort}","start":"2026-08-01"}`},
		{route: "POST /zak/cohorts", body: `{"occupation":"VwFAng","year":2026,"name":"Neu","modules":["{module}"]}`},
		{route: "PUT /zak/occupations/{id}", path: "/zak/occupations/FI", body: `{"title":"Fachinformatik"}`},
		{route: "DELETE /admin/plans/{run}", path: "/admin/plans/{text}"},
		{route: "POST /admin/users", body: `{"login":"neu","name":"Neu"}`},
		{route: "DELETE /admin/users/{id}", path: "/admin/users/{text}"},
		{route: "PUT /admin/users/{id}/active", path: "/admin/users/{text}/active", body: `{"active":true}`},
		{route: "PUT /admin/users/{id}/password", path: "/admin/users/{text}/password", body: `{"password":"x"}`},
		{route: "POST /admin/roles", body: `{"person":"{text}","role":"reader"}`},
		{route: "DELETE /admin/users/{id}/roles/{grant}", path: "/admin/users/{text}/roles/x"},
		{route: "PUT /admin/departments/{department}", path: "/admin/departments/41", body: `{"name":"Kultur"}`},
	})
}

func readings() []asking {
	var out []asking
	for silent, lines := range map[bool][]string{
		false: {
			"/articles > /articles?limit=500", "/articles > /articles?kind=standard&department=66", "/articles > /articles?topic=Schlehenfrost", "/articles > /articles?sort=due", "/articles/{id} > /articles/{text}",
			"/articles/{id} > /articles/{text}?at={revision}", "/articles/{id} > /articles/{text}?valid=2026-11-25", "/articles/{id} > /articles/{gone}", "/articles/{id}/attachments > /articles/{text}/attachments",
			"/articles/{id}/attachments/{name} > /articles/{text}/attachments/{file}", "/articles/{id}/attachments/{name} > /articles/{text}/attachments/{file}?at={newest}", "/articles/{id}/backlinks > /articles/offenaaaa2/backlinks",
			"/articles/{id}/binding > /articles/{text}/binding", "/articles/{id}/comments > /articles/{text}/comments", "/articles/{id}/diff > /articles/{text}/diff?from={revision}", "/articles/{id}/export > /articles/{text}/export?format=html",
			"/articles/{id}/export > /articles/{text}/export?format=zip", "/articles/{id}/revisions > /articles/{text}/revisions", "/articles/{id}/revisions > /articles/{text}/revisions?folded=true",
			"/articles/{id}/revisions/{revision} > /articles/{text}/revisions/{revision}", "/export > /export?ids=offenaaaa2,{text}&format=zip", "/export > /export?ids=offenaaaa2,{text}&format=html", "/favourites",
			"/links/broken", "/links/duplicates", "/links/orphans", "/me/acknowledgements", "/me/notices", "/modules", "/modules/{id} > /modules/{module}", "/modules/{id}/lessons/{n} > /modules/{module}/lessons/1", "/me/progress", "/proposals", "/proposals/{id} > /proposals/{proposal}",
			"/proposals/{id}/files > /proposals/{proposal}/files", "/proposals/{id}/files/{name} > /proposals/{proposal}/files/Maulbeere.txt",
			"/questions", "/redactions", "/redactions/{id} > /redactions/{redaction}", "/search > /search?q={word}", "/search > /search?q=Mirabellenschwemme", "/search > /search?q=Holunderwort", "/search > /search?q=steht&topic=Schlehenfrost", "/standards",
			"/standards/due", "/standards/valid > /standards/valid?on=2026-11-25", "/suggest > /suggest?q={word}", "/watches", "/admin/audit",
		},
		true: {
			"/articles/{id}/acknowledgements > /articles/{text}/acknowledgements", "/articles/{id}/acknowledgements > /articles/{text}/acknowledgements?names=true", // names people, which is enough to differ
			"/articles/{id}/revisions > /articles/{gone}/revisions", "/articles/{id}/backlinks > /articles/{text}/backlinks", "/articles/{id}/experts > /articles/{text}/experts", "/proposals > /proposals?article={text}", "/suggest > /suggest?q={former}", "/search > /search?q={former}",
			"/drafts/files > /drafts/files?article={text}", "/drafts/files/{name} > /drafts/files/Maulbeere.txt?article={text}", // others' drafts are nobody's
			"/articles/{id}/revisions > /articles/{gone}/revisions", "/articles/{id}/backlinks > /articles/{text}/backlinks", "/articles/{id}/experts > /articles/{text}/experts", "/archive", "/archive > /archive?department=66", "/proposals > /proposals?article={text}", "/proposals > /proposals?state=eingereicht&department=66", "/suggest > /suggest?q={former}", "/search > /search?q={former}",
			"/imports", "/imports/standings", "/imports/question > /imports/question?subject=C1257000AABBCCDD/{unid}", "/imports/questions", "/imports/decisions", "/admin/plans", "/imports/{run}/documents > /imports/x/documents", "/search/gaps > /search/gaps?department=66", "/search/own > /search/own?q={former}", "/departments", "/me", "/me/deputies", "/me/tokens", "/approval-rules", "/zak/occupations", "/zak/cohorts", "/zak/cohorts/{id} > /zak/cohorts/{text}", "/zak/cohorts/{id}/progress > /zak/cohorts/{text}/progress",
			"/zak/apprentices/{id} > /zak/apprentices/{text}", "/admin/users", "/admin/users/{id} > /admin/users/{text}", "/admin/users/{id}/roles > /admin/users/{text}/roles", "/admin/audit > /admin/audit?subject={proposal}",
		},
	} {
		for _, line := range lines {
			pattern, path, _ := strings.Cut(line, " > ")
			out = append(out, asking{route: "GET " + pattern, path: path, silent: silent})
		}
	}
	slices.SortStableFunc(out, func(a, b asking) int { return strings.Compare(a.route, b.route) })
	return out
}

// send asks as the browser of somebody, or with a token.
func (o asking) send(t *testing.T, c *servertest.Client, names map[string]string, headers ...string) *servertest.Page {
	t.Helper()
	method, path, _ := strings.Cut(o.route, " ")
	if o.path != "" {
		path = o.path
	}
	path = servertest.FillPath(path, names)
	h := http.Header{"Sec-Fetch-Site": {"same-origin"}}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	if o.base != "" {
		h.Set("If-Match", servertest.Fill(o.base, names))
	}
	var body io.Reader
	switch {
	case o.file != "":
		kind, data := form(t, "file", o.file, []byte("x"))
		h.Set("Content-Type", kind)
		body = data
	case o.body != "":
		h.Set("Content-Type", "application/json")
		body = bytes.NewReader([]byte(servertest.Fill(o.body, names)))
	}
	return c.Do(method, "/api/v1"+path, body, h)
}

// given lists what an answer gives away that was not in the request. Who may
// read the log finds ids of texts there, never words of them.
func (o asking) given(v *servertest.Vault, p *servertest.Page) []string {
	asked := strings.ToLower(servertest.Fill(o.path+o.body+o.base, v.Names()))
	return slices.DeleteFunc(v.Leaks(p), func(secret string) bool {
		logged := strings.HasPrefix(o.route, "GET /admin/audit") && (secret == string(v.Text) || secret == string(v.Redaction))
		return logged || strings.Contains(asked, strings.ToLower(secret))
	})
}

func TestNoOperationGivesAwayWhatIsClosed(t *testing.T) {
	v := servertest.NewVault(t)
	table, covered, shown := askings(), map[string]bool{}, map[asking]bool{}
	for _, login := range servertest.VaultOutsiders() {
		c := v.As(login)
		for _, o := range table {
			if strings.HasPrefix(o.route, "GET ") && !o.silent {
				p := o.send(t, c, v.Names())
				shown[o] = shown[o] || len(o.given(v, p)) > 0 || len(v.Leaks(p)) > 0 && strings.HasPrefix(o.route, "GET /admin/audit")
			}
		}
	}
	v.Close()
	for _, login := range servertest.VaultOutsiders() {
		c := v.As(login)
		for _, o := range table {
			covered[strings.Replace(o.route, " ", " /api/v1", 1)] = true
			there := o.send(t, c, v.Names())
			if found := o.given(v, there); len(found) > 0 {
				t.Errorf("%s %s gives %s %q", o.route, o.path, login, found)
			}
			if !strings.Contains(o.path+o.base, "{") && !strings.Contains(strings.TrimPrefix(o.body, "{"), "{") {
				continue
			}
			if difference := there.SameAs(o.send(t, c, v.NoNames()), v.Names(), v.NoNames()); difference != "" {
				t.Errorf("%s %s %s tells %s that it exists: %s", o.route, o.path, o.body, login, difference)
			}
		}
	}
	for _, route := range v.API.Routes() {
		if !covered[route] {
			t.Errorf("nobody looked whether %s gives away what is closed", route)
		}
	}
	for _, o := range table { // otherwise the silence above would say nothing
		if strings.HasPrefix(o.route, "GET ") && !o.silent && !shown[o] {
			t.Errorf("%s %s showed nothing while it was open: it asks for the wrong thing", o.route, o.path)
		}
	}
}

// TestATokenThatReadsChangesNothing lets somebody with every role send every
// change with a token that may only read.
func TestATokenThatReadsChangesNothing(t *testing.T) {
	v := servertest.NewVault(t)
	var grants []account.Grant
	for _, role := range account.Roles() {
		grants = append(grants, account.Grant{Role: role})
	}
	v.Hire("alleskoennerin", "Alma Könner", "66", grants...)
	p := programOf(t, v.Server, "alleskoennerin", account.ReadAccess)
	names := v.Names()
	if err := v.Store.SaveOccupation(t.Context(), occupation()); err != nil {
		t.Fatal(err)
	}
	placeModule(v.Server)
	names["{cohort}"] = cohortOf(t, programOf(t, v.Server, "leitung", account.WriteAccess), "VwFAng 2025")
	gone, err := v.Store.Article(t.Context(), v.Gone)
	if err == nil {
		err = v.Library.Archive(t.Context(), v.Operator, v.Gone, gone.ETag, "weg")
	}
	if err != nil {
		t.Fatal(err)
	}
	v.Indexed()
	head, before := v.Repository.Head(), v.Rows()
	for _, o := range askings() {
		if strings.HasPrefix(o.route, "GET ") {
			continue
		}
		if page := o.send(t, p.client, names, "Authorization", p.token); page.Status != http.StatusForbidden {
			t.Errorf("%s %s %s: %d instead of 403\n%s", o.route, o.path, o.body, page.Status, page.Body)
		}
	}
	if v.Repository.Head() != head {
		t.Error("a commit was made")
	}
	if after := v.Rows(); after != before {
		t.Errorf("rows changed from\n%s\nto\n%s", before, after)
	}
}
