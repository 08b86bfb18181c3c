package content_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/extract"
	"staffelstab/content/gitrepo"
	"staffelstab/content/markdown"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/lessons"
	"staffelstab/server/store"
)

// house is a library that can be torn down and opened again in its folder, and
// whose database can be made to fail.
type house struct {
	*content.Library
	t          *testing.T
	dir        string
	ids        ident.Source
	store      *store.Store
	repository *gitrepo.Repository
	shape      *int  // the shape the derived rows claim to have, nil for their own
	broken     error // what the database says to the next step
	caughtUp   int   // commits the database missed at the last opening
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, dir: t.TempDir(), ids: ident.NewRandom()}
	h.open()
	t.Cleanup(h.close)
	return h
}

// failingLedger stands before the real ledger.
type failingLedger struct {
	content.Ledger
	house *house
}

func (l failingLedger) LedgerShape(ctx context.Context) (int, error) {
	if l.house.shape != nil {
		return *l.house.shape, nil
	}
	return l.Ledger.LedgerShape(ctx)
}

func (l failingLedger) Append(ctx context.Context, p content.Projection) error {
	if l.house.broken != nil {
		return l.house.broken
	}
	return l.Ledger.Append(ctx, p)
}

func (h *house) open() {
	t, log := h.t, slog.New(slog.DiscardHandler)
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }
	opened, err := store.Open(t.Context(), filepath.Join(h.dir, "staffelstab.db"), log)
	h.store = do(opened, err)(t)
	repository, err := gitrepo.Open(h.dir, gitrepo.Options{Now: now, Log: log})
	h.repository = do(repository, err)(t)
	files, err := gitrepo.OpenFiles(h.dir)
	projector := content.NewProjector(h.repository, failingLedger{h.store, h}, log, func(content.Commit) {})
	h.Library = content.NewLibrary(content.Ports{
		Repository: h.repository, Catalogue: h.store, Drafts: h.store, DraftFiles: h.store, Examiner: extract.New(""), Proposals: h.store, People: h.store, Notices: h.store, Talk: h.store, Rules: h.store, Audit: h.store, Together: h.store, Files: do(files, err)(t),
		Renderer: markdown.New(markdown.Labels{}), Concealer: lessons.Concealer{}, Linter: lessons.Linter{}, Projector: projector,
	}, content.Settings{Now: now, IDs: h.ids, Zone: time.UTC, Log: log})
	h.repository.Start(projector)
	h.broken = nil
	h.caughtUp = do(projector.CatchUp(t.Context()))(t)
}

func (h *house) close() {
	h.t.Helper()
	if err := errors.Join(h.repository.Close(), h.store.Close()); err != nil {
		h.t.Fatal(err)
	}
}

// reopen is what happens after a crash.
func (h *house) reopen() {
	h.t.Helper()
	h.close()
	h.open()
}

// titles lists what the database has.
func (h *house) titles() string {
	h.t.Helper()
	var out []string
	page := do(h.List(h.t.Context(), account.SystemActor("u-operatorxx"), content.ArticleFilter{Limit: 100}))(h.t)
	for _, a := range page.Articles {
		out = append(out, a.Title)
	}
	return strings.Join(out, "|")
}

// TestRowsOfAnOlderShapeAreDerivedAgain opens a database that an older program
// derived: everything is read from Git once more, and only once.
func TestRowsOfAnOlderShapeAreDerivedAgain(t *testing.T) {
	h := newHouse(t)
	for _, title := range []string{"Eins", "Zwei"} {
		do(h.Create(t.Context(), account.SystemActor("u-operatorxx"), article(title, "x")))(t)
	}
	older := content.ProjectionShape - 1
	h.shape = &older
	h.reopen()
	equal(t, "commits read again", h.caughtUp, 2)
	equal(t, "texts", h.titles(), "Eins|Zwei")
	h.shape = nil
	h.reopen()
	equal(t, "commits read at the next start", h.caughtUp, 0)
}

var errPower = errors.New("the power is gone")

