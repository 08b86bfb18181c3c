package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

type myNotes struct {
	Open []struct {
		Article, Title, Due, Known string
		Hash                       string `json:"content_hash"`
		Overdue                    bool
	}
	Done []struct{ Article, Title, Revision string }
}

func placeOrder(s *servertest.Server) {
	s.Place("wissen/a/anordnung/index.md", "---\nid: anordnung2\nart: artikel\ntitel: Anordnung\nbereich: \"66\"\nkenntnisnahme: {pflicht: ja, gruppen: [alle], frist: 7}\n---\n\nTore schließen.\n")
}

func TestProgramsTakeNoteForTheirPerson(t *testing.T) {
	s := servertest.New(t)
	placeOrder(s)
	reader := s.As("leserin")
	mine := func() (out myNotes) {
		reader.JSON(http.MethodGet, "/me/acknowledgements", nil).Want(http.StatusOK).Decode(&out)
		return out
	}
	before := mine()
	if len(before.Open) != 1 || before.Open[0].Title != "Anordnung" || before.Open[0].Due != "2026-12-01" || before.Open[0].Overdue || len(before.Done) != 0 {
		t.Fatalf("before: %+v", before)
	}
	at := "/articles/anordnung2/acknowledgements"
	refused(t, reader.JSON(http.MethodPost, at, map[string]any{"content_hash": "v1:anders"}), http.StatusConflict)
	refused(t, reader.JSON(http.MethodPost, "/articles/gibtesnich/acknowledgements", map[string]any{"content_hash": "v1:anders"}), http.StatusNotFound)
	for range 2 {
		var done struct{ Done, Overdue bool }
		reader.JSON(http.MethodPost, at, map[string]any{"content_hash": before.Open[0].Hash}).Want(http.StatusOK).Decode(&done)
		if !done.Done {
			t.Errorf("answer %+v", done)
		}
	}
	if after := mine(); len(after.Open) != 0 || len(after.Done) != 1 || after.Done[0].Article != "anordnung2" {
		t.Errorf("after: %+v", after)
	}
	program := programOf(t, s, "azubi", account.ReadAccess)
	refused(t, program.call(http.MethodPost, at, map[string]any{"content_hash": before.Open[0].Hash}), http.StatusForbidden)
}

func TestRatesHideSmallNumbersAndNames(t *testing.T) {
	s := servertest.New(t)
	placeOrder(s)
	at := "/articles/anordnung2/acknowledgements"
	refused(t, s.As("leserin").JSON(http.MethodGet, at, nil), http.StatusForbidden)
	refused(t, s.As("pruefer").JSON(http.MethodGet, at+"?names=true", nil), http.StatusForbidden)
	var rates struct {
		Total       struct{ People, Done int }
		Departments []struct {
			Department   string
			People, Done int
			Hidden       bool
		}
		People []any
	}
	s.As("pruefer").JSON(http.MethodGet, at, nil).Want(http.StatusOK).Silent("Brinkmann", "Nowak").Decode(&rates)
	if rates.Total.People != 11 || len(rates.Departments) < 4 || rates.People != nil {
		t.Fatalf("rates %+v", rates)
	}
	for _, d := range rates.Departments {
		if !d.Hidden || d.People != 0 {
			t.Errorf("a department of a few people is shown: %+v", d)
		}
	}
	boss, err := s.Office.CreatePerson(t.Context(), s.Operator, account.Person{Login: "chefin", DisplayName: "Chefin", Department: "66"})
	if err == nil {
		_, err = s.Office.Grant(t.Context(), s.Operator, account.Grant{Person: boss.ID, Role: account.Superior, Scope: account.InDepartment("66")})
	}
	if err == nil {
		err = s.Auth.SetPassword(t.Context(), s.Operator, boss.ID, servertest.Password)
	}
	if err != nil {
		t.Fatal(err)
	}
	named := s.As("chefin").JSON(http.MethodGet, at+"?names=true", nil).Want(http.StatusOK)
	named.Says("Renate Brinkmann", "Jonas Yilmaz").Silent("Petra Nowak", "Leonie Hartmann")
}

func TestFavouritesOfAProgram(t *testing.T) {
	s := servertest.New(t)
	placeOrder(s)
	reader := s.As("leserin")
	total := func() string {
		var list struct {
			Total int
			Items []struct{ ID string }
		}
		reader.JSON(http.MethodGet, "/favourites", nil).Want(http.StatusOK).Decode(&list)
		return fmt.Sprint(list.Total, list.Items)
	}
	for range 2 {
		reader.JSON(http.MethodPut, "/favourites/anordnung2", nil).Want(http.StatusNoContent)
	}
	if got := total(); got != "1 [{anordnung2}]" {
		t.Errorf("marked: %s", got)
	}
	refused(t, reader.JSON(http.MethodPut, "/favourites/gibtesnich", nil), http.StatusNotFound)
	refused(t, programOf(t, s, "azubi", account.ReadAccess).call(http.MethodPut, "/favourites/anordnung2", nil), http.StatusForbidden)
	for range 2 {
		reader.JSON(http.MethodDelete, "/favourites/anordnung2", nil).Want(http.StatusNoContent)
	}
	if got := total(); got != "0 []" {
		t.Errorf("taken off: %s", got)
	}
}
