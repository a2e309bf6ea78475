-- closing_word.sql: which events end a call, and how.
BEGIN;
\ir lib/scene.psql
SELECT plan(35);

SELECT is(ivr.closing_word(event, status), word, format('%s with status %s is %s', event, coalesce(status, 'none'), coalesce(word, 'no end')))
FROM (VALUES
    ('call.completed', 'completed', 'completed'),
    ('call.completed', NULL, 'completed'),
    ('call.completed', 'in_progress', 'completed'),
    ('call.completed', 'failed', 'completed'),
    ('call.failed', 'failed', 'failed'),
    ('call.failed', 'completed', 'failed'),
    ('call.canceled', NULL, 'canceled'),
    ('call.cancelled', NULL, 'canceled'),
    ('call.created', 'completed', NULL),
    ('call.answered', 'completed', NULL),
    ('call.gathered', 'completed', NULL),
    ('call.created', NULL, NULL),
    ('call.ended', 'completed', 'completed'),
    ('call.ended', 'failed', 'failed'),
    ('call.ended', 'busy', 'failed'),
    ('call.ended', 'no_answer', 'failed'),
    ('call.ended', 'no-answer', 'failed'),
    ('call.ended', 'rejected', 'failed'),
    ('call.ended', 'canceled', 'canceled'),
    ('call.ended', 'cancelled', 'canceled'),
    ('call.ended', 'in_progress', NULL),
    ('call.ended', 'ringing', NULL),
    ('call.ended', NULL, NULL),
    ('recording.completed', 'completed', NULL),
    ('recording.failed', 'failed', NULL),
    ('recording.started', NULL, NULL),
    ('conference.left', 'completed', NULL),
    ('completed', 'completed', NULL),
    ('callback.done', 'completed', NULL),
    ('ivr.reported', 'completed', 'completed'),
    ('ivr.reported', 'no_answer', 'failed'),
    ('ivr.reported', 'canceled', 'canceled'),
    ('ivr.reported', 'in_progress', NULL),
    ('ivr.reported', NULL, NULL),
    ('CALL.COMPLETED', NULL, NULL)
) AS known (event, status, word);

SELECT * FROM finish();
ROLLBACK;
