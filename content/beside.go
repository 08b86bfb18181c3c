package content

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// OwnThings is what belongs to a person alone and has the words of a search.
// It comes from the database, never from the index.
type OwnThings struct {
	Drafts     []Draft    // latest first
	Proposals  []Proposal // that nothing is decided about
	Favourites []Article
	Questions  []Comment // that the person asked about texts the person sees, oldest first
}

// Empty reports whether there is nothing.
func (o OwnThings) Empty() bool {
	return len(o.Drafts)+len(o.Proposals)+len(o.Favourites)+len(o.Questions) == 0
}

// Own finds the actor's drafts, open proposals, favourites and questions that
// have every word of the text, in any case and spelling of umlauts; at most
// limit of each. Without words it finds nothing.
func (l *Library) Own(ctx context.Context, actor account.Actor, text string, limit int) (own OwnThings, err error) {
	if err := authorizeRead(actor); err != nil {
		return OwnThings{}, err
	}
	q, _, err := l.asked(ctx, actor, Query{Text: text})
	if err != nil {
		return OwnThings{}, err
	}
	wanted := strings.Fields(foldAsked(strings.Map(func(r rune) rune {
		if isQuote(r) {
			return ' '
		}
		return r
	}, q.Text)))
	wanted = slices.DeleteFunc(wanted, func(word string) bool { return strings.HasPrefix(word, "-") })
	if len(wanted) == 0 || actor.System {
		return OwnThings{}, nil
	}
	has := func(texts ...string) bool {
		folded := foldAsked(strings.Join(texts, " "))
		return !slices.ContainsFunc(wanted, func(word string) bool { return !strings.Contains(folded, word) })
	}
	drafts, err := l.MyDrafts(ctx, actor)
	if err != nil {
		return OwnThings{}, err
	}
	own.Drafts = first(drafts, limit, func(d Draft) bool { return has(d.Title, d.Body) })
	proposals, err := l.ListProposals(ctx, actor, ProposalFilter{Open: true, Author: actor.Person.Pseudonym})
	if err != nil {
		return OwnThings{}, err
	}
	own.Proposals = first(proposals, limit, func(p Proposal) bool { return has(p.Title, p.Why) })
	marked, err := l.Favourites(ctx, actor)
	if err != nil {
		return OwnThings{}, err
	}
	own.Favourites = first(marked, limit, func(a Article) bool { return has(a.Title, a.Summary) })
	own.Questions, err = l.ownQuestions(ctx, actor, limit, has)
	return own, err
}

func (l *Library) ownQuestions(ctx context.Context, actor account.Actor, limit int, has func(...string) bool) ([]Comment, error) {
	asked, err := l.Talk.Comments(ctx, CommentFilter{Author: actor.Person.Pseudonym})
	if err != nil {
		return nil, err
	}
	out := []Comment{}
	for _, c := range asked {
		if len(out) == limit || !c.Question || !has(c.Text, c.Answer) {
			continue
		}
		_, _, err := l.comment(ctx, actor, c.ID) // the text may be out of sight by now
		if err == nil {
			out = append(out, c)
		} else if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	return out, nil
}

// first are those of a list that fit, up to a number.
func first[T any](list []T, limit int, fits func(T) bool) []T {
	out := []T{}
	for _, each := range list {
		if len(out) < limit && fits(each) {
			out = append(out, each)
		}
	}
	return out
}

// maxContacts is how many contact persons are named beside hits.
const maxContacts = 3

// Contacts names the contact persons of texts the actor sees, those of the most
// texts first, as ContactName does.
func (l *Library) Contacts(ctx context.Context, actor account.Actor, ids []ID) ([]string, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	texts, err := l.inOrder(ctx, actor, ids)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	var order []string
	for _, a := range texts {
		if a.Contact == "" {
			continue
		}
		if counts[a.Contact]++; counts[a.Contact] == 1 {
			order = append(order, a.Contact)
		}
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	out := []string{}
	for _, contact := range order {
		if len(out) == maxContacts {
			break
		}
		name, err := l.ContactName(ctx, actor, contact)
		if err != nil {
			return nil, err
		}
		if name != "" {
			out = append(out, name)
		}
	}
	return out, nil
}

// ContactName is how people read the contact of a text: a function as the text
// has it, or the name of an account. Somebody who is gone or locked is not named.
func (l *Library) ContactName(ctx context.Context, actor account.Actor, contact string) (string, error) {
	if err := authorizeRead(actor); err != nil || contact == "" {
		return "", err
	}
	p, err := l.People.Person(ctx, contact)
	switch {
	case fault.Is(err, fault.NotFound) && !ident.Valid(contact):
		return contact, nil
	case fault.Is(err, fault.NotFound), err == nil && !p.Active:
		return "", nil
	}
	return p.DisplayName, err
}

// ModulesFor finds for each of the texts a module the actor may see that links
// to it; of several the first by title. Texts without one are missing.
func (l *Library) ModulesFor(ctx context.Context, actor account.Actor, ids []ID) (map[ID]Article, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return map[ID]Article{}, nil
	}
	return l.Catalogue.ModulesLinkingTo(ctx, ids, linkFilter(actor, "", 0, 0))
}
