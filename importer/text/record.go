package text

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// record is one document of the file.
type record struct {
	line     int // of its first line
	fields   []field
	dropped  int      // illegal characters taken out
	behind   int      // lines below fields that follow the text
	like     []string // names of lines of the text that look like fields
	tooLarge bool
}

// field is one field of a record; values of several lines keep their line ends.
type field struct{ name, value string }

// get returns the first field with one of the names that holds something,
// without regard to case.
func (r record) get(names ...string) string {
	for _, name := range names {
		for _, f := range r.fields {
			if strings.EqualFold(f.name, name) && strings.TrimSpace(f.value) != "" {
				return strings.TrimSpace(f.value)
			}
		}
	}
	return ""
}

// fieldLine is a line that may begin a field: a name without blanks, a colon,
// and two blanks or nothing behind it. People write one blank after a colon.
var fieldLine = regexp.MustCompile(`^([\pL$_][\pL\pN$_.\-]{0,63}):(?:  (.*)|\s*)$`)

// bodyNames are the usual names of the field that holds the text, the likeliest
// first.
var bodyNames = []string{"Body", "Text", "Inhalt", "Beschreibung", "Details"}

func isBody(name string) bool {
	for _, b := range bodyNames {
		if strings.EqualFold(name, b) {
			return true
		}
	}
	return false
}

// reader cuts a text into records. The names of fields it believes below the
// beginning of a text are those of the first record: there a line "Hinweis:  x"
// is a line of the text.
type reader struct {
	r       *bufio.Reader
	limit   int
	line    int
	known   map[string]bool
	first   bool
	pending string // what follows a form feed on its line
	more    bool   // pending holds something
	ended   bool
}

func newReader(r io.Reader, limit int) *reader {
	return &reader{r: bufio.NewReaderSize(r, 64<<10), limit: limit, known: map[string]bool{}, first: true, line: 0}
}

// next returns the next record, io.EOF at the end. Blank ones are passed over:
// the file ends with a form feed.
func (r *reader) next() (record, error) {
	for !r.ended || r.more {
		rec, blank, err := r.record()
		if err != nil {
			return record{}, err
		}
		if !blank {
			if len(rec.fields) > 0 {
				r.first = false
			}
			return rec, nil
		}
	}
	return record{}, io.EOF
}

func (r *reader) record() (rec record, blank bool, err error) {
	p := parser{reader: r}
	size, blank := 0, true
	for {
		line, last, err := r.readLine()
		if err != nil {
			return record{}, false, err
		}
		size += len(line) + 1
		clean, dropped := printable(line)
		if strings.TrimSpace(clean) != "" {
			if blank {
				rec.line = r.line
			}
			blank = false
		}
		if rec.tooLarge = rec.tooLarge || size > r.limit; !rec.tooLarge {
			rec.dropped += dropped
			p.add(clean)
		}
		if last {
			rec.fields, rec.behind = p.done()
			rec.like = p.like
			return rec, blank, nil
		}
	}
}

// readLine returns the next line without its end. last says that the record
// ends with it: a form feed or the end of the file follows. Beyond the limit of
// a record the rest of a line is dropped.
func (r *reader) readLine() (line string, last bool, err error) {
	if r.more {
		line, r.more = r.pending, false
	} else {
		if line, err = r.physical(); err != nil {
			return "", false, err
		}
		r.line++
	}
	if before, after, ok := strings.Cut(line, "\f"); ok {
		r.pending = after
		r.more = strings.TrimSpace(after) != "" || strings.Contains(after, "\f")
		return before, true, nil
	}
	return line, r.ended, nil
}

func (r *reader) physical() (string, error) {
	var b strings.Builder
	for {
		part, err := r.r.ReadSlice('\n')
		if b.Len() <= r.limit {
			b.Write(part)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			r.ended = true
		case err != nil:
			return "", err
		}
		return strings.TrimRight(b.String(), "\r\n"), nil
	}
}

// printable takes characters out that are no text, and counts them.
func printable(line string) (string, int) {
	if !strings.ContainsFunc(line, unprintable) {
		return line, 0
	}
	dropped := 0
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			dropped++
			return -1
		}
		return r
	}, line), dropped
}

