package testkit

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// verdict stands in for a test and keeps what was said about it.
type verdict struct {
	testing.TB
	skipped, failed string
	cleanup         []func()
}

type ended struct{}

func (v *verdict) Helper()          {}
func (v *verdict) Cleanup(f func()) { v.cleanup = append(v.cleanup, f) }
func (v *verdict) Skip(args ...any) { v.skipped = args[0].(string); panic(ended{}) }
func (v *verdict) Skipf(f string, a ...any) {
	v.skipped = strings.Replace(f, "%s", a[0].(string), 1)
	panic(ended{})
}
func (v *verdict) Fatalf(f string, a ...any) {
	v.failed = f
	if len(a) > 0 {
		if s, ok := a[0].(string); ok {
			v.failed = strings.Replace(f, "%s", s, 1)
		}
	}
	panic(ended{})
}

// judge runs a need as a test would and returns what became of it.
func judge(t *testing.T, need func(testing.TB)) *verdict {
	t.Helper()
	v := &verdict{TB: t}
	func() {
		defer func() {
			if r := recover(); r != nil {
				if _, ok := r.(ended); !ok {
					panic(r)
				}
			}
		}()
		need(v)
	}()
	return v
}

func TestMissingNeedsSkipAndSayWhatToDo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(postgresServer, "")
	for name, c := range map[string]struct {
		need func(testing.TB)
		says string
	}{
		"browser":  {func(tb testing.TB) { RequireBrowser(tb) }, "chromium"},
		"git":      {func(tb testing.TB) { RequireGit(tb) }, "git"},
		"postgres": {func(tb testing.TB) { RequirePostgres(tb) }, "scripts/test.sh"},
		"corpus":   {func(tb testing.TB) { corpusBeside(tb, besideShared(t)) }, "corpus"},
	} {
		t.Setenv(requireAll, "")
		if v := judge(t, c.need); v.failed != "" || !strings.Contains(v.skipped, c.says) || strings.Contains(v.skipped, "\n") {
			t.Errorf("%s: skipped %q, failed %q; want a skip with one line about %q", name, v.skipped, v.failed, c.says)
		}
		t.Setenv(requireAll, "1")
		if v := judge(t, c.need); v.skipped != "" || !strings.Contains(v.failed, c.says) {
			t.Errorf("%s when all is required: skipped %q, failed %q; want a failure about %q", name, v.skipped, v.failed, c.says)
		}
	}
}

// besideShared returns a module folder with an empty folder shared beside it.
func besideShared(t *testing.T) string {
	t.Helper()
	parent := t.TempDir()
	if err := os.Mkdir(filepath.Join(parent, "shared"), 0o700); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(parent, "module")
}

func TestCorpusIsNeverRequiredWithoutTheSharedFolder(t *testing.T) {
	t.Setenv(requireAll, "1")
	v := judge(t, func(tb testing.TB) { corpusBeside(tb, filepath.Join(t.TempDir(), "module")) })
	if v.failed != "" || v.skipped == "" {
		t.Errorf("skipped %q, failed %q", v.skipped, v.failed)
	}
}

func TestCorpusIsFoundBesideTheModule(t *testing.T) {
	root := besideShared(t)
	want := filepath.Join(filepath.Dir(root), "shared", "corpus")
	if err := os.Mkdir(want, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := corpusBeside(t, root); got != want {
		t.Errorf("corpus %q, want %q", got, want)
	}
}

func TestBrowserIsFoundInThePath(t *testing.T) {
	bin := t.TempDir()
	want := filepath.Join(bin, "chromium-browser")
	if err := os.WriteFile(want, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	if got := RequireBrowser(t); got != want {
		t.Errorf("browser %q, want %q", got, want)
	}
}

func TestModuleRootHoldsThisModule(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(ModuleRoot(t), "go.mod"))
	if err != nil || !strings.HasPrefix(string(data), "module staffelstab\n") {
		t.Errorf("go.mod of the module root: %q, %v", data[:min(len(data), 30)], err)
	}
}

func TestPostgresAddressThatIsNoURLFails(t *testing.T) {
	t.Setenv(postgresServer, "somewhere")
	if v := judge(t, func(tb testing.TB) { RequirePostgres(tb) }); !strings.Contains(v.failed, postgresServer) {
		t.Errorf("failed %q", v.failed)
	}
}

func TestPostgresDatabaseIsEmptyOwnAndDroppedAtTheEnd(t *testing.T) {
	first := RequirePostgres(t)
	var second string
	t.Run("test", func(t *testing.T) {
		second = RequirePostgres(t)
		if first == second {
			t.Fatal("two tests share a database")
		}
		execute(t, first, "CREATE TABLE only_here (n INTEGER)")
		if n := count(t, second, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'"); n != 0 {
			t.Errorf("a fresh database holds %d tables", n)
		}
	})
	name := second[strings.LastIndex(second, "/")+1:]
	if i := strings.IndexByte(name, '?'); i >= 0 {
		name = name[:i]
	}
	if n := count(t, first, "SELECT COUNT(*) FROM pg_database WHERE datname = $1", name); n != 0 {
		t.Errorf("database %s outlives its test", name)
	}
}

func count(t *testing.T, database, query string, args ...any) int {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := connection.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	var n int
	if err := connection.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
