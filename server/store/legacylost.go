package store

import (
	"context"
	"slices"
)

// answered is the condition that a question has an answer that still holds. Like
// what goes it is looked for in one list: PostgreSQL takes a question asked of
// each row for so much work that it compiles it first, which takes seconds. CASE
// keeps SQLite from reading the whole list for each row that is not in it, in case
// there is a NULL.
const answered = "(CASE WHEN (legacy_questions.subject, legacy_questions.about, legacy_questions.fingerprint) IN (SELECT x.subject, x.about, x.fingerprint FROM legacy_decisions x) THEN 1 ELSE 0 END = 1)"

// lost is the condition that a text of a question goes: an answer that holds says
// so of a pair it is in. It is looked up and not kept, so that the question is open
// again when that answer is taken back or its texts change.
const (
	lost = "(legacy_questions.kind IN ('verbindlichkeit', 'ungesehen') AND legacy_questions.subject IN (" + going + ") OR " +
		"legacy_questions.kind = 'aehnlich' AND NOT " + answered + " AND (legacy_questions.replica || '/' || legacy_questions.unid IN (" + going + ") OR " +
		"legacy_questions.other_replica || '/' || legacy_questions.other_unid IN (" + going + ")))"
	going = "SELECT p.replica || '/' || p.unid" + decidedPairs + "y.choice = 'zweiter' UNION ALL " +
		"SELECT p.other_replica || '/' || p.other_unid" + decidedPairs + "(y.choice = 'erster' OR y.choice = 'zusammenfuehren' AND p.kind = 'identisch')"
	decidedPairs = " FROM legacy_questions p JOIN legacy_decisions y ON y.subject = p.subject AND y.about = p.about AND y.fingerprint = p.fingerprint WHERE y.about = 'paar' AND "
	settled      = "(" + answered + " OR " + lost + ")"
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
