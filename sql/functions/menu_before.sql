CREATE OR REPLACE FUNCTION ivr.menu_before(p_call_id text, p_step integer) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    way   text[] := '{}';  -- the menus from the first to the one that is asked now
    asked record;
BEGIN
    FOR asked IN
        SELECT a.menu, a.reason
        FROM ivr.answers AS a
        WHERE a.call_id = p_call_id AND a.step <= p_step AND a.decision = 'menu'
        ORDER BY a.step
    LOOP
        IF asked.reason = 'back' AND cardinality(way) > 1 THEN
            way := trim_array(way, 1);
        ELSIF way[cardinality(way)] IS DISTINCT FROM asked.menu THEN
            way := way || asked.menu;
        END IF;
    END LOOP;
    RETURN way[cardinality(way) - 1];
END;
$$;
COMMENT ON FUNCTION ivr.menu_before(text, integer) IS
    'The menu from which the caller came to the one asked at this step: where back leads. Null in the first menu.';
