package content

import (
	"context"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/internal/notice"
)

// CanConfirm reports whether the actor may say that a text is still right: the
// reviewer it names, and those who review or edit for its department. Its
// authors may not vouch for themselves.
func CanConfirm(actor account.Actor, m Meta) bool {
	return actor.CanWrite() && actor.SignedIn() &&
		(m.Reviewer != "" && m.Reviewer == actor.Person.ID || actor.HasIn(m.Department, account.Reviewer, account.Editor))
}

// ConfirmReview says that a text is still right: it was looked at today, and is
// due again on next or, when that is empty, after the interval of its kind. The
// meaning does not change, so it needs no approval and voids none. base is the
// ETag of the version that was looked at.
func (l *Library) ConfirmReview(ctx context.Context, actor account.Actor, id ID, base string, next Date, e Edit) (Article, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Article{}, err
	}
	if !CanConfirm(actor, a.Meta) {
		return Article{}, fault.New(fault.Forbidden, "validity.not-reviewer")
	}
	if base == "" {
		return Article{}, fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	today := l.Today()
	if next == "" {
		next = today.AddMonths(or(ReviewInterval(a.Kind), 24))
	}
	if next.Time().IsZero() || next <= today {
		return Article{}, fault.New(fault.Invalid, "validity.next-past", "day", string(next)).InField("next")
	}
	if e, err = e.keyed(id, base); err != nil {
		return Article{}, err
	}
	leave, err := l.operations.enter(ctx, e.Operation)
	if err != nil {
		return Article{}, err
	}
	defer leave()
	if again, done, err := l.repeated(ctx, actor, e.Operation); done {
		return again, err
	}
	d, err := l.document(ctx, a)
	if err != nil {
		return Article{}, err
	}
	source, err := d.WithFields(Field{"geprueft_am", string(today)}, Field{"naechste_pruefung", string(next)})
	if err != nil {
		return Article{}, err
	}
	e.Change = ChangeEditorial
	if err := l.replace(ctx, actor, a, base, e, map[string][]byte{a.Path: source}); err != nil {
		return Article{}, err
	}
	return l.Catalogue.Article(ctx, id)
}

// DueState selects texts by how they stand with their reviews.
type DueState string

// The states; the words are those of addresses.
const (
	DueAll         DueState = ""
	DueOverdue     DueState = "overdue"
	DueSoon        DueState = "soon"        // within 30 days, or overdue
	DueUnowned     DueState = "unowned"     // nobody is named as reviewer
	DueUnconfirmed DueState = "unconfirmed" // nobody ever looked
)

// DueStates are all of them in the order people are shown them.
func DueStates() []DueState {
	return []DueState{DueAll, DueOverdue, DueSoon, DueUnowned, DueUnconfirmed}
}

const (
	soonDays   = 30
	remindDays = 14
)

// CanSeeDue reports whether the actor looks after texts of any department.
func CanSeeDue(actor account.Actor) bool {
	return actor.Has(account.Author, account.Editor, account.Reviewer, account.Superior)
}

// Due lists texts in force by how they stand with their reviews, oldest due
// date first.
func (l *Library) Due(ctx context.Context, actor account.Actor, state DueState, f ArticleFilter) (ArticlePage, error) {
	if err := authorizeRead(actor); err != nil {
		return ArticlePage{}, err
	}
	if !CanSeeDue(actor) && !actor.System {
		return ArticlePage{}, fault.New(fault.Forbidden, "validity.due-not-yours")
	}
	today := l.Today()
	switch state {
	case DueAll:
	case DueOverdue:
		f.DueBefore = today
	case DueSoon:
		f.DueBefore = today.AddDays(soonDays + 1)
	case DueUnowned:
		f.Unowned = true
	case DueUnconfirmed:
		f.Unreviewed = true
	default:
		return ArticlePage{}, fault.New(fault.Invalid, "validity.bad-state", "value", string(state)).InField("state")
	}
	if len(f.Kinds) == 0 {
		f.Kinds = slices.DeleteFunc(Kinds(), func(k Kind) bool { return ReviewInterval(k) == 0 })
	}
	f.Sort, f.InForceOn = SortDue, today
	return l.List(ctx, actor, f)
}

