-- +goose Up
-- How often and when a document was saved in the old system, so that an old export
-- brought again neither overwrites a newer text nor publishes what is withheld
-- since. Of documents imported before this nobody knows it; their next import does.
ALTER TABLE legacy_documents ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE legacy_documents ADD COLUMN saved_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE legacy_documents ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
ALTER TABLE legacy_documents ADD COLUMN brought_sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE legacy_documents ADD COLUMN brought_us BIGINT NOT NULL DEFAULT 0;
UPDATE legacy_documents SET withheld = 1 WHERE status = 'quarantined' OR version_of <> '';
UPDATE legacy_documents SET withheld = 2 WHERE status = 'quarantined' AND restricted = 1;
