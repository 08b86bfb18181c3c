-- +goose Up
-- What people are told, and which shape of the rows derived from Git is stored.
CREATE TABLE notices (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, kind TEXT NOT NULL, article TEXT NOT NULL, subject TEXT NOT NULL,
  at_us BIGINT NOT NULL, read_at BIGINT NOT NULL
);
CREATE INDEX notices_person ON notices (person, at_us);
ALTER TABLE ledger ADD COLUMN shape BIGINT NOT NULL DEFAULT 0;
