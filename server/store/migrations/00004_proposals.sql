-- +goose Up
-- Changes that wait for a second pair of eyes, and what reviewers said. People
-- are pseudonyms, as in Git.
CREATE TABLE proposals (
  id TEXT PRIMARY KEY, article TEXT NOT NULL, base TEXT NOT NULL, base_revision TEXT NOT NULL, source TEXT NOT NULL,
  content_hash TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, department TEXT NOT NULL, audience TEXT NOT NULL,
  state TEXT NOT NULL, author TEXT NOT NULL, why TEXT NOT NULL, change_kind TEXT NOT NULL, operation TEXT NOT NULL,
  created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, submitted_at BIGINT NOT NULL, decided_at BIGINT NOT NULL,
  released TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX proposals_state ON proposals (state, submitted_at);
CREATE INDEX proposals_author ON proposals (author, changed_at);
CREATE INDEX proposals_article ON proposals (article);
CREATE UNIQUE INDEX proposals_operation ON proposals (operation) WHERE operation <> '';
CREATE TABLE votes (
  proposal TEXT NOT NULL, reviewer TEXT NOT NULL, content_hash TEXT NOT NULL, approves INTEGER NOT NULL, note TEXT NOT NULL,
  at_us BIGINT NOT NULL, sequence BIGINT NOT NULL, PRIMARY KEY (proposal, reviewer, content_hash)
);
