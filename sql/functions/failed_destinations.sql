CREATE OR REPLACE FUNCTION ivr.failed_destinations(p_number text) RETURNS TABLE (failed text)
LANGUAGE sql STABLE
AS $$
    SELECT string_agg(DISTINCT calls.transferred_to, E'\n')
    FROM ivr.calls JOIN ivr.departments USING (department)
    WHERE left(calls.from_number, 64) = left(p_number, 64)  -- by its index
      AND calls.from_number = p_number
      AND calls.disposition = 'failed'
      AND calls.transferred_to IS NOT NULL
      AND departments.retry_minutes > 0
      AND calls.closed_at > now() - make_interval(mins => departments.retry_minutes);
$$;
COMMENT ON FUNCTION ivr.failed_destinations(text) IS
    'Where this caller could not be connected a short time ago (departments.retry_minutes), one a line; null for nowhere. The next call tries the next agent first, since control never comes back after a transfer (PLATFORM U18).';
