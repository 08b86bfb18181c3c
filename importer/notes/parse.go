package notes

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

var (
	errTooDeep = errors.New("nested too deep")
	errTooMany = errors.New("too many elements")
	errCrossed = errors.New("end tag without its start tag")
)

// parser reads a document the scanner cut out. It is small and strict because
// the scanner leaves nothing but elements and text, and it is here instead of
// encoding/xml because a large export spends most of its time in it: text and
// names are parts of one string and are not copied.
type parser struct {
	text   string
	at     int
	limits Limits
	nodes  int
	free   []node // made in blocks
	stack  []*node
}

// parse returns the first element. Of a broken document it returns what came
// before the fault, because that may name it.
func parse(data []byte, limits Limits) (*node, error) {
	p := &parser{text: string(data), limits: limits}
	root := &node{}
	p.stack = append(p.stack, root)
	err := p.run()
	if err == nil && root.first() == nil {
		err = io.ErrUnexpectedEOF
	}
	return root.first(), err
}

func (p *parser) run() error {
	for p.at < len(p.text) {
		var err error
		switch {
		case p.text[p.at] != '<':
			err = p.chars()
		case strings.HasPrefix(p.text[p.at:], "</"):
			err = p.endTag()
		default:
			err = p.startTag()
		}
		if err != nil {
			return err
		}
	}
	if len(p.stack) > 1 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// add puts a new node below the open element.
func (p *parser) add() (*node, error) {
	p.nodes++
	if p.nodes > p.limits.nodes() {
		return nil, errTooMany
	}
	if len(p.free) == 0 {
		p.free = make([]node, min(16+p.nodes, 512))
	}
	n := &p.free[0]
	p.free = p.free[1:]
	top := p.stack[len(p.stack)-1]
	top.children = append(top.children, n)
	return n, nil
}

func (p *parser) chars() error {
	end := strings.IndexByte(p.text[p.at:], '<')
	if end < 0 {
		end = len(p.text) - p.at
	}
	n, err := p.add()
	if err == nil {
		n.text = unescape(p.text[p.at : p.at+end])
		p.at += end
	}
	return err
}

func (p *parser) endTag() error {
	end := strings.IndexByte(p.text[p.at:], '>')
	if end < 0 {
		return errBrokenTag
	}
	name := strings.TrimRight(p.text[p.at+2:p.at+end], " \t\r\n")
	if len(p.stack) == 1 || p.stack[len(p.stack)-1].name != localName(name) {
		return errCrossed
	}
	p.stack = p.stack[:len(p.stack)-1]
	p.at += end + 1
	return nil
}

func (p *parser) startTag() error {
	rest := p.text[p.at+1:]
	end := strings.IndexAny(rest, " \t\r\n/>")
	if end < 1 {
		return errBrokenTag
	}
	if len(p.stack) > p.limits.Depth {
		return errTooDeep
	}
	n, err := p.add()
	if err != nil {
		return err
	}
	n.name = localName(rest[:end])
	pairs, used, closed, ok := readPairs(rest[end:])
	if !ok {
		return errBrokenTag
	}
	n.attr = pairs
	p.at += 1 + end + used
	if !closed {
		p.stack = append(p.stack, n)
	}
	return nil
}

// readPairs reads the attributes of a tag behind its name, up to and including
// its bracket. Attributes of another namespace are left out.
func readPairs(s string) (pairs []pair, used int, closed, ok bool) {
	rest := s
	for {
		rest = strings.TrimLeft(rest, " \t\r\n")
		switch {
		case rest == "":
			return nil, 0, false, false
		case rest[0] == '>':
			return pairs, len(s) - len(rest) + 1, false, true
		case strings.HasPrefix(rest, "/>"):
			return pairs, len(s) - len(rest) + 2, true, true
		}
		end := strings.IndexAny(rest, "= \t\r\n/><")
		if end < 1 {
			return nil, 0, false, false
		}
		name := rest[:end]
		rest = strings.TrimLeft(rest[end:], " \t\r\n")
		if rest == "" || rest[0] != '=' {
			return nil, 0, false, false
		}
		rest = strings.TrimLeft(rest[1:], " \t\r\n")
		if rest == "" || rest[0] != '"' && rest[0] != '\'' {
			return nil, 0, false, false
		}
		length := strings.IndexByte(rest[1:], rest[0])
		if length < 0 {
			return nil, 0, false, false
		}
		if !strings.Contains(name, ":") && name != "xmlns" {
			pairs = append(pairs, pair{name, unescape(rest[1 : 1+length])})
		}
		rest = rest[length+2:]
	}
}

func localName(name string) string { return name[strings.IndexByte(name, ':')+1:] }

// unescape resolves the entities of XML, the only ones the scanner leaves, and
// makes every line end the same.
func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		n := strings.IndexAny(s, "&\r")
		if n < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:n])
		s = s[n:]
		if s[0] == '\r' {
			b.WriteByte('\n')
			s = strings.TrimPrefix(s[1:], "\n")
			continue
		}
		end := strings.IndexByte(s[:min(len(s), 40)], ';')
		r, known := reference(s[1:max(end, 1)])
		if !known {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteRune(r)
		s = s[end+1:]
	}
	return b.String()
}

// reference returns the character an entity stands for.
func reference(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if digits == name {
		return 0, false
	}
	if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseInt(digits, base, 32)
	return rune(n), err == nil && legal(rune(n))
}
