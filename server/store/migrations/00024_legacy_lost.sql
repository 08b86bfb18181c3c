-- +goose Up
-- Whether a text falls away is looked up in the answers about its pairs.
CREATE INDEX legacy_questions_first ON legacy_questions (replica, unid);
CREATE INDEX legacy_questions_second ON legacy_questions (other_replica, other_unid);
