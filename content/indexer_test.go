package content_test

import (
	"context"
	"sync"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// late is a repository that has not yet shown its newest commit, as in the
// moment between recording and acknowledging.
type late struct {
	content.Repository
	shown content.Commit
}

func (l late) Head() content.Commit { return l.shown }

// The projector announces a commit before the repository shows it. An index
// that asks the repository in between must not sleep through the commit.
func TestIndexDoesNotSleepThroughASave(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", content.Edit{Title: "Vorher", Department: "66", Body: "Ein Satz.\n"})
	s.Indexed()
	s.Library.Repository = late{s.Library.Repository, s.Repository.Head()}
	s.Write("expertin", content.Edit{Title: "Nachher", Department: "66", Body: "Noch einer.\n"})
	s.Indexed()
}

// ahead is a catalogue that moves on while the index reads from it.
type ahead struct {
	content.Catalogue
	id   content.ID
	once *sync.Once
	read func() (content.Article, error) // instead of the first read of the text
}

func (a ahead) Article(ctx context.Context, id content.ID) (found content.Article, err error) {
	found, err = a.Catalogue.Article(ctx, id)
	if id == a.id {
		a.once.Do(func() { found, err = a.read() })
	}
	return found, err
}

// A text may lie at another place for a moment, in a commit the index has not
// come to. When the index looked just then, it has to find the text again.
func TestIndexFindsATextThatWasElsewhereForAMoment(t *testing.T) {
	s := servertest.New(t)
	commitFiles(t, s, map[string][]byte{"b/02.md": text(string(idA), "Wort eins")})
	s.Indexed()
	elsewhere := func() (content.Article, error) {
		commitFiles(t, s, map[string][]byte{"a/index.md": text(string(idA), "Wort zwei")})
		moved, err := s.Store.Article(t.Context(), idA)
		commitFiles(t, s, map[string][]byte{"a/index.md": nil})
		return moved, err
	}
	s.Library.Catalogue = ahead{s.Library.Catalogue, idA, new(sync.Once), elsewhere}
	commitFiles(t, s, map[string][]byte{"b/02.md": text(string(idA), "Wort drei")})
	s.Indexed()
	compareDumps(t, "the index", found(t, s, "Wort"), []string{string(idA) + " Wort drei"})
}
