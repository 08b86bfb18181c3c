package importer

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// Renderer shows Markdown as readers will see it. The run measures by it what
// the conversion kept. It is a part of content.Renderer.
type Renderer interface {
	Render(ctx context.Context, markdown []byte, link content.LinkResolver) (content.Rendered, error)
}

// Options are what a run needs besides source and target.
type Options struct {
	Run       string              // name of the run, for the trailer Import-Lauf
	Catalogue *i18n.Catalogue     // German words that go into texts and the report
	Renderer  Renderer            // required
	Pseudonym func(string) string // canonical name → pseudonym; the name itself never leaves the run
	Mapping   Mapping
	SpoolDir  string
	Place     *time.Location // Europe/Berlin
	// Now is when the run began. Times of documents that have not come by then are
	// not taken; zero: all of them are.
	Now time.Time
	// Showable reports whether a text may show a picture; nil: every one.
	Showable func(ctx context.Context, name string, open func() (io.ReadCloser, error)) (bool, error)
	Progress func(done, total int) // called after each document; total is known

	Decisions *Decisions // of people, about this source; nil: none yet
	// Owner reports whether a department answers for its entries. Only then can
	// one of them be confirmed as binding. nil: every department that is named.
	Owner func(ctx context.Context, department string) (bool, error)
	// Duplicates lets documents be compared with each other. Overlapping sources
	// always are.
	Duplicates bool
	// MergeIdentical makes one article of documents with the same words and the
	// same files, without asking.
	MergeIdentical bool
	// Full says that the source is everything its databases have. What the target
	// has beyond that is reported.
	Full    bool
	Deleted []Key // documents a list of deletions names
	// Earlier tells what earlier runs made of documents, as far as they knew them.
	// An export of what changed lately holds answers without their questions, and
	// an old one what changed since. nil: nobody knows.
	Earlier func(ctx context.Context, keys ...Key) (map[Key]Earlier, error)
	// Found is told of every document once its fate is settled, in no particular
	// order. An error ends the run.
	Found func(ctx context.Context, f Finding) error
}

// Limits of a batch and of what a survey keeps in memory.
const (
	batchItems   = 256
	batchBytes   = 16 << 20
	answersBytes = 64 << 20
)

// Plan finds out what Apply would do and writes nothing.
func Plan(ctx context.Context, target Target, source Source, options Options) (*Report, error) {
	return start(ctx, target, source, options, true)
}

// Apply imports the source. The report is complete as far as the run came,
// even when an error is returned.
func Apply(ctx context.Context, target Target, source Source, options Options) (*Report, error) {
	return start(ctx, target, source, options, false)
}

// run is one Plan or Apply.
type run struct {
	Options
	target  Target
	source  Source
	dry     bool
	survey  *survey
	report  *Report
	batch   []pending
	writing []pending // what the target is writing
	answers chan put
	bytes   int
	ordinal int
	each    func(ctx context.Context, d *Document) error // what is done with a document
	ids     map[content.ID]Key                           // given in this run
	retired []retiring
	deleted map[Key]bool // what a list of deletions names
	dropped map[Key]bool // answers the source took away, out of the articles of their questions
}

// pending is a document that waits to be written.
type pending struct {
	document *Document
	incoming Incoming
	entry    int
	status   Status
}

func start(ctx context.Context, target Target, source Source, options Options, dry bool) (*Report, error) {
	r := newRun(target, source, options, dry)
	r.each = r.document
	return r.start(ctx)
}

func newRun(target Target, source Source, options Options, dry bool) *run {
	r := &run{
		Options: options, target: target, source: source, dry: dry, report: newReport(source.Name(), options.Run, dry),
		ids: map[content.ID]Key{}, deleted: map[Key]bool{}, dropped: map[Key]bool{},
	}
	for _, k := range options.Deleted {
		r.deleted[k.upper()] = true
	}
	return r
}

