package content

import (
	"context"
	"path"
	"slices"

	"staffelstab/internal/fault"
)

// proposedFiles is what is left of the files of a proposal without the bytes
// that are redacted.
func proposedFiles(files []FileChange, gone []string) []FileChange {
	return slices.DeleteFunc(slices.Clone(files), func(c FileChange) bool { return c.SHA256 != "" && slices.Contains(gone, c.SHA256) })
}

// redactedFiles lists the bytes a redaction takes away with an attachment.
func (l *Library) redactedFiles(ctx context.Context, r Redaction) ([]string, error) {
	if r.Attachment == "" || r.From == "" {
		return nil, nil
	}
	return l.storedAs(ctx, r)
}

// storedAs lists the stored bytes the old history had under the attachment's
// name. When its objects are gone already, so are the bytes.
func (l *Library) storedAs(ctx context.Context, r Redaction) ([]string, error) {
	revisions, err := l.everyRevision(ctx, r.Article)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, v := range revisions {
		names[path.Join(path.Dir(v.Path), r.Attachment)] = true
	}
	var stored []string
	for c, err := range l.Repository.History(ctx, "", r.From) {
		if fault.Is(err, fault.NotFound) {
			return stored, nil
		}
		if err != nil {
			return nil, err
		}
		for _, change := range c.Changes {
			if !names[change.Path] || change.After == "" {
				continue
			}
			data, err := l.Repository.Blob(ctx, change.After)
			if err != nil {
				return nil, err
			}
			if pointer, ok := ParsePointer(data); ok {
				stored = append(stored, pointer.SHA256)
			}
		}
	}
	return stored, nil
}

// filesBeside lists the stored files of every version of a text and of its
// proposals: their words may quote what is redacted.
func (l *Library) filesBeside(ctx context.Context, revisions []Revision, proposals []Proposal) ([]string, error) {
	var out []string
	add := func(sha string) {
		if sha != "" && !slices.Contains(out, sha) {
			out = append(out, sha)
		}
	}
	read := map[string]bool{}
	for _, v := range revisions {
		if v.Removed {
			continue
		}
		tree, err := l.Repository.Snapshot(ctx, v.Commit)
		if err != nil {
			return nil, err
		}
		list, err := attachmentsBeside(tree, v.Path)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(a Attachment) bool { known := read[a.Hash]; read[a.Hash] = true; return known })
		if list, err = withSizes(tree, path.Dir(v.Path), list); err != nil {
			return nil, err
		}
		for _, a := range list {
			add(a.SHA256)
		}
	}
	for _, p := range proposals {
		for _, c := range p.Files {
			add(c.SHA256)
		}
	}
	return out, nil
}

// removeStored removes bytes nothing needs any more: no version of any text, no
// proposal and no draft.
func (l *Library) removeStored(ctx context.Context, stored []string) error {
	for _, sha := range stored {
		used, err := l.Rewriter.FileUsed(ctx, sha)
		if err == nil && !used {
			used, err = l.Redactions.FileBrought(ctx, sha)
		}
		if err != nil {
			return err
		}
		if used {
			continue
		}
		if err := l.Rewriter.RemoveFile(ctx, sha); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}
