package content_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// dump writes down everything the database derived from Git, including the
// texts that are gone.
func dump(t *testing.T, s *servertest.Server, gone ...content.ID) []string {
	t.Helper()
	var out []string
	all := slices.Clone(gone)
	for a, err := range s.Store.AllArticles(t.Context()) {
		a = do(a, err)(t)
		if !slices.Contains(all, a.ID) {
			all = append(all, a.ID)
		}
		// Any commit that holds this state will do; which one differs by the way
		// the database came there.
		snapshot := do(s.Repository.Snapshot(t.Context(), a.Commit))(t)
		if blob, ok := snapshot.Hash(a.Path); !ok || blob != a.Blob {
			t.Errorf("commit %s does not hold %s as %s", a.Commit, a.Path, a.Blob)
		}
		a.Commit = ""
		out = append(out, fmt.Sprintf("%+v", a))
	}
	slices.Sort(all)
	for _, id := range all {
		for _, r := range do(s.Store.Revisions(t.Context(), id, 0, 500))(t) {
			out = append(out, fmt.Sprintf("%+v", r))
		}
		paths := do(s.Store.FormerPaths(t.Context(), id))(t)
		mentions := do(s.Store.Backlinks(t.Context(), id, content.LinkFilter{Any: true, Limit: 100}))(t)
		out = append(out, fmt.Sprintf("%s lay at %v and is mentioned in %v", id, paths, ids(mentions)))
	}
	broken, total, err := s.Store.BrokenLinks(t.Context(), content.LinkFilter{Any: true, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range broken {
		out = append(out, fmt.Sprintf("%d broken: %s in %s", total, link.Target, link.Article.ID))
	}
	for _, pair := range do(s.Store.AlikePairs(t.Context(), content.LinkFilter{Any: true, Limit: 100}))(t) {
		out = append(out, fmt.Sprintf("alike: %s %s", pair.First.ID, pair.Second.ID))
	}
	return out
}

func ids(articles []content.Article) []content.ID {
	var out []content.ID
	for _, a := range articles {
		out = append(out, a.ID)
	}
	return out
}

// found lists what the index holds of texts with the word, by id and title.
func found(t *testing.T, s *servertest.Server, word string) []string {
	t.Helper()
	var out []string
	for _, h := range do(s.Index.Search(t.Context(), content.Query{Text: word, Audience: []string{"alle"}, Limit: 100}))(t).Hits {
		out = append(out, fmt.Sprintf("%s %s", h.ID, h.Title))
	}
	slices.Sort(out)
	return out
}

// rebuilt checks that what grew step by step equals what is built at once:
// database and index.
func rebuilt(t *testing.T, s *servertest.Server, gone ...content.ID) {
	t.Helper()
	s.Indexed()
	grown, index := dump(t, s, gone...), found(t, s, "Wort")
	do(s.Library.Projector.Rebuild(t.Context()))(t)
	compareDumps(t, "the rebuilt database", dump(t, s, gone...), grown)
	s.Open()()
	compareDumps(t, "the database of a bare copy", dump(t, s, gone...), grown)
	if err := s.Library.Reindex(t.Context()); err != nil {
		t.Fatal(err)
	}
	compareDumps(t, "the rebuilt index", found(t, s, "Wort"), index)
}

func compareDumps(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s has too much:\n%s", what, line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("%s misses:\n%s", what, line)
		}
	}
	if !t.Failed() && !slices.Equal(got, want) {
		t.Errorf("%s has another order", what)
	}
}

// text is a file with an id.
func text(id, title string, more ...string) []byte {
	return []byte("---\nid: " + id + "\ntitel: " + title + "\n" + strings.Join(more, "\n") + "\n---\nWort\n")
}

const (
	idA = "aaaaaaaaaa"
	idB = "bbbbbbbbbb"
)

