package legacy

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Plans lists runs that only planned, newest first.
func (d *Desk) Plans(ctx context.Context, actor account.Actor) ([]Run, error) {
	if err := mayWithdraw(actor); err != nil {
		return nil, err
	}
	return d.ledger.Plans(ctx)
}

// WithdrawPlan takes from the desk what only this plan brought: documents no
// import ever brought, the questions about them, and the run itself. It tells how
// many documents that were. Documents that are here stay as the plan saw them
// until the next run reads them; answers stay, and hold again when a later run
// finds the same.
func (d *Desk) WithdrawPlan(ctx context.Context, actor account.Actor, run string) (documents int, err error) {
	if err := mayWithdraw(actor); err != nil {
		return 0, err
	}
	return d.ledger.WithdrawPlan(ctx, run)
}

// mayWithdraw is for those who run imports. They need not see what the documents
// said.
func mayWithdraw(actor account.Actor) error {
	switch {
	case account.CanAdminister(actor):
		return nil
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "account.sign-in-first")
	}
	return fault.New(fault.Forbidden, "account.admins-only")
}
