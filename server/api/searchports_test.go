package api_test

import (
	"net/http"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestSearchSortsAndNarrowsOnlyByWhatItKnows(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	reader := programOf(t, s, "leserin", account.ReadAccess)
	for query, status := range map[string]int{
		"sort=relevance": 200, "sort=changed": 200, "sort=title": 200, "sort=author": 422,
		"binding=ja": 200, "binding=nein,ungepr%C3%BCft": 200, "binding=vielleicht": 422,
		"typing=true": 200, "explain=false": 200, "explain=unfug": 422,
	} {
		reader.call(http.MethodGet, "/search?q=Baustelle&"+query, nil).Want(status)
	}
}

func TestOnlyThoseWhoTendTextsAreToldWhyAHitStandsWhereItStands(t *testing.T) {
	s := servertest.New(t)
	corpus(s)
	for login, status := range map[string]int{"leserin": 403, "azubi": 403, "expertin": 200, "pruefer": 200} {
		programOf(t, s, login, account.ReadAccess).call(http.MethodGet, "/search?q=Baustelle&explain=true", nil).Want(status)
	}
}