// TestDatabaseThatGrewEqualsOneThatWasRebuilt takes the library and the
// repository through what may happen to texts, one commit after another.
func TestDatabaseThatGrewEqualsOneThatWasRebuilt(t *testing.T) {
	const one, two, other = "wissen/e/eins/index.md", "wissen/z/zwei/index.md", "wissen/a/anders/index.md"
	type step map[string][]byte
	for name, steps := range map[string][]step{
		"changed":                       {{one: text(idA, "Eins")}, {one: text(idA, "Eins neu")}},
		"two texts in one commit":       {{one: text(idA, "Eins"), two: text(idB, "Zwei")}},
		"renamed":                       {{one: text(idA, "Eins")}, {one: nil, two: text(idA, "Eins")}},
		"renamed and changed":           {{one: text(idA, "Eins")}, {one: nil, two: text(idA, "Zwei", "kurz: ganz anders")}},
		"removed":                       {{one: text(idA, "Eins"), two: text(idB, "Zwei")}, {one: nil}},
		"removed and added again":       {{one: text(idA, "Eins")}, {one: nil}, {one: text(idA, "Eins")}},
		"removed and added elsewhere":   {{one: text(idA, "Eins")}, {one: nil}, {two: text(idA, "Zwei")}},
		"removed twice":                 {{one: text(idA, "Eins")}, {one: nil}, {one: text(idA, "Eins")}, {one: nil}},
		"place taken by another":        {{one: text(idA, "Eins")}, {one: text(idB, "Zwei")}},
		"places swapped":                {{one: text(idA, "Eins"), two: text(idB, "Zwei")}, {one: text(idB, "Zwei"), two: text(idA, "Eins")}},
		"id given later":                {{one: []byte("# Wort\n")}, {one: text(idA, "Eins")}},
		"id given after a rename":       {{one: []byte("# Wort\n")}, {one: nil, two: []byte("# Wort\n")}, {two: text(idA, "Eins")}},
		"id lost":                       {{one: text(idA, "Eins")}, {one: []byte("# Wort\n")}},
		"id lost and found":             {{one: text(idA, "Eins")}, {one: []byte("# Wort\n")}, {one: text(idA, "Eins")}},
		"front matter broken":           {{one: text(idA, "Eins")}, {one: []byte("---\nid: " + idA + "\ntitel: \"x\n---\nWort\n")}, {one: text(idA, "Eins")}},
		"two files with one id at once": {{one: text(idA, "Eins"), two: text(idA, "Zwei")}},
		"second file, later place":      {{one: text(idA, "Eins")}, {two: text(idA, "Zwei")}},
		"second file, earlier place":    {{one: text(idA, "Eins")}, {other: text(idA, "Zwei")}},
		"twin changed":                  {{one: text(idA, "Eins"), two: text(idA, "Zwei")}, {two: text(idA, "Zwei neu")}},
		"twin removed":                  {{one: text(idA, "Eins"), two: text(idA, "Zwei")}, {two: nil}},
		"first of twins removed":        {{one: text(idA, "Eins"), two: text(idA, "Zwei")}, {one: nil}},
		"first of twins renamed":        {{other: text(idA, "Eins"), two: text(idA, "Zwei")}, {other: nil, one: text(idA, "Eins")}},
		"first of twins goes last":      {{other: text(idA, "Eins"), one: text(idA, "Zwei")}, {other: nil, two: text(idA, "Eins")}},
		"first of twins gets own id":    {{one: text(idA, "Eins"), two: text(idA, "Zwei")}, {one: text(idB, "Eins")}},
		"attachment":                    {{one: text(idA, "Eins")}, {"wissen/e/eins/plan.txt": []byte("x")}, {"wissen/e/eins/plan.txt": nil}},
		"attachment beside two texts":   {{"m/01.md": text(idA, "Eins"), "m/02.md": text(idB, "Zwei")}, {"m/plan.txt": []byte("x")}},
	} {
		t.Run(name, func(t *testing.T) {
			s := servertest.New(t)
			for _, files := range steps {
				commitFiles(t, s, files)
			}
			rebuilt(t, s, idA, idB)
		})
	}
}

