-- +goose Up
-- What was searched for, counted per day and Fachbereich. No person stands here.
CREATE TABLE searches (
  day TEXT NOT NULL, department TEXT NOT NULL, text TEXT NOT NULL, times BIGINT NOT NULL, without_hit BIGINT NOT NULL, opened BIGINT NOT NULL,
  took_us BIGINT NOT NULL, PRIMARY KEY (day, department, text)
);
