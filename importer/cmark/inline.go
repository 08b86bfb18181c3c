package cmark

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inline writes spans as one paragraph of text; forced breaks are a backslash
// at the end of a line.
func (w *writer) inline(spans []Span) string {
	out := &inlineWriter{notes: &w.notes}
	out.spans(tidy(spans))
	return strings.Trim(string(out.b), " \n")
}

// tidy joins neighbours of the same kind, collapses blanks, drops breaks at the
// ends and takes blanks at the edges out of styles, where Markdown would not
// see the style's end.
func tidy(spans []Span) []Span {
	var out []Span
	var joined strings.Builder // the text of the last span while others join it
	settle := func() {
		if n := len(out); n > 0 && joined.Len() > 0 {
			out[n-1].Text = collapse(joined.String())
		}
		joined.Reset()
	}
	for _, s := range spans {
		if s.Image == "" && !s.Break {
			s.Text = collapse(s.Text)
			if s.Text == "" && s.Note == "" && s.Key == "" {
				continue
			}
			if strings.TrimSpace(s.Text) == "" && s.Link == "" {
				s.Style = 0
			}
		}
		if n := len(out); n > 0 && joins(out[n-1], s) {
			if joined.Len() == 0 {
				joined.WriteString(out[n-1].Text)
			}
			joined.WriteString(s.Text)
			out[n-1].Note = s.Note
			continue
		}
		settle()
		if s.Break && (len(out) == 0 || out[len(out)-1].Break) {
			continue
		}
		if empty(s) && (len(out) == 0 || out[len(out)-1].Break) {
			continue
		}
		out = append(out, s)
	}
	settle()
	for len(out) > 0 && (out[len(out)-1].Break || empty(out[len(out)-1])) {
		out = out[:len(out)-1]
	}
	return unpad(out)
}

// empty reports whether a span only holds blanks.
func empty(s Span) bool {
	return !s.Break && s.Image == "" && s.Note == "" && s.Key == "" && strings.TrimSpace(s.Text) == ""
}

func joins(a, b Span) bool {
	return !a.Break && !b.Break && a.Image == "" && b.Image == "" && a.Style == b.Style && a.Link == b.Link && a.Note == "" && a.Key == "" && b.Key == ""
}

// unpad moves blanks at the edges of a styled span outside of it, no-break ones
// too: a delimiter beside one would not be understood.
func unpad(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if s.Break || s.Image != "" || s.Style == 0 && s.Link == "" {
			out = append(out, s)
			continue
		}
		before, text, after := edges(s.Text)
		if before != "" {
			out = append(out, Span{Text: before, Style: s.Style, Link: s.Link})
		}
		if s.Text = text; s.Text != "" || s.Note != "" {
			out = append(out, s)
		}
		if after != "" {
			out = append(out, Span{Text: after, Style: s.Style, Link: s.Link})
		}
	}
	return rejoin(out)
}

// rejoin leaves a blank that was moved out what both its neighbours have in
// common with it, so that a link of two words stays one.
func rejoin(spans []Span) []Span {
	for i, s := range spans {
		if !empty(s) {
			continue
		}
		var left, right Span
		if i > 0 && i+1 < len(spans) {
			left, right = spans[i-1], spans[i+1]
		}
		if left.Link == s.Link && right.Link == s.Link {
			spans[i].Style &= left.Style & right.Style
		} else {
			spans[i].Style, spans[i].Link = 0, ""
		}
	}
	return spans
}

// edges parts the blanks around a text from it.
func edges(s string) (before, text, after string) {
	if text = strings.TrimSpace(s); text == "" {
		return s, "", ""
	}
	at := strings.Index(s, text)
	return s[:at], text, s[at+len(text):]
}

