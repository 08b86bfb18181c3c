package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"staffelstab/content/legacy"
)

// legacyAnswerRow is a decision with what is known of its question.
type legacyAnswerRow struct {
	Answer legacyDecisionRow `gorm:"embedded"`

	Asked  int
	Kind   string
	OfDoc  string // replica of the document, where the question is asked no more
	OfUnid string
}

// answersOf joins decisions with their questions and, for those that are asked no
// more, with their documents. A pair nobody asks about any longer is history.
const (
	answersOf = "legacy_decisions x LEFT JOIN legacy_questions q ON q.subject = x.subject AND q.about = x.about " +
		"LEFT JOIN legacy_documents d ON q.subject IS NULL AND CAST(d.replica || '/' || d.unid AS TEXT) = x.subject"
	answerKind = "CASE WHEN q.subject IS NOT NULL THEN q.kind WHEN x.about = 'leser' THEN 'gesperrt' WHEN x.about = 'durchsicht' THEN 'ungesehen' ELSE x.about END"
	answerAsks = "CASE WHEN q.subject IS NULL THEN 0 ELSE 1 END"
)

func (s *Store) answers(ctx context.Context) *gorm.DB {
	return s.on(ctx).Table(answersOf).Where("q.subject IS NOT NULL OR d.unid IS NOT NULL")
}

// Decided lists answered questions, newest answer first.
func (s *Store) Decided(ctx context.Context, f legacy.QuestionFilter) ([]legacy.Question, int, error) {
	all := s.answers(ctx)
	if f.Departments != nil {
		where, args := askedIn(f.Departments, "COALESCE(q.department, d.department)", "COALESCE(q.other_department, '')")
		all = all.Where(where, args...)
	}
	if len(f.Kinds) > 0 {
		all = all.Where(answerKind+" IN ?", f.Kinds)
	}
	all = all.Session(&gorm.Session{})
	var total int64
	if err := all.Count(&total).Error; err != nil {
		return nil, 0, translate(err)
	}
	list, err := s.answered(ctx, all.Order("x.at_us DESC").Order("x.subject").Order("x.about").Limit(f.Limit).Offset(f.Offset))
	return list, int(total), err
}

// Answer returns one answered question.
func (s *Store) Answer(ctx context.Context, subject string, about legacy.About) (legacy.Question, error) {
	list, err := s.answered(ctx, s.answers(ctx).Where("x.subject = ? AND x.about = ?", subject, string(about)).Limit(1))
	if err == nil && len(list) == 0 {
		err = missing(gorm.ErrRecordNotFound, "legacy.question-unknown")
	}
	if err != nil {
		return legacy.Question{}, err
	}
	return list[0], nil
}

func (s *Store) answered(ctx context.Context, query *gorm.DB) ([]legacy.Question, error) {
	var rows []legacyAnswerRow
	err := query.Select("x.*, " + answerAsks + " AS asked, " + answerKind + " AS kind, COALESCE(d.replica, '') AS of_doc, COALESCE(d.unid, '') AS of_unid").Find(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	var subjects []string
	for _, row := range rows {
		if row.Asked == 1 {
			subjects = append(subjects, row.Answer.Subject)
		}
	}
	asked := map[string]legacyQuestionRow{}
	for batch := range slices.Chunk(subjects, insertBatch) {
		var found []legacyQuestionRow
		if err := s.on(ctx).Where("subject IN ?", batch).Find(&found).Error; err != nil {
			return nil, translate(err)
		}
		for _, row := range found {
			asked[row.Subject] = row
		}
	}
	out := make([]legacy.Question, 0, len(rows))
	for _, row := range rows {
		var q legacy.Question
		var err error
		if known, ok := asked[row.Answer.Subject]; ok {
			q, err = known.question()
		} else if row.Asked == 0 {
			q, err = s.pastQuestion(ctx, row)
		} else { // gone meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		decision := row.Answer.decision()
		q.Decision = &decision
		out = append(out, q)
	}
	return out, nil
}

// pastQuestion is what was asked, as the document tells it now.
func (s *Store) pastQuestion(ctx context.Context, row legacyAnswerRow) (legacy.Question, error) {
	d, err := s.Document(ctx, legacy.Key{Replica: row.OfDoc, UNID: row.OfUnid})
	return legacy.Question{
		Subject: row.Answer.Subject, Kind: legacy.Kind(row.Kind), Department: d.Department, Title: d.Title, Fingerprint: d.Fingerprint,
		Run: d.Run, First: d.Key, Past: true,
	}, err
}
