package importer

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
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

// unplaced finds the fields whose content has no place in the article. Those with
// text are named beside the document, all of them once for each form, and of a
// document without anything to read it says that it is empty. Nothing the old
// system showed may vanish without a word.
func (m Mapping) unplaced(d *Document, f FormMapping) {
	if d.Markdown != nil || d.Incomplete {
		return
	}
	if strings.TrimSpace(d.Visible) == "" && len(d.Attachments) == 0 {
		d.Review("importer.nothing-to-read")
	}
	used := append([]string{"Form", f.Title, f.Department, f.Topics, f.ValidFrom, f.Author}, slices.Concat(f.Text, d.Used)...)
	shown := OneLine(d.Title + " " + d.Visible)
	var long []string
	for _, name := range slices.SortedFunc(maps.Keys(d.Fields), strings.Compare) {
		value := OneLine(d.Fields[name])
		if value == "" || strings.HasPrefix(name, "$") || slices.ContainsFunc(used, func(u string) bool { return strings.EqualFold(u, name) }) ||
			isNameList(value) || d.isTopics(d.Fields[name]) || m.isPlaced(d, name, value) {
			continue
		}
		text := utf8.RuneCountInString(value) >= longField && strings.Contains(value, " ")
		if utf8.RuneCountInString(value) >= telling && strings.Contains(shown, value) {
			continue
		}
		d.Unplaced = append(d.Unplaced, strings.Clone(name))
		if text {
			long = append(long, name)
		}
	}
	if more := len(long) - maxUnplaced; more > 0 {
		long = append(long[:maxUnplaced], "…")
	}
	if len(long) > 0 {
		d.Review("importer.fields-unplaced", "fields", strings.Join(long, ", "), "form", cmp.Or(d.Origin.Form, "–"))
	}
}

// telling is from how many letters on a value found in the text is no accident.
const telling = 12

// isPlaced reports whether a value is what the article has as its title, department,
// author, readers or day.
func (m Mapping) isPlaced(d *Document, name, value string) bool {
	values := d.Values(name)
	readers := !slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(d.Readers, v) })
	day, isDay := ParseDay(value, time.UTC)
	switch {
	case value == d.Title, value == d.Author, readers, isDay && day == d.ValidFrom:
		return true
	}
	return d.Department != "" && m.Department(values[0]) == d.Department // others are told
}

// isTopics reports whether a value lists topics the article has, each on its line
// or parted as Topics does.
func (d *Document) isTopics(value string) bool {
	has := func(t string) bool { return slices.Contains(d.Topics, t) }
	for line := range strings.SplitSeq(value, "\n") {
		if whole := strings.ReplaceAll(OneLine(line), `\`, "/"); whole == "" || has(whole) {
			continue
		}
		for _, topic := range Topics(line) {
			if !has(topic) {
				return false
			}
		}
	}
	return true
}

// isNameList reports whether a value lists people as Notes writes them.
func isNameList(value string) bool { return strings.Contains(strings.ToUpper(value), "CN=") }