func unprintable(r rune) bool {
	return r != '\t' && unicode.IsControl(r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff'
}

// parser tells the fields of one record apart.
type parser struct {
	reader *reader
	parts  []part
	body   int      // the part that is the text, from 1; 0: it has not begun
	like   []string // names of lines of the text that look like fields
}

// part is a field while its record is read.
type part struct {
	name  string
	line  string // that began it
	lines []string
	doubt bool // it may be a line of the text
}

// certainty is how sure it is that a line begins a field.
type certainty int

const (
	noField certainty = iota
	perhapsField
	aField
)

func (p *parser) add(line string) {
	name, value, sure := p.begins(line)
	if sure == noField {
		p.goOn(line)
		return
	}
	p.parts = append(p.parts, part{name: name, line: line, lines: []string{value}, doubt: sure == perhapsField})
	if isBody(name) && sure == aField {
		p.body = len(p.parts)
	}
	if p.reader.first {
		p.reader.known[strings.ToLower(name)] = true
	}
}

// goOn adds a line to the field it stands below. What follows lines that only may
// be fields makes them lines of the text: fields stand in one block at the end.
func (p *parser) goOn(line string) {
	last := len(p.parts) - 1
	if last < 0 {
		return
	}
	if strings.TrimSpace(line) == "" || !p.parts[last].doubt {
		p.parts[last].lines = append(p.parts[last].lines, line)
		return
	}
	first := last
	for first > p.body && p.parts[first-1].doubt {
		first--
	}
	text := p.parts[p.body-1]
	for _, doubtful := range p.parts[first:] {
		text.lines = append(append(text.lines, doubtful.line), doubtful.lines[1:]...)
		p.like = append(p.like, doubtful.name)
	}
	text.lines = append(text.lines, line)
	copy(p.parts[p.body-1:], p.parts[p.body:first]) // the text goes on below what stands between
	p.parts[first-1] = text
	p.parts, p.body = p.parts[:first], first
}

// begins reports whether a line begins a field. Above the text every line of
// that shape does. Below its beginning only names the head of the first record
// had may, others that are usual for a text, and those with a dollar sign: people
// write "Frist:  drei Wochen" too. What names people or readers does in any case:
// it must not be published.
func (p *parser) begins(line string) (name, value string, sure certainty) {
	if colon := strings.IndexByte(line, ':'); colon < 1 || strings.IndexByte(line[:colon], ' ') >= 0 { // nearly every line
		return "", "", noField
	}
	m := fieldLine.FindStringSubmatch(line)
	if m == nil {
		return "", "", noField
	}
	name, value = m[1], m[2]
	own := strings.HasPrefix(name, "$")
	switch {
	case p.body == 0, readerField.MatchString(name), strings.EqualFold(name, bodyNames[0]):
		return name, value, aField
	case own && slices.ContainsFunc(ofNotes, func(n string) bool { return strings.EqualFold(n, name) }):
		return name, value, aField
	case value == "" && !own: // "Hinweis:" alone on its line
		return "", "", noField
	case own, isBody(name):
	case !p.reader.known[strings.ToLower(name)], p.has(name): // the head of no record had it, or that of this one
		return "", "", noField
	}
	if namesPeople(name, value) {
		return name, value, aField
	}
	return name, value, perhapsField
}

// ofNotes are items Notes itself gives documents.
var ofNotes = []string{
	"$Revisions", "$UpdatedBy", "$Modified", "$Created", "$Ref", "$REF", "$Conflict", "$File", "$Fonts", "$Links", "$Title", "$Flags", "$Signature", "$Seal",
	"$MessageID", "$Orig", "$Mailer", "$Undelete", "$Revision", "$Authors", "$Anonymous", "$PublicAccess", "$ConflictAction", "$WrapLines",
}

// namesPeople reports whether a field says who wrote or works on a document.
func namesPeople(name, value string) bool {
	return strings.Contains(strings.ToUpper(value), "CN=") || personField.MatchString(name) || slices.ContainsFunc(authorNames, func(n string) bool { return strings.EqualFold(n, name) })
}

// personField is a field that names who works on a document.
var personField = regexp.MustCompile(`(?i)^\$?(sach)?bearbeiter(in)?$|^(zuständig|zustaendig|ansprechpartner|ansprechperson|verantwortlich|redakteur|editor|owner|besitzer|kontakt)|(von|by)$`)

func (p *parser) has(name string) bool {
	return slices.ContainsFunc(p.parts, func(f part) bool { return strings.EqualFold(f.name, name) })
}

// endsLikeFields finds lines at the end of a text that look like fields. A name the
// first record did not have may be one nevertheless.
func (p *parser) endsLikeFields() {
	if p.body == 0 {
		return
	}
	lines := p.parts[p.body-1].lines
	for i := len(lines) - 1; i > 0; i-- {
		m := fieldLine.FindStringSubmatch(lines[i])
		if strings.TrimSpace(lines[i]) == "" {
			continue
		}
		if m == nil || m[2] == "" {
			return
		}
		p.like = append(p.like, m[1])
	}
}

// done returns the fields. Lines below a field that follows the text are none of
// it for certain: behind says how many there are.
func (p *parser) done() (fields []field, behind int) {
	p.endsLikeFields()
	for i, f := range p.parts {
		value := strings.TrimRight(strings.Join(f.lines, "\n"), "\n\t ")
		fields = append(fields, field{f.name, value})
		if p.body > 0 && i >= p.body && !isBody(f.name) {
			behind += strings.Count(value, "\n")
		}
	}
	return fields, behind
}
