-- reach.sql: servers, logins and foreign tables, made of what ivr_shards.shards and ivr_shards.slots say. Included by router.sql.

CREATE OR REPLACE FUNCTION ivr_shards.tables_of_calls() RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN '{calls,call_events,answers,event_repeats,enrichments,test_calls,reconciliations,ai_requests,code_tries,rejected_requests}'::text[];
COMMENT ON FUNCTION ivr_shards.tables_of_calls() IS 'What is on the shards; the last one belongs to no call.';

CREATE OR REPLACE FUNCTION ivr_shards.tables_of_configuration() RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN '{departments,menus,menu_options,extensions,numbers,hours,holidays,emergency,agents,translations,codes,callers,callback_requests,dealt_with,config_versions,history_settings,pseudonym_key}'::text[];
COMMENT ON FUNCTION ivr_shards.tables_of_configuration() IS
    'What has its home on the router and is copied to every shard: the configuration, and what is about a person or was said by somebody, whichever call it came in. The keys are in it: a caller has one pseudonym, and an event one digest, wherever it is.';

CREATE OR REPLACE FUNCTION ivr_shards.words(p_connection text) RETURNS TABLE (name text, value text)
LANGUAGE sql IMMUTABLE
AS $$ SELECT split_part(word, '=', 1), split_part(word, '=', 2) FROM string_to_table(p_connection, ' ') AS word $$;
COMMENT ON FUNCTION ivr_shards.words(text) IS 'The words of a connection.';

CREATE OR REPLACE FUNCTION ivr_shards.put_first(p_connection text, p_nth integer) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT string_agg(name || '=' || CASE WHEN name IN ('host', 'hostaddr', 'port')
                                          THEN (SELECT string_agg(s.value, ',' ORDER BY s.nth <> p_nth, s.nth) FROM string_to_table(w.value, ',') WITH ORDINALITY AS s (value, nth))
                                          ELSE value END, ' ' ORDER BY nth)
    FROM ivr_shards.words(p_connection) WITH ORDINALITY AS w (name, value, nth);
$$;
COMMENT ON FUNCTION ivr_shards.put_first(text, integer) IS 'A connection to several servers, with the one that was the nth tried first.';

CREATE OR REPLACE FUNCTION ivr_shards.only_server(p_connection text, p_nth integer) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT string_agg(name || '=' || CASE WHEN name IN ('host', 'hostaddr', 'port') AND value LIKE '%,%' THEN split_part(value, ',', p_nth) ELSE value END, ' ' ORDER BY nth)
    FROM ivr_shards.words(p_connection) WITH ORDINALITY AS w (name, value, nth);
$$;
COMMENT ON FUNCTION ivr_shards.only_server(text, integer) IS 'A connection to the nth of several servers.';

-- A login that is not mapped is ivr_router; whether it may use the server is another matter.
CREATE OR REPLACE FUNCTION ivr_shards.map_logins(p_server text, p_options text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_user_mappings WHERE srvname = p_server AND usename = 'public') THEN
        EXECUTE format('CREATE USER MAPPING FOR PUBLIC SERVER %I OPTIONS (%s)', p_server, p_options);
    END IF;
END;
$$;
COMMENT ON FUNCTION ivr_shards.map_logins(text, text) IS 'Says, once, as whom everybody without a mapping of their own reaches a server.';