func (r *run) start(ctx context.Context) (*Report, error) {
	if err := r.look(ctx); err != nil {
		return r.report, errors.Join(err, r.survey.texts.close())
	}
	err := r.read(ctx)
	err = errors.Join(err, r.settle(ctx)) // of a run that ended early
	for _, p := range r.batch {
		_ = p.document.Close()
		r.report.Documents[p.entry].Status = ""
	}
	r.settleAnswers()
	if err == nil {
		err = r.foundAnswers(ctx)
	}
	for i := range r.report.Documents {
		if entry := &r.report.Documents[i]; entry.Status == "" { // the run ended before its turn
			entry.Status = StatusFailed
			entry.note(r.Catalogue, Note{Key: "importer.not-written", Review: true})
		}
	}
	if len(r.survey.pairs) > 0 && !r.report.Verified {
		r.report.Pairs = r.survey.pairs
	}
	if r.survey.incomplete && !r.report.Verified {
		r.remark("importer.pairs-incomplete", nil)
	}
	r.report.Compared = r.survey.overlaps && !r.survey.incomplete
	r.report.finish(r.Catalogue)
	return r.report, errors.Join(err, r.survey.texts.close())
}

// look is the first reading and what is known after it. What quotes a text that is
// withheld is out before documents are compared.
func (r *run) look(ctx context.Context) error {
	var err error
	if r.survey, err = surveyOf(ctx, r.source, r.Options); err != nil {
		return err
	}
	if err := r.place(ctx); err != nil {
		return err
	}
	if err := r.survey.pair(ctx); err != nil {
		return err
	}
	r.survey.decide()
	return nil
}

// read is the second reading and what follows it.
func (r *run) read(ctx context.Context) error {
	pass := Pass{SpoolDir: r.SpoolDir, Resolve: func(k Key) (LinkTarget, bool) { return r.resolve(ctx, k) }}
	if err := r.documents(ctx, r.source.Documents(ctx, pass)); err != nil {
		return err
	}
	if err := r.flush(ctx); err != nil {
		return err
	}
	if err := r.settle(ctx); err != nil {
		return err
	}
	if err := r.retire(ctx); err != nil {
		return err
	}
	r.remarkLate()
	return r.missing(ctx)
}

// remark says something about the run as a whole that somebody should know.
func (r *run) remark(key string, args map[string]any) {
	r.report.Remarks = append(r.report.Remarks, r.Catalogue.Text(i18n.German, key, args))
}

func (r *run) documents(ctx context.Context, documents iter.Seq2[*Document, error]) error {
	for document, err := range documents {
		r.ordinal++
		var broken *SourceError
		switch {
		case errors.As(err, &broken):
			r.report.broken(broken, r.Catalogue)
			if err := r.found(ctx, len(r.report.Documents)-1, &Document{Origin: broken.Origin}, true); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			r.dated(document)
			document.judge()
			if err := r.each(ctx, document); err != nil {
				_ = document.Close()
				return err
			}
		}
		if r.Progress != nil {
			r.Progress(r.ordinal, r.survey.total)
		}
	}
	return nil
}

