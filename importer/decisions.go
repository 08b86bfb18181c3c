package importer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"staffelstab/internal/fault"
)

// Decision is what a person decided about a document, or about two; it survives
// re-runs.
type Decision struct {
	Subject     string // "REPLICA/UNID", or two of them in order with a blank between, see PairSubject
	Choice      Choice
	Fingerprint string // of what was decided about; when it differs now, the question is asked again
	By          string // pseudonym
	At          time.Time
	Note        string
}

// Choice is an answer to one of the questions a run asks; the words are those of
// the file of decisions.
type Choice string

// The choices. Of two documents: one article with both addresses, the first or
// the second alone, or two articles. Of one: whether everybody may read it, and
// whether it binds.
const (
	ChooseMerge      Choice = "zusammenfuehren"
	ChooseFirst      Choice = "erster"
	ChooseSecond     Choice = "zweiter"
	ChooseBoth       Choice = "beide"
	ChoosePublish    Choice = "veroeffentlichen"
	ChooseWithhold   Choice = "zurueckhalten"
	ChooseBinding    Choice = "verbindlich"
	ChooseNotBinding Choice = "unverbindlich"
)

// question is what a choice answers. A subject has one answer to each.
type question int

const (
	noQuestion question = iota
	aboutPair
	aboutPublication
	aboutBinding
)

func (c Choice) question() question {
	switch c {
	case ChooseMerge, ChooseFirst, ChooseSecond, ChooseBoth:
		return aboutPair
	case ChoosePublish, ChooseWithhold:
		return aboutPublication
	case ChooseBinding, ChooseNotBinding:
		return aboutBinding
	}
	return noQuestion
}

// Siblings are the choices that answer the same question, the choice among them.
func (c Choice) Siblings() []Choice {
	var out []Choice
	for _, other := range []Choice{ChooseMerge, ChooseFirst, ChooseSecond, ChooseBoth, ChoosePublish, ChooseWithhold, ChooseBinding, ChooseNotBinding} {
		if other.question() == c.question() {
			out = append(out, other)
		}
	}
	return out
}

// Valid reports whether the choice exists.
func (c Choice) Valid() bool { return c.question() != noQuestion }

// AboutPair reports whether the choice is about two documents.
func (c Choice) AboutPair() bool { return c.question() == aboutPair }

// String names a document in decisions: "REPLICA/UNID".
func (k Key) String() string { return k.ReplicaID + "/" + k.UNID }

// PairSubject names two documents in decisions, in the order of their names.
func PairSubject(a, b Key) string {
	if b.String() < a.String() {
		a, b = b, a
	}
	return a.String() + " " + b.String()
}

// subjectForm is one document or two. Those of Notes have 16 and 32 hexadecimal
// digits; sources without UNIDs make their own.
var subjectForm = regexp.MustCompile(`^([^\s/]{1,200})/(\S{1,500})(?: ([^\s/]{1,200})/(\S{1,500}))?$`)

// keysOf reads a subject back.
func keysOf(subject string) []Key {
	m := subjectForm.FindStringSubmatch(subject)
	if m == nil {
		return nil
	}
	keys := []Key{{m[1], m[2]}}
	if m[3] != "" {
		keys = append(keys, Key{m[3], m[4]})
	}
	return keys
}

// Decisions are the answers people gave. The zero value and nil hold none. They
// are not safe for changes while others read.
type Decisions struct {
	answers map[string]map[question]Decision
}

// Find returns the decision about a subject. With choices given it has to be one
// of them: a document may be decided to be public and to bind.
func (d *Decisions) Find(subject string, choices ...Choice) (Decision, bool) {
	if d == nil {
		return Decision{}, false
	}
	for _, q := range []question{aboutPair, aboutPublication, aboutBinding} {
		found, ok := d.answers[subject][q]
		if ok && (len(choices) == 0 || slices.Contains(choices, found.Choice)) {
			return found, true
		}
	}
	return Decision{}, false
}

// Put keeps a decision in place of an earlier one to the same question.
func (d *Decisions) Put(decision Decision) {
	if d.answers == nil {
		d.answers = map[string]map[question]Decision{}
	}
	if d.answers[decision.Subject] == nil {
		d.answers[decision.Subject] = map[question]Decision{}
	}
	d.answers[decision.Subject][decision.Choice.question()] = decision
}

// All lists the decisions by subject, each question in the same order.
func (d *Decisions) All() []Decision {
	if d == nil {
		return nil
	}
	var out []Decision
	for _, answers := range d.answers {
		for _, one := range answers {
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b Decision) int {
		return cmp.Or(strings.Compare(a.Subject, b.Subject), cmp.Compare(a.Choice.question(), b.Choice.question()))
	})
	return out
}

// storedDecision is an entry of the file.
type storedDecision struct {
	Subject     string `yaml:"gegenstand"`
	Choice      string `yaml:"wahl"`
	Fingerprint string `yaml:"fingerabdruck"`
	By          string `yaml:"von"`
	At          string `yaml:"am"`
	Note        string `yaml:"notiz"`
}

// decisionsFile is the name the file has, for faults.
const decisionsFile = "entscheidungen.yaml"

// maxDecisionsFile bounds the file: 100,000 decisions have room.
const maxDecisionsFile = 64 << 20

