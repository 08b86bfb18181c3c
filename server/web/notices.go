package web

import (
	"net/http"
	"strconv"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
	"staffelstab/server/request"
)

// newsLines is how many news one page shows.
const newsLines = 100

// newsView is what somebody was told.
type newsView struct {
	News   []content.News
	Unread bool
	Until  string // time of the newest, so that nothing is read that was not shown
}

// changesView is a week of official changes.
type changesView struct {
	Week         content.Week
	From, Until  time.Time
	Before, Next string // weeks beside it; no next one after this week
	Changes      []content.OfficialChange
}

// followingView is what somebody follows and how they are told.
type followingView struct {
	Following   []content.Followed
	Departments []account.Department
	Wish        notice.Frequency
	Wishes      []notice.Frequency
	FeedMade    time.Time // zero: no address
	FeedAddress string    // of the one just made; shown this once
	Mistake     mistake
	Topic       string // what was typed
}

// unread counts news for the header; a page does not fail for it.
func (s *Server) unread(r *http.Request, actor account.Actor) int {
	if len(actor.Audience()) == 0 {
		return 0
	}
	n, err := s.Library.Unread(r.Context(), actor)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "news not counted", "request", request.From(r.Context()).ID, "error", err)
	}
	return n
}

func (s *Server) news(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if len(actor.Audience()) == 0 {
		return fault.New(fault.Forbidden, "content.no-content-role")
	}
	list, err := s.Library.News(r.Context(), actor, newsLines)
	if err != nil {
		return err
	}
	v := newsView{News: list}
	for i, n := range list {
		if i == 0 {
			v.Until = strconv.FormatInt(n.At.UnixMicro(), 10)
		}
		v.Unread = v.Unread || n.ReadAt.IsZero()
	}
	return s.render(w, r, http.StatusOK, "news", s.titled(r, "talk.news"), v)
}

func (s *Server) readNews(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if len(actor.Audience()) == 0 {
		return fault.New(fault.Forbidden, "content.no-content-role")
	}
	until, err := strconv.ParseInt(r.PostForm.Get("bis"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	if err := s.Library.ReadNews(r.Context(), actor, time.UnixMicro(until)); err != nil {
		return err
	}
	return see(w, r, "/neuigkeiten?meldung=neuigkeiten")
}

func (s *Server) officialChanges(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	this := content.WeekOf(s.Library.Now(), s.Zone)
	v := changesView{Week: this}
	if word := r.URL.Query().Get("woche"); word != "" {
		var err error
		if v.Week, err = content.ParseWeek(word); err != nil {
			return err
		}
	}
	var err error
	if v.Changes, err = s.Library.OfficialChanges(r.Context(), actor, v.Week); err != nil {
		return err
	}
	v.From = v.Week.Monday(s.Zone)
	v.Until, v.Before = v.From.AddDate(0, 0, 6), v.Week.Before().String()
	if v.From.Before(this.Monday(s.Zone)) {
		v.Next = v.Week.Next().String()
	}
	return s.render(w, r, http.StatusOK, "changes", s.titled(r, "talk.changes"), v)
}

func (s *Server) followingForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showFollowing(w, r, http.StatusOK, actor, followingView{})
}

func (s *Server) showFollowing(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v followingView) error {
	var err error
	if v.Following, err = s.Library.Following(r.Context(), actor); err != nil {
		return err
	}
	if v.Departments, err = s.Office.Departments(r.Context()); err != nil {
		return err
	}
	if v.Wish, err = s.Library.MailWish(r.Context(), actor); err != nil {
		return err
	}
	v.Wishes = []notice.Frequency{notice.Standard, notice.AtOnce, notice.Daily, notice.Weekly, notice.Never}
	v.FeedMade, err = s.Library.FeedMade(r.Context(), actor)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	f := s.titled(r, "talk.following")
	f.Crumbs = []Crumb{{f.T("web.account-title"), "/konto"}}
	return s.render(w, r, status, "following", f, v)
}

// changeFollowing follows a topic or department, or anything no longer.
func (s *Server) changeFollowing(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	watch := content.Watch{Kind: content.WatchKind(r.PostForm.Get("art")), Target: r.PostForm.Get("ziel")}
	err := s.follow(w, r, actor, watch, "/konto/folgen")
	if fault.Is(err, fault.Invalid) {
		v := followingView{Mistake: s.mistakeIn(r, err, "target", "ziel", "kind", "ziel")}
		if watch.Kind == content.WatchTopic {
			v.Topic = watch.Target
		}
		return s.showFollowing(w, r, http.StatusUnprocessableEntity, actor, v)
	}
	return err
}

func (s *Server) wishMail(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	err := s.Library.WishMail(r.Context(), actor, notice.Frequency(r.PostForm.Get("haeufigkeit")))
	if fault.Is(err, fault.Invalid) {
		return s.showFollowing(w, r, http.StatusUnprocessableEntity, actor, followingView{Mistake: s.mistakeIn(r, err, "frequency", "haeufigkeit")})
	}
	if err != nil {
		return err
	}
	return see(w, r, "/konto/folgen?meldung=mail")
}

// FrequencyName says how often mail comes.
func (f *Frame) FrequencyName(n notice.Frequency) string {
	switch n {
	case notice.AtOnce:
		return f.T("talk.mail-at-once")
	case notice.Daily:
		return f.T("talk.mail-daily")
	case notice.Weekly:
		return f.T("talk.mail-weekly")
	case notice.Never:
		return f.T("talk.mail-never")
	}
	return f.T("talk.mail-standard")
}

// Fresh marks what was not read yet.
func (f *Frame) Fresh() Badge { return Badge{f.T("talk.fresh"), "info", "info"} }
