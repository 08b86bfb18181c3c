package web

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/i18n"
	"staffelstab/lessons/zak"
	"staffelstab/server/request"
)

// Frame is what every page shows around its content.
type Frame struct {
	Title     string
	Crumbs    []Crumb
	Query     string // what stands in the search box
	Wide      bool   // tables use the whole width
	Actor     account.Actor
	Locale    i18n.Locale
	Theme     string // "light", "dark" or "" for the system's
	Menu      []MenuEntry
	Nonce     string
	RequestID string
	Version   string
	Demo      bool
	Opening   bool   // nothing can be changed yet
	Here      string // address of this page, for the way back
	Notice    string // sentence after something was done
	Unread    int    // news for the actor
	Decides   bool   // about proposals, as reviewer or standing in for one

	catalogue *i18n.Catalogue
	zone      *time.Location
}

// Crumb is a step of the way to a page.
type Crumb struct{ Text, Href string }

// MenuEntry is a place somebody can go to.
type MenuEntry struct {
	Text, Href, Icon string
	Current          bool
}

const themeCookie = "darstellung"

// frame begins the frame of a page.
func (s *Server) frame(r *http.Request, title string) *Frame {
	info := request.From(r.Context())
	return &Frame{Title: title, Actor: info.Actor, Locale: info.Locale, catalogue: s.Catalogue, zone: s.Zone}
}

// titled begins a frame with a title from the catalogue.
func (s *Server) titled(r *http.Request, key string) *Frame {
	return s.frame(r, s.Catalogue.Text(request.From(r.Context()).Locale, key, nil))
}

// complete fills in what is the same on every page.
func (s *Server) complete(f *Frame, r *http.Request, nonce string) {
	info := request.From(r.Context())
	f.Nonce, f.RequestID, f.Version, f.Demo = nonce, info.ID, s.Version, len(s.DemoPeople) > 0
	f.Opening = s.opening()
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		f.Theme = c.Value
	}
	f.Here = "/"
	if r.Method == http.MethodGet {
		f.Here = local(r.URL.RequestURI())
	}
	f.Decides = s.decides(r, f.Actor)
	f.Menu, f.Unread = s.menu(f, r.URL.Path), s.unread(r, f.Actor)
	f.here()
	if key := noticeKey(r.URL.Query().Get("meldung")); key != "" {
		f.Notice = f.T(key)
	}
}

// opening tells whether the library is still being read.
func (s *Server) opening() bool { return s.Writable != nil && s.Writable() != nil }

// noticeKey maps the word in an address to a sentence; anything else says
// nothing, so that nobody can write on our pages through a link.
func noticeKey(word string) string {
	keys := map[string]string{
		"gespeichert": "web.notice-saved", "wiederhergestellt": "web.notice-restored", "angehaengt": "web.notice-attached",
		"entfernt": "web.notice-detached", "passwort": "web.notice-password", "konto": "web.notice-account",
		"token": "web.notice-token", "bereich": "web.notice-department", "beruf": "web.notice-occupation",
		"eingereicht": "web.notice-submitted", "freigegeben": "web.notice-released", "zugestimmt": "web.notice-approved",
		"zurueckgegeben": "web.notice-returned", "zurueckgezogen": "web.notice-withdrawn", "regel": "policy.notice-rule",
		"vertretung": "policy.notice-deputy", "vertretung-beendet": "policy.notice-deputy-ended", "jahrgang": "web.notice-cohort",
		"verworfen": "web.notice-discarded", "entwurf": "web.notice-draft", "bestaetigt": "validity.notice-confirmed",
		"uebergeben": "validity.notice-handed-over", "gelesen": "web.notice-read", "person": "web.notice-apprentice",
		"kenntnis": "acknowledge.notice-done", "gemerkt": "acknowledge.notice-favour", "vergessen": "acknowledge.notice-unfavour",
		"zuletzt-gelesen": "acknowledge.notice-recent", "altname": "account.old-name-forgotten",
	}
	if key, ok := keys[word]; ok {
		return key
	}
	if key := legacyNotice(word); key != "" {
		return key
	}
	if key := linkNotice(word); key != "" {
		return key
	}
	return talkNotice(word)
}

// here marks the part of the menu the page belongs to: the first crumb knows
// better than the address, which is the same for every text.
func (f *Frame) here() {
	if len(f.Crumbs) == 0 {
		return
	}
	at := slices.IndexFunc(f.Menu, func(e MenuEntry) bool { return e.Href == f.Crumbs[0].Href })
	for i := range f.Menu {
		f.Menu[i].Current = f.Menu[i].Current && at < 0 || i == at
	}
}

