package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/auth"
	"staffelstab/server/request"
)

// signInView is the sign-in page.
type signInView struct {
	Login   string
	Next    string
	Mistake mistake
	People  []DemoPerson
	// What somebody wrote while the session ended.
	Kept, KeptTitle string
	Fields          []keptField // it comes back by itself; none when it has to be copied
}

func (s *Server) signInForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if actor.SignedIn() {
		return see(w, r, "/")
	}
	return s.showSignIn(w, r, http.StatusOK, signInView{Next: local(r.URL.Query().Get("weiter"))})
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request, status int, v signInView) error {
	v.People = s.DemoPeople
	return s.render(w, r, status, "signin", s.titled(r, "web.sign-in-title"), v)
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	login, next := r.PostForm.Get("anmeldename"), local(r.PostForm.Get("weiter"))
	secret, person, err := s.Auth.SignIn(r.Context(), login, r.PostForm.Get("passwort"))
	if f, ok := fault.Of(err); ok && f.Kind.Status() < 500 {
		v := signInView{Login: login, Next: next, Mistake: s.mistakeIn(r, err)}
		v.signInAgain(r.PostForm)
		return s.showSignIn(w, r, f.Kind.Status(), v)
	}
	if err != nil {
		return err
	}
	return s.enterWith(w, r, person, secret)
}

func (s *Server) signInDemo(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	secret, person, err := s.Auth.SignInDemo(r.Context(), r.PostForm.Get("anmeldename"))
	if err != nil {
		return err
	}
	return s.enterWith(w, r, person, secret)
}

// enter ends a session the browser may still have and begins the new one.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, secret, next string) error {
	if old := s.Cookies.Read(r); old != "" {
		if err := s.Auth.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	s.Cookies.Set(w, secret)
	return see(w, r, next)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	if secret := s.Cookies.Read(r); secret != "" {
		if err := s.Auth.SignOut(r.Context(), secret); err != nil {
			return err
		}
	}
	s.Cookies.Clear(w)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return see(w, r, "/anmelden")
}

// setupView is the page where the first administrator is made.
type setupView struct {
	Login, Name string
	Mistake     mistake
}

func (s *Server) setupForm(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	if err := s.Auth.CheckSetup(r.PathValue("secret")); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "setup", s.titled(r, "web.setup-title"), setupView{})
}

func (s *Server) setup(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := setupView{Login: r.PostForm.Get("anmeldename"), Name: r.PostForm.Get("name")}
	password := r.PostForm.Get("passwort")
	err := checkRepeat(password, r.PostForm.Get("wiederholung"))
	if err == nil {
		err = s.Auth.CompleteSetup(r.Context(), s.Office, r.PathValue("secret"), account.Person{Login: v.Login, DisplayName: v.Name}, password)
	}
	if f, ok := fault.Of(err); ok && f.Kind.Status() < 500 && f.Kind != fault.NotFound {
		v.Mistake = s.mistakeIn(r, err)
		return s.render(w, r, f.Kind.Status(), "setup", s.titled(r, "web.setup-title"), v)
	}
	if err != nil {
		return err
	}
	return see(w, r, "/anmelden")
}

func checkRepeat(password, again string) error {
	if password != again {
		return fault.New(fault.Invalid, "web.passwords-differ").InField("wiederholung")
	}
	return nil
}

func (s *Server) setLanguage(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	language := i18n.Locale(r.PostForm.Get("sprache"))
	if language != i18n.English {
		language = i18n.German
	}
	s.remember(w, request.LocaleCookie, string(language))
	return see(w, r, local(r.PostForm.Get("zurueck")))
}

func (s *Server) setTheme(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	theme := r.PostForm.Get("darstellung")
	if theme != "light" && theme != "dark" {
		theme = "system"
	}
	s.remember(w, themeCookie, theme)
	return see(w, r, local(r.PostForm.Get("zurueck")))
}

// remember keeps a setting of the browser for a year. It is no secret.
func (s *Server) remember(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: s.Cookies.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// legal shows one of the pages everybody may read. They are prose, written
// once for each language.
func (s *Server) legal(title, page string) Handler {
	return func(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
		f := s.titled(r, title)
		return s.render(w, r, http.StatusOK, page+"."+string(f.Locale), f, struct{ SessionHours, DayHours, MinPassword int }{
			int(auth.SessionIdle / time.Hour), int(auth.SessionAbsolute / time.Hour), auth.MinPassword,
		})
	}
}

// securityText tells researchers where to go (RFC 9116). The contact is the
// page of this instance, because the product does not know its operator.
func (s *Server) securityText(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	scheme := "http"
	if s.Cookies.Secure {
		scheme = "https"
	}
	base := scheme + "://" + r.Host
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	expires := s.Library.Now().UTC().AddDate(0, 6, 0).Truncate(24 * time.Hour)
	_, err := fmt.Fprintf(w, "Contact: %s/hilfe\nExpires: %s\nPreferred-Languages: de, en\nCanonical: %s/.well-known/security.txt\n",
		base, expires.Format(time.RFC3339), base)
	return err
}

// badForm is what a browser never sends.
func badForm(err error) error {
	if strings.Contains(err.Error(), "request body too large") {
		return fault.New(fault.TooLarge, "web.form-too-large").Because(err)
	}
	return fault.New(fault.Invalid, "web.bad-form").Because(err)
}
