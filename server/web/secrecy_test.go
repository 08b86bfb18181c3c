package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// probe asks a route for what is closed and for what does not exist. Words in
// braces are those of Vault.Names.
type probe struct {
	pattern string
	path    string
	form    url.Values // nil for a GET
	silent  bool       // the page never shows anything of a text
}

// probes has a line for every page: what may not be seen must answer there as
// what does not exist, and no word of it may stand there.
func probes(v *servertest.Vault) []probe {
	var out []probe
	add := func(method string, silent bool, lines ...string) {
		for _, line := range lines {
			pattern, path, _ := strings.Cut(line, " > ")
			p := probe{pattern: method + " " + pattern, path: path, silent: silent}
			if p.path == "" {
				p.path = strings.TrimSuffix(pattern, "{$}")
			}
			if method == http.MethodPost {
				path, fields, _ := strings.Cut(p.path, " ")
				p.path, p.form = path, url.Values{}
				for pair := range strings.FieldsSeq(fields) {
					key, value, _ := strings.Cut(pair, "=")
					p.form.Add(key, strings.ReplaceAll(value, "_", " "))
				}
			}
			out = append(out, p)
		}
	}
	add(http.MethodGet, false,
		"/{$}", "/konto/kenntnisnahmen", "/suche > /suche?q={word}", "/suche > /suche?q=Mirabellenschwemme", "/suche > /suche?q=Holunderwort", "/suche > /suche?q=notes://x/{unid}",
		"/suche > /suche?q=steht&fb=66", "/standards", "/standards > /standards?fb=66", "/standards > /standards?gilt-am=2026-11-25", "/standards > /standards?sortierung=number",
		"/aktualitaet", "/aktualitaet > /aktualitaet?stand=soon", "/a/{id} > /a/{text}", "/a/{id} > /a/{text}?stand={revision}", "/a/{id} > /a/{text}?gilt-am=2026-11-24",
		"/a/{id} > /a/{module}", "/a/{id} > /a/{gone}", "/a/{id}/verlauf > /a/{gone}/verlauf", "/vorschlaege > /vorschlaege?von=mir&fb=66", "/export > /export?ids={gone}", "/a/{id}/bearbeiten > /a/{text}/bearbeiten", "/a/{id}/vorschlagen > /a/{text}/vorschlagen", "/vorschlaege", "/vorschlaege/{id} > /vorschlaege/{proposal}",
		"/vorschlaege/{id}/bearbeiten > /vorschlaege/{proposal}/bearbeiten", "/vorschlaege/{id}/dateien/{name} > /vorschlaege/{proposal}/dateien/Maulbeere.txt",
		"/entwurf/dateien/{name} > /entwurf/dateien/Maulbeere.txt?text-id={text}", "/a/{id}/schwaerzen > /a/{text}/schwaerzen", "/schwaerzungen", "/schwaerzungen/{id} > /schwaerzungen/{redaction}",
		"/a/{id}/verlauf > /a/{text}/verlauf", "/a/{id}/fachleute > /a/{text}/fachleute", "/a/{id}/vergleich > /a/{text}/vergleich?von={revision}&bis={newest}",
		"/a/{id}/vergleich > /a/{text}/vergleich?von={revision}&bis={newest}&ansicht=quelltext", "/a/{id}/dateien/{name} > /a/{text}/dateien/{file}", "/a/{id}/dateien/{name} > /a/{text}/dateien/{file}?stand={newest}",
		"/a/{id}/kenntnisnahmen > /a/{text}/kenntnisnahmen", "/a/{id}/kenntnisnahmen.csv > /a/{text}/kenntnisnahmen.csv", "/a/{id}/kenntnisnahmen > /a/{text}/kenntnisnahmen?namen=ja",
		"/merkliste", "/a/{id}/fragen > /a/{text}/fragen", "/fragen", "/fragen/{id} > /fragen/{question}", "/fragen/{id} > /fragen/{answered}", "/neuigkeiten",
		"/amtliche-aenderungen", "/amtliche-aenderungen > /amtliche-aenderungen?woche=2026-W48", "/konto/folgen", "/feed/{address} > /feed/"+v.Feed+".atom",
		"/export > /export?ids={text}", "/export > /export?ids=offenaaaa2&ids={text}", "/export/datei > /export/datei?format=html&ids={text}", "/export/datei > /export/datei?format=zip&ids=offenaaaa2&ids={text}",
		"/export/datei > /export/datei?format=html&ids=offenaaaa2&ids={text}", "/p/{id}/{revision} > /p/{text}/{revision}", "/opensearch/vorschlaege > /opensearch/vorschlaege?q={word}",
		"/notes/{unid} > /notes/{unid}", "/notes/{replica}/{unid} > /notes/C1257000AABBCCDD/{unid}", "/notes/{address...} > /notes/server/dev.nsf/alle/{unid}", "/notes/{unid} > /notes/DEV%2066-77",
		"/pflege", "/pflege > /pflege?fb=66", "/lernen", "/lernen/{id} > /lernen/{module}", "/lernen/{id}/{n} > /lernen/{module}/1", "/verwaltung/protokoll",
		"/a/{id} > /a/offenaaaa2", "/neu > /neu?vorlage={text}",
	)
	add(http.MethodGet, true,
		"/anmelden", "/einrichtung/{secret} > /einrichtung/x", "/konto", "/barrierefreiheit", "/datenschutz", "/hilfe", "/.well-known/security.txt", "/wissen", "/formatvorlagen", "/freigaberegeln", "/konto/vertretung",
		"/suche > /suche?q={former}", "/pflege/suche", "/ueberfuehrung", "/ueberfuehrung/fragen > /ueberfuehrung/fragen?fb=66", "/ueberfuehrung/entschieden > /ueberfuehrung/entschieden?fb=66", "/ueberfuehrung/frage > /ueberfuehrung/frage?frage=C1257000AABBCCDD/{unid}", "/ueberfuehrung/probelauf", "/p/{id}/{revision} > /p/offenaaaa2/{revision}", "/opensearch.xml", "/a/{id}/umbenennen > /a/{text}/umbenennen", "/a/{id}/archivieren > /a/{text}/archivieren", "/ausbildung", "/ausbildung/jahrgang/{id} > /ausbildung/jahrgang/{text}",
		"/ausbildung/jahrgang/{id}/fortschritt.csv > /ausbildung/jahrgang/{text}/fortschritt.csv", "/ausbildung/person/{id} > /ausbildung/person/{text}", "/verwaltung", "/verwaltung/plaene", "/verwaltung/bereiche", "/verwaltung/person/{id} > /verwaltung/person/{text}",
	)
	add(http.MethodPost, true,
		"/ueberfuehrung/frage > /ueberfuehrung/frage frage=C1257000AABBCCDD/{unid} antwort=beide", "/ueberfuehrung/zurueck > /ueberfuehrung/zurueck frage=C1257000AABBCCDD/{unid}",
		"/ueberfuehrung/identische > /ueberfuehrung/identische fb=66", "/ueberfuehrung/probelauf",
		"/anmelden > /anmelden weiter=/a/{text}", "/anmelden/demo", "/einrichtung/{secret} > /einrichtung/x", "/konto/zuletzt-gelesen > /konto/zuletzt-gelesen merken=ja", "/konto > /konto alt=x neu=y",
		"/konto/token > /konto/token tage=0", "/konto/token/{id}/entziehen > /konto/token/{text}/entziehen", "/sprache > /sprache sprache=de zurueck=/a/{text}", "/darstellung > /darstellung darstellung=hell zurueck=/a/{text}",
		"/aktualitaet/uebergeben > /aktualitaet/uebergeben von=x an=leserin", "/a/{id}/bestaetigt > /a/{text}/bestaetigt basis={etag}", "/neu > /neu aktion=vorschau text=[[{word}]]_[[{former}]]_[x](/a/{text}) titel={word}",
		"/neu > /neu titel={word} bereich=66 text=x", "/neu > /neu titel=Unterseite bereich=11 art=lektion modul={module} text=x", "/neu > /neu titel=Nachfolge bereich=11 art=artikel ersetzt={word} text=x",
		"/vorschau > /vorschau text=[[{word}]]_[[{former}]]_[x](/a/{text})_[[{text}]]", "/vorschau > /vorschau text-id={text} text=x",
		"/entwurf > /entwurf text-id={text} text=x", "/entwurf/datei > /entwurf/datei text-id={text}", "/entwurf/verwerfen > /entwurf/verwerfen text-id={text}", "/a/{id}/bearbeiten > /a/{text}/bearbeiten text=x basis={etag}",
		"/a/{id}/bearbeiten > /a/{text}/bearbeiten text=x aktion=vorschau", "/a/{id}/vorschlagen > /a/{text}/vorschlagen text=x basis={etag}", "/a/{id}/vorschlagen > /a/{text}/vorschlagen text=x aktion=vorschau",
		"/vorschlaege/{id}/bearbeiten > /vorschlaege/{proposal}/bearbeiten text=x version=1", "/vorschlaege/{id}/freigeben > /vorschlaege/{proposal}/freigeben fassung={hash}", "/vorschlaege/{id}/zurueckgeben > /vorschlaege/{proposal}/zurueckgeben fassung={hash} hinweis=x",
		"/vorschlaege/{id}/zurueckziehen > /vorschlaege/{proposal}/zurueckziehen version=1", "/a/{id}/schwaerzen > /a/{text}/schwaerzen stelle=Stachelstelle grund=x", "/schwaerzungen/{id}/genehmigen > /schwaerzungen/{redaction}/genehmigen",
		"/schwaerzungen/{id}/ablehnen > /schwaerzungen/{redaction}/ablehnen", "/freigaberegeln > /freigaberegeln bereich={text} art=artikel anzahl=1", "/konto/vertretung > /konto/vertretung anmeldename=x",
		"/konto/vertretung/{id}/beenden > /konto/vertretung/{text}/beenden", "/a/{id}/wiederherstellen > /a/{text}/wiederherstellen stand={revision} basis={etag}", "/a/{id}/dateien > /a/{text}/dateien basis={etag}",
		"/a/{id}/dateien/{name}/entfernen > /a/{text}/dateien/{file}/entfernen basis={etag}", "/a/{id}/kenntnisnahme > /a/{text}/kenntnisnahme fassung={hash}", "/a/{id}/merken > /a/{text}/merken merken=ja", "/a/{id}/merken > /a/{text}/merken merken=nein",
		"/a/{id}/fragen > /a/{text}/fragen text=Wer?", "/a/{id}/hilfreich > /a/{text}/hilfreich hilfreich=ja", "/a/{id}/folgen > /a/{text}/folgen folgen=ja", "/a/{id}/folgen > /a/{text}/folgen folgen=nein",
		"/fragen/{id}/antworten > /fragen/{question}/antworten text=x", "/fragen/{id}/erledigt > /fragen/{question}/erledigt", "/fragen/{id}/zuweisen > /fragen/{question}/zuweisen person=x", "/fragen/{id}/uebernehmen > /fragen/{answered}/uebernehmen",
		"/neuigkeiten/gelesen > /neuigkeiten/gelesen bis=1", "/konto/folgen > /konto/folgen art=article ziel={text} folgen=ja", "/konto/folgen > /konto/folgen art=article ziel={text} folgen=nein", "/konto/mail > /konto/mail haeufigkeit=x",
		"/konto/feed/beenden > /konto/feed/beenden", "/a/{id}/umbenennen > /a/{text}/umbenennen titel=x basis={etag}", "/a/{id}/archivieren > /a/{text}/archivieren basis={etag}", "/a/{id}/zurueckholen > /a/{gone}/zurueckholen", "/a/{id}/zurueckholen > /a/{text}/zurueckholen",
		"/lernen/{id}/{n}/gelesen > /lernen/{module}/1/gelesen", "/lernen/{id}/{n}/{question} > /lernen/{module}/1/frage antwort=x", "/ausbildung > /ausbildung name=", "/ausbildung/berufe > /ausbildung/berufe kuerzel=",
		"/ausbildung/jahrgang/{id} > /ausbildung/jahrgang/{text} name=", "/ausbildung/jahrgang/{id}/personen > /ausbildung/jahrgang/{text}/personen anmeldename=x", "/verwaltung > /verwaltung anmeldename=", "/verwaltung/altname > /verwaltung/altname altname=x",
		"/verwaltung/plaene > /verwaltung/plaene lauf=x", "/verwaltung/bereiche > /verwaltung/bereiche nummer=", "/verwaltung/person/{id} > /verwaltung/person/{text} name=", "/verwaltung/person/{id}/rollen > /verwaltung/person/{text}/rollen rolle=",
		"/verwaltung/person/{id}/rollen/{grant}/entziehen > /verwaltung/person/{text}/rollen/x/entziehen", "/verwaltung/person/{id}/sperre > /verwaltung/person/{text}/sperre aktiv=ja", "/verwaltung/person/{id}/passwort > /verwaltung/person/{text}/passwort passwort=",
	)
	// What signs the browser out or makes a secret comes last.
	add(http.MethodPost, true, "/konto/feed", "/abmelden")
	return out
}

