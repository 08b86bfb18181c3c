package store

import (
	"gorm.io/gorm"

	"staffelstab/content"
)

// redactLegacy changes what old systems said about the text.
func redactLegacy(tx *gorm.DB, r content.RowRedaction) error {
	var rows []legacyDocumentRow
	if err := tx.Where("article = ? OR version_of = ?", string(r.Article), string(r.Article)).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		d, err := row.document()
		if err != nil {
			return err
		}
		d.Title, d.Visible = r.Text(d.Title), r.Text(d.Visible)
		for _, list := range [][]string{d.Evidence, d.Notes} {
			for i := range list {
				list[i] = r.Text(list[i])
			}
		}
		fresh := legacyDocumentRowOf(d)
		if err := tx.Save(&fresh).Error; err != nil {
			return err
		}
		if err := redactNotes(tx, r, d.Key.String()); err != nil {
			return err
		}
		var asked []legacyQuestionRow
		if err := tx.Where("(replica = ? AND unid = ?) OR (other_replica = ? AND other_unid = ?)", row.Replica, row.Unid, row.Replica, row.Unid).Find(&asked).Error; err != nil {
			return err
		}
		for _, question := range asked {
			q, err := question.question()
			if err != nil {
				return err
			}
			if err := redactNotes(tx, r, q.Subject); err != nil {
				return err
			}
			q.Title = r.Text(q.Title)
			for i, diff := range q.Differences {
				q.Differences[i].First, q.Differences[i].Second = r.Text(diff.First), r.Text(diff.Second)
			}
			changed := legacyQuestionRowOf(q)
			if err := tx.Save(&changed).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// redactNotes changes what people noted beside their answers.
func redactNotes(tx *gorm.DB, r content.RowRedaction, subject string) error {
	var rows []legacyDecisionRow
	if err := tx.Where("subject = ? AND note <> ''", subject).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		row.Note = r.Text(row.Note)
		if err := tx.Save(&row).Error; err != nil {
			return err
		}
	}
	return nil
}
