package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// deskView is how far the departments are with what came from old systems.
type deskView struct {
	Standings []standingLine
	Runs      []legacy.Run
	Trial     bool     // an export may be tried
	Last      string   // subject that was decided just now, to take back
	Merged    []string // what became of identical ones just now
}

// standingLine is a department.
type standingLine struct {
	legacy.Standing
	Name    string
	Done    int
	Percent int
	Next    string // address of the first open question the person may answer
	List    string // address of all open ones
	Decided string // address of what was decided; empty: nothing
	Kinds   []kindCount
}

type kindCount struct {
	Kind legacy.Kind
	Open int
	Href string
}

// runsShown is how many runs the page names.
const runsShown = 10

func (s *Server) legacyDesk(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	ctx := r.Context()
	standings, err := s.Legacy.Standings(ctx, actor)
	if err != nil {
		return err
	}
	departments, err := s.Office.Departments(ctx)
	if err != nil {
		return err
	}
	v := deskView{Trial: legacy.CanSee(actor), Last: r.URL.Query().Get("zuletzt"), Merged: s.merged(r)}
	for _, each := range standings {
		line := standingLine{Standing: each, Done: each.All - each.Open, Percent: 100, List: listAddress([]string{each.Department}, "", 0)}
		if each.All > 0 {
			line.Percent = 100 * line.Done / each.All
		}
		if i := slices.IndexFunc(departments, func(d account.Department) bool { return d.ID == each.Department }); i >= 0 {
			line.Name = departments[i].Name
		}
		if line.Done > 0 {
			line.Decided = decidedAddress([]string{each.Department}, "", 0)
		}
		if each.Mine > 0 {
			line.Next = "/ueberfuehrung/frage?" + url.Values{"fb": {each.Department}}.Encode()
		}
		for _, k := range legacy.Kinds() {
			if n := each.ByKind[k]; n > 0 {
				line.Kinds = append(line.Kinds, kindCount{k, n, listAddress([]string{each.Department}, string(k), 0)})
			}
		}
		v.Standings = append(v.Standings, line)
	}
	if v.Runs, _, err = s.Legacy.Runs(ctx, actor, runsShown, 0); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "legacydesk", s.titled(r, "legacy.title"), v)
}

// departmentsOf are the departments a list is about; nil: all the person tends.
// "fb=" names what has none.
func departmentsOf(values url.Values) []string {
	if !values.Has("fb") {
		return nil
	}
	return []string{values.Get("fb")}
}

func listAddress(departments []string, kind string, start int) string {
	return "/ueberfuehrung/fragen?" + listValues(departments, kind, start).Encode()
}

func listValues(departments []string, kind string, start int) url.Values {
	values := url.Values{}
	if departments != nil {
		values["fb"] = departments
	}
	if kind != "" {
		values.Set("art", kind)
	}
	if start > 0 {
		values.Set("ab", strconv.Itoa(start))
	}
	return values
}

// questionAddress leads to a question at the desk of a department.
func questionAddress(subject, desk string) string {
	values := url.Values{"frage": {subject}}
	if desk != "" {
		values.Set("fb", desk)
	}
	return "/ueberfuehrung/frage?" + values.Encode()
}

// QuestionAddress leads to a question at the desk of a department.
func (f *Frame) QuestionAddress(subject, desk string) string { return questionAddress(subject, desk) }

// legacyListView lists open questions of a department, or of all.
type legacyListView struct {
	Departments []string // nil: all
	Kind        legacy.Kind
	Questions   []legacyLine
	Total       int
	Next        string
	Decided     string // address of what was decided
}

type legacyLine struct {
	legacy.Question
	Href string
}

func (s *Server) legacyQuestions(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	values := r.URL.Query()
	v := legacyListView{Departments: departmentsOf(values), Kind: legacy.Kind(values.Get("art"))}
	v.Decided = decidedAddress(v.Departments, string(v.Kind), 0)
	filter := legacy.QuestionFilter{Departments: v.Departments, Open: true, Limit: tendPerPage, Offset: number(values.Get("ab"))}
	if v.Kind != "" {
		filter.Kinds = []legacy.Kind{v.Kind}
	}
	found, total, err := s.Legacy.Questions(r.Context(), actor, filter)
	if err != nil {
		return err
	}
	v.Total = total
	for _, q := range found {
		v.Questions = append(v.Questions, legacyLine{q, questionAddress(q.Subject, values.Get("fb"))})
	}
	if filter.Offset+tendPerPage < total {
		v.Next = listAddress(v.Departments, string(v.Kind), filter.Offset+tendPerPage)
	}
	f := s.titled(r, "legacy.questions-title")
	f.Crumbs = []Crumb{{f.T("legacy.title"), "/ueberfuehrung"}}
	return s.render(w, r, http.StatusOK, "legacyquestions", f, v)
}

