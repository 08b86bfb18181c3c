package gitrepo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// git runs the git command line in a folder; tests that build foreign
// repositories need it.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=Erika Mustermann", "GIT_AUTHOR_EMAIL=erika@example.org",
		"GIT_COMMITTER_NAME=Erika Mustermann", "GIT_COMMITTER_EMAIL=erika@example.org",
		"GIT_AUTHOR_DATE=2019-05-04T10:00:00+02:00", "GIT_COMMITTER_DATE=2019-05-04T10:00:00+02:00", "GIT_CONFIG_GLOBAL=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// foreignMaster is built once, because it takes a dozen git commands; TestMain
// removes it.
var foreignMaster struct {
	sync.Once
	dir string
}

// foreign copies a repository with a merge and a rename.
func foreign(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	foreignMaster.Do(func() {
		dir, err := os.MkdirTemp("", "foreign-")
		if err != nil {
			t.Fatal(err)
		}
		foreignMaster.dir = dir
		buildForeign(t, dir)
	})
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(foreignMaster.dir)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func buildForeign(t testing.TB, dir string) {
	t.Helper()
	save := func(name, text string) {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-q", "-m", "Stand "+name+"\n\nSigned-off-by: Erika Mustermann <erika@example.org>")
	}
	git(t, dir, "init", "-q", "-b", "main")
	save("b/bgb/index.md", "# BGB\n")
	git(t, dir, "checkout", "-q", "-b", "neben")
	save("g/gg/index.md", "# GG\n")
	git(t, dir, "checkout", "-q", "main")
	save("b/bgb/index.md", "# BGB\n\n§ 1\n")
	git(t, dir, "merge", "-q", "--no-edit", "neben")
	git(t, dir, "mv", "g/gg", "g/grundgesetz")
	git(t, dir, "commit", "-q", "-m", "umbenannt")
}

func adoption() Adoption {
	return Adoption{
		Pseudonym: func(string) string { return "u-pseudonym2" },
		Finish: func(s content.Snapshot) (content.Change, error) {
			data, err := s.ReadFile("b/bgb/index.md")
			return content.Change{
				Files:  map[string][]byte{"b/bgb/index.md": append([]byte("---\nid: aaaaaaaaaa\n---\n"), data...)},
				Author: "u-operatorxx", At: time.Unix(1_700_000_000, 0), Message: "Kopfdaten",
			}, err
		},
	}
}

func TestAdoptKeepsHistoryWithoutNames(t *testing.T) {
	source := foreign(t)
	bundle := filepath.Join(t.TempDir(), "x.bundle")
	git(t, source, "bundle", "create", "-q", bundle, "--all", "HEAD")
	for name, from := range map[string]string{"folder": source, "bundle": bundle} {
		dir, l := t.TempDir(), &ledger{}
		r := open(t, dir, l)
		report, err := r.Adopt(t.Context(), from, adoption())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if report.Commits != 5 || len(l.records) != 6 {
			t.Errorf("%s: %d commits, %d records", name, report.Commits, len(l.records))
		}
		if got := readAt(t, r, r.Head(), "b/bgb/index.md"); !strings.HasPrefix(got, "---\nid:") {
			t.Errorf("%s: %q", name, got)
		}
		readAt(t, r, r.Head(), "g/grundgesetz/index.md")
		log := git(t, filepath.Join(dir, Folder), "log", "--format=%an %ae %cn %ce%n%B")
		if strings.Contains(log, "Erika") || strings.Contains(log, "example.org") {
			t.Errorf("%s: a name came along:\n%s", name, log)
		}
		if strings.Count(log, "Ursprung: ") != 5 {
			t.Errorf("%s: origins are missing:\n%s", name, log)
		}
		for i, c := range l.records[1:] {
			if len(c.Parents) == 0 {
				t.Errorf("%s: record %d has no parent", name, i+1)
			}
		}
		fsck(t, dir)
	}
}

func TestAdoptJoinsWhatIsThere(t *testing.T) {
	source, dir := foreign(t), t.TempDir()
	r := open(t, dir, &ledger{})
	write(t, r, "wissen/e/eigenes/index.md", "vorher")
	if _, err := r.Adopt(t.Context(), source, adoption()); err != nil {
		t.Fatal(err)
	}
	if readAt(t, r, r.Head(), "wissen/e/eigenes/index.md") != "vorher" {
		t.Error("what was there is lost")
	}
	readAt(t, r, r.Head(), "b/bgb/index.md")
	fsck(t, dir)
}

func TestAdoptRefusesTheSamePath(t *testing.T) {
	source, dir := foreign(t), t.TempDir()
	r := open(t, dir, &ledger{})
	head := write(t, r, "b/bgb/index.md", "anderes").Commit
	if _, err := r.Adopt(t.Context(), source, adoption()); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
	if r.Head() != head {
		t.Error("the head moved")
	}
}

func TestAdoptRefusesWhatIsNoRepository(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	text := filepath.Join(t.TempDir(), "x.bundle")
	if err := os.WriteFile(text, []byte("kein Bündel"), 0o600); err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.bundle")
	git(t, foreign(t), "bundle", "create", "-q", cut, "--all", "HEAD")
	data, err := os.ReadFile(cut)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, data[:len(data)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{"text": text, "cut": cut, "folder": t.TempDir(), "nothing": "/nirgendwo/x"} {
		_, err := r.Adopt(t.Context(), from, adoption())
		if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r.Head() != "" {
		t.Error("something came in")
	}
}

func TestAdoptRefusesLinks(t *testing.T) {
	source := foreign(t)
	if err := os.Symlink("/etc/passwd", filepath.Join(source, "passwd.md")); err != nil {
		t.Fatal(err)
	}
	git(t, source, "add", "-A")
	git(t, source, "commit", "-q", "-m", "Verweis")
	if _, err := open(t, t.TempDir(), &ledger{}).Adopt(t.Context(), source, adoption()); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}
