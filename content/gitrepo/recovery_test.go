package gitrepo

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// closed makes a repository with two commits and closes it.
func closed(t *testing.T) (dir string, first, second content.CommitRecord) {
	t.Helper()
	dir = t.TempDir()
	r := open(t, dir, &ledger{})
	first = write(t, r, "wissen/b/bus/index.md", "eins")
	second = write(t, r, "wissen/b/bus/index.md", "zwei")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, first, second
}

// loose is the file of an object.
func loose(dir, hash string) string { return filepath.Join(dir, Folder, "objects", hash[:2], hash[2:]) }

func overwrite(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.RemoveAll(name), os.WriteFile(name, data, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func TestStartTellsWhatItCannotHeal(t *testing.T) {
	for name, c := range map[string]struct {
		key    string
		damage func(t *testing.T, dir string, second content.CommitRecord) Options
	}{
		"the newest commit is gone": {"gitrepo.head-missing", func(t *testing.T, dir string, second content.CommitRecord) Options {
			if err := os.Remove(loose(dir, string(second.Commit))); err != nil {
				t.Fatal(err)
			}
			return Options{RecordedHead: standingAt(second.Commit)}
		}},
		"the newest commit is empty": {"gitrepo.head-missing", func(t *testing.T, dir string, second content.CommitRecord) Options {
			overwrite(t, loose(dir, string(second.Commit)), nil)
			return Options{}
		}},
		"the branch names a text": {"gitrepo.head-missing", func(t *testing.T, dir string, second content.CommitRecord) Options {
			overwrite(t, filepath.Join(dir, Folder, "refs/heads/main"), []byte(second.Changes[0].After+"\n"))
			return Options{}
		}},
		"the branch is half written, the database knows a commit that is not there": {"gitrepo.reference-broken",
			func(t *testing.T, dir string, second content.CommitRecord) Options {
				overwrite(t, filepath.Join(dir, Folder, "refs/heads/main"), []byte(second.Commit[:17]))
				return Options{RecordedHead: standingAt(content.Commit(strings.Repeat("3", 40)))}
			}},
		// An old packed line must not bring back an old stock without a word.
		"the branch is empty and packed-refs is old": {"gitrepo.reference-broken", func(t *testing.T, dir string, second content.CommitRecord) Options {
			overwrite(t, filepath.Join(dir, Folder, "packed-refs"), []byte(string(second.Parents[0])+" refs/heads/main\n"))
			overwrite(t, filepath.Join(dir, Folder, "refs/heads/main"), nil)
			return Options{}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _, second := closed(t)
			options := c.damage(t, dir, second)
			for range 2 { // the refused start does not keep the folder locked
				r, err := Open(dir, options)
				if f, ok := fault.Of(err); !ok || f.Key != c.key || f.Kind != fault.Unavailable {
					t.Fatalf("got %v %v, want %s", r, err, c.key)
				}
			}
		})
	}
}

func TestStartHealsAndTheDatabaseIsRolledForward(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string, second content.CommitRecord){
		"head file gone": func(t *testing.T, dir string, _ content.CommitRecord) {
			overwrite(t, filepath.Join(dir, Folder, "HEAD"), nil)
		},
		"config file gone": func(t *testing.T, dir string, _ content.CommitRecord) {
			overwrite(t, filepath.Join(dir, Folder, "config"), nil)
		},
		"packed and loose": func(t *testing.T, dir string, second content.CommitRecord) {
			overwrite(t, filepath.Join(dir, Folder, "packed-refs"), []byte(string(second.Parents[0])+" refs/heads/main\n"))
		},
		"an adoption was killed": func(t *testing.T, dir string, _ content.CommitRecord) {
			overwrite(t, filepath.Join(dir, Folder, incoming+"123", "objects/pack/pack-1.pack"), []byte("halb"))
		},
		"a save was killed before its branch moved": func(t *testing.T, dir string, second content.CommitRecord) {
			overwrite(t, filepath.Join(dir, Folder, "refs/heads/main.lock"), []byte(second.Commit))
			overwrite(t, filepath.Join(dir, Folder, "objects/ab/tmp_obj_42"), []byte("halb"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, first, second := closed(t)
			damage(t, dir, second)
			l := &ledger{}
			r := open(t, dir, l)
			if r.Head() != second.Commit {
				t.Errorf("head %s, want %s", r.Head(), second.Commit)
			}
			// The database stood at the first commit: this is what it catches up with.
			if behind := history(t, r, first.Commit, r.Head()); len(behind) != 1 || behind[0].Commit != second.Commit {
				t.Errorf("to catch up: %+v", behind)
			}
			write(t, r, "wissen/b/bus/index.md", "drei")
			if left, err := filepath.Glob(filepath.Join(dir, Folder, incoming+"*")); err != nil || len(left) != 0 {
				t.Errorf("left: %v %v", left, err)
			}
			if got := git(t, filepath.Join(dir, Folder), "show", "HEAD:wissen/b/bus/index.md"); got != "drei" {
				t.Errorf("git reads %q", got)
			}
			fsck(t, dir)
		})
	}
}

// forge writes an object whose bytes are not those of its name.
func forge(t *testing.T, name, header, body string) {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := fmt.Fprintf(z, "%s %d\x00%s", header, len(body), body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	overwrite(t, name, b.Bytes())
}

func TestVerifyFindsEveryKindOfDamageInTheWholeHistory(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string, first content.CommitRecord){
		"an old text is gone": func(t *testing.T, dir string, first content.CommitRecord) {
			_ = os.Remove(loose(dir, first.Changes[0].After))
		},
		"an old text is cut": func(t *testing.T, dir string, first content.CommitRecord) { cut(t, loose(dir, first.Changes[0].After)) },
		"an old text says otherwise": func(t *testing.T, dir string, first content.CommitRecord) {
			forge(t, loose(dir, first.Changes[0].After), "blob", "acht")
		},
		"an old text is a tree": func(t *testing.T, dir string, first content.CommitRecord) {
			forge(t, loose(dir, first.Changes[0].After), "tree", "")
		},
		"an old folder is no folder": func(t *testing.T, dir string, first content.CommitRecord) {
			forge(t, loose(dir, treeOf(t, dir, first)), "tree", "100644 a")
		},
		"an old folder is another": func(t *testing.T, dir string, first content.CommitRecord) {
			forge(t, loose(dir, treeOf(t, dir, first)), "tree", "")
		},
		"an old commit is gone": func(t *testing.T, dir string, first content.CommitRecord) {
			_ = os.Remove(loose(dir, string(first.Commit)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, first, second := closed(t)
			damage(t, dir, first)
			r := open(t, dir, &ledger{})
			if err := r.Verify(t.Context()); err == nil {
				t.Error("not found")
			}
			if readAt(t, r, second.Commit, "wissen/b/bus/index.md") != "zwei" {
				t.Error("what is whole cannot be read any more")
			}
		})
	}
}

func cut(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, name, data[:len(data)/2])
}

func treeOf(t *testing.T, dir string, c content.CommitRecord) string {
	t.Helper()
	return git(t, filepath.Join(dir, Folder), "rev-parse", string(c.Commit)+"^{tree}")
}

func TestVerifyEndsWithItsRequest(t *testing.T) {
	dir, _, _ := closed(t)
	r := open(t, dir, &ledger{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Verify(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestRepositoryThatNeverStartedCanBeReadAndClosed(t *testing.T) {
	dir, _, second := closed(t)
	r, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Ping(t.Context()); err != nil || readAt(t, r, second.Commit, "wissen/b/bus/index.md") != "zwei" {
		t.Errorf("reading: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if again, err := Open(dir, Options{}); err != nil {
		t.Errorf("the folder is not free: %v", err)
	} else if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// standingAt is a database that stands at a commit.
func standingAt(head content.Commit) func() (content.Commit, error) {
	return func() (content.Commit, error) { return head, nil }
}
