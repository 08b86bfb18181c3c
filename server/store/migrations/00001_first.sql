-- +goose Up
-- The same statements run on SQLite and PostgreSQL: texts, 64-bit integers,
-- times as microseconds since 1970 in UTC, days as ISO texts, lists as JSON.
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE ledger (id INTEGER PRIMARY KEY, head TEXT NOT NULL, sequence BIGINT NOT NULL);
INSERT INTO ledger (id, head, sequence) VALUES (1, '', 0);

CREATE TABLE articles (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, title_lower TEXT NOT NULL, title_key TEXT NOT NULL,
  department TEXT NOT NULL, binding TEXT NOT NULL, review_due TEXT NOT NULL, path TEXT NOT NULL,
  revision TEXT NOT NULL, commit_hash TEXT NOT NULL, etag TEXT NOT NULL, blob_hash TEXT NOT NULL, content_hash TEXT NOT NULL,
  changed_at BIGINT NOT NULL, changed_by TEXT NOT NULL, words INTEGER NOT NULL,
  origin_unid TEXT NOT NULL, origin_replica TEXT NOT NULL, meta TEXT NOT NULL
);
CREATE INDEX articles_title ON articles (title_key, id);
CREATE INDEX articles_changed ON articles (changed_at, id);
CREATE INDEX articles_due ON articles (review_due, id);
CREATE INDEX articles_path ON articles (path);
CREATE INDEX articles_title_lower ON articles (title_lower);
CREATE INDEX articles_origin ON articles (origin_unid);

CREATE TABLE article_audience (article TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY (article, token));
CREATE INDEX article_audience_token ON article_audience (token, article);
CREATE TABLE article_topics (article TEXT NOT NULL, topic TEXT NOT NULL, PRIMARY KEY (article, topic));
CREATE INDEX article_topics_topic ON article_topics (topic, article);

CREATE TABLE revisions (
  sequence BIGINT PRIMARY KEY, id TEXT NOT NULL, article TEXT NOT NULL, commit_hash TEXT NOT NULL, path TEXT NOT NULL,
  blob_hash TEXT NOT NULL, etag TEXT NOT NULL, content_hash TEXT NOT NULL, author TEXT NOT NULL, at_us BIGINT NOT NULL,
  message TEXT NOT NULL, change_kind TEXT NOT NULL, operation TEXT NOT NULL, audience TEXT NOT NULL, removed INTEGER NOT NULL
);
CREATE UNIQUE INDEX revisions_id ON revisions (id);
CREATE INDEX revisions_article ON revisions (article, sequence);
CREATE INDEX revisions_operation ON revisions (operation) WHERE operation <> '';

CREATE TABLE drafts (
  person TEXT NOT NULL, article TEXT NOT NULL, draft_key TEXT NOT NULL, base TEXT NOT NULL, title TEXT NOT NULL,
  body TEXT NOT NULL, fields TEXT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (person, article, draft_key)
);

CREATE TABLE people (
  id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, name_key TEXT NOT NULL, email TEXT NOT NULL,
  department TEXT NOT NULL, pseudonym TEXT NOT NULL UNIQUE, active INTEGER NOT NULL, demo INTEGER NOT NULL,
  created_at BIGINT NOT NULL, password_hash TEXT NOT NULL
);
CREATE INDEX people_name ON people (name_key, id);
CREATE TABLE grants (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, scope TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL
);
CREATE INDEX grants_person ON grants (person);
CREATE TABLE departments (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY, person TEXT NOT NULL, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, person TEXT NOT NULL, label TEXT NOT NULL, access TEXT NOT NULL,
  created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL
);
CREATE INDEX tokens_person ON tokens (person);
CREATE TABLE audit (
  sequence BIGINT PRIMARY KEY, id TEXT NOT NULL, at_us BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, sequence);

CREATE TABLE attempts (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, module TEXT NOT NULL, lesson TEXT NOT NULL, question TEXT NOT NULL,
  revision TEXT NOT NULL, question_hash TEXT NOT NULL, answer TEXT NOT NULL, correct INTEGER NOT NULL, score DOUBLE PRECISION NOT NULL,
  points INTEGER NOT NULL, hints_used INTEGER NOT NULL, request_key TEXT NOT NULL, request_hash TEXT NOT NULL, at_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX attempts_key ON attempts (person, request_key);
CREATE INDEX attempts_module ON attempts (module, person);
CREATE TABLE readings (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, module TEXT NOT NULL, lesson TEXT NOT NULL, revision TEXT NOT NULL,
  content_hash TEXT NOT NULL, at_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX readings_once ON readings (person, lesson, content_hash);
CREATE INDEX readings_module ON readings (module, person);

CREATE TABLE occupations (id TEXT PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE cohorts (
  id TEXT PRIMARY KEY, occupation TEXT NOT NULL, year INTEGER NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL, modules TEXT NOT NULL
);
CREATE TABLE apprentices (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, cohort TEXT NOT NULL, start_day TEXT NOT NULL, end_day TEXT NOT NULL
);
CREATE UNIQUE INDEX apprentices_once ON apprentices (cohort, person);
CREATE INDEX apprentices_person ON apprentices (person);
