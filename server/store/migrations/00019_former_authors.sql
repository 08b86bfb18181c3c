-- +goose Up
-- What authors of imported texts were called who have no account. Only an import
-- that was told to keeps them; Git has the pseudonym alone.
CREATE TABLE former_authors (pseudonym TEXT NOT NULL PRIMARY KEY, display_name TEXT NOT NULL);
