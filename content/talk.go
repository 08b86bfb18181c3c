package content

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

// CommentID names a comment or question.
type CommentID string

// Comment is what a reader says or asks about a text, as plain text. It lives
// in the database and is seen by those who see the text. When a person is
// erased the words stay, because others answered them; the name goes with the
// pseudonym.
type Comment struct {
	ID         CommentID
	Article    ID
	Revision   RevisionID // the version it was written about
	Anchor     string     // of the heading it is about; "" for the whole text
	Section    string     // words of that heading, for when it is gone
	Question   bool
	Author     string // pseudonym
	Text       string
	At         time.Time
	Assignee   string // pseudonym of who is to answer; "" for those who write and review in the department
	Answer     string
	AnsweredBy string // pseudonym
	AnsweredAt time.Time
	TakenBy    string // pseudonym of who puts the answer into the text
	TakenAt    time.Time
	AnsweredIn RevisionID // version of the text that has the answer
	ResolvedAt time.Time
	Operation  string // keyed request hash of the request that made it
}

// Open reports whether a question still waits for an answer.
func (c Comment) Open() bool { return c.Question && c.Answer == "" && c.ResolvedAt.IsZero() }

// CommentFilter selects comments. Zero fields do not restrict.
type CommentFilter struct {
	Article ID
	Open    bool   // questions without an answer
	Author  string // pseudonym
	TakenBy string // answers this pseudonym is putting into the text
}

// Talk keeps what people say about texts and what they follow.
type Talk interface {
	AddComment(ctx context.Context, c Comment) error
	// Comment returns a comment, or NotFound.
	Comment(ctx context.Context, id CommentID) (Comment, error)
	// CommentByOperation finds what a keyed request made before, or NotFound.
	CommentByOperation(ctx context.Context, operation string) (Comment, error)
	UpdateComment(ctx context.Context, c Comment) error
	// Comments lists comments, oldest first.
	Comments(ctx context.Context, filter CommentFilter) ([]Comment, error)
	// SetHelpful notes once that a text helped a person, or takes it back.
	SetHelpful(ctx context.Context, article ID, person string, helped bool, at time.Time) error
	// Helpful counts those a text helped and tells whether the person is one.
	Helpful(ctx context.Context, article ID, person string) (count int, mine bool, err error)
	// HelpfulTexts counts those each text helped, where they are at least that
	// many; ids = nil asks of all texts.
	HelpfulTexts(ctx context.Context, ids []ID, least int) (map[ID]int, error)
	Following
}

// maxComment bounds what one comment or answer says, in characters.
const maxComment = 4000

// Remark is what somebody wants to say about a text.
type Remark struct {
	Anchor    string
	Text      string
	Question  bool
	Operation string // see OperationKey
}

// keyed narrows the operation to this very remark, as Edit.keyed does for texts.
func (r Remark) keyed(id ID) Remark {
	if r.Operation != "" {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%v\x00%s", id, r.Operation, r.Anchor, r.Question, r.Text))
		r.Operation = hex.EncodeToString(sum[:16])
	}
	return r
}

// Say keeps a comment or question about a text the actor may see. A question
// goes to the contact person of the text when that is an account which may see
// it, else to those who write and review in its department.
func (l *Library) Say(ctx context.Context, actor account.Actor, id ID, r Remark) (Comment, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Comment{}, err
	}
	if !actor.CanWrite() {
		return Comment{}, fault.New(fault.Forbidden, "content.read-only-access")
	}
	text, err := plainWords(r.Text)
	if err != nil {
		return Comment{}, err
	}
	r = r.keyed(id)
	leave, err := l.operations.enter(ctx, r.Operation)
	if err != nil {
		return Comment{}, err
	}
	defer leave()
	if r.Operation != "" {
		again, err := l.Talk.CommentByOperation(ctx, r.Operation)
		if err == nil || !fault.Is(err, fault.NotFound) {
			return again, err
		}
	}
	section, err := l.section(ctx, a, r.Anchor)
	if err != nil {
		return Comment{}, err
	}
	c := Comment{
		ID: CommentID(l.IDs.New()), Article: id, Revision: a.Revision, Anchor: r.Anchor, Section: section, Question: r.Question,
		Author: actor.Person.Pseudonym, Text: text, At: l.Now().UTC(), Operation: r.Operation,
	}
	return c, l.Together.Together(ctx, func(ctx context.Context) error {
		told, err := l.assign(ctx, &c, a)
		if err != nil {
			return err
		}
		if err := l.Talk.AddComment(ctx, c); err != nil {
			return err
		}
		return l.tellAsked(ctx, c, told)
	})
}

