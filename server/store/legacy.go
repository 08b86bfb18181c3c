package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/fault"
)

type legacyRunRow struct {
	ID     string `gorm:"primaryKey"`
	Source string
	AtUs   int64
	Dry    int
	Totals string
}

func (legacyRunRow) TableName() string { return "legacy_runs" }

type legacyDocumentRow struct {
	Replica     string `gorm:"primaryKey"`
	Unid        string `gorm:"primaryKey"`
	Run         string
	Position    int64
	Article     string
	VersionOf   string
	Title       string
	Department  string
	Form        string
	File        string
	Revised     string
	Status      string
	Review      int
	Restricted  int
	Counts      string
	Binding     string
	Evidence    string
	Notes       string
	Visible     string
	Fingerprint string
	Planned     int

	Sequence, SavedUs          int64 // of the newest state that could be read
	Withheld                   int   // why that state is; see withheld
	BroughtSequence, BroughtUs int64 // of the newest state an article was made of
}

func (legacyDocumentRow) TableName() string { return "legacy_documents" }

type legacyQuestionRow struct {
	Subject         string `gorm:"primaryKey"`
	About           string
	KindRank        int
	Kind            string
	Department      string
	OtherDepartment string
	Title           string
	Fingerprint     string
	Run             string
	Replica         string
	Unid            string
	OtherReplica    string
	OtherUnid       string
	Share           float64
	Differences     string
}

func (legacyQuestionRow) TableName() string { return "legacy_questions" }

type legacyDecisionRow struct {
	Subject     string `gorm:"primaryKey"`
	About       string `gorm:"primaryKey"`
	Choice      string
	Fingerprint string
	DecidedBy   string
	AtUs        int64
	Note        string
}

func (legacyDecisionRow) TableName() string { return "legacy_decisions" }

func (r legacyDecisionRow) decision() legacy.Decision {
	return legacy.Decision{Subject: r.Subject, About: legacy.About(r.About), Choice: legacy.Choice(r.Choice), Fingerprint: r.Fingerprint, By: r.DecidedBy, At: from(r.AtUs), Note: r.Note}
}

// legacyCounts is how the numbers of a document are kept.
type legacyCounts struct{ Letters, Attachments, Links legacy.InOut }

func asJSON(v any) string {
	encoded, err := json.Marshal(v)
	if err != nil { // strings, numbers and lists of them
		panic(err)
	}
	return string(encoded)
}

func legacyDocumentRowOf(d legacy.Document) legacyDocumentRow {
	return legacyDocumentRow{
		Replica: d.Replica, Unid: d.UNID, Run: d.Run, Position: int64(d.Position), Article: string(d.Article), VersionOf: string(d.VersionOf), Title: d.Title, Department: d.Department,
		Form: d.Form, File: d.File, Revised: string(d.Revised), Status: d.Status, Review: integer(d.Review), Restricted: integer(d.Restricted), Counts: asJSON(legacyCounts{d.Letters, d.Attachments, d.Links}),
		Binding: string(d.Binding), Evidence: asJSON(d.Evidence), Notes: asJSON(d.Notes), Visible: d.Visible, Fingerprint: d.Fingerprint, Planned: integer(d.Planned),
		Sequence: int64(d.Stamp.Sequence), SavedUs: at(d.Stamp.At), Withheld: withheld(d),
	}
}

func (r legacyDocumentRow) document() (legacy.Document, error) {
	d := legacy.Document{
		Key: legacy.Key{Replica: r.Replica, UNID: r.Unid}, Run: r.Run, Position: int(r.Position), Article: content.ID(r.Article), VersionOf: content.ID(r.VersionOf), Title: r.Title,
		Department: r.Department, Form: r.Form, File: r.File, Revised: content.Date(r.Revised), Status: r.Status, Review: r.Review == 1, Restricted: r.Restricted == 1, Binding: content.Binding(r.Binding),
		Visible: r.Visible, Fingerprint: r.Fingerprint, Planned: r.Planned == 1, Stamp: legacy.Stamp{Sequence: int(r.Sequence), At: from(r.SavedUs)},
	}
	var counts legacyCounts
	if err := json.Unmarshal([]byte(r.Counts), &counts); err != nil {
		return d, err
	}
	d.Letters, d.Attachments, d.Links = counts.Letters, counts.Attachments, counts.Links
	if err := json.Unmarshal([]byte(r.Evidence), &d.Evidence); err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(r.Notes), &d.Notes)
}

