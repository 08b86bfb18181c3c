package export

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"time"

	"staffelstab/content"
)

// zip writes a folder for each text: index.md with its front matter, the
// stamp beside it, the attachments. The same texts on the same day give the
// same bytes.
func (e *Exporter) zip(ctx context.Context, w io.Writer, s content.Selection) error {
	out := zip.NewWriter(w)
	err := e.each(ctx, s, func(c content.Copy) error {
		folder, at := slug(c.Article)+"/", c.Article.ChangedAt
		index, err := entry(out, folder+"index.md", at)
		if err != nil {
			return err
		}
		if _, err := index.Write(c.Source); err != nil {
			return err
		}
		stamp, err := entry(out, folder+"stand.txt", at)
		if err != nil {
			return err
		}
		s := e.Stamp(c)
		for _, line := range append(s.Lines, Line{e.text("export.check-address"), s.Check}) {
			if _, err := fmt.Fprintf(stamp, "%s: %s\n", line.Label, line.Text); err != nil {
				return err
			}
		}
		for _, file := range c.Attachments {
			if err := e.file(ctx, out, c, folder, file); err != nil {
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

func (e *Exporter) file(ctx context.Context, out *zip.Writer, c content.Copy, folder string, file content.Attachment) error {
	name, err := content.AttachmentName(file.Name) // adopted repositories may have any name
	if err != nil {
		name = file.Hash
	}
	from, err := e.Library.ExportFile(ctx, e.Actor, c.Article.ID, file.Name)
	if err != nil {
		return err
	}
	defer from.Close()
	into, err := entry(out, folder+name, c.Article.ChangedAt)
	if err != nil {
		return err
	}
	_, err = io.Copy(into, from)
	return err
}

func entry(out *zip.Writer, name string, at time.Time) (io.Writer, error) {
	return out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC().Truncate(2 * time.Second)})
}
