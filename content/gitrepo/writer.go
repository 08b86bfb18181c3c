package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// groupLimit is how many writes share one sync. It bounds how long the first
// of a group waits for the last.
const groupLimit = 64

// mailDomain completes pseudonyms to mail addresses that never exist (RFC 2606).
const mailDomain = "@staffelstab.invalid"

// request is a waiting write.
type request struct {
	change  func(*group) ([]content.CommitRecord, error)
	alone   func() error // instead of a change: work that bears no other beside it
	answer  chan answer
	company int // how many of an import may share the sync with it
}

type answer struct {
	record content.CommitRecord
	err    error
}

// group is what is committed together.
type group struct {
	repository *Repository
	tip        plumbing.Hash // newest commit, pending ones included
	root       plumbing.Hash // its tree
	records    []content.CommitRecord
	answers    []groupAnswer
}

type groupAnswer struct {
	request *request
	record  content.CommitRecord
}

// Write implements content.Repository. When the context ends while the write
// waits, the change may still be committed.
func (r *Repository) Write(ctx context.Context, change func(content.Snapshot) (content.Change, error)) (content.CommitRecord, error) {
	size := 0
	record, err := r.submit(ctx, func(g *group) ([]content.CommitRecord, error) {
		return g.commit(func(tree content.Snapshot) (content.Change, error) {
			c, err := change(tree)
			for _, data := range c.Files {
				size += len(data)
			}
			return c, err
		})
	})
	if err != nil {
		return record, err
	}
	return record, paceOf(ctx).wait(ctx, size)
}

func (r *Repository) submit(ctx context.Context, change func(*group) ([]content.CommitRecord, error)) (content.CommitRecord, error) {
	queue := r.requests
	if isBulk(ctx) {
		queue = r.bulk
	}
	q := &request{change: change, answer: make(chan answer, 1), company: companyOf(ctx)}
	select {
	case queue <- q:
		queued(ctx)
	case <-ctx.Done():
		return content.CommitRecord{}, ctx.Err()
	case <-r.closing:
		return content.CommitRecord{}, fault.New(fault.Unavailable, "gitrepo.closing")
	}
	select {
	case a := <-q.answer:
		return a.record, a.err
	case <-ctx.Done():
		return content.CommitRecord{}, ctx.Err()
	case <-r.done:
		select {
		case a := <-q.answer:
			return a.record, a.err
		default:
			return content.CommitRecord{}, fault.New(fault.Unavailable, "gitrepo.closing")
		}
	}
}

// write is the one writer.
func (r *Repository) write() {
	defer close(r.done)
	var unrecorded []content.CommitRecord
	for {
		waiting, ok := r.collect()
		if !ok {
			return
		}
		if r.stuck != nil {
			refuse(waiting, r.stuck)
			continue
		}
		if len(unrecorded) > 0 {
			if err := r.record(unrecorded); err != nil {
				refuse(waiting, fault.New(fault.Unavailable, "gitrepo.not-recorded").Because(err))
				continue
			}
			unrecorded = nil
		}
		group, alone := apart(waiting)
		if len(group) > 0 {
			unrecorded = r.commitGroup(group)
		}
		for _, q := range alone {
			if len(unrecorded) > 0 || r.stuck != nil {
				refuse([]*request{q}, fault.New(fault.Unavailable, "gitrepo.not-recorded"))
				continue
			}
			q.answer <- answer{err: safely(q.alone)}
		}
	}
}

// collect waits for a write and takes along what else is waiting: people
// first, an import only when no person waits.
func (r *Repository) collect() ([]*request, bool) {
	var waiting []*request
	limit, importing := groupLimit, false
	select {
	case <-r.closing:
		return nil, false
	case q := <-r.requests:
		waiting = append(waiting, q)
	default:
		select {
		case <-r.closing:
			return nil, false
		case q := <-r.requests:
			waiting = append(waiting, q)
		case q := <-r.bulk:
			waiting, limit, importing = append(waiting, q), q.company, true
		}
	}
	for len(waiting) < limit {
		select {
		case q := <-r.requests:
			waiting = append(waiting, q)
			continue
		default:
		}
		if importing { // what waits of the import comes along before the pause can end the group
			select {
			case q := <-r.bulk:
				waiting = append(waiting, q)
				continue
			default:
			}
		}
		select {
		case q := <-r.requests:
			waiting = append(waiting, q)
		case q := <-r.bulk:
			waiting = append(waiting, q)
		case <-time.After(groupPause(len(waiting))):
			return waiting, true
		}
	}
	return waiting, true
}

// groupPause is how long the writer looks for company. Somebody alone does not
// wait at all; under load a moment lets those who were just answered join.
func groupPause(waiting int) time.Duration {
	if waiting <= 1 {
		return 0
	}
	return 200 * time.Microsecond
}

func refuse(waiting []*request, err error) {
	for _, q := range waiting {
		q.answer <- answer{err: err}
	}
}

