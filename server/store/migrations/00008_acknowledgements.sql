-- +goose Up
-- Who has to take note of which text (derived from Git), who did, and who was
-- asked since when; what people marked and what they read last.
CREATE TABLE article_duties (article TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY (article, token));
CREATE INDEX article_duties_token ON article_duties (token, article);
CREATE TABLE acknowledgements (
  person TEXT NOT NULL, article TEXT NOT NULL, revision TEXT NOT NULL, content_hash TEXT NOT NULL, at_us BIGINT NOT NULL,
  PRIMARY KEY (person, article, revision)
);
CREATE INDEX acknowledgements_article ON acknowledgements (article, person);
CREATE TABLE acknowledgement_asks (
  article TEXT NOT NULL, person TEXT NOT NULL, revision TEXT NOT NULL, since_us BIGINT NOT NULL, PRIMARY KEY (article, person)
);
CREATE INDEX acknowledgement_asks_person ON acknowledgement_asks (person);
CREATE TABLE favourites (person TEXT NOT NULL, article TEXT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (person, article));
CREATE TABLE recent_readings (person TEXT NOT NULL, article TEXT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (person, article));
CREATE TABLE recent_readings_off (person TEXT PRIMARY KEY);
