package importer

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// ParseMapping reads a mapping as people write it, in YAML:
//
//	alle: ["*/O=Musterstadt"]
//	namen: namen.csv
//	bereiche:
//	  Tiefbau: 66
//	masken:
//	  Arbeitshilfe:
//	    titel: Subject
//	    art: standard
//
// What is wrong is refused with its line: a key that nobody knows is a typing
// mistake that would otherwise show only in 5,000 wrong documents.
func ParseMapping(file string, source []byte) (Mapping, error) {
	r := &mappingReader{file: file}
	root, err := parseYAML(source)
	if err != nil {
		var wrong yaml.Error
		line := 1
		if errors.As(err, &wrong) && wrong.GetToken() != nil {
			line = wrong.GetToken().Position.Line
		}
		return Mapping{}, fault.New(fault.Invalid, "importer.mapping-broken", "file", file).At(file, line).Because(err)
	}
	m := Mapping{}
	r.each(root, func(key string, line int, value ast.Node) {
		switch key {
		case "alle":
			m.Everyone = r.list(key, line, value)
		case "namen":
			m.NamesFile = r.text(key, line, value)
		case "bereiche":
			m.Departments = map[string]string{}
			r.each(value, func(name string, line int, value ast.Node) { m.Departments[name] = r.department(name, line, value) })
		case "masken":
			m.Forms = map[string]FormMapping{}
			r.each(value, func(name string, _ int, value ast.Node) { m.Forms[name] = r.form(value) })
		default:
			r.fail(line, "importer.mapping-unknown-key", "key", key)
		}
	})
	return m, errors.Join(r.problems...)
}

// parseYAML outlives the panics of the parser: files come from outside.
func parseYAML(source []byte) (root ast.Node, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("yaml: %v", v)
		}
	}()
	source = bytes.ReplaceAll(bytes.TrimPrefix(source, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	file, err := parser.ParseBytes(source, 0)
	switch {
	case err != nil:
		return nil, err
	case len(file.Docs) == 0:
		return nil, nil //nolint:nilnil // an empty file decides nothing
	case len(file.Docs) > 1:
		return nil, errors.New("yaml: several documents")
	}
	return file.Docs[0].Body, nil
}

// mappingReader collects problems instead of stopping at the first.
type mappingReader struct {
	file     string
	problems []error
}

func (r *mappingReader) fail(line int, key string, pairs ...any) {
	r.problems = append(r.problems, fault.New(fault.Invalid, key, pairs...).At(r.file, line))
}

// each calls do for the entries of a mapping. Nothing is an empty one.
func (r *mappingReader) each(n ast.Node, do func(key string, line int, value ast.Node)) {
	var values []*ast.MappingValueNode
	switch v := n.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
		return
	case *ast.MappingNode:
		values = v.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{v}
	default:
		r.fail(lineOf(n), "importer.mapping-no-entries")
		return
	}
	for _, v := range values {
		token := v.Key.GetToken()
		if _, ok := v.Key.(ast.ScalarNode); !ok || v.Key.IsMergeKey() || token == nil {
			r.fail(lineOf(n), "importer.mapping-no-entries")
			continue
		}
		do(token.Value, token.Position.Line, v.Value)
	}
}

// text reads a single value; nothing is "".
func (r *mappingReader) text(key string, line int, n ast.Node) string {
	switch v := n.(type) {
	case nil, *ast.NullNode:
		return ""
	case *ast.LiteralNode:
		return strings.TrimSpace(v.Value.Value)
	case *ast.StringNode:
		return strings.TrimSpace(v.Value)
	case *ast.AliasNode, *ast.AnchorNode, *ast.TagNode: // what they mean stands elsewhere
	case ast.ScalarNode:
		if token := n.GetToken(); token != nil {
			return strings.TrimSpace(token.Value)
		}
	}
	r.fail(line, "importer.mapping-no-text", "key", key)
	return ""
}

// list reads a list of values; a single one is a list, too.
func (r *mappingReader) list(key string, line int, n ast.Node) []string {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		if v := r.text(key, line, n); v != "" {
			return []string{v}
		}
		return nil
	}
	var out []string
	for _, value := range sequence.Values {
		if v := r.text(key, line, value); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func (r *mappingReader) department(name string, line int, n ast.Node) string {
	number := DepartmentNumber(r.text(name, line, n))
	if number == "" {
		r.fail(line, "importer.mapping-department", "name", name)
	}
	return number
}

func (r *mappingReader) form(n ast.Node) FormMapping {
	var f FormMapping
	r.each(n, func(key string, line int, value ast.Node) {
		fields := map[string]*string{"titel": &f.Title, "bereich": &f.Department, "themen": &f.Topics, "gueltig_ab": &f.ValidFrom, "autor": &f.Author}
		if field := fields[key]; field != nil {
			*field = r.text(key, line, value)
			return
		}
		switch key {
		case "art":
			f.Kind = content.Kind(r.text(key, line, value))
			if f.Kind != "" && !slices.Contains(MappableKinds(), f.Kind) {
				r.fail(line, "importer.mapping-kind", "value", string(f.Kind), "kinds", kindNames())
			}
		case "antworten":
			f.Answers = Answers(r.text(key, line, value))
			if f.Answers != "" && f.Answers != AnswersAppend && f.Answers != AnswersArticle {
				r.fail(line, "importer.mapping-answers", "value", string(f.Answers))
			}
		case "text":
			f.Text = r.list(key, line, value)
		case "ueberspringen":
			f.Skip = r.yes(key, line, value)
		default:
			r.fail(line, "importer.mapping-unknown-key", "key", key)
		}
	})
	return f
}

// yes reads a yes or no, in German or as YAML has it.
func (r *mappingReader) yes(key string, line int, n ast.Node) bool {
	switch strings.ToLower(r.text(key, line, n)) {
	case "true", "ja":
		return true
	case "false", "nein", "":
		return false
	}
	r.fail(line, "importer.mapping-yes-or-no", "key", key)
	return false
}

// MappableKinds are the kinds an old text can become.
func MappableKinds() []content.Kind {
	return slices.DeleteFunc(content.Kinds(), content.Kind.IsLearning)
}

func kindNames() string {
	var names []string
	for _, k := range MappableKinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}
