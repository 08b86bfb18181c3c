package main

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

const secretWords = "Erika Mustermann, Aktenzeichen 47/11"

// redactor is an open folder with two people who decide.
type redactor struct {
	t    *testing.T
	app  *App
	data string
	erna account.Actor // editor
	paul account.Actor // reviewer
}

func newRedactor(t *testing.T) *redactor {
	r := &redactor{t: t, data: newFolder(t)}
	r.app = openHere(t, r.data)
	t.Cleanup(func() { must(t, r.app.Close()) })
	must(t, r.app.Office.SaveDepartment(t.Context(), r.app.Operator(), account.Department{ID: "66", Name: "Tiefbau"}))
	r.erna, r.paul = r.person("erna", account.Editor), r.person("paul", account.Reviewer)
	return r
}

func (r *redactor) person(login string, role account.Role) account.Actor {
	p, err := r.app.Office.CreatePerson(r.t.Context(), r.app.Operator(), account.Person{Login: login, DisplayName: login, Department: "66"})
	must(r.t, err)
	g, err := r.app.Office.Grant(r.t.Context(), r.app.Operator(), account.Grant{Person: p.ID, Role: role})
	must(r.t, err)
	return account.NewActor(p, []account.Grant{g}, time.Now().Format(time.DateOnly), account.WriteAccess)
}

// crash closes the folder and opens it again, as the next start does.
func (r *redactor) crash() {
	must(r.t, r.app.Close())
	r.app = openHere(r.t, r.data)
}

// wording is what a version says, by revision id, for every text.
func (r *redactor) wording(ids ...content.ID) map[content.RevisionID]string {
	out := map[content.RevisionID]string{}
	for _, id := range ids {
		list, err := r.app.Library.History(r.t.Context(), r.erna, id, 0, 200)
		must(r.t, err)
		for _, v := range list {
			source, err := r.app.Repository.Blob(r.t.Context(), v.Blob)
			must(r.t, err)
			out[v.ID] = string(source) + "\x00" + v.Message + "\x00" + v.Author + "\x00" + v.At.String()
		}
	}
	return out
}

// write makes a random history with the words in some versions of one text.
func (r *redactor) write(random *rand.Rand) (holds, other content.Article) {
	ctx, lib := r.t.Context(), r.app.Library
	other, err := lib.Create(ctx, r.erna, content.Edit{Title: "Anderes", Department: "66", Body: "Bleibt.\n"})
	must(r.t, err)
	holds, err = lib.Create(ctx, r.erna, content.Edit{Title: "Vorgang", Department: "66", Body: "Anfang.\n", Meta: map[string]any{"kurz": "ohne"}})
	must(r.t, err)
	for i := range 12 {
		body := fmt.Sprintf("Satz %d bleibt.\n\n%s\n", i, strings.Repeat(secretWords+" und ", random.IntN(3)))
		message, meta := fmt.Sprint("Schritt ", i), map[string]any{"kurz": "ohne"}
		if random.IntN(3) == 0 {
			message += " für " + secretWords
		}
		if random.IntN(3) == 0 {
			meta["kurz"] = "betrifft " + secretWords
		}
		if i == 6 {
			body = secretWords + "\n"
		}
		holds, err = lib.Save(ctx, r.erna, holds.ID, holds.ETag, content.Edit{Title: "Vorgang", Body: body, Meta: meta, Message: message})
		must(r.t, err)
		if random.IntN(3) == 0 {
			other, err = lib.Save(ctx, r.erna, other.ID, other.ETag, content.Edit{Title: "Anderes", Body: fmt.Sprintf("Bleibt %d.\n", i)})
			must(r.t, err)
		}
		if random.IntN(5) == 0 && exec.Command("git", "--version").Run() == nil {
			must(r.t, r.app.Repository.Compact(ctx))
		}
	}
	must(r.t, r.app.Store.SaveDraft(ctx, content.Draft{Person: r.erna.Person.ID, Article: holds.ID, Base: holds.ETag, Title: "Vorgang", Body: "Noch einmal " + secretWords}))
	return holds, other
}

func (r *redactor) request(id content.ID) content.Redaction {
	x, err := r.app.Library.RequestRedaction(r.t.Context(), r.erna, id, content.RedactionRequest{Passage: secretWords, Reason: "Personenbezogen"})
	must(r.t, err)
	return x
}

