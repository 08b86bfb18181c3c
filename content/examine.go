package content

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"staffelstab/internal/fault"
)

// Examiner looks into files before they are kept.
type Examiner interface {
	// Examine reads a file and returns what may be kept of it. It is Invalid in
	// the field "file" for what nobody may bring, TooLarge beyond limit bytes.
	Examine(ctx context.Context, name string, r io.Reader, limit int64) (io.ReadCloser, error)
}

// Extractor reads the words of files.
type Extractor interface {
	// Text returns the words of a file, bounded in length, time and memory; ""
	// when it has none. Some words may come with an error.
	Text(ctx context.Context, name string, f io.ReadSeeker) (string, error)
}

// FileTexts remembers the words of stored files, so that none is read twice.
type FileTexts interface {
	// FileText is NotFound for a file that was never read.
	FileText(ctx context.Context, sha256 string) (string, error)
	SaveFileText(ctx context.Context, sha256, text string) error
}

// keepFile examines a file somebody brings and stores it under a safe name.
func (l *Library) keepFile(ctx context.Context, name string, r io.Reader) (FileChange, error) {
	name, err := AttachmentName(name)
	if err != nil {
		return FileChange{}, err
	}
	clean, err := l.Examiner.Examine(ctx, name, r, l.MaxAttachment)
	if err != nil {
		return FileChange{}, err
	}
	stored, err := l.Files.Put(ctx, clean, l.MaxAttachment)
	if err = errors.Join(err, clean.Close()); err != nil {
		return FileChange{}, err
	}
	return FileChange{Name: name, SHA256: stored.SHA256, Size: stored.Size}, nil
}

// IsImage reports whether a file is shown as a picture inside texts.
func IsImage(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp":
		return true
	}
	return false
}

// FileMarkdown is how a text shows a file beside it. A picture without words is
// mere decoration, and the title says that this is meant.
func FileMarkdown(name, words string) string {
	words = strings.NewReplacer("[", "(", "]", ")", "\\", "", "\n", " ", "\r", " ").Replace(strings.TrimSpace(words))
	target := strings.NewReplacer("(", "%28", ")", "%29").Replace(name)
	switch {
	case IsImage(name) && words == "":
		return "![](" + target + ` "Schmuck")`
	case IsImage(name):
		return "![" + words + "](" + target + ")"
	case words == "":
		words = name
	}
	return "[" + words + "](" + target + ")"
}

var (
	bareImage = regexp.MustCompile(`!\[\s*\]\(\s*([^)\s]*)\s*\)`)
	codeFence = regexp.MustCompile("^ {0,3}(```|~~~)")
)

// checkPictures refuses a picture without words that the edit adds; older ones
// stay as they are. One with the title "Schmuck" says that it has none.
func checkPictures(before, after []byte) error {
	known := map[string]int{}
	for _, p := range barePictures(before) {
		known[p.target]++
	}
	for _, p := range barePictures(after) {
		if known[p.target]--; known[p.target] < 0 {
			return fault.New(fault.Invalid, "files.alt-missing-in-text").InField("body").At("", p.line)
		}
	}
	return nil
}

type barePicture struct {
	target string
	line   int
}

// barePictures lists pictures without words, not those in code.
func barePictures(body []byte) []barePicture {
	var out []barePicture
	fenced := false
	for i, line := range bytes.Split(bytes.TrimLeft(body, "\n"), []byte("\n")) {
		if codeFence.Match(line) {
			fenced = !fenced
		}
		if fenced || bytes.HasPrefix(line, []byte("    ")) {
			continue
		}
		for _, m := range bareImage.FindAllSubmatch(line, -1) {
			out = append(out, barePicture{string(m[1]), i + 1})
		}
	}
	return out
}

// maxIndexedText bounds the words of one file in the index, in bytes.
const maxIndexedText = 200 << 10

// fileSections are the words of the files beside a text, for the index. What
// cannot be read has none; the text itself is found all the same.
func (l *Library) fileSections(ctx context.Context, snapshot Snapshot, name string, kind Kind) ([]IndexSection, error) {
	if l.Extractor == nil || kind.IsLearning() { // a module's files lie beside every lesson
		return nil, nil
	}
	list, err := attachmentsBeside(snapshot, name)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if list, err = withSizes(snapshot, path.Dir(name), list); err != nil {
		return nil, err
	}
	var out []IndexSection
	for _, f := range list {
		if f.SHA256 == "" || IsImage(f.Name) {
			continue
		}
		text, err := l.fileText(ctx, f)
		if err != nil {
			return nil, err
		}
		for len(text) > maxIndexedText || !utf8.ValidString(text) {
			text = strings.ToValidUTF8(text[:min(len(text), maxIndexedText)], "")
		}
		if strings.TrimSpace(text) != "" {
			out = append(out, IndexSection{File: f.Name, Path: []string{f.Name}, Text: text})
		}
	}
	return out, nil
}

// fileText returns the words of a stored file and reads them once.
func (l *Library) fileText(ctx context.Context, f Attachment) (string, error) {
	text, err := l.Texts.FileText(ctx, f.SHA256)
	if err == nil || !fault.Is(err, fault.NotFound) {
		return text, err
	}
	data, err := l.Files.Open(ctx, f.SHA256)
	if err != nil {
		l.Log.Warn("attachment cannot be read for the index", "sha256", f.SHA256, "error", err)
		return "", nil
	}
	text, err = l.Extractor.Text(ctx, f.Name, data)
	if closing := data.Close(); err != nil || closing != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		l.Log.Info("attachment has no words that can be read", "sha256", f.SHA256, "error", errors.Join(err, closing))
	}
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	return text, l.Texts.SaveFileText(ctx, f.SHA256, text)
}
