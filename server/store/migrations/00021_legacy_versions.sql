-- +goose Up
-- The article a document of an old system is another version of, when it became
-- none itself. What is restricted or redacted there is so here.
ALTER TABLE legacy_documents ADD COLUMN version_of TEXT NOT NULL DEFAULT '';
