-- +goose Up
-- A question about two texts of different departments is asked in both.
ALTER TABLE legacy_questions ADD COLUMN other_department TEXT NOT NULL DEFAULT '';
UPDATE legacy_questions SET other_department = COALESCE((
  SELECT d.department FROM legacy_documents d
  WHERE d.replica = legacy_questions.other_replica AND d.unid = legacy_questions.other_unid AND d.department <> legacy_questions.department
), '') WHERE other_unid <> '';
CREATE INDEX legacy_questions_other ON legacy_questions (other_department);
