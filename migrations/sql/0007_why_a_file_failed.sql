-- A file that could not be made says why: no voice on this machine, a language nobody here speaks.
ALTER TABLE solving.deliverables ADD COLUMN failure_reason TEXT;