// gone fails the test when the words can still be found anywhere in the folder.
func (r *redactor) gone() {
	r.t.Helper()
	must(r.t, filepath.WalkDir(r.data, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type()&fs.ModeSocket != 0 {
			return err
		}
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) { // an open index drops files it no longer needs
			return nil
		}
		if err != nil {
			return err
		}
		if z, err := zlib.NewReader(bytes.NewReader(data)); err == nil {
			plain, _ := io.ReadAll(z) // a damaged object is found by fsck
			data = append(data, plain...)
		}
		if bytes.Contains(data, []byte(secretWords)) {
			r.t.Errorf("%s holds the words", name)
		}
		return nil
	}))
	git := filepath.Join(r.data, repositoryFolder)
	all, err := exec.Command("git", "--git-dir="+git, "cat-file", "--batch-all-objects", "--batch").CombinedOutput()
	if err != nil {
		r.t.Skip("git is not installed")
	}
	if bytes.Contains(all, []byte(secretWords)) {
		r.t.Error("a Git object holds the words")
	}
	if out, err := exec.Command("git", "--git-dir="+git, "fsck", "--full", "--strict").CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 {
		r.t.Errorf("git fsck: %v %s", err, out)
	}
}

// redactedAs is what a version has to say afterwards.
func redactedAs(was string) string {
	head, body, _ := strings.Cut(was, "\n---\n")
	return strings.ReplaceAll(head, secretWords, content.RedactedValue) + "\n---\n" + strings.ReplaceAll(body, secretWords, content.Redacted)
}

func (r *redactor) compare(before map[content.RevisionID]string, ids ...content.ID) {
	r.t.Helper()
	after := r.wording(ids...)
	if len(after) != len(before) {
		r.t.Errorf("%d versions instead of %d", len(after), len(before))
	}
	for id, was := range before {
		if after[id] != redactedAs(was) {
			r.t.Errorf("%s says\n%q\ninstead of\n%q", id, after[id], redactedAs(was))
		}
	}
}

// TestRedactedPassageIsNowhere redacts random histories and looks everywhere:
// in Git objects, the database's files, the index, drafts.
func TestRedactedPassageIsNowhere(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := newRedactor(t)
			holds, other := r.write(rand.New(rand.NewPCG(seed, 9)))
			before := r.wording(holds.ID, other.ID)
			x := r.request(holds.ID)
			done, err := r.app.Library.ApproveRedaction(t.Context(), r.paul, x.ID)
			must(t, err)
			if done.State != content.RedactionDone || done.Passage != "" || done.Versions == 0 {
				t.Errorf("%+v", done)
			}
			r.compare(before, holds.ID, other.ID)
			found, err := r.app.Library.Search(t.Context(), r.erna, content.Query{Text: "Mustermann", Limit: 10})
			must(t, err)
			if found.Total != 0 {
				t.Errorf("search finds %d texts", found.Total)
			}
			now, err := r.app.Library.Article(t.Context(), r.erna, holds.ID)
			must(t, err)
			draft, err := r.app.Store.Draft(t.Context(), r.erna.Person.ID, holds.ID, "")
			must(t, err)
			if draft.Body != "Noch einmal "+content.Redacted || draft.Base != now.ETag {
				t.Errorf("the draft says %q on %s; the text is at %s", draft.Body, draft.Base, now.ETag)
			}
			_, err = r.app.Library.Save(t.Context(), r.erna, holds.ID, now.ETag, content.Edit{Title: "Vorgang", Body: "Geht weiter.\n"})
			must(t, err)
			r.gone()
			grown := derived2(t, r)
			_, err = r.app.Projector.Rebuild(t.Context())
			must(t, err)
			same(t, "versions", derived2(t, r), grown)
		})
	}
}

func derived2(t *testing.T, r *redactor) (out []content.Revision) {
	t.Helper()
	for a, err := range r.app.Store.AllArticles(t.Context()) {
		must(t, err)
		list, err := r.app.Store.Revisions(t.Context(), a.ID, 0, 0)
		must(t, err)
		out = append(out, list...)
	}
	return out
}

var errCrash = errors.New("the power went away")

// failing ends a redaction at one of its steps.
type failing struct {
	content.Rewriter
	at string
}

