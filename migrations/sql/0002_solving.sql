CREATE SCHEMA IF NOT EXISTS solving;

CREATE TABLE solving.problems (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    raw_text TEXT NOT NULL,
    title VARCHAR(255),
    submitter VARCHAR(255) NOT NULL,
    status VARCHAR(50) DEFAULT 'created' NOT NULL,
    urgency VARCHAR(20) DEFAULT 'medium' NOT NULL,
    metadata JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    completed_at TIMESTAMP WITH TIME ZONE,
    created_by UUID,
    organization_id UUID NOT NULL,
    archived_at TIMESTAMP WITH TIME ZONE,
    deleted_at TIMESTAMP WITH TIME ZONE,
    last_seq BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_problems PRIMARY KEY (id),
    CONSTRAINT valid_status CHECK (status IN ('created', 'framing', 'tree_generation', 'prioritizing', 'planning', 'analyzing', 'synthesizing', 'presenting', 'completed', 'failed', 'cancelled')),
    CONSTRAINT valid_urgency CHECK (urgency IN ('low', 'medium', 'high', 'critical')),
    CONSTRAINT fk_problems_created_by_users FOREIGN KEY(created_by) REFERENCES identity.users (id),
    CONSTRAINT fk_problems_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id)
);
CREATE INDEX idx_problems_created_at ON solving.problems (created_at);
CREATE INDEX idx_problems_listing ON solving.problems (organization_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_problems_organization ON solving.problems (organization_id);
CREATE INDEX idx_problems_status ON solving.problems (status);
CREATE INDEX idx_problems_submitter ON solving.problems (submitter);

CREATE TABLE solving.analysis_plans (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    question_id VARCHAR(255) NOT NULL,
    title VARCHAR(255) NOT NULL,
    methods JSONB DEFAULT '[]'::jsonb NOT NULL,
    data_requirements JSONB DEFAULT '[]'::jsonb NOT NULL,
    estimated_hours INTEGER,
    owner VARCHAR(255),
    dependencies JSONB DEFAULT '[]'::jsonb NOT NULL,
    acceptance_criteria JSONB DEFAULT '[]'::jsonb NOT NULL,
    status VARCHAR(50) DEFAULT 'planned' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_analysis_plans PRIMARY KEY (id),
    CONSTRAINT valid_plan_status CHECK (status IN ('planned', 'in_progress', 'completed', 'failed', 'cancelled')),
    CONSTRAINT unique_plan_question UNIQUE (problem_id, question_id),
    CONSTRAINT fk_analysis_plans_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_analysis_plans_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE
);
CREATE INDEX idx_analysis_plans_problem ON solving.analysis_plans (problem_id);
CREATE INDEX idx_analysis_plans_status ON solving.analysis_plans (status);

CREATE TABLE solving.attachments (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    mime_type VARCHAR(100) NOT NULL,
    file_size BIGINT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    file_path VARCHAR(500) NOT NULL,
    uploaded_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_attachments PRIMARY KEY (id),
    CONSTRAINT unique_attachment_name UNIQUE (problem_id, file_name),
    CONSTRAINT fk_attachments_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_attachments_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_attachments_uploaded_by_users FOREIGN KEY(uploaded_by) REFERENCES identity.users (id)
);
CREATE INDEX idx_attachments_problem ON solving.attachments (problem_id);
CREATE INDEX idx_attachments_sha256 ON solving.attachments (organization_id, sha256);

CREATE TABLE solving.feedback (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    user_id UUID NOT NULL,
    rating INTEGER,
    feedback_text TEXT,
    improvement_suggestions JSONB DEFAULT '[]'::jsonb NOT NULL,
    category VARCHAR(100),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_feedback PRIMARY KEY (id),
    CONSTRAINT feedback_rating_check CHECK (rating >= 1 AND rating <= 5),
    CONSTRAINT unique_user_problem_feedback UNIQUE (problem_id, user_id),
    CONSTRAINT fk_feedback_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_feedback_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_feedback_user_id_users FOREIGN KEY(user_id) REFERENCES identity.users (id)
);
CREATE INDEX idx_feedback_problem ON solving.feedback (problem_id);
CREATE INDEX idx_feedback_rating ON solving.feedback (rating);

CREATE TABLE solving.node_priorities (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    node_id VARCHAR(255) NOT NULL,
    impact_score INTEGER NOT NULL,
    feasibility_score INTEGER NOT NULL,
    priority_score NUMERIC(4, 2) NOT NULL,
    rationale TEXT,
    estimated_hours INTEGER,
    estimated_cost NUMERIC(10, 2),
    confidence NUMERIC(3, 2),
    is_recommended BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_node_priorities PRIMARY KEY (id),
    CONSTRAINT node_priorities_impact_score_check CHECK (impact_score >= 1 AND impact_score <= 10),
    CONSTRAINT node_priorities_feasibility_score_check CHECK (feasibility_score >= 1 AND feasibility_score <= 10),
    CONSTRAINT node_priorities_confidence_check CHECK (confidence >= 0 AND confidence <= 1),
    CONSTRAINT unique_node_priority UNIQUE (problem_id, node_id),
    CONSTRAINT fk_node_priorities_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_node_priorities_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE
);
CREATE INDEX idx_node_priorities_problem ON solving.node_priorities (problem_id);
CREATE INDEX idx_node_priorities_score ON solving.node_priorities (priority_score DESC);

CREATE TABLE solving.problem_frames (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    goal TEXT NOT NULL,
    scope JSONB DEFAULT '{"include": [], "exclude": []}'::jsonb NOT NULL,
    kpis JSONB DEFAULT '[]'::jsonb NOT NULL,
    stakeholders JSONB DEFAULT '[]'::jsonb NOT NULL,
    assumptions JSONB DEFAULT '[]'::jsonb NOT NULL,
    constraints JSONB DEFAULT '[]'::jsonb NOT NULL,
    confidence VARCHAR(20) DEFAULT 'medium' NOT NULL,
    clarifying_questions JSONB DEFAULT '[]'::jsonb NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_problem_frames PRIMARY KEY (id),
    CONSTRAINT valid_confidence CHECK (confidence IN ('low', 'medium', 'high')),
    CONSTRAINT unique_problem_frame UNIQUE (problem_id),
    CONSTRAINT fk_problem_frames_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_problem_frames_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE
);

CREATE TABLE solving.recommendations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    title VARCHAR(255) NOT NULL,
    summary TEXT NOT NULL,
    evidence JSONB DEFAULT '[]'::jsonb NOT NULL,
    actions JSONB DEFAULT '[]'::jsonb NOT NULL,
    expected_impact JSONB DEFAULT '{}'::jsonb NOT NULL,
    risks JSONB DEFAULT '[]'::jsonb NOT NULL,
    confidence NUMERIC(3, 2),
    priority INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_recommendations PRIMARY KEY (id),
    CONSTRAINT recommendations_confidence_check CHECK (confidence >= 0 AND confidence <= 1),
    CONSTRAINT recommendations_priority_check CHECK (priority >= 1 AND priority <= 3),
    CONSTRAINT fk_recommendations_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_recommendations_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE
);
CREATE INDEX idx_recommendations_priority ON solving.recommendations (priority);
CREATE INDEX idx_recommendations_problem ON solving.recommendations (problem_id);

