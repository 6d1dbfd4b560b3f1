-- Links for stakeholders with the log of what was opened through them.

CREATE INDEX idx_deliverables_ready ON solving.deliverables (expires_at) WHERE status = 'ready';

CREATE TABLE solving.share_links (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    problem_id UUID NOT NULL,
    token_hash VARCHAR(64) NOT NULL,
    label VARCHAR(255) DEFAULT '' NOT NULL,
    downloads BOOLEAN DEFAULT true NOT NULL,
    created_by VARCHAR(255) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by VARCHAR(255),
    CONSTRAINT pk_share_links PRIMARY KEY (id),
    CONSTRAINT unique_share_token UNIQUE (token_hash),
    CONSTRAINT fk_share_links_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_share_links_problem_id_problems FOREIGN KEY(problem_id) REFERENCES solving.problems (id) ON DELETE CASCADE
);
CREATE INDEX idx_share_links_problem ON solving.share_links (problem_id);

CREATE TABLE solving.share_visits (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id UUID NOT NULL,
    share_id UUID NOT NULL,
    kind VARCHAR(20) NOT NULL,
    deliverable_id UUID,
    file_name VARCHAR(255),
    ip_address INET,
    user_agent TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_share_visits PRIMARY KEY (id),
    CONSTRAINT valid_visit_kind CHECK (kind IN ('view', 'download')),
    CONSTRAINT fk_share_visits_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id),
    CONSTRAINT fk_share_visits_share_id_share_links FOREIGN KEY(share_id) REFERENCES solving.share_links (id) ON DELETE CASCADE,
    CONSTRAINT fk_share_visits_deliverable_id_deliverables FOREIGN KEY(deliverable_id) REFERENCES solving.deliverables (id) ON DELETE SET NULL
);
CREATE INDEX idx_share_visits_share ON solving.share_visits (share_id, id);
