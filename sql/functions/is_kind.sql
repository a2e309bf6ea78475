CREATE OR REPLACE FUNCTION ivr.is_kind(p_kind text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT p_kind ~ '^[a-z]+[.][a-z]+$'
       AND to_regprocedure(format('ivr.due_%s(ivr.log_place, ivr.log_place, text, boolean)', replace(p_kind, '.', '_'))) IS NOT NULL;
$$;
COMMENT ON FUNCTION ivr.is_kind(text) IS 'Whether there is such a kind of facts to be told: whether the function of ivr.due_of_kind() exists.';