CREATE TABLE solving.runs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    epoch INTEGER NOT NULL,
    mode VARCHAR(20) DEFAULT 'auto' NOT NULL,
    status VARCHAR(20) DEFAULT 'running' NOT NULL,
    reason VARCHAR(50) NOT NULL,
    requested_by VARCHAR(255) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_runs PRIMARY KEY (id),
    CONSTRAINT valid_run_mode CHECK (mode IN ('auto', 'guided')),
    CONSTRAINT valid_run_status CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT unique_run_epoch UNIQUE (problem_id, epoch),
    CONSTRAINT fk_runs_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_runs_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX idx_runs_active ON solving.runs (problem_id) WHERE status = 'running';

CREATE TABLE solving.tree_versions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    version INTEGER NOT NULL,
    operation JSONB NOT NULL,
    tree JSONB NOT NULL,
    content_hash VARCHAR(64) NOT NULL,
    author VARCHAR(255) NOT NULL,
    reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_tree_versions PRIMARY KEY (id),
    CONSTRAINT unique_tree_version UNIQUE (problem_id, version),
    CONSTRAINT fk_tree_versions_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_tree_versions_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE
);

CREATE TABLE solving.datasets (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    attachment_id UUID NOT NULL,
    name VARCHAR(255) NOT NULL,
    source VARCHAR(255) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    parquet_path VARCHAR(500),
    row_count BIGINT NOT NULL,
    column_count INTEGER NOT NULL,
    columns JSONB DEFAULT '[]'::jsonb NOT NULL,
    notes JSONB DEFAULT '[]'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_datasets PRIMARY KEY (id),
    CONSTRAINT unique_dataset_name UNIQUE (problem_id, name),
    CONSTRAINT fk_datasets_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_datasets_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_datasets_attachment_id_attachments FOREIGN KEY(attachment_id) REFERENCES solving.attachments (id) ON DELETE CASCADE
);
CREATE INDEX idx_datasets_attachment ON solving.datasets (attachment_id);
CREATE INDEX idx_datasets_problem ON solving.datasets (problem_id);

