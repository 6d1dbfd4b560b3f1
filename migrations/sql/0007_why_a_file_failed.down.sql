ALTER TABLE solving.deliverables DROP COLUMN failure_reason;
