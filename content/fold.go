package content

import (
	"context"
	"time"

	"staffelstab/internal/account"
)

// foldWithin is how far apart saves of one person may lie to be shown as one.
const foldWithin = 10 * time.Minute

// RevisionGroup is versions that people read as one, newest first. Git keeps
// each of them.
type RevisionGroup []Revision

// Newest is the version the group stands for.
func (g RevisionGroup) Newest() Revision { return g[0] }

// Oldest is the first save of the group.
func (g RevisionGroup) Oldest() Revision { return g[len(g)-1] }

// FoldedHistory is History with quick saves of one author put together.
// Releases of proposals stand alone, and what people took note of or were asked
// to, and so do texts that are learned, because results refer to their versions.
func (l *Library) FoldedHistory(ctx context.Context, actor account.Actor, id ID, before int64, limit int) ([]RevisionGroup, error) {
	list, err := l.History(ctx, actor, id, before, limit)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	pinned := map[RevisionID]bool{}
	proposals, err := l.Proposals.Proposals(ctx, ProposalFilter{Article: id})
	if err != nil {
		return nil, err
	}
	for _, p := range proposals {
		pinned[p.Released], pinned[p.BaseRevision] = true, true
	}
	noted, err := l.Acknowledgements.NotedRevisions(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, r := range noted {
		pinned[r] = true
	}
	return FoldRevisions(list, func(r Revision) bool { return a.Kind.IsLearning() || pinned[r.ID] }), nil
}

// FoldRevisions groups versions, newest first: neighbours of one author with
// the same kind of change, or none said, all within ten minutes, none of them pinned or the
// end of the text.
func FoldRevisions(list []Revision, pinned func(Revision) bool) []RevisionGroup {
	var out []RevisionGroup
	for _, r := range list {
		if n := len(out); n > 0 && folds(out[n-1], r) && !pinned(r) && !pinned(out[n-1].Newest()) {
			out[n-1] = append(out[n-1], r)
			continue
		}
		out = append(out, RevisionGroup{r})
	}
	return out
}

func folds(g RevisionGroup, older Revision) bool {
	newest := g.Newest()
	apart := newest.At.Sub(older.At)
	return newest.Author != "" && newest.Author == older.Author && (newest.Change == older.Change || older.Change == ChangeUnknown) &&
		!newest.Removed && !older.Removed && apart >= 0 && apart <= foldWithin
}
