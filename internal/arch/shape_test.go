package arch

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// Limits a reader can hold in mind. What is longer needs a reason here.
const (
	maxFileLines     = 500
	maxFunctionLines = 60
)

func TestTopLevelIsTheArchitecture(t *testing.T) {
	allowed := []string{"cmd", "content", "server", "importer", "lessons", "internal", "docs", "scripts", "LICENSES", ".ci"}
	for _, name := range tracked(t) {
		top, _, nested := strings.Cut(name, "/")
		if nested && !slices.Contains(allowed, top) {
			t.Errorf("%s: the top level has no folder %s", name, top)
		}
	}
}

// tooLong lists what is longer than the limits.
func tooLong(f file) []string {
	var out []string
	if lines := strings.Count(f.text, "\n"); lines > maxFileLines {
		out = append(out, fmt.Sprintf("%s has %d lines; %d are enough for one noun", f.name, lines, maxFileLines))
	}
	for _, d := range f.syntax.Decls {
		function, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if lines := f.set.Position(function.End()).Line - f.set.Position(function.Pos()).Line + 1; lines > maxFunctionLines {
			out = append(out, fmt.Sprintf("%s: %s has %d lines; take it apart", f.name, function.Name.Name, lines))
		}
	}
	return out
}

// routeTables are lists, not code: long because there are many lines of the
// same kind.
func routeTables() []string {
	return []string{"server/web/routes.go: Routes"}
}

func TestFilesAndFunctionsStayReadable(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.support() {
			continue
		}
		for _, v := range tooLong(f) {
			if !slices.ContainsFunc(routeTables(), func(table string) bool { return strings.HasPrefix(v, table) }) {
				t.Error(v)
			}
		}
	}
	long := parse(t, "x.go", "package x\n\nfunc f() {\n"+strings.Repeat("\n", 600)+"}\n")
	if len(tooLong(long)) != 2 {
		t.Errorf("a long file with a long function gives %v", tooLong(long))
	}
}

func TestEveryPackageOpensWithProse(t *testing.T) {
	prose := map[string]bool{}
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		text := ""
		if f.syntax.Doc != nil {
			text = f.syntax.Doc.Text()
		}
		prose[f.folder()] = prose[f.folder()] || len(strings.Fields(text)) >= 8
	}
	for folder, ok := range prose {
		if !ok {
			t.Errorf("package %s does not say what it is", folder)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	documented, total := 0, 0
	var missing []string
	for _, f := range goFiles(t) {
		if f.support() {
			continue
		}
		for _, d := range f.syntax.Decls {
			function, ok := d.(*ast.FuncDecl)
			if !ok || !function.Name.IsExported() || !exportedReceiver(function) {
				continue
			}
			total++
			if function.Doc != nil {
				documented++
			} else {
				missing = append(missing, f.name+": "+function.Name.Name)
			}
		}
	}
	if documented*100 < total*95 {
		t.Errorf("%d of %d exported functions say what they do; missing: %v", documented, total, missing)
	}
}

// exportedReceiver leaves out methods nobody outside can name.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	receiver := f.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	name, ok := receiver.(*ast.Ident)
	return !ok || name.IsExported()
}

func TestNothingIsLeftForLater(t *testing.T) {
	marks := []string{"TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"}
	for _, f := range goFiles(t) {
		for _, group := range f.syntax.Comments {
			for _, mark := range marks {
				if strings.Contains(group.Text(), mark) {
					t.Errorf("%s has a mark %s; write it into docs/PLAN.md", f.name, mark)
				}
			}
		}
	}
}

func TestNoPathsOfOneMachine(t *testing.T) {
	places := []string{"/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/"}
	for _, name := range tracked(t) {
		switch {
		case strings.Contains(name, "/testdata/"), strings.Contains(name, "/vendor/"), strings.HasSuffix(name, ".png"), strings.HasSuffix(name, ".woff2"):
			continue
		}
		text := read(t, name)
		for _, place := range places {
			if strings.Contains(text, place) {
				t.Errorf("%s names a place of one machine: %s", name, place)
			}
		}
	}
}
