package legacy_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"staffelstab/content/legacy"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// slow is an export that goes on until it is told to end.
type slow struct {
	started chan struct{}
	end     chan struct{}
}

func (r slow) Read([]byte) (int, error) {
	select {
	case r.started <- struct{}{}:
	default:
	}
	<-r.end
	return 0, io.EOF
}

// waiting is a reader whose plans go on until they are told to end.
type waiting struct{ slow }

func (w waiting) Keep(_ string, export io.Reader) (legacy.Export, error) {
	_, err := io.Copy(io.Discard, export)
	return w, err
}

func (w waiting) Plan(context.Context, string) (legacy.Trial, error) {
	_, err := w.Read(nil)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return legacy.Trial{More: 7}, err
}

func (waiting) Remove() error { return nil }

func TestOneTrialIsPlannedAtATime(t *testing.T) {
	s := servertest.New(t)
	reader := waiting{slow{make(chan struct{}, 1), make(chan struct{})}}
	desk, actor := legacy.NewDesk(s.Store, s.Library, s.Store, reader, s.Now), s.Actor("expertin")
	try := func(export io.Reader) error {
		trial, err := desk.Try(t.Context(), actor, "notes", "a.dxl", export)
		if err == nil && trial.More != 7 {
			t.Errorf("planned was %+v", trial)
		}
		return err
	}
	upload := slow{make(chan struct{}, 1), make(chan struct{})}
	late := make(chan error, 1)
	go func() { late <- try(upload) }()
	<-upload.started
	first := make(chan error, 1)
	go func() { first <- try(strings.NewReader("x")) }() // who brings something slowly is in nobody's way
	<-reader.started
	refused(t, "a second one", try(errorReader{errors.New("was read")}), fault.Unavailable)
	close(upload.end)
	refused(t, "what has come meanwhile", <-late, fault.Unavailable)
	close(reader.end)
	check(t, <-first)
	check(t, try(strings.NewReader("x")))
}

func TestAHandfulOfExportsIsBroughtAtATime(t *testing.T) {
	s := servertest.New(t)
	end, done := make(chan struct{}), make(chan error)
	const handful = 5
	for range handful {
		upload := slow{make(chan struct{}, 1), end}
		go func() {
			_, err := s.Legacy.Try(t.Context(), s.Actor("expertin"), "notes", "a.dxl", upload)
			done <- err
		}()
		<-upload.started
	}
	_, err := s.Legacy.Try(t.Context(), s.Actor("expertin"), "notes", "b.dxl", errorReader{errors.New("was read")})
	refused(t, "one more", err, fault.Unavailable)
	close(end)
	for range handful {
		if err := <-done; !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Unavailable) { // an empty one, or while another was looked at
			t.Errorf("an empty one: %v", err)
		}
	}
	broken := errors.New("broken")
	_, err = s.Legacy.Try(t.Context(), s.Actor("expertin"), "notes", "c.dxl", io.MultiReader(strings.NewReader("<database>"), errorReader{broken}))
	if !errors.Is(err, broken) {
		t.Errorf("a broken connection became %v", err)
	}
	_, err = s.Legacy.Try(t.Context(), s.Actor("leserin"), "notes", "d.dxl", strings.NewReader("x"))
	refused(t, "for a reader", err, fault.Forbidden)
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }
