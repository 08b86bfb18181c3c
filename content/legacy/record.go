package legacy

import (
	"cmp"
	"context"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Record keeps what a run found of some documents. Only the operator imports.
func (d *Desk) Record(ctx context.Context, actor account.Actor, documents []Document) error {
	if !actor.System {
		return fault.New(fault.Forbidden, "content.operator-only")
	}
	redacted, err := d.library.RedactedTexts(ctx)
	if err != nil {
		return err
	}
	documents = slices.Clone(documents)
	var questions []Question
	for i := range documents {
		if redacted[documents[i].text()] {
			if documents[i], err = d.untold(ctx, actor, documents[i]); err != nil {
				return err
			}
		}
		each := documents[i]
		if q, ok := asks(each); ok {
			questions = append(questions, q)
		}
	}
	return d.ledger.AddDocuments(ctx, documents, questions)
}

// untold is a document without its words. Something was taken out of every version
// of the article; nobody knows any more what, so that nothing an old system said
// of it is kept again.
func (d *Desk) untold(ctx context.Context, actor account.Actor, each Document) (Document, error) {
	each.Visible, each.Evidence, each.Notes, each.Title = "", nil, nil, ""
	a, err := d.library.Article(ctx, actor, each.text())
	if fault.Is(err, fault.NotFound) { // archived since
		return each, nil
	}
	each.Title = a.Title
	return each, err
}

// untoldPairs takes the words of redacted texts out of questions about pairs.
func (d *Desk) untoldPairs(ctx context.Context, pairs []Question) ([]Question, error) {
	redacted, err := d.library.RedactedTexts(ctx)
	if err != nil || len(redacted) == 0 {
		return pairs, err
	}
	pairs = slices.Clone(pairs)
	for i, q := range pairs {
		first, err := d.ledger.Document(ctx, q.First)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		second, err := d.ledger.Document(ctx, q.Second)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if redacted[first.text()] || redacted[second.text()] {
			pairs[i].Title, pairs[i].Differences = cmp.Or(first.Title, second.Title), nil
		}
	}
	return pairs, nil
}

// Past tells what runs made of documents so far, for the run that follows.
func (d *Desk) Past(ctx context.Context, actor account.Actor, keys []Key) (map[Key]Past, error) {
	if !actor.System {
		return nil, fault.New(fault.Forbidden, "content.operator-only")
	}
	return d.ledger.Past(ctx, keys)
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
	pairs, err := d.untoldPairs(ctx, pairs)
	if err != nil {
		return err
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
