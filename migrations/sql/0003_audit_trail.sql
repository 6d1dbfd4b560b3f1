CREATE TABLE identity.audit_entries (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    timestamp TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    action VARCHAR(100) NOT NULL,
    actor VARCHAR(255) NOT NULL,
    resource_type VARCHAR(100) NOT NULL,
    resource_id VARCHAR(255) NOT NULL,
    details JSONB DEFAULT '{}'::jsonb NOT NULL,
    ip_address INET,
    user_agent TEXT,
    session_id VARCHAR(255),
    organization_id UUID NOT NULL,
    problem_id UUID,
    CONSTRAINT pk_audit_entries PRIMARY KEY (id, timestamp),
    CONSTRAINT fk_audit_entries_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id)
) PARTITION BY RANGE (timestamp);
CREATE INDEX idx_audit_actor ON identity.audit_entries (actor);
CREATE INDEX idx_audit_organization ON identity.audit_entries (organization_id, timestamp);
CREATE INDEX idx_audit_problem ON identity.audit_entries (problem_id);
CREATE INDEX idx_audit_resource ON identity.audit_entries (resource_type, resource_id);
CREATE INDEX idx_audit_timestamp ON identity.audit_entries (timestamp);

ALTER TABLE identity.audit_entries ADD CONSTRAINT fk_audit_entries_problem_id_problems
    FOREIGN KEY (problem_id) REFERENCES solving.problems (id) ON DELETE SET NULL;
