package content

import (
	"context"

	"staffelstab/internal/fault"
)

// ReturnQuestions gives open questions whose answerer is gone – locked, erased,
// without any role, or without sight of the text – back to where a new question
// would go: the contact person of the text, or those who edit and review in its
// department, and tells them. Of a question nobody in particular has those are
// told who were not yet: erasing an account leaves such questions, and somebody
// new there finds what waits. A job calls it; repeated it changes nothing.
func (l *Library) ReturnQuestions(ctx context.Context) error {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	open, err := l.Talk.Comments(ctx, CommentFilter{Open: true})
	if err != nil {
		return err
	}
	for _, c := range open {
		a, err := l.Catalogue.Article(ctx, c.Article)
		if fault.Is(err, fault.NotFound) { // archived: nobody is asked
			continue
		}
		if err != nil {
			return err
		}
		if c.Assignee == "" {
			people, err := l.responsible(ctx, a)
			if err == nil {
				err = l.tellAsked(ctx, c, people)
			}
			if err != nil {
				return err
			}
			continue
		}
		answers, err := l.answers(ctx, c, a)
		if err != nil {
			return err
		}
		if !answers {
			if err := l.returnQuestion(ctx, c, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// answers reports whether who a question is assigned to can still answer it.
func (l *Library) answers(ctx context.Context, c Comment, a Article) (bool, error) {
	p, err := l.People.PersonByPseudonym(ctx, c.Assignee)
	if fault.Is(err, fault.NotFound) || err == nil && !p.Active {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return l.personSees(ctx, p, a.Audience())
}

func (l *Library) returnQuestion(ctx context.Context, c Comment, a Article) error {
	c.Assignee = ""
	told, err := l.assign(ctx, &c, a)
	if err != nil {
		return err
	}
	return l.Together.Together(ctx, func(ctx context.Context) error {
		if err := l.Talk.UpdateComment(ctx, c); err != nil {
			return err
		}
		return l.tellAsked(ctx, c, told)
	})
}
