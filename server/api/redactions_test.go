package api_test

import (
	"net/http"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// redaction is what programs read of a redaction.
type redaction struct {
	ID, State, Passage string
	Versions           int
	CanDecide          bool `json:"can_decide"`
	Places             []struct{ Before, After string }
}

func TestRedactionIsAskedForAndDecidedByPrograms(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Rufen Sie Heinz Krause an.\n"})
	asked, asking, deciding := "/articles/"+string(a.ID)+"/redactions", s.As("datenschutz"), s.As("pruefer")
	body := map[string]any{"passage": "Heinz Krause", "reason": "Name"}
	s.As("leserin").JSON(http.MethodPost, asked, body).Want(http.StatusForbidden)
	asking.JSON(http.MethodPost, asked, map[string]any{"passage": "Karl", "reason": "x"}).Want(http.StatusUnprocessableEntity)
	var x redaction
	asking.JSON(http.MethodPost, asked, body).Want(http.StatusCreated).Decode(&x)
	at := "/redactions/" + x.ID
	s.As("leserin").JSON(http.MethodGet, at, nil).Want(http.StatusNotFound)
	s.As("leserin").JSON(http.MethodGet, "/redactions", nil).Want(http.StatusForbidden)
	deciding.JSON(http.MethodGet, "/redactions", nil).Want(http.StatusOK).Says(`"total":1`).Silent("Heinz")
	deciding.JSON(http.MethodGet, at, nil).Want(http.StatusOK).Decode(&x)
	if !x.CanDecide || x.Passage != "Heinz Krause" || len(x.Places) != 1 || x.Places[0].After != " an.\n" {
		t.Errorf("who decides sees %+v", x)
	}
	asking.JSON(http.MethodPost, at+"/approve", nil).Want(http.StatusForbidden)
	x = redaction{}
	deciding.JSON(http.MethodPost, at+"/approve", nil).Want(http.StatusOK).Decode(&x)
	if x.State != "geschwärzt" || x.Passage != "" || x.Versions != 1 {
		t.Errorf("afterwards: %+v", x)
	}
	deciding.JSON(http.MethodPost, at+"/decline", nil).Want(http.StatusConflict)
	s.As("leserin").JSON(http.MethodGet, "/articles/"+string(a.ID), nil).Want(http.StatusOK).Says("[geschwärzt]").Silent("Heinz")
}
