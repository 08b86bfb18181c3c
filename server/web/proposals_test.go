package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/server/servertest"
)

func placeStandard(s *servertest.Server) {
	s.Place("standards/r/reisen/index.md", "---\nid: reisekost2\nart: standard\ntitel: Reisekosten\nbereich: \"66\"\nverbindlich: ja\nnummer: DA 7\n---\n\nBelege nach zwei Wochen.\n\n## Wo\n\nIm Portal.\n")
}

// proposes sends the editor with another text and returns the proposal's page.
func proposes(c *servertest.Client, text, why string) *servertest.Page {
	page := c.Get("/a/reisekost2/vorschlagen").Want(http.StatusOK)
	return c.Post("/a/reisekost2/vorschlagen", form(page, url.Values{"text": {text}, "aenderung": {why}, "bedeutung": {"fachlich"}}))
}

func TestClerkProposesAndReviewerReleases(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	s.Indexed()
	clerk, reviewer := s.As("leserin"), s.As("pruefer")
	found := clerk.Get("/suche?q=Reisekosten").Want(http.StatusOK)
	standard := clerk.Get(servertest.Attribute(found.One(".hit__title a"), "href")).Says("verbindlich")
	editor := clerk.Get(servertest.Attribute(standard.One(`a[href$="/vorschlagen"]`), "href")).Says("Zur Freigabe geben", "gilt der bisherige Text weiter")
	mine := clerk.Post("/a/reisekost2/vorschlagen", form(editor, url.Values{
		"text": {"Belege nach **einer** Woche.\n\n## Wo\n\nIm Portal.\n"}, "aenderung": {"Frist verkürzt"}, "bedeutung": {"fachlich"},
	})).Want(http.StatusOK)
	mine.Says("Ihr Vorschlag ist eingereicht", "Frist verkürzt", "Eine zweite Person muss freigeben", "Vorschlag zurückziehen").Silent(">Freigeben<", "nach zwei Wochen.</p>\n</ins>")
	clerk.Get("/").Says("Meine Vorschläge", "Reisekosten")
	clerk.Get("/a/reisekost2").Says("nach zwei Wochen", "Offene Vorschläge", "Frist verkürzt")
	s.As("azubi").Get("/a/reisekost2").Says("nach zwei Wochen").Silent("Frist verkürzt", "einer")

	home := reviewer.Get("/").Says("Zu prüfen", "Reisekosten", "Petra Nowak")
	page := reviewer.Get(servertest.Attribute(home.One(`main a[href^="/vorschlaege/"]`), "href")).Want(http.StatusOK)
	page.Says("entfällt", "neu", "1 Zeile hinzugefügt")
	if got := page.Text(".changes__added"); !strings.Contains(got, "nach einer Woche") {
		t.Errorf("added is shown as %q", got)
	}
	if got := page.Text(".changes__removed"); !strings.Contains(got, "nach zwei Wochen") {
		t.Errorf("removed is shown as %q", got)
	}
	done := reviewer.Post(page.URL.Path+"/freigeben", url.Values{"fassung": {page.Value(`input[name="fassung"]`)}}).Want(http.StatusOK)
	done.Says("Der Vorschlag ist freigegeben und gilt.", "nach einer Woche")
	s.As("azubi").Get("/a/reisekost2").Says("nach einer Woche")
	clerk.Get("/a/reisekost2/verlauf").Says("Frist verkürzt", "Petra Nowak")
	clerk.Get(page.URL.Path).Says("freigegeben", "Freigegeben: Michael Sander", "Zur freigegebenen Fassung")
}

func TestReturnedProposalIsRevisedOnItsPage(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	author, reviewer := s.As("expertin"), s.As("pruefer")
	at := proposes(author, "Belege nach einer Woche.", "Frist").Want(http.StatusOK).URL.Path
	page := reviewer.Get(at)
	values := url.Values{"fassung": {page.Value(`input[name="fassung"]`)}}
	reviewer.Post(at+"/zurueckgeben", values).Want(http.StatusUnprocessableEntity).Says("Bitte sagen Sie kurz, was noch fehlt.")
	values.Set("hinweis", "Und im Ausland?")
	reviewer.Post(at+"/zurueckgeben", values).Want(http.StatusOK).Says("Der Vorschlag ist zurückgegeben.", "Und im Ausland?")
	reviewer.Post(at+"/freigeben", values).Want(http.StatusConflict).Says("liegt nicht zur Freigabe vor")

	author.Get("/").Says("zurückgegeben")
	editor := author.Get(at + "/bearbeiten").Want(http.StatusOK).Says("Zur Freigabe geben")
	if got := editor.Text(`textarea[name="text"]`); got != "Belege nach einer Woche." {
		t.Errorf("the editor shows %q", got)
	}
	again := form(editor, url.Values{"text": {"Belege nach einer Woche, im Ausland nach zwei."}})
	author.Post(at+"/bearbeiten", again).Want(http.StatusOK).Says("Ihr Vorschlag ist eingereicht")
	author.Post(at+"/bearbeiten", again).Want(http.StatusPreconditionFailed).Says("Der Vorschlag wurde inzwischen geändert")
	reviewer.Post(at+"/freigeben", values).Want(http.StatusPreconditionFailed).Says("Bitte sehen Sie sich die neue Fassung an.")
	reviewer.Get(at).Says("Zurückgegeben: Michael Sander", "zu einer früheren Fassung", "im Ausland nach zwei")
}

