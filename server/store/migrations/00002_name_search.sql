-- +goose Up
-- The LOWER of SQLite knows no umlauts, so the program lower-cases names. What
-- is there already gets the German capitals; the rest comes with the next change.
ALTER TABLE people ADD COLUMN name_lower TEXT NOT NULL DEFAULT '';
UPDATE people SET name_lower = REPLACE(REPLACE(REPLACE(LOWER(display_name), 'Ä', 'ä'), 'Ö', 'ö'), 'Ü', 'ü');
