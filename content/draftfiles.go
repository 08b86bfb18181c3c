package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// RemoveDraftFile forgets a file the actor brought for a text that is not saved.
func (l *Library) RemoveDraftFile(ctx context.Context, actor account.Actor, id ID, key, name string) error {
	if err := l.mayResume(ctx, actor, id, key); err != nil {
		return err
	}
	if !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	return l.DraftFiles.DeleteDraftFile(ctx, actor.Person.ID, id, key, name)
}

// ForgetDraftFiles forgets which files the actor brought for a text, because they
// are saved with it. What was typed stays.
func (l *Library) ForgetDraftFiles(ctx context.Context, actor account.Actor, id ID, key string) error {
	if !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	return l.DraftFiles.DeleteDraftFiles(ctx, actor.Person.ID, id, key)
}