func (p probe) send(c *servertest.Client, names map[string]string) *servertest.Page {
	path := servertest.FillPath(p.path, names)
	if p.form == nil {
		return c.Get(path)
	}
	filled := url.Values{}
	for key, values := range p.form {
		for _, value := range values {
			filled.Add(key, servertest.Fill(value, names))
		}
	}
	return c.Post(path, filled)
}

// names reports whether the probe asks for something in particular.
func (p probe) names() bool {
	return strings.Contains(p.path+p.form.Encode(), "{") || strings.Contains(p.form.Encode(), "%7B")
}

// leaks lists what the answer to a probe gives away, without what was asked.
func leaks(v *servertest.Vault, p probe, page *servertest.Page, asked map[string]string) []string {
	request := servertest.Fill(p.path, asked)
	for _, values := range p.form {
		request += " " + servertest.Fill(strings.Join(values, " "), asked)
	}
	var out []string
	for _, secret := range v.Leaks(page) {
		if !strings.Contains(strings.ToLower(request), strings.ToLower(secret)) {
			out = append(out, secret)
		}
	}
	return out
}

// auditors see in the log which text somebody exported or asks to redact: its
// id, never a word of it.
func auditors(v *servertest.Vault, p probe, found []string) []string {
	if p.pattern != "GET /verwaltung/protokoll" {
		return found
	}
	var words []string
	for _, secret := range found {
		if secret != string(v.Text) && secret != string(v.Redaction) {
			words = append(words, secret)
		}
	}
	return words
}

