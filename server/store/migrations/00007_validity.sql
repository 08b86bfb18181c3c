-- +goose Up
-- What was in force when. All of it is derived from Git; the shape of the
-- ledger makes the next start fill it in.
ALTER TABLE articles ADD COLUMN valid_from TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN valid_until TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN reviewer TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN reviewed_on TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN number_key TEXT NOT NULL DEFAULT '';
CREATE INDEX articles_reviewer ON articles (reviewer) WHERE reviewer <> '';
ALTER TABLE revisions ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN binding TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN valid_from TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN valid_until TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN decided_on TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN approvers TEXT NOT NULL DEFAULT '[]';
-- Which text replaces or amends which, and whose front matter says so.
CREATE TABLE article_relations (
  newer TEXT NOT NULL, older TEXT NOT NULL, kind TEXT NOT NULL, stated_by TEXT NOT NULL, PRIMARY KEY (newer, older, kind, stated_by)
);
CREATE INDEX article_relations_older ON article_relations (older, kind);
CREATE INDEX article_relations_by ON article_relations (stated_by);
