CREATE SCHEMA IF NOT EXISTS identity;
CREATE SCHEMA IF NOT EXISTS platform;

CREATE TABLE identity.organizations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name VARCHAR(255) NOT NULL,
    domain VARCHAR(255),
    settings JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_organizations PRIMARY KEY (id),
    CONSTRAINT unique_org_domain UNIQUE (domain)
);

CREATE TABLE identity.users (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    email VARCHAR(255) NOT NULL,
    name VARCHAR(255) NOT NULL,
    role VARCHAR(50) DEFAULT 'analyst' NOT NULL,
    organization_id UUID NOT NULL,
    preferences JSONB DEFAULT '{}'::jsonb NOT NULL,
    last_login TIMESTAMP WITH TIME ZONE,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT unique_user_email UNIQUE (email),
    CONSTRAINT valid_role CHECK (role IN ('admin', 'analyst', 'viewer', 'owner')),
    CONSTRAINT fk_users_organization_id_organizations FOREIGN KEY(organization_id) REFERENCES identity.organizations (id)
);
CREATE INDEX idx_users_email ON identity.users (email);
CREATE INDEX idx_users_organization ON identity.users (organization_id);

CREATE TABLE platform.dead_letters (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id UUID NOT NULL,
    task VARCHAR(100) NOT NULL,
    queue VARCHAR(50) NOT NULL,
    body JSONB NOT NULL,
    attempts INTEGER NOT NULL,
    error JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_dead_letters PRIMARY KEY (id)
);
CREATE INDEX idx_dead_letters_created_at ON platform.dead_letters (created_at);

CREATE TABLE platform.idempotency_keys (
    organization_id UUID NOT NULL,
    key VARCHAR(255) NOT NULL,
    request_hash VARCHAR(64) NOT NULL,
    status_code INTEGER,
    response_body BYTEA,
    response_headers JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (organization_id, key)
);
CREATE INDEX idx_idempotency_keys_expires_at ON platform.idempotency_keys (expires_at);

CREATE TABLE platform.outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id UUID NOT NULL,
    task VARCHAR(100) NOT NULL,
    queue VARCHAR(50) NOT NULL,
    body JSONB NOT NULL,
    keep_until VARCHAR(10) DEFAULT 'sent' NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_error TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_outbox PRIMARY KEY (id),
    CONSTRAINT valid_keep_until CHECK (keep_until IN ('sent', 'done'))
);
CREATE INDEX idx_outbox_due_at ON platform.outbox (due_at);
