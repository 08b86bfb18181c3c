package content

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

const sample = `---
# Kommentar bleibt stehen
id: abcdefgh23
art: standard
titel: "Dienstreisen: Regeln"
kurz: |
  Erste Zeile
  zweite Zeile
bereich: "11/3"
themen: [Reise, Kosten]
schlagworte:
  - Bahn
  - Hotel   # gern gesucht
eigenes_feld: {a: 1}
gueltig_ab: 2024-01-01
gueltig_bis: 2026-12-31

# Kommentar vor dem letzten Feld
verbindlich: ja
sichtbar:
  bereiche: ["11", "20"]
  rollen: [trainer]
herkunft:
  notes: {unid: 0a1b, replik: c1257, datenbank: DEV, form: Memo}
  dev_art: Arbeitshilfe
---

# Überschrift

Text.
`

func parse(t *testing.T, source string) Document {
	t.Helper()
	d, err := ParseDocument("standards/d/dienstreisen/index.md", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFrontMatterIsTyped(t *testing.T) {
	m := parse(t, sample).Meta
	for _, c := range []struct{ name, got, want string }{
		{"id", string(m.ID), "abcdefgh23"},
		{"kind", string(m.Kind), "standard"},
		{"title", m.Title, "Dienstreisen: Regeln"},
		{"summary", m.Summary, "Erste Zeile\nzweite Zeile"},
		{"department", m.Department, "11/3"},
		{"topics", strings.Join(m.Topics, "|"), "Reise|Kosten"},
		{"keywords", strings.Join(m.Keywords, "|"), "Bahn|Hotel"},
		{"from", string(m.ValidFrom), "2024-01-01"},
		{"until", string(m.ValidUntil), "2026-12-31"},
		{"binding", string(m.Binding), "ja"},
		{"unid", m.Origin.UNID, "0A1B"},
		{"kind in DEV", m.Origin.DevKind, "Arbeitshilfe"},
		{"audience", strings.Join(m.Audience(), "|"), "fb:11|fb:20|rolle:trainer"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestBodyStartsAfterFrontMatter(t *testing.T) {
	d := parse(t, sample)
	if !bytes.HasPrefix(d.Body, []byte("\n# Überschrift")) || d.BodyLine != 27 {
		t.Errorf("body begins on line %d with %q", d.BodyLine, d.Body[:20])
	}
}

func TestEditKeepsEveryOtherByte(t *testing.T) {
	d := parse(t, sample)
	out, err := d.WithFields(Field{"gueltig_bis", "2027-06-30"}, Field{"kurz", "Neu"}, Field{"themen", nil}, Field{"nummer", "DA-37"})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"gueltig_bis: 2026-12-31", "gueltig_bis: 2027-06-30",
		"kurz: |\n  Erste Zeile\n  zweite Zeile\n", "kurz: Neu\n",
		"themen: [Reise, Kosten]\n", "",
		"  dev_art: Arbeitshilfe\n", "  dev_art: Arbeitshilfe\nnummer: DA-37\n",
	).Replace(sample)
	if string(out) != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestEditWithoutChangeIsIdentity(t *testing.T) {
	d := parse(t, sample)
	if out, err := d.WithFields(); err != nil || string(out) != sample {
		t.Errorf("%v\n%s", err, out)
	}
	if out := d.WithBody(d.Body); string(out) != sample {
		t.Errorf("another body:\n%s", out)
	}
}

func TestEditMakesFrontMatterWhereThereIsNone(t *testing.T) {
	d := parse(t, "# Nur Text\n")
	if d.Meta.Title != "Nur Text" {
		t.Errorf("title %q", d.Meta.Title)
	}
	out, err := d.WithFields(Field{"id", "abcdefgh23"}, Field{"titel", "Mit: Doppelpunkt"})
	if err != nil {
		t.Fatal(err)
	}
	again := parse(t, string(out))
	if again.Meta.ID != "abcdefgh23" || again.Meta.Title != "Mit: Doppelpunkt" || string(again.Body) != "# Nur Text\n" {
		t.Errorf("got\n%s", out)
	}
}

func TestEditSurvivesWhatPeopleType(t *testing.T) {
	for _, value := range []string{
		"ja", "null", "3.10", "# kein Kommentar", "a: b", "'", `"`, "- x", "[x", "{y}", "&a *b !c", "|", ">", "%", "@", "`",
		"Zeile\nZeile", "  Rand  ", "ä ö ü ß €", "2026-01-01", "0x10", "~", "=1+1", "<!-- -->", "---", "...", "tab\there",
	} {
		out, err := parse(t, sample).WithFields(Field{"kurz", value})
		if err != nil {
			t.Errorf("%q: %v", value, err)
			continue
		}
		d, err := ParseDocument("x.md", out)
		if err != nil || d.Meta.Summary != strings.TrimSpace(value) || d.Meta.Binding != BindingYes {
			t.Errorf("%q came back as %q (%v)", value, d.Meta.Summary, err)
		}
	}
}

func TestCarriageReturnsAndByteOrderMark(t *testing.T) {
	d := parse(t, "\ufeff---\r\nid: abcdefgh23\r\ntitel: Mit CRLF\r\n---\r\nText\r\n")
	if d.Meta.Title != "Mit CRLF" || string(d.Body) != "Text\r\n" {
		t.Errorf("%q %q", d.Meta.Title, d.Body)
	}
}

func TestBadFrontMatterNamesLineAndField(t *testing.T) {
	for _, c := range []struct {
		front, key, field string
		line              int
	}{
		{"titel: x\ngueltig_ab: 2026-02-30", "content.bad-date", "gueltig_ab", 3},
		{"gueltig_ab: gestern", "content.bad-date", "gueltig_ab", 2},
		{"id: Nicht-Gültig", "content.bad-id", "id", 2},
		{"art: gedicht", "content.bad-kind", "art", 2},
		{"titel: a\ntitel: b", "content.key-twice", "titel", 3},
		{"verbindlich: vielleicht", "content.bad-binding", "verbindlich", 2},
		{"sichtbar:\n  rollen: [chefin]", "content.bad-role", "sichtbar", 2},
		{"sichtbar: niemand", "content.bad-visibility", "sichtbar", 2},
		{"titel: [a, b]", "content.not-text", "titel", 2},
		{"themen:\n  a: b", "content.not-list", "themen", 2},
		{"gueltig_ab: 2026-01-02\ngueltig_bis: 2026-01-01", "content.validity-backwards", "gueltig_bis", 3},
		{"id: abcdefgh23\nersetzt: [abcdefgh23]", "content.replaces-itself", "id", 2},
		{"titel: \"offen", "content.front-matter-broken", "", 2},
		{"[a, b]", "content.front-matter-broken", "", 2},
	} {
		_, err := ParseDocument("x.md", []byte("---\n"+c.front+"\n---\nText\n"))
		var found *fault.Fault
		for _, each := range flattenErrors(err) {
			if f, ok := fault.Of(each); ok && f.Key == c.key {
				found = f
			}
		}
		if found == nil {
			t.Errorf("%q: no %s in %v", c.front, c.key, err)
			continue
		}
		if found.Field != c.field || found.Line != c.line || found.Path != "x.md" || found.Kind != fault.Invalid {
			t.Errorf("%q: %+v, want field %q line %d", c.front, found, c.field, c.line)
		}
	}
}

func flattenErrors(err error) []error {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		return joined.Unwrap()
	}
	return []error{err}
}

func TestUnreadableVisibilityIsNotPublic(t *testing.T) {
	for _, front := range []string{"sichtbar: niemand", "sichtbar:\n  rollen: [chefin]", "sichtbar: {x: [a]}", "sichtbar: []"} {
		d, err := ParseDocument("x.md", []byte("---\n"+front+"\n---\n"))
		if err == nil {
			t.Errorf("%q was accepted", front)
		}
		if account.Intersects(d.Meta.Audience(), []string{account.Everyone}) {
			t.Errorf("%q is visible to all", front)
		}
	}
}

func TestContentHashIgnoresOnlyWhatMeansNothing(t *testing.T) {
	base := parse(t, sample)
	hash := base.ContentHash(nil)
	edited := func(fields ...Field) ContentHash {
		out, err := base.WithFields(fields...)
		if err != nil {
			t.Fatal(err)
		}
		return parse(t, string(out)).ContentHash(nil)
	}
	for _, key := range []string{"geprueft_am", "naechste_pruefung", "pruefer"} {
		if edited(Field{key, "2026-05-05"}) != hash {
			t.Errorf("%s must not change the content hash", key)
		}
	}
	if edited(Field{"gueltig_bis", "2030-01-01"}) == hash {
		t.Error("validity must change the content hash")
	}
	if parse(t, strings.Replace(sample, "Text.", "Text.  ", 1)).ContentHash(nil) != hash {
		t.Error("white space at a line's end must not change the content hash")
	}
	if parse(t, strings.Replace(sample, "Text.", "Text!", 1)).ContentHash(nil) == hash {
		t.Error("the text must change the content hash")
	}
	if base.ContentHash([]Attachment{{Name: "a.pdf", Hash: "1"}}) == hash {
		t.Error("an attachment must change the content hash")
	}
	if !strings.HasPrefix(string(hash), "v1:") {
		t.Errorf("the hash carries no version: %s", hash)
	}
}

func FuzzParseDocument(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("---\n---\n"))
	f.Add([]byte("---\na: &x [*x]\n---\n"))
	f.Add([]byte("\ufeff---\r\nid: 1\r\n...\r\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		d, err := ParseDocument("x.md", source)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("an error that is not a fault: %v", err)
		}
		if err != nil {
			return
		}
		out, err := d.WithFields(Field{"kurz", "neu: 1"})
		if err != nil {
			return
		}
		again, err := ParseDocument("x.md", out)
		if err == nil && (again.Meta.Summary != "neu: 1" || again.Meta.Title != d.Meta.Title || !bytes.Equal(again.Body, d.Body)) {
			t.Fatalf("an edit changed more than it should:\n%q\n%q", source, out)
		}
	})
}
