package content

import (
	"context"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// maxBacklinks is how many texts "Hier erwähnt" names.
const maxBacklinks = 200

func linkFilter(actor account.Actor, department string, limit, offset int) LinkFilter {
	return LinkFilter{Audience: actor.Audience(), Any: actor.System, Department: department, Limit: limit, Offset: offset}
}

// Backlinks lists the texts that link to a text, as far as the actor may see
// them. What links here from elsewhere is neither named nor counted.
func (l *Library) Backlinks(ctx context.Context, actor account.Actor, id ID) ([]Article, error) {
	if _, err := l.visible(ctx, actor, id); err != nil {
		return nil, err
	}
	return l.Catalogue.Backlinks(ctx, id, linkFilter(actor, "", maxBacklinks, 0))
}

// CanTend reports whether the actor looks after texts anywhere: those who
// write and those who approve.
func CanTend(actor account.Actor) bool {
	return actor.System || actor.SignedIn() && actor.Has(account.Author, account.Editor, account.Reviewer)
}

func authorizeTend(actor account.Actor) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	if !CanTend(actor) {
		return fault.New(fault.Forbidden, "links.not-tending")
	}
	return nil
}

// BrokenLinks lists links that lead the actor nowhere, in texts of the
// department the actor may see. A link to a text that is hidden from the actor
// looks the same as on the page: it leads nowhere.
func (l *Library) BrokenLinks(ctx context.Context, actor account.Actor, department string, limit, offset int) ([]BrokenLink, int, error) {
	if err := authorizeTend(actor); err != nil {
		return nil, 0, err
	}
	return l.Catalogue.BrokenLinks(ctx, linkFilter(actor, department, limit, offset))
}

// Orphans lists articles and standards of the department that no text the
// actor may see links to.
func (l *Library) Orphans(ctx context.Context, actor account.Actor, department string, limit, offset int) ([]Article, int, error) {
	if err := authorizeTend(actor); err != nil {
		return nil, 0, err
	}
	return l.Catalogue.Orphans(ctx, linkFilter(actor, department, limit, offset))
}

// ByAddress finds the texts an address of the old systems means: that of a
// Notes document as somebody pastes it, or what follows /notes/. Whatever is
// no such address is NotFound.
func (l *Library) ByAddress(ctx context.Context, actor account.Actor, address string) ([]Article, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	names := legacyNames(strings.TrimSpace(address))
	if rest, ok := strings.CutPrefix(address, "/notes/"); ok {
		names = NotesNames(rest)
	}
	for _, name := range names {
		found, err := l.Catalogue.NamedArticles(ctx, name)
		if err != nil {
			return nil, err
		}
		var seen []Article
		for _, a := range found {
			if CanSee(actor, a.Audience()) {
				seen = append(seen, a)
			}
		}
		if len(seen) > 0 {
			return seen, nil
		}
	}
	return nil, fault.New(fault.NotFound, "links.address-unknown")
}

// AmbiguousLinks lists the titles in [[brackets]] of a text that several texts
// have which the actor may see. Such a link leads to the one with the smallest
// id, which need not be the one its writer meant.
func (l *Library) AmbiguousLinks(ctx context.Context, actor account.Actor, id ID) ([]string, error) {
	source, err := l.Source(ctx, actor, id, "")
	if err != nil {
		return nil, err
	}
	var out []string
	asked := map[string]bool{}
	for _, link := range l.Renderer.Links([]byte(source.Body)) {
		names := wikiNames(link.Target)
		if !link.Wiki || asked[names[0].Key] || names[0].Kind != NameTitle {
			continue
		}
		asked[names[0].Key] = true
		found, err := l.Catalogue.NamedArticles(ctx, names[0])
		if err != nil {
			return nil, err
		}
		same := 0
		for _, a := range found {
			if CanSee(actor, a.Audience()) && titleKey(a.Title) == names[0].Key {
				same++
			}
		}
		if same > 1 {
			out = append(out, strings.TrimSpace(link.Target))
		}
	}
	return out, nil
}