func TestDatabaseOfALibraryInUseCanBeRebuilt(t *testing.T) {
	s := servertest.New(t)
	expert := s.Actor("expertin")
	a := s.Write("expertin", article("Wort eins", "Wort"))
	s.Place("wissen/x/placed/index.md", string(text(idB, "Wort gelegt")))
	b := do(s.Library.Save(t.Context(), expert, a.ID, a.ETag, content.Edit{Title: "Wort zwei", Body: "Wort\n\nmehr", Change: content.ChangeMaterial}))(t)
	c := do(s.Library.Attach(t.Context(), expert, a.ID, b.ETag, "plan.txt", strings.NewReader("Plan")))(t)
	d := do(s.Library.Detach(t.Context(), expert, a.ID, c.ETag, "plan.txt"))(t)
	do(s.Library.Restore(t.Context(), expert, a.ID, a.Revision, d.ETag, "zurück"))(t)
	module := s.Write("expertin", content.Edit{Title: "Wort lernen", Kind: content.KindModule, Department: "66", Body: "x"})
	for i := range 3 {
		s.Write("expertin", content.Edit{Title: fmt.Sprint("Lektion ", i), Kind: content.KindLesson, Module: module.ID, Department: "66", Body: "Wort"})
	}
	rebuilt(t, s)
}

// TestDatabaseLeftBehindCatchesUp starts a second projector on an empty
// database after the first has done everything.
func TestDatabaseLeftBehindCatchesUp(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Wort", "Wort"))
	for i := range 4 {
		a = do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: strings.Repeat("Wort ", i+2)}))(t)
	}
	want := dump(t, s)
	if err := s.Store.Replace(t.Context(), content.Projection{}); err != nil {
		t.Fatal(err)
	}
	heads := 0
	late := content.NewProjector(s.Repository, s.Store, slog.New(slog.DiscardHandler), func(content.Commit) { heads++ })
	equal(t, "missing commits", do(late.CatchUp(t.Context()))(t), 5)
	compareDumps(t, "the database", dump(t, s), want)
	equal(t, "nothing left to do", do(late.CatchUp(t.Context()))(t), 0)
	equal(t, "times the head changed", heads, 1)
}

// TestALedgerThatMissedCommitsLosesNone records only the newest commit while
// the database stands further back.
func TestALedgerThatMissedCommitsLosesNone(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Wort", "Wort"))
	for i := range 3 {
		a = do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: strings.Repeat("Wort ", i+2)}))(t)
	}
	want := dump(t, s)
	if err := s.Store.Replace(t.Context(), content.Projection{}); err != nil {
		t.Fatal(err)
	}
	var newest content.CommitRecord
	for c, err := range s.Repository.History(t.Context(), "", s.Repository.Head()) {
		newest = do(c, err)(t)
		break
	}
	if err := s.Library.Projector.Record(t.Context(), []content.CommitRecord{newest}); err != nil {
		t.Fatal(err)
	}
	compareDumps(t, "the database", dump(t, s), want)
}

func TestADatabaseAheadOfGitNeedsAPerson(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", article("Wort", "Wort"))
	err := s.Store.Append(t.Context(), content.Projection{From: s.Repository.Head(), Head: content.Commit(strings.Repeat("ab", 20))})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Library.Projector.CatchUp(t.Context())
	refused(t, "catching up", err, fault.Unavailable)
}

func TestARenamedFileKeepsItsIdentity(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Wort", "Wort"))
	source := do(s.Repository.Blob(t.Context(), a.Blob))(t)
	commitFiles(t, s, map[string][]byte{a.Path: nil, "wissen/n/neu/index.md": source})
	b := do(s.Library.Article(t.Context(), s.Actor("leserin"), a.ID))(t)
	equal(t, "path", b.Path, "wissen/n/neu/index.md")
	history := do(s.Library.History(t.Context(), s.Actor("leserin"), a.ID, 0, 10))(t)
	if len(history) != 2 || history[0].Removed || history[1].ID != a.Revision {
		t.Errorf("history %+v", history)
	}
	do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, a.Revision))(t)
	s.Indexed()
	equal(t, "found", strings.Join(found(t, s, "Wort"), "|"), string(a.ID)+" Wort")
}

