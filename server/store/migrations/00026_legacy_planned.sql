-- +goose Up
-- What only a plan found goes when the plan is withdrawn. Before this, an import
-- may have brought a document that a later plan read again, so documents count as
-- planned only where nothing was ever imported.
ALTER TABLE legacy_documents ADD COLUMN planned INTEGER NOT NULL DEFAULT 0;
UPDATE legacy_documents SET planned = 1
  WHERE run IN (SELECT id FROM legacy_runs WHERE dry = 1) AND NOT EXISTS (SELECT 1 FROM legacy_runs WHERE dry = 0);
