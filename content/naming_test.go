package content_test

import (
	"path"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"staffelstab/content"
)

func FuzzSlug(f *testing.F) {
	for _, s := range []string{"Straße", "§ 13 Abs. 2", "日本", "", "-", "İ", "ﬁ", "../..", "a\x00b", "\xff", strings.Repeat("ä", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, title string) {
		s := content.Slug(title)
		if s == "" || len(s) > 90 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.Trim(s, "-") != s || strings.Contains(s, "--") {
			t.Fatalf("%q became %q", title, s)
		}
		if again := content.Slug(s); again != s {
			t.Fatalf("%q became %q and then %q", title, s, again)
		}
	})
}

func FuzzAttachmentName(f *testing.F) {
	for _, s := range []string{"Plan.pdf", `C:\x\Ü.docx`, "../../etc/passwd", ".git", "git~1", "a\u202egpj.exe", "index.md", "ᄀ\u0300ᅡ", "\xff.txt", strings.Repeat("ä", 200) + ".pdf", strings.Repeat(".a", 80), "a" + strings.Repeat(".", 130) + "b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, given string) {
		name, err := content.AttachmentName(given)
		if err != nil {
			return
		}
		if name == "" || len(name) > 120 || !utf8.ValidString(name) || strings.ContainsAny(name, "/\\\x00:*?\"<>| ") || path.Base(name) != name {
			t.Fatalf("%q became %q", given, name)
		}
		if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || content.IsArticlePath(strings.ToLower(name)) {
			t.Fatalf("%q became %q, which is hidden or a text", given, name)
		}
		if again, err := content.AttachmentName(name); err != nil || again != name {
			t.Fatalf("%q became %q and then %q (%v)", given, name, again, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-24", "2026-02-30", "0000-01-01", "9999-12-31", "2024-02-29", "2026-1-1", " 2026-01-01", "2026-01-01Z", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := content.ParseDate(s)
		if !ok {
			if d != "" {
				t.Fatalf("%q does not exist and is %q", s, d)
			}
			return
		}
		if string(d) != s || d.Time().Format(time.DateOnly) != s {
			t.Fatalf("%q became %q", s, d)
		}
	})
}

func TestParseDate(t *testing.T) {
	for s, want := range map[string]bool{
		"2026-11-24": true, "2024-02-29": true, "0001-01-01": true,
		"2023-02-29": false, "2026-02-30": false, "2026-13-01": false, "2026-1-1": false, "26-01-01": false, "2026-01-01 ": false,
		"2026-01-01T00:00:00Z": false, "": false, "gestern": false,
	} {
		if d, ok := content.ParseDate(s); ok != want || ok && string(d) != s {
			t.Errorf("%q: %q %v", s, d, ok)
		}
	}
	if !content.Date("gestern").Time().IsZero() {
		t.Error("a day that does not exist has a time")
	}
}

func TestDaysBeginAtMidnightInTheCity(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]content.Date{
		"2026-11-24T22:59:59Z": "2026-11-24", "2026-11-24T23:00:00Z": "2026-11-25",
		"2026-07-01T21:59:59Z": "2026-07-01", "2026-07-01T22:00:00Z": "2026-07-02",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if got := content.DateOf(do(moment, err)(t), berlin); got != want {
			t.Errorf("%s: %s instead of %s", at, got, want)
		}
	}
}