// collapse turns runs of white space into one blank. The no-break space is a
// character people typed on purpose and stays.
func collapse(s string) string {
	if !strings.ContainsAny(s, "\t\n\r\v\f") && !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	blank := false
	for _, r := range s {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\v' || r == '\f' {
			blank = true
			continue
		}
		if blank {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	if blank {
		b.WriteByte(' ')
	}
	return b.String()
}

type inlineWriter struct {
	b      []byte
	notes  *[]string
	inBold bool
}

// allStyles are the styles from the outside in.
var allStyles = []Style{Highlight, Bold, Italic, Strike, Superscript, Subscript}

func (o *inlineWriter) add(parts ...string) {
	for _, p := range parts {
		o.b = append(o.b, p...)
	}
}

// spans writes links around what they cover, then styles from the outside in.
func (o *inlineWriter) spans(spans []Span) {
	for i := 0; i < len(spans); {
		j := i + 1
		if link := spans[i].Link; link != "" {
			for j < len(spans) && spans[j].Link == link {
				j++
			}
			inner := &inlineWriter{notes: o.notes}
			inner.styled(spans[i:j], allStyles, ' ', ' ')
			o.calm()
			o.add("[", string(inner.b), "](", destination(link), ")")
		} else {
			for j < len(spans) && spans[j].Link == "" {
				j++
			}
			o.styled(spans[i:j], allStyles, before(spans, i), after(spans, j))
		}
		i = j
	}
}

func before(spans []Span, i int) rune {
	if i == 0 {
		return ' '
	}
	if spans[i-1].Break {
		return '\n'
	}
	return ')'
}

func after(spans []Span, j int) rune {
	if j == len(spans) {
		return ' '
	}
	return '['
}

// styled writes spans in the outermost style of the list and recurses for the
// rest. left and right are the characters around, which decide whether a
// delimiter would be understood.
func (o *inlineWriter) styled(spans []Span, styles []Style, left, right rune) {
	if len(styles) == 0 {
		for _, s := range spans {
			o.leaf(s)
		}
		return
	}
	style := styles[0]
	for i := 0; i < len(spans); {
		on := spans[i].Style&style != 0
		j := i + 1
		for j < len(spans) && (spans[j].Style&style != 0) == on {
			j++
		}
		l, r := left, right
		if i > 0 {
			l = lastRune(spans[i-1])
		}
		if j < len(spans) {
			r = firstRune(spans[j])
		}
		if !on {
			o.styled(spans[i:j], styles[1:], l, r)
			i = j
			continue
		}
		inner := &inlineWriter{notes: o.notes, inBold: style == Bold}
		inner.styled(spans[i:j], styles[1:], ' ', ' ')
		text := string(inner.b)
		opener, closer := delimiters(style, text, l, r)
		if o.misread(opener, text, l) {
			opener, closer = tag(style)
		}
		o.add(opener, text, closer)
		i = j
	}
}

// misread reports whether an opener would be taken for something else: it would
// flow together with the mark written last, or, between signs within bold text,
// end the bold.
func (o *inlineWriter) misread(opener, text string, left rune) bool {
	if opener[0] != '*' && opener[0] != '~' {
		return false
	}
	if before, ok := bytes.CutSuffix(o.b, []byte(opener[:1])); ok {
		if backslashes := len(before) - len(bytes.TrimRight(before, `\`)); backslashes%2 == 0 {
			return true // the sign before is a mark and no text
		}
	}
	first, _ := utf8.DecodeRuneInString(text)
	return o.inBold && punctuation(left) && punctuation(first)
}

// delimiters returns the marks of a style around Markdown, or HTML tags where
// CommonMark would not recognise the marks (a bold word part that begins with a
// bracket).
func delimiters(style Style, text string, left, right rune) (string, string) {
	inner := strings.Trim(text, "*") // marks in a row are judged as one
	first, _ := utf8.DecodeRuneInString(inner)
	last, _ := utf8.DecodeLastRuneInString(inner)
	mark := map[Style]string{Bold: "**", Italic: "*", Strike: "~~"}[style]
	if mark == "" || !flanks(left, first) || !flanks(right, last) {
		return tag(style)
	}
	if style == Strike && (left == '~' || last == '~') {
		return tag(style) // beside a third tilde, even an escaped one, two are text
	}
	return mark, mark
}

// tag is the HTML of a style; the sanitiser of the pages allows it.
func tag(style Style) (string, string) {
	name := map[Style]string{Bold: "strong", Italic: "em", Strike: "del", Superscript: "sup", Subscript: "sub", Highlight: "mark"}[style]
	return "<" + name + ">", "</" + name + ">"
}

// flanks reports whether a delimiter between outside and inside can open or
// close (CommonMark 0.31, left- and right-flanking delimiter runs).
func flanks(outside, inside rune) bool {
	if unicode.IsSpace(inside) {
		return false
	}
	return !punctuation(inside) || unicode.IsSpace(outside) || punctuation(outside)
}

func punctuation(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

func firstRune(s Span) rune {
	if s.Break {
		return '\n'
	}
	if s.Image != "" {
		return '!'
	}
	r, size := utf8.DecodeRuneInString(s.Text)
	if size == 0 {
		return '['
	}
	return r
}

func lastRune(s Span) rune {
	switch {
	case s.Break:
		return '\n'
	case s.Image != "", s.Note != "":
		return ')'
	}
	r, _ := utf8.DecodeLastRuneInString(s.Text)
	return r
}

func (o *inlineWriter) leaf(s Span) {
	switch {
	case s.Break:
		o.b = bytes.TrimRight(o.b, " ")
		if text, ok := bytes.CutSuffix(o.b, []byte(`\\`)); ok { // three in a row are shown as two
			o.b = append(text, "&#92;"...)
		}
		o.add("\\\n")
	case s.Image != "":
		o.add("![", escape(collapse(s.Text)), "](", destination(s.Image), ")")
	default:
		o.add(escape(s.Text))
	}
	if s.Note != "" {
		*o.notes = append(*o.notes, escapeLineStart(escape(strings.TrimSpace(collapse(s.Note)))))
		o.calm()
		o.add("[^", strconv.Itoa(len(*o.notes)), "]")
	}
}

// calm keeps an exclamation mark from turning the link after it into an image.
func (o *inlineWriter) calm() {
	if text, ok := bytes.CutSuffix(o.b, []byte("!")); ok {
		o.b = append(text, `\!`...)
	}
}

// destination writes a link target so that brackets and blanks do not end it.
func destination(s string) string { return addresses.Replace(s) }

var addresses = strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "\\", "%5C", "\n", "", "\r", "", "\t", "", "|", "%7C", `"`, "%22", "`", "%60")

// escape puts a backslash before what Markdown would take for formatting.
func escape(s string) string {
	if !strings.ContainsAny(s, "\\`*[]<~_&") {
		return s
	}
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		switch r {
		case '\\', '`', '*', '[', ']', '<', '~':
			b.WriteByte('\\')
		case '_':
			if i == 0 || i == len(runes)-1 || !wordRune(runes[i-1]) || !wordRune(runes[i+1]) {
				b.WriteByte('\\')
			}
		case '&':
			if i+1 < len(runes) && (wordRune(runes[i+1]) || runes[i+1] == '#') {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// escapeLineStart keeps the first characters of a line from opening a heading,
// a list, a quotation, a table, a definition or a rule.
func escapeLineStart(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '#', '>', '+', '-', '=', ':', '|':
		return `\` + s
	}
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits > 0 && digits < 10 && digits < len(s) && (s[digits] == '.' || s[digits] == ')') &&
		(digits+1 == len(s) || s[digits+1] == ' ') {
		return s[:digits] + `\` + s[digits:]
	}
	return s
}
