CREATE OR REPLACE FUNCTION ivr.due_of_kind(p_kind text, p_after ivr.log_place, p_upto ivr.log_place, p_subject text, p_plain boolean) RETURNS SETOF ivr.due
LANGUAGE plpgsql STABLE ROWS 100
AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM ivr.%I($1, $2, $3, $4)', 'due_' || replace(p_kind, '.', '_'))
        USING p_after, p_upto, p_subject, p_plain;
END;
$$;
COMMENT ON FUNCTION ivr.due_of_kind(text, ivr.log_place, ivr.log_place, text, boolean) IS
    'What is due of a kind, by the one function that knows the kind: of call.closed ivr.due_call_closed(). A new kind is a new function of that form and nothing else: (after this place, up to that one, or of this subject alone, numbers in plain) gives rows of ivr.due.';
