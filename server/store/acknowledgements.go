package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// dutyRow is a group that has to take note of a text, derived from Git.
type dutyRow struct {
	Article string `gorm:"primaryKey"`
	Token   string `gorm:"primaryKey"`
}

func (dutyRow) TableName() string { return "article_duties" }

type acknowledgementRow struct {
	Person      string `gorm:"primaryKey"`
	Article     string `gorm:"primaryKey"`
	Revision    string `gorm:"primaryKey"`
	ContentHash string
	AtUs        int64
}

func (acknowledgementRow) TableName() string { return "acknowledgements" }

type askRow struct {
	Article  string `gorm:"primaryKey"`
	Person   string `gorm:"primaryKey"`
	Revision string
	SinceUs  int64
}

func (askRow) TableName() string { return "acknowledgement_asks" }

// replaceDuties derives who has to take note of the texts.
func replaceDuties(tx *gorm.DB, articles []content.Article) error {
	var ids []string
	var rows []dutyRow
	for _, a := range articles {
		ids = append(ids, string(a.ID))
		for _, token := range unique(a.Demand.Tokens()) {
			rows = append(rows, dutyRow{string(a.ID), indexed(token)})
		}
	}
	if err := tx.Where("article IN ?", ids).Delete(&dutyRow{}).Error; err != nil || len(rows) == 0 {
		return err
	}
	return tx.CreateInBatches(&rows, insertBatch).Error
}

// demanded limits a list to texts that ask one of the groups to take note.
func demanded(q *gorm.DB, tokens []string) *gorm.DB {
	switch {
	case tokens == nil:
		return q
	case slices.Contains(tokens, ""):
		return q.Where("EXISTS (SELECT 1 FROM article_duties d WHERE d.article = articles.id)")
	}
	return q.Where("EXISTS (SELECT 1 FROM article_duties d WHERE d.article = articles.id AND d.token IN ?)", orNone(indexedAll(tokens)))
}

