-- due_configuration_changed.sql: which configurations are told.
BEGIN;
\ir lib/scene.psql
SELECT plan(5);

SELECT max(version) AS before FROM ivr.config_versions \gset
UPDATE ivr.departments SET destination = '+4930123456789' WHERE department = 'sales';
CREATE FUNCTION scene.due(after bigint, upto bigint, id text, plain boolean) RETURNS SETOF ivr.due
LANGUAGE sql AS 'SELECT * FROM ivr.due_configuration_changed(ROW(0, NULL, after)::ivr.log_place, ROW(0, NULL, upto)::ivr.log_place, id, plain)';

SELECT is((SELECT array_agg(subject) FROM scene.due(:before, :before + 1, NULL, false)), ARRAY[(:before + 1)::text], 'the version after the place');
SELECT is((SELECT count(*) FROM scene.due(:before + 1, :before + 9, NULL, false)), 0::bigint, 'none behind it');
SELECT is((SELECT data -> 'changes' ->> 0 FROM scene.due(9, 9, (:before + 1)::text, true)),
          (SELECT what FROM ivr.config_history WHERE version = :before + 1), 'what changed, in words');
SELECT ok((SELECT data -> 'changes' ->> 0 LIKE '%+4930*****89%' FROM scene.due(9, 9, (:before + 1)::text, false)), 'with numbers masked, if they are not wanted');
SELECT is((SELECT call_id FROM scene.due(9, 9, (:before + 1)::text, false)), NULL, 'it is about no call');

SELECT * FROM finish();
ROLLBACK;