// mayHandOver reports whether the actor may name another reviewer for a text:
// the one named, and those who answer for its department.
func mayHandOver(actor account.Actor, m Meta) bool {
	return actor.System || m.Reviewer == actor.Person.ID || actor.HasIn(m.Department, account.Reviewer, account.Editor, account.Superior)
}

// HandOverReviews names another person as reviewer of every text that names the
// one who leaves, as far as the actor may, in one commit. It returns how many
// texts that are.
func (l *Library) HandOverReviews(ctx context.Context, actor account.Actor, from, to, message string) (int, error) {
	if err := authorizeRead(actor); err != nil {
		return 0, err
	}
	if !actor.CanWrite() {
		return 0, fault.New(fault.Forbidden, "content.read-only-access")
	}
	texts, err := l.reviewedBy(ctx, actor, from)
	if err != nil {
		return 0, err
	}
	if len(texts) == 0 {
		return 0, fault.New(fault.Invalid, "validity.nothing-to-hand-over").InField("from")
	}
	next, err := l.successorOf(ctx, from, to)
	if err != nil {
		return 0, err
	}
	for _, a := range texts {
		if !CanSee(next, a.Audience()) {
			return 0, fault.New(fault.Invalid, "validity.reviewer-blind", "title", a.Title).InField("to")
		}
	}
	var told []notice.Notice
	_, err = l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		told = nil
		change := l.change(actor, Edit{Message: message, Change: ChangeEditorial}, "", "", map[string][]byte{})
		change.Trailers = change.Trailers[1:] // a line for each text instead
		for _, a := range texts {
			d, _, err := documentIn(tree, a.Path)
			if err != nil {
				return Change{}, err
			}
			if d.Meta.ID != a.ID || d.Meta.Reviewer != from { // somebody was faster
				continue
			}
			source, err := d.WithFields(Field{"pruefer", next.Person.ID})
			if err != nil {
				return Change{}, err
			}
			revision := l.newRevision()
			change.Files[a.Path] = source
			change.Trailers = append(change.Trailers, Trailer{TrailerRevision, string(revision) + " " + string(a.ID)})
			told = append(told, notice.Notice{
				ID: "reviewer-" + string(revision), Person: next.Person.ID, Kind: notice.ReviewerAssigned, Article: string(a.ID), At: l.Now().UTC(),
			})
		}
		return change, nil
	})
	if err != nil {
		return 0, err
	}
	return len(told), l.Notices.AddNotices(ctx, told...)
}

// successorOf is the person who is to take over, with what that person sees.
func (l *Library) successorOf(ctx context.Context, from, to string) (account.Actor, error) {
	found, err := l.People.PeopleNamed(ctx, to)
	switch {
	case err != nil:
		return account.Actor{}, err
	case len(found) == 0:
		return account.Actor{}, fault.New(fault.Invalid, "validity.unknown-person", "name", to).InField("to")
	case len(found) > 1:
		return account.Actor{}, fault.New(fault.Invalid, "validity.ambiguous-person", "name", to, "n", len(found)).InField("to")
	case found[0].ID == from:
		return account.Actor{}, fault.New(fault.Invalid, "validity.same-person").InField("to")
	}
	return l.acting(ctx, found[0])
}

// acting is a person with the roles of today, to find out what they see.
func (l *Library) acting(ctx context.Context, p account.Person) (account.Actor, error) {
	grants, err := l.People.Grants(ctx, p.ID)
	return account.NewActor(p, grants, string(l.Today()), account.ReadAccess), err
}

// reviewedBy lists the texts that name a reviewer and that the actor may give
// to another.
func (l *Library) reviewedBy(ctx context.Context, actor account.Actor, reviewer string) ([]Article, error) {
	if reviewer == "" {
		return nil, fault.New(fault.Invalid, "validity.nothing-to-hand-over").InField("from")
	}
	var out []Article
	for f := (ArticleFilter{Reviewer: reviewer}); ; {
		page, err := l.List(ctx, actor, f)
		if err != nil {
			return nil, err
		}
		for _, a := range page.Articles {
			if mayHandOver(actor, a.Meta) {
				out = append(out, a)
			}
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			return out, nil
		}
	}
}

