DROP INDEX solving.idx_problems_metadata;
ALTER TABLE solving.problems DROP COLUMN search;
