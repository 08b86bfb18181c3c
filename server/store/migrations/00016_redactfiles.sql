-- +goose Up
-- Files that go with a passage, by name, and the bytes that still have to go.
ALTER TABLE redactions ADD COLUMN also TEXT NOT NULL DEFAULT '[]';
ALTER TABLE redactions ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
