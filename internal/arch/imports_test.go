package arch

import (
	"fmt"
	"strings"
	"testing"
)

// home is the one folder a heavy library may be used in.
type home struct{ library, folder string }

func homes() []home {
	return []home{
		{"github.com/yuin/goldmark", "content/markdown"},
		{"github.com/gabriel-vasile/mimetype", "content/extract"},
		{"golang.org/x/image/webp", "content/extract"},
		{"github.com/ledongthuc/pdf", "content/extract"},
		{"github.com/microcosm-cc/bluemonday", "content/markdown"},
		{"github.com/blugelabs/bluge", "content/search"},
		{"github.com/go-git/go-git", "content/gitrepo"},
		{"gorm.io/", "server/store"},
		{"github.com/pressly/goose", "server/store"},
		{"github.com/danielgtaylor/huma", "server/api"},
		{"github.com/alecthomas/kong", "cmd/staffelstab"},
		{"github.com/wneessen/go-mail", "server/mail"},
		{"codeberg.org/go-pdf/fpdf", "server/export"},
		{"rsc.io/qr", "server/export"},
		{"golang.org/x/image/font", "server/export"},
	}
}

// plain are the packages that know no HTTP, SQL, Git, index or Markdown
// library. net/http is among what they must not know.
func plain(folder string) bool {
	switch folder {
	case "content", "content/demo", "content/legacy", "lessons", "lessons/demo", "lessons/zak", "internal/account", "internal/fault", "internal/ident", "internal/notice":
		return true
	}
	return false
}

// adapters implement interfaces of the domain; only cmd and tests see them.
func adapters() []string {
	return []string{"content/extract", "content/gitrepo", "content/markdown", "content/search", "server/store", "server/mail"}
}

func within(folder, other string) bool {
	return folder == other || strings.HasPrefix(folder, other+"/")
}

// violations says what is wrong with a file's imports.
func violations(f file) []string {
	var out []string
	complain := func(imported, rule string) {
		out = append(out, fmt.Sprintf("%s imports %s: %s", f.name, imported, rule))
	}
	for _, imported := range f.imports {
		for _, h := range homes() {
			readBack := f.support() && h.folder == "content/extract" // tests of what we write read it with other eyes
			if strings.HasPrefix(imported, h.library) && !within(f.folder(), h.folder) && !readBack {
				complain(imported, "only "+h.folder+" may use this library")
			}
		}
		if f.support() {
			continue
		}
		if plain(f.folder()) && forbiddenInPlain(imported) {
			complain(imported, "the domain is plain Go")
		}
		own, ok := strings.CutPrefix(imported, module)
		if !ok {
			continue
		}
		for _, adapter := range adapters() {
			if within(own, adapter) && !within(f.folder(), adapter) && !within(f.folder(), "cmd") {
				complain(imported, "adapters are seen only by cmd and tests")
			}
		}
		if rule := wrongDirection(f.folder(), own); rule != "" {
			complain(imported, rule)
		}
	}
	return out
}

func forbiddenInPlain(imported string) bool {
	switch imported {
	case "net/http", "database/sql", "html/template", "os/exec":
		return true
	}
	return false
}

// wrongDirection names the rule an import of ours breaks.
func wrongDirection(from, to string) string {
	switch {
	case within(to, "cmd"):
		return "nobody imports a command"
	case within(from, "server/api") && within(to, "server/web"), within(from, "server/web") && within(to, "server/api"):
		return "api and web never see each other"
	case within(to, "server") && !within(from, "server") && !within(from, "cmd"):
		return "only cmd looks at the server"
	case within(to, "importer") && !within(from, "importer") && !within(from, "cmd"):
		return "only cmd looks at the importer"
	case within(from, "content") && within(to, "lessons"):
		return "content knows nothing of lessons"
	case from == "lessons" && within(to, "lessons/zak"):
		return "lessons knows nothing of zak"
	case within(from, "importer") && within(to, "lessons"):
		return "the importer brings texts, not lessons"
	case within(from, "internal") && (within(to, "content") || within(to, "lessons")):
		return "internal holds leaves"
	case within(to, "internal/testkit"), within(to, "server/servertest"), within(to, "importer/importertest"):
		return "test support is for tests"
	}
	return ""
}

func TestImportsKeepTheirDirection(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, v := range violations(f) {
			t.Error(v)
		}
	}
}

func TestTheRulesCanFail(t *testing.T) {
	for _, c := range []struct{ name, imported, rule string }{
		{"content/read.go", "net/http", "plain Go"},
		{"lessons/zak/tracker.go", "database/sql", "plain Go"},
		{"lessons/academy.go", "github.com/yuin/goldmark/ast", "only content/markdown"},
		{"server/web/article.go", "gorm.io/gorm", "only server/store"},
		{"server/store/articles.go", "github.com/danielgtaylor/huma/v2", "only server/api"},
		{"server/web/article.go", "staffelstab/server/api", "never see each other"},
		{"server/api/articles.go", "staffelstab/server/web", "never see each other"},
		{"server/web/article.go", "staffelstab/content/gitrepo", "adapters"},
		{"content/read.go", "staffelstab/lessons", "knows nothing of lessons"},
		{"lessons/academy.go", "staffelstab/server/store", "adapters"},
		{"content/read.go", "staffelstab/server/request", "only cmd looks at the server"},
		{"internal/account/office.go", "staffelstab/content", "leaves"},
		{"cmd/staffelstab/app.go", "staffelstab/internal/testkit", "test support"},
	} {
		f := parse(t, c.name, fmt.Sprintf("package x\n\nimport _ %q\n", c.imported))
		found := strings.Join(violations(f), "\n")
		if !strings.Contains(found, c.rule) {
			t.Errorf("%s importing %s: found %q, not a word about %q", c.name, c.imported, found, c.rule)
		}
	}
	allowed := parse(t, "cmd/staffelstab/app.go", "package main\n\nimport _ \"staffelstab/content/gitrepo\"\n")
	if found := violations(allowed); len(found) > 0 {
		t.Errorf("cmd may wire adapters: %v", found)
	}
}
