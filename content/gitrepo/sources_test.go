package gitrepo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// sources are what people hand over as a repository and what becomes of it;
// an empty key means it is taken.
var sources = map[string]struct {
	key  string
	make func(t *testing.T) string
}{
	"bare":         {"", func(t *testing.T) string { return tangle(t) }},
	"with folders": {"", func(t *testing.T) string { return foreign(t) }},
	"packed by gc": {"", func(t *testing.T) string {
		source := foreign(t)
		git(t, source, "gc", "-q")
		return source
	}},
	"objects borrowed from another": {"gitrepo.pack-damaged", func(t *testing.T) string {
		source := filepath.Join(t.TempDir(), "geteilt")
		git(t, ".", "clone", "-q", "--shared", foreign(t), source)
		return source
	}},
	"HEAD on a branch of another name": {"", func(t *testing.T) string {
		source := foreign(t)
		git(t, source, "branch", "-m", "main", "trunk")
		return source
	}},
	"HEAD detached": {"", func(t *testing.T) string {
		source := foreign(t)
		git(t, source, "checkout", "-q", "--detach", "HEAD~1")
		return source
	}},
	"HEAD on nothing but master there": {"", func(t *testing.T) string {
		source := foreign(t)
		git(t, source, "branch", "-m", "main", "master")
		git(t, source, "symbolic-ref", "HEAD", "refs/heads/fehlt")
		return source
	}},
	"shallow clone": {"gitrepo.pack-damaged", func(t *testing.T) string {
		source := filepath.Join(t.TempDir(), "flach")
		git(t, ".", "clone", "-q", "--depth", "1", "file://"+foreign(t), source)
		return source
	}},
	"a text is missing": {"gitrepo.pack-damaged", func(t *testing.T) string {
		source := foreign(t)
		blob := git(t, source, "rev-parse", "HEAD:b/bgb/index.md")
		if err := os.Remove(filepath.Join(source, ".git/objects", blob[:2], blob[2:])); err != nil {
			t.Fatal(err)
		}
		return source
	}},
	"neither HEAD nor main nor master": {"gitrepo.no-branch", func(t *testing.T) string {
		source := foreign(t)
		git(t, source, "branch", "-m", "main", "trunk")
		git(t, source, "symbolic-ref", "HEAD", "refs/heads/fehlt")
		return source
	}},
	"no commit yet": {"gitrepo.no-branch", func(t *testing.T) string {
		source := t.TempDir()
		git(t, source, "init", "-q", "-b", "main")
		return source
	}},
	"a submodule": {"gitrepo.bad-path", func(t *testing.T) string {
		source := foreign(t)
		git(t, source, "update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",modul")
		git(t, source, "commit", "-q", "-m", "Untermodul")
		return source
	}},
	"a name Windows takes for .git, long ago": {"gitrepo.bad-path", func(t *testing.T) string {
		return imported(t, commitOf(1, "main", "böse", "M 100644 inline x/git~1/config\n<<[core]>>")+commitOf(2, "main", "fort", "D x", "M 100644 inline a.md\n<<A>>")+"done\n")
	}},
	"part of a bundle": {"gitrepo.bundle-incomplete", func(t *testing.T) string {
		source, bundle := foreign(t), filepath.Join(t.TempDir(), "teil.bundle")
		git(t, source, "bundle", "create", "-q", bundle, "HEAD~1..HEAD")
		return bundle
	}},
	"a bundle of SHA-256": {"gitrepo.bundle-unsupported", func(t *testing.T) string {
		source, bundle := t.TempDir(), filepath.Join(t.TempDir(), "neu.bundle")
		git(t, source, "init", "-q", "-b", "main", "--object-format=sha256")
		git(t, source, "commit", "-q", "--allow-empty", "-m", "leer")
		git(t, source, "bundle", "create", "-q", bundle, "main")
		return bundle
	}},
	"a bundle of nothing to take": {"gitrepo.no-branch", func(t *testing.T) string {
		source, bundle := foreign(t), filepath.Join(t.TempDir(), "zweig.bundle")
		git(t, source, "bundle", "create", "-q", bundle, "neben")
		return bundle
	}},
}

func TestSourceIsTakenWholeOrRefusedWithAReason(t *testing.T) {
	for name, c := range sources {
		t.Run(name, func(t *testing.T) {
			source, dir, l := c.make(t), t.TempDir(), &ledger{}
			r := open(t, dir, l)
			own := write(t, r, "wissen/e/eigenes/index.md", "vorher").Commit
			report, err := r.Adopt(t.Context(), source, keep())
			if c.key != "" {
				if f, ok := fault.Of(err); !ok || f.Key != c.key {
					t.Errorf("got %v, want %s", err, c.key)
				}
				if r.Head() != own || len(l.records) != 1 {
					t.Errorf("something came in: %+v", l.records)
				}
			} else {
				sameFiles(t, r, source, report, err)
			}
			write(t, r, "wissen/e/eigenes/index.md", "nachher")
			fsck(t, dir)
		})
	}
}

// sameFiles checks that the newest state of a source stands in the repository.
func sameFiles(t *testing.T, r *Repository, source string, report AdoptReport, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(git(t, source, "ls-tree", "-r", string(report.Head)), "\n") {
		head, name, _ := strings.Cut(line, "\t")
		s, err := r.Snapshot(t.Context(), r.Head())
		if err != nil {
			t.Fatal(err)
		}
		if hash, ok := s.Hash(name); !ok || hash != strings.Fields(head)[2] {
			t.Errorf("%s is %q %v, not as in the source", name, hash, ok)
		}
	}
	if want := git(t, source, "rev-list", "--count", string(report.Head)); want != strconv.Itoa(report.Commits) {
		t.Errorf("%d commits came in, the source has %s", report.Commits, want)
	}
}

func TestSourceHeadIsWhatAdoptTakes(t *testing.T) {
	source := foreign(t)
	bundle := filepath.Join(t.TempDir(), "alles.bundle")
	git(t, source, "bundle", "create", "-q", bundle, "--all", "HEAD")
	want := content.Commit(git(t, source, "rev-parse", "HEAD"))
	for _, from := range []string{source, bundle} {
		if got, err := SourceHead(from); err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", filepath.Base(from), got, err, want)
		}
		report, err := open(t, t.TempDir(), &ledger{}).Adopt(t.Context(), from, keep())
		if err != nil || report.Head != want {
			t.Errorf("%s: adopted %s %v", filepath.Base(from), report.Head, err)
		}
	}
	if _, err := SourceHead(t.TempDir()); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty folder: %v", err)
	}
}

