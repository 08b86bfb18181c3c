package importer

import (
	"context"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// Earlier is what an earlier run made of a document.
type Earlier struct {
	Article  content.ID // it became, or stands in; empty: none
	Withheld bool       // its newest state was not for everybody
	// Restricted says that this is because only some could read it.
	Restricted bool
	Read       Stamp // of the newest state, which may only have been planned
	Brought    Stamp // of the newest state an article was made of
}

// place finds out what earlier runs know of the answers whose question this source
// does not bring: they may stand below it already, or quote one that is withheld. A
// replication conflict says what its document says.
func (r *run) place(ctx context.Context) error {
	for key, k := range r.survey.known {
		if k.conflict && k.parent != (Key{}) && r.survey.known[k.parent] == nil {
			was, err := r.earlier(ctx, k.parent)
			if err != nil {
				return err
			}
			k.quotesWithheld = was.Withheld
		}
		if !k.reply || !k.published || k.answerTo != (Key{}) {
			continue
		}
		question := r.survey.above(key, func(k *known) bool { return k.reply })
		if question == key || r.survey.known[question] != nil {
			continue
		}
		was, err := r.earlier(ctx, question)
		if err != nil {
			return err
		}
		current, id, err := r.standing(ctx, question)
		if err != nil {
			return err
		}
		if was.Withheld || current == nil && was.Article != "" { // it was only planned, or is out of use
			k.quotesWithheld, k.published = true, false
			continue
		}
		if current == nil {
			continue
		}
		article, _ := content.ParseDocument(current.Path, current.Markdown)
		if k.appends && slices.Contains(article.Meta.Origin.Also, content.NotesKey(key)) {
			k.below = LinkTarget{ID: id, Title: article.Meta.Title}
		}
	}
	return nil
}

// earlier is what an earlier run made of a document, as far as anybody knows.
func (r *run) earlier(ctx context.Context, k Key) (Earlier, error) {
	if r.Earlier == nil {
		return Earlier{}, nil
	}
	earlier, err := r.Options.Earlier(ctx, k)
	return earlier[k], err
}

// standing finds the article of the target that an earlier run made of a
// document, or put it into; nil when there is none.
func (r *run) standing(ctx context.Context, k Key) (*Current, content.ID, error) {
	id := ArticleID(k)
	current, err := r.target.Current(ctx, id)
	if fault.Is(err, fault.NotFound) {
		was, unknown := r.earlier(ctx, k)
		if unknown != nil || was.Article == "" || was.Article == id {
			return nil, "", unknown
		}
		id = was.Article
		current, err = r.target.Current(ctx, id)
	}
	if fault.Is(err, fault.NotFound) {
		return nil, "", nil
	}
	return &current, id, err
}

// question is the document an answer is about in the end, whether or not this
// source brings it; zero for what is no answer.
func (r *run) question(d *Document) Key {
	if d.Parent == "" || r.survey.known[d.Origin.Key()] == nil {
		return Key{}
	}
	return r.survey.above(d.Origin.Key(), func(k *known) bool { return k.reply })
}

// holding finds the article with the words of a document: its own, or the one it
// stands in, as an answer or because both became one; nil when there is none.
func (r *run) holding(ctx context.Context, d *Document) (*Current, content.ID, error) {
	own := d.Origin.Key()
	for _, place := range []Key{own, r.question(d)} {
		current, id, err := r.standing(ctx, place)
		if err != nil {
			return nil, "", err
		}
		if current == nil {
			continue
		}
		article, _ := content.ParseDocument(current.Path, current.Markdown)
		if id == ArticleID(own) || slices.Contains(article.Meta.Origin.Also, content.NotesKey(own)) {
			return current, id, nil
		}
	}
	return nil, "", nil
}

// versionOf is the article of the document a replication conflict belongs to.
func (r *run) versionOf(ctx context.Context, k Key) content.ID {
	if target, ok := r.resolve(ctx, k); ok {
		return target.ID
	}
	return ArticleID(k)
}
