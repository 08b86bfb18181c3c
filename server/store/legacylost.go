package store

import (
	"context"
	"slices"
)

// answered is the condition that a question has an answer that still holds.
const answered = "EXISTS (SELECT 1 FROM legacy_decisions x WHERE x.subject = legacy_questions.subject AND x.about = legacy_questions.about AND x.fingerprint = legacy_questions.fingerprint)"

// lost is the condition that the text of a question goes: an answer that holds
// says so of a pair it is in. It is looked up and not kept, so that the question
// is open again when that answer is taken back or its texts change.
const (
	lost = "(legacy_questions.kind IN ('verbindlichkeit', 'ungesehen') AND (" +
		pairDecided + "p.replica = legacy_questions.replica AND p.unid = legacy_questions.unid AND p.other_unid <> '' AND y.choice = 'zweiter') OR " +
		pairDecided + "p.other_replica = legacy_questions.replica AND p.other_unid = legacy_questions.unid AND (y.choice = 'erster' OR y.choice = 'zusammenfuehren' AND p.kind = 'identisch'))))"
	pairDecided = "EXISTS (SELECT 1 FROM legacy_questions p JOIN legacy_decisions y ON y.subject = p.subject AND y.about = p.about AND y.fingerprint = p.fingerprint WHERE "
	settled     = "(" + answered + " OR " + lost + ")"
)

// losing are those of the questions whose text goes.
func (s *Store) losing(ctx context.Context, subjects []string) (map[string]bool, error) {
	out := map[string]bool{}
	for batch := range slices.Chunk(subjects, insertBatch) {
		var found []string
		if err := s.on(ctx).Model(&legacyQuestionRow{}).Where("subject IN ?", batch).Where(lost).Pluck("subject", &found).Error; err != nil {
			return nil, translate(err)
		}
		for _, subject := range found {
			out[subject] = true
		}
	}
	return out, nil
}