// TestACrashBetweenGitAndDatabaseLosesNothing lets the database fail after Git
// has the commit. The writer is not told that the text is saved; nothing else
// is written meanwhile; and the next start has the text.
func TestACrashBetweenGitAndDatabaseLosesNothing(t *testing.T) {
	h := newHouse(t)
	ctx, operator := t.Context(), account.SystemActor("u-operatorxx")
	do(h.Create(ctx, operator, article("Vorher", "x")))(t)
	before := h.repository.Head()

	h.broken = errPower
	for _, title := range []string{"Im Absturz", "Danach"} {
		_, err := h.Create(ctx, operator, article(title, "Bleibt."))
		refused(t, title, err, fault.Unavailable)
		equal(t, title+": head that people see", h.repository.Head(), before)
		equal(t, title+": in the database", h.titles(), "Vorher")
	}
	h.reopen()
	equal(t, "missing commits", h.caughtUp, 1) // the second never came to Git
	equal(t, "after the start", h.titles(), "Im Absturz|Vorher")
	do(h.Create(ctx, operator, article("Danach", "x")))(t)
	h.reopen()
	equal(t, "missing commits at the next start", h.caughtUp, 0)
	equal(t, "at the end", h.titles(), "Danach|Im Absturz|Vorher")
}

// TestADatabaseThatComesBackIsRolledForward lets the database fail for a while
// under a running server: the next write brings what is missing, in its order.
func TestADatabaseThatComesBackIsRolledForward(t *testing.T) {
	h := newHouse(t)
	ctx, operator := t.Context(), account.SystemActor("u-operatorxx")
	a := do(h.Create(ctx, operator, article("Text", "Erste")))(t)
	h.broken = errPower
	_, err := h.Save(ctx, operator, a.ID, a.ETag, content.Edit{Body: "Zweite"})
	refused(t, "while the database is away", err, fault.Unavailable)
	h.broken = nil
	_, err = h.Save(ctx, operator, a.ID, a.ETag, content.Edit{Body: "Dritte"})
	refused(t, "from a base before what Git has", err, fault.Stale)
	equal(t, "the text", h.describe(a.ID), "Text: Zweite []")
	now := do(h.Article(ctx, operator, a.ID))(t)
	do(h.Save(ctx, operator, a.ID, now.ETag, content.Edit{Body: "Dritte"}))(t)
	equal(t, "versions", len(do(h.History(ctx, operator, a.ID, 0, 10))(t)), 3)
}

// TestARepeatedRequestAfterACrashFindsWhatItDid sends a keyed request again
// that was never answered: one text, not two, whether new or changed.
func TestARepeatedRequestAfterACrashFindsWhatItDid(t *testing.T) {
	h := newHouse(t)
	ctx, operator := t.Context(), account.SystemActor("u-operatorxx")
	e := article("Einmal", "Erste Fassung")
	e.Operation = content.OperationKey(operator, "anlegen")
	h.broken = errPower
	if _, err := h.Create(ctx, operator, e); err == nil {
		t.Fatal("acknowledged without a database")
	}
	h.reopen()
	a := do(h.Create(ctx, operator, e))(t)
	equal(t, "texts", h.titles(), "Einmal")

	edit := content.Edit{Body: "Zweite Fassung", Operation: content.OperationKey(operator, "speichern")}
	h.broken = errPower
	if _, err := h.Save(ctx, operator, a.ID, a.ETag, edit); err == nil {
		t.Fatal("acknowledged without a database")
	}
	h.reopen()
	b := do(h.Save(ctx, operator, a.ID, a.ETag, edit))(t)
	equal(t, "body", do(h.Source(ctx, operator, a.ID, ""))(t).Body, "\nZweite Fassung\n")
	history := do(h.History(ctx, operator, a.ID, 0, 10))(t)
	if len(history) != 2 || history[0].ID != b.Revision || history[1].ID != a.Revision {
		t.Errorf("history %+v", history)
	}
	// The same text under another key changes nothing any more.
	edit.Operation = content.OperationKey(operator, "noch einmal")
	equal(t, "saved again", do(h.Save(ctx, operator, a.ID, a.ETag, edit))(t).Revision, b.Revision)
}