// Reviewers counts the texts each account is named as reviewer of, among those
// the actor may hand over.
func (l *Library) Reviewers(ctx context.Context, actor account.Actor) (map[string]int, error) {
	counts := map[string]int{}
	for f := (ArticleFilter{Owned: true}); ; {
		page, err := l.List(ctx, actor, f)
		if err != nil {
			return nil, err
		}
		for _, a := range page.Articles {
			if mayHandOver(actor, a.Meta) {
				counts[a.Reviewer]++
			}
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			return counts, nil
		}
	}
}

// RemindReviews tells the person named as reviewer of a text that it is due in
// the next days, once for each due date. The daily job calls it.
func (l *Library) RemindReviews(ctx context.Context) error {
	operator := account.SystemActor("")
	f := ArticleFilter{DueBefore: l.Today().AddDays(remindDays + 1), InForceOn: l.Today(), Sort: SortDue, Owned: true}
	people := map[string]account.Actor{}
	for {
		page, err := l.List(ctx, operator, f)
		if err != nil {
			return err
		}
		for _, a := range page.Articles {
			reviewer, known := people[a.Reviewer]
			if !known {
				p, err := l.People.Person(ctx, a.Reviewer)
				if err != nil && !missing(err) {
					return err
				}
				if err == nil {
					if reviewer, err = l.acting(ctx, p); err != nil {
						return err
					}
				}
				people[a.Reviewer] = reviewer
			}
			if !reviewer.SignedIn() || !CanSee(reviewer, a.Audience()) { // a function, or somebody who is gone
				continue
			}
			err := l.Notices.AddNotices(ctx, notice.Notice{
				ID: "review-due-" + string(a.ID) + "-" + string(a.Due), Person: a.Reviewer, Kind: notice.ReviewDue, Article: string(a.ID), At: l.Now().UTC(),
			})
			if err != nil {
				return err
			}
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			return nil
		}
	}
}

// ReviewerNames tells the names of those accounts that texts name as reviewer.
// A function is not among them; an account that is gone has an empty name.
func (l *Library) ReviewerNames(ctx context.Context, actor account.Actor, texts ...Article) (map[string]string, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, a := range texts {
		if _, known := names[a.Reviewer]; known || !ident.Valid(a.Reviewer) {
			continue
		}
		p, err := l.People.Person(ctx, a.Reviewer)
		if err != nil && !missing(err) {
			return nil, err
		}
		names[a.Reviewer] = p.DisplayName
	}
	return names, nil
}

// Related are the texts a text says it replaces or amends, and those that amend
// it, as far as the actor may see them.
type Related struct{ Replaces, Amends, AmendedBy []Article }

// Related finds the texts a text replaces or amends, and those that amend it.
func (l *Library) Related(ctx context.Context, actor account.Actor, id ID) (Related, error) {
	if _, err := l.visible(ctx, actor, id); err != nil {
		return Related{}, err
	}
	relations, err := l.Catalogue.Relations(ctx, []ID{id})
	if err != nil || len(relations) == 0 {
		return Related{}, err
	}
	var ids []ID
	for _, r := range relations {
		ids = append(ids, r.Newer, r.Older)
	}
	page, err := l.List(ctx, actor, ArticleFilter{IDs: ids})
	if err != nil {
		return Related{}, err
	}
	var out Related
	for _, a := range page.Articles {
		has := func(kind RelationKind, newer, older ID) bool {
			return slices.ContainsFunc(relations, func(r Relation) bool { return r.Kind == kind && r.Newer == newer && r.Older == older })
		}
		if has(Replacing, id, a.ID) {
			out.Replaces = append(out.Replaces, a)
		}
		if has(Amending, id, a.ID) {
			out.Amends = append(out.Amends, a)
		}
		if has(Amending, a.ID, id) {
			out.AmendedBy = append(out.AmendedBy, a)
		}
	}
	return out, nil
}
