package i18n

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// keyLiteral finds quoted words that look like catalogue keys.
var keyLiteral = regexp.MustCompile("[\"`]([a-z]+(?:-[a-z]+)*(?:\\.[a-z0-9]+(?:-[a-z0-9]+)*)+)[\"`]")

// TestEveryKeyIsUsedAndKnown reads the sources: a key that no source names is
// dead, and a literal in a known area that has no sentence is a gap.
func TestEveryKeyIsUsedAndKnown(t *testing.T) {
	c := mustLoad(t)
	used := literals(t, "../..")

	areas := map[string]bool{}
	for _, key := range c.Keys(German) {
		area, _, _ := strings.Cut(key, ".")
		areas[area] = true
		if !used[key] {
			t.Errorf("de: %q is used nowhere", key)
		}
	}
	for key := range used {
		area, _, _ := strings.Cut(key, ".")
		if areas[area] && !c.Has(German, key) && !looksLikeFile(key) {
			t.Errorf("%q is used but has no sentence", key)
		}
	}
}

func looksLikeFile(key string) bool {
	switch filepath.Ext(key) {
	case ".go", ".md", ".json", ".tmpl", ".css", ".js", ".db", ".txt", ".html", ".csv", ".dxl", ".yaml", ".sock", ".git", ".svg", ".txtar", ".log":
		return true
	}
	return false
}

func literals(t *testing.T, root string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || name == "i18n" || name == "vendor" || strings.HasPrefix(name, ".") && name != ".." && path != root) {
			return filepath.SkipDir
		}
		ext := filepath.Ext(name)
		if ext != ".go" && ext != ".tmpl" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range keyLiteral.FindAllStringSubmatch(string(data), -1) {
			found[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
