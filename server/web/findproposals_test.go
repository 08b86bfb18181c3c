package web_test

import (
	"net/http"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestProposalsAreNarrowedByTheirAddress(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	proposes(s.As("leserin"), "Belege nach einer Woche.", "Frist verkürzt").Want(http.StatusOK)
	if _, err := s.Library.Propose(t.Context(), s.Actor("expertin"), "", "", content.Edit{Kind: content.KindStandard, Department: "66", Title: "Laubsatz", Body: "x"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		login, query string
		says, silent string
	}{
		{"leserin", "von=mir", "Reisekosten", "Laubsatz"},
		{"leserin", "von=mich", "0 Vorschläge", "Reisekosten"},
		{"pruefer", "von=mich&fb=66", "Ein Vorschlag", "Laubsatz"},
		{"pruefer", "stand=eingereicht&art=standard", "Reisekosten", "Laubsatz"},
		{"pruefer", "stand=entwurf", "0 Vorschläge", "Laubsatz"}, // somebody else's
		{"pruefer", "fb=11", "0 Vorschläge", "Reisekosten"},
		{"expertin", "stand=entwurf&von=mir", "Laubsatz", "Reisekosten"},
		{"expertin", "stand=quatsch", "Laubsatz", "0 Vorschläge"},
		{"azubi", "stand=eingereicht", "0 Vorschläge", "Reisekosten"},
	} {
		s.As(c.login).Get("/vorschlaege?" + c.query).Want(http.StatusOK).Says(c.says).Silent(c.silent)
	}
	one := s.As("pruefer").JSON(http.MethodGet, "/proposals?state=eingereicht&department=66&kind=standard", nil).Want(http.StatusOK)
	one.Says(`"total":1`)
	s.As("pruefer").JSON(http.MethodGet, "/proposals?department=11", nil).Says(`"total":0`)
	s.As("pruefer").JSON(http.MethodGet, "/proposals?state=quatsch", nil).Want(http.StatusUnprocessableEntity)
}
