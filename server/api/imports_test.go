package api_test

import (
	"net/http"
	"os"
	"testing"

	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestProgramsSeeRunsAndDecide(t *testing.T) {
	s := servertest.New(t)
	key := func(unid string) legacy.Key { return legacy.Key{Replica: "C1", UNID: unid} }
	document := func(position int, unid, department string) legacy.Document {
		return legacy.Document{Key: key(unid), Run: "lauf", Position: position, Title: "Streuen " + unid, Department: department, File: "a.dxl", Status: "imported", Fingerprint: "f",
			Letters: legacy.InOut{In: 9, Out: 8}, Notes: []string{"Hinweis"}}
	}
	if err := s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{document(0, "A", "66"), document(1, "B", "66"), document(2, "C", "11")}); err != nil {
		t.Fatal(err)
	}
	pair := legacy.Question{Subject: legacy.PairSubject(key("B"), key("A")), Kind: legacy.Contradicting, Department: "66", Title: "Streuen", Fingerprint: "p", Run: "lauf",
		First: key("A"), Second: key("B"), Share: 0.9, Differences: []legacy.Difference{{First: "5 Uhr", Second: "4 Uhr", Why: "zahl"}}}
	if err := s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "lauf", Source: "dev", At: s.Now(), Totals: map[string]int{"read": 3}}, []legacy.Question{pair}, true); err != nil {
		t.Fatal(err)
	}
	reviewer, author := programOf(t, s, "pruefer", account.WriteAccess), programOf(t, s, "expertin", account.WriteAccess)
	author.call(http.MethodGet, "/imports", nil).Want(http.StatusOK).Says(`"id":"lauf"`, `"read":3`, `"dry_run":false`, `"total":1`)
	author.call(http.MethodGet, "/imports/lauf/documents", nil).Want(http.StatusOK).Says(`"Streuen A"`, `"letters_out":8`, `"notes":["Hinweis"]`).Silent("Streuen C")
	author.call(http.MethodGet, "/imports/gibtesnicht/documents", nil).Want(http.StatusNotFound).Says("Einen Lauf „gibtesnicht“ gibt es nicht.")
	author.call(http.MethodGet, "/imports/questions?department=66", nil).Want(http.StatusOK).Says(`"subject":"C1/A C1/B"`, `"choices":["erster","zweiter","beide"]`, `"why":"zahl"`, `"total":1`)
	author.call(http.MethodGet, "/imports/questions?department=11", nil).Want(http.StatusForbidden)
	author.call(http.MethodGet, "/imports/questions?kind=gibtesnicht", nil).Want(http.StatusUnprocessableEntity)
	author.call(http.MethodGet, "/imports/standings", nil).Want(http.StatusOK).Says(`"department":"66"`, `"all":1`, `"open":1`, `"mine":0`, `"editors":1`, `"widerspruch":1`)
	reviewer.call(http.MethodGet, "/imports/standings", nil).Want(http.StatusOK).Says(`"mine":1`, `"editors":0`)
	author.call(http.MethodGet, "/imports/question?subject=C1/A+C1/B", nil).Want(http.StatusOK).Says(`"title":"Streuen A"`, `"title":"Streuen B"`, `"can_decide":false`, `"desk":"66"`)
	reviewer.call(http.MethodGet, "/imports/question?subject=C1/A+C1/B", nil).Want(http.StatusOK).Says(`"can_decide":true`)
	reviewer.call(http.MethodGet, "/imports/question?subject=C1/A", nil).Want(http.StatusNotFound)
	reviewer.call(http.MethodPost, "/imports/merge-identical", map[string]any{"department": "66"}).Want(http.StatusOK).Says(`"merged":0`, `"shared":0`)
	author.call(http.MethodPost, "/imports/merge-identical", map[string]any{"department": "66"}).Want(http.StatusForbidden)
	decision := map[string]any{"subject": pair.Subject, "fingerprint": "p", "choice": "zweiter", "note": "Seit 2019"}
	author.call(http.MethodPost, "/imports/decision", decision).Want(http.StatusForbidden)
	programOf(t, s, "pruefer", account.ReadAccess).call(http.MethodPost, "/imports/decision", decision).Want(http.StatusForbidden)
	reviewer.call(http.MethodPost, "/imports/decision", map[string]any{"subject": pair.Subject, "fingerprint": "alt", "choice": "zweiter"}).Want(http.StatusPreconditionFailed)
	reviewer.call(http.MethodPost, "/imports/decision", map[string]any{"subject": pair.Subject, "fingerprint": "p", "choice": "verbindlich"}).Want(http.StatusUnprocessableEntity).Says("body.choice")
	for range 2 {
		reviewer.call(http.MethodPost, "/imports/decision", decision).Want(http.StatusNoContent)
	}
	reviewer.call(http.MethodGet, "/imports/questions", nil).Want(http.StatusOK).Says(`"total":0`)
	reviewer.call(http.MethodGet, "/imports/questions?decided=true", nil).Want(http.StatusOK).Says(`"decision":"zweiter"`, `"note":"Seit 2019"`)
	author.call(http.MethodGet, "/imports/decisions", nil).Want(http.StatusOK).Says(`"subject":"C1/A C1/B"`, `"choice":"zweiter"`, `"by":"`+s.People["pruefer"].DisplayName+`"`, `"about":"paar"`, `"asked":true`, `"holds":true`, `"can_undo":false`, `"total":1`)
	reviewer.call(http.MethodGet, "/imports/decisions?kind=identisch", nil).Want(http.StatusOK).Says(`"total":0`)
	reviewer.call(http.MethodGet, "/imports/decisions?department=66", nil).Want(http.StatusOK).Says(`"can_undo":true`)
	reviewer.call(http.MethodDelete, "/imports/decision?subject=C1/A+C1/B&about=leser", nil).Want(http.StatusNotFound)
	author.call(http.MethodDelete, "/imports/decision?subject=C1/A+C1/B&about=paar", nil).Want(http.StatusForbidden)
	reviewer.call(http.MethodDelete, "/imports/decision?subject=C1/A+C1/B&about=paar", nil).Want(http.StatusNoContent)
	reviewer.call(http.MethodGet, "/imports/questions", nil).Says(`"total":1`)
}