func legacyQuestionRowOf(q legacy.Question) legacyQuestionRow {
	return legacyQuestionRow{
		Subject: q.Subject, About: string(q.Kind.About()), KindRank: slices.Index(legacy.Kinds(), q.Kind), Kind: string(q.Kind), Department: q.Department, OtherDepartment: q.Other, Title: q.Title,
		Fingerprint: q.Fingerprint, Run: q.Run, Replica: q.First.Replica, Unid: q.First.UNID, OtherReplica: q.Second.Replica, OtherUnid: q.Second.UNID,
		Share: q.Share, Differences: asJSON(q.Differences),
	}
}

func (r legacyQuestionRow) question() (legacy.Question, error) {
	q := legacy.Question{
		Subject: r.Subject, Kind: legacy.Kind(r.Kind), Department: r.Department, Other: r.OtherDepartment, Title: r.Title, Fingerprint: r.Fingerprint, Run: r.Run,
		First: legacy.Key{Replica: r.Replica, UNID: r.Unid}, Second: legacy.Key{Replica: r.OtherReplica, UNID: r.OtherUnid}, Share: r.Share,
	}
	return q, json.Unmarshal([]byte(r.Differences), &q.Differences)
}

// AddDocuments keeps documents and the question each of them asks, if any.
func (s *Store) AddDocuments(ctx context.Context, documents []legacy.Document, questions []legacy.Question) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		before, err := legacyPast(tx, documents)
		if err != nil {
			return err
		}
		for _, d := range documents {
			row := legacyDocumentRowOf(d)
			row.keepPast(before[d.Key])
			before[d.Key] = &row
			if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
				return err
			}
			gone := tx.Where("subject = ?", d.Key.String())
			if d.Status == "quarantined" { // questions about it and another one quote it
				gone = gone.Or("other_unid <> '' AND (replica = ? AND unid = ? OR other_replica = ? AND other_unid = ?)", d.Replica, d.UNID, d.Replica, d.UNID)
			}
			if err := gone.Delete(&legacyQuestionRow{}).Error; err != nil {
				return err
			}
		}
		return putQuestions(tx, questions)
	}))
}

func putQuestions(tx *gorm.DB, questions []legacy.Question) error {
	for _, q := range questions {
		row := legacyQuestionRowOf(q)
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
	}
	return nil
}

// EndRun keeps the run and the pairs it found. Pairs of earlier runs it did not
// find again go when it compared everything.
func (s *Store) EndRun(ctx context.Context, r legacy.Run, pairs []legacy.Question, compared bool) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		row := legacyRunRow{r.ID, r.Source, at(r.At), integer(r.Dry), asJSON(r.Totals)}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		if err := putQuestions(tx, pairs); err != nil {
			return err
		}
		if !compared {
			return nil
		}
		const seen = "EXISTS (SELECT 1 FROM legacy_documents d WHERE d.run = ? AND d.replica = legacy_questions."
		return tx.Where("other_unid <> '' AND run <> ? AND "+seen+"replica AND d.unid = legacy_questions.unid) AND "+
			seen+"other_replica AND d.unid = legacy_questions.other_unid)", r.ID, r.ID, r.ID).Delete(&legacyQuestionRow{}).Error
	}))
}

// Runs lists runs, newest first.
func (s *Store) Runs(ctx context.Context, limit, offset int) ([]legacy.Run, int, error) {
	var total int64
	if err := s.on(ctx).Model(&legacyRunRow{}).Count(&total).Error; err != nil {
		return nil, 0, translate(err)
	}
	var rows []legacyRunRow
	if err := s.on(ctx).Order("at_us DESC").Order("id").Limit(limit).Offset(offset).Find(&rows).Error; err != nil {
		return nil, 0, translate(err)
	}
	runs, err := legacyRuns(rows)
	return runs, int(total), err
}

// Run returns one run.
func (s *Store) Run(ctx context.Context, id string) (legacy.Run, error) {
	var row legacyRunRow
	err := s.on(ctx).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return legacy.Run{}, fault.New(fault.NotFound, "legacy.run-unknown", "run", id)
	}
	if err != nil {
		return legacy.Run{}, translate(err)
	}
	runs, err := legacyRuns([]legacyRunRow{row})
	if err != nil {
		return legacy.Run{}, err
	}
	return runs[0], nil
}