// Old German repositories hold messages in Latin-1; the database takes UTF-8
// only.
func TestMessagesFromBeforeUnicodeBecomeReadable(t *testing.T) {
	source := imported(t, commitOf(1, "main", "Geb\xfchren f\xfcr die Stra\xdfe, 5 \x80", "M 100644 inline a.md\n<<A>>")+"done\n")
	dir, l := t.TempDir(), &ledger{}
	if _, err := open(t, dir, l).Adopt(t.Context(), source, keep()); err != nil {
		t.Fatal(err)
	}
	if got := l.records[0].Message; got != "Gebühren für die Straße, 5 €" || !utf8.ValidString(got) {
		t.Errorf("the message is %q", got)
	}
	fsck(t, dir)
}

// A trailer of ours in a foreign message would claim a revision that never
// was, one of people would bring a name along.
func TestAdoptedMessagesClaimNothing(t *testing.T) {
	source := imported(t, commitOf(1, "main", "Titel\n\nRevision: r-fremd abc\nVorgang: 1\nÄnderung: fachlich\nUrsprung: "+strings.Repeat("2", 40)+
		"\nVorschlag: abcdefghij\nFreigabe: u-fremdxxxxx\nReviewed-by: Karl Meier\nco-authored-by: Karl Meier\nTicket: 4711", "M 100644 inline a.md\n<<A>>")+"done\n")
	l := &ledger{}
	if _, err := open(t, t.TempDir(), l).Adopt(t.Context(), source, keep()); err != nil {
		t.Fatal(err)
	}
	origin := git(t, source, "rev-parse", "main")
	want := []content.Trailer{{Key: "Ticket", Value: "4711"}, {Key: content.TrailerOrigin, Value: origin}}
	if got := l.records[0]; len(got.Trailers) != 2 || got.Trailers[0] != want[0] || got.Trailers[1] != want[1] || got.Message != "Titel" {
		t.Errorf("%q %+v", got.Message, got.Trailers)
	}
	if got := l.records[0]; got.Author != "u-keudonym22" || got.At.Unix() != 1_500_000_060 {
		t.Errorf("author %s at %s", got.Author, got.At)
	}
}