CREATE OR REPLACE FUNCTION ivr_shards.reach_for_calls(p_server text, p_options text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    known   text[] := (SELECT array_agg(split_part(o, '=', 1)) FROM pg_foreign_server, unnest(srvoptions) AS o WHERE srvname = p_server);
    options text := (
        SELECT string_agg(format('%s p%s %L', CASE WHEN 'p' || slot = ANY (known) THEN 'SET' ELSE 'ADD' END, slot, connection), ', ' ORDER BY slot)
        FROM ivr_shards.slots JOIN ivr_shards.shards USING (shard));
BEGIN
    IF known IS NULL THEN
        EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER plproxy OPTIONS (%s%s)', p_server, p_options, replace(options, 'ADD ', ''));
        EXECUTE format('GRANT USAGE ON FOREIGN SERVER %I TO ivr_owner', p_server);
    ELSE
        EXECUTE format('ALTER SERVER %I OPTIONS (%s)', p_server, options);
    END IF;
    PERFORM ivr_shards.map_logins(p_server, 'user ''ivr_router''');
END;
$$;
COMMENT ON FUNCTION ivr_shards.reach_for_calls(text, text) IS
    'Tells PL/Proxy which shard has which slot; slots of the same shard share a connection. Who runs already notices.';

CREATE OR REPLACE FUNCTION ivr_shards.reach_for_tables(p_shard integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    server text := 'ivr_shard_' || p_shard;
    wanted text := (SELECT string_agg(format('%I %L', w.name, w.value), ', ') FROM ivr_shards.shards, ivr_shards.words(connection) AS w WHERE shard = p_shard);
    parent text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = server) THEN
        EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER postgres_fdw OPTIONS (async_capable ''true'', fetch_size ''1000'', %s)', server, wanted);
        PERFORM ivr_shards.map_logins(server, 'user ''ivr_router'', password_required ''false''');
    END IF;
    -- The connection may have been changed.
    EXECUTE (SELECT format('ALTER SERVER %I OPTIONS (%s)', server, string_agg(format('%s %I %s',
                               CASE WHEN w.name IS NULL THEN 'DROP' WHEN k.name IS NULL THEN 'ADD' ELSE 'SET' END, coalesce(w.name, k.name), quote_literal(w.value)), ', '))
             FROM (SELECT w.* FROM ivr_shards.shards, ivr_shards.words(connection) AS w WHERE shard = p_shard) AS w
             FULL JOIN (SELECT split_part(o, '=', 1) AS name FROM pg_foreign_server, unnest(srvoptions) AS o
                        WHERE srvname = server AND o !~ '^(async_capable|fetch_size)=') AS k ON k.name = w.name);
    FOREACH parent IN ARRAY ivr_shards.tables_of_calls() LOOP
        IF to_regclass(format('ivr_shards.%I', parent || '_' || p_shard)) IS NULL THEN
            EXECUTE format('CREATE FOREIGN TABLE ivr_shards.%I () INHERITS (ivr.%I) SERVER %I OPTIONS (schema_name ''ivr'', table_name %L)',
                           parent || '_' || p_shard, parent, server, parent);
            EXECUTE format('ALTER FOREIGN TABLE ivr_shards.%I OWNER TO ivr_owner', parent || '_' || p_shard);
        END IF;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr_shards.reach_for_tables(integer) IS
    'Makes the tables of a shard parts of the router''s, of the same name: so every view on them is over all calls, whatever it counts.';

CREATE OR REPLACE FUNCTION ivr_shards.reach() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    one integer;
BEGIN
    IF (SELECT count(*) FROM ivr_shards.slots) < 64 THEN
        RETURN;
    END IF;
    PERFORM ivr_shards.reach_for_calls('ivr', 'query_timeout ''2'', ');
    PERFORM ivr_shards.reach_for_calls('ivr_long', '');
    IF NOT EXISTS (SELECT FROM pg_user_mappings WHERE srvname = 'ivr' AND usename = 'ivr_app') THEN
        GRANT USAGE ON FOREIGN SERVER ivr TO ivr_app;
        CREATE USER MAPPING FOR ivr_app SERVER ivr OPTIONS (user 'ivr_app');
    END IF;
    FOR one IN SELECT DISTINCT shard FROM ivr_shards.slots LOOP
        PERFORM ivr_shards.reach_for_tables(one);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr_shards.reach() IS 'Makes what is missing between the router and those shards that have slots; nothing while there are none.';
