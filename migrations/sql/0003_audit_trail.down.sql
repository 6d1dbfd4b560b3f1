DROP TABLE identity.audit_entries;
