-- +goose Up
-- Answers are listed by when they were given, with the document they are about
-- where its question is asked no more.
CREATE INDEX legacy_decisions_at ON legacy_decisions (at_us);
CREATE INDEX legacy_documents_subject ON legacy_documents ((CAST(replica || '/' || unid AS TEXT)));
