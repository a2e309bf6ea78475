-- kinds.sql: where each function of the schema works on a router. Included by router.sql; tests/sql/shards/kinds.sql holds it
-- against the functions that exist.

CREATE TABLE IF NOT EXISTS ivr_shards.kinds (
    function text NOT NULL,
    kind     text NOT NULL,
    CONSTRAINT kinds_pkey PRIMARY KEY (function),
    CONSTRAINT kinds_kind_is_known CHECK (kind IN ('call', 'any', 'all', 'router', 'tables', 'values', 'inner', 'shard'))
);
COMMENT ON TABLE ivr_shards.kinds IS 'Where each function of the schema ivr works when there are several databases.';
COMMENT ON COLUMN ivr_shards.kinds.function IS 'Its name.';
COMMENT ON COLUMN ivr_shards.kinds.kind IS
    'call: on the shard that has the call, by its id. any: on whichever shard can. all: on every shard, what they return put together. router: here, of the configuration or the shards themselves. tables: here, of what the tables say, which are those of all shards. values: of its arguments alone. inner: in the shards, for functions that run there; not to be called here. shard: what tells subscribers, from a place in one log, is asked of each shard by itself.';

TRUNCATE ivr_shards.kinds;
INSERT INTO ivr_shards.kinds (kind, function)
SELECT kind, regexp_split_to_table(functions, '\s+')
FROM (VALUES
    ('call', 'store_events store_answers gathered_digits call_states store_report store_ai store_enrichment call_story '
             'compare_report mark_test_call test_call housekeep_calls purge_calls pseudonymise_calls check_codes calls_with_codes'),
    ('any', 'store_rejections'),
    ('all', 'forget drift rebuild_calls infer_closings remove_test_calls purge_rest pseudonymise_rest housekeep_rest '
            'remove_rejections due_for_housekeeping calls_older_than calls_to_reconcile calls_to_enrich check_database failed_destinations'),
    -- The procedures commit here; what they call is of the kinds above.
    ('router', 'settings config_snapshot config_key config_values config_difference config_changes note_config_change '
               'restore_config check_config check_option_digits flow_chart flow_chart_dot deepest_way open_spans open_at '
               'menu_open_at open_spans_json schema_version housekeep purge pseudonymise note_housekeeping last_housekeeping '
               'pseudonym store_traces trim_traces forget_traces know_caller set_code opens is_shard keep_languages ask_callbacks called_back'),
    ('tables', 'done reingest begin_test_call journey_mermaid mermaid_line replay_script '
               'traced_requests traced_questions traced_events traced_orders platform_findings first_call_script'),
    ('values', 'parse_jsons parse_json parse_times parse_time pressed spoken is_personal masked_text masked_word masked '
               'masked_json shown shown_text shown_word shown_json event_digest keyed_digest closing_word asks_menu lock_key '
               'without_access_key told_text hmac_sha256 number_pattern json_without raw_without instant wrapped mermaid_text '
               'dot_text is_kind headers platform_questions platform_meanings is_prompt is_destination is_time_zone same_bytes'),
    ('shard', 'take_notices due_notices note_tries notify_again notify_listeners is_notifier subscribe unsubscribe rotate_secret '
              'end_of_log due_of_kind due_call_closed due_call_stuck due_configuration_changed due_message_left due_callback_asked'),
    ('inner', 'lock_call lock_calls try_lock_calls project_calls project_call refresh_calls move_calls matching_gather gathered '
              'question menu_before judge_answers numbers_of_person replace_number pseudonymise_rejected asked_code hide_codes judged_events judged_payload')
) AS named (kind, functions);