// menu lists where this actor can go.
func (s *Server) menu(f *Frame, at string) []MenuEntry {
	if !f.Actor.SignedIn() {
		return nil
	}
	var out []MenuEntry
	add := func(key, href, icon string, prefixes ...string) {
		e := MenuEntry{Text: f.T(key), Href: href, Icon: icon, Current: at == href}
		for _, p := range prefixes {
			e.Current = e.Current || at == p || strings.HasPrefix(at, p+"/")
		}
		out = append(out, e)
	}
	add("web.menu-home", "/", "home")
	if len(f.Actor.Audience()) > 0 {
		add("web.menu-knowledge", "/wissen", "draft", "/wissen", "/a", "/neu")
		add("web.menu-standards", "/standards", "checklist", "/standards")
		add("web.menu-learning", "/lernen", "easy-language", "/lernen")
	}
	if f.Decides {
		add("web.menu-reviews", "/vorschlaege", "check", "/vorschlaege")
	}
	if content.CanSeeDue(f.Actor) {
		add("validity.due-title", "/aktualitaet", "autorenew")
	}
	if zak.CanTrackAny(f.Actor) {
		add("web.menu-training", "/ausbildung", "calendar-today", "/ausbildung")
	}
	if account.CanAdminister(f.Actor) {
		add("web.menu-administration", "/verwaltung", "account-circle", "/verwaltung")
	} else if account.CanReadAudit(f.Actor) {
		add("web.menu-audit", "/verwaltung/protokoll", "checklist")
	}
	return out
}

// T translates a key; pairs are placeholder names and values.
func (f *Frame) T(key string, pairs ...any) string {
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return f.catalogue.Text(f.Locale, key, args)
}

// N translates a count.
func (f *Frame) N(one, other string, n int) string {
	return f.catalogue.Plural(f.Locale, one, other, n)
}

// Date writes a moment as a day.
func (f *Frame) Date(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return i18n.Date(f.Locale, t.In(f.zone))
}

// DateTime writes a moment.
func (f *Frame) DateTime(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return i18n.DateTime(f.Locale, t.In(f.zone))
}

// Day writes a date of the domain.
func (f *Frame) Day(d content.Date) string { return i18n.Date(f.Locale, d.Time()) }

// Kind names a kind of text.
func (f *Frame) Kind(k content.Kind) string {
	switch k {
	case content.KindStandard:
		return f.T("web.kind-standard")
	case content.KindInstruction:
		return f.T("web.kind-instruction")
	case content.KindAgreement:
		return f.T("web.kind-agreement")
	case content.KindRegulation:
		return f.T("web.kind-regulation")
	case content.KindTemplate:
		return f.T("web.kind-template")
	case content.KindModule:
		return f.T("web.kind-module")
	case content.KindLesson:
		return f.T("web.kind-lesson")
	}
	return f.T("web.kind-article")
}

// Badge is a state as word, icon and colour.
type Badge struct{ Text, Tone, Icon string }

// Status names the state of a text.
func (f *Frame) Status(s content.Status) Badge {
	switch s {
	case content.StatusFuture:
		return Badge{f.T("web.status-future"), "info", "info"}
	case content.StatusReviewOverdue:
		return Badge{f.T("web.status-review-overdue"), "warning", "warning"}
	case content.StatusExpired:
		return Badge{f.T("web.status-expired"), "danger", "danger"}
	case content.StatusSuperseded:
		return Badge{f.T("web.status-superseded"), "danger", "danger"}
	}
	return Badge{f.T("web.status-valid"), "success", "success"}
}

// ProposalState names where a proposal stands.
func (f *Frame) ProposalState(s content.ProposalState) Badge {
	switch s {
	case content.ProposalSubmitted:
		return Badge{f.T("web.state-submitted"), "info", "info"}
	case content.ProposalReturned:
		return Badge{f.T("web.state-returned"), "warning", "warning"}
	case content.ProposalReleased:
		return Badge{f.T("web.state-released"), "success", "success"}
	case content.ProposalWithdrawn:
		return Badge{f.T("web.state-withdrawn"), "info", "close"}
	}
	return Badge{f.T("web.state-draft"), "info", "edit"}
}

// Bindings are the answers to whether a standard binds.
func (f *Frame) Bindings() []content.Binding {
	return []content.Binding{content.BindingYes, content.BindingNo, content.BindingUnchecked}
}

// Binding names whether a standard binds; "" says nothing.
func (f *Frame) Binding(b content.Binding) string {
	switch b {
	case content.BindingYes:
		return f.T("web.binding-yes")
	case content.BindingNo:
		return f.T("web.binding-no")
	case content.BindingUnchecked:
		return f.T("web.binding-unchecked")
	}
	return ""
}

