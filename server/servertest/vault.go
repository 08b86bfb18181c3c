package servertest

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/notice"
)

// Vault is a server with a standard of department 66 that everybody knew and
// used: somebody asked about it, answered, marked, followed, proposed, drafted,
// took note of it, wanted a passage gone. Close takes it from everybody outside
// the department; then nothing of it may reach them in any way.
//
// Its words, and those of what belongs to it, occur nowhere else.
type Vault struct {
	*Server
	Text      content.ID
	Old, New  content.RevisionID // versions of when everybody saw it
	Proposal  content.ProposalID // of somebody outside, with a file
	Question  content.CommentID  // open, given to somebody outside
	Answered  content.CommentID
	Redaction content.RedactionID
	Module    content.ID // closed with it
	Gone      content.ID // closed with it, then archived
	Feed      string     // address of somebody outside
	Open      content.ID // a text of department 11 that stays visible; the closed one links to it
}

// What only the closed text and its surroundings say.
const (
	VaultTitle  = "Quittenmus"
	VaultFormer = "Brombeergelee" // its title before
	VaultFile   = "Holunderliste.txt"
	VaultUNID   = "C1257000AABBCCDDEEFF001122334455"
	VaultNumber = "DEV 66-77"
)

// VaultWords occur in the closed text and in what belongs to it, nowhere else.
func VaultWords() []string {
	return []string{
		VaultTitle, VaultFormer, "quittenmus", "brombeergelee", "Holunderliste", "Holunderwort", "Mirabellenschwemme", "Zwetschgenzoll", "Schlehenfrost", "Kornelpreis", VaultNumber, VaultUNID,
		"Hagebuttenfrage", "Sanddornantwort", "Weichselanmerkung", "Vogelbeergrund", "Ebereschenfassung", "Maulbeere", "Maulbeerwort", "Preiselgrund", "Stachelstelle",
		"Johannisgrund", "Berberitzenlehre", "Kornelentwurf", "Apfelrose", "Hartriegel", "Liguster",
	}
}

// VaultOutsiders do not work in department 66 and knew the text, all but the
// last. The superior of leserin could see by name who took note of it.
func VaultOutsiders() []string {
	return []string{"leserin", "personalerin", "grundsatz", "datenschutz", "chefin", "azubi"}
}

// NewVault makes the server with the text still open.
func NewVault(t *testing.T) *Vault {
	t.Helper()
	v := &Vault{Server: New(t), Text: "geheimaaa2", Module: "lehraaaaa2", Gone: "fortaaaaa2"}
	v.Place("wissen/o/offen/index.md", "---\nid: offenaaaa2\nart: artikel\ntitel: Offene Karte\nbereich: \"11\"\n---\n\n"+vaultFiller+"Für alle.\n")
	v.Open = "offenaaaa2"
	v.Place("standards/b/brombeergelee/index.md", "---\nid: geheimaaa2\nart: standard\ntitel: "+VaultFormer+"\nkurz: Zwetschgenzoll fällt an.\nbereich: \"66\"\nverbindlich: ja\nnummer: "+VaultNumber+
		"\nthemen: [Schlehenfrost]\nschlagworte: [Kornelpreis]\nansprechperson: "+v.People["personalerin"].ID+"\npruefer: "+v.People["leserin"].ID+"\nnaechste_pruefung: 2026-12-03\n"+
		"kenntnisnahme: {pflicht: ja, gruppen: [alle]}\nherkunft:\n  notes: {unid: "+VaultUNID+"}\n---\n\n"+vaultFiller+"## Mirabellenschwemme\n\nStachelstelle, siehe [[Offene Karte]] und [[Apfelrose]].\n")
	v.Place("module/b/berberitze/modul.md", "---\nid: lehraaaaa2\nart: lernmodul\ntitel: Berberitzenlehre\nbereich: \"66\"\n---\n\nBerberitzenlehre.\n")
	v.Place("module/b/berberitze/01-anfang.md", "---\nid: lehrabbbb2\nart: lektion\ntitel: Berberitzenlehre eins\nbereich: \"66\"\n---\n\nBerberitzenlehre.\n")
	v.Place("wissen/h/hartriegel/index.md", "---\nid: fortaaaaa2\nart: artikel\ntitel: Hartriegel\nbereich: \"66\"\n---\n\nHartriegel.\n")
	v.Hire("chefin", "Gisela Roth", "33", account.Grant{Role: account.Superior, Scope: account.InDepartment("33")}, account.Grant{Role: account.Reader})
	v.must(v.Library.TellFollowers(t.Context()))
	v.use()
	return v
}

