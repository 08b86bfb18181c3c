package web

import (
	"net/http"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// accountView is the page about oneself.
type accountView struct {
	Roles    []roleLine
	Password mistake
	Tokens   []account.Token
	Token    mistake
	Form     tokenForm
	Secret   string // of the token just made; shown this once
	Scopes   []account.Access
	Keeps    bool // what the person reads is remembered
	Deputies bool // somebody stands in, or may
}

// tokenForm is a token as it was asked for.
type tokenForm struct{ Purpose, Scope, Days string }

type roleLine struct{ Role, Scope, Until string }

func (s *Server) accountForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showAccount(w, r, http.StatusOK, actor, accountView{})
}

func (s *Server) showAccount(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v accountView) error {
	f := s.titled(r, "web.account-title")
	if v.Token.Sentence == "" {
		v.Form = tokenForm{Scope: string(account.ReadAccess), Days: "90"}
	}
	v.Scopes = []account.Access{account.ReadAccess, account.WriteAccess}
	var err error
	if v.Tokens, err = s.Auth.Tokens(r.Context(), actor, actor.Person.ID); err != nil {
		return err
	}
	if v.Keeps, err = s.Library.KeepsReadings(r.Context(), actor); err != nil {
		return err
	}
	_, represented, err := s.Office.Deputies(r.Context(), actor, string(s.Library.Today()))
	if err != nil {
		return err
	}
	v.Deputies = account.CanAppointDeputy(actor) || len(represented) > 0
	for _, g := range actor.Grants {
		v.Roles = append(v.Roles, f.roleLine(g))
	}
	return s.render(w, r, status, "account", f, v)
}

func (f *Frame) roleLine(g account.Grant) roleLine {
	line := roleLine{Role: f.Role(g.Role), Scope: f.T("web.scope-city")}
	if d, ok := g.Scope.Department(); ok {
		line.Scope = f.T("web.department", "department", d)
	}
	if c, ok := g.Scope.Cohort(); ok {
		line.Scope = f.T("web.scope-cohort", "cohort", c)
	}
	if t, err := time.Parse(time.DateOnly, g.Until); err == nil {
		line.Until = i18n.Date(f.Locale, t)
	}
	return line
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	fresh := r.PostForm.Get("neu")
	err := checkRepeat(fresh, r.PostForm.Get("wiederholung"))
	if err == nil {
		err = s.Auth.ChangePassword(r.Context(), actor, r.PostForm.Get("alt"), fresh)
	}
	if f, ok := fault.Of(err); ok && f.Kind.Status() < 500 {
		return s.showAccount(w, r, http.StatusUnprocessableEntity, actor, accountView{Password: s.mistakeIn(r, err, "password", "neu")})
	}
	if err != nil {
		return err
	}
	// Every session ended with the old password; this browser gets a new one.
	secret, _, err := s.Auth.SignIn(r.Context(), actor.Person.Login, fresh)
	if err != nil {
		return err
	}
	s.Cookies.Set(w, secret)
	return see(w, r, "/konto?meldung=passwort")
}

// createToken answers with the page itself: the secret is in no address and in
// no history.
func (s *Server) createToken(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	form := tokenForm{r.PostForm.Get("wofuer"), r.PostForm.Get("umfang"), r.PostForm.Get("tage")}
	secret, err := s.Auth.CreateToken(r.Context(), actor, actor.Person.ID, form.Purpose, account.Access(form.Scope), number(form.Days))
	if fault.Is(err, fault.Invalid) {
		return s.showAccount(w, r, http.StatusUnprocessableEntity, actor, accountView{Form: form, Token: s.mistakeIn(r, err, "scope", "umfang")})
	}
	if err != nil {
		return err
	}
	return s.showAccount(w, r, http.StatusOK, actor, accountView{Secret: secret})
}

func (s *Server) withdrawToken(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := s.Auth.WithdrawToken(r.Context(), actor, actor.Person.ID, r.PathValue("id")); err != nil {
		return err
	}
	return see(w, r, "/konto?meldung=token")
}
