package importer

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"staffelstab/internal/i18n"
)

//go:embed report.tmpl
var reportTemplate string

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
		var b bytes.Buffer
		if err := part.write(&b); err != nil {
			return err
		}
		if err := replaceFile(filepath.Join(folder, part.name), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// replaceFile writes beside the file and renames, so that a full disk leaves
// the old report as it was.
func replaceFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".report-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o640), f.Sync(), f.Close())
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
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// HTML writes the report for people, as one file without anything from
// elsewhere.
func (r *Report) HTML(w io.Writer, catalogue *i18n.Catalogue) error {
	words := func(key string) string { return catalogue.Text(i18n.German, key, nil) }
	page, err := template.New("report").Funcs(template.FuncMap{
		"t":      words,
		"n":      func(n int) string { return i18n.Number(i18n.German, n) },
		"status": func(s Status) string { return statusText(catalogue, s) },
	}).Parse(reportTemplate)
	if err != nil {
		return err
	}
	type total struct {
		Status Status
		Count  int
	}
	counts := map[Status]int{}
	for _, e := range r.Documents {
		counts[e.Status]++
	}
	var totals []total
	for _, s := range Statuses() {
		totals = append(totals, total{s, counts[s]})
	}
	return page.Execute(w, map[string]any{"Report": r, "Totals": totals})
}

func statusText(catalogue *i18n.Catalogue, s Status) string {
	keys := map[Status]string{
		StatusImported:    "importer.status-imported",
		StatusUnchanged:   "importer.status-unchanged",
		StatusUpdated:     "importer.status-updated",
		StatusProposed:    "importer.status-proposed",
		StatusQuarantined: "importer.status-quarantined",
		StatusSkipped:     "importer.status-skipped",
		StatusFailed:      "importer.status-failed",
	}
	return catalogue.Text(i18n.German, keys[s], nil)
}

// CSV writes one line for each document, for spreadsheets as they are used in
// Germany: semicolons and a byte order mark.
func (r *Report) CSV(w io.Writer, catalogue *i18n.Catalogue) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	out.UseCRLF = true
	words := func(key string) string { return catalogue.Text(i18n.German, key, nil) }
	rows := [][]string{{
		words("importer.column-status"), words("importer.column-review"), words("importer.column-title"), words("importer.column-department"),
		words("importer.column-path"), words("importer.column-id"), "UNID", words("importer.column-form"), words("importer.column-date"),
		words("importer.column-letters-in"), words("importer.column-letters-out"),
		words("importer.column-attachments-in"), words("importer.column-attachments-out"),
		words("importer.column-links-in"), words("importer.column-links-out"),
		words("importer.column-binding"), words("importer.column-evidence"), words("importer.column-notes"), words("importer.column-file"),
	}}
	for _, e := range r.Documents {
		review := ""
		if e.Review {
			review = words("importer.review")
		}
		rows = append(rows, []string{
			statusText(catalogue, e.Status), review, e.Title, e.Department, e.Path, e.ID, e.UNID, e.Form, e.Date,
			strconv.Itoa(e.LettersIn), strconv.Itoa(e.LettersOut), strconv.Itoa(e.AttachmentsIn), strconv.Itoa(e.AttachmentsOut),
			strconv.Itoa(e.LinksIn), strconv.Itoa(e.LinksOut), e.Binding, strings.Join(e.Evidence, " | "), strings.Join(e.Notes, " | "),
			e.File,
		})
	}
	for _, row := range rows {
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
