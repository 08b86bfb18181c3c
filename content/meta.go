package content

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// Limits of what front matter may hold. They keep a broken file from filling
// the database.
const (
	maxTitle = 300  // characters
	maxText  = 2000 // characters of any other single value
	maxList  = 100  // entries
	maxAlso  = 1000 // documents that became one with a text
)

// readMeta types the front matter of an already scanned document.
func (d *Document) readMeta() error {
	r := &metaReader{doc: d, keys: map[string]field{}}
	for _, f := range d.fields {
		if _, twice := r.keys[f.key]; twice {
			r.fail(f, "content.key-twice", "key", f.key)
		}
		r.keys[f.key] = f
	}
	m := &d.Meta
	m.ID = ID(r.text("id", 40))
	if m.ID != "" && !ident.Valid(string(m.ID)) {
		r.fail(r.keys["id"], "content.bad-id", "id", string(m.ID))
		m.ID = ""
	}
	m.Kind = r.kind()
	m.Title = r.title()
	m.Summary = r.text("kurz", maxText)
	m.Department = r.text("bereich", 40)
	m.Contact = r.text("ansprechperson", maxText)
	m.Reviewer = r.text("pruefer", maxText)
	m.Topics = r.list("themen")
	m.Keywords = r.list("schlagworte")
	m.Language = r.text("sprache", 20)
	m.Visibility = r.visibility()
	m.Binding = r.binding()
	m.Number = r.text("nummer", 100)
	m.LegalBasis = r.list("rechtsgrundlage")
	m.AppliesTo = r.list("geltungsbereich")
	m.IssuedBy = r.text("erlassen_von", maxText)
	m.DecidedOn = r.date("beschlossen_am")
	m.ValidFrom = r.date("gueltig_ab")
	m.ValidUntil = r.date("gueltig_bis")
	m.ReviewedOn = r.date("geprueft_am")
	m.ReviewDue = r.date("naechste_pruefung")
	m.Replaces = r.ids("ersetzt")
	if by := r.ids("ersetzt_durch"); len(by) > 0 {
		m.ReplacedBy = by[0]
	}
	m.Amends = r.ids("aendert")
	m.BindingProof = r.list("verbindlich_belege")
	m.Origin = r.origin()
	m.Demand = r.demand()
	if m.ValidFrom != "" && m.ValidUntil != "" && m.ValidUntil < m.ValidFrom {
		r.fail(r.keys["gueltig_bis"], "content.validity-backwards", "from", string(m.ValidFrom), "until", string(m.ValidUntil))
	}
	if m.ID != "" && (m.ReplacedBy == m.ID || containsID(m.Replaces, m.ID) || containsID(m.Amends, m.ID)) {
		r.fail(r.keys["id"], "content.replaces-itself")
	}
	return errors.Join(r.problems...)
}

func containsID(ids []ID, id ID) bool {
	for _, other := range ids {
		if other == id {
			return true
		}
	}
	return false
}

// metaReader collects problems instead of stopping at the first.
type metaReader struct {
	doc      *Document
	keys     map[string]field
	problems []error
}

func (r *metaReader) fail(f field, key string, pairs ...any) {
	r.problems = append(r.problems, fault.New(fault.Invalid, key, pairs...).InField(f.key).At(r.doc.Path, f.line))
}

// scalar returns a single value as written, without quotes.
func scalar(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case nil, *ast.NullNode:
		return "", true
	case *ast.LiteralNode:
		return strings.TrimRight(v.Value.Value, "\n"), true
	case *ast.StringNode:
		return v.Value, true
	case ast.ScalarNode:
		return strings.TrimSpace(v.GetToken().Value), true
	}
	return "", false
}

func (r *metaReader) text(key string, limit int) string {
	f, ok := r.keys[key]
	if !ok {
		return ""
	}
	s, ok := scalar(f.node)
	if !ok {
		r.fail(f, "content.not-text", "key", key)
		return ""
	}
	if len([]rune(s)) > limit {
		r.fail(f, "content.too-long", "key", key, "limit", limit)
		return string([]rune(s)[:limit])
	}
	return strings.TrimSpace(s)
}

func (r *metaReader) list(key string) []string {
	f, ok := r.keys[key]
	if !ok {
		return nil
	}
	return r.listOf(f, f.node)
}