// commitGroup runs the changes and makes what they did durable. It returns the
// commits that are in Git but not in the database.
func (r *Repository) commitGroup(waiting []*request) []content.CommitRecord {
	tip := plumbing.NewHash(string(r.Head()))
	g := &group{repository: r, tip: tip}
	if !tip.IsZero() {
		c, err := r.objects.commit(tip)
		if err != nil {
			refuse(waiting, err)
			return nil
		}
		g.root = c.TreeHash
	}
	for _, q := range waiting {
		g.run(q)
	}
	defer r.objects.discard()
	if len(g.records) == 0 {
		g.acknowledge(nil)
		return nil
	}
	unsafe := r.persist(tip, g.tip)
	if unsafe != nil && !r.ref.at(g.tip) {
		g.acknowledge(translate(unsafe))
		return nil
	}
	// Past the rename the branch has moved, even if its folder could not be
	// synced: the database has to follow, though nobody is told it is safe.
	if err := r.record(g.records); err != nil {
		g.acknowledge(fault.New(fault.Unavailable, "gitrepo.not-recorded").Because(err))
		return g.records
	}
	g.acknowledge(translate(unsafe))
	return nil
}

// persist is the durable step: objects, sync, reference.
func (r *Repository) persist(from, to plumbing.Hash) error {
	if err := r.objects.flush(); err != nil {
		return err
	}
	err := r.ref.move(from, to)
	if errors.Is(err, errMoved) {
		return fault.New(fault.Unavailable, "gitrepo.branch-moved").Because(err)
	}
	return err
}

// record tells the database and then everybody.
func (r *Repository) record(commits []content.CommitRecord) error {
	if err := r.recorder.Record(context.Background(), commits); err != nil {
		r.log.Error("commits are in Git but not in the database", "commits", len(commits), "error", err)
		return err
	}
	r.head.Store(commits[len(commits)-1].Commit)
	return nil
}

// run adds one request to the group, or answers it when it fails.
func (g *group) run(q *request) {
	tip, root, before := g.tip, g.root, len(g.records)
	records, err := g.safely(q.change)
	if err != nil {
		g.tip, g.root, g.records = tip, root, g.records[:before]
		q.answer <- answer{err: err}
		return
	}
	g.records = append(g.records, records...)
	var last content.CommitRecord
	if len(records) > 0 {
		last = records[len(records)-1]
	}
	g.answers = append(g.answers, groupAnswer{q, last})
}

// safely keeps a panic in one change from ending the writer.
func (g *group) safely(change func(*group) ([]content.CommitRecord, error)) (records []content.CommitRecord, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("gitrepo: a change panicked: %v\n%s", v, debug.Stack())
		}
	}()
	return change(g)
}

// safely keeps a panic in work done alone from ending the writer.
func safely(work func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("gitrepo: work panicked: %v\n%s", v, debug.Stack())
		}
	}()
	return work()
}

func (g *group) acknowledge(err error) {
	for _, a := range g.answers {
		if err != nil {
			a.request.answer <- answer{err: err}
			continue
		}
		a.request.answer <- answer{record: a.record}
	}
}

// commit adds one commit to the group.
func (g *group) commit(change func(content.Snapshot) (content.Change, error)) ([]content.CommitRecord, error) {
	o := g.repository.objects
	c, err := change(&snapshot{objects: o, root: g.root})
	if err != nil {
		return nil, err
	}
	root, changes, err := o.apply(g.root, c.Files)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	if root.IsZero() { // a commit always has a tree
		root = o.put(plumbing.TreeObject, nil)
	}
	var parents []plumbing.Hash
	if !g.tip.IsZero() {
		parents = []plumbing.Hash{g.tip}
	}
	dressed := g.repository.dress(c, root, parents)
	hash, err := o.putCommit(dressed)
	if err != nil {
		return nil, err
	}
	g.tip, g.root = hash, root
	record := describe(hash, dressed)
	record.Changes = changes
	return []content.CommitRecord{record}, nil
}

// dress makes a commit object of a change. Git keeps seconds.
func (r *Repository) dress(c content.Change, root plumbing.Hash, parents []plumbing.Hash) *object.Commit {
	author := signature(c.Author, c.At)
	committer := c.Committer
	if committer == "" {
		committer = c.Author
	}
	return &object.Commit{
		Author: author, Committer: signature(committer, r.now()),
		Message: joinMessage(c.Message, c.Trailers), TreeHash: root, ParentHashes: parents,
	}
}

func signature(pseudonym string, at time.Time) object.Signature {
	if pseudonym == "" {
		pseudonym = "u-unbekannt"
	}
	if at.Unix() < 0 { // Git has no dates before 1970; a date nobody knows is the zero time
		at = time.Unix(0, 0)
	}
	return object.Signature{Name: pseudonym, Email: pseudonym + mailDomain, When: at.UTC()}
}
