-- +goose Up
-- Passages that go from every version of a text. The passage itself stays only
-- until it is gone or the request is declined.
CREATE TABLE redactions (
  id TEXT PRIMARY KEY, article TEXT NOT NULL, department TEXT NOT NULL, passage TEXT NOT NULL, attachment TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL, requested_by TEXT NOT NULL, requested_us BIGINT NOT NULL, decided_by TEXT NOT NULL, decided_us BIGINT NOT NULL,
  versions BIGINT NOT NULL, from_head TEXT NOT NULL, to_head TEXT NOT NULL, version BIGINT NOT NULL
);
