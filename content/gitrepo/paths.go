package gitrepo

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"staffelstab/internal/fault"
)

// maxComponent is the longest file name every common file system takes.
const maxComponent = 255

// checkPath refuses paths that Git, or a checkout on Windows or macOS, would
// understand as something else (CVE-2014-9390 and its relatives).
func checkPath(name string) error {
	for _, part := range strings.Split(name, "/") {
		if !safeComponent(part) {
			return fault.New(fault.Invalid, "gitrepo.bad-path", "path", strings.ToValidUTF8(name, "?"))
		}
	}
	return nil
}

func safeComponent(part string) bool {
	if part == "" || part == "." || part == ".." || len(part) > maxComponent || !utf8.ValidString(part) {
		return false
	}
	if strings.ContainsAny(part, `\:`) || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") {
		return false
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == utf8.RuneError:
			return '\uffff'
		case unicode.Is(unicode.Cf, r): // HFS+ ignores them: ".g\u200cit"
			return '\uffff'
		}
		return unicode.ToLower(r)
	}, part)
	if strings.ContainsRune(plain, '\uffff') {
		return false
	}
	return plain != ".git" && !strings.HasPrefix(plain, "git~") && !strings.HasPrefix(plain, ".git~")
}
