package search_test

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"staffelstab/internal/testkit"
)

// A list of questions is text, so that people who know the city judge and not
// programmers. See testdata/relevance/gesetze.txt.

// question is what a person asks and the names of the texts that answer it.
type question struct {
	kind, text string
	right      []string
}

// questionList is a file of questions with the MRR@10 below which it fails.
type questionList struct {
	bound     float64
	questions []question
}

// boundWord opens the line that says it.
const boundWord = "# mindestens: MRR@10 "

func readQuestions(t testing.TB, file string) questionList {
	t.Helper()
	f, err := os.Open(filepath.Join(testkit.ModuleRoot(t), "content", "search", "testdata", "relevance", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list questionList
	kind := ""
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if bound, ok := strings.CutPrefix(line, boundWord); ok {
			if list.bound, err = strconv.ParseFloat(bound, 64); err != nil {
				t.Fatal(err)
			}
		}
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			kind = heading
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, right, ok := strings.Cut(line, "->")
		if q := (question{kind: kind, text: strings.TrimSpace(text), right: strings.Fields(right)}); ok && q.text != "" && len(q.right) > 0 {
			list.questions = append(list.questions, q)
			continue
		}
		t.Fatalf("%s: what is asked and found in %q?", file, line)
	}
	if err := lines.Err(); err != nil || list.bound == 0 || len(list.questions) == 0 {
		t.Fatalf("%s: bound %v, %d questions, %v", file, list.bound, len(list.questions), err)
	}
	return list
}

// known fails for every answer that is no text at all.
func (l questionList) known(t testing.TB, names []string) {
	t.Helper()
	for _, q := range l.questions {
		for _, right := range q.right {
			if !slices.Contains(names, right) {
				t.Errorf("%q is answered by %s, which does not exist", q.text, right)
			}
		}
	}
}

// rankDepth is how far a person looks: MRR@10 counts what stands below as not found.
const rankDepth = 10

// rank is the place of the first right answer from 1, or 0.
func (q question) rank(found []string) int {
	for n, name := range found[:min(len(found), rankDepth)] {
		if slices.Contains(q.right, name) {
			return n + 1
		}
	}
	return 0
}

// score sums up how well questions were answered.
type score struct {
	asked, inThree int
	reciprocal     float64
}

func (s *score) add(rank int) {
	s.asked++
	if rank > 0 {
		s.reciprocal += 1 / float64(rank)
	}
	if rank > 0 && rank <= 3 {
		s.inThree++
	}
}

func (s score) mrr() float64     { return s.reciprocal / float64(max(s.asked, 1)) }
func (s score) success() float64 { return float64(s.inThree) / float64(max(s.asked, 1)) }

func (s score) String() string {
	return fmt.Sprintf("%3d questions, MRR@%d %.3f, among the first three %.3f", s.asked, rankDepth, s.mrr(), s.success())
}

// ask puts every question to a search and returns how it did, the same by kind of
// question, and those that have no right answer among the first three.
func (l questionList) ask(search func(text string) []string) (all score, kindly, missing string) {
	kinds := map[string]*score{}
	var order, missed []string
	for _, q := range l.questions {
		found := search(q.text)
		rank := q.rank(found)
		if kinds[q.kind] == nil {
			kinds[q.kind] = &score{}
			order = append(order, q.kind)
		}
		kinds[q.kind].add(rank)
		all.add(rank)
		if rank == 0 || rank > 3 {
			missed = append(missed, fmt.Sprintf("  %s: %q wants %s at %s, found %s", q.kind, q.text, q.right[0],
				cmp.Or(strings.TrimLeft(strconv.Itoa(rank), "0"), "none"), strings.Join(found[:min(3, len(found))], " ")))
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%v\n", all)
	for _, kind := range order {
		fmt.Fprintf(&out, "  %v  %s\n", kinds[kind], kind)
	}
	return all, out.String(), "not among the first three:\n" + strings.Join(missed, "\n")
}

func TestRanksAreCountedFromOneToTen(t *testing.T) {
	q := question{right: []string{"a", "b"}}
	for _, c := range []struct {
		found string
		rank  int
	}{{"", 0}, {"a", 1}, {"x b a", 2}, {"x y z", 0}, {"1 2 3 4 5 6 7 8 9 a", 10}, {"1 2 3 4 5 6 7 8 9 0 a", 0}} {
		if got := q.rank(strings.Fields(c.found)); got != c.rank {
			t.Errorf("%q: rank %d, want %d", c.found, got, c.rank)
		}
	}
	var s score
	s.add(1)
	s.add(4)
	s.add(0)
	if s.mrr() != 1.25/3 || s.success() != 1./3 {
		t.Errorf("%v", s)
	}
}
