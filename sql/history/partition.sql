-- partition.sql: splits the history by call id: call_events, answers, calls, event_repeats and enrichments become hash
-- partitioned tables of the same names, with the same rows, constraints, indexes, comments and rights. Not part of an
-- installation: for histories of hundreds of millions of events, or before they are spread over several servers by a
-- database that distributes partitions by key. No statement of the programs changes.
--
--   psql -X -1 -v partitions=16 -f sql/history/partition.sql
--
-- One transaction (-1): all or nothing. Meanwhile callers are answered from the programs' memory and events are
-- refused with 503, which the platform sends again. It needs the space of these tables twice, a superuser or the owner,
-- and about a minute for a million events. Another number of partitions: run it again.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?partitions} \else \set partitions 16 \endif
SET LOCAL ivr.in_transaction = 'yes';
SELECT coalesce(current_setting('ivr.in_transaction', true), '') <> 'yes' AS alone \gset
\if :alone
    \warn 'partition.sql must run in one transaction: psql -X -1 -f partition.sql'
    \quit
\endif

SET LOCAL client_min_messages = warning;
SET LOCAL ROLE ivr_owner;
SELECT set_config('ivr.partitions', :'partitions', true) \g /dev/null

DO $$
DECLARE
    parts   integer := current_setting('ivr.partitions');
    name    text;
    outside text;
    part    record;
    said    record;
    column_name text;
    highest bigint;
BEGIN
    IF parts NOT BETWEEN 1 AND 1024 THEN
        RAISE EXCEPTION 'partitions must be 1 to 1024';
    END IF;
    -- Views and functions of the schema are made anew below; anybody else's would be lost.
    SELECT string_agg(DISTINCT c.oid::regclass::text, ', ') INTO outside
    FROM pg_depend AS d
    JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    JOIN pg_class AS c ON c.oid = r.ev_class
    JOIN pg_class AS used ON d.refclassid = 'pg_class'::regclass AND used.oid = d.refobjid
    WHERE used.relnamespace = 'ivr'::regnamespace AND c.relnamespace <> 'ivr'::regnamespace;
    IF outside IS NOT NULL THEN
        RAISE EXCEPTION 'these are built on the schema and would be lost: %', outside
            USING HINT = 'Drop them first and create them again afterwards.';
    END IF;

    CREATE TEMP TABLE kept (place integer GENERATED ALWAYS AS IDENTITY, statement text);
    FOREACH name IN ARRAY ARRAY['call_events', 'answers', 'calls', 'event_repeats', 'enrichments'] LOOP
        EXECUTE format('LOCK TABLE ivr.%I IN ACCESS EXCLUSIVE MODE', name);
        TRUNCATE kept;
        -- Keys first: the indexes of keys come with them.
        INSERT INTO kept (statement)
        SELECT format('ALTER TABLE ivr.%I ADD CONSTRAINT %I %s', name, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid = format('ivr.%I', name)::regclass AND contype IN ('p', 'u')
        ORDER BY contype, conname;
        INSERT INTO kept (statement)
        SELECT replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        WHERE i.indrelid = format('ivr.%I', name)::regclass
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u'))
        ORDER BY c.relname;
        INSERT INTO kept (statement)
        SELECT format('COMMENT ON INDEX ivr.%I IS %L', c.relname, obj_description(c.oid, 'pg_class'))
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        WHERE i.indrelid = format('ivr.%I', name)::regclass AND obj_description(c.oid, 'pg_class') IS NOT NULL;
        INSERT INTO kept (statement)
        SELECT format('COMMENT ON CONSTRAINT %I ON ivr.%I IS %L', conname, name, obj_description(oid, 'pg_constraint'))
        FROM pg_constraint
        WHERE conrelid = format('ivr.%I', name)::regclass AND obj_description(oid, 'pg_constraint') IS NOT NULL;
        INSERT INTO kept (statement)
        SELECT format('COMMENT ON TABLE ivr.%I IS %L', name, obj_description(format('ivr.%I', name)::regclass, 'pg_class'));
        INSERT INTO kept (statement)
        SELECT format('CREATE TRIGGER %s', split_part(pg_get_triggerdef(oid), 'CREATE TRIGGER ', 2))
        FROM pg_trigger WHERE tgrelid = format('ivr.%I', name)::regclass AND NOT tgisinternal;

        EXECUTE format('CREATE TABLE ivr.%I (LIKE ivr.%I INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS'
                       ' INCLUDING COMMENTS INCLUDING STORAGE INCLUDING GENERATED) PARTITION BY HASH (call_id)',
                       name || '_split', name);
        FOR part IN SELECT n, format('%s_%s', name, lpad(n::text, 4, '0')) AS called FROM generate_series(0, parts - 1) AS n LOOP
            -- Under another name until the tables of an earlier split are gone.
            EXECUTE format('CREATE TABLE ivr.%I PARTITION OF ivr.%I FOR VALUES WITH (MODULUS %s, REMAINDER %s)%s',
                           part.called || '_split', name || '_split', parts, part.n,
                           CASE name WHEN 'calls' THEN ' WITH (fillfactor = 60)' ELSE '' END);
        END LOOP;
        EXECUTE format('INSERT INTO ivr.%I OVERRIDING SYSTEM VALUE SELECT * FROM ivr.%I', name || '_split', name);

        EXECUTE format('DROP TABLE ivr.%I CASCADE', name);
        EXECUTE format('ALTER TABLE ivr.%I RENAME TO %I', name || '_split', name);
        FOR part IN SELECT n, format('%s_%s', name, lpad(n::text, 4, '0')) AS called FROM generate_series(0, parts - 1) AS n LOOP
            EXECUTE format('ALTER TABLE ivr.%I RENAME TO %I', part.called || '_split', part.called);
            EXECUTE format('COMMENT ON TABLE ivr.%I IS %L', part.called, format('Part %s of %s of ivr.%s, by call_id.', part.n + 1, parts, name));
            FOR said IN
                SELECT attname, col_description(format('ivr.%I', name)::regclass, attnum) AS words FROM pg_attribute
                WHERE attrelid = format('ivr.%I', name)::regclass AND attnum > 0 AND NOT attisdropped
            LOOP
                EXECUTE format('COMMENT ON COLUMN ivr.%I.%I IS %L', part.called, said.attname, said.words);
            END LOOP;
        END LOOP;
        FOR said IN SELECT statement FROM kept ORDER BY place LOOP
            EXECUTE said.statement;
        END LOOP;
        FOR column_name IN
            SELECT attname FROM pg_attribute WHERE attrelid = format('ivr.%I', name)::regclass AND attidentity <> ''
        LOOP
            EXECUTE format('SELECT max(%I) FROM ivr.%I', column_name, name) INTO highest;
            PERFORM setval(pg_get_serial_sequence(format('ivr.%I', name), column_name), coalesce(highest, 1), highest IS NOT NULL);
            EXECUTE format('ALTER SEQUENCE %s RENAME TO %I', pg_get_serial_sequence(format('ivr.%I', name), column_name),
                           format('%s_%s_seq', name, column_name));
        END LOOP;
    END LOOP;
    DROP TABLE kept;
END;
$$;

SET LOCAL search_path = ivr, pg_temp;
\ir ../functions.sql
\ir ../views.sql
\ir ../rights.sql
ANALYZE ivr.call_events, ivr.answers, ivr.calls, ivr.event_repeats, ivr.enrichments;
RESET ROLE;
