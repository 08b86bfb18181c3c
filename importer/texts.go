package importer

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"staffelstab/importer/duplicates"
)

// texts keeps the words of documents on disk, because a run compares any two of
// them and must not hold them all. Only what everybody may read goes there.
type texts struct {
	dir    string
	file   *os.File
	buffer *bufio.Writer
	size   int64
}

// slice is where a document's words lie. The zero value stands for none.
type slice struct {
	at     int64
	length int
}

// maxCompared bounds how much of one text is compared, in bytes.
const maxCompared = 2 << 20

type storedText struct {
	Visible string   `json:"v"`
	Files   []string `json:"f,omitempty"`
}

func (t *texts) add(text duplicates.Text) (slice, error) {
	if t.file == nil {
		f, err := TemporaryFile(t.dir)
		if err != nil {
			return slice{}, err
		}
		t.file, t.buffer = f, bufio.NewWriterSize(f, 256<<10)
	}
	data, err := json.Marshal(storedText{text.Visible[:min(len(text.Visible), maxCompared)], text.Files})
	if err != nil {
		return slice{}, err
	}
	where := slice{t.size, len(data)}
	n, err := t.buffer.Write(data)
	t.size += int64(n)
	return where, err
}

// flush makes what was added readable.
func (t *texts) flush() error {
	if t.buffer == nil {
		return nil
	}
	return t.buffer.Flush()
}

func (t *texts) read(where slice, title string) (duplicates.Text, error) {
	if where.length == 0 {
		return duplicates.Text{Title: title}, nil
	}
	data := make([]byte, where.length)
	if _, err := t.file.ReadAt(data, where.at); err != nil && !errors.Is(err, io.EOF) {
		return duplicates.Text{}, err
	}
	var stored storedText
	err := json.Unmarshal(data, &stored)
	return duplicates.Text{Title: title, Visible: stored.Visible, Files: stored.Files}, err
}

func (t *texts) close() error {
	if t.file == nil {
		return nil
	}
	err := DropTemporary(t.file)
	t.file = nil
	return err
}