func legacyRuns(rows []legacyRunRow) ([]legacy.Run, error) {
	runs := make([]legacy.Run, len(rows))
	for i, row := range rows {
		runs[i] = legacy.Run{ID: row.ID, Source: row.Source, At: from(row.AtUs), Dry: row.Dry == 1}
		if err := json.Unmarshal([]byte(row.Totals), &runs[i].Totals); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// Documents lists what the newest run to see them found of documents.
func (s *Store) Documents(ctx context.Context, run string, limit, offset int) ([]legacy.Document, int, error) {
	all := s.on(ctx).Model(&legacyDocumentRow{})
	if run != "" {
		all = all.Where("run = ?", run)
	}
	all = all.Session(&gorm.Session{})
	var total int64
	if err := all.Count(&total).Error; err != nil {
		return nil, 0, translate(err)
	}
	var rows []legacyDocumentRow
	if err := all.Order("run").Order("position").Order("replica").Order("unid").Limit(limit).Offset(offset).Find(&rows).Error; err != nil {
		return nil, 0, translate(err)
	}
	documents := make([]legacy.Document, len(rows))
	for i, row := range rows {
		var err error
		if documents[i], err = row.document(); err != nil {
			return nil, 0, err
		}
	}
	return documents, int(total), nil
}

// Document returns what the newest run found of one.
func (s *Store) Document(ctx context.Context, k legacy.Key) (legacy.Document, error) {
	var row legacyDocumentRow
	if err := s.on(ctx).Where("replica = ? AND unid = ?", k.Replica, k.UNID).Take(&row).Error; err != nil {
		return legacy.Document{}, missing(err, "legacy.question-unknown")
	}
	return row.document()
}

// Question returns a question with its decision.
func (s *Store) Question(ctx context.Context, subject string) (legacy.Question, error) {
	var row legacyQuestionRow
	if err := s.on(ctx).Where("subject = ?", subject).Take(&row).Error; err != nil {
		return legacy.Question{}, missing(err, "legacy.question-unknown")
	}
	list, err := s.withDecisions(ctx, []legacyQuestionRow{row})
	if err != nil {
		return legacy.Question{}, err
	}
	return list[0], nil
}

// PairsOf lists the questions about a document and another one.
func (s *Store) PairsOf(ctx context.Context, k legacy.Key) ([]legacy.Question, error) {
	var rows []legacyQuestionRow
	err := s.on(ctx).Where("other_unid <> '' AND replica = ? AND unid = ? OR other_unid <> '' AND other_replica = ? AND other_unid = ?", k.Replica, k.UNID, k.Replica, k.UNID).
		Order("subject").Find(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	return s.withDecisions(ctx, rows)
}

func (s *Store) withDecisions(ctx context.Context, rows []legacyQuestionRow) ([]legacy.Question, error) {
	subjects, out := make([]string, len(rows)), make([]legacy.Question, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.question(); err != nil {
			return nil, err
		}
		subjects[i] = row.Subject
	}
	decided := map[[2]string]legacy.Decision{}
	for batch := range slices.Chunk(subjects, insertBatch) {
		var found []legacyDecisionRow
		if err := s.on(ctx).Where("subject IN ?", batch).Find(&found).Error; err != nil {
			return nil, translate(err)
		}
		for _, row := range found {
			decided[[2]string{row.Subject, row.About}] = row.decision()
		}
	}
	goes, err := s.losing(ctx, subjects)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Lost = goes[out[i].Subject]
		if d, ok := decided[[2]string{out[i].Subject, string(out[i].Kind.About())}]; ok {
			out[i].Decision = &d
		}
	}
	return out, nil
}

// inDepartments is the condition that a column names one of departments or of
// their units.
func inDepartments(column string, departments []string) (where string, args []any) {
	either := []string{"1 = 0"}
	for _, d := range departments {
		if d == "" {
			either = append(either, column+" = ''")
			continue
		}
		either = append(either, column+" = ?", "substr("+column+", 1, ?) = ?")
		args = append(args, d, len([]rune(d))+1, d+"/")
	}
	return "(" + strings.Join(either, " OR ") + ")", args
}

// askedIn is the condition that one of two columns does. Questions about one text
// leave the second column empty.
func askedIn(departments []string, column, other string) (where string, args []any) {
	where, args = inDepartments(column, departments)
	named := slices.DeleteFunc(slices.Clone(departments), func(d string) bool { return d == "" })
	or, more := inDepartments(other, named)
	return "(" + where + " OR " + or + ")", append(args, more...)
}

func (s *Store) questions(ctx context.Context, f legacy.QuestionFilter) *gorm.DB {
	all := s.on(ctx).Model(&legacyQuestionRow{})
	if f.Departments != nil {
		where, args := askedIn(f.Departments, "department", "other_department")
		all = all.Where(where, args...)
	}
	if len(f.Kinds) > 0 {
		all = all.Where("kind IN ?", f.Kinds)
	}
	if f.Open {
		all = all.Where("NOT " + settled)
	}
	return all.Session(&gorm.Session{})
}

// Questions lists them by kind, title and subject.
func (s *Store) Questions(ctx context.Context, f legacy.QuestionFilter) ([]legacy.Question, int, error) {
	all := s.questions(ctx, f)
	var total int64
	if err := all.Count(&total).Error; err != nil {
		return nil, 0, translate(err)
	}
	var rows []legacyQuestionRow
	if err := all.Order("kind_rank").Order("title").Order("subject").Limit(f.Limit).Offset(f.Offset).Find(&rows).Error; err != nil {
		return nil, 0, translate(err)
	}
	list, err := s.withDecisions(ctx, rows)
	return list, int(total), err
}

// Beside finds the neighbours of a question in a list.
func (s *Store) Beside(ctx context.Context, f legacy.QuestionFilter, q legacy.Question) (previous, next string, err error) {
	row := legacyQuestionRowOf(q)
	find := func(than, order string) (string, error) {
		var subjects []string
		where := "kind_rank " + than + " ? OR kind_rank = ? AND (title " + than + " ? OR title = ? AND subject " + than + " ?)"
		err := s.questions(ctx, f).Where(where, row.KindRank, row.KindRank, row.Title, row.Title, row.Subject).
			Order("kind_rank "+order).Order("title "+order).Order("subject "+order).Limit(1).Pluck("subject", &subjects).Error
		return strings.Join(subjects, ""), translate(err)
	}
	if previous, err = find("<", "DESC"); err != nil {
		return "", "", err
	}
	next, err = find(">", "ASC")
	return previous, next, err
}

// Counts counts questions by department, kind and the other department, those
// about texts of two departments in both.
func (s *Store) Counts(ctx context.Context) ([]legacy.Count, error) {
	var rows []struct {
		Department, Other, Kind string
		Answered, Open, Lost    int
	}
	const one = "SELECT %s AS department, %s AS other, kind, CASE WHEN " + answered + " THEN 1 WHEN " + lost + " THEN 2 ELSE 0 END AS state FROM legacy_questions"
	both := fmt.Sprintf(one, "department", "other_department") + " UNION ALL " + fmt.Sprintf(one, "other_department", "department") + " WHERE other_department <> ''"
	err := s.on(ctx).Raw("SELECT department, other, kind, SUM(CASE WHEN state = 1 THEN 1 ELSE 0 END) AS answered, SUM(CASE WHEN state = 0 THEN 1 ELSE 0 END) AS open, " +
		"SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END) AS lost FROM (" + both + ") AS asked GROUP BY department, other, kind ORDER BY department, kind, other").Scan(&rows).Error
	counts := make([]legacy.Count, len(rows))
	for i, r := range rows {
		counts[i] = legacy.Count{Department: r.Department, Other: r.Other, Kind: legacy.Kind(r.Kind), All: r.Answered + r.Open, Open: r.Open, Lost: r.Lost}
	}
	return counts, translate(err)
}

// Decide keeps a decision in place of an earlier one.
func (s *Store) Decide(ctx context.Context, d legacy.Decision) error {
	row := legacyDecisionRow{d.Subject, string(d.About), string(d.Choice), d.Fingerprint, d.By, at(d.At), d.Note}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// Withdraw forgets a decision about a subject.
func (s *Store) Withdraw(ctx context.Context, subject string, about legacy.About) error {
	return translate(s.on(ctx).Where("subject = ? AND about = ?", subject, string(about)).Delete(&legacyDecisionRow{}).Error)
}

// Decisions lists all by subject and what they are about.
func (s *Store) Decisions(ctx context.Context) ([]legacy.Decision, error) {
	var rows []legacyDecisionRow
	if err := s.on(ctx).Order("subject").Order("about").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]legacy.Decision, len(rows))
	for i, row := range rows {
		out[i] = row.decision()
	}
	return out, nil
}
