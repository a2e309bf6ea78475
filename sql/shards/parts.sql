-- parts.sql: how a set is divided among the shards, and what becomes of a part whose shard cannot be used. Included by
-- router.sql.
--
-- All is well: PL/Proxy asks all shards at the same moment. Otherwise each shard is asked by itself, so that the guilty one
-- is known; its requests get a row under ~place: not now. From then on it is left alone, until minivoice-db shards watch
-- finds it back, or, where nobody watches, until once a second a request tries.
--
-- Where a shard refuses a request, all of the set are stored one by one (apart.sql), and that one gets a row under ~place with
-- the reason.

CREATE OR REPLACE FUNCTION ivr_shards.slot(p_key text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashtext(p_key) & 63;
COMMENT ON FUNCTION ivr_shards.slot(text) IS 'The slot of a call.';

-- Asked with every set, so without what changing rights and search_path would cost.
CREATE OR REPLACE FUNCTION ivr_shards.is_whole() RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN NOT EXISTS (SELECT FROM ivr_shards.shards WHERE down_since IS NOT NULL OR held <> '{}');
END;
$$;
COMMENT ON FUNCTION ivr_shards.is_whole() IS 'Whether every call can be stored, as far as is known.';

CREATE OR REPLACE FUNCTION ivr_shards.watch_key(p_shard integer) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN hashtextextended('ivr_shards', p_shard);
COMMENT ON FUNCTION ivr_shards.watch_key(integer) IS 'The advisory lock of whoever finds out whether this shard is back.';

CREATE OR REPLACE FUNCTION ivr_shards.may_try(p_shard integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(ivr_shards.watch_key(p_shard)) THEN
        RETURN false;
    END IF;
    UPDATE ivr_shards.shards SET tried_at = clock_timestamp()
    WHERE shard = p_shard AND tried_at < clock_timestamp() - interval '1 second';
    RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION ivr_shards.may_try(integer) IS
    'Whether the caller should try a shard that is down: once a second somebody should, but nobody where it is watched.';

CREATE OR REPLACE FUNCTION ivr_shards.parts(p_slots integer[])
RETURNS TABLE (shard integer, usable boolean, was_down boolean, nth integer[])
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
    WITH placed AS MATERIALIZED (
        SELECT m.shard, m.slot, asked.nth
        FROM unnest(p_slots) WITH ORDINALITY AS asked (slot, nth) JOIN ivr_shards.slots AS m ON m.slot = asked.slot & 63
    ), wanted AS MATERIALIZED (
        SELECT s.shard, s.held, s.down_since IS NOT NULL AS was_down, s.down_since IS NULL OR ivr_shards.may_try(s.shard) AS usable
        FROM ivr_shards.shards AS s
        WHERE s.shard IN (SELECT placed.shard FROM placed)
    )
    SELECT w.shard, w.usable AND p.slot <> ALL (w.held), w.was_down, array_agg(p.nth::integer ORDER BY p.nth)
    FROM placed AS p JOIN wanted AS w ON w.shard = p.shard
    GROUP BY 1, 2, 3
    ORDER BY 3, 1;
$$;
COMMENT ON FUNCTION ivr_shards.parts(integer[]) IS
    'Divides the requests of a set, by their slots: for each shard the places of its requests in the arrays, from 1, whether it can be asked, and whether it was down, so that this is a try. Those that can surely be asked come first.';

CREATE OR REPLACE FUNCTION ivr_shards.pick(p_from anyarray, p_nth integer[]) RETURNS anyarray
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN p_from IS NOT NULL THEN ARRAY(SELECT p_from[n] FROM unnest(p_nth) AS n) END $$;
COMMENT ON FUNCTION ivr_shards.pick(anyarray, integer[]) IS 'These elements of an array.';

CREATE OR REPLACE FUNCTION ivr_shards.is_shards_fault(p_sqlstate text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN left(p_sqlstate, 2) <> ALL ('{22,23,40,55}');
COMMENT ON FUNCTION ivr_shards.is_shards_fault(text) IS
    'Whether an error tells of a shard, and not of what was sent to it (classes 22, 23) or of who else writes (40, 55).';

CREATE OR REPLACE FUNCTION ivr_shards.is_requests_fault(p_sqlstate text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN left(p_sqlstate, 2) = ANY ('{22,23}');
COMMENT ON FUNCTION ivr_shards.is_requests_fault(text) IS 'Whether an error tells of what was sent: it would be refused for ever.';

CREATE OR REPLACE FUNCTION ivr_shards.note_up(p_shard integer) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
    UPDATE ivr_shards.shards SET down_since = NULL, fault = NULL WHERE shard = p_shard AND down_since IS NOT NULL;
$$;
COMMENT ON FUNCTION ivr_shards.note_up(integer) IS 'A shard has done what it was asked.';

CREATE OR REPLACE FUNCTION ivr_shards.note_down(p_shard integer, p_fault text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
    -- Whoever has the row tells it already; nobody waits for that.
    UPDATE ivr_shards.shards SET down_since = clock_timestamp(), tried_at = clock_timestamp(), fault = p_fault
    WHERE shard = (SELECT shard FROM ivr_shards.shards WHERE shard = p_shard AND down_since IS NULL FOR UPDATE SKIP LOCKED);
$$;
COMMENT ON FUNCTION ivr_shards.note_down(integer, text) IS 'A shard cannot be used, and why.';

CREATE OR REPLACE FUNCTION ivr_shards.note_fault(p_shard integer, p_sqlstate text, p_words text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF NOT ivr_shards.is_shards_fault(p_sqlstate) THEN
        RAISE EXCEPTION USING ERRCODE = p_sqlstate, MESSAGE = p_words;
    END IF;
    -- What PL/Proxy itself says is of the connection. A shard without disk space, or with an old schema, still answers.
    IF p_sqlstate ~ '^(08|57P|25006|XX)' THEN
        PERFORM ivr_shards.note_down(p_shard, p_words);
    END IF;
END;
$$;
COMMENT ON FUNCTION ivr_shards.note_fault(integer, text, text) IS
    'What a shard that was asked by itself answered instead: raised again where the request is to blame.';

CREATE OR REPLACE FUNCTION ivr_shards.live_slots() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
    SELECT min(slot) FROM ivr_shards.slots JOIN ivr_shards.shards USING (shard) WHERE down_since IS NULL GROUP BY shard;
$$;
COMMENT ON FUNCTION ivr_shards.live_slots() IS 'A slot of each shard that can be used: to run on all of these.';

CREATE OR REPLACE FUNCTION ivr_shards.a_live_slot() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
BEGIN
    RETURN coalesce((SELECT slot FROM ivr_shards.slots JOIN ivr_shards.shards USING (shard) WHERE down_since IS NULL ORDER BY shard, slot LIMIT 1), 0);
END;
$$;
COMMENT ON FUNCTION ivr_shards.a_live_slot() IS 'A slot of the first shard that can be used, for what belongs to no call: as long as that shard is there, such things are numbered in the order in which they come.';

CREATE OR REPLACE FUNCTION ivr_shards.connect(p_shard integer, p_link text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
DECLARE
    wanted text := (SELECT connection FROM shards WHERE shard = p_shard);
    -- When it is down, its first server was.
    nths   integer[] := ARRAY(
        SELECT n FROM shards, generate_series(1, (SELECT max(cardinality(string_to_array(value, ','))) FROM words(wanted) WHERE name IN ('host', 'hostaddr'))) AS n
        WHERE shard = p_shard ORDER BY n = 1 AND down_since IS NOT NULL, n);
    n      integer;
BEGIN
    FOREACH n IN ARRAY nths LOOP
        BEGIN
            PERFORM dblink_connect_u(p_link, only_server(wanted, n) || ' user=ivr_router connect_timeout=2');
            IF n > 1 THEN
                PERFORM pg_advisory_xact_lock(watch_key(-1));
                UPDATE shards SET connection = put_first(wanted, n) WHERE shard = p_shard;
                PERFORM reach();
            END IF;
            RETURN;
        EXCEPTION WHEN sqlclient_unable_to_establish_sqlconnection THEN
            IF n = nths[cardinality(nths)] THEN
                RAISE;
            END IF;
        END;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr_shards.connect(integer, text) IS
    'Connects with a shard, for look(). PL/Proxy would wait for ever for a primary that is silent before it tried its standby: whoever can be written to is put first.';

CREATE OR REPLACE FUNCTION ivr_shards.look(p_shard integer) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
DECLARE
    link  text := 'ivr_shard_' || p_shard;
    until timestamptz := clock_timestamp() + interval '800 ms';
BEGIN
    IF link <> ALL (coalesce(dblink_get_connections(), '{}')) THEN
        PERFORM connect(p_shard, link);
    END IF;
    -- Without waiting for it: who waits for a silent server cannot always leave.
    PERFORM dblink_send_query(link, $probe$SELECT pg_logical_emit_message(true, 'minivoice', 'probe')::text$probe$);
    WHILE dblink_is_busy(link) = 1 LOOP
        IF clock_timestamp() > until THEN
            RAISE EXCEPTION 'no commit within 800 ms';
        END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    PERFORM FROM dblink_get_result(link) AS done (lsn text);
    PERFORM FROM dblink_get_result(link) AS done (lsn text);
    PERFORM note_up(p_shard);
    RETURN 'up';
EXCEPTION WHEN OTHERS THEN
    IF link = ANY (coalesce(dblink_get_connections(), '{}')) THEN
        PERFORM dblink_disconnect(link);
    END IF;
    PERFORM note_down(p_shard, SQLERRM);
    RETURN SQLERRM;
END;
$$;
COMMENT ON FUNCTION ivr_shards.look(integer) IS
    'Looks whether a shard can commit, within a second, and notes it. Whoever calls it again and again holds the lock ivr_shards.watch_key().';

CREATE OR REPLACE FUNCTION ivr_shards.free_waiting() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = ivr_shards, pg_temp
AS $$
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'ivr_app' AND state = 'active'
      AND query_start < clock_timestamp() - interval '300 ms'
      AND EXISTS (SELECT FROM shards WHERE down_since > clock_timestamp() - interval '3 seconds')
$$;
COMMENT ON FUNCTION ivr_shards.free_waiting() IS
    'Ends, in the first seconds after a shard went down, the connections of programs that are waiting: it may be for that shard. They connect again at once, and by now it is known. Returns how many.';
