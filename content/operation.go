package content

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// OperationKey makes the Operation of an Edit from the key a caller sent, so
// that nobody can repeat what somebody else did. "" stays "".
func OperationKey(actor account.Actor, key string) string {
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(actor.Person.ID + "\x00" + key))
	return hex.EncodeToString(sum[:16])
}

// keyed narrows the operation to this very request: somebody who goes back in
// the browser, types on and sends the form again wants another thing.
func (e Edit) keyed(id ID, base string) (Edit, error) {
	if e.Operation == "" {
		return e, nil
	}
	said := e
	said.Files = nil // files brought before are gone from the draft when the same form comes again
	for _, f := range e.Files {
		if f.Removed {
			said.Files = append(said.Files, f)
		}
	}
	request, err := json.Marshal(said)
	if err != nil {
		return e, fault.New(fault.Invalid, "content.front-matter-broken").Because(err)
	}
	sum := sha256.Sum256([]byte(string(id) + "\x00" + base + "\x00" + string(request)))
	e.Operation = hex.EncodeToString(sum[:16])
	return e, nil
}

// Repeats reports whether a new text of this very request was made already.
func (l *Library) Repeats(ctx context.Context, actor account.Actor, e Edit) (bool, error) {
	e, err := e.keyed("", "")
	if err != nil {
		return false, err
	}
	_, done, err := l.repeated(ctx, actor, e.Operation)
	return done, err
}

// operations lets the requests of one keyed operation in one after the other,
// so that the second click finds what the first one did. Different operations
// never wait for each other.
type operations struct {
	mu    sync.Mutex
	doors map[string]*door
}

type door struct {
	open    chan struct{} // holds one token while nobody is inside
	callers int           // inside or waiting
}

func newOperations() *operations { return &operations{doors: map[string]*door{}} }

// enter waits until nobody else runs the operation. leave must be called once
// when the error is nil. The empty operation has no key and never waits.
func (o *operations) enter(ctx context.Context, operation string) (leave func(), err error) {
	if operation == "" {
		return func() {}, nil
	}
	d := o.door(operation)
	select {
	case <-d.open:
		return func() { d.open <- struct{}{}; o.drop(operation, d) }, nil
	case <-ctx.Done():
		o.drop(operation, d)
		return nil, ctx.Err()
	}
}

func (o *operations) door(operation string) *door {
	o.mu.Lock()
	defer o.mu.Unlock()
	d := o.doors[operation]
	if d == nil {
		d = &door{open: make(chan struct{}, 1)}
		d.open <- struct{}{}
		o.doors[operation] = d
	}
	d.callers++
	return d
}

func (o *operations) drop(operation string, d *door) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if d.callers--; d.callers == 0 {
		delete(o.doors, operation)
	}
}
