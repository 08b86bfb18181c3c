// Package folder reads files of a folder somebody handed over. Nothing leads out
// of it: every name is resolved inside an os.Root, and what is no regular file
// is not read.
package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"
	"unicode"

	"staffelstab/importer"
)

// ErrTooLarge says that a file exceeds its limit.
var ErrTooLarge = errors.New("larger than the limit")

// Read returns the bytes of a file up to a limit.
func Read(root *os.Root, name string, limit int64) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, ErrTooLarge
	}
	return data, err
}

// Regular returns the size of a file, and false for what is none.
func Regular(root *os.Root, name string) (int64, bool) {
	info, err := root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	return info.Size(), true
}

// Attachment makes an attachment of a file, which is opened only when it is
// needed, at any later time. It is read once when its hash is wanted.
func Attachment(root *os.Root, name, safe, shown string, size int64, hash bool) (importer.Attachment, error) {
	a := importer.Attachment{Name: safe, Shown: shown, Size: size, Open: opener(root.Name(), name)}
	if !hash {
		return a, nil
	}
	f, err := a.Open()
	if err != nil {
		return a, err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	a.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return a, err
}

// Take takes a file along with a document and returns its name beside the article;
// "" when it must not come, which the document tells. shown is what people called it.
func Take(root *os.Root, file, shown string, limit int64, hash bool, names *importer.Names, d *importer.Document) string {
	d.AttachmentsIn++
	size, regular := Regular(root, file)
	safe, executable := names.Safe(shown)
	refused := ""
	switch {
	case executable:
		refused = "importer.attachment-executable"
	case !regular:
		refused = "importer.attachment-missing"
	case size > limit:
		refused = "importer.attachment-too-large"
	}
	if refused != "" {
		d.Review(refused, "name", safe)
		return ""
	}
	a, err := Attachment(root, file, safe, shown, size, hash)
	if err != nil {
		d.Review("importer.attachment-missing", "name", safe)
		return ""
	}
	if safe != shown {
		d.Inform("importer.attachment-renamed", "old", strings.Map(printable, shown), "name", safe)
	}
	d.Attachments = append(d.Attachments, a)
	return safe
}

// printable takes away what no name shows.
func printable(r rune) rune {
	if unicode.IsControl(r) {
		return -1
	}
	return r
}

// opener opens a file of a folder at any later time, still only inside it.
func opener(folder, name string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		root, err := os.OpenRoot(folder)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		return root.Open(name)
	}
}
