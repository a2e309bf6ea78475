-- rights.sql: who may do what. Included by install.sql; said anew each time, so nothing is left over.

REVOKE ALL ON SCHEMA ivr FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA ivr FROM PUBLIC, ivr_app, ivr_report;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ivr FROM PUBLIC, ivr_app, ivr_report;
GRANT USAGE ON SCHEMA ivr TO ivr_app, ivr_report;

-- The programs: these functions and nothing else.
GRANT EXECUTE ON FUNCTION
    ivr.settings, ivr.call_state, ivr.store_answer, ivr.store_event, ivr.store_rejected
TO ivr_app;

-- Reports: everything can be read, nothing can be changed.
GRANT SELECT ON ALL TABLES IN SCHEMA ivr TO ivr_report;
GRANT EXECUTE ON FUNCTION ivr.closing_word, ivr.pressed, ivr.spoken TO ivr_report;