func TestWhatIsClosedIsOnNoPageAnyMore(t *testing.T) {
	v := servertest.NewVault(t)
	table, covered := probes(v), map[string]bool{}
	shown := map[string]bool{} // by path: somebody saw something while it was open
	for _, login := range servertest.VaultOutsiders() {
		c := v.As(login)
		for _, p := range table {
			if p.form == nil && !p.silent && len(leaks(v, p, p.send(c, v.Names()), v.Names())) > 0 {
				shown[p.path] = true
			}
		}
	}
	v.Close()
	for _, login := range servertest.VaultOutsiders() {
		c := v.As(login) // a week later the old sessions are over
		for _, p := range table {
			covered[p.pattern] = true
			there := p.send(c, v.Names())
			if found := auditors(v, p, leaks(v, p, there, v.Names())); len(found) > 0 {
				t.Errorf("%s %s shows %s %q", p.pattern, p.path, login, found)
			}
			if !p.names() {
				continue
			}
			if difference := there.SameAs(p.send(c, v.NoNames()), v.Names(), v.NoNames()); difference != "" {
				t.Errorf("%s %s tells %s that it exists: %s", p.pattern, p.path, login, difference)
			}
		}
	}
	patterns := map[string]bool{}
	for _, route := range v.Web.Routes() {
		patterns[route.Pattern] = true
		if !covered[route.Pattern] {
			t.Errorf("nobody looked whether %s gives away what is closed", route.Pattern)
		}
	}
	for _, p := range table { // otherwise the silence above would say nothing
		if p.form == nil && !p.silent && patterns[p.pattern] && !shown[p.path] {
			t.Errorf("%s showed nothing while it was open: the probe asks for the wrong thing", p.path)
		}
	}
}

// TestNoLinkLeadsToWhatIsClosed walks every page people can reach.
func TestNoLinkLeadsToWhatIsClosed(t *testing.T) {
	v := servertest.NewVault(t)
	v.Close()
	for _, login := range []string{"leserin", "personalerin", "grundsatz"} {
		for at, page := range walk(t, v.As(login), "/") {
			if found := v.Leaks(page); len(found) > 0 {
				t.Errorf("%s shows %s %q", at, login, found)
			}
		}
	}
	if found := v.Leaks(v.As("expertin").Get(content.Address(v.Text)).Want(http.StatusOK)); len(found) < 10 {
		t.Errorf("the department itself sees only %q", found)
	}
}
