-- +goose Up
-- The last answer of a person counts, so the order of arrival is kept beside the
-- time: two answers may share one microsecond, and a clock may be set back.
ALTER TABLE attempts ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
UPDATE attempts SET sequence = (
  SELECT COUNT(*) FROM attempts earlier
  WHERE earlier.person = attempts.person
    AND (earlier.at_us < attempts.at_us OR (earlier.at_us = attempts.at_us AND earlier.id <= attempts.id))
);
