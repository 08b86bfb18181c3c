package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

type commentRow struct {
	ID         string `gorm:"primaryKey"`
	Article    string
	Revision   string
	Anchor     string
	Section    string
	Question   int
	Author     string
	Text       string
	AtUs       int64
	Assignee   string
	Answer     string
	AnsweredBy string
	AnsweredAt int64
	TakenBy    string
	TakenAt    int64
	AnsweredIn string
	ResolvedAt int64
	Operation  string
}

func (commentRow) TableName() string { return "comments" }

type helpfulRow struct {
	Article string `gorm:"primaryKey"`
	Person  string `gorm:"primaryKey"`
	AtUs    int64
}

func (helpfulRow) TableName() string { return "helpful" }

type watchRow struct {
	Person string `gorm:"primaryKey"`
	Kind   string `gorm:"primaryKey"`
	Target string `gorm:"primaryKey"`
	AtUs   int64
}

func (watchRow) TableName() string { return "watches" }

type feedRow struct {
	Person     string `gorm:"primaryKey"`
	SecretHash string
	AtUs       int64
}

func (feedRow) TableName() string { return "feeds" }

func commentRowOf(c content.Comment) commentRow {
	return commentRow{
		ID: string(c.ID), Article: string(c.Article), Revision: string(c.Revision), Anchor: c.Anchor, Section: c.Section, Question: integer(c.Question),
		Author: c.Author, Text: c.Text, AtUs: at(c.At), Assignee: c.Assignee, Answer: c.Answer, AnsweredBy: c.AnsweredBy, AnsweredAt: at(c.AnsweredAt),
		TakenBy: c.TakenBy, TakenAt: at(c.TakenAt), AnsweredIn: string(c.AnsweredIn), ResolvedAt: at(c.ResolvedAt), Operation: c.Operation,
	}
}

func (r commentRow) comment() content.Comment {
	return content.Comment{
		ID: content.CommentID(r.ID), Article: content.ID(r.Article), Revision: content.RevisionID(r.Revision), Anchor: r.Anchor, Section: r.Section,
		Question: r.Question == 1, Author: r.Author, Text: r.Text, At: from(r.AtUs), Assignee: r.Assignee, Answer: r.Answer, AnsweredBy: r.AnsweredBy,
		AnsweredAt: from(r.AnsweredAt), TakenBy: r.TakenBy, TakenAt: from(r.TakenAt), AnsweredIn: content.RevisionID(r.AnsweredIn),
		ResolvedAt: from(r.ResolvedAt), Operation: r.Operation,
	}
}

// AddComment stores a new comment.
func (s *Store) AddComment(ctx context.Context, c content.Comment) error {
	row := commentRowOf(c)
	return translate(s.on(ctx).Create(&row).Error)
}

// Comment returns a comment.
func (s *Store) Comment(ctx context.Context, id content.CommentID) (content.Comment, error) {
	return s.commentWhere(ctx, "id = ?", string(id))
}

// CommentByOperation finds what a keyed request made.
func (s *Store) CommentByOperation(ctx context.Context, operation string) (content.Comment, error) {
	if operation == "" {
		return content.Comment{}, fault.New(fault.NotFound, "talk.comment-missing")
	}
	return s.commentWhere(ctx, "operation = ?", operation)
}

func (s *Store) commentWhere(ctx context.Context, where, value string) (content.Comment, error) {
	var row commentRow
	if err := s.on(ctx).Where(where, value).Take(&row).Error; err != nil {
		return content.Comment{}, missing(err, "talk.comment-missing")
	}
	return row.comment(), nil
}

// UpdateComment replaces a comment.
func (s *Store) UpdateComment(ctx context.Context, c content.Comment) error {
	row := commentRowOf(c)
	result := s.on(ctx).Model(&commentRow{}).Where("id = ?", row.ID).Select("*").Updates(&row)
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.NotFound, "talk.comment-missing")
	}
	return translate(result.Error)
}

// Comments lists comments, oldest first.
func (s *Store) Comments(ctx context.Context, f content.CommentFilter) ([]content.Comment, error) {
	q := s.on(ctx).Order("at_us").Order("id")
	if f.Article != "" {
		q = q.Where("article = ?", string(f.Article))
	}
	if f.Open {
		q = q.Where("question = 1 AND answered_at = 0 AND resolved_at = 0")
	}
	if f.Author != "" {
		q = q.Where("author = ?", f.Author)
	}
	if f.TakenBy != "" {
		q = q.Where("taken_by = ? AND answered_in = ''", f.TakenBy)
	}
	var rows []commentRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]content.Comment, len(rows))
	for i, r := range rows {
		out[i] = r.comment()
	}
	return out, nil
}

