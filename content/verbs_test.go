package content_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// allowed stands for no fault at all.
const allowed = fault.Kind(-1)

// verb is something that can be done to a text that is there.
type verb struct {
	name   string
	writes bool
	do     func(ctx context.Context, l *content.Library, who account.Actor, a content.Article) error
}

// verbs are all of them. Writing verbs name a base that is never right, so
// that who may write meets Stale and nothing changes.
func verbs() []verb {
	const wrong = "0123456789"
	type actor = account.Actor
	type article = content.Article
	return []verb{
		{"read", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Read(ctx, who, a.ID, "")
			return err
		}},
		{"read at a revision", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Read(ctx, who, a.ID, a.Revision)
			return err
		}},
		{"article", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Article(ctx, who, a.ID)
			return err
		}},
		{"source", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Source(ctx, who, a.ID, "")
			return err
		}},
		{"history", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.History(ctx, who, a.ID, 0, 10)
			return err
		}},
		{"compare", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Compare(ctx, who, a.ID, a.Revision, "")
			return err
		}},
		{"mentions", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Backlinks(ctx, who, a.ID)
			return err
		}},
		{"experts", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Experts(ctx, who, a.ID)
			return err
		}},
		{"attachments", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Attachments(ctx, who, a.ID)
			return err
		}},
		{"open attachment", false, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, f, err := l.OpenAttachment(ctx, who, a.ID, "plan.txt")
			if err == nil {
				err = f.Close()
			}
			return err
		}},
		{"save", true, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Save(ctx, who, a.ID, wrong, content.Edit{Body: "x"})
			return err
		}},
		{"restore", true, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Restore(ctx, who, a.ID, a.Revision, wrong, "")
			return err
		}},
		{"rename", true, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Move(ctx, who, a.ID, wrong, content.Move{Title: "Neu", Tidy: true})
			return err
		}},
		{"attach", true, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Attach(ctx, who, a.ID, wrong, "x.txt", strings.NewReader("x"))
			return err
		}},
		{"detach", true, func(ctx context.Context, l *content.Library, who actor, a article) error {
			_, err := l.Detach(ctx, who, a.ID, wrong, "plan.txt")
			return err
		}},
	}
}

// corpus is one text of every standing: open, for one department, for one
// role, a standard. All belong to department 66 and have an attachment.
func corpus(t *testing.T, s *servertest.Server) map[string]content.Article {
	t.Helper()
	out := map[string]content.Article{}
	files := map[string][]byte{}
	for name, front := range map[string]string{
		"open": "", "department": "sichtbar: {bereiche: [\"66\"]}\n", "roles": "sichtbar: {rollen: [trainer, training-head]}\n", "standard": "art: standard\n",
	} {
		id := strings.Repeat(name[:1], 10)
		files["wissen/x/"+name+"/index.md"] = []byte("---\nid: " + id + "\ntitel: " + name + "\nbereich: \"66\"\n" + front + "---\nText\n")
		files["wissen/x/"+name+"/plan.txt"] = []byte("Plan")
		out[name] = content.Article{Meta: content.Meta{ID: content.ID(id)}}
	}
	commitFiles(t, s, files)
	for name, a := range out {
		out[name] = do(s.Library.Article(t.Context(), s.Operator, a.ID))(t)
	}
	return out
}

