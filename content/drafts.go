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
	if d.Article != "" {
		if _, err := l.visible(ctx, actor, d.Article); err != nil {
			return Draft{}, err
		}
	}
	d.Person, d.UpdatedAt = actor.Person.ID, l.Now().UTC()
	return d, l.Drafts.SaveDraft(ctx, d)
}

// Draft returns what the actor was typing.
func (l *Library) Draft(ctx context.Context, actor account.Actor, id ID, key string) (Draft, error) {
	if err := authorizeRead(actor); err != nil {
		return Draft{}, err
	}
	return l.Drafts.Draft(ctx, actor.Person.ID, id, key)
}

// MyDrafts lists the actor's unfinished texts, newest first.
func (l *Library) MyDrafts(ctx context.Context, actor account.Actor) ([]Draft, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	return l.Drafts.DraftsOf(ctx, actor.Person.ID)
}

// DiscardDraft forgets what the actor was typing.
func (l *Library) DiscardDraft(ctx context.Context, actor account.Actor, id ID, key string) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	if err := l.DraftFiles.DeleteDraftFiles(ctx, actor.Person.ID, id, key); err != nil {
		return err
	}
	return l.Drafts.DeleteDraft(ctx, actor.Person.ID, id, key)
}
