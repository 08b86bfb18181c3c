package importer

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNamesAreHarmless(t *testing.T) {
	for in, want := range map[string]string{
		`Antrag.pdf`:                "Antrag.pdf",
		`..\..\windows\böse.txt`:    "böse.txt",
		"../../etc/passwd":          "passwd",
		"NUL":                       "anlage-NUL",
		"con.txt":                   "anlage-con.txt",
		"LPT1.tar.gz":               "anlage-LPT1.tar.gz",
		"":                          "anlage",
		"..":                        "anlage",
		".git":                      "git",
		"a\x00b\nc.txt":             "a-b-c.txt",
		"Liesmich.MD":               "Liesmich.MD.txt",
		"index.md":                  "index.md.txt",
		"a\u0308.txt":               "ä.txt",
		"x. ":                       "x",
		"\u202egnp.exe":             "gnp.exe",
		"C:\\Temp\\Übersicht 1.xls": "Übersicht-1.xls",
	} {
		if got := safeName(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	long := safeName(strings.Repeat("ü", 200) + ".pdf")
	if len(long) > maxNameBytes || !strings.HasSuffix(long, ".pdf") || !utf8.ValidString(long) {
		t.Errorf("%q has %d bytes", long, len(long))
	}
}

func TestNamesAreUniqueWithoutRegardToCase(t *testing.T) {
	var n Names
	for _, want := range []string{"Plan.txt", "PLAN-2.TXT", "plan-3.txt"} {
		in := map[string]string{"Plan.txt": "Plan.txt", "PLAN-2.TXT": "PLAN.TXT", "plan-3.txt": "plan.txt"}[want]
		if got, _ := n.Safe(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestProgramsAreRecognised(t *testing.T) {
	var n Names
	for name, want := range map[string]bool{"a.exe": true, "a.EXE": true, "a.pdf.js": true, "a.pdf": false, "exe": false} {
		if _, got := n.Safe(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("..\\a/b\x00.md")
	f.Fuzz(func(t *testing.T, shown string) {
		name := safeName(shown)
		if name == "" || len(name) > maxNameBytes || !utf8.ValidString(name) || strings.ContainsAny(name, "/\\\x00:") || strings.HasPrefix(name, ".") || strings.HasSuffix(strings.ToLower(name), ".md") {
			t.Errorf("%q became %q", shown, name)
		}
	})
}

func TestArticleIDsAreStable(t *testing.T) {
	key := Key{"C1257A3B00412345", "C1257A3B00412345C1257A4C003B0001"}
	lower := Key{strings.ToLower(key.ReplicaID), strings.ToLower(key.UNID)}
	if id := ArticleID(key); id != "65z32kehhn" || ArticleID(lower) != id {
		t.Errorf("id %q", id)
	}
	if ArticleID(Key{"0000000000000001", key.UNID}) == ArticleID(key) {
		t.Error("copies of a database share ids")
	}
}
