-- report.sql: the tables of the report, from lines "load round design name value" on standard input.
--
-- who: ours, or what the first line of a table is called when that is compared with the rest.
CREATE TEMP TABLE line (place integer GENERATED ALWAYS AS IDENTITY, load text, round integer, design text, name text, value double precision);
\copy line (load, round, design, name, value) from pstdin
CREATE TEMP VIEW middle AS
SELECT load, design, name, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS value, min(value) AS least,
       max(value) AS most, min(place) AS place
FROM line GROUP BY load, design, name;
CREATE TEMP VIEW wide AS
SELECT load, design, min(place) AS place, min(min(place)) OVER (PARTITION BY load) AS load_place,
       jsonb_object_agg(name, value) AS v, max(most - least) FILTER (WHERE name = 'rate') AS spread
FROM middle GROUP BY load, design;

CREATE FUNCTION pg_temp.ms(us jsonb) RETURNS text LANGUAGE sql
RETURN coalesce(round(us::numeric / 1000, CASE WHEN us::numeric < 10000 THEN 2 ELSE 0 END)::text, '');
CREATE FUNCTION pg_temp.whole(n jsonb) RETURNS text LANGUAGE sql RETURN coalesce(round(n::numeric)::text, '');
CREATE FUNCTION pg_temp.ratio(a jsonb, b jsonb) RETURNS text LANGUAGE sql
RETURN coalesce(round(a::numeric / nullif(b::numeric, 0), 2)::text, '');

SELECT text FROM (
    SELECT load_place, 0 AS part, 0 AS place, format(E'\n## %s\n\n%s', load, CASE split_part(load, '-', 1)
        WHEN 'events' THEN 'Events of whole calls, each sent once; connections: ' || split_part(load, '-', 2) || '.'
        WHEN 'answers' THEN 'answer and then its redirect with a digit; connections: ' || split_part(load, '-', 2) || '.'
        WHEN 'calls' THEN 'Whole calls: four events, answer and redirect; connections: ' || split_part(load, '-', 2) || '.'
        WHEN 'awaited' THEN 'The redirect comes without a digit, call.gathered 100 ms later, ' || split_part(load, '-', 2) || ' callers at a time. The latency of redirect counts from the moment the digit was sent.'
        WHEN 'mixed' THEN 'Whole calls begun at random moments, ' || :'rate' || ' requests a second in all (half of what the slower of ours and go can); latencies count from the moment a request was due. Who is missing cannot do as many.'
        ELSE '' END) AS text
    FROM wide GROUP BY load, load_place
    UNION ALL
    SELECT load_place, 1, 0, E'\n| design | requests/s | spread | ' || :'who' || ' does | CPU us | programs + nginx + PostgreSQL | ' || :'who' || E' takes | p50 | p99 | p99.9 | WAL bytes | fsyncs | connections | processes | PSS MB | generator us |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|'
    FROM wide GROUP BY load_place
    UNION ALL
    SELECT w.load_place, 2, w.place,
           concat_ws(' | ', '| ' || w.design, pg_temp.whole(w.v -> 'rate'), round(w.spread::numeric),
                     pg_temp.ratio(o.v -> 'rate', w.v -> 'rate'), pg_temp.whole(w.v -> 'cpu_us'),
                     concat_ws(' + ', pg_temp.whole(w.v -> 'cpu_programs_us'), pg_temp.whole(w.v -> 'cpu_nginx_us'),
                               pg_temp.whole(w.v -> 'cpu_postgres_us')),
                     pg_temp.ratio(o.v -> 'cpu_us', w.v -> 'cpu_us'),
                     pg_temp.ms(w.v -> 'request_p50'), pg_temp.ms(w.v -> 'request_p99'), pg_temp.ms(w.v -> 'request_p999'),
                     pg_temp.whole(w.v -> 'wal_bytes'), coalesce(round((w.v -> 'fsyncs')::numeric, 2)::text, ''),
                     pg_temp.whole(w.v -> 'connections'), pg_temp.whole(w.v -> 'processes'),
                     coalesce(round((w.v -> 'pss_kb')::numeric / 1024, 1)::text, ''), pg_temp.whole(w.v -> 'own_cpu_us')) || ' |'
    FROM wide AS w LEFT JOIN wide AS o ON o.load = w.load AND (o.design = 'ours' OR :'who' <> 'ours' AND o.place = o.load_place)
    UNION ALL
    SELECT load_place, 3, 0, E'\n| latency | of | p50 | p99 | p99.9 | worst |\n|---|---|--:|--:|--:|--:|'
    FROM wide WHERE load !~ 'events-' GROUP BY load_place
    UNION ALL
    SELECT w.load_place, 4, w.place * 10 + k.place,
           concat_ws(' | ', '| ' || w.design, k.kind, pg_temp.ms(v -> (kind || '_p50')), pg_temp.ms(v -> (kind || '_p99')),
                     pg_temp.ms(v -> (kind || '_p999')), pg_temp.ms(v -> (kind || '_max'))) || ' |'
    FROM wide AS w, unnest(ARRAY['event', 'answer', 'redirect']) WITH ORDINALITY AS k (kind, place)
    WHERE w.load !~ 'events-' AND (w.v -> k.kind)::numeric > 0
) AS report
ORDER BY load_place, part, place;
