-- +goose Up
-- Files of texts that are still being written, files in proposals, and the words
-- of stored files.
CREATE TABLE draft_files (
  person TEXT NOT NULL, article TEXT NOT NULL, draft_key TEXT NOT NULL, name TEXT NOT NULL,
  sha256 TEXT NOT NULL, size BIGINT NOT NULL, PRIMARY KEY (person, article, draft_key, name)
);
CREATE TABLE file_texts (sha256 TEXT PRIMARY KEY, words TEXT NOT NULL);
ALTER TABLE proposals ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
