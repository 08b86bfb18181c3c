package content

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"

	"staffelstab/internal/fault"
)

// Examiner looks into files before they are kept.
type Examiner interface {
	// Examine reads a file and returns what may be kept of it. It is Invalid in
	// the field "file" for what nobody may bring, TooLarge beyond limit bytes.
	Examine(ctx context.Context, name string, r io.Reader, limit int64) (io.ReadCloser, error)
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
func IsImage(name string) bool { return ImageType(name) != "" }

// ImageType is the media type of a picture by its name; empty for other files.
func ImageType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	}
	return ""
}

func imageExtensions() []string { return []string{".png", ".jpg", ".jpeg", ".gif", ".webp"} }

// FileMarkdown is how a text shows a file beside it. A picture without words is
// mere decoration, and the title says that this is meant.
func FileMarkdown(name, words string) string {
	words = strings.NewReplacer("[", "(", "]", ")", "\\", "", "\n", " ", "\r", " ").Replace(strings.TrimSpace(words))
	target := fileTarget(name)
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

// fileTarget is how a text names a file beside it.
func fileTarget(name string) string { return strings.NewReplacer("(", "%28", ")", "%29").Replace(name) }

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
