"""Organizations, users and the audit trail."""
