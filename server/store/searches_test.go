package store_test

import (
	"fmt"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/store"
)

// gapsOf lists gaps in one line.
func gapsOf(t *testing.T, s *store.Store, f content.GapFilter) string {
	t.Helper()
	list, total, err := s.SearchGaps(t.Context(), f)
	ok(t, err)
	out := fmt.Sprint(total, ":")
	for _, g := range list {
		out += fmt.Sprintf(" %s %d/%d %s", g.Text, g.Empty, g.Times, g.Last)
	}
	return out
}

func TestSearchesAddUpPerDayAndDepartment(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		count := func(day, department, text string, times, empty, opened int) content.SearchCount {
			return content.SearchCount{Day: content.Date(day), Department: department, Text: text, Times: times, Empty: empty, Opened: opened, Took: time.Millisecond}
		}
		ok(t, s.AddSearches(t.Context()))
		ok(t, s.AddSearches(t.Context(), count("2026-11-20", "66", "zaun", 1, 1, 0), count("2026-11-20", "66", "zaun", 2, 1, 0), count("2026-11-21", "66", "zaun", 1, 0, 0)))
		ok(t, s.AddSearches(t.Context(), count("2026-11-20", "66", "zaun", 1, 0, 0), count("2026-11-20", "", "zaun", 7, 7, 0),
			count("2026-11-20", "66", "hof", 5, 5, 0), count("2026-11-19", "66", "tor", 9, 0, 1), count("2026-11-19", "66", "tür 100%_", 4, 4, 0)))
		all := content.GapFilter{Since: "2026-11-01", AtLeast: 3, Limit: 10}
		wantEqual(t, "everywhere", gapsOf(t, s, all), "3: zaun 9/12 2026-11-21 hof 5/5 2026-11-20 tür 100%_ 4/4 2026-11-19")
		of66 := all
		of66.Department = "66"
		wantEqual(t, "in one", gapsOf(t, s, of66), "3: zaun 2/5 2026-11-21 hof 5/5 2026-11-20 tür 100%_ 4/4 2026-11-19")
		page := of66
		page.Limit, page.Offset = 1, 1
		wantEqual(t, "a page", gapsOf(t, s, page), "3: hof 5/5 2026-11-20")
		often := of66
		often.AtLeast, often.Since = 5, "2026-11-21"
		wantEqual(t, "too seldom since", gapsOf(t, s, often), "0:")
		ok(t, s.DropSearchesWith(t.Context(), ""))
		ok(t, s.DropSearchesWith(t.Context(), "100_"))
		ok(t, s.DropSearchesWith(t.Context(), "0%_"))
		wantEqual(t, "without the words", gapsOf(t, s, of66), "2: zaun 2/5 2026-11-21 hof 5/5 2026-11-20")
		ok(t, s.DropSearches(t.Context(), "2026-11-21"))
		wantEqual(t, "without old days", gapsOf(t, s, content.GapFilter{Since: "2000-01-01", AtLeast: 1, Limit: 9}), "1: zaun 0/1 2026-11-21")
	})
}
