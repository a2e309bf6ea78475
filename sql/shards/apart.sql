-- apart.sql: on a shard, the functions by which a set is stored request by request, each all or nothing. A router asks for this when
-- the shard has refused a set because of one request in it: a refusal costs the router its connections, so the guilty ones
-- are told by rows instead, under ~place, with the reason. Included by shard.sql, and by install.sql
-- on a shard, where it takes a superuser.

RESET ROLE;
CREATE SCHEMA IF NOT EXISTS ivr_shards;
COMMENT ON SCHEMA ivr_shards IS 'What a router asks of this shard, and nobody else.';

CREATE OR REPLACE FUNCTION ivr_shards.events_apart(
    p_places integer[], p_call_ids text[], p_events text[], p_created_ats text[], p_raws bytea[], p_received_ats timestamptz[])
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    FOR n IN 1 .. cardinality(p_places) LOOP
        BEGIN
            RETURN QUERY SELECT * FROM ivr.store_events(p_places[n:n], p_call_ids[n:n], p_events[n:n], p_created_ats[n:n], p_raws[n:n], p_received_ats[n:n]);
        EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
            RETURN QUERY SELECT ~p_places[n], SQLSTATE || ' ' || SQLERRM;
        END;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr_shards.events_apart(integer[], text[], text[], text[], bytea[], timestamptz[]) IS
    'As ivr.store_events(), each by itself; one that is refused has a row under ~place, with the reason.';

CREATE OR REPLACE FUNCTION ivr_shards.answers_apart(p_places integer[], p_call_ids text[], p_answers jsonb[], p_responses text[])
RETURNS TABLE (place integer, result text, response text)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    FOR n IN 1 .. cardinality(p_places) LOOP
        BEGIN
            RETURN QUERY SELECT * FROM ivr.store_answers(p_places[n:n], p_call_ids[n:n], p_answers[n:n], p_responses[n:n]);
        EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
            RETURN QUERY SELECT ~p_places[n], SQLSTATE || ' ' || SQLERRM, NULL::text;
        END;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr_shards.answers_apart(integer[], text[], jsonb[], text[]) IS
    'As ivr.store_answers(), each by itself; one that is refused has a row under ~place, with the reason.';

CREATE OR REPLACE FUNCTION ivr_shards.rejections_apart(
    p_places integer[], p_endpoints text[], p_reasons text[], p_details text[], p_http_statuses integer[],
    p_remote_addresses text[], p_sent_timestamps text[], p_sent_signatures text[], p_raws bytea[], p_raw_lengths bigint[],
    p_received_ats timestamptz[])
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    FOR n IN 1 .. cardinality(p_places) LOOP
        BEGIN
            RETURN QUERY SELECT * FROM ivr.store_rejections(
                p_places[n:n], p_endpoints[n:n], p_reasons[n:n], p_details[n:n], p_http_statuses[n:n], p_remote_addresses[n:n],
                p_sent_timestamps[n:n], p_sent_signatures[n:n], p_raws[n:n], p_raw_lengths[n:n], p_received_ats[n:n]);
        EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
            RETURN QUERY SELECT ~p_places[n], SQLSTATE || ' ' || SQLERRM;
        END;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr_shards.rejections_apart(integer[], text[], text[], text[], integer[], text[], text[], text[], bytea[], bigint[], timestamptz[]) IS
    'As ivr.store_rejections(), each by itself; one that is refused has a row under ~place, with the reason.';

REVOKE ALL ON ALL ROUTINES IN SCHEMA ivr_shards FROM PUBLIC;
GRANT USAGE ON SCHEMA ivr_shards TO ivr_app, ivr_owner;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ivr_shards TO ivr_app;
