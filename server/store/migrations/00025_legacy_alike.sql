-- +goose Up
-- Texts that are merely alike are asked about before those nobody looked at.
UPDATE legacy_questions SET kind_rank = 6 WHERE kind = 'ungesehen';