// document decides what becomes of one document.
func (r *run) document(ctx context.Context, d *Document) error {
	index := r.report.add(d, r.Catalogue)
	r.report.lacksPlace(d)
	entry := &r.report.Documents[index]
	verdict := r.survey.verdict(d, r.ordinal)
	if verdict.answerTo != (Key{}) {
		r.report.answers[index] = verdict.answerTo
		entry.note(r.Catalogue, Note{Key: "importer.answer-appended", Args: map[string]any{"title": r.survey.known[verdict.answerTo].title}})
		return d.Close()
	}
	if verdict.into != (Key{}) {
		if merged, err := r.intoAnother(ctx, d, verdict.into, index); merged || err != nil {
			return err
		}
	}
	if verdict.confidential {
		entry.conceal()
	}
	if verdict.below.ID != "" {
		entry.Status, entry.ID = StatusSkipped, string(verdict.below.ID)
		entry.note(r.Catalogue, NewNote(true, "importer.answer-below", "title", verdict.below.Title))
		return r.done(ctx, index, d, false)
	}
	if verdict.note != nil {
		entry.note(r.Catalogue, *verdict.note)
	}
	r.ask(d, entry)
	if verdict.status != "" {
		entry.Status = verdict.status
		if d.Conflict && d.Parent != "" {
			entry.VersionOf = string(r.versionOf(ctx, Key{d.Origin.ReplicaID, d.Parent}))
		}
		if verdict.status == StatusQuarantined {
			if err := r.withhold(ctx, d, index); err != nil {
				return err
			}
		}
		if verdict.older { // the desk knows the copy that counts
			return d.Close()
		}
		return r.done(ctx, index, d, verdict.confidential)
	}
	r.report.byKey[d.Origin.Key()] = index
	current, err := r.current(ctx, d)
	if err != nil {
		return err
	}
	incoming, err := r.compose(ctx, d, current, entry)
	if err != nil {
		if f, ok := fault.Of(err); ok {
			entry.Status = StatusFailed
			entry.note(r.Catalogue, Note{Key: f.Key, Args: f.Args, Review: true})
			return r.done(ctx, index, d, false)
		}
		return err
	}
	return r.compare(ctx, d, incoming, current, index)
}

// idOf is the article a document becomes.
func idOf(d *Document) content.ID {
	if d.ID != "" {
		return d.ID
	}
	return ArticleID(d.Origin.Key())
}

// current is the article of a document as it stands, or nil.
func (r *run) current(ctx context.Context, d *Document) (*Current, error) {
	current, err := r.target.Current(ctx, idOf(d))
	if fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // documented: there is none
	}
	return &current, err
}

// done ends what a run has to do with a document.
func (r *run) done(ctx context.Context, index int, d *Document, confidential bool) error {
	return errors.Join(r.found(ctx, index, d, confidential), d.Close())
}

// compare decides between new, unchanged, updated and hands-off.
func (r *run) compare(ctx context.Context, d *Document, incoming Incoming, current *Current, index int) error {
	entry := &r.report.Documents[index]
	entry.ID = string(incoming.ID)
	if entry.Status = StatusImported; current != nil {
		entry.Path = current.Path
		incoming.Path, incoming.Base = current.Path, current.Base
		relation, err := r.relate(ctx, d, current.Markdown, incoming.Markdown)
		if err != nil {
			entry.Status = "" // nothing became of it
			return err
		}
		switch relation {
		case relationForeign:
			entry.Status = StatusFailed
			entry.note(r.Catalogue, Note{Key: "importer.id-taken", Args: map[string]any{"path": current.Path}, Review: true})
		case relationSame:
			entry.Status = StatusUnchanged
		case relationNewer:
			entry.Status = StatusUpdated
		case relationBoth:
			if err := r.propose(ctx, d, incoming, entry); err != nil {
				entry.Status = ""
				return err
			}
		}
	}
	if r.dry || entry.Status != StatusImported && entry.Status != StatusUpdated {
		return r.done(ctx, index, d, false)
	}
	r.batch = append(r.batch, pending{d, incoming, index, entry.Status})
	r.bytes += len(incoming.Markdown)
	if len(r.batch) >= batchItems || r.bytes >= batchBytes {
		return r.flush(ctx)
	}
	return nil
}

