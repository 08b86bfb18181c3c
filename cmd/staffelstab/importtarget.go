package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"staffelstab/content"
	"staffelstab/content/gitrepo"
	"staffelstab/importer"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/internal/ident"
)

// libraryTarget writes what a run brings into the library.
type libraryTarget struct{ app *App }

// importOwner marks what an import placed.
const importOwner = "import"

// Current implements importer.Target.
func (t libraryTarget) Current(ctx context.Context, id content.ID) (importer.Current, error) {
	a, err := t.app.Store.Article(ctx, id)
	if err != nil {
		return importer.Current{}, err
	}
	d, err := t.app.Library.Document(ctx, a)
	return importer.Current{Path: a.Path, Markdown: d.Source, Base: a.ETag}, err
}

// placement is an incoming article as the library takes it.
func placement(in importer.Incoming) content.Placement {
	p := content.Placement{
		Owner: importOwner, Source: in.Markdown, Path: in.Path, Author: in.AuthorKey, At: in.When, Message: in.Message, Trailers: in.Trailers,
		Base: &in.Base,
	}
	for _, f := range in.Attachments {
		p.Attachments = append(p.Attachments, content.PlacedFile{Name: f.Name, Open: f.Open})
	}
	return p
}

// Put implements importer.Target. What is placed keeps its order; only the wait
// for the disk is shared: a text is looked at as soon as the one before has its
// place among the writes.
func (t libraryTarget) Put(ctx context.Context, batch []importer.Incoming) ([]importer.Written, error) {
	ctx = t.app.bulk(ctx)
	out := make([]importer.Written, len(batch))
	redacted, err := t.app.Library.RedactedTexts(ctx)
	if err != nil {
		return out, err
	}
	failures := make([]error, len(batch))
	var running sync.WaitGroup
	for i, in := range batch {
		if redacted[in.ID] { // left to people: the source may still have what was taken out
			out[i].Err = fault.New(fault.Conflict, "importer.changed-on-both-sides")
			continue
		}
		if refers(in) { // to texts that may be among those still being written
			running.Wait()
		}
		if err := ctx.Err(); err != nil {
			failures[i] = err
			break
		}
		queued := make(chan struct{})
		var once sync.Once
		settle := func() { once.Do(func() { close(queued) }) }
		running.Go(func() {
			defer settle()
			out[i], failures[i] = t.put(gitrepo.Queued(ctx, settle), in)
		})
		<-queued
	}
	running.Wait()
	for i, err := range failures {
		if err != nil { // answers after it count too
			out[i] = importer.Written{}
			return out, err
		}
	}
	return out, nil
}

// refers reports whether a text names others it replaces or amends, which have
// to be there.
func refers(in importer.Incoming) bool {
	if !bytes.Contains(in.Markdown, []byte("ersetzt")) && !bytes.Contains(in.Markdown, []byte("aendert")) {
		return false // reading front matter takes longer than this
	}
	d, err := content.ParseDocument("index.md", in.Markdown)
	return err == nil && len(d.Meta.Relations()) > 0
}

// put places one text. An error is about more than this text.
func (t libraryTarget) put(ctx context.Context, in importer.Incoming) (importer.Written, error) {
	placed, outcome, err := t.app.Library.Place(ctx, t.app.Operator(), placement(in), false)
	switch {
	case err != nil && !mendable(err):
		return importer.Written{}, err
	case err != nil:
		return importer.Written{Err: err}, nil
	case outcome == content.Kept:
		return importer.Written{Err: fault.New(fault.Conflict, "importer.changed-on-both-sides")}, nil
	}
	return importer.Written{Path: placed.Path, Revision: placed.Revision}, nil
}

// Former implements importer.Target.
func (t libraryTarget) Former(ctx context.Context, id content.ID, own func([]byte) bool) ([]byte, error) {
	none := fault.New(fault.NotFound, "content.article-missing", "id", string(id))
	redacted, err := t.app.Library.RedactedTexts(ctx)
	if err != nil {
		return nil, err
	}
	if redacted[id] { // no version is as an import wrote it
		return nil, none
	}
	for before := int64(0); ; {
		page, err := t.app.Store.Revisions(ctx, id, before, 50)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			before = r.Sequence
			if r.Removed || !strings.HasPrefix(r.Operation, importOwner+"-") {
				continue
			}
			source, err := t.app.Repository.Blob(ctx, r.Blob)
			if err != nil {
				return nil, err
			}
			if own(source) {
				return source, nil
			}
		}
		if len(page) == 0 {
			return nil, none
		}
	}
}

