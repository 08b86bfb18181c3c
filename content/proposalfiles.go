package content

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// FileChange is what an edit does with one attachment: it adds or replaces it by
// stored bytes, or removes it.
type FileChange struct {
	Name    string `json:"name"`
	SHA256  string `json:"sha256,omitempty"`
	Size    int64  `json:"size,omitempty"`
	Removed bool   `json:"removed,omitempty"`
}

// pointer is the file that stands in Git; nil removes it.
func (c FileChange) pointer() []byte {
	if c.Removed {
		return nil
	}
	return Pointer(StoredFile{SHA256: c.SHA256, Size: c.Size})
}

// withFiles adds what happens to attachments to the files of one commit.
func withFiles(files map[string][]byte, text string, changes []FileChange) map[string][]byte {
	for _, c := range changes {
		files[path.Join(path.Dir(text), c.Name)] = c.pointer()
	}
	return files
}

// joinFiles puts newer changes over older ones, by name.
func joinFiles(older, newer []FileChange) []FileChange {
	out := slices.DeleteFunc(slices.Clone(older), func(o FileChange) bool {
		return slices.ContainsFunc(newer, func(n FileChange) bool { return n.Name == o.Name })
	})
	out = append(out, newer...)
	slices.SortFunc(out, func(a, b FileChange) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// attachmentsAfter are the attachments as they will be, with the hashes Git will
// give their pointers, so that the approved hash is the one of the result.
func attachmentsAfter(before []Attachment, changes []FileChange) []Attachment {
	out := slices.DeleteFunc(slices.Clone(before), func(a Attachment) bool {
		return slices.ContainsFunc(changes, func(c FileChange) bool { return c.Name == a.Name })
	})
	for _, c := range changes {
		if !c.Removed {
			pointer := c.pointer()
			sum := sha1.Sum(append([]byte("blob "+strconv.Itoa(len(pointer))+"\x00"), pointer...))
			out = append(out, Attachment{Name: c.Name, Hash: hex.EncodeToString(sum[:]), Size: c.Size, SHA256: c.SHA256})
		}
	}
	return out
}

// OpenProposalFile returns the bytes of a file that a proposal brings, for those
// who see the proposal.
func (l *Library) OpenProposalFile(ctx context.Context, actor account.Actor, id ProposalID, name string) (Attachment, io.ReadSeekCloser, error) {
	p, err := l.seenProposal(ctx, actor, id)
	if err != nil {
		return Attachment{}, nil, err
	}
	i := slices.IndexFunc(p.Files, func(c FileChange) bool { return c.Name == name && !c.Removed })
	if i < 0 {
		return Attachment{}, nil, fault.New(fault.NotFound, "content.attachment-missing", "name", name)
	}
	f := p.Files[i]
	data, err := l.Files.Open(ctx, f.SHA256)
	return Attachment{Name: f.Name, Size: f.Size, SHA256: f.SHA256}, data, err
}

// DraftFile is a file somebody brought for a text that is not saved yet.
type DraftFile struct {
	Person  string // account id
	Article ID
	Key     string // as of Draft
	FileChange
}

// DraftFiles keeps which files belong to what people are writing.
type DraftFiles interface {
	SaveDraftFile(ctx context.Context, f DraftFile) error
	// DraftFiles lists the files of a draft by name.
	DraftFiles(ctx context.Context, person string, article ID, key string) ([]DraftFile, error)
	DeleteDraftFiles(ctx context.Context, person string, article ID, key string) error
	// DeleteDraftFile is NotFound when the draft has no file of the name.
	DeleteDraftFile(ctx context.Context, person string, article ID, key, name string) error
}

// maxDraftFiles bounds what one unfinished text may hold.
const maxDraftFiles = 50

// AddDraftFile keeps a file for a text the actor is writing. It gets a name of
// its own when the text has another file of that name.
func (l *Library) AddDraftFile(ctx context.Context, actor account.Actor, id ID, key, name string, r io.Reader) (DraftFile, error) {
	if err := authorizeRead(actor); err != nil {
		return DraftFile{}, err
	}
	if !actor.CanWrite() {
		return DraftFile{}, fault.New(fault.Forbidden, "content.read-only-access")
	}
	if len(key) > maxDraftKey || id == "" && key == "" {
		return DraftFile{}, fault.New(fault.Invalid, "files.no-draft")
	}
	if id != "" {
		key = ""
	}
	taken, err := l.takenNames(ctx, actor, id, key)
	if err != nil {
		return DraftFile{}, err
	}
	mine, err := l.DraftFiles.DraftFiles(ctx, actor.Person.ID, id, key)
	if err != nil {
		return DraftFile{}, err
	}
	if len(mine) >= maxDraftFiles {
		return DraftFile{}, fault.New(fault.TooLarge, "files.too-many", "limit", maxDraftFiles).InField("file")
	}
	for _, f := range mine {
		taken[strings.ToLower(f.Name)] = f.SHA256
	}
	c, err := l.keepFile(ctx, name, r)
	if err != nil {
		return DraftFile{}, err
	}
	c.Name = freeName(c, taken)
	f := DraftFile{Person: actor.Person.ID, Article: id, Key: key, FileChange: c}
	return f, l.DraftFiles.SaveDraftFile(ctx, f)
}

// takenNames are the files a text has already, stored bytes by lower-case name,
// if the actor may write it or say how it should be.
func (l *Library) takenNames(ctx context.Context, actor account.Actor, id ID, key string) (map[string]string, error) {
	taken := map[string]string{}
	if proposal, ok := strings.CutPrefix(key, proposalDraft); ok {
		p, err := l.ownProposal(ctx, actor, ProposalID(proposal), 0)
		if err != nil {
			return nil, err
		}
		for _, c := range p.Files {
			taken[strings.ToLower(c.Name)] = c.SHA256
		}
		if id = p.Article; p.New() {
			return taken, nil
		}
	}
	if id == "" {
		if !CanCreate(actor) {
			return nil, fault.New(fault.Forbidden, "content.read-only-access")
		}
		return taken, nil
	}
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return nil, err
	}
	if !rules.CanEdit(actor, a.Kind, a.Department) && !rules.CanPropose(actor, a.Kind, a.Department, true) {
		return nil, fault.New(fault.Forbidden, "content.not-your-department", "department", a.Department)
	}
	list, err := l.attachments(ctx, a)
	for _, f := range list {
		if _, known := taken[strings.ToLower(f.Name)]; !known {
			taken[strings.ToLower(f.Name)] = f.SHA256
		}
	}
	return taken, err
}

// proposalDraft begins the key of files brought while a proposal is revised.
const proposalDraft = "v-"

// ProposalDraftKey names what is typed and the files that are brought while a
// proposal is revised.
func ProposalDraftKey(id ProposalID) string { return proposalDraft + string(id) }

// RevisedProposal is the proposal a key names, if it names the revision of one.
func RevisedProposal(key string) (ProposalID, bool) {
	id, ok := strings.CutPrefix(key, proposalDraft)
	return ProposalID(id), ok
}

// IsProposalDraft reports whether a key names the revision of a proposal.
func IsProposalDraft(key string) bool { return strings.HasPrefix(key, proposalDraft) }

// checkFileNames refuses names that would leave the folder of a text or be one.
func checkFileNames(changes []FileChange) error {
	for _, c := range changes {
		if c.Name == "" || path.Base(c.Name) != c.Name || strings.HasPrefix(c.Name, ".") || strings.HasSuffix(strings.ToLower(c.Name), ".md") {
			return fault.New(fault.Invalid, "content.bad-attachment-name").InField("file")
		}
	}
	return nil
}

// ProposalFileAddress is where a file of a proposal is served.
func ProposalFileAddress(id ProposalID, name string) string {
	return "/vorschlaege/" + string(id) + "/dateien/" + url.PathEscape(name)
}

func (p Proposal) fileAddresses() map[string]string {
	out := map[string]string{}
	for _, c := range p.Files {
		if !c.Removed {
			out[c.Name] = ProposalFileAddress(p.ID, c.Name)
		}
	}
	return out
}

// draftAddresses are where the files of a draft are served to its writer.
func (l *Library) draftAddresses(ctx context.Context, actor account.Actor, id ID, key string) (map[string]string, error) {
	if id == "" && key == "" || actor.System {
		return map[string]string{}, nil
	}
	if key != "" {
		id = ""
	}
	list, err := l.FilesOfDraft(ctx, actor, id, key)
	out := map[string]string{}
	for _, c := range list {
		out[c.Name] = "/entwurf/dateien/" + url.PathEscape(c.Name) + "?text-id=" + url.QueryEscape(string(id)) + "&entwurf-id=" + url.QueryEscape(key)
	}
	return out, err
}

// OpenDraftFile returns the bytes of a file the actor brought.
func (l *Library) OpenDraftFile(ctx context.Context, actor account.Actor, id ID, key, name string) (Attachment, io.ReadSeekCloser, error) {
	list, err := l.FilesOfDraft(ctx, actor, id, key)
	if err != nil {
		return Attachment{}, nil, err
	}
	i := slices.IndexFunc(list, func(c FileChange) bool { return c.Name == name })
	if i < 0 {
		return Attachment{}, nil, fault.New(fault.NotFound, "content.attachment-missing", "name", name)
	}
	data, err := l.Files.Open(ctx, list[i].SHA256)
	return Attachment{Name: name, Size: list[i].Size, SHA256: list[i].SHA256}, data, err
}

// freeName counts up until no other file has the name.
func freeName(c FileChange, taken map[string]string) string {
	extension := path.Ext(c.Name)
	name, stem := c.Name, strings.TrimSuffix(c.Name, extension)
	for n := 2; ; n++ {
		if sha, ok := taken[strings.ToLower(name)]; !ok || sha == c.SHA256 {
			return name
		}
		name = fmt.Sprintf("%s-%d%s", stem, n, extension)
	}
}

// FilesOfDraft lists the files the actor brought for a text that is not saved.
func (l *Library) FilesOfDraft(ctx context.Context, actor account.Actor, id ID, key string) ([]FileChange, error) {
	if err := l.mayResume(ctx, actor, id, key); err != nil {
		return nil, err
	}
	list, err := l.DraftFiles.DraftFiles(ctx, actor.Person.ID, id, key)
	if err != nil {
		return nil, err
	}
	out := make([]FileChange, len(list))
	for i, f := range list {
		out[i] = f.FileChange
	}
	return out, nil
}
