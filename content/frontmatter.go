package content

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"staffelstab/internal/fault"
)

// Document is a Markdown file taken apart: front matter and body. Source keeps
// every byte, so that edits leave what they do not touch as it was.
type Document struct {
	Path     string
	Source   []byte
	Body     []byte // the bytes after the front matter
	BodyLine int    // 1-based line of Source the body starts on
	Meta     Meta

	fields []field // top-level keys in their order
	front  span    // front matter without its fences
}

type span struct{ start, end int }

// field is a top-level key of the front matter.
type field struct {
	key   string
	line  int // 1-based line of Source
	node  ast.Node
	bytes span // whole lines of the key and its value in Source
}

// ParseDocument takes a file apart and reads its front matter. Problems are
// faults with path and line; the document holds whatever could be read, so
// that an old text with a wrong date can still be shown.
func ParseDocument(path string, source []byte) (Document, error) {
	d := Document{Path: path, Source: source}
	front, body, ok := splitFrontMatter(source)
	if !ok {
		d.Body, d.BodyLine = trimBOM(source), 1
		d.Meta.Title = fallbackTitle(d.Body, path)
		return d, nil
	}
	d.front = front
	d.Body = source[body:]
	d.BodyLine = 1 + bytes.Count(source[:body], []byte("\n"))
	if err := d.scan(); err != nil {
		d.Meta.Title, d.Meta.Visibility = fallbackTitle(d.Body, path), sealedVisibility()
		return d, err
	}
	return d, d.readMeta()
}

// splitFrontMatter finds the block between two lines of three dashes at the
// very beginning of the file.
func splitFrontMatter(source []byte) (front span, body int, ok bool) {
	start := len(source) - len(trimBOM(source))
	first, next := line(source, start)
	if string(first) != "---" {
		return span{}, 0, false
	}
	for at := next; at < len(source); {
		text, after := line(source, at)
		if string(text) == "---" || string(text) == "..." {
			return span{next, at}, after, true
		}
		at = after
	}
	return span{}, 0, false
}

// line returns the line at offset without its end, and the next offset.
func line(source []byte, at int) ([]byte, int) {
	rest := source[at:]
	i := bytes.IndexByte(rest, '\n')
	if i < 0 {
		return bytes.TrimRight(rest, "\r \t"), len(source)
	}
	return bytes.TrimRight(rest[:i], "\r \t"), at + i + 1
}

func trimBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\ufeff")) }

// scan finds the top-level keys with their lines.
func (d *Document) scan() error {
	text := d.Source[d.front.start:d.front.end]
	firstLine := 1 + bytes.Count(d.Source[:d.front.start], []byte("\n"))
	file, err := parseYAML(text)
	if err != nil {
		return fault.New(fault.Invalid, "content.front-matter-broken").At(d.Path, firstLine+yamlErrorLine(err)-1).Because(err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil
	}
	var values []*ast.MappingValueNode
	switch body := file.Docs[0].Body.(type) {
	case *ast.MappingNode:
		if body.IsFlowStyle {
			return fault.New(fault.Invalid, "content.front-matter-broken").At(d.Path, firstLine)
		}
		values = body.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{body}
	case *ast.CommentGroupNode, *ast.NullNode:
		return nil
	default:
		return fault.New(fault.Invalid, "content.front-matter-broken").At(d.Path, firstLine)
	}
	for _, v := range values {
		key := v.Key.GetToken()
		d.fields = append(d.fields, field{key: key.Value, line: firstLine + key.Position.Line - 1, node: v.Value})
	}
	if !d.locate(firstLine) {
		d.fields = nil
		return fault.New(fault.Invalid, "content.front-matter-broken").At(d.Path, firstLine)
	}
	return nil
}

// parseYAML refuses what the parser counts other lines in than everybody else
// (a lone carriage return, a form feed) and outlives its panics: the bytes come
// from outside.
func parseYAML(text []byte) (file *ast.File, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("yaml: %v", v)
		}
	}()
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) // comments before CRLF confuse the parser
	if bytes.ContainsAny(text, "\r\f\v\x00\u0085\u2028\u2029") {
		return nil, errors.New("yaml: control character")
	}
	return parser.ParseBytes(text, parser.ParseComments, parser.AllowDuplicateMapKey())
}

func yamlErrorLine(err error) int {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil {
		return syntax.Token.Position.Line
	}
	return 1
}

// locate gives every field its byte range: from its own line to the line of
// the next field, without the blank and comment lines before that one. It
// reports false when the keys do not stand on lines of their own.
func (d *Document) locate(firstLine int) bool {
	starts := []int{d.front.start}
	for at := d.front.start; at < d.front.end; {
		_, at = line(d.Source, at)
		starts = append(starts, at)
	}
	for i := range d.fields {
		begin := d.fields[i].line - firstLine
		end := len(starts) - 1
		if i+1 < len(d.fields) {
			end = d.fields[i+1].line - firstLine
		}
		if begin < 0 || end <= begin || end >= len(starts) {
			return false
		}
		for end > begin+1 {
			text, _ := line(d.Source, starts[end-1])
			if len(text) > 0 && text[0] != '#' {
				break
			}
			end--
		}
		d.fields[i].bytes = span{starts[begin], min(starts[end], d.front.end)}
	}
	return true
}