func (v *Vault) must(err error) { v.T.Helper(); must(v.T, err) }

// vaultFiller makes two texts much alike.
var vaultFiller = func() string {
	var b strings.Builder
	for _, a := range []string{"Wer", "Was", "Wo", "Wann", "Womit"} {
		for _, c := range []string{"prüft", "bestellt", "liefert", "zahlt"} {
			b.WriteString(a + " " + c + " im Haus steht hier. ")
		}
	}
	return b.String() + "\n\n"
}()

// use is what people did while they knew the text.
func (v *Vault) use() {
	ctx, outside := v.T.Context(), []string{"leserin", "personalerin", "grundsatz", "datenschutz", "chefin"}
	for _, login := range outside {
		actor := v.Actor(login)
		v.must(v.Library.Favour(ctx, actor, v.Text, true))
		for _, w := range []content.Watch{{Kind: content.WatchArticle, Target: string(v.Text)}, {Kind: content.WatchDepartment, Target: "66"}} {
			v.must(v.Library.Follow(ctx, actor, w))
		}
		v.must(v.Library.Helped(ctx, actor, v.Text, true))
		v.must(v.Library.WishMail(ctx, actor, notice.AtOnce))
	}
	for login, p := range v.People {
		p.Email = login + "@stadt.example"
		v.must(v.Office.UpdatePerson(ctx, v.Operator, p))
	}
	v.Old = v.article().Revision
	v.Answered = v.say("leserin", content.Remark{Text: "Hagebuttenfrage eins", Question: true})
	_, err := v.Library.Answer(ctx, v.Actor("personalerin"), v.Answered, "Sanddornantwort")
	v.must(err)
	v.Question = v.say("datenschutz", content.Remark{Text: "Hagebuttenfrage zwei", Question: true})
	v.say("leserin", content.Remark{Text: "Weichselanmerkung"})
	v.release("expertin", content.Edit{Title: VaultTitle, Body: v.body(), Message: "Johannisgrund", Change: content.ChangeMaterial}, map[string]string{VaultFile: "Holunderwort"})
	v.New = v.article().Revision
	v.must(v.Library.RemindAcknowledgements(ctx))
	v.must(v.Library.RemindReviews(ctx))
	a := v.article()
	_, err = v.Library.Acknowledge(ctx, v.Actor("leserin"), v.Text, a.ContentHash)
	v.must(err)
	v.Proposal = v.proposes("personalerin", content.Edit{Body: "Ebereschenfassung.\n", Message: "Vogelbeergrund", Change: content.ChangeMaterial}, map[string]string{"Maulbeere.txt": "Maulbeerwort"}).ID
	_, err = v.Library.Autosave(ctx, v.Actor("personalerin"), content.Draft{Article: v.Text, Base: a.ETag, Title: "Kornelentwurf", Body: v.body()})
	v.must(err)
	_, err = v.Library.AddDraftFile(ctx, v.Actor("personalerin"), v.Text, "", "Maulbeere.txt", strings.NewReader("Maulbeerwort"))
	v.must(err)
	r, err := v.Library.RequestRedaction(ctx, v.Actor("datenschutz"), v.Text, content.RedactionRequest{Passage: "Stachelstelle", Reason: "Preiselgrund"})
	v.must(err)
	v.Redaction = r.ID
	secret, err := v.Library.OpenFeed(ctx, v.Actor("leserin"))
	v.must(err)
	v.Feed = secret
	v.must(v.Library.TellFollowers(ctx))
	for _, login := range outside {
		v.As(login).Get(content.Address(v.Text)).Want(http.StatusOK) // read last
	}
	v.FilesRead()
}