func (f failing) Rewrite(ctx context.Context, plan func(context.Context) (content.Rewrite, error), prepared, record func(context.Context, content.Commit, content.Commit) error) error {
	return f.Rewriter.Rewrite(ctx, plan, func(ctx context.Context, from, to content.Commit) error {
		if f.at == "before the journal" {
			return errCrash
		}
		err := prepared(ctx, from, to)
		if f.at == "before the branch moves" {
			return errCrash
		}
		return err
	}, func(ctx context.Context, from, to content.Commit) error {
		if f.at == "before the database follows" {
			return errCrash
		}
		return record(ctx, from, to)
	})
}

func (f failing) Prune(ctx context.Context) error {
	if f.at == "before the objects go" {
		return errCrash
	}
	return f.Rewriter.Prune(ctx)
}

func TestRedactionInterruptedIsFinishedByTheNextStart(t *testing.T) {
	for _, step := range []string{"before the journal", "before the branch moves", "before the database follows", "before the objects go"} {
		t.Run(step, func(t *testing.T) {
			r := newRedactor(t)
			holds, other := r.write(rand.New(rand.NewPCG(7, 7)))
			before := r.wording(holds.ID, other.ID)
			x := r.request(holds.ID)
			r.app.Library.Rewriter = failing{r.app.Library.Rewriter, step}
			if _, err := r.app.Library.ApproveRedaction(t.Context(), r.paul, x.ID); !errors.Is(err, errCrash) {
				t.Fatalf("approved: %v", err)
			}
			if open := checked(t, r); !strings.Contains(open, "Eine Schwärzung ist genehmigt") {
				t.Errorf("check says %q", open)
			}
			r.crash()
			done, err := r.app.Store.Redaction(t.Context(), x.ID)
			must(t, err)
			if done.State != content.RedactionDone || done.Passage != "" {
				t.Errorf("after the next start: %s", done.State)
			}
			r.compare(before, holds.ID, other.ID)
			r.gone()
		})
	}
}

// checked is what check prints about the open folder.
func checked(t *testing.T, r *redactor) string {
	t.Helper()
	var out bytes.Buffer
	must(t, checkRedactions(t.Context(), r.app, streams{out: &out}, func(key string, args map[string]any) {
		fmt.Fprintln(&out, r.app.Catalogue.Text(i18n.German, key, args))
	}))
	return out.String()
}

func TestRedactionNeedsFourEyes(t *testing.T) {
	r := newRedactor(t)
	holds, _ := r.write(rand.New(rand.NewPCG(3, 3)))
	ctx, lib := t.Context(), r.app.Library
	refused := func(err error, kind fault.Kind, field string) {
		t.Helper()
		if f, ok := fault.Of(err); !ok || f.Kind != kind || f.Field != field {
			t.Errorf("refused with %v", err)
		}
	}
	ask := func(actor account.Actor, passage, reason string) error {
		_, err := lib.RequestRedaction(ctx, actor, holds.ID, content.RedactionRequest{Passage: passage, Reason: reason})
		return err
	}
	refused(ask(r.erna, secretWords, ""), fault.Invalid, "reason")
	refused(ask(r.erna, "zz", "x"), fault.Invalid, "passage")
	refused(ask(r.erna, "kommt nirgends vor", "x"), fault.Invalid, "passage")
	refused(ask(r.erna, "schwärz", "x"), fault.Invalid, "passage")
	refused(ask(r.erna, string(holds.ID), "x"), fault.Invalid, "passage") // the text would lose its identity
	refused(ask(r.paul, secretWords, "x"), fault.Forbidden, "")
	refused(ask(r.person("lore", account.Reader), secretWords, "x"), fault.Forbidden, "")
	x := r.request(holds.ID)
	if waits := checked(t, r); !strings.Contains(waits, "warten: 1") {
		t.Errorf("check says %q", waits)
	}
	_, err := lib.ApproveRedaction(ctx, r.erna, x.ID)
	refused(err, fault.Forbidden, "")
	_, err = lib.RedactionOf(ctx, r.person("leo", account.Reader), x.ID)
	refused(err, fault.NotFound, "")
	view, err := lib.RedactionOf(ctx, r.paul, x.ID)
	must(t, err)
	if !view.CanDecide || len(view.Places) == 0 || view.Redaction.Passage != secretWords {
		t.Errorf("the reviewer sees %+v", view)
	}
	must(t, lib.DeclineRedaction(ctx, r.paul, x.ID))
	declined, err := r.app.Store.Redaction(ctx, x.ID)
	must(t, err)
	if declined.Passage != "" || declined.State != content.RedactionDeclined {
		t.Errorf("declined: %+v", declined)
	}
	_, err = lib.ApproveRedaction(ctx, r.paul, x.ID)
	refused(err, fault.Conflict, "")
	notices, _, err := r.app.Store.Notices(ctx, r.paul.Person.ID, 10, 0)
	must(t, err)
	if len(notices) != 1 || notices[0].Subject != string(x.ID) {
		t.Errorf("the reviewer was told %+v", notices)
	}
	events, _, err := r.app.Store.Events(ctx, string(holds.ID), 10, 0)
	must(t, err)
	if len(events) != 2 || strings.Contains(fmt.Sprint(events), "Mustermann") {
		t.Errorf("the log says %+v", events)
	}
}

