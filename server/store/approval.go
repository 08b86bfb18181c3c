package store

import (
	"context"

	"gorm.io/gorm/clause"

	"staffelstab/content"
)

type approvalRuleRow struct {
	Department string `gorm:"primaryKey"`
	Kind       string `gorm:"primaryKey"`
	Approvers  int
}

func (approvalRuleRow) TableName() string { return "approval_rules" }

// ApprovalRules lists the rules of approval by department and kind.
func (s *Store) ApprovalRules(ctx context.Context) (content.ApprovalRules, error) {
	var rows []approvalRuleRow
	if err := s.on(ctx).Order("department").Order("kind").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make(content.ApprovalRules, len(rows))
	for i, r := range rows {
		out[i] = content.ApprovalRule{Department: r.Department, Kind: content.Kind(r.Kind), Approvers: r.Approvers}
	}
	return out, nil
}

// SetApprovalRule adds or replaces a rule.
func (s *Store) SetApprovalRule(ctx context.Context, r content.ApprovalRule) error {
	row := approvalRuleRow{r.Department, string(r.Kind), r.Approvers}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// RemoveApprovalRule forgets a rule.
func (s *Store) RemoveApprovalRule(ctx context.Context, department string, kind content.Kind) error {
	return translate(s.on(ctx).Where("department = ? AND kind = ?", department, string(kind)).Delete(&approvalRuleRow{}).Error)
}
