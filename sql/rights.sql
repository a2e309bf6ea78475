-- rights.sql: who may do what. Included by install.sql; said anew each time, so nothing is left over.

REVOKE ALL ON SCHEMA ivr FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA ivr FROM PUBLIC, ivr_app, ivr_report, ivr_privileged;
REVOKE ALL ON ALL ROUTINES IN SCHEMA ivr FROM PUBLIC, ivr_app, ivr_report, ivr_privileged;
GRANT USAGE ON SCHEMA ivr TO ivr_app, ivr_report;

-- The programs: these functions and nothing else.
GRANT EXECUTE ON FUNCTION
    ivr.settings, ivr.call_states, ivr.gathered_digits, ivr.store_answers, ivr.store_events, ivr.store_rejections,
    ivr.schema_version
TO ivr_app;

-- Reports: the views, which show every number through ivr.shown(), and no table: those hold plain numbers and the
-- bytes that came. Members of ivr_privileged read the same views and see more in them.
DO $$
DECLARE
    readable regclass;
BEGIN
    FOR readable IN SELECT oid FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v' LOOP
        EXECUTE format('GRANT SELECT ON %s TO ivr_report', readable);
    END LOOP;
END;
$$;
GRANT EXECUTE ON FUNCTION
    ivr.closing_word, ivr.pressed, ivr.spoken,
    ivr.open_at, ivr.menu_open_at, ivr.check_config, ivr.config_key, ivr.config_values, ivr.config_difference,
    ivr.config_changes,
    ivr.flow_chart, ivr.flow_chart_dot, ivr.wrapped, ivr.mermaid_text, ivr.dot_text,
    ivr.mermaid_line, ivr.journey_mermaid,
    ivr.shown, ivr.shown_text, ivr.shown_word, ivr.shown_json, ivr.masked, ivr.masked_text, ivr.masked_word, ivr.masked_json,
    ivr.is_personal
TO ivr_report;
