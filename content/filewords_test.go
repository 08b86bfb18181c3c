package content_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// reader is an extractor the test decides about.
type reader struct {
	mu    sync.Mutex
	fails error
	calls int
	hold  chan struct{} // nil: nothing is held
	began chan struct{} // closed by the first call
}

func (r *reader) Text(ctx context.Context, _ string, f io.ReadSeeker) (string, error) {
	r.mu.Lock()
	fails, hold := r.fails, r.hold
	if r.calls++; r.calls == 1 && r.began != nil {
		close(r.began)
	}
	r.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	data, err := io.ReadAll(f)
	return string(data), errors.Join(err, fails)
}

func (r *reader) set(fails error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fails, r.calls = fails, 0
}

func (r *reader) called() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

// attached is a text with a file that says "Feuchtsalzstreuer".
func attached(t *testing.T, s *servertest.Server, title string) content.Article {
	t.Helper()
	a := s.Write("expertin", article(title, "Ein Räumplan.\n"))
	return do(s.Library.Attach(t.Context(), s.Actor("expertin"), a.ID, a.ETag, "Anlage.txt", strings.NewReader("Feuchtsalzstreuer")))(t)
}

func hitsOf(t *testing.T, s *servertest.Server, word string) int {
	t.Helper()
	return do(s.Library.Search(t.Context(), s.Actor("expertin"), content.Query{Text: word}))(t).Total
}

// readAll brings the index up to date and reads what is due.
func readAll(t *testing.T, s *servertest.Server) error {
	t.Helper()
	do(0, s.Library.IndexCatchUp(t.Context()))(t)
	return s.Library.ReadFiles(t.Context())
}

func TestATextIsFoundWhileItsFileIsStillBeingRead(t *testing.T) {
	s := servertest.New(t)
	slow := &reader{hold: make(chan struct{})}
	s.Library.Extractor = slow
	attached(t, s, "Streuplan")
	s.Indexed()
	equal(t, "the text", hitsOf(t, s, "Räumplan"), 1)
	equal(t, "its file", hitsOf(t, s, "Feuchtsalzstreuer"), 0)
	close(slow.hold)
	do(0, s.Library.ReadFiles(t.Context()))(t)
	equal(t, "its file, read", hitsOf(t, s, "Feuchtsalzstreuer"), 1)
	equal(t, "the text, after that", hitsOf(t, s, "Räumplan"), 1)
}

func TestOneFileBesideTwoTextsIsReadOnceAndFoundTwice(t *testing.T) {
	s := servertest.New(t)
	counts := &reader{}
	s.Library.Extractor = counts
	attached(t, s, "Streuplan")
	attached(t, s, "Räumplan")
	do(0, readAll(t, s))(t)
	equal(t, "texts found", hitsOf(t, s, "Feuchtsalzstreuer"), 2)
	do(0, s.Library.Reindex(t.Context()))(t)
	do(0, s.Library.ReadFiles(t.Context()))(t)
	equal(t, "times the file was read", counts.called(), 1)
	equal(t, "texts found in the new index", hitsOf(t, s, "Feuchtsalzstreuer"), 2)
}

func TestAFailureIsTriedAgainAndInTheEndMarkedWithItsReason(t *testing.T) {
	slow := context.DeadlineExceeded
	for name, c := range map[string]struct {
		fails   error
		reason  content.Unreadable
		tries   int // until it is given up
		partial int // what was read until then is found
	}{
		"damaged": {errors.New("no trailer"), content.UnreadableDamaged, 1, 1},
		"slow":    {slow, content.UnreadableSlow, 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := servertest.New(t)
			bad := &reader{fails: c.fails}
			s.Library.Extractor = bad
			a := attached(t, s, "Streuplan")
			for range 6 {
				do(0, readAll(t, s))(t)
				s.Advance(25 * time.Hour)
			}
			equal(t, "tries", bad.called(), c.tries)
			equal(t, "hits by what was read", hitsOf(t, s, "Feuchtsalzstreuer"), c.partial)
			view := do(s.Library.Read(t.Context(), s.Actor("expertin"), a.ID, ""))(t)
			equal(t, "reason for editors", view.Attachments[0].Unreadable, c.reason)
			view = do(s.Library.Read(t.Context(), s.Actor("leserin"), a.ID, ""))(t)
			equal(t, "reason for readers", view.Attachments[0].Unreadable, "")
		})
	}
}

