package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// maxDraftKey bounds the name of a new text's draft.
const maxDraftKey = 40

// Autosave keeps what the actor is typing. Nothing is checked but size: a
// draft may be as unfinished as its writer.
func (l *Library) Autosave(ctx context.Context, actor account.Actor, d Draft) (Draft, error) {
	if err := authorizeRead(actor); err != nil {
		return Draft{}, err
	}
	if !actor.CanWrite() || d.Article == "" && !CanCreate(actor) {
		return Draft{}, fault.New(fault.Forbidden, "content.read-only-access")
	}
	if len(d.Body) > l.MaxBody || len(d.Key) > maxDraftKey {
		return Draft{}, fault.New(fault.TooLarge, "content.body-too-large", "limit", l.MaxBody>>10).InField("body")
	}
	if err := l.mayResume(ctx, actor, d.Article, d.Key); err != nil {
		return Draft{}, err
	}
	if proposal, ok := RevisedProposal(d.Key); ok {
		p, err := l.Proposals.Proposal(ctx, proposal)
		if err != nil {
			return Draft{}, err
		}
		if !p.changeableBy(actor) {
			return Draft{}, fault.New(fault.Forbidden, "content.proposal-not-yours")
		}
	}
	d.Person, d.UpdatedAt = actor.Person.ID, l.Now().UTC()
	return d, l.Drafts.SaveDraft(ctx, d)
}

// mayResume makes sure that a draft is shown only as long as what it is about
// may be seen: it holds the words of that text.
func (l *Library) mayResume(ctx context.Context, actor account.Actor, id ID, key string) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	if id != "" {
		if _, err := l.visible(ctx, actor, id); err != nil {
			return err
		}
	}
	if proposal, ok := RevisedProposal(key); ok {
		_, err := l.seenProposal(ctx, actor, proposal)
		return err
	}
	return nil
}

// Draft returns what the actor was typing.
func (l *Library) Draft(ctx context.Context, actor account.Actor, id ID, key string) (Draft, error) {
	if err := l.mayResume(ctx, actor, id, key); err != nil {
		return Draft{}, err
	}
	return l.Drafts.Draft(ctx, actor.Person.ID, id, key)
}

// MyDrafts lists the actor's unfinished texts, newest first. Those of texts the
// actor may no longer see wait unseen until that changes, and so do revisions
// of proposals that are decided.
func (l *Library) MyDrafts(ctx context.Context, actor account.Actor) ([]Draft, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	all, err := l.Drafts.DraftsOf(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Draft, 0, len(all))
	for _, d := range all {
		done, err := l.decided(ctx, d.Key)
		if err == nil {
			err = l.mayResume(ctx, actor, d.Article, d.Key)
		}
		switch {
		case err == nil && !done:
			out = append(out, d)
		case err != nil && !fault.Is(err, fault.NotFound):
			return nil, err
		}
	}
	return out, nil
}

// decided reports whether a key names a proposal that takes no revision any more.
func (l *Library) decided(ctx context.Context, key string) (bool, error) {
	id, ok := RevisedProposal(key)
	if !ok {
		return false, nil
	}
	p, err := l.Proposals.Proposal(ctx, id)
	return err == nil && !p.Open(), err
}

// DiscardDraft forgets what the actor was typing.
func (l *Library) DiscardDraft(ctx context.Context, actor account.Actor, id ID, key string) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	files := id
	if IsProposalDraft(key) {
		files = "" // they are named by the proposal alone
	}
	if err := l.DraftFiles.DeleteDraftFiles(ctx, actor.Person.ID, files, key); err != nil {
		return err
	}
	return l.Drafts.DeleteDraft(ctx, actor.Person.ID, id, key)
}