func TestRedactedAttachmentIsGone(t *testing.T) {
	r := newRedactor(t)
	ctx, lib := t.Context(), r.app.Library
	a, err := lib.Create(ctx, r.erna, content.Edit{Title: "Mit Anhang", Department: "66", Body: "x\n"})
	must(t, err)
	a, err = lib.Attach(ctx, r.erna, a.ID, a.ETag, "liste.txt", strings.NewReader(secretWords))
	must(t, err)
	pinned := a.Revision
	a, err = lib.Attach(ctx, r.erna, a.ID, a.ETag, "plan.txt", strings.NewReader("bleibt"))
	must(t, err)
	brought, err := lib.AddDraftFile(ctx, r.erna, a.ID, "", "liste.txt", strings.NewReader(secretWords))
	must(t, err)
	must(t, r.app.Store.SaveFileText(ctx, brought.SHA256, secretWords))
	x, err := lib.RequestRedaction(ctx, r.erna, a.ID, content.RedactionRequest{Attachment: "liste.txt", Reason: "Personenbezogen"})
	must(t, err)
	_, err = lib.ApproveRedaction(ctx, r.paul, x.ID)
	must(t, err)
	left, err := lib.Attachments(ctx, r.erna, a.ID)
	must(t, err)
	if len(left) != 1 || left[0].Name != "plan.txt" {
		t.Errorf("attachments: %+v", left)
	}
	r.gone()
	if _, err := r.app.Store.FileText(ctx, brought.SHA256); !fault.Is(err, fault.NotFound) {
		t.Errorf("the words of the file: %v", err)
	}
	if v, err := lib.Read(ctx, r.erna, a.ID, pinned); err != nil || len(v.Attachments) != 0 { // the version that brought nothing but the file
		t.Errorf("the version of the file: %v %+v", err, v.Attachments)
	}
	grown := derived2(t, r)
	_, err = r.app.Projector.Rebuild(ctx)
	must(t, err)
	same(t, "versions", derived2(t, r), grown)
	waiting, err := lib.FilesOfDraft(ctx, r.erna, a.ID, "")
	must(t, err)
	if len(waiting) != 0 {
		t.Errorf("the draft brings %+v", waiting)
	}
}

func TestProposalLosesARedactedFile(t *testing.T) {
	r := newRedactor(t)
	ctx, lib := t.Context(), r.app.Library
	p, err := lib.Propose(ctx, r.erna, "", "", content.Edit{Kind: content.KindStandard, Title: "Streuen", Department: "66", Body: "x\n"})
	must(t, err)
	p, err = lib.Submit(ctx, r.erna, p.ID, p.Version)
	must(t, err)
	p, err = lib.Approve(ctx, r.paul, p.ID, p.ContentHash, "")
	must(t, err)
	a, err := lib.Article(ctx, r.erna, p.Article)
	must(t, err)
	stored, err := r.app.Library.Files.Put(ctx, strings.NewReader(secretWords), 1<<20)
	must(t, err)
	kept, err := r.app.Library.Files.Put(ctx, strings.NewReader("bleibt"), 1<<20)
	must(t, err)
	release := func(e content.Edit) {
		t.Helper()
		p, err := lib.Propose(ctx, r.erna, a.ID, a.ETag, e)
		must(t, err)
		p, err = lib.Submit(ctx, r.erna, p.ID, p.Version)
		must(t, err)
		_, err = lib.Approve(ctx, r.paul, p.ID, p.ContentHash, "")
		must(t, err)
		a, err = lib.Article(ctx, r.erna, a.ID)
		must(t, err)
	}
	release(content.Edit{Title: "Streuen", Body: "x\n", Files: []content.FileChange{{Name: "liste.txt", SHA256: stored.SHA256, Size: stored.Size}}})
	p, err = lib.Propose(ctx, r.erna, a.ID, a.ETag, content.Edit{Title: "Streuen", Body: "y\n", Files: []content.FileChange{
		{Name: "abschrift.txt", SHA256: stored.SHA256, Size: stored.Size}, {Name: "neu.txt", SHA256: kept.SHA256, Size: kept.Size},
	}})
	must(t, err)
	p, err = lib.Submit(ctx, r.erna, p.ID, p.Version)
	must(t, err)
	x, err := lib.RequestRedaction(ctx, r.erna, a.ID, content.RedactionRequest{Attachment: "liste.txt", Reason: "Personenbezogen"})
	must(t, err)
	_, err = lib.ApproveRedaction(ctx, r.paul, x.ID)
	must(t, err)
	now, err := r.app.Store.Proposal(ctx, p.ID)
	must(t, err)
	if len(now.Files) != 1 || now.Files[0].Name != "neu.txt" {
		t.Errorf("the proposal brings %+v", now.Files)
	}
	r.gone()
	_, err = lib.Approve(ctx, r.paul, p.ID, now.ContentHash, "")
	must(t, err)
	a, err = lib.Article(ctx, r.erna, a.ID)
	must(t, err)
	left, err := lib.Attachments(ctx, r.erna, a.ID)
	must(t, err)
	if len(left) != 1 || left[0].Name != "neu.txt" || a.ContentHash != now.ContentHash {
		t.Errorf("after the release: %+v, %s instead of %s", left, a.ContentHash, now.ContentHash)
	}
}

