-- check.sql: holds the database against the sender's ledger, which stands in chaos.ledger. Each line must say 0.
\pset format unaligned
\pset tuples_only on
\pset fieldsep '='

CREATE TEMPORARY TABLE sent AS
SELECT number, call_id, name, body, convert_to(body, 'UTF8') AS raw,
       number IN (SELECT number FROM chaos.ledger WHERE kind = 'acked') AS acknowledged
FROM chaos.ledger WHERE kind = 'sent';
CREATE TEMPORARY TABLE stored AS SELECT call_id, event, event_key, raw, digest FROM ivr.call_events;
CREATE INDEX ON sent (call_id);
CREATE INDEX ON stored (call_id);
ANALYZE sent, stored;

SELECT 'events_lost', count(*) FROM sent
WHERE acknowledged AND NOT EXISTS (SELECT FROM stored AS s
                                   WHERE s.call_id = sent.call_id AND s.event = sent.name AND s.raw = sent.raw);
SELECT 'events_doubled', count(*) FROM (SELECT FROM stored GROUP BY call_id, event, event_key HAVING count(*) > 1) AS d;
SELECT 'events_invented', count(*) FROM stored AS s
WHERE NOT EXISTS (SELECT FROM sent WHERE sent.call_id = s.call_id AND sent.name = s.event AND sent.raw = s.raw);
SELECT 'events_of_another_digest', count(*) FROM ivr.call_events
WHERE digest <> ivr.keyed_digest((SELECT digest_key FROM ivr.pseudonym_key),
                                 ivr.event_digest(call_id, event, payload ->> 'created_at', payload, raw));
SELECT 'events_rejected', count(*) FROM ivr.rejected_requests;

-- What a caller heard, however late it was stored, with the question that it answers. A question may have two answers: a
-- process decides and dies, before or after its answer is stored, and the next one decides anew because one of the two
-- could not ask the database. The one that was stored later stands beside the other, and says so (ivr.answers.beside_step).
-- An answer that was stored and not heard was asked for by somebody whose connection broke, or whose program died.
SELECT 'answers_lost', count(*) FROM chaos.ledger AS h
WHERE kind = 'heard'
  AND NOT EXISTS (SELECT FROM ivr.answers AS a
                  WHERE a.call_id = h.call_id AND a.endpoint = h.name AND a.response = h.body::jsonb
                    AND coalesce(a.asked_step, a.beside_step) IS NOT DISTINCT FROM h.step);
-- Two that stand beside a third one are one too many only if they were given at the same moment: of two programs that could
-- not ask, and said the same, each is on record.
SELECT 'answers_doubled', count(*)
FROM (SELECT FROM ivr.answers WHERE call_id IS NOT NULL
      GROUP BY call_id, endpoint, coalesce(asked_step, beside_step), response
      HAVING count(*) > 1 AND (bool_or(beside_step IS NULL) OR count(DISTINCT answered_at) < count(*))) AS d;
SELECT 'answers_invented', count(*) FROM ivr.answers AS a
WHERE call_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM chaos.ledger AS l
                  WHERE kind = 'asked' AND l.call_id = a.call_id AND l.name = a.endpoint
                    AND l.step IS NOT DISTINCT FROM coalesce(a.asked_step, a.beside_step));
SELECT 'answers_beside_none', count(*) FROM ivr.answers AS a
WHERE beside_step IS NOT NULL
  AND NOT EXISTS (SELECT FROM ivr.answers AS other WHERE other.call_id = a.call_id AND other.asked_step = a.beside_step);

SELECT 'calls_missing', count(*) FROM (SELECT DISTINCT call_id FROM sent WHERE acknowledged) AS s
WHERE NOT EXISTS (SELECT FROM ivr.calls AS c WHERE c.call_id = s.call_id);
SELECT 'calls_open', count(*) FROM ivr.calls AS c
WHERE closed_at IS NULL
  AND EXISTS (SELECT FROM sent WHERE sent.call_id = c.call_id AND name = 'call.completed' AND acknowledged);
SELECT 'calls_unlike_their_replay', count(*) FROM ivr.calls AS c
WHERE c IS DISTINCT FROM (SELECT p FROM ivr.project_calls(ARRAY[c.call_id]) AS p);
SELECT 'drift', count(*) FROM ivr.drift();
-- What was refused at first, and acknowledged later.
SELECT 'refused_and_not_there_once', count(*) FROM sent
WHERE acknowledged AND number IN (SELECT number FROM chaos.ledger WHERE kind = 'refused')
  AND (SELECT count(*) FROM stored AS s WHERE s.call_id = sent.call_id AND s.raw = sent.raw) <> 1;
