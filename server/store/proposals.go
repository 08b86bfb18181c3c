package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

type proposalRow struct {
	ID           string `gorm:"primaryKey"`
	Article      string
	Base         string
	BaseRevision string
	Source       string
	Files        string
	Concerns     string
	ContentHash  string
	Kind         string
	Title        string
	Department   string
	Audience     string
	State        string
	Author       string
	Why          string
	ChangeKind   string
	Operation    string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	ChangedAt    int64
	SubmittedAt  int64
	DecidedAt    int64
	Released     string
	Version      int64
}

func (proposalRow) TableName() string { return "proposals" }

type voteRow struct {
	Proposal    string `gorm:"primaryKey"`
	Reviewer    string `gorm:"primaryKey"`
	ContentHash string `gorm:"primaryKey"`
	GivenFor    string
	Approves    int
	Note        string
	AtUs        int64
	Sequence    int64 // order of arrival, by proposal
}

func (voteRow) TableName() string { return "votes" }

// AddProposal stores a new proposal.
func (s *Store) AddProposal(ctx context.Context, p content.Proposal) error {
	row, err := proposalRowOf(p)
	if err != nil {
		return err
	}
	return translate(s.on(ctx).Create(&row).Error)
}

// Proposal returns a proposal.
func (s *Store) Proposal(ctx context.Context, id content.ProposalID) (content.Proposal, error) {
	return s.proposalWhere(ctx, "id = ?", string(id))
}

// ProposalByOperation finds what a keyed request made.
func (s *Store) ProposalByOperation(ctx context.Context, operation string) (content.Proposal, error) {
	if operation == "" {
		return content.Proposal{}, fault.New(fault.NotFound, "content.proposal-missing")
	}
	return s.proposalWhere(ctx, "operation = ?", operation)
}

func (s *Store) proposalWhere(ctx context.Context, where, value string) (content.Proposal, error) {
	var row proposalRow
	if err := s.on(ctx).Where(where, value).Take(&row).Error; err != nil {
		return content.Proposal{}, missing(err, "content.proposal-missing")
	}
	return row.proposal()
}

// UpdateProposal replaces a proposal that still has the version.
func (s *Store) UpdateProposal(ctx context.Context, p content.Proposal) error {
	row, err := proposalRowOf(p)
	if err != nil {
		return err
	}
	row.Version++
	result := s.on(ctx).Model(&proposalRow{}).Where("id = ? AND version = ?", row.ID, p.Version).Select("*").Updates(&row)
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.Stale, "content.proposal-changed")
	}
	return translate(result.Error)
}

// Proposals lists proposals without their source.
func (s *Store) Proposals(ctx context.Context, f content.ProposalFilter) ([]content.Proposal, error) {
	q := s.on(ctx).Omit("source")
	if f.Open {
		q = q.Where("state IN ?", []string{string(content.ProposalDraft), string(content.ProposalSubmitted), string(content.ProposalReturned)})
	}
	if f.Author != "" {
		q = q.Where("author = ?", f.Author)
	}
	if f.Article != "" {
		q = q.Where("article = ?", string(f.Article))
	}
	var rows []proposalRow
	waiting := clause.OrderBy{Expression: clause.Expr{
		SQL:  "CASE WHEN state = ? THEN 0 ELSE 1 END, CASE WHEN state = ? THEN submitted_at ELSE -changed_at END, id",
		Vars: []any{string(content.ProposalSubmitted), string(content.ProposalSubmitted)},
	}}
	if err := q.Clauses(waiting).Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]content.Proposal, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.proposal(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AddVote stores what a reviewer said about a wording, the last word counting.
func (s *Store) AddVote(ctx context.Context, v content.Vote) error {
	row := voteRow{
		Proposal: string(v.Proposal), Reviewer: v.Reviewer, GivenFor: v.For, ContentHash: string(v.ContentHash), Approves: integer(v.Approves), Note: v.Note, AtUs: at(v.At),
	}
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		last := tx.Model(&voteRow{}).Select("COALESCE(MAX(sequence), 0)").Where("proposal = ?", row.Proposal)
		if err := last.Scan(&row.Sequence).Error; err != nil {
			return err
		}
		row.Sequence++
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	}))
}

