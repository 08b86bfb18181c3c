package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"staffelstab/internal/testkit"
)

const module = "staffelstab/"

// file is a Go file of the repository.
type file struct {
	name    string // from the root, with slashes
	test    bool
	text    string
	syntax  *ast.File
	set     *token.FileSet
	imports []string
}

func (f file) folder() string { return path.Dir(f.name) }

// support reports whether the file serves tests only.
func (f file) support() bool {
	return f.test || strings.HasPrefix(f.name, "internal/testkit/") || strings.HasPrefix(f.name, "server/servertest/") ||
		strings.HasPrefix(f.name, "importer/importertest/")
}

func parse(t *testing.T, name, text string) file {
	t.Helper()
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f := file{name: name, test: strings.HasSuffix(name, "_test.go"), text: text, syntax: syntax, set: set}
	for _, spec := range syntax.Imports {
		value, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		f.imports = append(f.imports, value)
	}
	return f
}

// goFiles reads every Go file of the module; what lies in testdata is not of it.
func goFiles(t *testing.T) []file {
	t.Helper()
	var out []file
	for _, name := range tracked(t) {
		if strings.HasSuffix(name, ".go") && !strings.Contains(name, "/testdata/") {
			out = append(out, parse(t, name, read(t, name)))
		}
	}
	if len(out) < 100 {
		t.Fatalf("only %d Go files found; the walk is wrong", len(out))
	}
	return out
}

// tracked lists the files of the repository by a walk that leaves out what is
// made, not written.
func tracked(t *testing.T) []string {
	t.Helper()
	root := testkit.ModuleRoot(t)
	var out []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		if d.IsDir() {
			if relative == ".git" || relative == "demo-data" || relative == "data" {
				return filepath.SkipDir
			}
			return nil
		}
		if relative != "staffelstab" { // the binary that make builds
			out = append(out, relative)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.ModuleRoot(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
