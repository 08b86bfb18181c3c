package notes

import (
	"iter"

	"staffelstab/importer"
)

// How far reading runs ahead of the run. A long text is waited for, so that
// never two of them are in memory.
const (
	aheadDocuments = 8
	aheadText      = 256 << 10 // bytes of text; more is long
)

// outcome is what a source yields.
type outcome struct {
	document *importer.Document
	err      error
}

func (o outcome) long() bool { return o.document != nil && len(o.document.Visible) > aheadText }

func (o outcome) close() {
	if o.document != nil {
		_ = o.document.Close()
	}
}

// ahead reads in a goroutine of its own while the run works on the document
// before: a second processor is of use, and the order stays. When the run stops
// early, what was read already is closed and nothing goes on behind its back.
func ahead(documents iter.Seq2[*importer.Document, error]) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		ready, stop, taken := make(chan outcome, aheadDocuments), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ready)
			for d, err := range documents {
				o := outcome{d, err}
				select {
				case <-stop:
					o.close()
					return
				default:
				}
				select {
				case ready <- o:
				case <-stop:
					o.close()
					return
				}
				if !o.long() {
					continue
				}
				select {
				case <-taken:
				case <-stop:
					return
				}
			}
		}()
		defer func() {
			close(stop)
			for o := range ready { // ends once the goroutine did
				o.close()
			}
		}()
		for o := range ready {
			long := o.long() // the run may take the document apart
			if !yield(o.document, o.err) {
				return
			}
			if long {
				taken <- struct{}{}
			}
		}
	}
}
