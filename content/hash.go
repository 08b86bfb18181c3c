package content

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Attachment is a file beside an article.
type Attachment struct {
	Name   string
	Hash   string // object hash of the file in Git, which may be an LFS pointer
	Size   int64  // bytes of the attachment itself
	SHA256 string // of the stored bytes; empty when the file itself lies in Git

	Unreadable Unreadable // why search does not know its words; known to those who may edit
}

// unhashed front matter keys do not change what a text means: confirming that
// it is still right must not void an approval.
func unhashed(key string) bool { return slices.Contains(reviewKeys(), key) }

// reviewKeys say who looks at a text and when.
func reviewKeys() []string { return []string{"geprueft_am", "naechste_pruefung", "pruefer"} }

// ContentHash computes version 1 of the content hash: SHA-256 over the
// meaning-bearing front matter, the body without trailing white space and the
// attachments, each with its length.
func (d Document) ContentHash(attachments []Attachment) ContentHash {
	h := sha256.New()
	fields := slices.Clone(d.fields)
	slices.SortStableFunc(fields, func(a, b field) int { return strings.Compare(a.key, b.key) })
	for _, f := range fields {
		if !unhashed(f.key) {
			part(h, f.key)
			canonical(h, f.node)
		}
	}
	part(h, "")
	part(h, normalBody(d.Body))
	for _, a := range sortedAttachments(attachments) {
		part(h, a.Name)
		part(h, a.Hash)
	}
	return ContentHash("v1:" + hex.EncodeToString(h.Sum(nil)))
}

// reviewedPrefix marks the hash of a wording that says itself who looks at the
// text and when.
const reviewedPrefix = "v1+pruefung:"

// proposedHash is what votes about a wording bind to: its content hash and,
// where the wording itself changes who looks at the text and when, that too.
// Those words stay out of the content hash, so that "Stimmt noch" voids no
// approval; but what a proposal brings must not change behind the back of
// whoever approved it. A proposal may bring them: a new standard needs somebody
// to look after it.
func (d Document) proposedHash(attachments []Attachment, then Document) ContentHash {
	plain, mine, theirs := d.ContentHash(attachments), d.Fields(), then.Fields()
	if !slices.ContainsFunc(reviewKeys(), func(key string) bool { return flatten(mine[key]) != flatten(theirs[key]) }) {
		return plain
	}
	return d.reviewedHash(plain)
}

// hashedLike is the hash of a proposed wording that binds votes to as much as
// it was bound before: with other files, or without what was redacted.
func (d Document) hashedLike(was ContentHash, attachments []Attachment) ContentHash {
	plain := d.ContentHash(attachments)
	if strings.HasPrefix(string(was), reviewedPrefix) {
		return d.reviewedHash(plain)
	}
	return plain
}

// reviewedHash is a content hash with what the wording says about its review.
func (d Document) reviewedHash(plain ContentHash) ContentHash {
	h, fields := sha256.New(), d.Fields()
	part(h, string(plain))
	for _, key := range reviewKeys() {
		part(h, flatten(fields[key]))
	}
	return ContentHash(reviewedPrefix + hex.EncodeToString(h.Sum(nil)))
}

// part writes a string so that two different lists never hash alike.
func part(h hash.Hash, s string) { fmt.Fprintf(h, "%d:%s;", len(s), s) }

func canonical(h hash.Hash, n ast.Node) {
	switch v := n.(type) {
	case *ast.SequenceNode:
		fmt.Fprintf(h, "[%d", len(v.Values))
		for _, e := range v.Values {
			canonical(h, e)
		}
	case *ast.MappingNode, *ast.MappingValueNode:
		values := slices.Clone(mappingValues(v))
		slices.SortStableFunc(values, func(a, b *ast.MappingValueNode) int {
			return strings.Compare(a.Key.GetToken().Value, b.Key.GetToken().Value)
		})
		fmt.Fprintf(h, "{%d", len(values))
		for _, e := range values {
			part(h, e.Key.GetToken().Value)
			canonical(h, e.Value)
		}
	default:
		s, ok := scalar(n)
		if !ok {
			s = n.String()
		}
		part(h, s)
	}
}

// normalBody drops what changes without changing the text: carriage returns,
// white space at line ends, empty lines at both ends.
func normalBody(body []byte) string {
	lines := strings.Split(string(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t\r")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// etag identifies the state of a file and its attachments. It changes with
// every saved change, meaning-bearing or not.
func etag(blob string, attachments []Attachment) string {
	h := sha256.New()
	part(h, blob)
	for _, a := range sortedAttachments(attachments) {
		part(h, a.Name)
		part(h, a.Hash)
	}
	return hex.EncodeToString(h.Sum(nil)[:10])
}

func sortedAttachments(attachments []Attachment) []Attachment {
	return slices.SortedFunc(slices.Values(attachments), func(a, b Attachment) int { return strings.Compare(a.Name, b.Name) })
}

// IsArticlePath reports whether a file of the repository is a text.
func IsArticlePath(name string) bool {
	return strings.HasSuffix(name, ".md") && !strings.HasPrefix(path.Base(name), ".")
}

// attachmentsBeside lists the files that belong to the text at the path: every
// file in its folder that is neither a text nor hidden.
func attachmentsBeside(snapshot Snapshot, article string) ([]Attachment, error) {
	folder := path.Dir(article)
	entries, err := snapshot.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var out []Attachment
	for _, e := range entries {
		if e.IsDir() || strings.HasSuffix(e.Name(), ".md") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		object, _ := snapshot.Hash(path.Join(folder, e.Name()))
		out = append(out, Attachment{Name: e.Name(), Hash: object})
	}
	return out, nil
}

// withSizes fills in what the attachments' files say about their bytes.
func withSizes(snapshot Snapshot, folder string, attachments []Attachment) ([]Attachment, error) {
	for i := range attachments {
		a := &attachments[i]
		data, err := snapshot.ReadFile(path.Join(folder, a.Name))
		if err != nil {
			return nil, err
		}
		a.Size = int64(len(data))
		if stored, ok := ParsePointer(data); ok {
			a.Size, a.SHA256 = stored.Size, stored.SHA256
		}
	}
	return attachments, nil
}
