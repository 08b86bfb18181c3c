package content

import (
	"strings"
	"testing"
	"testing/quick"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

func TestStatusIsDerivedFromDates(t *testing.T) {
	const today = Date("2026-11-23")
	for _, c := range []struct {
		name string
		meta Meta
		want Status
	}{
		{"no dates", Meta{}, StatusValid},
		{"from today", Meta{ValidFrom: today}, StatusValid},
		{"from tomorrow", Meta{ValidFrom: "2026-11-24"}, StatusFuture},
		{"until today", Meta{ValidUntil: today}, StatusValid},
		{"until yesterday", Meta{ValidUntil: "2026-11-22"}, StatusExpired},
		{"review today", Meta{ReviewDue: today}, StatusValid},
		{"review yesterday", Meta{ReviewDue: "2026-11-22"}, StatusReviewOverdue},
		{"expired beats review", Meta{ValidUntil: "2026-01-01", ReviewDue: "2026-01-01"}, StatusExpired},
		{"superseded beats all", Meta{ReplacedBy: "x", ValidFrom: "2030-01-01"}, StatusSuperseded},
	} {
		if got := c.meta.StatusOn(today); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		inForce := c.want == StatusValid || c.want == StatusReviewOverdue
		if c.want.InForce() != inForce {
			t.Errorf("%s: in force is %v", c.name, c.want.InForce())
		}
	}
}

func actor(access account.Access, grants ...account.Grant) account.Actor {
	return account.NewActor(account.Person{ID: "p", Department: "66", Active: true}, grants, "2026-11-23", access)
}

func TestWhoMaySave(t *testing.T) {
	author := account.Grant{Role: account.Author, Scope: account.InDepartment("66")}
	for _, c := range []struct {
		name       string
		actor      account.Actor
		kind       Kind
		department string
		want       fault.Kind
		ok         bool
	}{
		{"author of the department", actor(account.WriteAccess, author), KindArticle, "66", 0, true},
		{"author of the department, unit", actor(account.WriteAccess, author), KindArticle, "66/2", 0, true},
		{"author elsewhere", actor(account.WriteAccess, author), KindArticle, "67", fault.Forbidden, false},
		{"author, standard", actor(account.WriteAccess, author), KindStandard, "66", fault.ApprovalRequired, false},
		{"author, service instruction", actor(account.WriteAccess, author), KindInstruction, "66", fault.ApprovalRequired, false},
		{"author with a token that reads", actor(account.ReadAccess, author), KindArticle, "66", fault.Forbidden, false},
		{"editor of the city", actor(account.WriteAccess, account.Grant{Role: account.Editor}), KindModule, "11", 0, true},
		{"reader", actor(account.WriteAccess, account.Grant{Role: account.Reader}), KindArticle, "66", fault.Forbidden, false},
		{"admin", actor(account.AdminAccess, account.Grant{Role: account.Admin}), KindArticle, "66", fault.Forbidden, false},
		{"reviewer", actor(account.WriteAccess, account.Grant{Role: account.Reviewer}), KindStandard, "66", fault.Forbidden, false},
		{"stranger", account.Actor{}, KindArticle, "66", fault.Unauthenticated, false},
		{"operator", account.SystemActor("u-x"), KindStandard, "66", 0, true},
	} {
		err := ApprovalRules(nil).authorizeEdit(c.actor, c.kind, c.department)
		if c.ok != (err == nil) || err != nil && fault.KindOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestVisibilityIsIntersection(t *testing.T) {
	reader := actor(account.ReadAccess, account.Grant{Role: account.Reader})
	trainer := actor(account.ReadAccess, account.Grant{Role: account.Trainer})
	admin := actor(account.AdminAccess, account.Grant{Role: account.Admin})
	for _, c := range []struct {
		name       string
		visibility Visibility
		actor      account.Actor
		want       bool
	}{
		{"all, reader", Visibility{}, reader, true},
		{"all, admin", Visibility{}, admin, false},
		{"own department", Visibility{Departments: []string{"66"}}, reader, true},
		{"other department", Visibility{Departments: []string{"20"}}, reader, false},
		{"unit of own department", Visibility{Departments: []string{"66/1"}}, reader, false},
		{"role held", Visibility{Roles: []account.Role{account.Trainer}}, trainer, true},
		{"role not held", Visibility{Roles: []account.Role{account.Trainer}}, reader, false},
		{"stranger", Visibility{}, account.Actor{}, false},
	} {
		if got := CanSee(c.actor, (Meta{Visibility: c.visibility}).Audience()); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"Straßenreinigung für Anfänger": "strassenreinigung-fuer-anfaenger",
		"§ 13 Abs. 2 – Öffnungszeiten!": "paragraf-13-abs-2-oeffnungszeiten",
		"Café  Crème":                   "cafe-creme",
		"日本":                            "text",
		"":                              "text",
		"../../etc/passwd":              "etc-passwd",
	} {
		if got := Slug(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func TestSlugIsAlwaysAFileName(t *testing.T) {
	property := func(title string) bool {
		s := Slug(title)
		return s != "" && len(s) <= 90 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-'
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
}

func TestAttachmentNames(t *testing.T) {
	for given, want := range map[string]string{
		"Plan 2026.pdf":                   "Plan-2026.pdf",
		`C:\Users\x\Übersicht.docx`:       "Übersicht.docx",
		"../../../etc/passwd":             "passwd",
		".htaccess":                       "htaccess",
		"a\u202egpj.exe":                  "agpj.exe",
		strings.Repeat("x", 300) + ".pdf": strings.Repeat("x", 116) + ".pdf",
	} {
		if got, err := AttachmentName(given); err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", given, got, err, want)
		}
	}
	for _, given := range []string{"", "...", "index.md", "INDEX.MD", "/", "  "} {
		if got, err := AttachmentName(given); err == nil {
			t.Errorf("%q was accepted as %q", given, got)
		}
	}
}

func TestMessageCannotForgeTrailers(t *testing.T) {
	if got := oneLine("Titel\n\nRevision: r-falsch"); strings.Contains(got, "\n") {
		t.Errorf("%q has more than one line", got)
	}
}

func TestCompareMarksWords(t *testing.T) {
	lines := CompareText("Eins\nDie Frist beträgt sechs Monate.\nDrei\n", "Eins\nDie Frist beträgt drei Monate.\nDrei\n")
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(string(l.Kind) + ": ")
		for _, p := range l.Parts {
			if p.Changed {
				b.WriteString("[" + p.Text + "]")
			} else {
				b.WriteString(p.Text)
			}
		}
		b.WriteString("\n")
	}
	want := "same: Eins\nremoved: Die Frist beträgt [sechs ]Monate.\nadded: Die Frist beträgt [drei ]Monate.\nsame: Drei\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestCompareLosesNothing(t *testing.T) {
	property := func(a, b []byte) bool {
		before, after := printable(a), printable(b)
		var gone, fresh strings.Builder
		skipped := 0
		for _, l := range CompareText(before, after) {
			text := ""
			for _, p := range l.Parts {
				text += p.Text
			}
			switch l.Kind {
			case DiffRemoved:
				gone.WriteString(text + "\n")
			case DiffAdded:
				fresh.WriteString(text + "\n")
			case DiffSame:
				gone.WriteString(text + "\n")
				fresh.WriteString(text + "\n")
			case DiffSkipped:
				skipped += l.Count
			}
		}
		return skipped > 0 || strings.TrimRight(gone.String(), "\n") == strings.TrimRight(before, "\n") &&
			strings.TrimRight(fresh.String(), "\n") == strings.TrimRight(after, "\n")
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 300}); err != nil {
		t.Error(err)
	}
}

func printable(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		b.WriteByte("abc ä\n"[int(c)%6])
	}
	return strings.ToValidUTF8(b.String(), "x")
}

func TestSectionsFollowHeadings(t *testing.T) {
	sections := Sections([]Block{
		{Kind: BlockParagraph, Text: "Vorab"},
		{Kind: BlockHeading, Level: 2, Text: "A", Anchor: "a"},
		{Kind: BlockParagraph, Text: "eins"},
		{Kind: BlockHeading, Level: 3, Text: "A1", Anchor: "a1"},
		{Kind: BlockList, Children: []Block{{Kind: BlockItem, Text: "zwei"}, {Kind: BlockItem, Text: "drei"}}},
		{Kind: BlockHeading, Level: 2, Text: "B", Anchor: "b"},
		{Kind: BlockHTML, Text: "<script>"},
	})
	var got []string
	for _, s := range sections {
		got = append(got, s.Anchor+"|"+strings.Join(s.Path, ">")+"|"+strings.ReplaceAll(s.Text, "\n", "/"))
	}
	want := "||Vorab/\na|A|eins/\na1|A>A1|zwei/drei/\nb|B|"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}
