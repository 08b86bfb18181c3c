package search_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"testing"
)

// bleve runs as a process of its own: its libraries are newer than those bluge
// is built on, and both cannot be in one binary. What a question takes includes
// the way to the process and back, some hundredths of a millisecond.
type bleve struct {
	folder    string
	questions *json.Encoder
	answers   *json.Decoder
}

// startBleve builds the program in testdata and starts it.
func startBleve(b *testing.B) *bleve {
	b.Helper()
	program := filepath.Join(b.TempDir(), "bleve")
	build := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".")
	build.Dir = "testdata/bleve"
	if out, err := build.CombinedOutput(); err != nil {
		b.Skipf("bleve cannot be built: %v %s", err, out)
	}
	p := &bleve{folder: filepath.Join(b.TempDir(), "index")}
	running := exec.CommandContext(b.Context(), program, p.folder)
	in, err := running.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := running.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := running.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = running.Wait()
	})
	p.questions, p.answers = json.NewEncoder(in), json.NewDecoder(out)
	return p
}

func (p *bleve) fill(b *testing.B, c collection) {
	for _, r := range c.rows() {
		p.say(b, map[string]any{"name": r.name, "title": r.title, "heading": r.heading, "body": r.body})
	}
	p.say(b, map[string]any{"end": true})
	p.hear(b)
}

func (p *bleve) search(b *testing.B, text string, limit int) []string {
	p.say(b, map[string]any{"text": text, "limit": limit})
	return p.hear(b)
}

func (p *bleve) size(b *testing.B) int64 { return folderSize(b, p.folder) }

func (p *bleve) say(b *testing.B, message any) {
	if err := p.questions.Encode(message); err != nil {
		b.Fatal(err)
	}
}

func (p *bleve) hear(b *testing.B) []string {
	var answer struct{ Names []string }
	if err := p.answers.Decode(&answer); err != nil {
		b.Fatal(err)
	}
	return answer.Names
}
