package lessons

import (
	"context"

	"staffelstab/content"
)

// Results keeps what people answered. It only ever adds.
type Results interface {
	// AddAttempt stores an attempt. When the person already used the key it
	// stores nothing and returns the first attempt and false; comparing the
	// request hashes is up to the caller.
	AddAttempt(ctx context.Context, a Attempt) (stored Attempt, added bool, err error)
	// AddReading stores a reading once per person, lesson and content hash.
	AddReading(ctx context.Context, r Reading) error
	// Attempts returns the attempts of the people in the modules, by person and
	// in the order they arrived, whatever the clock said. Nil people or modules
	// mean all.
	Attempts(ctx context.Context, people []string, modules []content.ID) ([]Attempt, error)
	// Readings returns readings in the same way, oldest first.
	Readings(ctx context.Context, people []string, modules []content.ID) ([]Reading, error)
	// EraseResults removes everything about a person.
	EraseResults(ctx context.Context, person string) error
}
