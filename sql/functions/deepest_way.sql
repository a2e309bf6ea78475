CREATE OR REPLACE FUNCTION ivr.deepest_way() RETURNS TABLE (redirects integer, menus text[], proven boolean)
LANGUAGE plpgsql STABLE
SET jit = off  -- compiling takes longer than running it
AS $$
#variable_conflict use_column
DECLARE
    -- So many ways are followed at a time, the deepest first; more only where very many menus lead to each other.
    most constant integer := 500;
BEGIN
    RETURN QUERY
    WITH RECURSIVE way AS MATERIALIZED (
        SELECT from_place, to_place, kind FROM ivr.ways
    ),
    -- Where callers may end up who are sent to a place: there, or, when it is closed, where that leads.
    entered (place, reached) AS (
        SELECT to_place, to_place FROM way
        UNION
        SELECT entered.place, way.to_place
        FROM entered JOIN way ON way.from_place = entered.reached
        WHERE way.kind = 'closed'
    ),
    menu AS MATERIALIZED (
        SELECT 'menu:' || menu AS place, menu, 1 + no_input_limit + invalid_limit AS asks,
               row_number() OVER (ORDER BY menu COLLATE "C") - 1 AS number
        FROM (SELECT menu, no_input_limit, invalid_limit FROM ivr.menus
              UNION ALL
              SELECT menu, no_input_limit, invalid_limit FROM ivr.made_menus) AS asked
    ),
    next AS MATERIALIZED (
        SELECT DISTINCT way.from_place, reached AS to_place
        FROM way JOIN entered ON entered.place = way.to_place
        WHERE way.kind NOT IN ('closed', 'fallback') AND reached IN (SELECT place FROM menu)
    ),
    -- Menus from which one can come to each other and back make a loop.
    reaches (a, b) AS (
        SELECT from_place, to_place FROM next WHERE from_place IN (SELECT place FROM menu)
        UNION
        SELECT reaches.a, next.to_place FROM reaches JOIN next ON next.from_place = reaches.b
    ),
    looped AS MATERIALIZED (
        SELECT menu.*, least(menu.number, min(other.number)) AS loop
        FROM menu
        LEFT JOIN (reaches AS there JOIN reaches AS back ON back.a = there.b AND back.b = there.a
                   JOIN menu AS other ON other.place = there.b) ON there.a = menu.place
        GROUP BY menu.place, menu.menu, menu.asks, menu.number
    ),
    nothing AS (
        SELECT decode(repeat('00', (count(*) / 8 + 1)::integer), 'hex') AS bits FROM menu
    ),
    -- Each menu once. Of the ways to a menu through the same menus of its loop the deepest is enough, because menus of
    -- other loops cannot be met again. After 20 menus the budget is spent in any case.
    walk AS (
        SELECT DISTINCT looped.place, ARRAY[looped.menu] AS path, looped.asks AS total, looped.loop,
               set_bit(bits, looped.number, 1) AS been, false AS cut
        FROM next JOIN looped ON looped.place = next.to_place, nothing
        WHERE next.from_place NOT IN (SELECT place FROM menu)
        UNION ALL
        SELECT place, path, total, loop, been, count(*) OVER () > most
        FROM (
            SELECT *, row_number() OVER (ORDER BY total DESC, path) AS rank
            FROM (
                SELECT looped.place, walk.path || looped.menu AS path, walk.total + looped.asks AS total, looped.loop,
                       news.been,
                       row_number() OVER (PARTITION BY looped.place, news.been
                                          ORDER BY walk.total DESC, walk.path) AS choice
                FROM walk
                JOIN next ON next.from_place = walk.place
                JOIN looped ON looped.place = next.to_place
                CROSS JOIN nothing
                CROSS JOIN LATERAL (
                    SELECT set_bit(CASE WHEN looped.loop = walk.loop THEN walk.been ELSE bits END,
                                   looped.number, 1) AS been) AS news
                WHERE (looped.loop <> walk.loop OR get_bit(walk.been, looped.number) = 0)
                  AND cardinality(walk.path) < 20
            ) AS step
            WHERE choice = 1
        ) AS ranked
        WHERE rank <= most + 1
    )
    SELECT total, path,
           NOT (SELECT bool_or(cut) FROM walk)
           OR (SELECT sum(asks) FROM menu) <= 19
    FROM walk
    ORDER BY total DESC, cardinality(path), path
    LIMIT 1;
END;
$$;
COMMENT ON FUNCTION ivr.deepest_way() IS
    'The way through the menus on which a caller is asked most often: how many redirects it takes when he spends every repeat of each menu, and its menus in order, none twice. The platform follows 20 redirects. proven is false where so many menus lead to each other that not all ways could be tried.';