// Propose implements importer.Target.
func (t libraryTarget) Propose(ctx context.Context, in importer.Incoming, base []byte) (string, error) {
	words := func(key string, args map[string]any) string { return t.app.Catalogue.Text(i18n.German, key, args) }
	p := placement(in)
	p.Message = words("importer.proposal-why", nil)
	proposal, err := t.app.Library.Reconcile(ctx, t.app.Operator(), p, base, in.Stand, content.ConflictMarks{
		Here: words("importer.conflict-here", nil), There: words("importer.conflict-there", nil),
		Field: func(key, here, there string) string {
			return words("importer.conflict-field", map[string]any{"key": key, "here": here, "there": there})
		},
	})
	if proposal.State == content.ProposalReleased {
		return "", err
	}
	return string(proposal.ID), err
}

// Known implements importer.Target.
func (t libraryTarget) Known(ctx context.Context, replicaID string) iter.Seq2[importer.Known, error] {
	return func(yield func(importer.Known, error) bool) {
		for a, err := range t.app.Store.AllArticles(ctx) {
			if err == nil && !strings.EqualFold(a.Origin.ReplicaID, replicaID) {
				continue
			}
			key := importer.Key{ReplicaID: strings.ToUpper(a.Origin.ReplicaID), UNID: strings.ToUpper(a.Origin.UNID)}
			if !yield(importer.Known{ID: a.ID, Key: key, Title: a.Title, Path: a.Path, Department: a.Department}, err) || err != nil {
				return
			}
		}
	}
}

// Retire implements importer.Target.
func (t libraryTarget) Retire(ctx context.Context, r importer.Retirement) error {
	retired, err := t.app.Library.Displace(t.app.bulk(ctx), t.app.Operator(), r.ID, importOwner, r.Base, r.Message)
	if err == nil && !retired {
		return fault.New(fault.Conflict, "importer.changed-on-both-sides")
	}
	return err
}

// Leads implements importer.Shown.
func (t libraryTarget) Leads(ctx context.Context, k importer.Key) ([]content.ID, error) {
	found, err := t.app.Library.ByOrigin(ctx, t.app.Operator(), k.ReplicaID, k.UNID)
	ids := make([]content.ID, len(found))
	for i, a := range found {
		ids[i] = a.ID
	}
	return ids, err
}

// Keeps implements importer.Shown. It reads every stored byte.
func (t libraryTarget) Keeps(ctx context.Context, id content.ID, a importer.Attachment) (kept bool, err error) {
	want, err := t.app.Library.PlacedHash(ctx, a.Name, a.Open)
	if err != nil {
		return false, err
	}
	name, err := content.AttachmentName(a.Name)
	if err != nil {
		return false, nil
	}
	_, stored, err := t.app.Library.OpenAttachment(ctx, t.app.Operator(), id, name)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	h := sha256.New()
	_, err = io.Copy(h, stored)
	return hex.EncodeToString(h.Sum(nil)) == want, errors.Join(err, stored.Close())
}

// owners tells which departments of the administration answer for texts. They
// are looked up once, because a run asks about every standard.
func (a *App) owners() func(ctx context.Context, department string) (bool, error) {
	var all []account.Department
	return func(ctx context.Context, department string) (bool, error) {
		if all == nil {
			var err error
			if all, err = a.Store.Departments(ctx); err != nil {
				return false, err
			}
		}
		return account.Answers(all, department), nil
	}
}

// mendable reports whether an error is about this one document.
func mendable(err error) bool {
	f, ok := fault.Of(err)
	return ok && f.Kind.Status() < 500
}

// adopter takes over repositories through the writer of this one.
type adopter struct {
	app        *App
	pseudonyms pseudonymizer
}

// Adopt implements importer.Adopter. A plan, and a repository that is here
// already, go into a scratch folder: that shows what would happen.
func (a *adopter) Adopt(ctx context.Context, path string, dry bool) (importer.Adopted, error) {
	head, err := gitrepo.SourceHead(path)
	if err != nil {
		return importer.Adopted{}, err
	}
	known, err := a.known(ctx, head)
	if err != nil {
		return importer.Adopted{}, err
	}
	if !known && !dry {
		return a.into(a.app.bulk(ctx), a.app.Repository, path, a.app.Projector.Prepare)
	}
	planned, err := a.scratch(ctx, path)
	if known {
		planned.Commits = 0
		for i := range planned.Articles {
			planned.Articles[i].Unchanged, planned.Articles[i].Completed = true, false
		}
	}
	return planned, err
}