CREATE TABLE solving.executions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    run_id UUID NOT NULL,
    epoch INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    step VARCHAR(50) NOT NULL,
    status VARCHAR(50) DEFAULT 'queued' NOT NULL,
    progress_percentage INTEGER DEFAULT 0 NOT NULL,
    current_activity TEXT,
    started_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    estimated_duration INTEGER,
    actual_duration INTEGER,
    error_details JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    attempt INTEGER DEFAULT 0 NOT NULL,
    waits INTEGER DEFAULT 0 NOT NULL,
    token UUID,
    lease_until TIMESTAMP WITH TIME ZONE,
    lease_host VARCHAR(255),
    lease_pid INTEGER,
    lease_pid_started FLOAT,
    held BOOLEAN DEFAULT false NOT NULL,
    next_attempt_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    rung_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_executions PRIMARY KEY (id),
    CONSTRAINT executions_progress_percentage_check CHECK (progress_percentage >= 0 AND progress_percentage <= 100),
    CONSTRAINT valid_execution_status CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT valid_step CHECK (step IN ('frame', 'tree', 'prioritize', 'plan', 'analyze', 'synthesize', 'present')),
    CONSTRAINT unique_run_step UNIQUE (run_id, step),
    CONSTRAINT fk_executions_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_executions_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_executions_run_id_runs FOREIGN KEY(run_id) REFERENCES solving.runs (id) ON DELETE CASCADE
);
CREATE INDEX idx_executions_leased ON solving.executions (lease_until) WHERE status = 'running';
CREATE INDEX idx_executions_problem ON solving.executions (problem_id, epoch, ordinal);
CREATE INDEX idx_executions_queued ON solving.executions (next_attempt_at) WHERE status = 'queued';

CREATE TABLE solving.analysis_results (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    summary TEXT,
    key_findings JSONB DEFAULT '[]'::jsonb NOT NULL,
    metrics JSONB DEFAULT '{}'::jsonb NOT NULL,
    confidence_score NUMERIC(3, 2),
    execution_time INTEGER,
    completed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    execution_id UUID,
    CONSTRAINT pk_analysis_results PRIMARY KEY (id),
    CONSTRAINT analysis_results_confidence_score_check CHECK (confidence_score >= 0 AND confidence_score <= 1),
    CONSTRAINT fk_analysis_results_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_analysis_results_plan_id_analysis_plans FOREIGN KEY(plan_id) REFERENCES solving.analysis_plans (id) ON DELETE CASCADE,
    CONSTRAINT fk_analysis_results_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_analysis_results_execution_id_executions FOREIGN KEY(execution_id) REFERENCES solving.executions (id) ON DELETE CASCADE
);
CREATE INDEX idx_analysis_results_plan ON solving.analysis_results (plan_id);
CREATE INDEX idx_analysis_results_problem ON solving.analysis_results (problem_id);

CREATE TABLE solving.deliverables (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    deliverable_type VARCHAR(50) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    file_path VARCHAR(500) NOT NULL,
    file_size BIGINT,
    mime_type VARCHAR(100),
    sha256 VARCHAR(64),
    status VARCHAR(50) DEFAULT 'generating' NOT NULL,
    generated_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE,
    download_count INTEGER DEFAULT 0 NOT NULL,
    execution_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_deliverables PRIMARY KEY (id),
    CONSTRAINT valid_deliverable_type CHECK (deliverable_type IN ('ppt', 'pdf', 'video', 'audio', 'executive_summary')),
    CONSTRAINT valid_deliverable_status CHECK (status IN ('generating', 'ready', 'failed', 'expired')),
    CONSTRAINT fk_deliverables_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_deliverables_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_deliverables_execution_id_executions FOREIGN KEY(execution_id) REFERENCES solving.executions (id) ON DELETE CASCADE
);
CREATE INDEX idx_deliverables_problem ON solving.deliverables (problem_id);
CREATE INDEX idx_deliverables_type ON solving.deliverables (deliverable_type);

CREATE TABLE solving.events (
    problem_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    organization_id UUID NOT NULL,
    kind VARCHAR(50) NOT NULL,
    execution_id UUID,
    body JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (problem_id, seq),
    CONSTRAINT fk_events_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_events_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_events_execution_id_executions FOREIGN KEY(execution_id) REFERENCES solving.executions (id) ON DELETE CASCADE
);

