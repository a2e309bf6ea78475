CREATE OR REPLACE FUNCTION ivr.asked_code(p_call_id text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN starts_with(menu, 'code:') AND ivr.asks_menu(decision) THEN substr(menu, 6) END
    FROM ivr.answers
    WHERE call_id = p_call_id
    ORDER BY step DESC
    LIMIT 1;
$$;
COMMENT ON FUNCTION ivr.asked_code(text) IS 'The code that the newest answer of a call asks for; null where it asks for none.';