// scratch adopts into a folder that is thrown away.
func (a *adopter) scratch(ctx context.Context, path string) (planned importer.Adopted, err error) {
	folder, err := os.MkdirTemp(filepath.Join(a.app.Data, spoolFolder), "adopt-")
	if err != nil {
		return importer.Adopted{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	repository, err := gitrepo.Open(folder, gitrepo.Options{Now: a.app.Now, Log: a.app.Log})
	if err != nil {
		return importer.Adopted{}, err
	}
	repository.Start(nobody{})
	planned, err = a.into(ctx, repository, path, nil)
	return planned, errors.Join(err, repository.Close())
}

// into adopts into a repository and lists the texts that came with it.
func (a *adopter) into(ctx context.Context, repository *gitrepo.Repository, path string, prepare func(context.Context, []content.CommitRecord) (func(), error)) (importer.Adopted, error) {
	var texts []content.AdoptedText
	report, err := repository.Adopt(ctx, path, gitrepo.Adoption{
		Pseudonym: a.pseudonyms.of,
		Finish: func(tree content.Snapshot) (content.Change, error) {
			var files map[string][]byte
			var err error
			if files, texts, err = content.CompleteAdopted(tree, a.app.IDs); err == nil {
				err = a.refuseTakenIDs(ctx, texts, files, repository == a.app.Repository)
			}
			return content.Change{
				Files: files, Author: operatorPseudonym, At: a.app.Now().UTC(), Message: "Angaben ergänzt",
			}, err
		},
		Prepare: prepare,
	})
	adopted := importer.Adopted{Commits: report.Commits}
	for _, t := range texts {
		adopted.Articles = append(adopted.Articles, importer.AdoptedArticle{ID: t.ID, Path: t.Path, Title: t.Title, Completed: t.Completed, Err: t.Err})
	}
	return adopted, err
}

// refuseTakenIDs finds texts whose id another text of the library has. A plan
// lists them; for real nothing is adopted then, because a file that claims an
// id would take the place of the text or become part of its history.
func (a *adopter) refuseTakenIDs(ctx context.Context, texts []content.AdoptedText, files map[string][]byte, forReal bool) error {
	for i, t := range texts {
		if t.Err != nil {
			continue
		}
		other, err := a.app.Store.Article(ctx, t.ID)
		if fault.Is(err, fault.NotFound) || err == nil && other.Path == t.Path {
			continue
		}
		if err != nil {
			return err
		}
		delete(files, t.Path)
		taken := fault.New(fault.Conflict, "content.id-twice", "id", string(t.ID), "other", other.Path).At(t.Path, 1)
		if forReal {
			return taken
		}
		texts[i].Err = taken
	}
	return nil
}

// known reports whether a foreign commit was adopted before.
func (a *adopter) known(ctx context.Context, head content.Commit) (bool, error) {
	for c, err := range a.app.Repository.History(ctx, "", a.app.Repository.Head()) {
		if err != nil {
			return false, err
		}
		if c.Trailer(content.TrailerOrigin) == string(head) {
			return true, nil
		}
	}
	return false, nil
}

// nobody records the commits of a scratch repository.
type nobody struct{}

// Record implements content.Recorder.
func (nobody) Record(context.Context, []content.CommitRecord) error { return nil }

// pseudonymizer turns names of old systems into pseudonyms. Nobody can try out
// names without the key, which stays in the data folder. Who has an account
// keeps the pseudonym of it.
type pseudonymizer struct {
	key      []byte
	accounts map[string]string // importer.NameKey → pseudonym
	kept     map[string]string // pseudonym → name of those without account; nil: not kept
}

func (p pseudonymizer) of(name string) string {
	if name == "" {
		return operatorPseudonym
	}
	key := importer.NameKey(name)
	if known, ok := p.accounts[key]; ok {
		return known
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(key))
	pseudonym := "u-" + ident.FromBytes(mac.Sum(nil))
	if shown := importer.DisplayName(name); p.kept != nil && shown != "" {
		p.kept[pseudonym] = shown
	}
	return pseudonym
}

const pseudonymKeyFile = "pseudonyms.key"

// pseudonymKey reads the key of the folder and makes it at first.
func (a *App) pseudonymKey() ([]byte, error) {
	name := filepath.Join(a.Data, pseudonymKeyFile)
	key, err := os.ReadFile(name)
	if err == nil && len(key) != pseudonymKeyBytes { // with a part of it anybody could find out who wrote what
		return nil, fault.New(fault.Internal, "cmd.pseudonym-key-damaged", "file", name)
	}
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	key = make([]byte, pseudonymKeyBytes)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	whole := func(w io.Writer) error { _, err := w.Write(key); return err }
	return key, errors.Join(importer.ReplaceFile(name, whole), os.Chmod(name, 0o600))
}

const pseudonymKeyBytes = 32