func (v *Vault) article() content.Article {
	a, err := v.Store.Article(v.T.Context(), v.Text)
	v.must(err)
	return a
}

func (v *Vault) body() string {
	source, err := v.Library.Source(v.T.Context(), v.Actor("expertin"), v.Text, "")
	v.must(err)
	return source.Body
}

func (v *Vault) say(login string, r content.Remark) content.CommentID {
	c, err := v.Library.Say(v.T.Context(), v.Actor(login), v.Text, r)
	v.must(err)
	return c.ID
}

// proposes submits a change of the text with files.
func (v *Vault) proposes(login string, e content.Edit, files map[string]string) content.Proposal {
	ctx, actor := v.T.Context(), v.Actor(login)
	for name, data := range files {
		f, err := v.Library.AddDraftFile(ctx, actor, v.Text, "", name, strings.NewReader(data))
		v.must(err)
		e.Files = append(e.Files, f.FileChange)
	}
	p, err := v.Library.Propose(ctx, actor, v.Text, v.article().ETag, e)
	v.must(err)
	v.must(v.Library.DiscardDraft(ctx, actor, v.Text, ""))
	p, err = v.Library.Submit(ctx, actor, p.ID, p.Version)
	v.must(err)
	return p
}

func (v *Vault) release(login string, e content.Edit, files map[string]string) {
	p := v.proposes(login, e, files)
	_, err := v.Library.Approve(v.T.Context(), v.Actor("pruefer"), p.ID, p.ContentHash, "")
	v.must(err)
}

// Close keeps the texts for department 66, a week later, when the digest about
// the week is due.
func (v *Vault) Close() {
	v.T.Helper()
	v.Advance(7 * 24 * time.Hour)
	only := map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	v.release("expertin", content.Edit{Body: v.body(), Message: "Nur noch für uns", Change: content.ChangeMaterial, Meta: only}, nil)
	ctx := v.T.Context()
	for id, body := range map[content.ID]string{v.Module: "Berberitzenlehre.", "lehrabbbb2": "Berberitzenlehre.", v.Gone: "Hartriegel."} {
		a, err := v.Store.Article(ctx, id)
		v.must(err)
		_, err = v.Library.Save(ctx, v.Actor("expertin"), id, a.ETag, content.Edit{Body: body, Meta: only})
		v.must(err)
	}
	gone, err := v.Store.Article(ctx, v.Gone)
	v.must(err)
	v.must(v.Library.Archive(ctx, v.Operator, v.Gone, gone.ETag, "Liguster"))
	v.must(v.Library.TellFollowers(ctx))
	v.must(v.Library.RemindAcknowledgements(ctx))
	v.must(v.Library.RemindReviews(ctx))
	v.must(v.Library.KeepRecentReadings(ctx))
	v.Indexed()
}

// Names are the ids of the closed text and what belongs to it, by the word in
// braces that stands for them in the tables of calls; word is a title.
func (v *Vault) Names() map[string]string {
	a := v.article()
	return map[string]string{
		"{text}": string(v.Text), "{revision}": string(v.Old), "{newest}": string(v.New), "{proposal}": string(v.Proposal), "{question}": string(v.Question), "{answered}": string(v.Answered),
		"{redaction}": string(v.Redaction), "{file}": VaultFile, "{module}": string(v.Module), "{gone}": string(v.Gone), "{unid}": VaultUNID, "{number}": "dev-66-77", "{word}": VaultTitle, "{former}": VaultFormer,
		"{etag}": a.ETag, "{hash}": string(a.ContentHash),
	}
}

