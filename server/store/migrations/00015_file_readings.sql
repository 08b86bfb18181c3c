-- +goose Up
-- Words of files are read after the texts they lie beside are in the index: which
-- files wait, what was tried, and which texts want to hear of it.
ALTER TABLE file_texts ADD COLUMN unread BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE file_texts ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE file_texts ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE file_texts ADD COLUMN reason TEXT NOT NULL DEFAULT '';
CREATE TABLE file_readings (sha256 TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (sha256, article));
