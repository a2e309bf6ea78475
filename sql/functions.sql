-- functions.sql: every function, one a file, replaced by what the file says now. Included by install.sql.
-- The order is: what others call first.

\ir functions/parse_jsons.sql
\ir functions/parse_json.sql
\ir functions/parse_times.sql
\ir functions/parse_time.sql
\ir functions/pressed.sql
\ir functions/spoken.sql
\ir functions/is_personal.sql
\ir functions/masked_text.sql
\ir functions/masked_word.sql
\ir functions/masked.sql
\ir functions/masked_json.sql
\ir functions/shown.sql
\ir functions/shown_text.sql
\ir functions/shown_word.sql
\ir functions/shown_json.sql
\ir functions/event_digest.sql
\ir functions/keyed_digest.sql
\ir functions/closing_word.sql
\ir functions/asks_menu.sql
\ir functions/lock_key.sql
\ir functions/is_shard.sql
\ir functions/lock_call.sql
\ir functions/lock_calls.sql
\ir functions/try_lock_calls.sql
\ir functions/project_calls.sql
\ir functions/project_call.sql
\ir functions/refresh_calls.sql
\ir functions/move_calls.sql
\ir functions/rebuild_calls.sql
\ir functions/drift.sql
\ir functions/matching_gather.sql
\ir functions/gathered.sql
\ir functions/question.sql
\ir functions/menu_before.sql
\ir functions/failed_destinations.sql
\ir functions/call_states.sql
\ir functions/gathered_digits.sql
\ir functions/without_access_key.sql
\ir functions/keep_languages.sql
\ir functions/ask_callbacks.sql
\ir functions/hide_codes.sql
\ir functions/judge_answers.sql
\ir functions/store_answers.sql
\ir functions/hmac_sha256.sql
\ir functions/json_without.sql
\ir functions/same_bytes.sql
\ir functions/opens.sql
\ir functions/asked_code.sql
\ir functions/judged_payload.sql
\ir functions/judged_events.sql
\ir functions/set_code.sql
\ir functions/check_codes.sql
\ir functions/store_events.sql
\ir functions/store_rejections.sql
\ir functions/headers.sql
\ir functions/trim_traces.sql
\ir functions/calls_with_codes.sql
\ir functions/store_traces.sql
\ir functions/traced_requests.sql
\ir functions/traced_questions.sql
\ir functions/traced_events.sql
\ir functions/traced_orders.sql
\ir functions/platform_questions.sql
\ir functions/platform_meanings.sql
\ir functions/platform_findings.sql
\ir functions/first_call_script.sql
\ir functions/told_text.sql
\ir functions/reingest.sql
\ir functions/store_enrichment.sql
\ir functions/infer_closings.sql
\ir functions/calls_to_reconcile.sql
\ir functions/store_report.sql
\ir functions/compare_report.sql
\ir functions/calls_to_enrich.sql
\ir functions/store_ai.sql
\ir functions/call_story.sql
\ir functions/calls_older_than.sql
\ir functions/pseudonym.sql
\ir functions/number_pattern.sql
\ir functions/raw_without.sql
\ir functions/numbers_of_person.sql
\ir functions/replace_number.sql
\ir functions/pseudonymise_calls.sql
\ir functions/pseudonymise_rejected.sql
\ir functions/pseudonymise_rest.sql
\ir functions/pseudonymise.sql
\ir functions/remove_rejections.sql
\ir functions/purge_calls.sql
\ir functions/purge_rest.sql
\ir functions/purge.sql
\ir functions/forget_traces.sql
\ir functions/forget.sql
\ir functions/mark_test_call.sql
\ir functions/begin_test_call.sql
\ir functions/test_call.sql
\ir functions/remove_test_calls.sql
\ir functions/due_for_housekeeping.sql
\ir functions/housekeep_calls.sql
\ir functions/housekeep_rest.sql
\ir functions/note_housekeeping.sql
\ir functions/last_housekeeping.sql
\ir functions/housekeep.sql
\ir functions/instant.sql
\ir functions/open_spans.sql
\ir functions/open_at.sql
\ir functions/menu_open_at.sql
\ir functions/open_spans_json.sql
\ir functions/schema_version.sql
\ir functions/settings.sql
\ir functions/config_snapshot.sql
\ir functions/config_key.sql
\ir functions/config_values.sql
\ir functions/config_difference.sql
\ir functions/config_changes.sql
\ir functions/note_config_change.sql
\ir functions/restore_config.sql
\ir functions/wrapped.sql
\ir functions/mermaid_text.sql
\ir functions/dot_text.sql
\ir functions/flow_chart.sql
\ir functions/flow_chart_dot.sql
\ir functions/deepest_way.sql
\ir functions/check_config.sql
\ir functions/check_database.sql
\ir functions/replay_script.sql
\ir functions/check_option_digits.sql
\ir functions/know_caller.sql
\ir functions/end_of_log.sql
\ir functions/due_call_closed.sql
\ir functions/due_of_kind.sql
\ir functions/is_kind.sql
\ir functions/rotate_secret.sql
\ir functions/subscribe.sql
\ir functions/unsubscribe.sql
\ir functions/notify_again.sql
\ir functions/notify_listeners.sql
\ir functions/is_notifier.sql
\ir functions/take_notices.sql
\ir functions/due_notices.sql
\ir functions/note_tries.sql
\ir functions/done.sql
\ir functions/called_back.sql

CREATE OR REPLACE TRIGGER departments_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.departments
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER menus_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.menus
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER menu_options_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.menu_options
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER extensions_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.extensions
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER numbers_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.numbers
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER hours_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.hours
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER holidays_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.holidays
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER emergency_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.emergency
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER agents_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.agents
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER translations_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.translations
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER codes_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.codes
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER menu_options_can_be_pressed
    AFTER INSERT OR UPDATE ON ivr.menu_options
    FOR EACH ROW EXECUTE FUNCTION ivr.check_option_digits();
CREATE OR REPLACE TRIGGER menus_options_can_be_pressed
    AFTER UPDATE ON ivr.menus
    FOR EACH ROW EXECUTE FUNCTION ivr.check_option_digits();

-- A migration has given calls more to tell.
\if :{?rebuild}
    SELECT ivr.rebuild_calls() \g /dev/null
\endif

-- The newest version without a snapshot is the one that the migrations made.
UPDATE ivr.config_versions SET snapshot = ivr.config_snapshot()
WHERE snapshot IS NULL AND version = (SELECT max(version) FROM ivr.config_versions);