// ReadDecisions reads the file Write wrote, or one people wrote. Faults name the
// line.
func ReadDecisions(r io.Reader) (*Decisions, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxDecisionsFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxDecisionsFile {
		return nil, badDecisions(1, "importer.decisions-too-large", nil)
	}
	entries, err := decisionNodes(bytes.TrimPrefix(data, []byte("\ufeff")))
	if err != nil {
		return nil, err
	}
	out := &Decisions{}
	for _, node := range entries {
		decision, err := readDecision(node)
		if err != nil {
			return nil, err
		}
		if _, twice := out.answers[decision.Subject][decision.Choice.question()]; twice {
			return nil, badDecisions(lineOf(node), "importer.decision-twice", nil, "subject", decision.Subject)
		}
		out.Put(decision)
	}
	return out, nil
}

func badDecisions(line int, key string, cause error, pairs ...any) error {
	return fault.New(fault.Invalid, key, append(pairs, "line", line)...).At(decisionsFile, line).Because(cause)
}

// decisionNodes finds the entries of the file. The parser is kept from ending
// the program: the bytes come from outside.
func decisionNodes(data []byte) (entries []ast.Node, err error) {
	defer func() {
		if v := recover(); v != nil {
			entries, err = nil, badDecisions(1, "importer.decisions-broken", fmt.Errorf("yaml: %v", v))
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		line := 1
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) && syntax.Token != nil {
			line = syntax.Token.Position.Line
		}
		return nil, badDecisions(line, "importer.decisions-broken", err)
	}
	for _, document := range file.Docs {
		fields, ok := mappingOf(document.Body)
		if !ok {
			return nil, badDecisions(1, "importer.decisions-broken", errors.New("no mapping"))
		}
		for _, f := range fields {
			list, isList := f.Value.(*ast.SequenceNode)
			_, none := f.Value.(*ast.NullNode)
			if f.Key.GetToken().Value != "entscheidungen" || !isList && !none {
				return nil, badDecisions(lineOf(f), "importer.decisions-broken", errors.New("not a list of decisions"))
			}
			if isList {
				entries = append(entries, list.Values...)
			}
		}
	}
	return entries, nil
}

func mappingOf(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch v := n.(type) {
	case nil, *ast.NullNode:
		return nil, true
	case *ast.MappingNode:
		return v.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{v}, true
	}
	return nil, false
}

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil {
		return 1
	}
	return n.GetToken().Position.Line
}

// readDecision reads one entry and checks every value of it.
func readDecision(node ast.Node) (Decision, error) {
	line := lineOf(node)
	if fields, ok := mappingOf(node); ok && len(fields) > 0 {
		line = lineOf(fields[0].Key)
	}
	var stored storedDecision
	if err := decode(node, &stored); err != nil {
		return Decision{}, badDecisions(line, "importer.decision-broken", err)
	}
	d := Decision{Subject: stored.Subject, Choice: Choice(stored.Choice), Fingerprint: stored.Fingerprint, By: stored.By, Note: oneLine(stored.Note)}
	keys := keysOf(d.Subject)
	switch {
	case !d.Choice.Valid():
		return Decision{}, badDecisions(line, "importer.decision-choice", nil, "choice", stored.Choice)
	case len(keys) == 0, d.Choice.AboutPair() != (len(keys) == 2), len(keys) == 2 && PairSubject(keys[0], keys[1]) != d.Subject, len(keys) == 2 && keys[0] == keys[1]:
		return Decision{}, badDecisions(line, "importer.decision-subject", nil, "subject", stored.Subject)
	case d.Fingerprint == "":
		return Decision{}, badDecisions(line, "importer.decision-fingerprint", nil, "subject", stored.Subject)
	}
	if stored.At != "" {
		at, err := time.Parse(time.RFC3339Nano, stored.At)
		if err != nil {
			return Decision{}, badDecisions(line, "importer.decision-time", err, "time", stored.At)
		}
		d.At = at.UTC()
	}
	return d, nil
}

func decode(node ast.Node, into *storedDecision) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("yaml: %v", v)
		}
	}()
	return yaml.NodeToValue(node, into, yaml.Strict())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Write writes the decisions as YAML, the same bytes for the same decisions.
// Values stand in double quotes as in JSON, which no program reads in another
// way.
func (d *Decisions) Write(w io.Writer) error {
	all := d.All()
	if len(all) == 0 {
		_, err := io.WriteString(w, "entscheidungen: []\n")
		return err
	}
	var b bytes.Buffer
	b.WriteString("entscheidungen:\n")
	for _, one := range all {
		at := ""
		if !one.At.IsZero() {
			at = one.At.UTC().Format(time.RFC3339Nano)
		}
		lead := "  - "
		for _, f := range []struct{ key, value string }{
			{"gegenstand", one.Subject}, {"wahl", string(one.Choice)}, {"fingerabdruck", one.Fingerprint}, {"von", one.By}, {"am", at}, {"notiz", oneLine(one.Note)},
		} {
			if f.value == "" {
				continue
			}
			quoted, err := quote(f.value)
			if err != nil {
				return err
			}
			b.WriteString(lead + f.key + ": " + quoted + "\n")
			lead = "    "
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func quote(s string) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
