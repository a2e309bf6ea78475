CREATE OR REPLACE FUNCTION ivr.keep_languages(p_call_ids text[], p_answers jsonb[]) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    -- In the order of numbers, so that two writers cannot wait for each other.
    INSERT INTO ivr.callers AS known (number, language)
    SELECT DISTINCT ON (number COLLATE "C") number, language
    FROM (SELECT coalesce(a ->> 'from_number', (SELECT c.from_number FROM ivr.calls AS c WHERE c.call_id = t.call_id)) AS number,
                 a ->> 'keep_language' AS language, nth
          FROM unnest(p_call_ids, p_answers) WITH ORDINALITY AS t (call_id, a, nth)
          WHERE a ? 'keep_language') AS told
    -- On a shard they are copies of what the router has, which does it.
    WHERE number ~ '^\+[1-9][0-9]{6,14}$' AND NOT ivr.is_shard()
    ORDER BY number COLLATE "C", nth DESC
    ON CONFLICT (number) DO UPDATE SET language = excluded.language WHERE known.language IS DISTINCT FROM excluded.language;
$$;
COMMENT ON FUNCTION ivr.keep_languages(text[], jsonb[]) IS
    'Writes the languages that callers have chosen for their next calls, as answers tell them, into ivr.callers. Callers who show no telephone number are not known again.';