// AddAcknowledgement keeps that somebody took note, once.
func (s *Store) AddAcknowledgement(ctx context.Context, a content.Acknowledgement) error {
	row := acknowledgementRow{Person: a.Person, Article: string(a.Article), Revision: string(a.Revision), ContentHash: string(a.ContentHash), AtUs: at(a.At)}
	return translate(s.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// AcknowledgementsOf lists what a person took note of, latest first.
func (s *Store) AcknowledgementsOf(ctx context.Context, person string) ([]content.Acknowledgement, error) {
	return s.acknowledgements(s.on(ctx).Where("acknowledgements.person = ?", person).Order("acknowledgements.at_us DESC").Order("acknowledgements.revision"))
}

// AcknowledgementsAbout lists the newest version of a text each person took
// note of.
func (s *Store) AcknowledgementsAbout(ctx context.Context, article content.ID) ([]content.Acknowledgement, error) {
	all, err := s.acknowledgements(s.on(ctx).Where("acknowledgements.article = ?", string(article)).Order("acknowledgements.person").Order("COALESCE(r.sequence, 0) DESC"))
	return slices.CompactFunc(all, func(a, b content.Acknowledgement) bool { return a.Person == b.Person }), err
}

// NotedRevisions lists the revisions of a text that somebody took note of or
// was asked to.
func (s *Store) NotedRevisions(ctx context.Context, article content.ID) ([]content.RevisionID, error) {
	var ids []content.RevisionID
	err := s.on(ctx).Raw(
		"SELECT revision FROM acknowledgements WHERE article = ? UNION SELECT revision FROM acknowledgement_asks WHERE article = ? ORDER BY 1",
		string(article), string(article)).Scan(&ids).Error
	return ids, translate(err)
}

func (s *Store) acknowledgements(q *gorm.DB) ([]content.Acknowledgement, error) {
	var rows []struct {
		Person, Article, Revision, ContentHash string
		AtUs, Sequence                         int64
	}
	err := q.Model(&acknowledgementRow{}).Select("acknowledgements.*, COALESCE(r.sequence, 0) AS sequence").
		Joins("LEFT JOIN revisions r ON r.id = acknowledgements.revision").Find(&rows).Error
	out := make([]content.Acknowledgement, len(rows))
	for i, r := range rows {
		out[i] = content.Acknowledgement{
			Person: r.Person, Article: content.ID(r.Article), Revision: content.RevisionID(r.Revision),
			ContentHash: content.ContentHash(r.ContentHash), At: from(r.AtUs), Sequence: r.Sequence,
		}
	}
	return out, translate(err)
}

// Asking finds the revision of each text that asks people to take note.
func (s *Store) Asking(ctx context.Context, articles []content.ID) (map[content.ID]content.Revision, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return nil, err
	}
	out := map[content.ID]content.Revision{}
	for batch := range slices.Chunk(articles, insertBatch) {
		newest := db.Model(&revisionRow{}).
			Select("COALESCE(MAX(CASE WHEN change_kind <> ? THEN sequence END), MIN(sequence))", string(content.ChangeEditorial)).
			Where("article IN ? AND removed = 0", batch).Group("article")
		var rows []revisionRow
		if err := db.Where("sequence IN (?)", newest).Find(&rows).Error; err != nil {
			return nil, translate(err)
		}
		for _, r := range rows {
			revision, err := r.revision()
			if err != nil {
				return nil, err
			}
			out[revision.Article] = revision
		}
	}
	return out, nil
}

// AsksOf lists what a person was asked to take note of.
func (s *Store) AsksOf(ctx context.Context, person string) ([]content.Ask, error) {
	return asks(s.on(ctx).Where("person = ?", person).Order("article"))
}

// AsksAbout lists who was asked to take note of a text.
func (s *Store) AsksAbout(ctx context.Context, article content.ID) ([]content.Ask, error) {
	return asks(s.on(ctx).Where("article = ?", string(article)).Order("person"))
}

func asks(q *gorm.DB) ([]content.Ask, error) {
	var rows []askRow
	err := q.Find(&rows).Error
	out := make([]content.Ask, len(rows))
	for i, r := range rows {
		out[i] = content.Ask{Person: r.Person, Article: content.ID(r.Article), Revision: content.RevisionID(r.Revision), Since: from(r.SinceUs)}
	}
	return out, translate(err)
}

// AskedTexts lists the texts somebody was asked to take note of.
func (s *Store) AskedTexts(ctx context.Context) ([]content.ID, error) {
	var ids []content.ID
	err := s.on(ctx).Model(&askRow{}).Distinct("article").Order("article").Pluck("article", &ids).Error
	return ids, translate(err)
}

// ChangeAsks replaces asks about a text and drops those of some people.
func (s *Store) ChangeAsks(ctx context.Context, article content.ID, put []content.Ask, drop []string) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		for batch := range slices.Chunk(drop, insertBatch) {
			if err := tx.Where("article = ? AND person IN ?", string(article), batch).Delete(&askRow{}).Error; err != nil {
				return err
			}
		}
		for batch := range slices.Chunk(put, insertBatch) {
			rows := make([]askRow, len(batch))
			for i, a := range batch {
				rows[i] = askRow{Article: string(article), Person: a.Person, Revision: string(a.Revision), SinceUs: at(a.Since)}
			}
			if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&rows).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// Members lists everybody with an active account, by id, with their grants.
func (s *Store) Members(ctx context.Context) ([]content.Member, error) {
	var people []personRow
	if err := s.on(ctx).Where("active = 1").Order("id").Find(&people).Error; err != nil {
		return nil, translate(err)
	}
	var grants []grantRow
	if err := s.on(ctx).Order("person").Order("id").Find(&grants).Error; err != nil {
		return nil, translate(err)
	}
	of := map[string][]account.Grant{}
	for _, g := range grants {
		of[g.Person] = append(of[g.Person], account.Grant{ID: g.ID, Person: g.Person, Role: account.Role(g.Role), Scope: account.Scope(g.Scope), From: g.FromDay, Until: g.UntilDay})
	}
	out := make([]content.Member, len(people))
	for i, p := range people {
		out[i] = content.Member{Person: p.person(), Grants: of[p.ID]}
	}
	return out, nil
}

// FormerNames lists the names of accounts that are not active any more.
func (s *Store) FormerNames(ctx context.Context) ([]string, error) {
	var names []string
	err := s.on(ctx).Model(&personRow{}).Where("active = 0").Order("id").Pluck("display_name", &names).Error
	return names, translate(err)
}

// LogAccess writes lines into the audit log, all or none.
func (s *Store) LogAccess(ctx context.Context, events ...account.Event) error {
	return translate(s.together(ctx, func(ctx context.Context) error { return s.appendEvents(ctx, events) }))
}

// Accesses lists the lines with an action about a subject, newest first.
func (s *Store) Accesses(ctx context.Context, action, subject string, limit int) ([]account.Event, error) {
	var rows []auditRow
	err := s.on(ctx).Where("subject = ? AND action = ?", subject, action).Order("sequence DESC").Limit(min(max(limit, 1), listLimit)).Find(&rows).Error
	out := make([]account.Event, len(rows))
	for i, r := range rows {
		out[i] = account.Event{ID: r.ID, At: from(r.AtUs), Actor: r.Actor, Action: r.Action, Subject: r.Subject, Detail: r.Detail}
	}
	return out, translate(err)
}
