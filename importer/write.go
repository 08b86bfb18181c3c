package importer

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"staffelstab/importer/duplicates"
	"staffelstab/internal/i18n"
)

//go:embed report.tmpl
var reportTemplate string

// reportScript sorts the tables of the report. Without it, or where scripts are
// forbidden, the tables stay in the order of the run.
//
//go:embed report.js
var reportScript string

// Write puts report.json, report.html and report.csv into the folder, which
// is made if needed. Each file appears whole or not at all.
func (r *Report) Write(folder string, catalogue *i18n.Catalogue) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for _, part := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"report.json", r.JSON},
		{"report.html", func(w io.Writer) error { return r.HTML(w, catalogue) }},
		{"report.csv", func(w io.Writer) error { return r.CSV(w, catalogue) }},
	} {
		if err := ReplaceFile(filepath.Join(folder, part.name), part.write); err != nil {
			return err
		}
	}
	return nil
}

// ReplaceFile writes beside the file and renames, so that a full disk leaves
// the old report as it was. A report of many documents is larger than the memory
// a run takes, so it goes through piece by piece.
func ReplaceFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".report-*")
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	err = errors.Join(write(out), out.Flush(), f.Chmod(0o640), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// JSON writes the report for programs.
func (r *Report) JSON(w io.Writer) error {
	head := *r
	head.Documents, head.Pairs, head.Missing = []Entry{}, []Pair{}, []Missing{}
	text, err := indented(head, "")
	if err != nil {
		return err
	}
	for _, list := range []struct {
		name  string
		items iter.Seq[any]
	}{{"documents", each(r.Documents)}, {"pairs", each(r.Pairs)}, {"missing", each(r.Missing)}} {
		before, after, _ := bytes.Cut(text, []byte("  \""+list.name+"\": []"))
		if _, err := w.Write(before); err != nil {
			return err
		}
		if err := writeList(w, list.name, list.items); err != nil {
			return err
		}
		text = after
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func each[T any](list []T) iter.Seq[any] {
	return func(yield func(any) bool) {
		for _, item := range list {
			if !yield(item) {
				return
			}
		}
	}
}

// writeList writes a list of the report, one item after the other.
func writeList(w io.Writer, name string, items iter.Seq[any]) error {
	between := "  \"" + name + "\": [\n    "
	end := "  \"" + name + "\": []"
	for item := range items {
		text, err := indented(item, "    ")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", between, text); err != nil {
			return err
		}
		between, end = ",\n    ", "\n  ]"
	}
	_, err := io.WriteString(w, end)
	return err
}

func indented(v any, prefix string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, "  ")
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// HTML writes the report for people, as one file without anything from
// elsewhere. The only script that may run in it is the one it brings.
func (r *Report) HTML(w io.Writer, catalogue *i18n.Catalogue) error {
	page, err := template.New("report").Funcs(reportWords(catalogue, r.Verified)).Parse(reportTemplate)
	if err != nil {
		return err
	}
	heading := "importer.report-title"
	if r.Verified {
		heading = "importer.report-verify-title"
	}
	sum := sha256.Sum256([]byte(reportScript))
	all := func(*Entry) bool { return true }
	return page.Execute(w, map[string]any{
		"Report": r, "Heading": heading, "Totals": r.statusCounts(), "Departments": r.byDepartment(all), "Classes": r.byClass(),
		"Urgent": r.urgent(), "Bindings": r.byDepartment((*Entry).asksBinding),
		"Counts": map[string]int{"all": len(r.Documents), "eyes": r.number((*Entry).Eyes), "confirm": r.number((*Entry).Confirm), "binding": r.number((*Entry).asksBinding)},
		"Script": template.JS(reportScript), "ScriptHash": "sha256-" + base64.StdEncoding.EncodeToString(sum[:]), //nolint:gosec // our own file
	})
}

// number counts the documents of a kind.
func (r *Report) number(wanted func(*Entry) bool) int {
	n := 0
	for i := range r.Documents {
		if wanted(&r.Documents[i]) {
			n++
		}
	}
	return n
}

// reportWords are what the page puts into words.
func reportWords(catalogue *i18n.Catalogue, verified bool) template.FuncMap {
	words := func(key string) string { return catalogue.Text(i18n.German, key, nil) }
	title := func(title string) string { return cmp.Or(title, words("importer.untitled")) }
	return template.FuncMap{
		"t":      words,
		"n":      func(n int) string { return i18n.Number(i18n.German, n) },
		"status": func(s Status) string { return statusText(catalogue, s, verified) },
		"title":  title,
		"department": func(id string) string {
			if id == "" {
				return words("importer.no-department")
			}
			return catalogue.Text(i18n.German, "importer.in-department", map[string]any{"department": id})
		},
		"said": func(key, documents string) string {
			return catalogue.Text(i18n.German, key, map[string]any{"documents": documents})
		},
		"filter": func(key string, n int) string { return catalogue.Text(i18n.German, key, map[string]any{"n": n}) },
		"documents": func(n int) string {
			return catalogue.Plural(i18n.German, "importer.documents.one", "importer.documents.other", n)
		},
		"day": func(stamp string) string { return stamp[:min(len(stamp), len(time.DateOnly))] },
		"percent": func(share float64) string {
			return catalogue.Text(i18n.German, "importer.share", map[string]any{"n": int(share*100 + 0.5)})
		},
		"pair": func(p numberedPair) string {
			return catalogue.Text(i18n.German, "importer.pair", map[string]any{"n": p.N, "first": title(p.FirstTitle), "second": title(p.SecondTitle)})
		},
		"todo":   func(k TodoKind) string { return words(todoWord(k)) },
		"class":  func(c duplicates.Class) string { return words(classWord(c)) },
		"choice": func(c Choice) string { return words(choiceWord(c)) },
		"why":    func(why string) string { return words(whyWord(why)) },
		"reason": func(m MissingReason) string { return words(missingWord(m)) },
	}
}

// CSV writes one line for each document, pair and missing document, for
// spreadsheets as they are used in Germany: semicolons and a byte order mark.
func (r *Report) CSV(w io.Writer, catalogue *i18n.Catalogue) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	out.UseCRLF = true
	for row := range r.rows(catalogue) {
		for i := range row {
			row[i] = harmless(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from running a cell as a formula: an apostrophe
// goes before what one could begin with, and line ends become blanks.
func harmless(cell string) string {
	cell = strings.Join(strings.FieldsFunc(cell, func(r rune) bool { return r == '\r' || r == '\n' || r == 0 }), " ")
	trimmed := strings.TrimLeft(cell, " \t\u00a0")
	if trimmed != "" && strings.ContainsAny(trimmed[:1], "=+-@|%") || strings.HasPrefix(cell, "\t") ||
		strings.HasPrefix(trimmed, "＝") || strings.HasPrefix(trimmed, "＋") || strings.HasPrefix(trimmed, "－") || strings.HasPrefix(trimmed, "＠") {
		return "'" + cell
	}
	return cell
}
