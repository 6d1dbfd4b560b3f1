DROP FUNCTION platform.maintain_partitions(DATE);
DROP FUNCTION platform.ensure_partition(TEXT, TEXT, TIMESTAMPTZ, TIMESTAMPTZ);
DO $$
DECLARE
    child RECORD;
BEGIN
    FOR child IN SELECT inhrelid::REGCLASS AS name FROM pg_inherits
        WHERE inhparent IN ('identity.audit_entries'::REGCLASS, 'solving.execution_logs'::REGCLASS)
    LOOP
        EXECUTE format('DROP TABLE %s', child.name);
    END LOOP;
END
$$;
