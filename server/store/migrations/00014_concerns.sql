-- +goose Up
-- Texts a proposal newly says it replaces or amends: their departments have to agree.
ALTER TABLE proposals ADD COLUMN concerns TEXT NOT NULL DEFAULT '[]';
