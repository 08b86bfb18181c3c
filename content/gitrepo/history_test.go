package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// history collects what the repository tells between two commits.
func history(t testing.TB, r *Repository, from, to content.Commit) []content.CommitRecord {
	t.Helper()
	var out []content.CommitRecord
	for c, err := range r.History(t.Context(), from, to) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// gitHistory is the same told by git: commits with their changed paths, for a
// merge those that differ from all parents (-c).
func gitHistory(t testing.TB, bare string, revisions ...string) map[content.Commit]string {
	t.Helper()
	args := append([]string{"-c", "core.quotePath=false", "log", "-c", "--root", "--no-renames", "--name-only", "--format=@%H %ct"}, revisions...)
	out := map[content.Commit]string{}
	for commit := range strings.SplitSeq(git(t, bare, args...), "@") {
		if commit == "" {
			continue
		}
		head, names, _ := strings.Cut(commit, "\n")
		hash, _, _ := strings.Cut(head, " ")
		list := strings.Split(strings.TrimSpace(names), "\n")
		slices.Sort(list)
		out[content.Commit(hash)] = strings.Join(list, "|")
	}
	return out
}

// agree compares our history with git's and checks the promised order.
func agree(t testing.TB, ours []content.CommitRecord, theirs map[content.Commit]string) {
	t.Helper()
	if len(ours) != len(theirs) {
		t.Errorf("%d commits, git knows %d", len(ours), len(theirs))
	}
	told := map[content.Commit]bool{}
	for _, c := range ours {
		var names []string
		for _, change := range c.Changes {
			names = append(names, change.Path)
		}
		slices.Sort(names)
		if got := strings.Join(names, "|"); got != theirs[c.Commit] {
			t.Errorf("%s %q changed %q, git says %q", c.Commit, c.Message, got, theirs[c.Commit])
		}
		for _, p := range c.Parents {
			if told[p] {
				t.Errorf("%s was told before its child %s", p, c.Commit)
			}
		}
		if told[c.Commit] {
			t.Errorf("%s was told twice", c.Commit)
		}
		told[c.Commit] = true
	}
}

// edits makes a random change to a few paths that get in each other's way:
// files become folders and folders files.
func edits(source *rand.Rand) map[string]string {
	names := []string{"a", "a/b", "a/b/c", "ä/ö.md", "x.md", "wissen/r/reise/index.md", "wissen/r/reise/karte.png", "wissen/r/rad/index.md"}
	out := map[string]string{}
	for range 1 + source.IntN(3) {
		text := fmt.Sprint("Fassung ", source.IntN(4))
		if source.IntN(3) == 0 {
			text = gone
		}
		out[names[source.IntN(len(names))]] = text
	}
	return out
}

func TestRandomHistoryIsTheOneGitTells(t *testing.T) {
	for seed := range uint64(3) {
		dir, l := t.TempDir(), &ledger{}
		r := open(t, dir, l)
		source := rand.New(rand.NewPCG(seed, 7))
		for range 60 {
			if _, err := r.Write(t.Context(), batch(edits(source))); err != nil && !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
		}
		bare := filepath.Join(dir, Folder)
		ours := history(t, r, "", r.Head())
		agree(t, ours, gitHistory(t, bare, "main"))
		// A database filled from Git has to equal the one that followed.
		slices.Reverse(ours)
		for i, want := range l.records {
			if fmt.Sprintf("%+v", ours[i]) != fmt.Sprintf("%+v", want) {
				t.Errorf("seed %d: rebuilt %+v\nrecorded %+v", seed, ours[i], want)
			}
		}
		compareDiffs(t, r, bare, l.records, source)
		fsck(t, dir)
	}
}

// compareDiffs compares trees far from each other, where our walk skips equal
// folders, with git's diff.
func compareDiffs(t *testing.T, r *Repository, bare string, records []content.CommitRecord, source *rand.Rand) {
	t.Helper()
	for range 8 {
		a, b := records[source.IntN(len(records))].Commit, records[source.IntN(len(records))].Commit
		changes, err := r.Diff(t.Context(), a, b)
		if err != nil {
			t.Fatal(err)
		}
		var ours []string
		for _, c := range changes {
			ours = append(ours, strings.Repeat("0", 40-len(c.Before))+c.Before+" "+strings.Repeat("0", 40-len(c.After))+c.After+" "+c.Path)
		}
		var theirs []string
		out := git(t, bare, "-c", "core.quotePath=false", "diff-tree", "-r", "--no-renames", "--no-abbrev", string(a), string(b))
		for line := range strings.SplitSeq(out, "\n") { // :100644 100644 <before> <after> M\t<path>
			if head, name, ok := strings.Cut(line, "\t"); ok {
				part := strings.Fields(head)
				theirs = append(theirs, part[2]+" "+part[3]+" "+name)
			}
		}
		slices.Sort(ours)
		slices.Sort(theirs)
		if !slices.Equal(ours, theirs) {
			t.Errorf("%s..%s:\nours   %q\ntheirs %q", a, b, ours, theirs)
		}
	}
}

// imported builds a repository from a fast-import stream, in which data is
// written as <<text>>.
func imported(t testing.TB, stream string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := filepath.Join(t.TempDir(), "quelle.git")
	git(t, ".", "init", "-q", "--bare", "-b", "main", dir)
	var b bytes.Buffer
	for at := stream; at != ""; {
		head, rest, found := strings.Cut(at, "<<")
		b.WriteString(head)
		if at = rest; found {
			text, after, _ := strings.Cut(rest, ">>")
			fmt.Fprintf(&b, "data %d\n%s", len(text), text)
			at = after
		}
	}
	cmd := exec.Command("git", "-C", dir, "fast-import", "--quiet")
	cmd.Stdin = &b
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

// commitOf starts a commit in a stream.
func commitOf(mark int, branch, message string, rest ...string) string {
	return fmt.Sprintf("commit refs/heads/%s\nmark :%d\ncommitter Karl Meier <karl.meier@stadt.example> %d +0200\n<<%s>>\n%s\n\n",
		branch, mark, 1_500_000_000+mark*60, message, strings.Join(rest, "\n"))
}

// tangle is a history with everything a decade of several hands leaves: a
// rename, a merge that resolves a conflict, an octopus, a merge that takes one
// side whole, a root of its own, a deletion and a file that comes back.
func tangle(t testing.TB) string {
	t.Helper()
	return imported(t, commitOf(1, "main", "Anfang", "M 100644 inline b/bus.md\n<<Linie 1>>", "M 100755 inline skript.sh\n<<#!/bin/sh>>", "M 100644 inline z.md\n<<Z>>")+
		commitOf(2, "main", "umbenannt", "R b/bus.md b/bahn.md")+
		commitOf(3, "neben", "nebenher", "from :1", "M 100644 inline z.md\n<<Z neben>>", "M 100644 inline n.md\n<<N>>")+
		commitOf(4, "main", "Zeile", "from :2", "M 100644 inline z.md\n<<Z haupt>>")+
		commitOf(5, "main", "Zusammenführung mit Konflikt", "from :4", "merge :3", "M 100644 inline z.md\n<<Z beide>>", "M 100644 inline n.md\n<<N>>")+
		commitOf(6, "dritter", "dritter", "from :3", "M 100644 inline d.md\n<<D>>")+
		commitOf(7, "fremd", "eigene Wurzel", "M 100644 inline f/f.md\n<<F>>")+
		commitOf(8, "main", "Krake", "from :5", "merge :6", "merge :7", "M 100644 inline d.md\n<<D>>", "M 100644 inline f/f.md\n<<F>>")+
		commitOf(9, "main", "fort", "from :8", "D f", "D z.md")+
		commitOf(10, "main", "wieder da", "from :9", "M 100644 inline z.md\n<<Z haupt>>")+
		commitOf(11, "main", "eine Seite ganz", "from :10", "merge :3")+"done\n")
}

// keep adopts without completing anything.
func keep() Adoption {
	return Adoption{
		Pseudonym: func(mail string) string { return "u-" + strings.ToLower(mail[:1]) + "eudonym22" },
		Finish:    func(content.Snapshot) (content.Change, error) { return content.Change{}, nil },
	}
}

func TestTangledHistoryIsTheOneGitTells(t *testing.T) {
	source, dir, l := tangle(t), t.TempDir(), &ledger{}
	r := open(t, dir, l)
	if _, err := r.Adopt(t.Context(), source, keep()); err != nil {
		t.Fatal(err)
	}
	ours := history(t, r, "", r.Head())
	if len(ours) != 11 {
		t.Errorf("%d commits", len(ours))
	}
	bare := filepath.Join(dir, Folder)
	agree(t, ours, gitHistory(t, bare, "main"))
	// The rewritten history changes the same paths as the one it came from.
	theirs := gitHistory(t, source, "main")
	for _, c := range ours {
		var names []string
		for _, change := range c.Changes {
			names = append(names, change.Path)
		}
		slices.Sort(names)
		if origin := content.Commit(c.Trailer(content.TrailerOrigin)); strings.Join(names, "|") != theirs[origin] {
			t.Errorf("%s changed %q, its origin %q", c.Message, names, theirs[origin])
		}
	}
	for _, from := range ours { // every pair: git log from..to
		for _, to := range ours {
			agree(t, history(t, r, from.Commit, to.Commit), gitHistory(t, bare, string(from.Commit)+".."+string(to.Commit)))
		}
	}
	if mode := git(t, bare, "ls-tree", "HEAD", "skript.sh"); !strings.HasPrefix(mode, "100755") {
		t.Errorf("the mode of a file changed: %s", mode)
	}
	write(t, r, "skript.sh", "#!/bin/sh\nexit")
	if mode := git(t, bare, "ls-tree", "HEAD", "skript.sh"); !strings.HasPrefix(mode, "100755") {
		t.Errorf("saving changed the mode of a file: %s", mode)
	}
	fsck(t, dir)
}

// A rename with the same bytes is how an article keeps its id in an adopted
// history; the projection finds it by the object hash of both sides.
func TestRenameShowsTheSameObjectOnBothSides(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	write(t, r, "wissen/f/fahrrad/index.md", "Dienstrad")
	record, err := r.Write(t.Context(), batch(map[string]string{"wissen/f/fahrrad/index.md": gone, "wissen/d/dienstrad/index.md": "Dienstrad"}))
	if err != nil {
		t.Fatal(err)
	}
	if c := record.Changes; len(c) != 2 || c[0].After != c[1].Before || c[0].Before != "" || c[1].After != "" {
		t.Errorf("%+v", c)
	}
}

func TestHistoryOfNothing(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	if got := history(t, r, "", r.Head()); len(got) != 0 {
		t.Errorf("an empty repository tells %+v", got)
	}
	head := write(t, r, "a.md", "x").Commit
	if got := history(t, r, head, head); len(got) != 0 {
		t.Errorf("nothing happened since now, but: %+v", got)
	}
	missing := content.Commit(strings.Repeat("1", 40))
	for name, pair := range map[string][2]content.Commit{"to": {"", missing}, "from": {missing, head}} {
		for _, err := range r.History(t.Context(), pair[0], pair[1]) {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s a commit that is not there: %v", name, err)
			}
		}
	}
	if _, err := r.Diff(t.Context(), missing, head); !fault.Is(err, fault.NotFound) {
		t.Errorf("diff: %v", err)
	}
	for _, name := range []content.Commit{missing, "main", "HEAD~1", content.Commit(strings.Repeat("g", 40))} {
		if _, err := r.Snapshot(t.Context(), name); !fault.Is(err, fault.NotFound) {
			t.Errorf("snapshot of %s: %v", name, err)
		}
	}
}

func TestHistoryEndsWhenNobodyListens(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	for i := range 10 {
		write(t, r, "a.md", fmt.Sprint(i))
	}
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	for _, err := range r.History(ctx, "", r.Head()) {
		told++
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			break
		}
		if told == 3 {
			cancel()
		}
	}
	if told > 4 {
		t.Errorf("%d commits were told to nobody", told)
	}
	cancel()
	for _, err := range r.History(ctx, "", r.Head()) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("after the request was gone: %v", err)
		}
	}
}