// Votes lists votes, oldest first.
func (s *Store) Votes(ctx context.Context, id content.ProposalID) ([]content.Vote, error) {
	var rows []voteRow
	if err := s.on(ctx).Where("proposal = ?", string(id)).Order("sequence").Order("reviewer").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]content.Vote, len(rows))
	for i, r := range rows {
		out[i] = content.Vote{
			Proposal: content.ProposalID(r.Proposal), Reviewer: r.Reviewer, For: r.GivenFor, ContentHash: content.ContentHash(r.ContentHash),
			Approves: r.Approves == 1, Note: r.Note, At: from(r.AtUs),
		}
	}
	return out, nil
}

// addReleases records what became of proposals, together with the head, and
// tells their authors when it was not known before: once, however often the
// history is read again.
func (s *Store) addReleases(tx *gorm.DB, releases []content.Release) error {
	ctx := context.WithValue(tx.Statement.Context, transactionKey{}, tx)
	for _, r := range releases {
		result := tx.Model(&proposalRow{}).Where("id = ? AND article = ? AND state <> ?", string(r.Proposal), string(r.Article), string(content.ProposalReleased)).Updates(map[string]any{
			"state": string(content.ProposalReleased), "released": string(r.Revision), "decided_at": at(r.At), "version": gorm.Expr("version + 1"),
		})
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			continue
		}
		if err := forgetRevision(tx, r.Proposal); err != nil {
			return err
		}
		var authors []personRow
		if err := tx.Where("pseudonym = (SELECT author FROM proposals WHERE id = ?)", string(r.Proposal)).Find(&authors).Error; err != nil {
			return err
		}
		for _, author := range authors {
			if err := s.AddNotices(ctx, r.Notice(author.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgetRevision drops what somebody was still writing about a proposal that is
// decided, with the files brought for it.
func forgetRevision(tx *gorm.DB, id content.ProposalID) error {
	key := content.ProposalDraftKey(id)
	if err := tx.Where("draft_key = ?", key).Delete(&draftFileRow{}).Error; err != nil {
		return err
	}
	return tx.Where("draft_key = ?", key).Delete(&draftRow{}).Error
}

func proposalRowOf(p content.Proposal) (proposalRow, error) {
	audience, err := json.Marshal(slices.Concat([]string{}, p.Audience))
	if err != nil {
		return proposalRow{}, err
	}
	concerns, err := json.Marshal(slices.Concat([]content.ID{}, p.Concerns))
	if err != nil {
		return proposalRow{}, err
	}
	files, err := json.Marshal(slices.Concat([]content.FileChange{}, p.Files))
	if err != nil {
		return proposalRow{}, err
	}
	return proposalRow{
		ID: string(p.ID), Article: string(p.Article), Base: p.Base, BaseRevision: string(p.BaseRevision), Source: string(p.Source), Files: string(files), Concerns: string(concerns),
		ContentHash: string(p.ContentHash), Kind: string(p.Kind), Title: p.Title, Department: p.Department, Audience: string(audience),
		State: string(p.State), Author: p.Author, Why: p.Why, ChangeKind: string(p.Change), Operation: p.Operation, CreatedAt: at(p.CreatedAt),
		ChangedAt: at(p.ChangedAt), SubmittedAt: at(p.SubmittedAt), DecidedAt: at(p.DecidedAt), Released: string(p.Released), Version: p.Version,
	}, nil
}

func (r proposalRow) proposal() (content.Proposal, error) {
	p := content.Proposal{
		ID: content.ProposalID(r.ID), Article: content.ID(r.Article), Base: r.Base, BaseRevision: content.RevisionID(r.BaseRevision),
		Source: []byte(r.Source), ContentHash: content.ContentHash(r.ContentHash), Kind: content.Kind(r.Kind), Title: r.Title,
		Department: r.Department, State: content.ProposalState(r.State), Author: r.Author, Why: r.Why, Change: content.ChangeKind(r.ChangeKind),
		Operation: r.Operation, CreatedAt: from(r.CreatedAt), ChangedAt: from(r.ChangedAt), SubmittedAt: from(r.SubmittedAt),
		DecidedAt: from(r.DecidedAt), Released: content.RevisionID(r.Released), Version: r.Version,
	}
	if err := errors.Join(json.Unmarshal([]byte(r.Audience), &p.Audience), json.Unmarshal([]byte(r.Files), &p.Files), json.Unmarshal([]byte(r.Concerns), &p.Concerns)); err != nil {
		return p, fmt.Errorf("store: proposal %s: %w", r.ID, err)
	}
	return p, nil
}
