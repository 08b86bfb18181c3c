package zak

import (
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// CanTrack reports whether the actor may see by name what the apprentices of a
// cohort have done: its trainers and the training head.
func CanTrack(actor account.Actor, cohort string) bool {
	return actor.SignedIn() && actor.HasForCohort(cohort, account.Trainer, account.TrainingHead)
}

// CanManage reports whether the actor may change the cohort. Today those who
// track it also keep it.
func CanManage(actor account.Actor, cohort string) bool { return CanTrack(actor, cohort) }

// CanTrackAny reports whether the actor follows any cohort, for menus.
func CanTrackAny(actor account.Actor) bool {
	return actor.SignedIn() && actor.Has(account.Trainer, account.TrainingHead)
}

// CanCreateCohorts reports whether the actor may add cohorts: a training head
// who is limited to some may not.
func CanCreateCohorts(actor account.Actor) bool {
	return actor.System || actor.SignedIn() && slices.ContainsFunc(actor.Grants, func(g account.Grant) bool {
		return g.Role == account.TrainingHead && g.Scope == account.City
	})
}

func authorizeTraining(actor account.Actor) error {
	switch {
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "zak.sign-in-first")
	case !CanTrackAny(actor):
		return fault.New(fault.Forbidden, "zak.trainers-only")
	}
	return nil
}

func authorizeCohorts(actor account.Actor) error {
	switch {
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "zak.sign-in-first")
	case !actor.CanWrite() || !CanCreateCohorts(actor):
		return fault.New(fault.Forbidden, "zak.training-head-only")
	}
	return nil
}
