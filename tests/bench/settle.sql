-- settle.sql: every measurement begins with fresh statistics and nothing left to write.
VACUUM ANALYZE :events;
VACUUM ANALYZE :answers;
VACUUM ANALYZE :calls;
CHECKPOINT;