// SetHelpful notes that a text helped somebody, or takes it back.
func (s *Store) SetHelpful(ctx context.Context, article content.ID, person string, helped bool, when time.Time) error {
	row := helpfulRow{string(article), person, at(when)}
	if !helped {
		return translate(s.on(ctx).Delete(&row).Error)
	}
	return translate(s.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// Helpful counts those a text helped and tells whether the person is one.
func (s *Store) Helpful(ctx context.Context, article content.ID, person string) (int, bool, error) {
	var all, mine int64
	if err := s.on(ctx).Model(&helpfulRow{}).Where("article = ?", string(article)).Count(&all).Error; err != nil {
		return 0, false, translate(err)
	}
	err := s.on(ctx).Model(&helpfulRow{}).Where("article = ? AND person = ?", string(article), person).Count(&mine).Error
	return int(all), mine > 0, translate(err)
}

// HelpfulTexts counts those each text helped where they are enough.
func (s *Store) HelpfulTexts(ctx context.Context, ids []content.ID, least int) (map[content.ID]int, error) {
	out := map[content.ID]int{}
	count := func(q *gorm.DB) error {
		var found []struct {
			Article string
			N       int
		}
		err := q.Select("article, COUNT(*) AS n").Group("article").Having("COUNT(*) >= ?", least).Scan(&found).Error
		for _, f := range found {
			out[content.ID(f.Article)] = f.N
		}
		return translate(err)
	}
	if ids == nil {
		return out, count(s.on(ctx).Model(&helpfulRow{}))
	}
	for batch := range slices.Chunk(ids, insertBatch) {
		if err := count(s.on(ctx).Model(&helpfulRow{}).Where("article IN ?", batch)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AddWatch makes a person follow something.
func (s *Store) AddWatch(ctx context.Context, person string, w content.Watch, when time.Time) error {
	row := watchRow{person, string(w.Kind), w.Target, at(when)}
	return translate(s.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// RemoveWatch ends it.
func (s *Store) RemoveWatch(ctx context.Context, person string, w content.Watch) error {
	return translate(s.on(ctx).Delete(&watchRow{Person: person, Kind: string(w.Kind), Target: w.Target}).Error)
}

// Watches lists what a person follows.
func (s *Store) Watches(ctx context.Context, person string) ([]content.Watch, error) {
	var rows []watchRow
	err := s.on(ctx).Where("person = ?", person).Order("kind").Order("target").Find(&rows).Error
	out := make([]content.Watch, len(rows))
	for i, r := range rows {
		out[i] = content.Watch{Kind: content.WatchKind(r.Kind), Target: r.Target}
	}
	return out, translate(err)
}

// Watchers lists who follows one of them.
func (s *Store) Watchers(ctx context.Context, of []content.Watch) ([]string, error) {
	if len(of) == 0 {
		return []string{}, nil
	}
	any := s.on(ctx)
	for i, w := range of {
		if i == 0 {
			any = s.db.Where("kind = ? AND target = ?", string(w.Kind), w.Target)
			continue
		}
		any = any.Or("kind = ? AND target = ?", string(w.Kind), w.Target)
	}
	people := []string{}
	err := s.on(ctx).Model(&watchRow{}).Where(any).Distinct().Order("person").Pluck("person", &people).Error
	return people, translate(err)
}

// RevisionsAfter lists revisions in their order.
func (s *Store) RevisionsAfter(ctx context.Context, sequence int64, limit int) ([]content.Revision, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return nil, err
	}
	return foundRevisions(db.Where("sequence > ?", sequence).Order("sequence").Limit(limit))
}

// RevisionsBetween lists revisions by their time, oldest first.
func (s *Store) RevisionsBetween(ctx context.Context, begin, end time.Time) ([]content.Revision, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return nil, err
	}
	return foundRevisions(db.Where("at_us >= ? AND at_us < ?", at(begin), at(end)).Order("at_us").Order("sequence"))
}

func foundRevisions(q *gorm.DB) ([]content.Revision, error) {
	var rows []revisionRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	return revisionsOf(rows)
}

// LastRevision is the newest position there is.
func (s *Store) LastRevision(ctx context.Context) (content.Position, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return content.Position{}, err
	}
	var row revisionRow
	err = db.Order("sequence DESC").Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return content.Position{}, nil
	}
	return content.Position{Revision: content.RevisionID(row.ID), Sequence: row.Sequence}, translate(err)
}

// toldSetting keeps how far followers were told.
const toldSetting = "told-followers"

// Told is the position up to which followers were told.
func (s *Store) Told(ctx context.Context) (content.Position, bool, error) {
	var row settingRow
	err := s.on(ctx).Where("name = ?", toldSetting).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return content.Position{}, false, nil
	}
	if err != nil {
		return content.Position{}, false, translate(err)
	}
	var p content.Position
	err = json.Unmarshal([]byte(row.Value), &p)
	return p, true, err
}

// SetTold moves the position.
func (s *Store) SetTold(ctx context.Context, p content.Position) error {
	value, err := json.Marshal(p)
	if err != nil {
		return err
	}
	row := settingRow{Name: toldSetting, Value: string(value)}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// SetFeed replaces or removes the private address of a person's feed.
func (s *Store) SetFeed(ctx context.Context, person, hash string, when time.Time) error {
	row := feedRow{person, hash, at(when)}
	if hash == "" {
		return translate(s.on(ctx).Delete(&row).Error)
	}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// FeedMade is when a person's address was made.
func (s *Store) FeedMade(ctx context.Context, person string) (time.Time, error) {
	row, err := s.feedWhere(ctx, "person = ?", person)
	return from(row.AtUs), err
}

// FeedPerson is whose address has the hash.
func (s *Store) FeedPerson(ctx context.Context, hash string) (string, error) {
	row, err := s.feedWhere(ctx, "secret_hash = ?", hash)
	return row.Person, err
}

func (s *Store) feedWhere(ctx context.Context, where, value string) (feedRow, error) {
	var row feedRow
	return row, missing(s.on(ctx).Where(where, value).Take(&row).Error, "talk.feed-missing")
}
