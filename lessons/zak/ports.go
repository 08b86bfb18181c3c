package zak

import "context"

// Register keeps occupations, cohorts and apprentices. A missing row is a
// fault of kind NotFound.
type Register interface {
	Occupations(ctx context.Context) ([]Occupation, error)
	SaveOccupation(ctx context.Context, o Occupation) error

	// Cohorts lists all cohorts, newest year first, then by name.
	Cohorts(ctx context.Context) ([]Cohort, error)
	Cohort(ctx context.Context, id string) (Cohort, error)
	SaveCohort(ctx context.Context, c Cohort) error

	// Apprentices lists a cohort by display name in German order.
	Apprentices(ctx context.Context, cohort string) ([]Apprentice, error)
	Apprentice(ctx context.Context, id string) (Apprentice, error)
	// ApprenticeshipsOf lists those of one person.
	ApprenticeshipsOf(ctx context.Context, person string) ([]Apprentice, error)
	// SaveApprentice adds or changes; a second apprenticeship of a person in
	// the same cohort is a Conflict.
	SaveApprentice(ctx context.Context, a Apprentice) error
}
