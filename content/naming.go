package content

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// freePath finds a place for a new text: kind, first letter, slug. Where another
// text lies the id follows, which Article.ShownPath leaves out: a number would
// tell how many texts have the title, those among them nobody may see.
func freePath(tree Snapshot, kind Kind, title string, id ID) string {
	root := "wissen"
	switch {
	case kind.IsStandard():
		root = "standards"
	case kind == KindTemplate:
		root = "formatvorlagen"
	case kind.IsLearning():
		root = "module"
	}
	slug := Slug(title)
	for n := 1; ; n++ {
		name := slug
		if n > 1 {
			name += placeSuffix(id)
		}
		if n > 2 { // somebody put another text there by hand
			name += "-" + strconv.Itoa(n-1)
		}
		folder := path.Join(root, slug[:1], name)
		if _, taken := tree.Hash(folder); !taken {
			return folder + "/" + fileName(kind)
		}
	}
}

// placeSuffix follows the slug of a text whose place is taken.
func placeSuffix(id ID) string { return "-" + string(id) }

// ShownPath is where the text lies, as people and programs are told: without
// what only says that the place is taken.
func (a Article) ShownPath() string { return strings.Replace(a.Path, placeSuffix(a.ID)+"/", "/", 1) }

// moduleFolder is where a new lesson goes. Other kinds have a place of their
// own.
func (l *Library) moduleFolder(ctx context.Context, actor account.Actor, e Edit) (string, error) {
	if e.Kind != KindLesson {
		return "", nil
	}
	module, err := l.visible(ctx, actor, e.Module)
	if err != nil || module.Kind != KindModule {
		return "", fault.New(fault.Invalid, "content.lesson-without-module").InField("module").Because(err)
	}
	return module.Folder(), l.authorizeEdit(ctx, actor, module.Kind, module.Department)
}

// nextLesson numbers a lesson after the last one: 03-title.md.
func nextLesson(tree Snapshot, folder, title string) (string, error) {
	entries, err := tree.ReadDir(folder)
	if err != nil {
		return "", err
	}
	last := 0
	for _, e := range entries {
		digits, _, _ := strings.Cut(e.Name(), "-")
		if n, err := strconv.Atoi(digits); err == nil && n > last && n < 1000 {
			last = n
		}
	}
	return fmt.Sprintf("%s/%02d-%s.md", folder, last+1, Slug(title)), nil
}

func fileName(kind Kind) string {
	if kind == KindModule {
		return "modul.md"
	}
	return "index.md"
}

// Slug makes a file name of a title: "Straßenreinigung für Anfänger" becomes
// "strassenreinigung-fuer-anfaenger".
func Slug(title string) string {
	replaced := strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "§", "paragraf").Replace(strings.ToLower(norm.NFC.String(title)))
	var b strings.Builder
	for _, r := range norm.NFD.String(replaced) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			if s := b.String(); s != "" && !strings.HasSuffix(s, "-") {
				b.WriteByte('-')
			}
		}
		if b.Len() >= 80 {
			break
		}
	}
	if slug := strings.Trim(b.String(), "-"); slug != "" {
		return slug
	}
	return "text"
}
