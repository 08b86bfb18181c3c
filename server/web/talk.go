package web

import (
	"net/http"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Waits and Answered are the states of a question.
func (f *Frame) Waits() Badge { return Badge{f.T("talk.waits"), "warning", "question-mark"} }

// Answered names a question that needs nothing more: answered, or closed
// without an answer.
func (f *Frame) Answered(answer string) Badge {
	if answer == "" {
		return Badge{f.T("talk.closed"), "info", "check"}
	}
	return Badge{f.T("talk.answered"), "success", "success"}
}

// Short is the beginning of what somebody wrote.
func (f *Frame) Short(text string) string {
	words := []rune(strings.Join(strings.Fields(text), " "))
	if len(words) > 90 {
		return string(words[:90]) + " …"
	}
	return string(words)
}

// CommentLine is the question itself, for the part that shows one.
func (v questionView) CommentLine() commentLine { return v.commentLine }

// talkView is what readers say about a text, below it.
type talkView struct {
	Comments []commentLine
	Open     int  // questions without an answer
	MayAsk   bool // the newest version, by a sign-in that may write
	Help     content.Help
	Follows  bool
}

// commentLine is a comment as one reader sees it.
type commentLine struct {
	content.Comment
	Name, Answerer, Assigned string // display names; "" when erased
	Gone                     bool   // its heading is not in the text any more
	CanAnswer, CanResolve    bool
	CanTake                  bool // put the answer into the text
}

// askedLine is an open question in a list.
type askedLine struct {
	content.Question
	Name string
}

// askView is the form for a question or comment.
type askView struct {
	Article                 content.Article
	Sections                []content.Heading
	Anchor, Text, Operation string
	Remark                  bool // a comment, no question
	Mistake                 mistake
}

// questionView is the page of one question or comment.
type questionView struct {
	commentLine
	Title   string
	People  []account.Person // it may be given to
	Typed   string           // what was typed
	Mistake mistake
}

func talkNotice(word string) string {
	switch word {
	case "gefragt":
		return "talk.notice-asked"
	case "angemerkt":
		return "talk.notice-said"
	case "beantwortet":
		return "talk.notice-answered"
	case "erledigt":
		return "talk.notice-resolved"
	case "zugewiesen":
		return "talk.notice-assigned"
	case "hilfreich":
		return "talk.notice-helpful"
	case "folgen":
		return "talk.notice-following"
	case "nicht-folgen":
		return "talk.notice-unfollowed"
	case "neuigkeiten":
		return "talk.notice-read"
	case "mail":
		return "talk.notice-mail"
	case "feed":
		return "talk.notice-feed"
	case "zusammengefuehrt":
		return "gaps.notice-joined"
	}
	return ""
}

// talkOf is what stands below a text; an older version has nothing there.
func (s *Server) talkOf(r *http.Request, actor account.Actor, view content.View) (talkView, error) {
	v := talkView{MayAsk: view.Current && actor.CanWrite()}
	if !view.Current {
		return v, nil
	}
	id := view.Article.ID
	comments, err := s.Library.Comments(r.Context(), actor, id)
	if err != nil {
		return v, err
	}
	for _, c := range comments {
		if c.Open() {
			v.Open++
		}
	}
	if v.Comments, err = s.commentLines(r, actor, view, comments); err != nil {
		return v, err
	}
	if v.Help, err = s.Library.Help(r.Context(), actor, id); err != nil {
		return v, err
	}
	followed, err := s.Library.Following(r.Context(), actor)
	for _, f := range followed {
		v.Follows = v.Follows || f.Kind == content.WatchArticle && f.Target == string(id)
	}
	return v, err
}

func (s *Server) commentLines(r *http.Request, actor account.Actor, view content.View, comments []content.Comment) ([]commentLine, error) {
	var pseudonyms []string
	for _, c := range comments {
		pseudonyms = append(pseudonyms, c.Author, c.AnsweredBy, c.Assignee)
	}
	names, err := s.Office.Names(r.Context(), actor, pseudonyms)
	if err != nil {
		return nil, err
	}
	headings := map[string]bool{"": true}
	for _, h := range view.Outline {
		headings[h.Anchor] = true
	}
	out := make([]commentLine, len(comments))
	for i, c := range comments {
		department := view.Article.Department
		out[i] = commentLine{
			Comment: c, Name: names[c.Author], Answerer: names[c.AnsweredBy], Assigned: names[c.Assignee], Gone: !headings[c.Anchor],
			CanAnswer: content.CanAnswer(actor, c, department), CanResolve: content.CanResolve(actor, c, department),
			CanTake: c.Answer != "" && c.AnsweredIn == "" && actor.CanWrite() && (view.CanEdit || view.CanPropose),
		}
	}
	return out, nil
}

func (s *Server) askForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showAsk(w, r, http.StatusOK, actor, askView{Anchor: r.URL.Query().Get("abschnitt"), Operation: s.IDs.New()})
}