// NoNames are names of nothing, of the same shapes.
func (v *Vault) NoNames() map[string]string {
	return map[string]string{
		"{text}": "nichtsaaa2", "{revision}": "r-nichtsccc2", "{newest}": "r-nichtsbbb2", "{proposal}": "nichtsaaa3", "{question}": "nichtsaaa4", "{answered}": "nichtsaaa5",
		"{redaction}": "s-nichtsddd2", "{file}": "Xylophon.txt", "{module}": "nichtsaaa6", "{gone}": "nichtsaaa7", "{unid}": "FFFF7000AABBCCDDEEFF001122334455", "{number}": "dev-55-88", "{word}": "Xylophonbau", "{former}": "Xylophonton",
		"{etag}": strings.Repeat("0", 40), "{hash}": "v1:" + strings.Repeat("0", 64),
	}
}

// Secrets are the words and ids that must not reach anybody outside.
func (v *Vault) Secrets() []string {
	out := VaultWords()
	for name, id := range v.Names() {
		if name != "{number}" {
			out = append(out, id)
		}
	}
	return out
}

// Leaks lists the secrets in an answer, packed files and headers included.
func (v *Vault) Leaks(p *Page) []string {
	text := p.Unpacked()
	for _, values := range p.Header {
		text += strings.Join(values, "\n")
	}
	var out []string
	for _, s := range v.Secrets() {
		if strings.Contains(text, s) {
			out = append(out, s)
		}
	}
	return out
}

// Unpacked is what an answer says, with what a ZIP file holds.
func (p *Page) Unpacked() string {
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "application/zip") {
		return p.Body
	}
	z, err := zip.NewReader(strings.NewReader(p.Body), int64(len(p.Body)))
	must(p.t, err)
	var b strings.Builder
	for _, f := range z.File {
		b.WriteString(f.Name + "\n")
		r, err := f.Open()
		must(p.t, err)
		_, err = io.Copy(&b, r)
		must(p.t, err)
		must(p.t, r.Close())
	}
	return b.String()
}

// passing is what differs between two answers that say the same.
var passing = regexp.MustCompile(`nonce="[^"]*"|nonce-[\w+/]*|"request_id":"[^"]*"|"took_ms":[\d.e-]*|Rückfragen: [a-z0-9]{10}|name="vorgang" value="[^"]*"|name="entwurf-id" value="[^"]*"`)

// SameAs describes how the answer about what is closed differs from that about
// what does not exist; "" when nobody can tell them apart.
func (p *Page) SameAs(other *Page, names, noNames map[string]string) string {
	plain := func(q *Page, names map[string]string) string {
		text := q.Unpacked()
		for name, id := range names {
			text = strings.NewReplacer(id, name, url.QueryEscape(id), name, url.PathEscape(id), name, strings.ToLower(id), name).Replace(text)
		}
		return passing.ReplaceAllString(text, "")
	}
	if p.Status != other.Status {
		return "status " + http.StatusText(p.Status) + " instead of " + http.StatusText(other.Status)
	}
	a, b := plain(p, names), plain(other, noNames)
	if a == b {
		return ""
	}
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	cut := func(s string) string {
		return string(bytes.ToValidUTF8([]byte(s[max(0, at-80):min(len(s), at+80)]), nil))
	}
	return "\n  " + cut(a) + "\ninstead of\n  " + cut(b)
}

// Fill replaces the words in braces.
func Fill(text string, names map[string]string) string {
	for name, id := range names {
		text = strings.ReplaceAll(text, name, id)
	}
	return text
}

// FillPath is Fill for addresses.
func FillPath(text string, names map[string]string) string {
	escaped := map[string]string{}
	for name, id := range names {
		escaped[name] = url.PathEscape(id)
	}
	return Fill(text, escaped)
}

// Hire adds somebody with roles to the cast.
func (s *Server) Hire(login, name, department string, grants ...account.Grant) {
	s.T.Helper()
	ctx := s.T.Context()
	p, err := s.Office.CreatePerson(ctx, s.Operator, account.Person{Login: login, DisplayName: name, Department: department})
	must(s.T, err)
	for _, g := range grants {
		g.Person = p.ID
		_, err := s.Office.Grant(ctx, s.Operator, g)
		must(s.T, err)
	}
	must(s.T, s.Auth.SetPassword(ctx, s.Operator, p.ID, Password))
	s.People[login] = p
}