func TestProgramsTryExports(t *testing.T) {
	s := servertest.New(t)
	export, err := os.ReadFile("../../importer/dev/testdata/dev-datenbank.dxl")
	if err != nil {
		t.Fatal(err)
	}
	head := s.Repository.Head()
	try := func(login, source string, data []byte) *servertest.Page {
		t.Helper()
		kind, body := form(t, "file", "dev.dxl", data)
		return s.As(login).Do(http.MethodPost, "/api/v1/imports/trial?source="+source, body, http.Header{"Content-Type": {kind}, "Sec-Fetch-Site": {"same-origin"}})
	}
	try("expertin", "dev", export).Want(http.StatusOK).Says(`"read":`, `"quarantined":`, `"first":"Reisekosten – Rahmenbedingung"`, `"kind":"widerspruch"`, `"letters_out":`)
	refused(t, try("expertin", "dev", []byte("Das ist kein DXL.")), http.StatusUnprocessableEntity)
	refused(t, try("expertin", "excel", export), http.StatusUnprocessableEntity)
	refused(t, try("leserin", "dev", export), http.StatusForbidden)
	if _, total, err := s.Legacy.Runs(t.Context(), s.Operator, 5, 0); err != nil || total != 0 || s.Repository.Head() != head {
		t.Errorf("something was kept: %d runs, %v", total, err)
	}
}

func TestProgramsWithdrawPlans(t *testing.T) {
	s := servertest.New(t)
	if err := s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "plan", Source: "dev", At: s.Now(), Dry: true, Totals: map[string]int{"read": 3}}, nil, true); err != nil {
		t.Fatal(err)
	}
	admin := programOf(t, s, "admin", account.AdminAccess)
	admin.call(http.MethodGet, "/admin/plans", nil).Want(http.StatusOK).Says(`"id":"plan"`, `"dry_run":true`, `"total":1`)
	admin.call(http.MethodDelete, "/admin/plans/plan", nil).Want(http.StatusOK).Says(`"documents":0`)
	admin.call(http.MethodDelete, "/admin/plans/plan", nil).Want(http.StatusNotFound)
}
