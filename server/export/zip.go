package export

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"staffelstab/content"
)

// zip writes a folder for each text: index.md with its front matter, the
// stamp beside it, the attachments. The same texts on the same day give the
// same bytes.
func (e *Exporter) zip(ctx context.Context, w io.Writer, s content.Selection) error {
	out := zip.NewWriter(w)
	err := e.each(ctx, s, func(c content.Copy) error {
		folder, at, names := slug(c.Article)+"/", c.Article.ChangedAt, namesOf(c.Attachments)
		index, err := entry(out, folder+"index.md", at)
		if err != nil {
			return err
		}
		if _, err := index.Write(c.Source); err != nil {
			return err
		}
		stamp, err := entry(out, folder+unused(names, "stand", ".txt"), at)
		if err != nil {
			return err
		}
		s := e.Stamp(c)
		for _, line := range append(s.Lines, Line{e.text("export.check-address"), s.Check}) {
			if _, err := fmt.Fprintf(stamp, "%s: %s\n", line.Label, line.Text); err != nil {
				return err
			}
		}
		for i, file := range c.Attachments {
			if err := e.file(ctx, out, c, folder+names[i], file); err != nil {
				return err
			}
		}
		return out.Flush()
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// namesOf are the names of files in the archive, each once on every system. A
// file keeps its own where it can, because the text refers to it; the stamp
// gives way.
func namesOf(files []content.Attachment) []string {
	var names []string
	for _, file := range files {
		name, err := content.AttachmentName(file.Name) // adopted repositories may have any name
		if err != nil {
			name = file.Hash
		}
		ending := path.Ext(name)
		names = append(names, unused(append(names, "index.md"), strings.TrimSuffix(name, ending), ending))
	}
	return names
}

// unused is a name none of those taken is, with a number where it has to be.
func unused(taken []string, stem, ending string) string {
	for n := 1; ; n++ {
		name := stem + ending
		if n > 1 {
			name = stem + "-" + strconv.Itoa(n) + ending
		}
		if !slices.ContainsFunc(taken, func(other string) bool { return strings.EqualFold(other, name) }) {
			return name
		}
	}
}

func (e *Exporter) file(ctx context.Context, out *zip.Writer, c content.Copy, name string, file content.Attachment) error {
	from, err := e.Library.ExportFile(ctx, e.Actor, c.Article.ID, file.Name)
	if err != nil {
		return err
	}
	defer from.Close()
	into, err := entry(out, name, c.Article.ChangedAt)
	if err != nil {
		return err
	}
	_, err = io.Copy(into, from)
	return err
}

func entry(out *zip.Writer, name string, at time.Time) (io.Writer, error) {
	return out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC().Truncate(2 * time.Second)})
}
