package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ExplainSearch searches and tells why each hit stands where it stands. It is
// for those who tend texts and can change something about it.
func (l *Library) ExplainSearch(ctx context.Context, actor account.Actor, q Query) (SearchResult, error) {
	if err := authorizeRead(actor); err != nil {
		return SearchResult{}, err
	}
	if !CanTend(actor) {
		return SearchResult{}, fault.New(fault.Forbidden, "searchpage.explain-not-yours")
	}
	q.Explain = true
	return l.Search(ctx, actor, q)
}

// stillSuggested leaves out texts the actor may not see any more, and topics
// of such texts only. It tells what the others are worth today and puts those
// that hold no more behind those that do.
func (l *Library) stillSuggested(ctx context.Context, actor account.Actor, found []Suggestion) ([]Suggestion, error) {
	var ids []ID
	for _, s := range found {
		if s.Topic == "" {
			ids = append(ids, s.ID)
		}
	}
	seen := map[ID]Article{}
	if len(ids) > 0 {
		var err error
		if seen, err = l.stillSeen(ctx, actor, ids); err != nil {
			return nil, err
		}
	}
	var out, over []Suggestion
	for _, s := range found {
		a, keep := seen[s.ID]
		if s.Topic != "" {
			page, err := l.Catalogue.Articles(ctx, ArticleFilter{Topic: s.Topic, Audience: actor.Audience(), Any: actor.System, Limit: 1})
			if err != nil {
				return nil, err
			}
			keep = len(page.Articles) > 0
		}
		if !keep {
			continue
		}
		if s.Topic == "" {
			s.Status = a.StatusOn(l.Today())
		}
		if s.Status.Over() {
			over = append(over, s)
		} else {
			out = append(out, s)
		}
	}
	return append(out, over...), nil
}
