// Package testkit hands tests what not every machine has: a PostgreSQL
// database, a browser, the git command, the corpus of statutes.
//
// A test that needs one of them asks with Require…. Where the need is missing
// the test is skipped with one line that says what to do about it; with
// STAFFELSTAB_REQUIRE_ALL=1, as before a release, it fails instead, so that
// nothing passes merely because it did not run. scripts/test.sh provides what
// it can.
//
// It holds no fakes and no test data, and no program of the product uses it.
package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// requireAll names the variable that turns skipping into failing.
const requireAll = "STAFFELSTAB_REQUIRE_ALL"

// missing ends the test because of an unmet need.
func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv(requireAll) == "1" {
		t.Fatalf("required: %s", why)
	}
	t.Skipf("skipped: %s", why)
}

// RequireBrowser returns the path of a Chromium or Chrome.
func RequireBrowser(t testing.TB) string {
	t.Helper()
	// scripts/install-test-deps.sh knows the same names.
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless_shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "no browser found; install chromium (scripts/install-test-deps.sh)")
	return ""
}

// RequireGit returns the path of the git command.
func RequireGit(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("git")
	if err != nil {
		missing(t, "git is not installed")
	}
	return path
}

// RequireCorpus returns the folder of the corpus, shared/corpus beside the
// module. The corpus is no part of the product: where the whole folder shared
// is absent, tests skip even when everything else is required.
func RequireCorpus(t testing.TB) string {
	t.Helper()
	return corpusBeside(t, ModuleRoot(t))
}

func corpusBeside(t testing.TB, root string) string {
	t.Helper()
	shared := filepath.Join(filepath.Dir(root), "shared")
	if !isFolder(shared) {
		t.Skip("skipped: there is no corpus beside this checkout")
	}
	corpus := filepath.Join(shared, "corpus")
	if !isFolder(corpus) {
		missing(t, "the folder shared beside this checkout holds no corpus")
	}
	return corpus
}

// ModuleRoot returns the folder of go.mod, found upwards from the folder the
// test runs in.
func ModuleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the folder of the test")
		}
		dir = up
	}
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