func TestWhatQuotesARedactedTextFollows(t *testing.T) {
	r := newRedactor(t)
	ctx, lib := t.Context(), r.app.Library
	lore := r.person("lore", account.Reader)
	a, err := lib.Create(ctx, r.erna, content.Edit{Title: "Vorgang", Department: "66", Body: "# Zu " + secretWords + "\n\nText.\n", Meta: map[string]any{"kenntnisnahme": map[string]any{"pflicht": "ja"}}})
	must(t, err)
	a, err = lib.Attach(ctx, r.erna, a.ID, a.ETag, "bericht.txt", strings.NewReader("Bericht über "+secretWords))
	must(t, err)
	files, err := lib.Attachments(ctx, r.erna, a.ID)
	must(t, err)
	must(t, r.app.Store.SaveFileText(ctx, files[0].SHA256, "Bericht über "+secretWords))
	_, err = lib.Acknowledge(ctx, lore, a.ID, a.ContentHash)
	must(t, err)
	page, err := lib.Read(ctx, lore, a.ID, "")
	must(t, err)
	c, err := lib.Say(ctx, lore, a.ID, content.Remark{Text: "Ist " + secretWords + " richtig?", Question: true, Anchor: page.Outline[0].Anchor})
	must(t, err)
	_, err = lib.Answer(ctx, r.erna, c.ID, "Ja, "+secretWords)
	must(t, err)
	x, err := lib.RequestRedaction(ctx, r.erna, a.ID, content.RedactionRequest{Passage: secretWords, Reason: secretWords + " bat darum"})
	must(t, err)
	done, err := lib.ApproveRedaction(ctx, r.paul, x.ID)
	must(t, err)
	if done.Reason != content.Redacted+" bat darum" {
		t.Errorf("reason: %q", done.Reason)
	}
	said, err := r.app.Store.Comment(ctx, c.ID)
	must(t, err)
	if said.Text != "Ist "+content.Redacted+" richtig?" || said.Answer != "Ja, "+content.Redacted || said.Anchor != "" {
		t.Errorf("%+v", said)
	}
	a, err = lib.Article(ctx, lore, a.ID)
	must(t, err)
	duty, err := lib.Duty(ctx, lore, a)
	must(t, err)
	if duty.Open || duty.Known == nil || duty.Known.ContentHash != a.ContentHash {
		t.Errorf("%+v, the text is %s", duty, a.ContentHash)
	}
	if _, err := r.app.Store.FileText(ctx, files[0].SHA256); !fault.Is(err, fault.NotFound) {
		t.Errorf("the words of the old file: %v", err)
	}
	files, err = lib.Attachments(ctx, r.erna, a.ID)
	must(t, err)
	must(t, lib.Reindex(ctx))
	words, err := r.app.Store.FileText(ctx, files[0].SHA256)
	must(t, err)
	if words != "Bericht über "+content.Redacted {
		t.Errorf("words of the file: %q", words)
	}
	r.gone()
}
