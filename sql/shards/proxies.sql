-- proxies.sql: a PL/Proxy function for each function that runs in shards. Included by router.sql.
--
-- Those with p_slots have the slot of each request beside its arguments; PL/Proxy divides all of these arrays.
-- What may read a whole history is asked through ivr_long, which waits for it; everything else through ivr, which gives up.

-- Of sets, as whoever calls

CREATE OR REPLACE FUNCTION ivr_shards.gathered_digits(p_slots integer[], p_places integer[], p_call_ids text[], p_asked_steps integer[])
RETURNS TABLE (place integer, digits text, gathered_digest bytea, answered boolean)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_places, p_call_ids, p_asked_steps; RUN ON p_slots;
    SELECT place, digits, gathered_digest, answered FROM ivr.gathered_digits(p_places, p_call_ids, p_asked_steps);
$$;
CREATE OR REPLACE FUNCTION ivr_shards.call_states(
    p_slots integer[], p_places integer[], p_call_ids text[], p_asked_steps integer[], p_firsts boolean[], p_from_numbers text[])
RETURNS TABLE (
    place integer, response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
    digits text, gathered_digest bytea, to_number text, application_id text, failed text, menu_before text,
    recorded boolean, caller_greeting text, caller_department text, caller_menu text, caller_blocked boolean,
    caller_message text, is_open boolean, language text, caller_language text, from_number text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_places, p_call_ids, p_asked_steps, p_firsts, p_from_numbers; RUN ON p_slots;
    SELECT * FROM ivr.call_states(p_places, p_call_ids, p_asked_steps, p_firsts, p_from_numbers);
$$;
CREATE OR REPLACE FUNCTION ivr_shards.store_events(
    p_slots integer[], p_places integer[], p_call_ids text[], p_events text[], p_created_ats text[], p_raws bytea[],
    p_received_ats timestamptz[])
RETURNS TABLE (place integer, result text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_places, p_call_ids, p_events, p_created_ats, p_raws, p_received_ats; RUN ON p_slots;
    SELECT place, result FROM ivr.store_events(p_places, p_call_ids, p_events, p_created_ats, p_raws, p_received_ats);
$$;
CREATE OR REPLACE FUNCTION ivr_shards.store_answers(
    p_slots integer[], p_places integer[], p_call_ids text[], p_answers jsonb[], p_responses text[])
RETURNS TABLE (place integer, result text, response text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_places, p_call_ids, p_answers, p_responses; RUN ON p_slots;
    SELECT place, result, response FROM ivr.store_answers(p_places, p_call_ids, p_answers, p_responses);
$$;
CREATE OR REPLACE FUNCTION ivr_shards.check_codes(
    p_slots integer[], p_places integer[], p_call_ids text[], p_steps integer[], p_digits text[], p_digests text[])
RETURNS TABLE (place integer, result text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_places, p_call_ids, p_steps, p_digits, p_digests; RUN ON p_slots;
    SELECT place, result FROM ivr.check_codes(p_places, p_call_ids, p_steps, p_digits, p_digests);
$$;
CREATE OR REPLACE FUNCTION ivr_shards.store_rejections(
    p_slots integer[], p_places integer[], p_endpoints text[], p_reasons text[], p_details text[], p_http_statuses integer[],
    p_remote_addresses text[], p_sent_timestamps text[], p_sent_signatures text[], p_raws bytea[], p_raw_lengths bigint[],
    p_received_ats timestamptz[])
RETURNS TABLE (place integer, result text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr';
    SPLIT p_slots, p_places, p_endpoints, p_reasons, p_details, p_http_statuses, p_remote_addresses, p_sent_timestamps, p_sent_signatures, p_raws, p_raw_lengths, p_received_ats;
    RUN ON p_slots;
    SELECT place, result FROM ivr.store_rejections(p_places, p_endpoints, p_reasons, p_details, p_http_statuses, p_remote_addresses,
                                                   p_sent_timestamps, p_sent_signatures, p_raws, p_raw_lengths, p_received_ats);
$$;

-- Of sets of which some request was refused (apart.sql)

CREATE OR REPLACE FUNCTION ivr_shards.events_apart(
    p_slots integer[], p_places integer[], p_call_ids text[], p_events text[], p_created_ats text[], p_raws bytea[],
    p_received_ats timestamptz[])
RETURNS TABLE (place integer, result text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_places, p_call_ids, p_events, p_created_ats, p_raws, p_received_ats; RUN ON p_slots;
    SELECT place, result FROM ivr_shards.events_apart(p_places, p_call_ids, p_events, p_created_ats, p_raws, p_received_ats);
$$;
CREATE OR REPLACE FUNCTION ivr_shards.answers_apart(
    p_slots integer[], p_places integer[], p_call_ids text[], p_answers jsonb[], p_responses text[])
RETURNS TABLE (place integer, result text, response text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_places, p_call_ids, p_answers, p_responses; RUN ON p_slots;
    SELECT place, result, response FROM ivr_shards.answers_apart(p_places, p_call_ids, p_answers, p_responses);
$$;
CREATE OR REPLACE FUNCTION ivr_shards.rejections_apart(
    p_slots integer[], p_places integer[], p_endpoints text[], p_reasons text[], p_details text[], p_http_statuses integer[],
    p_remote_addresses text[], p_sent_timestamps text[], p_sent_signatures text[], p_raws bytea[], p_raw_lengths bigint[],
    p_received_ats timestamptz[])
RETURNS TABLE (place integer, result text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr';
    SPLIT p_slots, p_places, p_endpoints, p_reasons, p_details, p_http_statuses, p_remote_addresses, p_sent_timestamps, p_sent_signatures, p_raws, p_raw_lengths, p_received_ats;
    RUN ON p_slots;
    SELECT place, result FROM ivr_shards.rejections_apart(p_places, p_endpoints, p_reasons, p_details, p_http_statuses, p_remote_addresses,
                                                   p_sent_timestamps, p_sent_signatures, p_raws, p_raw_lengths, p_received_ats);
$$;

-- Of one call

CREATE OR REPLACE FUNCTION ivr_shards.store_report(p_call_id text, p_outcome text, p_http_status integer, p_report jsonb) RETURNS text
LANGUAGE plproxy AS $$ CLUSTER 'ivr'; RUN ON ivr_shards.slot(p_call_id); SELECT ivr.store_report(p_call_id, p_outcome, p_http_status, p_report); $$;
CREATE OR REPLACE FUNCTION ivr_shards.compare_report(p_call_id text, p_report jsonb) RETURNS jsonb
LANGUAGE plproxy AS $$ CLUSTER 'ivr'; RUN ON ivr_shards.slot(p_call_id); SELECT ivr.compare_report(p_call_id, p_report); $$;
CREATE OR REPLACE FUNCTION ivr_shards.store_ai(p_call_id text, p_sections jsonb) RETURNS integer
LANGUAGE plproxy AS $$ CLUSTER 'ivr'; RUN ON ivr_shards.slot(p_call_id); SELECT ivr.store_ai(p_call_id, p_sections); $$;
CREATE OR REPLACE FUNCTION ivr_shards.store_enrichment(p_call_id text, p_section text, p_status text, p_content jsonb) RETURNS text
LANGUAGE plproxy AS $$ CLUSTER 'ivr'; RUN ON ivr_shards.slot(p_call_id); SELECT ivr.store_enrichment(p_call_id, p_section, p_status, p_content); $$;
CREATE OR REPLACE FUNCTION ivr_shards.call_story(p_call_id text) RETURNS jsonb
LANGUAGE plproxy AS $$ CLUSTER 'ivr'; RUN ON ivr_shards.slot(p_call_id); SELECT ivr.call_story(p_call_id); $$;
CREATE OR REPLACE FUNCTION ivr_shards.mark_test_call(p_call_id text, p_bodies text[]) RETURNS boolean
LANGUAGE plproxy AS $$ CLUSTER 'ivr'; RUN ON ivr_shards.slot(p_call_id); SELECT ivr.mark_test_call(p_call_id, p_bodies); $$;
CREATE OR REPLACE FUNCTION ivr_shards.test_call(p_call_id text) RETURNS TABLE (events bigint, answers bigint, disposition text)
LANGUAGE plproxy AS $$ CLUSTER 'ivr'; RUN ON ivr_shards.slot(p_call_id); SELECT events, answers, disposition FROM ivr.test_call(p_call_id); $$;

-- Of several calls

CREATE OR REPLACE FUNCTION ivr_shards.housekeep_calls(p_slots integer[], p_work text, p_call_ids text[]) RETURNS SETOF bigint
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; SPLIT p_slots, p_call_ids; RUN ON p_slots; SELECT ivr.housekeep_calls(p_work, p_call_ids); $$;
CREATE OR REPLACE FUNCTION ivr_shards.purge_calls(p_slots integer[], p_call_ids text[]) RETURNS SETOF bigint
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; SPLIT p_slots, p_call_ids; RUN ON p_slots; SELECT ivr.purge_calls(p_call_ids); $$;
CREATE OR REPLACE FUNCTION ivr_shards.pseudonymise_calls(p_slots integer[], p_call_ids text[]) RETURNS SETOF bigint
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; SPLIT p_slots, p_call_ids; RUN ON p_slots; SELECT ivr.pseudonymise_calls(p_call_ids); $$;
CREATE OR REPLACE FUNCTION ivr_shards.numbers_of_callers(p_slots integer[], p_call_ids text[]) RETURNS TABLE (call_id text, from_number text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_call_ids; RUN ON p_slots;
    SELECT c.call_id, c.from_number FROM ivr.calls AS c WHERE c.call_id = ANY (p_call_ids) AND c.from_number IS NOT NULL;
$$;
CREATE OR REPLACE FUNCTION ivr_shards.calls_with_codes(p_slots integer[], p_call_ids text[]) RETURNS SETOF text
LANGUAGE plproxy AS $$ CLUSTER 'ivr'; SPLIT p_slots, p_call_ids; RUN ON p_slots; SELECT asked FROM ivr.calls_with_codes(p_call_ids) AS asked; $$;
CREATE OR REPLACE FUNCTION ivr_shards.tries_of_calls(p_slots integer[], p_call_ids text[]) RETURNS TABLE (call_id text, step integer, opened boolean)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; SPLIT p_slots, p_call_ids; RUN ON p_slots;
    SELECT t.call_id, t.step, t.opened FROM ivr.code_tries AS t WHERE t.call_id = ANY (p_call_ids);
$$;

-- On all shards

CREATE OR REPLACE FUNCTION ivr_shards.forget(p_number text) RETURNS TABLE (what text, how_many bigint)
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ALL; SELECT what, how_many FROM ivr.forget(p_number); $$;
CREATE OR REPLACE FUNCTION ivr_shards.drift(p_share double precision) RETURNS TABLE (call_id text, field text, stored text, rebuilt text)
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ALL; SELECT call_id, field, stored, rebuilt FROM ivr.drift(p_share); $$;
CREATE OR REPLACE FUNCTION ivr_shards.rebuild_calls() RETURNS SETOF bigint
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ALL; SELECT ivr.rebuild_calls(); $$;
CREATE OR REPLACE FUNCTION ivr_shards.infer_closings(p_older_than interval, p_batch integer) RETURNS SETOF bigint
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ALL; SELECT ivr.infer_closings(p_older_than, p_batch); $$;
CREATE OR REPLACE FUNCTION ivr_shards.calls_older_than(p_age interval) RETURNS SETOF text
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ALL; SELECT called FROM ivr.calls_older_than(p_age) AS called; $$;
CREATE OR REPLACE FUNCTION ivr_shards.purge_rest(p_older_than interval, p_batch integer) RETURNS SETOF boolean
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ALL; SELECT ivr.purge_rest(p_older_than, p_batch); $$;
CREATE OR REPLACE FUNCTION ivr_shards.pseudonymise_rest(p_older_than interval, p_batch integer) RETURNS SETOF boolean
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ALL; SELECT ivr.pseudonymise_rest(p_older_than, p_batch); $$;

-- On all that can be used: the others get their turn when they are back

CREATE OR REPLACE FUNCTION ivr_shards.remove_test_calls(p_batch integer) RETURNS SETOF bigint
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ivr_shards.live_slots(); SELECT ivr.remove_test_calls(p_batch); $$;
CREATE OR REPLACE FUNCTION ivr_shards.remove_rejections(p_call_ids text[], p_digests bytea[]) RETURNS SETOF bigint
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ivr_shards.live_slots(); SELECT ivr.remove_rejections(p_call_ids, p_digests); $$;
CREATE OR REPLACE FUNCTION ivr_shards.digests_of_tests() RETURNS SETOF bytea
LANGUAGE plproxy AS $$
    CLUSTER 'ivr_long'; RUN ON ivr_shards.live_slots();
    SELECT unnest(t.digests) AS digest FROM ivr.test_calls AS t WHERE t.begun_at < now() - interval '1 hour';
$$;
CREATE OR REPLACE FUNCTION ivr_shards.housekeep_rest(p_work text, p_batch integer) RETURNS SETOF bigint
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ivr_shards.live_slots(); SELECT ivr.housekeep_rest(p_work, p_batch); $$;
CREATE OR REPLACE FUNCTION ivr_shards.due_for_housekeeping(p_work text) RETURNS SETOF text
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ivr_shards.live_slots(); SELECT called FROM ivr.due_for_housekeeping(p_work) AS called; $$;
CREATE OR REPLACE FUNCTION ivr_shards.due_calls(p_slots integer[], p_mosts integer[], p_of_ai boolean) RETURNS SETOF text[]
LANGUAGE plproxy AS $$
    CLUSTER 'ivr_long'; SPLIT p_slots, p_mosts; RUN ON p_slots;
    SELECT CASE WHEN p_of_ai THEN ivr.calls_to_enrich((p_mosts)[1]) ELSE ivr.calls_to_reconcile((p_mosts)[1]) END AS taken;
$$;
CREATE OR REPLACE FUNCTION ivr_shards.check_database() RETURNS TABLE (id text, severity text, problem text, hint text)
LANGUAGE plproxy AS $$ CLUSTER 'ivr_long'; RUN ON ivr_shards.live_slots(); SELECT id, severity, problem, hint FROM ivr.check_database(); $$;
CREATE OR REPLACE FUNCTION ivr_shards.failed_destinations(p_numbers text[]) RETURNS TABLE (number text, failed text)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; RUN ON ivr_shards.live_slots();
    SELECT asked AS number, f.failed FROM unnest(p_numbers) AS asked CROSS JOIN ivr.failed_destinations(asked) AS f WHERE f.failed IS NOT NULL;
$$;
CREATE OR REPLACE FUNCTION ivr_shards.wrong_tries(p_callers text[]) RETURNS TABLE (caller text, wrong bigint)
LANGUAGE plproxy AS $$
    CLUSTER 'ivr'; RUN ON ivr_shards.live_slots();
    SELECT asked AS caller, (SELECT count(*) FROM ivr.code_tries AS t
                             WHERE t.caller IS NOT DISTINCT FROM asked AND NOT t.opened AND t.tried_at > clock_timestamp() - interval '1 hour') AS wrong
    FROM unnest(p_callers) AS asked;
$$;
