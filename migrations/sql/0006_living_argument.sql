-- What an edit was, so that it can be made again on a step's new result.
ALTER TABLE solving.step_outputs ADD COLUMN operation JSONB;

-- A branch keeps the day its problem was handed in, from which dates are counted.
ALTER TABLE solving.problems ADD COLUMN submitted_on DATE;
ALTER TABLE solving.problems ADD COLUMN branched_from UUID;
ALTER TABLE solving.problems ADD COLUMN branch_reason TEXT;
ALTER TABLE solving.problems ADD CONSTRAINT fk_problems_branched_from_problems
    FOREIGN KEY (branched_from) REFERENCES solving.problems (id) ON DELETE SET NULL;
CREATE INDEX idx_problems_branched_from ON solving.problems (branched_from) WHERE branched_from IS NOT NULL;

CREATE TABLE solving.approvals (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    run_id UUID NOT NULL,
    step VARCHAR(50) NOT NULL,
    version INTEGER NOT NULL,
    output_hash VARCHAR(64) NOT NULL,
    verdict VARCHAR(20) NOT NULL,
    comment TEXT,
    covers JSONB DEFAULT '{}'::jsonb NOT NULL,
    decided_by VARCHAR(255) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_approvals PRIMARY KEY (id),
    CONSTRAINT valid_approval_step CHECK (step IN ('frame', 'prioritize', 'present')),
    CONSTRAINT valid_approval_verdict CHECK (verdict IN ('approved', 'changes_requested')),
    CONSTRAINT fk_approvals_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_approvals_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_approvals_run_id_runs FOREIGN KEY(run_id) REFERENCES solving.runs (id) ON DELETE CASCADE
);
CREATE INDEX idx_approvals_problem ON solving.approvals (problem_id, created_at);
CREATE UNIQUE INDEX idx_approvals_once ON solving.approvals (run_id, step) WHERE verdict = 'approved';

CREATE TABLE solving.plan_executions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    execution_id UUID NOT NULL,
    question_id VARCHAR(255) NOT NULL,
    position INTEGER NOT NULL,
    dependencies JSONB DEFAULT '[]'::jsonb NOT NULL,
    input_hash VARCHAR(64) NOT NULL,
    status VARCHAR(20) DEFAULT 'queued' NOT NULL,
    attempt INTEGER DEFAULT 0 NOT NULL,
    token UUID,
    lease_until TIMESTAMP WITH TIME ZONE,
    lease_host VARCHAR(255),
    lease_pid INTEGER,
    lease_pid_started FLOAT,
    next_attempt_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    error_details JSONB,
    outcome TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_plan_executions PRIMARY KEY (id),
    CONSTRAINT valid_plan_execution_status CHECK (status IN ('queued', 'running', 'completed', 'failed')),
    CONSTRAINT unique_plan_execution UNIQUE (execution_id, question_id),
    CONSTRAINT fk_plan_executions_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_plan_executions_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_executions_execution_id_executions FOREIGN KEY(execution_id) REFERENCES solving.executions (id) ON DELETE CASCADE
);
CREATE INDEX idx_plan_executions_problem ON solving.plan_executions (problem_id);

CREATE TABLE solving.kpi_readings (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    kpi VARCHAR(255) NOT NULL,
    day INTEGER NOT NULL,
    value FLOAT NOT NULL,
    value_key VARCHAR(20) NOT NULL,
    read_on DATE NOT NULL,
    source TEXT NOT NULL,
    baseline_key VARCHAR(20),
    low_key VARCHAR(20),
    high_key VARCHAR(20),
    standing VARCHAR(20) NOT NULL,
    synthesis_version INTEGER NOT NULL,
    recorded_by VARCHAR(255) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_kpi_readings PRIMARY KEY (id),
    CONSTRAINT valid_reading_day CHECK (day IN (30, 90)),
    CONSTRAINT valid_reading_standing CHECK (standing IN ('short', 'within', 'beyond', 'no_promise')),
    CONSTRAINT fk_kpi_readings_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_kpi_readings_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE
);
CREATE INDEX idx_kpi_readings_problem ON solving.kpi_readings (problem_id, created_at);