func (s *Server) showAsk(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v askView) error {
	view, err := s.Library.Read(r.Context(), actor, content.ID(r.PathValue("id")), "")
	if err != nil {
		return err
	}
	v.Article, v.Sections = view.Article, view.Outline
	f := s.titled(r, "talk.ask")
	f.Title = f.T("talk.ask-about", "title", view.Article.Title)
	f.Crumbs = append(f.crumbsOf(view.Article), Crumb{view.Article.Title, content.Address(view.Article.ID)})
	return s.render(w, r, status, "ask", f, v)
}

func (s *Server) ask(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := askView{Anchor: r.PostForm.Get("abschnitt"), Text: r.PostForm.Get("text"), Operation: r.PostForm.Get("vorgang"), Remark: r.PostForm.Get("art") == "anmerkung"}
	c, err := s.Library.Say(r.Context(), actor, content.ID(r.PathValue("id")), content.Remark{
		Anchor: v.Anchor, Text: v.Text, Question: !v.Remark, Operation: content.OperationKey(actor, v.Operation),
	})
	if fault.Is(err, fault.Invalid) {
		v.Mistake = s.mistakeIn(r, err, "anchor", "abschnitt")
		return s.showAsk(w, r, http.StatusUnprocessableEntity, actor, v)
	}
	if err != nil {
		return err
	}
	word := "gefragt"
	if v.Remark {
		word = "angemerkt"
	}
	return see(w, r, content.Address(c.Article)+"?meldung="+word+"#frage_"+string(c.ID))
}

func (s *Server) helpful(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id, yes := content.ID(r.PathValue("id")), r.PostForm.Get("hilfreich") == "ja"
	if err := s.Library.Helped(r.Context(), actor, id, yes); err != nil {
		return err
	}
	if !yes {
		return see(w, r, content.Address(id)+"#hilfreich_")
	}
	return see(w, r, content.Address(id)+"?meldung=hilfreich#hilfreich_")
}

func (s *Server) homeQuestions(r *http.Request, actor account.Actor, _ *Frame, v *homeView) error {
	if len(actor.Audience()) == 0 {
		return nil
	}
	var err error
	v.Asked, err = s.questionLines(r, actor)
	return err
}

func (s *Server) questionLines(r *http.Request, actor account.Actor) ([]askedLine, error) {
	list, err := s.Library.Questions(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	pseudonyms := make([]string, len(list))
	for i, q := range list {
		pseudonyms[i] = q.Author
	}
	names, err := s.Office.Names(r.Context(), actor, pseudonyms)
	if err != nil {
		return nil, err
	}
	out := make([]askedLine, len(list))
	for i, q := range list {
		out[i] = askedLine{q, names[q.Author]}
	}
	return out, nil
}

func (s *Server) questions(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	list, err := s.questionLines(r, actor)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "questions", s.titled(r, "talk.questions"), list)
}

func (s *Server) askedQuestion(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showQuestion(w, r, http.StatusOK, actor, "", mistake{})
}

