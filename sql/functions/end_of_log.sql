CREATE OR REPLACE FUNCTION ivr.end_of_log() RETURNS ivr.log_place
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    key     bigint := ivr.lock_key('');
    place   ivr.log_place;
    writing text[];
BEGIN
    -- First how far the logs go, then who is writing: whoever begins after that gets a higher number and a later moment.
    place := ROW(coalesce((SELECT max(arrival) FROM ivr.call_events), 0), clock_timestamp(),
                 coalesce((SELECT max(version) FROM ivr.config_versions), 0))::ivr.log_place;
    FOR wait IN 0 .. 25 LOOP
        writing := ARRAY(
            SELECT virtualtransaction FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (classid::bigint << 32 | objid::bigint) = key AND objsubid = 1
              AND (wait = 0 OR virtualtransaction = ANY (writing)));
        IF writing = '{}' THEN
            RETURN place;
        END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION ivr.end_of_log() IS
    'How far the logs can be read so that nothing comes later before that place: numbers and moments are given before the commit, so a row may appear behind one that was already read. Every writer holds the lock that ivr.lock_call() and ivr.try_lock_calls() take before it writes and until it has committed: this waits, for a quarter of a second at most, until those have ended who were writing when it looked. Null when one of them has not: ask again. The next statement sees all of it.';