// Who reads the database and who reads Git has to see the same, whatever was
// typed as a message, an author or a date.
func TestRecordIsWhatGitKeeps(t *testing.T) {
	trailer := func(key, value string) content.Trailer { return content.Trailer{Key: key, Value: value} }
	for name, c := range map[string]content.Change{
		"nothing said":             {},
		"Windows line ends":        {Message: "Frist geändert\r\n\r\nvon drei auf sechs Monate\r\n"},
		"blanks behind":            {Message: "Titel  \n\n  "},
		"looks like a trailer":     {Message: "Titel\n\nHinweis: bitte lesen", Trailers: []content.Trailer{trailer("Revision", "r-1 a")}},
		"a value in two lines":     {Message: "Titel", Trailers: []content.Trailer{trailer("Vorgang", "eins\n zwei"), trailer("Revision", "r-2")}},
		"an empty value":           {Message: "Titel", Trailers: []content.Trailer{trailer("Revision", "r-3"), trailer("Notes-UNID", ""), trailer("Änderung", "fachlich")}},
		"nobody":                   {Author: "", Message: "x"},
		"a date nobody knows":      {At: time.Time{}, Message: "x"},
		"before Git had dates":     {At: time.Date(1949, 5, 23, 0, 0, 0, 0, time.UTC), Message: "Grundgesetz"},
		"summer time":              {At: time.Date(2026, 7, 1, 12, 0, 0, 999, time.FixedZone("MESZ", 7200)), Message: "x"},
		"a zero byte":              {Message: "a\x00b"},
		"not UTF-8":                {Message: "Stra\xdfe"},
		"only a dash":              {Message: "-"},
		"a message of many pieces": {Message: "eins\n\nzwei\n\n\n\ndrei: vier", Trailers: []content.Trailer{trailer("Revision", "r-4")}},
	} {
		dir := t.TempDir()
		r := open(t, dir, &ledger{})
		c.Files = map[string][]byte{"a.md": []byte("x")}
		record, err := r.Write(t.Context(), func(content.Snapshot) (content.Change, error) { return c, nil })
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		read := history(t, r, "", r.Head())
		if fmt.Sprintf("%+v", read[0]) != fmt.Sprintf("%+v", record) {
			t.Errorf("%s:\nread     %+v\nrecorded %+v", name, read[0], record)
		}
		for _, want := range c.Trailers {
			if got := record.Trailer(want.Key); got != strings.Join(strings.Fields(want.Value), " ") {
				t.Errorf("%s: trailer %s is %q", name, want.Key, got)
			}
		}
		fsck(t, dir)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