// legacyView is a question with both sides.
type legacyView struct {
	legacy.View
	Done    int // of the department's questions
	Answers []legacyAnswer
	Left    []marked // what people saw in the old system
	Right   []marked // the other document, of pairs
	Last    string   // subject that was decided just now, to take back
	DoneBy  string
	Mistake mistake
	Note    string
	Before  string // addresses of the open questions beside
	After   string
	GoOn    string // address of the first question the person may answer, where this one is for others
}

// legacyAnswer is a button.
type legacyAnswer struct {
	Choice legacy.Choice
	Key    string // on the keyboard
	Given  bool
}

// marked is a paragraph of a source; pieces that matter are marked.
type marked []markedPiece

type markedPiece struct {
	Text string
	Mark bool
}

func (s *Server) legacyQuestion(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	values := r.URL.Query()
	subject := values.Get("frage")
	if subject == "" {
		next, err := s.Legacy.Next(r.Context(), actor, values.Get("fb"))
		if err != nil {
			return err
		}
		if next == "" {
			return see(w, r, "/ueberfuehrung?meldung=alles-entschieden")
		}
		subject = next
	}
	return s.showLegacyQuestion(w, r, http.StatusOK, actor, subject, values.Get("fb"), mistake{}, "")
}

func (s *Server) showLegacyQuestion(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, subject, desk string, m mistake, note string) error {
	view, err := s.Legacy.Question(r.Context(), actor, subject, desk)
	if err != nil {
		return err
	}
	v := legacyView{View: view, Done: view.All - view.Open, Last: r.URL.Query().Get("zuletzt"), Mistake: m, Note: note}
	all := view.Kind.Choices()
	for _, c := range view.Choices {
		given := view.Answered() && view.Decision.Choice == c
		v.Answers = append(v.Answers, legacyAnswer{c, strconv.Itoa(slices.Index(all, c) + 1), given})
	}
	var first, second []string
	for _, d := range view.Differences {
		first, second = append(first, d.First), append(second, d.Second)
	}
	if !view.Kind.Pair() {
		first = view.One.Document.Evidence
	}
	v.Left, v.Right = markSentences(view.One.Document.Visible, first), markSentences(view.Two.Document.Visible, second)
	if view.Previous != "" {
		v.Before = questionAddress(view.Previous, view.Desk)
	}
	if view.Next != "" {
		v.After = questionAddress(view.Next, view.Desk)
	}
	if !view.CanDecide && view.Mine > 0 {
		v.GoOn = "/ueberfuehrung/frage?" + url.Values{"fb": {view.Desk}}.Encode()
	}
	if view.Decision != nil {
		names, err := s.Office.Names(r.Context(), actor, []string{view.Decision.By})
		if err != nil {
			return err
		}
		v.DoneBy = names[view.Decision.By]
		if v.Note == "" {
			v.Note = view.Decision.Note
		}
	}
	f := s.frame(r, "")
	f.Title = f.T("legacy.question-title", "kind", f.LegacyKind(view.Kind))
	f.Crumbs = []Crumb{{f.T("legacy.title"), "/ueberfuehrung"}, {f.T("legacy.questions-title"), listAddress([]string{view.Desk}, "", 0)}}
	f.Wide = true
	return s.render(w, r, status, "legacyquestion", f, v)
}

// AlsoAsked is the other department a pair is asked in, or "".
func (v legacyView) AlsoAsked() string {
	if v.Desk == v.Other {
		return v.Department
	}
	return v.Other
}

// WhyLost says why nobody is asked any more.
func (v legacyView) WhyLost() string {
	if v.Kind.Pair() {
		return "legacy.one-goes"
	}
	return "legacy.text-goes"
}

