CREATE OR REPLACE FUNCTION ivr.spoken(response jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN jsonb_path_query_first(response, '$.actions[*].gather.prompt') #>> '{}';
COMMENT ON FUNCTION ivr.spoken(jsonb) IS 'The prompt of the menu in an answer; null when it asks none.';
