-- +goose Up
-- What readers say, what they follow, and how they are told. Comments name
-- people by pseudonym; the other tables by account, and go with it.
CREATE TABLE comments (
  id TEXT PRIMARY KEY, article TEXT NOT NULL, revision TEXT NOT NULL, anchor TEXT NOT NULL, section TEXT NOT NULL, question INTEGER NOT NULL,
  author TEXT NOT NULL, text TEXT NOT NULL, at_us BIGINT NOT NULL, assignee TEXT NOT NULL, answer TEXT NOT NULL, answered_by TEXT NOT NULL,
  answered_at BIGINT NOT NULL, taken_by TEXT NOT NULL, taken_at BIGINT NOT NULL, answered_in TEXT NOT NULL, resolved_at BIGINT NOT NULL,
  operation TEXT NOT NULL
);
CREATE INDEX comments_article ON comments (article, at_us);
CREATE INDEX comments_open ON comments (at_us) WHERE question = 1 AND answered_at = 0 AND resolved_at = 0;
CREATE UNIQUE INDEX comments_operation ON comments (operation) WHERE operation <> '';
CREATE TABLE helpful (article TEXT NOT NULL, person TEXT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (article, person));
CREATE TABLE watches (person TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (person, kind, target));
CREATE INDEX watches_target ON watches (kind, target);
CREATE TABLE feeds (person TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, at_us BIGINT NOT NULL);
CREATE UNIQUE INDEX feeds_secret ON feeds (secret_hash);
CREATE INDEX revisions_at ON revisions (at_us);
ALTER TABLE notices ADD COLUMN settled_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX notices_unsettled ON notices (person) WHERE settled_at = 0;
UPDATE notices SET settled_at = at_us;
CREATE TABLE mail_wishes (person TEXT PRIMARY KEY, frequency TEXT NOT NULL);
CREATE TABLE mail_states (person TEXT PRIMARY KEY, tries INTEGER NOT NULL, next_at BIGINT NOT NULL, daily TEXT NOT NULL, week TEXT NOT NULL);