// TestEveryVerbSurvivesTheCrash lets each verb crash between Git and database.
func TestEveryVerbSurvivesTheCrash(t *testing.T) {
	ctx, operator := t.Context(), account.SystemActor("u-operatorxx")
	for name, c := range map[string]struct {
		do   func(h *house, a content.Article, first content.RevisionID) error
		want string // title, body and attachments afterwards
	}{
		"save": {func(h *house, a content.Article, _ content.RevisionID) error {
			_, err := h.Save(ctx, operator, a.ID, a.ETag, content.Edit{Title: "Neu", Body: "Dritte"})
			return err
		}, "Neu: Dritte [plan.txt]"},
		"restore": {func(h *house, a content.Article, first content.RevisionID) error {
			_, err := h.Restore(ctx, operator, a.ID, first, a.ETag, "zurück")
			return err
		}, "Text: Erste [plan.txt]"},
		"attach": {func(h *house, a content.Article, _ content.RevisionID) error {
			_, err := h.Attach(ctx, operator, a.ID, a.ETag, "zweiter.txt", strings.NewReader("2"))
			return err
		}, "Text: Zweite [plan.txt zweiter.txt]"},
		"detach": {func(h *house, a content.Article, _ content.RevisionID) error {
			_, err := h.Detach(ctx, operator, a.ID, a.ETag, "plan.txt")
			return err
		}, "Text: Zweite []"},
		"place": {func(h *house, a content.Article, _ content.RevisionID) error {
			_, _, err := h.Place(ctx, operator, content.Placement{Owner: "import", Source: text(idA, "Gelegt"), Author: "u-operatorxx", At: h.Now(), Message: "x"}, false)
			return err
		}, "Text: Zweite [plan.txt]"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			first := do(h.Create(ctx, operator, article("Text", "Erste")))(t)
			a := do(h.Attach(ctx, operator, first.ID, first.ETag, "plan.txt", strings.NewReader("1")))(t)
			a = do(h.Save(ctx, operator, a.ID, a.ETag, content.Edit{Body: "Zweite"}))(t)
			h.broken = errPower
			if err := c.do(h, a, first.Revision); err == nil {
				t.Fatal("acknowledged without a database")
			}
			h.reopen()
			equal(t, "missing commits", h.caughtUp, 1)
			equal(t, "the text", h.describe(a.ID), c.want)
			if name == "place" {
				equal(t, "what was placed", do(h.Article(ctx, operator, idA))(t).Title, "Gelegt")
			}
			// The rows are those a rebuild gives.
			was := do(h.Article(ctx, operator, a.ID))(t)
			do(h.Projector.Rebuild(ctx))(t)
			now := do(h.Article(ctx, operator, a.ID))(t)
			equal(t, "revision", now.Revision, was.Revision)
			equal(t, "etag", now.ETag, was.ETag)
		})
	}
}

// describe reads a text with its attachments.
func (h *house) describe(id content.ID) string {
	h.t.Helper()
	ctx, operator := h.t.Context(), account.SystemActor("u-operatorxx")
	source := do(h.Source(ctx, operator, id, ""))(h.t)
	var names []string
	for _, f := range do(h.Attachments(ctx, operator, id))(h.t) {
		names = append(names, f.Name)
	}
	return source.Article.Title + ": " + strings.TrimSpace(source.Body) + " [" + strings.Join(names, " ") + "]"
}

// TestDraftsOutliveTheCrash keeps what was typed when the save failed.
func TestDraftsOutliveTheCrash(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	writer := account.NewActor(account.Person{ID: "pppppppppp", Department: "66", Pseudonym: "u-writerxxxx", Active: true}, []account.Grant{{Role: account.Author}}, "2026-11-24", account.WriteAccess)
	a := do(h.Create(ctx, writer, article("Text", "Erste")))(t)
	typed := strings.Repeat("Satz für Satz. ", 500)
	do(h.Autosave(ctx, writer, content.Draft{Article: a.ID, Base: a.ETag, Body: typed}))(t)
	h.broken = errPower
	if _, err := h.Save(ctx, writer, a.ID, a.ETag, content.Edit{Body: typed}); err == nil {
		t.Fatal("acknowledged without a database")
	}
	h.reopen()
	d := do(h.Draft(ctx, writer, a.ID, ""))(t)
	equal(t, "what was typed", d.Body, typed)
	do(h.Save(ctx, writer, a.ID, d.Base, content.Edit{Body: d.Body}))(t) // it is there after all
	equal(t, "versions", len(do(h.History(ctx, writer, a.ID, 0, 10))(t)), 2)
	equal(t, "body", do(h.Source(ctx, writer, a.ID, ""))(t).Body, "\n"+typed+"\n")
}