func TestABusyMachineIsForgiven(t *testing.T) {
	s := servertest.New(t)
	r := &reader{fails: context.DeadlineExceeded}
	s.Library.Extractor = r
	a := attached(t, s, "Streuplan")
	do(0, readAll(t, s))(t)
	r.set(nil)
	do(0, s.Library.ReadFiles(t.Context()))(t)
	equal(t, "calls before its time", r.called(), 0)
	s.Advance(10 * time.Minute)
	do(0, s.Library.ReadFiles(t.Context()))(t)
	equal(t, "hits", hitsOf(t, s, "Feuchtsalzstreuer"), 1)
	view := do(s.Library.Read(t.Context(), s.Actor("expertin"), a.ID, ""))(t)
	equal(t, "reason", view.Attachments[0].Unreadable, "")
}

func TestNothingIsLostWhileNoFileIsRead(t *testing.T) {
	s := servertest.New(t)
	off := &reader{fails: content.ErrNotReading}
	s.Library.Extractor = off
	attached(t, s, "Streuplan")
	if err := readAll(t, s); !errors.Is(err, content.ErrNotReading) {
		t.Errorf("reading says %v", err)
	}
	equal(t, "the text", hitsOf(t, s, "Räumplan"), 1)
	off.set(nil)
	do(0, s.Library.ReadFiles(t.Context()))(t)
	equal(t, "the file, after that", hitsOf(t, s, "Feuchtsalzstreuer"), 1)
}

func TestAFileThatWentIsNotWaitedFor(t *testing.T) {
	s := servertest.New(t)
	r := &reader{fails: content.ErrNotReading}
	s.Library.Extractor = r
	a := attached(t, s, "Streuplan")
	if err := readAll(t, s); !errors.Is(err, content.ErrNotReading) {
		t.Errorf("reading says %v", err)
	}
	do(s.Library.Detach(t.Context(), s.Actor("expertin"), a.ID, a.ETag, "Anlage.txt"))(t)
	r.set(nil)
	do(0, readAll(t, s))(t)
	equal(t, "calls", r.called(), 0)
	equal(t, "still waiting", len(do(s.Store.FileReadings(t.Context(), s.Now(), 10))(t)), 0)
}

// TestAFileThatCannotBeFoundIsLeftInTheEnd takes the bytes away: they may be put
// back, so it is tried longer than others, but not for ever.
func TestAFileThatCannotBeFoundIsLeftInTheEnd(t *testing.T) {
	s := servertest.New(t)
	r := &reader{}
	s.Library.Extractor, s.Library.Files = r, withoutBytes{s.Library.Files}
	a := attached(t, s, "Streuplan")
	for range 12 {
		do(0, readAll(t, s))(t)
		s.Advance(25 * time.Hour)
	}
	equal(t, "still waiting", len(do(s.Store.FileReadings(t.Context(), s.Now(), 10))(t)), 0)
	view := do(s.Library.Read(t.Context(), s.Actor("expertin"), a.ID, ""))(t)
	equal(t, "reason", view.Attachments[0].Unreadable, content.UnreadableMissing)
}

type withoutBytes struct{ content.Files }

func (withoutBytes) Open(context.Context, string) (io.ReadSeekCloser, error) {
	return nil, errors.New("no such file")
}

// TestTheServerReadsFilesByItself asks for nothing but the search, until the
// reader that was started with the library has read the file.
func TestTheServerReadsFilesByItself(t *testing.T) {
	s := servertest.New(t)
	read := make(chan struct{})
	s.Library.Extractor = &reader{}
	s.Library.Texts = told{s.Library.Texts, read}
	attached(t, s, "Streuplan")
	select {
	case <-read:
	case <-time.After(time.Minute):
		t.Fatal("nobody reads the file")
	}
	equal(t, "hits", hitsOf(t, s, "Feuchtsalzstreuer"), 1)
}

// told says when the first text has the words of its file.
type told struct {
	content.FileTexts
	read chan struct{}
}

func (w told) EndFileReadings(ctx context.Context, list []content.FileReading) error {
	err := w.FileTexts.EndFileReadings(ctx, list)
	close(w.read)
	return err
}

// TestTheServerStopsWhileAFileIsRead ends with the test: nothing waits for the
// file, and what was waiting waits for the next start.
func TestTheServerStopsWhileAFileIsRead(t *testing.T) {
	s := servertest.New(t)
	began := make(chan struct{})
	s.Library.Extractor = &reader{hold: make(chan struct{}), began: began}
	attached(t, s, "Streuplan")
	<-began // by the reader of the server, which stops when the test is over
	equal(t, "the text", do(s.Library.List(t.Context(), s.Actor("leserin"), content.ArticleFilter{Title: "Streuplan"}))(t).Total, 1)
	equal(t, "still waiting", len(do(s.Store.FileReadings(t.Context(), s.Now(), 10))(t)), 1)
}
