package inspect

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"staffelstab/importer"
	"staffelstab/internal/i18n"
)

// guess is a key of a form in the mapping and the fields that usually mean it.
type guess struct {
	key    string
	values ValueKind // of fields that may mean it where no name is known
	names  []string
}

func guesses() []guess {
	return []guess{
		{"titel", ValuesText, []string{"Subject", "Title", "Titel", "Betreff", "Thema", "Bezeichnung", "Ueberschrift"}},
		{"bereich", ValuesText, []string{"Fachbereich", "Bereich", "FB", "OE", "Department", "Abteilung"}},
		{"themen", ValuesList, []string{"Categories", "Kategorien", "Kategorie", "Themen", "Schlagworte"}},
		{"gueltig_ab", ValuesDay, []string{"GueltigAb", "GültigAb", "Gueltig_ab", "ValidFrom", "InKraft", "InKraftSeit"}},
		{"autor", ValuesPerson, []string{"Verfasser", "Autor", "Author", "Ansprechpartner", "From"}},
	}
}

// WriteMapping writes a mapping to edit, with what was found as proposals and
// as comments. It is a valid mapping as it stands.
func WriteMapping(out io.Writer, found []Statistics, catalogue *i18n.Catalogue) error {
	m := mappingWriter{words: words{catalogue}}
	m.comment(0, "inspect.mapping-head")
	m.line(0, "")
	readers := 0
	for _, s := range found {
		readers += s.Readers
	}
	m.comment(0, "inspect.mapping-everyone", "n", i18n.Number(i18n.German, readers))
	m.line(0, "alle: []")
	m.line(0, "")
	m.comment(0, "inspect.mapping-names")
	m.line(0, "# namen: namen.csv")
	m.line(0, "")
	m.comment(0, "inspect.mapping-departments")
	m.line(0, "bereiche:")
	m.line(1, `# "Beispielbereich": "99"`)
	m.line(0, "")
	m.comment(0, "inspect.mapping-forms", "kinds", kinds())
	m.line(0, "masken:")
	for _, f := range joined(found) {
		m.form(f)
	}
	_, err := io.WriteString(out, m.b.String())
	return err
}

func kinds() string {
	var names []string
	for _, k := range importer.MappableKinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// joined adds up the forms of all files.
func joined(found []Statistics) []Form {
	var out []Form
	for _, s := range found {
		for _, f := range s.Forms {
			if len(f.Fields) == 0 {
				continue
			}
			i := slices.IndexFunc(out, func(o Form) bool { return strings.EqualFold(strings.TrimSpace(o.Name), strings.TrimSpace(f.Name)) })
			if i < 0 {
				f.Fields = slices.Clone(f.Fields)
				out = append(out, f)
				continue
			}
			out[i] = sum(out[i], f)
		}
	}
	for _, f := range out {
		byUse(f.Fields)
	}
	return out
}

func sum(a, b Form) Form {
	a.Documents, a.Answers, a.WithText = a.Documents+b.Documents, a.Answers+b.Answers, a.WithText+b.WithText
	for _, f := range b.Fields {
		i := slices.IndexFunc(a.Fields, func(o Field) bool { return o.Name == f.Name })
		if i < 0 {
			a.Fields = append(a.Fields, f)
			continue
		}
		own := &a.Fields[i]
		own.Filled, own.Longest = own.Filled+f.Filled, max(own.Longest, f.Longest)
		if own.Values != f.Values {
			own.Values = ValuesText
		}
	}
	return a
}

type mappingWriter struct {
	words
	b strings.Builder
}

func (m *mappingWriter) line(level int, text string) {
	if text != "" {
		m.b.WriteString(strings.Repeat("  ", level) + text)
	}
	m.b.WriteByte('\n')
}

// comment writes a sentence as comment, in lines a terminal holds.
func (m *mappingWriter) comment(level int, key string, pairs ...any) {
	const width = 96
	line := "#"
	for _, word := range strings.Fields(printable(m.say(key, pairs...))) {
		if len(line)+len(word) > width {
			m.line(level, line)
			line = "#"
		}
		line += " " + word
	}
	m.line(level, line)
}

// form writes what is proposed for one form.
func (m *mappingWriter) form(f Form) {
	n := func(count int) string { return i18n.Number(i18n.German, count) }
	m.line(0, "")
	m.comment(1, "inspect.mapping-form", "documents", n(f.Documents), "answers", n(f.Answers))
	m.line(1, scalar(f.Name)+":")
	for _, g := range guesses() {
		if field, ok := g.find(f.Fields); ok {
			m.line(2, g.key+": "+scalar(field.Name)+" # "+percent(field.Filled, f.Documents))
			continue
		}
		m.line(2, strings.TrimRight("# "+g.key+": "+m.others(g, f), " "))
	}
	if f.Answers > 0 && f.Answers == f.Documents {
		m.line(2, "antworten: "+string(importer.AnswersAppend))
	} else if f.Answers > 0 {
		m.line(2, "# antworten: "+string(importer.AnswersAppend))
	}
	m.line(2, "# art:")
	m.line(2, "ueberspringen: false")
}

// find returns the best filled of the fields whose name says what they mean.
func (g guess) find(fields []Field) (Field, bool) {
	best := Field{}
	for _, name := range g.names {
		for _, f := range fields {
			if strings.EqualFold(f.Name, name) && f.Filled > best.Filled {
				best = f
			}
		}
	}
	return best, best.Filled > 0
}

// maxOthers is how many fields are named as possible.
const maxOthers = 5

// others lists fields that hold what a key needs and have no other meaning.
func (m *mappingWriter) others(g guess, f Form) string {
	var names []string
	for _, field := range f.Fields {
		if field.Values == g.values && !meantOtherwise(field) && len(names) < maxOthers {
			names = append(names, fmt.Sprintf("%s (%s)", printable(field.Name), percent(field.Filled, f.Documents)))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return m.say("inspect.mapping-others", "fields", strings.Join(names, ", "))
}

// meantOtherwise reports whether a field belongs to Notes or its name says what
// it means.
func meantOtherwise(f Field) bool {
	return strings.HasPrefix(f.Name, "$") || slices.ContainsFunc(guesses(), func(g guess) bool {
		return slices.ContainsFunc(g.names, func(name string) bool { return strings.EqualFold(name, f.Name) })
	})
}

// plainScalar are words YAML takes as they are.
var plainScalar = regexp.MustCompile(`^[\pL][\pL\pN_-]*( [\pL\pN_-]+)*$`)

// scalar writes a word so that YAML reads back nothing else.
func scalar(s string) string {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "ja", "nein":
	default:
		if plainScalar.MatchString(s) {
			return s
		}
	}
	var b strings.Builder
	e := json.NewEncoder(&b) // what JSON writes, YAML reads
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}
