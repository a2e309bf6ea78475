-- rights.sql: who may do what. Included by install.sql; said anew each time, so nothing is left over.

REVOKE ALL ON SCHEMA ivr FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA ivr FROM PUBLIC, ivr_app, ivr_report, ivr_privileged, ivr_editor, ivr_keeper, ivr_reconciler, ivr_notifier;
REVOKE ALL ON ALL ROUTINES IN SCHEMA ivr FROM PUBLIC, ivr_app, ivr_report, ivr_privileged, ivr_editor, ivr_keeper, ivr_reconciler, ivr_notifier;
GRANT USAGE ON SCHEMA ivr TO ivr_app, ivr_report, ivr_editor, ivr_keeper, ivr_reconciler, ivr_notifier;

-- The programs: these functions and nothing else.
GRANT EXECUTE ON FUNCTION
    ivr.settings, ivr.call_states, ivr.gathered_digits, ivr.check_codes, ivr.store_answers, ivr.store_events, ivr.store_rejections,
    ivr.store_traces, ivr.schema_version
TO ivr_app;

-- minivoice-check, which logs in as the programs do, to see what they see.
GRANT EXECUTE ON FUNCTION ivr.check_database, ivr.begin_test_call, ivr.test_call TO ivr_app;

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
    ivr.is_personal, ivr.platform_findings, ivr.first_call_script
TO ivr_report;

-- Traces hold all that came, in plain.
GRANT SELECT ON ivr.traces TO ivr_privileged;

-- Editors: the configuration, and what tells whether it is right. Changes are noted by triggers, which have the owner's
-- rights; there is one row in emergency, to be changed and not removed. Checks of these tables call the last three
-- functions with the rights of whoever writes.
GRANT SELECT, INSERT, UPDATE, DELETE ON
    ivr.departments, ivr.menus, ivr.menu_options, ivr.extensions, ivr.numbers, ivr.hours, ivr.holidays, ivr.agents, ivr.callers,
    ivr.translations
TO ivr_editor;
GRANT SELECT, UPDATE ON ivr.emergency TO ivr_editor;
GRANT EXECUTE ON FUNCTION
    ivr.open_at, ivr.menu_open_at, ivr.check_config, ivr.is_prompt, ivr.is_destination, ivr.is_time_zone, ivr.know_caller
TO ivr_editor;
-- And who was left a message says that it is dealt with.
GRANT EXECUTE ON FUNCTION ivr.done, ivr.called_back, ivr.set_code TO ivr_editor;

-- The timer: by ages that it cannot choose.
GRANT EXECUTE ON PROCEDURE ivr.housekeep TO ivr_keeper;
GRANT EXECUTE ON FUNCTION
    ivr.due_for_housekeeping, ivr.housekeep_calls, ivr.housekeep_rest, ivr.note_housekeeping, ivr.last_housekeeping
TO ivr_keeper;

-- minivoice-reconcile: an event of its own kind, and no other; AI results of calls that it was given.
GRANT EXECUTE ON FUNCTION
    ivr.calls_to_reconcile, ivr.store_report, ivr.compare_report, ivr.calls_to_enrich, ivr.store_ai, ivr.call_story,
    ivr.schema_version
TO ivr_reconciler;

-- minivoice-notify: what is to be told now, signed, and what came of it. It reads no log, no secret and no list of subscribers.
GRANT EXECUTE ON FUNCTION
    ivr.take_notices, ivr.due_notices, ivr.note_tries, ivr.schema_version
TO ivr_notifier;
