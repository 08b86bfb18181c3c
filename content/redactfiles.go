package content

import (
	"bytes"
	"context"
	"crypto/sha1" // as Git names objects
	"encoding/hex"
	"path"
	"slices"
	"strconv"

	"staffelstab/internal/fault"
)

// proposedFiles are the files of a proposal without the bytes that are
// redacted, and with those that take the place of others.
func proposedFiles(files []FileChange, rows RowRedaction) []FileChange {
	var out []FileChange
	for _, c := range files {
		if fresh, ok := rows.Fresh[c.SHA256]; ok {
			c.SHA256, c.Size = fresh.SHA256, fresh.Size
		} else if c.SHA256 != "" && slices.Contains(rows.Files, c.SHA256) {
			continue
		}
		out = append(out, c)
	}
	return out
}

// filesThatGo finds the stored bytes that go: those an attachment had, and the
// plain texts with the passage, in versions, proposals and drafts, with what
// takes their place.
func (l *Library) filesThatGo(ctx context.Context, r Redaction, revisions []Revision, proposals []Proposal, rows *RowRedaction) error {
	if r.From != "" && (r.Attachment != "" || len(r.Also) > 0) {
		stored, err := l.storedAs(ctx, r)
		if err != nil {
			return err
		}
		rows.Files = stored
	}
	rows.Fresh = map[string]StoredFile{}
	if r.Passage == "" {
		return nil
	}
	beside, err := l.filesBeside(ctx, revisions, proposals)
	if err != nil {
		return err
	}
	rows.Quoting = beside
	brought, err := l.Redactions.FilesBrought(ctx, r.Article)
	if err != nil {
		return err
	}
	for _, c := range brought {
		beside = append(beside, c.SHA256)
	}
	plain := l.plainFiles(r.Passage)
	for _, sha := range beside {
		fresh, changed, err := plain.bytes(ctx, sha)
		if err != nil {
			return err
		}
		if changed && !slices.Contains(rows.Files, sha) {
			rows.Fresh[sha] = fresh
			rows.Files = append(rows.Files, sha)
		}
	}
	return nil
}

// besideAfter are the files beside a text once the redaction is done.
func (l *Library) besideAfter(ctx context.Context, r Redaction, before []Attachment) ([]Attachment, error) {
	plain := l.plainFiles(r.Passage)
	var out []Attachment
	for _, a := range before {
		if r.takes(a.Name) {
			continue
		}
		data, changed, err := plain.beside(ctx, a.Hash)
		if err != nil {
			return nil, err
		}
		if changed {
			stored, _ := ParsePointer(data)
			a.Hash, a.SHA256, a.Size = blobHash(data), stored.SHA256, stored.Size
		}
		out = append(out, a)
	}
	return out, nil
}

// blobHash is the hash Git gives a file.
func blobHash(data []byte) string {
	sum := sha1.Sum(append([]byte("blob "+strconv.Itoa(len(data))+"\x00"), data...))
	return hex.EncodeToString(sum[:])
}

// storedAs lists the stored bytes the old history had under the names of the
// files that go. When its objects are gone already, so are the bytes.
func (l *Library) storedAs(ctx context.Context, r Redaction) ([]string, error) {
	revisions, err := l.everyRevision(ctx, r.Article)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, v := range revisions {
		for _, name := range append([]string{r.Attachment}, r.Also...) {
			if name != "" {
				names[path.Join(path.Dir(v.Path), name)] = true
			}
		}
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

// redactProposals takes the passage out of the sources of proposals, and the
// redacted bytes out of their files.
func (l *Library) redactProposals(ctx context.Context, r Redaction, list []Proposal, rows RowRedaction) (map[ProposalID]ProposedSource, error) {
	out := map[ProposalID]ProposedSource{}
	var beside []Attachment
	a, err := l.Catalogue.Article(ctx, r.Article)
	if err == nil {
		beside, err = l.attachments(ctx, a)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	before := beside
	if beside, err = l.besideAfter(ctx, r, before); err != nil {
		return nil, err
	}
	same := slices.Equal(before, beside)
	for _, p := range list {
		if p, err = l.Proposals.Proposal(ctx, p.ID); err != nil {
			return nil, err
		}
		source, files := p.Source, proposedFiles(p.Files, rows)
		if r.Passage != "" && bytes.Contains(p.Source, []byte(r.Passage)) {
			if source, err = redactSource("index.md", p.Source, r.Passage); err != nil { // nobody could release it any more; its words have to go all the same
				source = bytes.ReplaceAll(p.Source, []byte(r.Passage), []byte(RedactedValue))
			}
		} else if slices.Equal(files, p.Files) && (same || !p.Open()) {
			continue
		}
		d, _ := ParseDocument("index.md", source) // what can be read is enough
		hash := d.hashedLike(p.ContentHash, attachmentsAfter(beside, files))
		out[p.ID] = ProposedSource{
			Source: source, Files: files, ContentHash: hash, Title: or(d.Meta.Title, redactText(p.Title, r.Passage)),
		}
	}
	return out, nil
}
