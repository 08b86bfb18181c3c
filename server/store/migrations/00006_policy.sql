-- +goose Up
-- How many people approve which texts, who stands in for whom, and for whom a
-- vote was given.
CREATE TABLE approval_rules (
  department TEXT NOT NULL, kind TEXT NOT NULL, approvers BIGINT NOT NULL, PRIMARY KEY (department, kind)
);
CREATE TABLE deputies (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, deputy TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL, created_at BIGINT NOT NULL
);
CREATE INDEX deputies_person ON deputies (person);
CREATE INDEX deputies_deputy ON deputies (deputy);
ALTER TABLE votes ADD COLUMN given_for TEXT NOT NULL DEFAULT '';
