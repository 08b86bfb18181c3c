package content_test

import (
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// The projector announces a commit before the repository shows it. An index
// that looked at the repository in between must not sleep through the commit.
func TestIndexDoesNotSleepThroughASave(t *testing.T) {
	s := servertest.New(t)
	for range 150 {
		s.Write("expertin", content.Edit{Title: "Immer wieder", Department: "66", Body: "Ein Satz.\n"})
		deadline := time.Now().Add(30 * time.Second)
		for s.Index.Commit() != s.Repository.Head() {
			if time.Now().After(deadline) {
				t.Fatal("the index stands still at an older commit")
			}
			time.Sleep(time.Millisecond)
		}
	}
}