// propose joins what the source says with what people made of the article,
// where both changed since the last import.
func (r *run) propose(ctx context.Context, d *Document, incoming Incoming, entry *Entry) error {
	base, same, err := r.base(ctx, d, incoming)
	switch {
	case fault.Is(err, fault.NotFound): // nobody can tell any more who changed what
		entry.Status = StatusSkipped
		entry.note(r.Catalogue, Note{Key: "importer.changed-on-both-sides", Review: true})
		return nil
	case err != nil:
		return err
	case same:
		entry.Status = StatusUnchanged
		return nil
	}
	if !r.dry {
		entry.Proposal, err = r.target.Propose(ctx, incoming, base)
		if f, ok := fault.Of(err); ok && f.Kind.Status() < 500 {
			r.refused(entry, err)
			if f.Kind == fault.Conflict {
				entry.Notes[len(entry.Notes)-1] = r.Catalogue.Text(i18n.German, "importer.proposal-declined", nil)
			}
			return nil
		}
		if err != nil {
			return err
		}
		if entry.Proposal == "" { // people wrote what the source says
			entry.Status = StatusUnchanged
			return nil
		}
	}
	entry.Status = StatusProposed
	entry.note(r.Catalogue, Note{Key: "importer.proposed", Review: true})
	return nil
}

// flush hands the waiting documents to the target and goes on reading while it
// writes them, one batch at a time.
func (r *run) flush(ctx context.Context) error {
	if err := r.settle(ctx); err != nil || len(r.batch) == 0 {
		return err
	}
	items := make([]Incoming, len(r.batch))
	for i, p := range r.batch {
		items[i] = p.incoming
	}
	answers := make(chan put, 1)
	go func() {
		written, err := r.target.Put(ctx, items)
		answers <- put{written, err}
	}()
	r.writing, r.answers = r.batch, answers
	r.batch, r.bytes = nil, 0
	return nil
}

// put is what a target answers to a batch.
type put struct {
	written []Written
	err     error
}

// settle waits for the batch that is being written and says in the report what
// became of it. What could not be written waits again.
func (r *run) settle(ctx context.Context) error {
	if r.writing == nil {
		return nil
	}
	batch, answer := r.writing, <-r.answers
	r.writing, r.answers = nil, nil
	written, failed := answer.written, answer.err
	err := failed
	var left []pending
	for i, p := range batch {
		if failed != nil && (i >= len(written) || written[i].Err == nil && written[i].Revision == "") {
			left = append(left, p)
			continue
		}
		entry := &r.report.Documents[p.entry]
		entry.Path = written[i].Path
		switch problem := written[i].Err; {
		case problem == nil:
		case fault.Is(problem, fault.Conflict) && p.incoming.Base != "": // people did something else to it, such as moving it
			if proposing := r.propose(ctx, p.document, p.incoming, entry); proposing != nil {
				entry.Status = ""
				err = errors.Join(err, proposing)
			}
		default:
			r.refused(entry, problem)
		}
		err = errors.Join(err, r.found(ctx, p.entry, p.document, false))
		_ = p.document.Close()
	}
	r.batch = append(left, r.batch...)
	return err
}

func (r *run) refused(entry *Entry, problem error) {
	f, ok := fault.Of(problem)
	if ok && (f.Kind == fault.Stale || f.Kind == fault.Conflict) {
		entry.Status = StatusSkipped
		entry.note(r.Catalogue, Note{Key: "importer.changed-on-both-sides", Review: true})
		return
	}
	entry.Status = StatusFailed
	note := Note{Key: "importer.not-written", Review: true}
	if ok {
		note = Note{Key: f.Key, Args: f.Args, Review: true}
	}
	entry.note(r.Catalogue, note)
}

// settleAnswers gives documents that were put under another one the fate of
// that one.
func (r *run) settleAnswers() {
	for i, parent := range r.report.answers {
		entry := &r.report.Documents[i]
		at, ok := r.report.byKey[parent]
		if !ok {
			continue
		}
		p := r.report.Documents[at]
		if entry.Path, entry.ID = p.Path, p.ID; entry.Status == "" { // else something of its own is missing
			entry.Status = p.Status
		}
		if own := r.survey.known[Key{entry.ReplicaID, entry.UNID}]; own != nil && own.answer != nil {
			entry.LettersIn, entry.LettersOut, entry.LinksOut = own.answer.in, own.answer.out, own.answer.kept
		}
	}
}
