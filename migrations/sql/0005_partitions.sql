-- A row that fits no dated partition lands in the default one, so nothing is ever refused; the sweep makes the dated ones ahead of time.
CREATE TABLE identity.audit_entries_default PARTITION OF identity.audit_entries DEFAULT;
CREATE TABLE solving.execution_logs_default PARTITION OF solving.execution_logs DEFAULT;

-- Make one dated partition unless it exists, taking over what already lies in the default partition.
CREATE FUNCTION platform.ensure_partition(parent TEXT, suffix TEXT, starts TIMESTAMPTZ, ends TIMESTAMPTZ) RETURNS BOOLEAN AS $$
DECLARE
    child TEXT := parent || '_p' || suffix;
BEGIN
    IF to_regclass(child) IS NOT NULL THEN
        RETURN FALSE;
    END IF;
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, parent);
    EXECUTE format(
        'WITH moved AS (DELETE FROM %s_default WHERE timestamp >= $1 AND timestamp < $2 RETURNING *) INSERT INTO %s SELECT * FROM moved',
        parent, child) USING starts, ends;
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', parent, child, starts, ends);
    RETURN TRUE;
END
$$ LANGUAGE plpgsql;

-- Audit entries by month (this one and the next three), execution logs by week (this one and the next four); log weeks that
-- ended more than 30 days ago are dropped. Returns how many partitions were made or dropped.
CREATE FUNCTION platform.maintain_partitions(today DATE DEFAULT (now() AT TIME ZONE 'UTC')::DATE) RETURNS INTEGER AS $$
DECLARE
    starts TIMESTAMPTZ;
    old RECORD;
    changed INTEGER := 0;
BEGIN
    FOR i IN 0..3 LOOP
        starts := (date_trunc('month', today::TIMESTAMP) + make_interval(months => i)) AT TIME ZONE 'UTC';
        changed := changed + platform.ensure_partition('identity.audit_entries', to_char(starts AT TIME ZONE 'UTC', 'YYYYMM'), starts,
            (date_trunc('month', today::TIMESTAMP) + make_interval(months => i + 1)) AT TIME ZONE 'UTC')::INTEGER;
    END LOOP;
    FOR i IN 0..4 LOOP
        starts := (date_trunc('week', today::TIMESTAMP) + make_interval(weeks => i)) AT TIME ZONE 'UTC';
        changed := changed + platform.ensure_partition('solving.execution_logs', to_char(starts AT TIME ZONE 'UTC', 'YYYYMMDD'), starts,
            (date_trunc('week', today::TIMESTAMP) + make_interval(weeks => i + 1)) AT TIME ZONE 'UTC')::INTEGER;
    END LOOP;
    FOR old IN
        SELECT child.oid::REGCLASS AS name FROM pg_inherits
        JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = 'solving.execution_logs'::REGCLASS
            AND child.relname ~ '^execution_logs_p\d{8}$'
            AND to_date(right(child.relname, 8), 'YYYYMMDD') + 7 < today - 30
    LOOP
        EXECUTE format('DROP TABLE %s', old.name);
        changed := changed + 1;
    END LOOP;
    RETURN changed;
END
$$ LANGUAGE plpgsql;

SELECT platform.maintain_partitions();