func (s *Server) showQuestion(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, typed string, wrong mistake) error {
	id := content.CommentID(r.PathValue("id"))
	c, err := s.Library.CommentByID(r.Context(), actor, id)
	if err != nil {
		return err
	}
	view, err := s.Library.Read(r.Context(), actor, c.Article, "")
	if err != nil {
		return err
	}
	lines, err := s.commentLines(r, actor, view, []content.Comment{c})
	if err != nil {
		return err
	}
	v := questionView{commentLine: lines[0], Title: view.Article.Title, Typed: typed, Mistake: wrong}
	if v.People, err = s.Library.Assignable(r.Context(), actor, id); err != nil {
		return err
	}
	f := s.titled(r, "talk.questions")
	f.Title = f.T("talk.said-about", "title", view.Article.Title)
	f.Crumbs = []Crumb{{view.Article.Title, content.Address(view.Article.ID)}}
	return s.render(w, r, status, "question", f, v)
}

// onQuestion runs a step and shows the question again when it cannot be done.
func (s *Server) onQuestion(w http.ResponseWriter, r *http.Request, actor account.Actor, word string, step func(content.CommentID) (content.Comment, error)) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	c, err := step(content.CommentID(r.PathValue("id")))
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		return s.showQuestion(w, r, f.Kind.Status(), actor, r.PostForm.Get("text"), s.mistakeIn(r, err, "assignee", "person"))
	}
	if err != nil {
		return err
	}
	return see(w, r, content.Address(c.Article)+"?meldung="+word+"#frage_"+string(c.ID))
}

func (s *Server) answerQuestion(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.onQuestion(w, r, actor, "beantwortet", func(id content.CommentID) (content.Comment, error) {
		return s.Library.Answer(r.Context(), actor, id, r.PostForm.Get("text"))
	})
}

func (s *Server) resolveComment(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.onQuestion(w, r, actor, "erledigt", func(id content.CommentID) (content.Comment, error) {
		return s.Library.Resolve(r.Context(), actor, id)
	})
}

func (s *Server) assignQuestion(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.onQuestion(w, r, actor, "zugewiesen", func(id content.CommentID) (content.Comment, error) {
		return s.Library.Assign(r.Context(), actor, id, r.PostForm.Get("person"))
	})
}

// takeUpAnswer opens the editor, or the form for a proposal, with the answer
// in the text. Nothing is saved until the person saves it.
func (s *Server) takeUpAnswer(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	c, err := s.Library.CommentByID(r.Context(), actor, content.CommentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	source, err := s.Library.Source(r.Context(), actor, c.Article, "")
	if err != nil {
		return err
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	a := source.Article
	v := editorView{
		ID: a.ID, Article: a, Base: a.ETag, Operation: s.IDs.New(), Form: formOf(source), Approval: !rules.CanEdit(actor, a.Kind, a.Department),
	}
	if err := s.takeUpDraft(r, actor, &v); err != nil {
		return err
	}
	if v.Form.Body, err = s.Library.TakeUp(r.Context(), actor, c.ID, v.Form.Body); err != nil {
		return err
	}
	v.Form.Message = s.titled(r, "talk.questions").T("talk.taken-message")
	return s.showEditor(w, r, http.StatusOK, actor, v)
}

// followArticle follows a text or no longer.
func (s *Server) followArticle(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id := r.PathValue("id")
	return s.follow(w, r, actor, content.Watch{Kind: content.WatchArticle, Target: id}, content.Address(content.ID(id)))
}

func (s *Server) follow(w http.ResponseWriter, r *http.Request, actor account.Actor, watch content.Watch, back string) error {
	verb, word := s.Library.Follow, "folgen"
	if r.PostForm.Get("folgen") == "nein" {
		verb, word = s.Library.Unfollow, "nicht-folgen"
	}
	if err := verb(r.Context(), actor, watch); err != nil {
		return err
	}
	return see(w, r, strings.TrimSuffix(back, "/")+"?meldung="+word)
}