// Role names a role.
func (f *Frame) Role(r account.Role) string {
	switch r {
	case account.Author:
		return f.T("web.role-author")
	case account.Editor:
		return f.T("web.role-editor")
	case account.Reviewer:
		return f.T("web.role-reviewer")
	case account.Apprentice:
		return f.T("web.role-apprentice")
	case account.Supervisor:
		return f.T("web.role-supervisor")
	case account.Trainer:
		return f.T("web.role-trainer")
	case account.TrainingHead:
		return f.T("web.role-training-head")
	case account.Superior:
		return f.T("web.role-superior")
	case account.DataProtection:
		return f.T("web.role-data-protection")
	case account.StaffCouncil:
		return f.T("web.role-staff-council")
	case account.Auditor:
		return f.T("web.role-auditor")
	case account.Admin:
		return f.T("web.role-admin")
	}
	return f.T("web.role-reader")
}

// DayText writes a day that the domain keeps as text.
func (f *Frame) DayText(day string) string { return f.Day(content.Date(day)) }

// Locked names the state of an account that may not sign in.
func (f *Frame) Locked() Badge { return Badge{f.T("web.locked"), "danger", "danger"} }

// Action names what the audit log says was done; a word that has no name yet
// is shown as it is.
func (f *Frame) Action(word string) string {
	keys := map[string]string{
		"person.created": "web.did-create", "person.changed": "web.did-change", "person.disabled": "web.did-lock",
		"names.kept": "account.did-keep-names", "names.forgotten": "account.did-forget-name",
		"person.enabled": "web.did-unlock", "person.erased": "web.did-erase", "role.granted": "web.did-grant",
		"role.revoked": "web.did-revoke", "password.set": "web.did-password", "token.created": "web.did-token",
		"token.withdrawn": "web.did-withdraw", "department.saved": "web.did-department", "text.exported": "export.did-export",
		content.ActionAcknowledgementsRead: "acknowledge.did-read", content.ActionAcknowledgementsExported: "acknowledge.did-export",
		"approval-rule.set": "policy.did-rule", "approval-rule.removed": "policy.did-rule-removed",
		"deputy.appointed": "policy.did-deputy", "deputy.withdrawn": "policy.did-deputy-withdrawn",
	}
	if key, ok := keys[word]; ok {
		return f.T(key)
	}
	return word
}

// Detail says what an entry of the audit log is about: which role for what, or
// what a token allows.
func (f *Frame) Detail(e account.Event) string {
	role, scope, _ := strings.Cut(e.Detail, " ")
	switch {
	case strings.HasPrefix(e.Action, "role.") && account.Role(role).Valid():
		line := f.roleLine(account.Grant{Role: account.Role(role), Scope: account.Scope(scope)})
		return line.Role + " – " + line.Scope
	case strings.HasPrefix(e.Action, "token."):
		return f.Access(account.Access(e.Detail))
	}
	return e.Detail
}

// Access says what a token allows.
func (f *Frame) Access(a account.Access) string {
	switch a {
	case account.WriteAccess:
		return f.T("web.access-write")
	case account.AdminAccess:
		return f.T("web.access-admin")
	}
	return f.T("web.access-read")
}

// Size writes a number of bytes.
func (f *Frame) Size(bytes int64) string {
	switch {
	case bytes >= 10<<20:
		return f.T("web.megabytes", "n", int(bytes>>20))
	case bytes >= 1<<10:
		return f.T("web.kilobytes", "n", int(bytes>>10))
	}
	return f.T("web.bytes", "n", int(bytes))
}

// HTML marks text as safe. Only output of content/markdown may pass.
func (f *Frame) HTML(sanitised string) template.HTML { return template.HTML(sanitised) }

// funcs are what templates can call beside the frame's methods.
func (s *Server) funcs() template.FuncMap {
	return template.FuncMap{
		"asset": s.static.address,
		"dict": func(pairs ...any) (map[string]any, error) {
			if len(pairs)%2 != 0 {
				return nil, fmt.Errorf("dict: odd number of arguments")
			}
			m := make(map[string]any, len(pairs)/2)
			for i := 0; i < len(pairs); i += 2 {
				m[fmt.Sprint(pairs[i])] = pairs[i+1]
			}
			return m, nil
		},
		"inc":   func(n int) int { return n + 1 },
		"dec":   func(n int) int { return n - 1 },
		"join":  strings.Join,
		"isday": i18n.IsDay,
	}
}
