-- check-config.sql: what is wrong with the configuration, a line each: errors, warnings, notes. Ends psql with status 3
-- when there is an error.
SELECT format('%s: %s: %s. %s', severity, subject, problem, hint) FROM ivr.check_config()
ORDER BY array_position(ARRAY['error', 'warning', 'note'], severity), subject COLLATE "C", problem COLLATE "C";
SELECT count(*) > 0 AS wrong FROM ivr.check_config() WHERE severity = 'error' \gset
\if :wrong
    DO $$ BEGIN RAISE EXCEPTION 'the configuration has errors'; END $$;
\endif
