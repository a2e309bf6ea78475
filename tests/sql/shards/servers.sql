-- servers.sql: connections to several servers: which is tried first, and one alone.
BEGIN;
SELECT plan(5);

SELECT is(ivr_shards.put_first('host=a,b,c port=1,2,3 dbname=m', 2), 'host=b,a,c port=2,1,3 dbname=m', 'a server is put first, with its port');
SELECT is(ivr_shards.put_first('host=a,b port=5432 dbname=m', 2), 'host=b,a port=5432 dbname=m', 'one port is that of all');
SELECT is(ivr_shards.put_first('host=a port=1', 1), 'host=a port=1', 'one server stays');
SELECT is(ivr_shards.only_server('host=a,b port=1,2 target_session_attrs=read-write', 2), 'host=b port=2 target_session_attrs=read-write', 'one of them alone');
SELECT is(ivr_shards.only_server('host=a,b port=5432', 2), 'host=b port=5432', 'with the common port');
SELECT * FROM finish();
ROLLBACK;
