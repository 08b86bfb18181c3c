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
	dropped  int // illegal characters taken out
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
			rec.fields = p.done()
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
	fields []field
	lines  []string // of the last field
	body   bool     // the text has begun
}

func (p *parser) add(line string) {
	name, value, ok := p.begins(line)
	switch {
	case ok:
		p.close()
		p.fields = append(p.fields, field{name: name})
		p.lines = []string{value}
		p.body = p.body || isBody(name)
		if p.reader.first {
			p.reader.known[strings.ToLower(name)] = true
		}
	case len(p.fields) > 0:
		p.lines = append(p.lines, line)
	}
}

// begins reports whether a line begins a field. Above the text every line of
// that shape does; below its beginning only names the head of the first record
// had, and those Notes itself gives.
func (p *parser) begins(line string) (name, value string, ok bool) {
	if colon := strings.IndexByte(line, ':'); colon < 1 || strings.IndexByte(line[:colon], ' ') >= 0 { // nearly every line
		return "", "", false
	}
	m := fieldLine.FindStringSubmatch(line)
	if m == nil {
		return "", "", false
	}
	name, value = m[1], m[2]
	if readerField.MatchString(name) { // wherever it stands: else what is for a few would be for all
		return name, value, true
	}
	if p.body && !strings.HasPrefix(name, "$") && !isBody(name) && !p.reader.known[strings.ToLower(name)] {
		return "", "", false
	}
	if p.body && !strings.HasPrefix(name, "$") && !isBody(name) && p.has(name) { // the head of this record had it
		return "", "", false
	}
	if value == "" && p.body && !strings.HasPrefix(name, "$") { // "Hinweis:" alone on its line
		return "", "", false
	}
	return name, value, true
}

func (p *parser) has(name string) bool {
	return slices.ContainsFunc(p.fields, func(f field) bool { return strings.EqualFold(f.name, name) })
}

func (p *parser) close() {
	if n := len(p.fields); n > 0 {
		p.fields[n-1].value = strings.TrimRight(strings.Join(p.lines, "\n"), "\n\t ")
	}
}

func (p *parser) done() []field {
	p.close()
	return p.fields
}
