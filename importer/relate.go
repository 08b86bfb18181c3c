package importer

import (
	"bytes"
	"context"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// relation is how the article in the target and the document compare.
type relation int

const (
	relationSame    relation = iota // the source has nothing new
	relationNewer                   // the source changed, nobody touched the article
	relationBoth                    // both changed
	relationForeign                 // the article is something else
)

// relate compares a document with the article that has its id. What a run writes
// names its stand; of a file that is taken over as it is, what an import wrote last
// tells whether people changed the article since.
func (r *run) relate(ctx context.Context, d *Document, current, incoming []byte) (relation, error) {
	if bytes.Equal(current, incoming) {
		if kept, err := r.keepsFiles(ctx, d); kept || err != nil {
			return relationSame, err
		}
	}
	if foreign(current, incoming) {
		return relationForeign, nil
	}
	if d.Markdown == nil {
		return byStand(current, incoming), nil
	}
	base, err := r.target.Former(ctx, idOf(d), anything)
	switch {
	case err == nil && bytes.Equal(base, current):
		return relationNewer, nil
	case err == nil || fault.Is(err, fault.NotFound):
		return relationBoth, nil
	}
	return relationBoth, err
}

// keepsFiles reports whether the article has the files of a document as the source
// has them. Of a file that is taken over as it is only they tell; elsewhere they are
// in the stand, and where the target cannot tell nothing is known to differ.
func (r *run) keepsFiles(ctx context.Context, d *Document) (bool, error) {
	shown, ok := r.target.(Shown)
	if !ok || d.Markdown == nil {
		return true, nil
	}
	for _, a := range d.Attachments {
		if kept, err := shown.Keeps(ctx, idOf(d), a); !kept || err != nil {
			return false, err
		}
	}
	return true, nil
}

// anything recognises every file an import wrote.
func anything([]byte) bool { return true }

// base is what an import wrote of a document last, and whether the source says
// the same today. NotFound means that nobody can tell any more.
func (r *run) base(ctx context.Context, d *Document, incoming Incoming) (base []byte, same bool, err error) {
	if d.Markdown != nil {
		base, err = r.target.Former(ctx, incoming.ID, anything)
		return base, bytes.Equal(base, incoming.Markdown), err
	}
	base, err = r.target.Former(ctx, incoming.ID, isOwn)
	_, stand := splitStand(base)
	return base, stand == incoming.Stand, err
}

// foreign reports whether an article came from another document.
func foreign(current, incoming []byte) bool {
	was, _ := content.ParseDocument("index.md", current)
	becomes, _ := content.ParseDocument("index.md", incoming)
	return was.Meta.Origin.UNID != "" && becomes.Meta.Origin.UNID != "" &&
		(was.Meta.Origin.UNID != becomes.Meta.Origin.UNID || was.Meta.Origin.ReplicaID != becomes.Meta.Origin.ReplicaID)
}

func byStand(current, incoming []byte) relation {
	_, stand := splitStand(current)
	_, next := splitStand(incoming)
	switch {
	case stand == "":
		return relationBoth
	case stand == next:
		return relationSame
	case isOwn(current):
		return relationNewer
	}
	return relationBoth
}
