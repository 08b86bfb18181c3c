package inspect

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"staffelstab/internal/i18n"
)

// words are the sentences of the catalogue, in German: what is printed is read
// by the city's administrators.
type words struct{ catalogue *i18n.Catalogue }

func (w words) say(key string, pairs ...any) string {
	args := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return w.catalogue.Text(i18n.German, key, args)
}

// Print writes what was found for people.
func (s Statistics) Print(out io.Writer, catalogue *i18n.Catalogue) error {
	w := words{catalogue}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", filepath.Base(s.Path), s.kind(w))
	switch s.Kind {
	case KindNSF:
		fmt.Fprintf(&b, "  %s\n", w.say("inspect.nsf", "title", s.NSF.Title, "replica", s.NSF.ReplicaID, "version", s.NSF.Version))
		fmt.Fprintf(&b, "  %s\n", w.say("inspect.nsf-advice"))
	case KindTable:
		fmt.Fprintf(&b, "  %s\n", w.say("inspect.rows", "rows", i18n.Number(i18n.German, s.Rows)))
		fields(&b, w, s.Columns, s.Rows)
	case KindPage:
		fmt.Fprintf(&b, "  %s\n", w.say("inspect.page-advice"))
	case KindUnknown:
		fmt.Fprintf(&b, "  %s\n", w.say("inspect.unknown-advice"))
	default:
		s.documents(&b, w)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func (s Statistics) kind(w words) string {
	key := map[Kind]string{
		KindDXL: "inspect.kind-dxl", KindNSF: "inspect.kind-nsf", KindText: "inspect.kind-text", KindTable: "inspect.kind-table",
		KindWeb: "inspect.kind-web", KindPage: "inspect.kind-page", KindMarkdown: "inspect.kind-markdown",
		KindRepository: "inspect.kind-repository", KindUnknown: "inspect.kind-unknown",
	}[s.Kind]
	if s.Charset != "" {
		return w.say("inspect.in-charset", "kind", w.say(key), "charset", s.Charset)
	}
	return w.say(key)
}

func (s Statistics) documents(b *strings.Builder, w words) {
	n := func(count int) string { return i18n.Number(i18n.German, count) }
	fmt.Fprintf(b, "  %s\n", w.say("inspect.documents", "documents", n(s.Documents), "broken", n(s.Broken), "skipped", n(s.Skipped)))
	if s.Kind == KindMarkdown || s.Kind == KindRepository {
		fmt.Fprintf(b, "  %s\n", w.say("inspect.markdown", "completed", n(s.Completed), "attachments", n(s.Attachments)))
		return
	}
	fmt.Fprintf(b, "  %s\n", w.say("inspect.marks", "sealed", n(s.Sealed), "truncated", n(s.Truncated), "readers", n(s.Readers),
		"conflicts", n(s.Conflicts), "answers", n(s.Answers), "attachments", n(s.Attachments)))
	for _, f := range s.Forms {
		if f.Name == "" && len(f.Fields) == 0 {
			continue // pages: there are no forms
		}
		name := f.Name
		if name == "" {
			name = w.say("inspect.no-form")
		}
		fmt.Fprintf(b, "\n  %s\n", w.say("inspect.form", "form", name, "documents", n(f.Documents), "answers", n(f.Answers), "text", n(f.WithText)))
		fields(b, w, f.Fields, f.Documents)
	}
}

// fields writes a table of fields.
func fields(b *strings.Builder, w words, list []Field, of int) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "    %s\t%s\t%s\t%s\n", w.say("inspect.column-field"), w.say("inspect.column-filled"), w.say("inspect.column-values"), w.say("inspect.column-longest"))
	for _, f := range list {
		fmt.Fprintf(t, "    %s\t%s\t%s\t%s\n", printable(f.Name), percent(f.Filled, of), w.values(f.Values), i18n.Number(i18n.German, f.Longest))
	}
	_ = t.Flush() // into memory
}

func (w words) values(kind ValueKind) string {
	return w.say(map[ValueKind]string{
		ValuesText: "inspect.values-text", ValuesDay: "inspect.values-day", ValuesNumber: "inspect.values-number",
		ValuesPerson: "inspect.values-person", ValuesList: "inspect.values-list",
	}[kind])
}

// percent rounds down, so that only what is always filled is 100 %.
func percent(part, of int) string {
	if of == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%d %%", part*100/of)
}

// printable keeps names of fields from a file from moving the cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
}
