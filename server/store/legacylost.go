package store

import (
	"context"
	"slices"
)

// answered is the condition that a question has an answer that still holds.
const answered = "EXISTS (SELECT 1 FROM legacy_decisions x WHERE x.subject = legacy_questions.subject AND x.about = legacy_questions.about AND x.fingerprint = legacy_questions.fingerprint)"

// lost is the condition that a text of a question goes: an answer that holds says
// so of another pair it is in. It is looked up and not kept, so that the question
// is open again when that answer is taken back or its texts change.
var (
	lost = "(legacy_questions.kind IN ('verbindlichkeit', 'ungesehen', 'aehnlich') AND (" + goes("") +
		" OR legacy_questions.kind = 'aehnlich' AND (" + goes("other_") + ")))"
	settled = "(" + answered + " OR " + lost + ")"
)

// goes is the condition that the first or the other text of a question goes.
func goes(which string) string {
	const decided = "EXISTS (SELECT 1 FROM legacy_questions p JOIN legacy_decisions y ON y.subject = p.subject AND y.about = p.about AND y.fingerprint = p.fingerprint " +
		"WHERE p.other_unid <> '' AND p.subject <> legacy_questions.subject AND "
	document := func(column string) string {
		return "p." + column + "replica = legacy_questions." + which + "replica AND p." + column + "unid = legacy_questions." + which + "unid AND "
	}
	return decided + document("") + "y.choice = 'zweiter') OR " +
		decided + document("other_") + "(y.choice = 'erster' OR y.choice = 'zusammenfuehren' AND p.kind = 'identisch'))"
}

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
