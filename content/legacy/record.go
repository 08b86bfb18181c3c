package legacy

import (
	"context"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Record keeps what a run found of some documents. Only the operator imports.
func (d *Desk) Record(ctx context.Context, actor account.Actor, documents []Document) error {
	if !actor.System {
		return fault.New(fault.Forbidden, "content.operator-only")
	}
	var questions []Question
	for _, each := range documents {
		if q, ok := asks(each); ok {
			questions = append(questions, q)
		}
	}
	return d.ledger.AddDocuments(ctx, documents, questions)
}

// Recorded returns what the newest run found of a document, for the run that
// follows, or NotFound.
func (d *Desk) Recorded(ctx context.Context, actor account.Actor, k Key) (Document, error) {
	if !actor.System {
		return Document{}, fault.New(fault.Forbidden, "content.operator-only")
	}
	return d.ledger.Document(ctx, k)
}

// asks is the question a document asks by itself.
func asks(each Document) (Question, bool) {
	q := Question{
		Subject: each.Key.String(), Department: each.Department, Title: each.Title, Fingerprint: each.Fingerprint, Run: each.Run, First: each.Key,
	}
	switch each.Status {
	case "quarantined":
		q.Kind = Restricted
		return q, each.Restricted // else it is incomplete, which nobody can decide away
	case "imported", "unchanged", "updated", "proposed":
		q.Kind = Unseen
		if each.Binding != content.BindingNone {
			q.Kind = Binding
		}
		if q.Kind == Unseen && each.Planned && each.Status == "imported" { // there is nothing to look at yet
			return q, false
		}
		return q, each.Article != ""
	}
	return q, false
}

// EndRun keeps a run with the pairs of documents it found alike. compared says that
// it compared all of them, so that pairs it did not find are gone.
func (d *Desk) EndRun(ctx context.Context, actor account.Actor, r Run, pairs []Question, compared bool) error {
	if !actor.System {
		return fault.New(fault.Forbidden, "content.operator-only")
	}
	return d.ledger.EndRun(ctx, r, pairs, compared)
}

// Decisions lists what people decided, for the next run.
func (d *Desk) Decisions(ctx context.Context, actor account.Actor) ([]Decision, error) {
	if !actor.System {
		return nil, fault.New(fault.Forbidden, "content.operator-only")
	}
	return d.ledger.Decisions(ctx)
}

// Adopt takes decisions from a file, unless there is a newer one.
func (d *Desk) Adopt(ctx context.Context, actor account.Actor, decisions []Decision) error {
	if !actor.System {
		return fault.New(fault.Forbidden, "content.operator-only")
	}
	have, err := d.ledger.Decisions(ctx)
	if err != nil {
		return err
	}
	type matter struct {
		subject string
		about   About
	}
	known := map[matter]Decision{}
	for _, each := range have {
		known[matter{each.Subject, each.About}] = each
	}
	for _, each := range decisions {
		if old, ok := known[matter{each.Subject, each.About}]; ok && !each.At.After(old.At) {
			continue
		}
		if err := d.ledger.Decide(ctx, each); err != nil {
			return err
		}
	}
	return nil
}
