package notes

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// dxlStart is an element DXL begins with, or a document of an export that has
// none around it.
var dxlStart = regexp.MustCompile(`<(?:[A-Za-z]+:)?(?:database|document|note|profiledocument)[\s>]`)

// IsDXL tells an export by its first bytes and names its encoding.
func IsDXL(head []byte) (encoding string, ok bool) {
	text, _ := io.ReadAll(decoded(bytes.NewReader(head))) // as far as it can be decoded
	plain := strings.TrimSpace(string(text))
	if !strings.HasPrefix(plain, "<") || !dxlStart.MatchString(plain) || strings.HasPrefix(strings.ToLower(plain), "<!doctype html") {
		return "", false
	}
	e := sniff(head)
	if e == nil {
		return "UTF-8", true
	}
	if name, err := htmlindex.Name(e); err == nil {
		return strings.ToUpper(name), true
	}
	if bytes.Contains(head[:min(len(head), 4)], []byte{0}) || len(head) > 1 && head[0] >= 0xfe {
		return "UTF-16", true
	}
	return "UTF-32", true
}
