package importer

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"staffelstab/importer/cmark"
)

// text puts fields before the body. In many forms the rule itself stands in a
// plain field.
func (d *Document) text(fields []string) {
	var blocks []cmark.Block
	var visible []string
	for _, name := range fields {
		text := strings.TrimSpace(d.field(name))
		if text == "" {
			continue
		}
		blocks, visible = append(blocks, Paragraphs(text)...), append(visible, text)
	}
	if len(blocks) == 0 {
		return
	}
	d.Blocks = append(blocks, d.Blocks...)
	d.Visible = strings.TrimSpace(strings.Join(append(visible, d.Visible), "\n"))
}

// longField is from how many letters a field is taken for text that people read
// and not for a key word.
const longField = 40

// maxUnplaced is how many fields are named beside one document.
const maxUnplaced = 8

// unplaced says which fields with text have no place in the article, and of a
// document without anything to read that it is empty. Nothing the old system
// showed may vanish without a word.
func (m Mapping) unplaced(d *Document, f FormMapping) {
	if d.Markdown != nil || d.Incomplete {
		return
	}
	if strings.TrimSpace(d.Visible) == "" && len(d.Attachments) == 0 {
		d.Review("importer.nothing-to-read")
	}
	used := append([]string{f.Title, f.Department, f.Topics, f.ValidFrom, f.Author}, f.Text...)
	shown := OneLine(d.Title + " " + d.Visible)
	var names []string
	for _, name := range slices.SortedFunc(maps.Keys(d.Fields), strings.Compare) {
		value := OneLine(d.Fields[name])
		if strings.HasPrefix(name, "$") || utf8.RuneCountInString(value) < longField || !strings.Contains(value, " ") || isNameList(value) || d.isTopics(value) ||
			slices.ContainsFunc(used, func(u string) bool { return strings.EqualFold(u, name) }) || strings.Contains(shown, value) {
			continue
		}
		names = append(names, name)
	}
	if more := len(names) - maxUnplaced; more > 0 {
		names = append(names[:maxUnplaced], "…")
	}
	if len(names) > 0 {
		d.Review("importer.fields-unplaced", "fields", strings.Join(names, ", "), "form", cmp.Or(d.Origin.Form, "–"))
	}
}

// isTopics reports whether a value lists topics the article has.
func (d *Document) isTopics(value string) bool {
	return !slices.ContainsFunc(Topics(value), func(t string) bool { return !slices.Contains(d.Topics, t) })
}

// isNameList reports whether a value lists people as Notes writes them.
func isNameList(value string) bool { return strings.Contains(strings.ToUpper(value), "CN=") }
