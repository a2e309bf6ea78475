-- 0010_answers_by_name.sql: an answer is handed over as one object, its columns by name, instead of twenty arrays.

DROP FUNCTION IF EXISTS ivr.store_answers(integer[], text[], integer[], integer[], text[], text[], text[], text[], bytea[],
                                          integer[], text[], text[], text[], text[], text[], text[], text[], bigint[],
                                          timestamptz[], real[], text[]);
