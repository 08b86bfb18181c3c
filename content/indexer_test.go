package content_test

import (
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