func TestOutdatedProposalIsBroughtUpToDateSideBySide(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	author, reviewer := s.As("expertin"), s.As("pruefer")
	first := proposes(s.As("nachfolger"), "Belege sofort.", "sofort").URL.Path
	second := proposes(author, "Belege nach einer Woche.", "eine Woche").URL.Path
	reviewer.Post(first+"/freigeben", url.Values{"fassung": {reviewer.Get(first).Value(`input[name="fassung"]`)}}).Want(http.StatusOK)
	page := reviewer.Get(second).Says("Der Text hat sich geändert", "zuerst auf den neuen Stand bringen").Silent(">Freigeben<")
	reviewer.Post(second+"/freigeben", url.Values{"fassung": {page.Value(`input[name="fassung"]`)}}).Want(http.StatusPreconditionFailed)

	editor := author.Get(second+"/bearbeiten").Says("Belege sofort.", "Jonas Yilmaz")
	if got := editor.Text(`textarea[name="text"]`); got != "Belege nach einer Woche." {
		t.Errorf("what was proposed is gone: %q", got)
	}
	author.Post(second+"/bearbeiten", form(editor, url.Values{"text": {"Belege sofort, spätestens nach einer Woche."}})).Want(http.StatusOK)
	page = reviewer.Get(second)
	reviewer.Post(second+"/freigeben", url.Values{"fassung": {page.Value(`input[name="fassung"]`)}}).Want(http.StatusOK).Says("spätestens nach einer Woche")
}

func TestNewStandardIsProposedWithTheEditorOfNewTexts(t *testing.T) {
	s := servertest.New(t)
	author := s.As("expertin")
	editor := author.Get("/neu?art=dienstanweisung").Want(http.StatusOK)
	made := author.Post("/neu", form(editor, url.Values{
		"titel": {"Rufbereitschaft"}, "art": {"dienstanweisung"}, "bereich": {"66"}, "text": {"Zu zweit."}, "verbindlich": {"ja"}, "nummer": {"DA 66/1"},
	})).Want(http.StatusOK)
	made.Says("Ihr Vorschlag ist eingereicht", "Der neue Text", "Zu zweit.", "DA 66/1")
	author.Get("/standards").Silent("Rufbereitschaft")
	reviewer := s.As("pruefer")
	reviewer.Post(made.URL.Path+"/freigeben", url.Values{"fassung": {reviewer.Get(made.URL.Path).Value(`input[name="fassung"]`)}}).Want(http.StatusOK).Says("Rufbereitschaft", "verbindlich")
	author.Get("/standards").Says("Rufbereitschaft")
}

func TestWithdrawnAndForeignProposals(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	author := s.As("expertin")
	at := proposes(author, "Belege sofort.", "sofort").URL.Path
	for _, path := range []string{at, at + "/bearbeiten", "/vorschlaege/nichtdaaa2"} {
		s.As("leserin").Get(path + "?meldung=freigegeben").Want(http.StatusNotFound).Silent("freigegeben und gilt")
	}
	colleague := s.As("nachfolger")
	colleague.Get(at).Want(http.StatusOK).Silent("Vorschlag zurückziehen", ">Freigeben<")
	colleague.Get(at + "/bearbeiten").Want(http.StatusForbidden)
	colleague.Get("/vorschlaege").Says("Weitere offene Vorschläge", "Reisekosten")
	author.Post(at+"/zurueckziehen", url.Values{"version": {"x"}}).Want(http.StatusPreconditionFailed)
	author.Post(at+"/zurueckziehen", url.Values{"version": {author.Get(at).Value(`form[action$="/zurueckziehen"] input[name="version"]`)}}).Want(http.StatusOK).Says("Der Vorschlag ist zurückgezogen.")
	colleague.Get("/vorschlaege").Silent("Reisekosten")
	author.Get("/vorschlaege").Says("zurückgezogen")
}

func TestOrganisationSeesWhatNobodyDecides(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	at := proposes(s.As("expertin"), "Belege sofort.", "sofort").URL.Path
	s.As("grundsatz").Get(at).Want(http.StatusNotFound)
	s.Advance(6 * 24 * time.Hour)
	s.As("grundsatz").Get(at).Want(http.StatusOK).Says("Seit mehr als fünf Tagen", "Freigeben")
}