// Percent is the share of the wording two documents have in common.
func (v legacyView) Percent() int { return int(100 * v.Share) }

// Embedded is the result as it is shown beside its source: without ids, which
// belong to the page.
func (f *Frame) Embedded(html string) template.HTML { return f.HTML(withoutIDs(html)) }

// markSentences splits a text into paragraphs and marks the sentences in it. Of one
// that was cut the beginning is marked.
func markSentences(text string, sentences []string) []marked {
	var out []marked
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		paragraph := marked{{line, false}}
		for _, sentence := range sentences {
			if sentence = strings.TrimSuffix(strings.TrimSpace(sentence), "…"); sentence != "" {
				paragraph = paragraph.mark(sentence)
			}
		}
		out = append(out, paragraph)
	}
	return out
}

// mark marks a sentence where it stands for the first time.
func (m marked) mark(sentence string) marked {
	for i, piece := range m {
		before, after, found := strings.Cut(piece.Text, sentence)
		if piece.Mark || !found {
			continue
		}
		out := slices.Clone(m[:i])
		if before != "" {
			out = append(out, markedPiece{before, false})
		}
		out = append(out, markedPiece{sentence, true})
		if after != "" {
			out = append(out, markedPiece{after, false})
		}
		return append(out, m[i+1:]...)
	}
	return m
}

func (s *Server) legacyDecide(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	subject, note := r.PostForm.Get("frage"), r.PostForm.Get("hinweis")
	view, err := s.Legacy.Question(r.Context(), actor, subject, r.PostForm.Get("fb"))
	if err != nil {
		return err
	}
	err = s.Legacy.Decide(r.Context(), actor, subject, r.PostForm.Get("fassung"), legacy.Choice(r.PostForm.Get("antwort")), note)
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Stale || f.Kind == fault.Conflict || f.Kind == fault.ApprovalRequired || f.Key == "legacy.not-your-text") {
		m := s.mistakeIn(r, err)
		m.Field = "" // about the buttons, which are no field
		return s.showLegacyQuestion(w, r, f.Kind.Status(), actor, subject, view.Desk, m, note)
	}
	if err != nil {
		return err
	}
	next, err := s.Legacy.After(r.Context(), actor, subject, view.Desk)
	if err != nil {
		return err
	}
	if next == "" {
		return see(w, r, "/ueberfuehrung?"+url.Values{"meldung": {"alles-entschieden"}, "zuletzt": {subject}}.Encode())
	}
	return see(w, r, "/ueberfuehrung/frage?"+url.Values{"zuletzt": {subject}, "fb": {view.Desk}, "frage": {next}}.Encode())
}

func (s *Server) legacyMerge(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	m, err := s.Legacy.MergeIdentical(r.Context(), actor, r.PostForm.Get("fb"))
	if err != nil {
		return err
	}
	return see(w, r, "/ueberfuehrung?"+url.Values{"zusammengefuehrt": {strconv.Itoa(m.Done)}, "geteilt": {strconv.Itoa(m.Shared)}, "entgegen": {strconv.Itoa(m.Contrary)}}.Encode())
}

// merged tells what became of identical documents, as legacyMerge says in the
// address.
func (s *Server) merged(r *http.Request) []string {
	values := r.URL.Query()
	if !values.Has("zusammengefuehrt") {
		return nil
	}
	f := s.frame(r, "")
	done, shared, contrary := number(values.Get("zusammengefuehrt")), number(values.Get("geteilt")), number(values.Get("entgegen"))
	var out []string
	if done > 0 {
		out = append(out, f.N("legacy.merged.one", "legacy.merged.other", done))
	} else {
		out = append(out, f.T("legacy.merged-none"))
	}
	if shared > 0 {
		out = append(out, f.N("legacy.merge-shared.one", "legacy.merge-shared.other", shared))
	}
	if contrary > 0 {
		out = append(out, f.N("legacy.merge-contrary.one", "legacy.merge-contrary.other", contrary))
	}
	return out
}

// legacyNotice maps the words of this file to sentences.
func legacyNotice(word string) string {
	switch word {
	case "alles-entschieden":
		return "legacy.notice-all-decided"
	case "plan-zurueckgezogen":
		return "legacy.notice-withdrawn"
	case "antwort-zurueckgenommen":
		return "legacy.notice-undone"
	}
	return ""
}
