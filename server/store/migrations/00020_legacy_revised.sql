-- +goose Up
-- The day a document was revised last in the old system: who decides which of two
-- counts wants to know it.
ALTER TABLE legacy_documents ADD COLUMN revised TEXT NOT NULL DEFAULT '';
