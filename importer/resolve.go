package importer

import (
	"context"

	"staffelstab/content"
)

// resolve finds the article behind a link: one of this run, else one that is
// already there. Of what is not published not even the title is told.
func (r *run) resolve(ctx context.Context, k Key) (LinkTarget, bool) {
	if target, published := r.leadsTo(ctx, k); published {
		return target, true
	}
	return LinkTarget{}, false
}

func (r *run) leadsTo(ctx context.Context, k Key) (target LinkTarget, published bool) {
	if e, ok := r.survey.known[k]; ok {
		if e.below.ID != "" {
			return e.below, true
		}
		if e.answerTo != (Key{}) {
			k, e = e.answerTo, r.survey.known[e.answerTo]
		}
		if e.into == (Key{}) {
			return LinkTarget{ID: ArticleID(k), Title: e.title}, e.published
		}
		if root := r.survey.known[e.into]; root != nil {
			return LinkTarget{ID: ArticleID(e.into), Title: root.title}, root.published
		}
		if target, ok := r.there(ctx, e.into); ok {
			return target, true
		}
		return LinkTarget{ID: ArticleID(k), Title: e.title}, true
	}
	return r.there(ctx, k)
}

// there finds an article of the target that an earlier run brought.
func (r *run) there(ctx context.Context, k Key) (LinkTarget, bool) {
	current, id, err := r.standing(ctx, k)
	if err != nil || current == nil {
		return LinkTarget{}, false
	}
	document, _ := content.ParseDocument(current.Path, current.Markdown)
	return LinkTarget{ID: id, Title: document.Meta.Title}, true
}
