CREATE OR REPLACE PROCEDURE ivr.housekeep(p_batch integer DEFAULT 200)
LANGUAGE plpgsql
AS $$
BEGIN
    LOOP
        EXIT WHEN ivr.infer_closings(p_batch => p_batch) = 0;
        COMMIT;
    END LOOP;
    COMMIT;
    CALL ivr.pseudonymise(p_batch => p_batch);
    CALL ivr.purge(p_batch => p_batch);
END;
$$;
COMMENT ON PROCEDURE ivr.housekeep(integer) IS
    'What a timer does every hour or night, by the ages in ivr.history_settings: closes calls whose end was never told, pseudonymises, removes. As the owner of the schema or a member of ivr_owner: psql -X -c ''CALL ivr.housekeep()''. It may be interrupted, and run beside itself.';
