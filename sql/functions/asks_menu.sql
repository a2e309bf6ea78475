CREATE OR REPLACE FUNCTION ivr.asks_menu(decision text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN decision IN ('menu', 'no_input', 'invalid');
COMMENT ON FUNCTION ivr.asks_menu(text) IS
    'True for an answer that asks a menu, for the first time or again, and so waits for a digit. Null for null.';
