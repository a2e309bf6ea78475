CREATE OR REPLACE FUNCTION ivr.config_snapshot() RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_object(
        'departments', (SELECT coalesce(jsonb_agg(d ORDER BY department COLLATE "C"), '[]') FROM ivr.departments AS d),
        'menus', (SELECT coalesce(jsonb_agg(m ORDER BY menu COLLATE "C"), '[]') FROM ivr.menus AS m),
        'menu_options', (
            SELECT coalesce(jsonb_agg(o ORDER BY menu COLLATE "C", digits COLLATE "C"), '[]')
            FROM ivr.menu_options AS o),
        'extensions', (SELECT coalesce(jsonb_agg(e ORDER BY extension COLLATE "C"), '[]') FROM ivr.extensions AS e),
        'numbers', (SELECT coalesce(jsonb_agg(n ORDER BY number COLLATE "C"), '[]') FROM ivr.numbers AS n),
        'hours', (
            SELECT coalesce(jsonb_agg(h ORDER BY department COLLATE "C", menu COLLATE "C", weekday, opens), '[]')
            FROM ivr.hours AS h),
        'holidays', (
            SELECT coalesce(jsonb_agg(h ORDER BY day, department COLLATE "C", menu COLLATE "C", opens), '[]')
            FROM ivr.holidays AS h),
        'emergency', (SELECT coalesce(jsonb_agg(e), '[]') FROM ivr.emergency AS e),
        'agents', (
            SELECT coalesce(jsonb_agg(a ORDER BY department COLLATE "C", destination COLLATE "C"), '[]')
            FROM ivr.agents AS a),
        'translations', (
            SELECT coalesce(jsonb_agg(t ORDER BY sentence COLLATE "C", language COLLATE "C"), '[]')
            FROM ivr.translations AS t),
        -- What could be tried against a code is not in it.
        'codes', (SELECT coalesce(jsonb_agg(to_jsonb(c) - '{salt,hash}'::text[] ORDER BY code COLLATE "C"), '[]') FROM ivr.codes AS c));
$$;
COMMENT ON FUNCTION ivr.config_snapshot() IS
    'The whole configuration as it is now: a list of rows for each of its tables, in the order of their keys. ivr.callers is not in it: customers are data.';
