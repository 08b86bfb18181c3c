-- +goose Up
-- Names texts have or had, what their links may mean, and prints by which
-- similar texts are found. All of it is derived from Git.
CREATE TABLE article_names (
  name_kind TEXT NOT NULL, name_key TEXT NOT NULL, article TEXT NOT NULL, is_current INTEGER NOT NULL,
  PRIMARY KEY (name_kind, name_key, article)
);
CREATE INDEX article_names_article ON article_names (article);
CREATE TABLE article_links (
  article TEXT NOT NULL, position INTEGER NOT NULL, attempt INTEGER NOT NULL, name_kind TEXT NOT NULL, name_key TEXT NOT NULL,
  target TEXT NOT NULL, PRIMARY KEY (article, position, attempt)
);
CREATE INDEX article_links_name ON article_links (name_kind, name_key);
CREATE TABLE article_prints (article TEXT NOT NULL, print BIGINT NOT NULL, PRIMARY KEY (article, print));
CREATE INDEX article_prints_print ON article_prints (print, article);
