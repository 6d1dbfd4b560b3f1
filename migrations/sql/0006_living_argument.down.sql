DROP TABLE solving.kpi_readings;
DROP TABLE solving.plan_executions;
DROP TABLE solving.approvals;
DROP INDEX solving.idx_problems_branched_from;
ALTER TABLE solving.problems DROP COLUMN branch_reason, DROP COLUMN branched_from, DROP COLUMN submitted_on;
ALTER TABLE solving.step_outputs DROP COLUMN operation;
