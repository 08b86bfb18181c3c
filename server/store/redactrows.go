package store

import (
	"encoding/json"
	"slices"

	"gorm.io/gorm"

	"staffelstab/content"
)

// pin is a column that refers to a state of a text by its hash.
type pin struct {
	table, column string
	of            string   // the condition that limits the rows to one text
	once          []string // columns that with the hash name a row once
}

// pins lists them by kind of hash. What is new here has to be listed, or a
// redaction unpins it. Acknowledgements and asks are pinned to revisions, whose
// ids a redaction keeps; acknowledgements name the hash besides.
func pins() map[string][]pin {
	return map[string][]pin{
		"content": {
			{"proposals", "content_hash", "article = ?", nil},
			{"votes", "content_hash", "proposal IN (SELECT id FROM proposals WHERE article = ?)", []string{"proposal", "reviewer"}},
			{"readings", "content_hash", "lesson = ?", []string{"person", "lesson"}},
			{"acknowledgements", "content_hash", "article = ?", nil},
		},
		"etag":     {{"proposals", "base", "article = ?", nil}, {"drafts", "base", "article = ?", nil}},
		"question": {{"attempts", "question_hash", "lesson = ?", nil}},
	}
}

// move gives the rows of one text that are pinned to a hash another one. Two
// states may become one by a redaction; where a row must be there once, the
// later of the two, pinned to what the text has become, stays.
func (p pin) move(tx *gorm.DB, article, old, fresh string) error {
	if p.once != nil {
		same := "o." + p.column + " = ?"
		for _, column := range p.once {
			same += " AND o." + column + " = " + p.table + "." + column
		}
		twice := "DELETE FROM " + p.table + " WHERE " + p.column + " = ? AND " + p.of + " AND EXISTS (SELECT 1 FROM " + p.table + " o WHERE " + same + ")"
		if err := tx.Exec(twice, old, article, fresh).Error; err != nil {
			return err
		}
	}
	return tx.Exec("UPDATE "+p.table+" SET "+p.column+" = ? WHERE "+p.column+" = ? AND "+p.of, fresh, old, article).Error
}

// repin moves everything pinned to the text.
func repin(tx *gorm.DB, r content.RowRedaction, hashes map[string]string) error {
	for kind, moved := range map[string]map[string]string{"content": hashes, "etag": r.ETags, "question": r.Questions} {
		for _, p := range pins()[kind] {
			for old, fresh := range moved {
				if old == fresh {
					continue
				}
				if err := p.move(tx, string(r.Article), old, fresh); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func redactDrafts(tx *gorm.DB, r content.RowRedaction) error {
	var rows []draftRow
	if err := tx.Where("article = ?", string(r.Article)).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		var fields map[string]string
		if err := json.Unmarshal([]byte(row.Fields), &fields); err != nil {
			return err
		}
		for key, value := range fields {
			fields[key] = r.Text(value)
		}
		encoded, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		err = tx.Model(&draftRow{}).Where("person = ? AND article = ? AND draft_key = ?", row.Person, row.Article, row.DraftKey).
			Updates(map[string]any{"title": r.Text(row.Title), "body": r.Text(row.Body), "fields": string(encoded)}).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// redactProposals changes proposals and the notes about them, and adds the
// hashes of their new sources to those that moved.
func redactProposals(tx *gorm.DB, r content.RowRedaction, hashes map[string]string) error {
	var rows []proposalRow
	if err := tx.Where("article = ?", string(r.Article)).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		changes := map[string]any{"why": r.Text(row.Why), "title": r.Text(row.Title), "version": gorm.Expr("version + 1")}
		if p, ok := r.Proposals[content.ProposalID(row.ID)]; ok {
			files, err := json.Marshal(slices.Concat([]content.FileChange{}, p.Files))
			if err != nil {
				return err
			}
			changes["source"], changes["title"], changes["files"] = string(p.Source), p.Title, string(files)
			if _, released := hashes[row.ContentHash]; !released { // what became a version is called as that version is
				hashes[row.ContentHash] = string(p.ContentHash)
			}
		}
		if err := tx.Model(&proposalRow{}).Where("id = ?", row.ID).Updates(changes).Error; err != nil {
			return err
		}
		var votes []voteRow
		if err := tx.Where("proposal = ?", row.ID).Find(&votes).Error; err != nil {
			return err
		}
		for _, v := range votes {
			if err := tx.Model(&voteRow{}).Where("proposal = ? AND sequence = ?", v.Proposal, v.Sequence).Update("note", r.Text(v.Note)).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// redactComments changes comments, questions and answers. One whose heading
// had the passage is from then on about the whole text: the heading's anchor is
// made of its words.
func redactComments(tx *gorm.DB, r content.RowRedaction) error {
	var rows []commentRow
	if err := tx.Where("article = ?", string(r.Article)).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		section := r.Text(row.Section)
		changes := map[string]any{"text": r.Text(row.Text), "answer": r.Text(row.Answer), "section": section}
		if section != row.Section {
			changes["anchor"] = ""
		}
		if err := tx.Model(&commentRow{}).Where("id = ?", row.ID).Updates(changes).Error; err != nil {
			return err
		}
	}
	return nil
}

// redactRequests changes why this and other redactions of the text are asked
// for, and what the open ones look for.
func redactRequests(tx *gorm.DB, r content.RowRedaction) error {
	var rows []redactionRow
	if err := tx.Where("article = ?", string(r.Article)).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		changes := map[string]any{"reason": r.Text(row.Reason), "passage": r.Text(row.Passage)}
		if err := tx.Model(&redactionRow{}).Where("id = ?", row.ID).Updates(changes).Error; err != nil {
			return err
		}
	}
	return nil
}

// redactFiles forgets the files that go, where they wait in drafts, and changes
// the words read from files that stay.
func redactFiles(tx *gorm.DB, r content.RowRedaction) error {
	for old, fresh := range r.Fresh {
		err := tx.Model(&draftFileRow{}).Where("article = ? AND sha256 = ?", string(r.Article), old).
			Updates(map[string]any{"sha256": fresh.SHA256, "size": fresh.Size}).Error
		if err != nil {
			return err
		}
	}
	if len(r.Files) > 0 {
		if err := tx.Where("article = ? AND sha256 IN ?", string(r.Article), r.Files).Delete(&draftFileRow{}).Error; err != nil {
			return err
		}
		if err := tx.Where("sha256 IN ?", r.Files).Delete(&fileTextRow{}).Error; err != nil {
			return err
		}
	}
	waiting := tx.Model(&draftFileRow{}).Select("sha256").Where("article = ?", string(r.Article))
	unread := tx.Model(&fileTextRow{}).Where("unread AND (sha256 IN ? OR sha256 IN (?))", orNone(r.Quoting), waiting)
	if err := unread.Updates(map[string]any{"unread": false, "reason": string(content.UnreadableRedacted)}).Error; err != nil {
		return err
	}
	var rows []fileTextRow
	if err := tx.Where("sha256 IN ? OR sha256 IN (?)", orNone(r.Quoting), waiting).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		if words := r.Text(row.Words); words != row.Words {
			if err := tx.Model(&fileTextRow{}).Where("sha256 = ?", row.SHA256).Update("words", words).Error; err != nil {
				return err
			}
		}
	}
	return nil
}
