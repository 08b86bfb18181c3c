package content_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"staffelstab/content"
)

func TestQuickSavesOfOneAuthorAreReadAsOne(t *testing.T) {
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	save := func(id, author string, minute int) content.Revision {
		return content.Revision{ID: content.RevisionID(id), Author: author, At: start.Add(time.Duration(minute) * time.Minute)}
	}
	material := save("b", "u-a", 2)
	material.Change = content.ChangeMaterial
	editorial := save("a", "u-a", 0)
	editorial.Change = content.ChangeEditorial
	removed := save("c", "u-a", 4)
	removed.Removed = true
	for name, c := range map[string]struct {
		oldestFirst []content.Revision
		pinned      content.RevisionID
		want        string // ids of each group, newest first
	}{
		"three within ten minutes":      {[]content.Revision{save("a", "u-a", 0), save("b", "u-a", 5), save("c", "u-a", 10)}, "", "[[c b a]]"},
		"counted from the newest":       {[]content.Revision{save("a", "u-a", 0), save("b", "u-a", 6), save("c", "u-a", 12)}, "", "[[c b] [a]]"},
		"somebody between":              {[]content.Revision{save("a", "u-a", 0), save("b", "u-b", 1), save("c", "u-a", 2)}, "", "[[c] [b] [a]]"},
		"one that others refer to":      {[]content.Revision{save("a", "u-a", 0), save("b", "u-a", 1), save("c", "u-a", 2)}, "b", "[[c] [b] [a]]"},
		"a change of another kind":      {[]content.Revision{editorial, material}, "", "[[b] [a]]"},
		"after one without a kind":      {[]content.Revision{save("a", "u-a", 0), material}, "", "[[b a]]"},
		"the end of a text":             {[]content.Revision{save("a", "u-a", 0), removed}, "", "[[c] [a]]"},
		"a clock that went back":        {[]content.Revision{save("a", "u-a", 5), save("b", "u-a", 0)}, "", "[[b] [a]]"},
		"authors nobody knows any more": {[]content.Revision{save("a", "", 0), save("b", "", 1)}, "", "[[b] [a]]"},
	} {
		slices.Reverse(c.oldestFirst)
		var got [][]content.RevisionID
		for _, g := range content.FoldRevisions(c.oldestFirst, func(r content.Revision) bool { return r.ID == c.pinned }) {
			var ids []content.RevisionID
			for _, r := range g {
				ids = append(ids, r.ID)
			}
			got = append(got, ids)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, not %s", name, got, c.want)
		}
	}
}
