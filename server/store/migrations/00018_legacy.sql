-- +goose Up
-- What imports found out about documents of old systems, and what people decide
-- about them. What a source said may name people: it is here and not in Git.
CREATE TABLE legacy_runs (id TEXT PRIMARY KEY, source TEXT NOT NULL, at_us BIGINT NOT NULL, dry INTEGER NOT NULL, totals TEXT NOT NULL);
CREATE TABLE legacy_documents (
  replica TEXT NOT NULL, unid TEXT NOT NULL, run TEXT NOT NULL, position BIGINT NOT NULL, article TEXT NOT NULL, title TEXT NOT NULL,
  department TEXT NOT NULL, form TEXT NOT NULL, file TEXT NOT NULL, status TEXT NOT NULL, review INTEGER NOT NULL, restricted INTEGER NOT NULL, counts TEXT NOT NULL,
  binding TEXT NOT NULL, evidence TEXT NOT NULL, notes TEXT NOT NULL, visible TEXT NOT NULL, fingerprint TEXT NOT NULL,
  PRIMARY KEY (replica, unid)
);
CREATE INDEX legacy_documents_run ON legacy_documents (run, position);
CREATE INDEX legacy_documents_article ON legacy_documents (article);
CREATE TABLE legacy_questions (
  subject TEXT PRIMARY KEY, about TEXT NOT NULL, kind_rank INTEGER NOT NULL, kind TEXT NOT NULL, department TEXT NOT NULL, title TEXT NOT NULL, fingerprint TEXT NOT NULL,
  run TEXT NOT NULL, replica TEXT NOT NULL, unid TEXT NOT NULL, other_replica TEXT NOT NULL, other_unid TEXT NOT NULL, share DOUBLE PRECISION NOT NULL,
  differences TEXT NOT NULL
);
CREATE INDEX legacy_questions_order ON legacy_questions (department, kind_rank, title, subject);
CREATE TABLE legacy_decisions (
  subject TEXT NOT NULL, about TEXT NOT NULL, choice TEXT NOT NULL, fingerprint TEXT NOT NULL, decided_by TEXT NOT NULL, at_us BIGINT NOT NULL,
  note TEXT NOT NULL, PRIMARY KEY (subject, about)
);