func TestAdoptionThatIsRefusedOrLeftComesInNotAtAll(t *testing.T) {
	source := foreign(t)
	no := fault.New(fault.Conflict, "content.duplicate-id")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		with func(*Adoption)
		want error
	}{
		"the domain refuses (such as an id that is there)": {t.Context(), func(a *Adoption) {
			a.Finish = func(content.Snapshot) (content.Change, error) { return content.Change{}, no }
		}, no},
		"the database cannot prepare": {t.Context(), func(a *Adoption) {
			a.Prepare = func(context.Context, []content.CommitRecord) (func(), error) { return nil, no }
		}, no},
		"nobody waits for it": {gone, func(*Adoption) {}, context.Canceled},
	} {
		dir, l, a := t.TempDir(), &ledger{}, keep()
		r := open(t, dir, l)
		own := write(t, r, "wissen/e/eigenes/index.md", "vorher").Commit
		c.with(&a)
		if _, err := r.Adopt(c.ctx, source, a); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
		if r.Head() != own || len(l.records) != 1 {
			t.Errorf("%s: something came in", name)
		}
		write(t, r, "wissen/e/eigenes/index.md", "nachher")
		fsck(t, dir)
	}
}

func TestAdoptionPreparesWhatItRecordsAndLetsGo(t *testing.T) {
	l := &ledger{}
	r := open(t, t.TempDir(), l)
	var prepared []content.CommitRecord
	released := 0
	a := adoption()
	a.Prepare = func(_ context.Context, commits []content.CommitRecord) (func(), error) {
		if len(l.records) != 0 || r.Head() != "" {
			t.Error("prepared after it was recorded")
		}
		prepared = commits
		return func() { released++ }, nil
	}
	if _, err := r.Adopt(t.Context(), foreign(t), a); err != nil {
		t.Fatal(err)
	}
	if released != 1 || len(prepared) != len(l.records) {
		t.Errorf("released %d times; prepared %d of %d commits", released, len(prepared), len(l.records))
	}
	for i := range prepared {
		if prepared[i].Commit != l.records[i].Commit {
			t.Errorf("commit %d was prepared as another", i)
		}
	}
}

// Two copies of one stock, or one taken over again after it went on: what is
// the same may come, what differs is refused, and nothing half of it stays.
func TestAdoptingTheSameStockAgain(t *testing.T) {
	source, dir := foreign(t), t.TempDir()
	r := open(t, dir, &ledger{})
	if _, err := r.Adopt(t.Context(), source, keep()); err != nil {
		t.Fatal(err)
	}
	before := contents(t, r, r.Head())
	if _, err := r.Adopt(t.Context(), source, keep()); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, r, r.Head()); len(got) != len(before) {
		t.Errorf("the same stock again made %q of %q", got, before)
	}
	head := r.Head()
	if err := os.WriteFile(filepath.Join(source, "b/bgb/index.md"), []byte("anders"), 0o600); err != nil {
		t.Fatal(err)
	}
	git(t, source, "commit", "-qam", "anders")
	_, err := r.Adopt(t.Context(), source, keep())
	if f, ok := fault.Of(err); !ok || f.Key != "gitrepo.adopt-conflict" || f.Args["path"] != "b/bgb/index.md" {
		t.Errorf("got %v", err)
	}
	if r.Head() != head {
		t.Error("the head moved")
	}
	fsck(t, dir)
}
