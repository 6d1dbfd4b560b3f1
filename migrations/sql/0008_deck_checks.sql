-- What the checks of a deck found, beside the file; an approval needs a report without errors, and a reason where there are warnings.
CREATE TABLE solving.deliverable_checks (
    deliverable_id UUID NOT NULL,
    organization_id UUID NOT NULL,
    errors INTEGER NOT NULL,
    warnings INTEGER NOT NULL,
    report JSONB DEFAULT '{}'::jsonb NOT NULL,
    approved_at TIMESTAMP WITH TIME ZONE,
    approved_by VARCHAR(255),
    approval_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_deliverable_checks PRIMARY KEY (deliverable_id),
    CONSTRAINT errors_block_approval CHECK (approved_at IS NULL OR errors = 0),
    CONSTRAINT warnings_need_a_reason CHECK (approved_at IS NULL OR warnings = 0 OR approval_reason IS NOT NULL),
    CONSTRAINT fk_deliverable_checks_deliverable_id_deliverables
        FOREIGN KEY(deliverable_id) REFERENCES solving.deliverables (id) ON DELETE CASCADE,
    CONSTRAINT fk_deliverable_checks_organization_id_organizations
        FOREIGN KEY(organization_id) REFERENCES identity.organizations (id)
);