CREATE TABLE solving.evidence (
    problem_id UUID NOT NULL,
    key VARCHAR(20) NOT NULL,
    organization_id UUID NOT NULL,
    execution_id UUID,
    step VARCHAR(50) NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR(20) NOT NULL,
    label TEXT NOT NULL,
    value FLOAT,
    rows JSONB,
    columns JSONB DEFAULT '[]'::jsonb NOT NULL,
    unit TEXT DEFAULT '' NOT NULL,
    style VARCHAR(20) NOT NULL,
    signed BOOLEAN DEFAULT false NOT NULL,
    decimals INTEGER,
    display TEXT DEFAULT '' NOT NULL,
    recipe JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (problem_id, key),
    CONSTRAINT valid_evidence_kind CHECK (kind IN ('sql', 'method', 'formula', 'stated', 'assumption', 'count')),
    CONSTRAINT fk_evidence_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_evidence_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_evidence_execution_id_executions FOREIGN KEY(execution_id) REFERENCES solving.executions (id) ON DELETE CASCADE
);

CREATE TABLE solving.execution_logs (
    id BIGSERIAL NOT NULL,
    timestamp TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    organization_id UUID NOT NULL,
    execution_id UUID NOT NULL,
    level VARCHAR(20) DEFAULT 'info' NOT NULL,
    message TEXT NOT NULL,
    metadata JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT pk_execution_logs PRIMARY KEY (id, timestamp),
    CONSTRAINT valid_log_level CHECK (level IN ('debug', 'info', 'warning', 'error')),
    CONSTRAINT fk_execution_logs_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_execution_logs_execution_id_executions FOREIGN KEY(execution_id) REFERENCES solving.executions (id) ON DELETE CASCADE
) PARTITION BY RANGE (timestamp);
CREATE INDEX idx_execution_logs_execution ON solving.execution_logs (execution_id);
CREATE INDEX idx_execution_logs_timestamp ON solving.execution_logs (timestamp);

CREATE TABLE solving.findings (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    finding_id VARCHAR(64) NOT NULL,
    rank INTEGER NOT NULL,
    kind VARCHAR(50) NOT NULL,
    score FLOAT NOT NULL,
    statement TEXT NOT NULL,
    facts JSONB DEFAULT '{}'::jsonb NOT NULL,
    exhibit_key VARCHAR(20),
    body JSONB NOT NULL,
    execution_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_findings PRIMARY KEY (id),
    CONSTRAINT unique_problem_finding UNIQUE (problem_id, finding_id),
    CONSTRAINT fk_findings_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_findings_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_findings_execution_id_executions FOREIGN KEY(execution_id) REFERENCES solving.executions (id) ON DELETE CASCADE
);
CREATE INDEX idx_findings_kind ON solving.findings (problem_id, kind);
CREATE INDEX idx_findings_rank ON solving.findings (problem_id, rank);

CREATE TABLE solving.step_outputs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    step VARCHAR(50) NOT NULL,
    version INTEGER NOT NULL,
    execution_id UUID,
    author VARCHAR(255) NOT NULL,
    reason TEXT,
    input_hash VARCHAR(64) NOT NULL,
    output_hash VARCHAR(64) NOT NULL,
    output JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_step_outputs PRIMARY KEY (id),
    CONSTRAINT valid_output_step CHECK (step IN ('frame', 'tree', 'prioritize', 'plan', 'analyze', 'synthesize', 'present')),
    CONSTRAINT unique_step_version UNIQUE (problem_id, step, version),
    CONSTRAINT unique_step_effect UNIQUE (execution_id),
    CONSTRAINT fk_step_outputs_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_step_outputs_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE,
    CONSTRAINT fk_step_outputs_execution_id_executions FOREIGN KEY(execution_id) REFERENCES solving.executions (id) ON DELETE CASCADE
);

CREATE TABLE solving.analysis_artifacts (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    result_id UUID NOT NULL,
    artifact_type VARCHAR(50) NOT NULL,
    file_path VARCHAR(500) NOT NULL,
    file_size BIGINT,
    mime_type VARCHAR(100),
    description TEXT,
    metadata JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_analysis_artifacts PRIMARY KEY (id),
    CONSTRAINT valid_artifact_type CHECK (artifact_type IN ('chart', 'csv', 'notebook', 'model', 'sql_query', 'visualization')),
    CONSTRAINT fk_analysis_artifacts_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_analysis_artifacts_result_id_analysis_results FOREIGN KEY(result_id) REFERENCES solving.analysis_results (id) ON DELETE CASCADE
);
CREATE INDEX idx_artifacts_result ON solving.analysis_artifacts (result_id);
CREATE INDEX idx_artifacts_type ON solving.analysis_artifacts (artifact_type);
