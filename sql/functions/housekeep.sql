CREATE OR REPLACE PROCEDURE ivr.housekeep(p_batch integer DEFAULT 200)
LANGUAGE plpgsql
AS $$
DECLARE
    began   timestamptz := clock_timestamp();
    counted bigint[] := '{0,0,0}';  -- closed, pseudonymised, removed
    work    text;
    ids     text[];
    id      text;
    more    bigint;
BEGIN
    WHILE ivr.housekeep_rest('test', p_batch) > 0 LOOP
        COMMIT;
    END LOOP;
    COMMIT;
    LOOP
        more := ivr.housekeep_rest('close', p_batch);
        counted[1] := counted[1] + more;
        COMMIT;
        EXIT WHEN more = 0;
    END LOOP;
    FOR place IN 2..3 LOOP
        work := CASE place WHEN 2 THEN 'pseudonymise' ELSE 'purge' END;
        ids := '{}';
        FOR id IN SELECT * FROM ivr.due_for_housekeeping(work) LOOP
            ids := ids || id;
            IF cardinality(ids) >= p_batch THEN
                counted[place] := counted[place] + ivr.housekeep_calls(work, ids);
                COMMIT;
                ids := '{}';
            END IF;
        END LOOP;
        counted[place] := counted[place] + ivr.housekeep_calls(work, ids);
        COMMIT;
        WHILE ivr.housekeep_rest(work, p_batch) > 0 LOOP
            COMMIT;
        END LOOP;
        COMMIT;
    END LOOP;
    PERFORM ivr.note_housekeeping(began, counted[1], counted[2], counted[3]);
    COMMIT;
END;
$$;
COMMENT ON PROCEDURE ivr.housekeep(integer) IS
    'What a timer does every hour or night, by the ages in ivr.history_settings: removes what minivoice-check has left and traces that are too old or too many, closes calls whose end was never told, pseudonymises, removes; then ivr.last_housekeeping() tells what it did. As ivr_keeper, or the owner of the schema: minivoice-db housekeep. It may be interrupted, and run beside itself.';