// listOf reads a sequence; a single value counts as a list of one.
func (r *metaReader) listOf(f field, n ast.Node) []string {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		s, ok := scalar(n)
		if !ok {
			r.fail(f, "content.not-list", "key", f.key)
		}
		if s = strings.TrimSpace(s); s == "" {
			return nil
		}
		return []string{s}
	}
	if len(sequence.Values) > maxList {
		r.fail(f, "content.list-too-long", "key", f.key, "limit", maxList)
		return nil
	}
	var out []string
	for _, v := range sequence.Values {
		s, ok := scalar(v)
		if !ok || len([]rune(s)) > maxText {
			r.fail(f, "content.not-list", "key", f.key)
			return out
		}
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (r *metaReader) date(key string) Date {
	s := r.text(key, 40)
	if s == "" {
		return ""
	}
	d, ok := ParseDate(s)
	if !ok {
		r.fail(r.keys[key], "content.bad-date", "key", key, "value", s)
	}
	return d
}

func (r *metaReader) ids(key string) []ID {
	var out []ID
	for _, s := range r.list(key) {
		if !ident.Valid(s) {
			r.fail(r.keys[key], "content.bad-id", "id", s)
			continue
		}
		out = append(out, ID(s))
	}
	return out
}

func (r *metaReader) kind() Kind {
	k := Kind(r.text("art", 40))
	if k == "" {
		return KindArticle
	}
	if !k.Valid() {
		r.fail(r.keys["art"], "content.bad-kind", "value", string(k))
		return KindArticle
	}
	return k
}

// title also reads the key other systems use, so that adopted texts keep
// their names.
func (r *metaReader) title() string {
	for _, key := range []string{"titel", "title", "Title"} {
		if t := r.text(key, maxTitle); t != "" {
			return strings.Join(strings.Fields(t), " ")
		}
	}
	return fallbackTitle(r.doc.Body, r.doc.Path)
}

func (r *metaReader) binding() Binding {
	b := Binding(strings.ToLower(r.text("verbindlich", 20)))
	switch b {
	case BindingNone, BindingYes, BindingNo, BindingUnchecked:
		return b
	case "true":
		return BindingYes
	case "false":
		return BindingNo
	}
	r.fail(r.keys["verbindlich"], "content.bad-binding", "value", string(b))
	return BindingUnchecked
}

// visibility fails closed: what cannot be understood is visible to nobody but
// its department's editors, never to all.
func (r *metaReader) visibility() Visibility {
	f, ok := r.keys["sichtbar"]
	if !ok {
		return Visibility{}
	}
	if r.twice("sichtbar") { // which of them was meant?
		return sealedVisibility()
	}
	if s, isText := scalar(f.node); isText && (s == "alle" || s == "") {
		return Visibility{}
	}
	var v Visibility
	for _, m := range mappingValues(f.node) {
		name := m.Key.GetToken().Value
		values := r.listOf(f, m.Value)
		switch name {
		case "bereiche":
			v.Departments = values
		case "rollen":
			for _, s := range values {
				if !account.Role(s).Valid() {
					r.fail(f, "content.bad-role", "value", s)
					continue
				}
				v.Roles = append(v.Roles, account.Role(s))
			}
		default:
			r.fail(f, "content.bad-visibility", "value", name)
		}
	}
	if v.Everyone() {
		r.fail(f, "content.bad-visibility", "value", "")
		return sealedVisibility()
	}
	return v
}

// sealedVisibility stands for what cannot be understood.
func sealedVisibility() Visibility { return Visibility{Roles: []account.Role{account.Editor}} }

func (r *metaReader) twice(key string) bool {
	n := 0
	for _, f := range r.doc.fields {
		if f.key == key {
			n++
		}
	}
	return n > 1
}

func mappingValues(n ast.Node) []*ast.MappingValueNode {
	switch v := n.(type) {
	case *ast.MappingNode:
		return v.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{v}
	}
	return nil
}

func (r *metaReader) origin() Origin {
	f, ok := r.keys["herkunft"]
	if !ok {
		return Origin{}
	}
	var o Origin
	for _, m := range mappingValues(f.node) {
		switch m.Key.GetToken().Value {
		case "dev_art":
			o.DevKind, _ = scalar(m.Value)
		case "notes":
			for _, n := range mappingValues(m.Value) {
				s, _ := scalar(n.Value)
				switch n.Key.GetToken().Value {
				case "unid":
					o.UNID = strings.ToUpper(s)
				case "replik":
					o.ReplicaID = strings.ToUpper(s)
				case "datenbank":
					o.Database = s
				case "form":
					o.Form = s
				case "auch":
					o.Also = r.notesKeys(f, n.Value)
				}
			}
		}
	}
	return o
}

// notesKeys reads the documents that became one with the text.
func (r *metaReader) notesKeys(f field, n ast.Node) []NotesKey {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	if len(sequence.Values) > maxAlso {
		r.fail(f, "content.list-too-long", "key", "auch", "limit", maxAlso)
		return nil
	}
	var out []NotesKey
	for _, each := range sequence.Values {
		var key NotesKey
		for _, v := range mappingValues(each) {
			s, _ := scalar(v.Value)
			switch v.Key.GetToken().Value {
			case "unid":
				key.UNID = strings.ToUpper(s)
			case "replik":
				key.ReplicaID = strings.ToUpper(s)
			}
		}
		if key.UNID != "" {
			out = append(out, key)
		}
	}
	return out
}