// assign finds who is to answer a question and returns whom to tell.
func (l *Library) assign(ctx context.Context, c *Comment, a Article) ([]account.Person, error) {
	if !c.Question {
		return nil, nil
	}
	if a.Contact != "" {
		p, err := l.People.Person(ctx, a.Contact)
		if err == nil && p.Active {
			if seen, err := l.personSees(ctx, p, a.Audience()); err != nil {
				return nil, err
			} else if seen {
				c.Assignee = p.Pseudonym
				return []account.Person{p}, nil
			}
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	return l.responsible(ctx, a)
}

// responsible are those who edit and review in the department of a text and
// may see it; where there is nobody, those who write there.
func (l *Library) responsible(ctx context.Context, a Article) ([]account.Person, error) {
	for _, roles := range [][]account.Role{{account.Editor, account.Reviewer}, {account.Author}} {
		if out, err := l.holders(ctx, a, roles...); err != nil || len(out) > 0 {
			return out, err
		}
	}
	return nil, nil
}

// holders are those who have one of the roles where a text belongs and may see
// it.
func (l *Library) holders(ctx context.Context, a Article, roles ...account.Role) ([]account.Person, error) {
	var out []account.Person
	for _, role := range roles {
		holders, err := l.People.Holders(ctx, role, a.Department, string(l.Today()))
		if err != nil {
			return nil, err
		}
		for _, p := range holders {
			seen, err := l.personSees(ctx, p, a.Audience())
			if err != nil {
				return nil, err
			}
			if seen && !slices.ContainsFunc(out, func(o account.Person) bool { return o.ID == p.ID }) {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

func (l *Library) tellAsked(ctx context.Context, c Comment, people []account.Person) error {
	var notices []notice.Notice
	for _, p := range people {
		if p.Pseudonym != c.Author {
			notices = append(notices, notice.Notice{
				ID: "question-" + string(c.ID) + "-" + p.ID, Person: p.ID, Kind: notice.QuestionAsked, Article: string(c.Article), Subject: string(c.ID), At: l.Now().UTC(),
			})
		}
	}
	return l.Notices.AddNotices(ctx, notices...)
}

// plainWords checks what somebody typed and cleans its line ends.
func plainWords(text string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case text == "":
		return "", fault.New(fault.Invalid, "talk.text-missing").InField("text")
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", fault.New(fault.Invalid, "talk.text-broken").InField("text")
	case utf8.RuneCountInString(text) > maxComment:
		return "", fault.New(fault.Invalid, "talk.text-too-long", "max", maxComment).InField("text")
	}
	return text, nil
}

// section returns the words of the heading an anchor names; "" is the whole
// text.
func (l *Library) section(ctx context.Context, a Article, anchor string) (string, error) {
	if anchor == "" {
		return "", nil
	}
	d, err := l.document(ctx, a)
	if err != nil {
		return "", err
	}
	for _, b := range l.Renderer.Blocks(d.Body) {
		if b.Kind == BlockHeading && b.Anchor == anchor {
			return b.Text, nil
		}
	}
	return "", fault.New(fault.Invalid, "talk.section-missing").InField("anchor")
}

// Comments lists what was said about a text the actor may see, oldest first,
// without what was said about versions the actor may not see.
func (l *Library) Comments(ctx context.Context, actor account.Actor, id ID) ([]Comment, error) {
	if _, err := l.visible(ctx, actor, id); err != nil {
		return nil, err
	}
	all, err := l.Talk.Comments(ctx, CommentFilter{Article: id})
	if err != nil {
		return nil, err
	}
	known := map[RevisionID]bool{}
	out := make([]Comment, 0, len(all))
	for _, c := range all {
		heard, ok := known[c.Revision]
		if !ok {
			if heard, err = l.hears(ctx, actor, c); err != nil {
				return nil, err
			}
			known[c.Revision] = heard
		}
		if heard {
			out = append(out, c)
		}
	}
	return out, nil
}

// comment returns a comment with its text when the actor may see both.
func (l *Library) comment(ctx context.Context, actor account.Actor, id CommentID) (Comment, Article, error) {
	if err := authorizeRead(actor); err != nil {
		return Comment{}, Article{}, err
	}
	c, err := l.Talk.Comment(ctx, id)
	if err != nil {
		return Comment{}, Article{}, err
	}
	a, err := l.visible(ctx, actor, c.Article)
	if err == nil {
		var heard bool
		if heard, err = l.hears(ctx, actor, c); err == nil && !heard {
			return Comment{}, Article{}, fault.New(fault.NotFound, "talk.comment-missing")
		}
	}
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "talk.comment-missing")
	}
	return c, a, err
}

// CommentByID returns a comment about a text the actor may see.
func (l *Library) CommentByID(ctx context.Context, actor account.Actor, id CommentID) (Comment, error) {
	c, _, err := l.comment(ctx, actor, id)
	return c, err
}

// CanAnswer reports whether the actor may answer a question about a text: who
// it is assigned to, and those who write or review in its department.
func CanAnswer(actor account.Actor, c Comment, department string) bool {
	return actor.CanWrite() && c.Open() && mayAnswer(actor, c, department)
}

func mayAnswer(actor account.Actor, c Comment, department string) bool {
	return actor.SignedIn() && (c.Assignee == actor.Person.Pseudonym || actor.HasIn(department, account.Author, account.Editor, account.Reviewer))
}

// CanResolve reports whether the actor may close a comment: its author, who it
// is assigned to, and those who write or review in the department.
func CanResolve(actor account.Actor, c Comment, department string) bool {
	return actor.SignedIn() && actor.CanWrite() && c.ResolvedAt.IsZero() && (c.Author == actor.Person.Pseudonym || mayAnswer(actor, c, department))
}

// Answer answers a question and tells who asked.
func (l *Library) Answer(ctx context.Context, actor account.Actor, id CommentID, text string) (Comment, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	c, a, err := l.comment(ctx, actor, id)
	switch {
	case err != nil:
		return Comment{}, err
	case !actor.CanWrite():
		return Comment{}, fault.New(fault.Forbidden, "content.read-only-access")
	case !c.Question:
		return Comment{}, fault.New(fault.Conflict, "talk.no-question")
	case !mayAnswer(actor, c, a.Department):
		return Comment{}, fault.New(fault.Forbidden, "talk.not-yours-to-answer")
	case !c.Open():
		return Comment{}, fault.New(fault.Conflict, "talk.already-answered")
	}
	if c.Answer, err = plainWords(text); err != nil {
		return Comment{}, err
	}
	c.AnsweredBy, c.AnsweredAt = actor.Person.Pseudonym, l.Now().UTC()
	return c, l.Together.Together(ctx, func(ctx context.Context) error {
		if err := l.Talk.UpdateComment(ctx, c); err != nil {
			return err
		}
		return l.tellAnswered(ctx, c)
	})
}

// tellAnswered tells who asked, unless they answered themselves or are gone.
func (l *Library) tellAnswered(ctx context.Context, c Comment) error {
	p, err := l.People.PersonByPseudonym(ctx, c.Author)
	if fault.Is(err, fault.NotFound) || c.Author == c.AnsweredBy {
		return nil
	}
	if err != nil {
		return err
	}
	return l.Notices.AddNotices(ctx, notice.Notice{
		ID: "answer-" + string(c.ID), Person: p.ID, Kind: notice.QuestionAnswered, Article: string(c.Article), Subject: string(c.ID), At: l.Now().UTC(),
	})
}

// Resolve closes a comment or question that needs nothing more.
func (l *Library) Resolve(ctx context.Context, actor account.Actor, id CommentID) (Comment, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	c, a, err := l.comment(ctx, actor, id)
	if err != nil {
		return Comment{}, err
	}
	if !c.ResolvedAt.IsZero() {
		return c, nil
	}
	if !CanResolve(actor, c, a.Department) {
		return Comment{}, fault.New(fault.Forbidden, "talk.not-yours-to-close")
	}
	c.ResolvedAt = l.Now().UTC()
	return c, l.Talk.UpdateComment(ctx, c)
}

// Assignable lists the people a question may be given to.
func (l *Library) Assignable(ctx context.Context, actor account.Actor, id CommentID) ([]account.Person, error) {
	c, a, err := l.comment(ctx, actor, id)
	if err != nil || !CanAnswer(actor, c, a.Department) {
		return nil, err
	}
	people, err := l.responsible(ctx, a)
	return slices.DeleteFunc(people, func(p account.Person) bool { return p.Pseudonym == c.Assignee || p.Pseudonym == c.Author }), err
}

// Assign gives an open question to somebody who may see it and the text.
func (l *Library) Assign(ctx context.Context, actor account.Actor, id CommentID, person string) (Comment, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	c, a, err := l.comment(ctx, actor, id)
	if err != nil {
		return Comment{}, err
	}
	if !CanAnswer(actor, c, a.Department) {
		return Comment{}, fault.New(fault.Forbidden, "talk.not-yours-to-answer")
	}
	p, err := l.People.Person(ctx, person)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Comment{}, err
	}
	seen := false
	if err == nil {
		if seen, err = l.personHears(ctx, p, c, a); err != nil {
			return Comment{}, err
		}
	}
	if !seen || !p.Active { // the same for who does not exist and who may not see it
		return Comment{}, fault.New(fault.Invalid, "talk.nobody-to-ask").InField("assignee")
	}
	c.Assignee = p.Pseudonym
	return c, l.Together.Together(ctx, func(ctx context.Context) error {
		if err := l.Talk.UpdateComment(ctx, c); err != nil {
			return err
		}
		return l.tellAsked(ctx, c, []account.Person{p})
	})
}

// Question is an open question with the text it is about.
type Question struct {
	Comment
	Title      string
	Department string
}

// Questions lists the open questions that wait for the actor, oldest first:
// those assigned to the actor and those nobody in particular has in the
// departments the actor is responsible for.
func (l *Library) Questions(ctx context.Context, actor account.Actor) ([]Question, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	open, err := l.Talk.Comments(ctx, CommentFilter{Open: true})
	if err != nil {
		return nil, err
	}
	out := []Question{}
	for _, c := range open {
		if c.Assignee != "" && c.Assignee != actor.Person.Pseudonym {
			continue
		}
		a, err := l.visible(ctx, actor, c.Article)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		waits, err := l.waitsFor(ctx, actor, c, a)
		if err != nil {
			return nil, err
		}
		if waits {
			out = append(out, Question{c, a.Title, a.Department})
		}
	}
	return out, nil
}

// waitsFor reports whether the actor is to answer a question that is assigned
// to the actor or to nobody.
func (l *Library) waitsFor(ctx context.Context, actor account.Actor, c Comment, a Article) (bool, error) {
	if c.Assignee == "" && !actor.HasIn(a.Department, account.Editor, account.Reviewer) {
		if !actor.HasIn(a.Department, account.Author) {
			return false, nil
		}
		people, err := l.responsible(ctx, a)
		if err != nil || !slices.ContainsFunc(people, func(p account.Person) bool { return p.ID == actor.Person.ID }) {
			return false, err
		}
	}
	return l.hears(ctx, actor, c)
}