// TestEveryVerbKeepsToTheSameRules walks everybody through every verb on every
// text: who must not see a text finds nothing, by no verb; who sees it and may
// not write is told so; who may write is only stopped by the stale base.
func TestEveryVerbKeepsToTheSameRules(t *testing.T) {
	s := servertest.New(t)
	texts := corpus(t, s)
	head := s.Repository.Head()
	const no, none, hidden, stale, approval = fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Stale, fault.ApprovalRequired
	for login, expected := range map[string]map[string][2]fault.Kind{ // reading, writing
		"":             {"open": {no, no}, "department": {no, no}, "roles": {no, no}, "standard": {no, no}},
		"ohnerolle":    {"open": {none, none}, "department": {none, none}, "roles": {none, none}, "standard": {none, none}},
		"admin":        {"open": {none, none}, "department": {none, none}, "roles": {none, none}, "standard": {none, none}},
		"leserin":      {"open": {allowed, none}, "department": {hidden, hidden}, "roles": {hidden, hidden}, "standard": {allowed, none}},
		"azubi":        {"open": {allowed, none}, "department": {hidden, hidden}, "roles": {hidden, hidden}, "standard": {allowed, none}},
		"datenschutz":  {"open": {allowed, none}, "department": {hidden, hidden}, "roles": {hidden, hidden}, "standard": {allowed, none}},
		"leitung":      {"open": {allowed, none}, "department": {hidden, hidden}, "roles": {allowed, none}, "standard": {allowed, none}},
		"personalerin": {"open": {allowed, none}, "department": {hidden, hidden}, "roles": {hidden, hidden}, "standard": {allowed, none}},
		"expertin":     {"open": {allowed, stale}, "department": {allowed, stale}, "roles": {hidden, hidden}, "standard": {allowed, approval}},
		"operator":     {"open": {allowed, stale}, "department": {allowed, stale}, "roles": {allowed, stale}, "standard": {allowed, stale}},
	} {
		who := account.Actor{}
		switch login {
		case "":
		case "operator":
			who = s.Operator
		default:
			who = s.Actor(login)
		}
		for text, kinds := range expected {
			for _, v := range verbs() {
				want := kinds[0]
				if v.writes {
					want = kinds[1]
				}
				got := allowed
				if err := v.do(t.Context(), s.Library, who, texts[text]); err != nil {
					got = fault.KindOf(err)
				}
				if got != want {
					t.Errorf("%q, %s, %s: kind %v instead of %v", login, text, v.name, got, want)
				}
			}
		}
	}
	equal(t, "head after all refusals", s.Repository.Head(), head)
}

// TestATokenThatOnlyReadsWritesNothing is the expert herself, through a program
// that may only read.
func TestATokenThatOnlyReadsWritesNothing(t *testing.T) {
	s := servertest.New(t)
	texts := corpus(t, s)
	reading := s.Actor("expertin")
	reading.Access = account.ReadAccess
	for _, v := range verbs() {
		err := v.do(t.Context(), s.Library, reading, texts["open"])
		if v.writes {
			refused(t, v.name, err, fault.Forbidden)
		} else if err != nil {
			t.Errorf("%s: %v", v.name, err)
		}
	}
	_, err := s.Library.Create(t.Context(), reading, article("Neu", "x"))
	refused(t, "create", err, fault.Forbidden)
	_, err = s.Library.Autosave(t.Context(), reading, content.Draft{Key: "k", Body: "x"})
	refused(t, "autosave", err, fault.Forbidden)
}

// TestATextNobodyHasLooksLikeAHiddenOne compares the faults word by word: the
// difference would tell that a text exists.
func TestATextNobodyHasLooksLikeAHiddenOne(t *testing.T) {
	s := servertest.New(t)
	texts := corpus(t, s)
	missing := texts["department"]
	missing.ID = "zzzzzzzzzz"
	reader := s.Actor("leserin")
	tell := func(err error) string {
		f, ok := fault.Of(err)
		if !ok {
			return fmt.Sprint(err)
		}
		return fmt.Sprint(f.Kind, f.Key == "content.article-missing" || f.Key == "store.missing", f.Field)
	}
	for _, v := range verbs() {
		there, gone := v.do(t.Context(), s.Library, reader, texts["department"]), v.do(t.Context(), s.Library, reader, missing)
		if tell(there) != tell(gone) {
			t.Errorf("%s: %q for a hidden text, %q for none", v.name, tell(there), tell(gone))
		}
	}
}

// TestWhatIsWithdrawnIsGoneFromEveryVerbAtOnce hides a text while people look
// at it; nobody has to wait for the index.
func TestWhatIsWithdrawnIsGoneFromEveryVerbAtOnce(t *testing.T) {
	s := servertest.New(t)
	reader := s.Actor("leserin")
	a := corpus(t, s)["open"]
	for _, v := range verbs()[:8] {
		if err := v.do(t.Context(), s.Library, reader, a); err != nil {
			t.Errorf("before: %s: %v", v.name, err)
		}
	}
	hide := content.Edit{Body: "Text", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}}
	do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, hide))(t)
	for _, v := range verbs() {
		refused(t, "after: "+v.name, v.do(t.Context(), s.Library, reader, a), fault.NotFound)
	}
	for _, found := range do(s.Library.Siblings(t.Context(), reader, a))(t) {
		t.Errorf("beside it lies %s", found.ID)
	}
}