func TestARemovedTextIsGoneAndComesBackWithItsHistory(t *testing.T) {
	s := servertest.New(t)
	reader := s.Actor("leserin")
	a := s.Write("expertin", article("Wort", "Wort"))
	source := do(s.Repository.Blob(t.Context(), a.Blob))(t)
	commitFiles(t, s, map[string][]byte{a.Path: nil})
	_, err := s.Library.Read(t.Context(), reader, a.ID, "")
	refused(t, "a removed text", err, fault.Gone)
	s.Indexed()
	equal(t, "found while gone", len(found(t, s, "Wort")), 0)
	commitFiles(t, s, map[string][]byte{a.Path: source})
	b := do(s.Library.Read(t.Context(), reader, a.ID, ""))(t)
	history := do(s.Library.History(t.Context(), reader, a.ID, 0, 10))(t)
	if len(history) != 3 || history[0].ID != b.At || !history[1].Removed || history[2].ID != a.Revision {
		t.Errorf("history %+v", history)
	}
	_, err = s.Library.Read(t.Context(), reader, a.ID, history[1].ID)
	refused(t, "the version in which it was gone", err, fault.NotFound)
	s.Indexed()
	equal(t, "found again", len(found(t, s, "Wort")), 1)
}

// TestTrailersOfOthersForgeNothing commits what claims to be a revision that
// exists already.
func TestTrailersOfOthersForgeNothing(t *testing.T) {
	for name, trailer := range map[string]func(content.Article) string{
		"revision of the text":      func(a content.Article) string { return string(a.Revision) },
		"named revision":            func(a content.Article) string { return string(a.Revision) + " " + idA },
		"one revision for two":      func(content.Article) string { return "r-zzzzzzzzzz" },
		"no revision at all":        func(content.Article) string { return "<script>" },
		"the text's own id in vain": func(a content.Article) string { return "r-zzzzzzzzzz " + string(a.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			s := servertest.New(t)
			a := s.Write("expertin", article("Wort", "Wort"))
			commitFiles(t, s, map[string][]byte{"wissen/e/eins/index.md": text(idA, "Eins"), "wissen/z/zwei/index.md": text(idB, "Zwei")},
				content.Trailer{Key: content.TrailerRevision, Value: trailer(a)})
			seen := map[content.RevisionID]content.ID{}
			for _, id := range []content.ID{a.ID, idA, idB} {
				history := do(s.Library.History(t.Context(), s.Actor("leserin"), id, 0, 10))(t)
				equal(t, "versions of "+string(id), len(history), 1)
				for _, r := range history {
					if other, twice := seen[r.ID]; twice {
						t.Errorf("%s belongs to %s and %s", r.ID, id, other)
					}
					seen[r.ID] = id
					if len(r.ID) != 12 || !strings.HasPrefix(string(r.ID), "r-") {
						t.Errorf("%s has the revision %q", id, r.ID)
					}
					do(s.Library.Read(t.Context(), s.Actor("leserin"), id, r.ID))(t)
				}
			}
			equal(t, "the revision that was there before", seen[a.Revision], a.ID)
			// The repository still takes writes.
			s.Write("expertin", article("Danach", "x"))
			rebuilt(t, s)
		})
	}
}

// TestStepWhoseAnswerWasLostIsNotDoneTwice records commits the database has
// already: it committed them, but the connection broke before it said so.
func TestStepWhoseAnswerWasLostIsNotDoneTwice(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", article("Wort", "Wort"))
	want := dump(t, s)
	for c, err := range s.Repository.History(t.Context(), "", s.Repository.Head()) {
		if err := s.Library.Projector.Record(t.Context(), []content.CommitRecord{do(c, err)(t)}); err != nil {
			t.Fatal(err)
		}
	}
	compareDumps(t, "the database", dump(t, s), want)
	s.Write("expertin", article("Zwei", "Zwei"))
}

func TestRebuildThatIsBrokenOffChangesNothing(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", article("Wort", "Wort"))
	want := dump(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Library.Projector.Rebuild(ctx); err == nil {
		t.Error("a cancelled rebuild says it is done")
	}
	compareDumps(t, "the database", dump(t, s), want)
	equal(t, "commits", do(s.Library.Projector.Rebuild(t.Context()))(t), 1)
	compareDumps(t, "the database", dump(t, s), want)
}
