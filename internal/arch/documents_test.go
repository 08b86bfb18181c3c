package arch

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestEveryDirectDependencyHasItsReason(t *testing.T) {
	reasons := read(t, "docs/DEPENDENCIES.md")
	direct := regexp.MustCompile(`(?m)^(?:require )?\t?([a-z0-9.-]+\.[a-z]+/\S+) v\S+$`)
	found := direct.FindAllStringSubmatch(read(t, "go.mod"), -1)
	if len(found) < 10 {
		t.Fatalf("only %d direct dependencies read from go.mod", len(found))
	}
	known := map[string]bool{}
	for _, m := range found {
		known[m[1]] = true
		if !strings.Contains(reasons, "`"+m[1]+"`") {
			t.Errorf("docs/DEPENDENCIES.md gives no reason for %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(reasons, -1) {
		if !known[m[1]] {
			t.Errorf("docs/DEPENDENCIES.md names %s, which go.mod does not require directly", m[1])
		}
	}
}

func TestEverySettingIsDocumented(t *testing.T) {
	operations := read(t, "docs/OPERATIONS.md")
	setting := regexp.MustCompile(`env:"(STAFFELSTAB_[A-Z_]+)"`)
	known := map[string]bool{}
	for _, f := range goFiles(t) {
		for _, m := range setting.FindAllStringSubmatch(f.text, -1) {
			if strings.HasPrefix(f.name, "cmd/") {
				known[m[1]] = true
			}
		}
	}
	if len(known) < 5 {
		t.Fatalf("only %d settings found", len(known))
	}
	for name := range known {
		if !strings.Contains(operations, "`"+name+"`") {
			t.Errorf("docs/OPERATIONS.md does not explain %s", name)
		}
	}
	for _, m := range regexp.MustCompile("`(STAFFELSTAB_[A-Z_]+)`").FindAllStringSubmatch(operations, -1) {
		if !known[m[1]] {
			t.Errorf("docs/OPERATIONS.md explains %s, which does not exist", m[1])
		}
	}
}

func TestEveryPackageIsOnTheMap(t *testing.T) {
	codeMap := read(t, "docs/ARCHITECTURE.md")
	seen := map[string]bool{}
	for _, f := range goFiles(t) {
		folder := f.folder()
		if f.test || seen[folder] {
			continue
		}
		seen[folder] = true
		if !strings.Contains(codeMap, "`"+folder+"`") && !strings.Contains(codeMap, "`"+folder+"/`") {
			t.Errorf("docs/ARCHITECTURE.md does not show %s", folder)
		}
	}
}

func TestVendoredFilesAreUnchanged(t *testing.T) {
	folder := "server/web/static/vendor"
	checked := 0
	for line := range strings.Lines(read(t, folder+"/vendor.lock")) {
		fields := strings.Fields(line)
		if len(fields) != 5 { // package, version, licence, file, SHA-256
			t.Errorf("vendor.lock: %q", line)
			continue
		}
		got := sha256.Sum256([]byte(read(t, path.Join(folder, fields[3]))))
		if hex.EncodeToString(got[:]) != fields[4] {
			t.Errorf("%s is not what vendor.lock names", fields[3])
		}
		checked++
	}
	if checked < 3 {
		t.Errorf("only %d vendored files were compared", checked)
	}
}