// Field is a front matter key with its new value: a string, a []string, a
// map[string]any, or nil to remove the key.
type Field struct {
	Key   string
	Value any
}

// WithFields returns the source with some front matter keys changed. Every
// other byte stays, unknown keys and comments included. New keys go to the end
// in the given order.
func (d Document) WithFields(changes ...Field) ([]byte, error) {
	if d.front == (span{}) {
		out := append([]byte("---\n---\n"), trimBOM(d.Source)...)
		fresh := Document{Path: d.Path, Source: out, front: span{4, 4}}
		return fresh.WithFields(changes...)
	}
	type edit struct {
		at   span
		text []byte
	}
	var edits []edit
	var added []byte
	for _, c := range changes {
		text, err := encodeField(c)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(d.fields, func(f field) bool { return f.key == c.Key })
		if i < 0 {
			added = append(added, text...)
			continue
		}
		edits = append(edits, edit{d.fields[i].bytes, text})
	}
	if len(added) > 0 {
		edits = append(edits, edit{span{d.front.end, d.front.end}, added})
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return a.at.start - b.at.start })
	var result []byte
	at := 0
	for _, e := range edits {
		result = append(result, d.Source[at:e.at.start]...)
		result = append(result, e.text...)
		at = e.at.end
	}
	result = append(result, d.Source[at:]...)
	return result, d.verifyEdit(result, changes)
}

// verifyEdit reads an edited file back. Front matter that is legal but odd can
// mean something else once a line is added; then nothing is changed.
func (d Document) verifyEdit(result []byte, changes []Field) error {
	edited, _ := ParseDocument(d.Path, result)
	got, want := edited.Fields(), d.Fields()
	for _, c := range changes {
		delete(want, c.Key)
		if text, err := encodeField(c); err == nil && text != nil {
			if _, there := got[c.Key]; !there {
				return fault.New(fault.Invalid, "content.front-matter-odd").At(d.Path, 1)
			}
		}
		if value, isText := c.Value.(string); isText && strings.TrimSpace(flatten(got[c.Key])) != strings.TrimSpace(normalLines(value)) {
			return fault.New(fault.Invalid, "content.front-matter-odd").At(d.Path, 1)
		}
		delete(got, c.Key)
	}
	if !reflect.DeepEqual(got, want) {
		return fault.New(fault.Invalid, "content.front-matter-odd").At(d.Path, 1)
	}
	return nil
}

func normalLines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// WithBody returns the source with another body; the front matter keeps its
// bytes.
func (d Document) WithBody(body []byte) []byte {
	head := d.Source[:len(d.Source)-len(d.Body)]
	return append(slices.Clone(head), body...)
}

func encodeField(f Field) ([]byte, error) {
	switch v := f.Value.(type) {
	case nil:
		return nil, nil
	case []string:
		if len(v) == 0 {
			return nil, nil
		}
	case string:
		if v == "" {
			return nil, nil
		}
		f.Value = normalLines(v)
		if _, ok := ParseDate(v); ok { // a day stays readable without quotes
			return []byte(f.Key + ": " + v + "\n"), nil
		}
		if strings.ContainsRune(v, '\t') { // the encoder loses tabs; a JSON string is YAML too
			quoted, err := json.Marshal(v)
			return []byte(f.Key + ": " + string(quoted) + "\n"), err
		}
	}
	return yaml.MarshalWithOptions(yaml.MapSlice{{Key: f.Key, Value: f.Value}}, yaml.IndentSequence(true))
}

// fallbackTitle is the first heading of the body, else the name of the file.
func fallbackTitle(body []byte, path string) string {
	for at := 0; at < len(body) && at < 64<<10; {
		text, next := line(body, at)
		if rest, ok := bytes.CutPrefix(text, []byte("# ")); ok {
			if title := strings.TrimSpace(strings.Trim(string(rest), "# ")); title != "" {
				return title
			}
		}
		at = next
	}
	name := strings.TrimSuffix(path, "/index.md")
	name = strings.TrimSuffix(name[strings.LastIndex(name, "/")+1:], ".md")
	return strings.ReplaceAll(name, "_", " ")
}

// Fields returns the front matter as plain values: strings, lists of strings
// and maps.
func (d Document) Fields() map[string]any {
	out := make(map[string]any, len(d.fields))
	for _, f := range d.fields {
		out[f.key] = plain(f.node)
	}
	return out
}

func plain(n ast.Node) any {
	switch v := n.(type) {
	case *ast.SequenceNode:
		values := make([]any, len(v.Values))
		for i, e := range v.Values {
			values[i] = plain(e)
		}
		return values
	case *ast.MappingNode, *ast.MappingValueNode:
		values := map[string]any{}
		for _, e := range mappingValues(v) {
			values[e.Key.GetToken().Value] = plain(e.Value)
		}
		return values
	}
	s, _ := scalar(n)
	return s
}
