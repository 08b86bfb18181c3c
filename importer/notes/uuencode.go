package notes

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

var errUUEncoding = errors.New("broken uuencoding")

// uuDecoder decodes uuencoded data, with or without the lines around it.
type uuDecoder struct {
	r       *bufio.Reader
	pending []byte
	err     error
}

func newUUDecoder(r io.Reader) io.Reader { return &uuDecoder{r: bufio.NewReader(r)} }

func (u *uuDecoder) Read(p []byte) (int, error) {
	for len(u.pending) == 0 && u.err == nil {
		u.line()
	}
	if len(u.pending) == 0 {
		return 0, u.err
	}
	n := copy(p, u.pending)
	u.pending = u.pending[n:]
	return n, nil
}

// line decodes the next line: its length, then four characters for three bytes.
func (u *uuDecoder) line() {
	line, err := u.r.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		u.err = errUUEncoding
		return
	}
	u.err = err
	line = bytes.TrimRight(line, "\r\n")
	switch {
	case len(line) == 0, bytes.HasPrefix(line, []byte("begin ")):
		return
	case bytes.Equal(line, []byte("end")):
		u.err = io.EOF
		return
	}
	length := int(line[0]-' ') & 63
	out := make([]byte, 0, length+3)
	for body := line[1:]; len(body) > 0 && len(out) < length; body = body[min(4, len(body)):] {
		var group [4]byte // blanks at the end of a line may be missing
		for i := range group {
			if i < len(body) {
				if body[i] < ' ' || body[i] > '`' {
					u.err = errUUEncoding
					return
				}
				group[i] = (body[i] - ' ') & 63
			}
		}
		out = append(out, group[0]<<2|group[1]>>4, group[1]<<4|group[2]>>2, group[2]<<6|group[3])
	}
	if len(out) < length {
		u.err = errUUEncoding
		return
	}
	u.pending = out[:length]
}
