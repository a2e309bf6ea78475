-- sentences.sql: what callers may hear of the configuration, in words.
CREATE OR REPLACE VIEW ivr.sentences AS
SELECT 'menu ' || menu AS subject, field AS of_column, sentence
FROM ivr.menus
CROSS JOIN LATERAL (VALUES
    ('greeting', greeting), ('recording_notice', recording_notice), ('prompt', prompt), ('no_input_prompt', no_input_prompt),
    ('invalid_prompt', invalid_prompt), ('no_input_message', no_input_message), ('invalid_message', invalid_message),
    ('closed_message', closed_message)) AS spoken (field, sentence)
WHERE sentence IS NOT NULL
UNION ALL
SELECT format('option %s of menu %s', digits, menu), 'message', message
FROM ivr.menu_options
WHERE message IS NOT NULL
UNION ALL
SELECT 'department ' || department, field, sentence
FROM ivr.departments
CROSS JOIN LATERAL (VALUES ('announcement', announcement), ('closed_message', closed_message)) AS spoken (field, sentence)
WHERE sentence IS NOT NULL
UNION ALL
SELECT CASE kind WHEN 'code' THEN replace(menu, ':', ' ') ELSE format('%s of department %s', replace(kind, '_', ' '), department) END, field, sentence
FROM ivr.made_menus
CROSS JOIN LATERAL (
    VALUES ('greeting', greeting), ('prompt', prompt), ('notice', recording_notice), ('no_input_prompt', no_input_prompt), ('invalid_prompt', invalid_prompt),
           ('end', no_input_message)
    UNION
    SELECT 'thanks', o ->> 'message' FROM jsonb_array_elements(options) AS o) AS spoken (field, sentence)
WHERE sentence IS NOT NULL
UNION ALL
(SELECT 'callers who are turned away', 'message', 'We cannot take your call. Goodbye.'
 FROM ivr.callers
 WHERE blocked AND message IS NULL
 LIMIT 1)
UNION ALL
SELECT 'emergency switch', 'message', message
FROM ivr.emergency
WHERE message IS NOT NULL;

COMMENT ON VIEW ivr.sentences IS
    'Every sentence of the configuration that callers may hear, those of ivr.callers apart: what ivr.translations may have in other languages.';
COMMENT ON COLUMN ivr.sentences.subject IS 'What says it: menu main, department sales, …';
COMMENT ON COLUMN ivr.sentences.of_column IS 'The column in which it is written; of a message box or a callback, what it is.';
COMMENT ON COLUMN ivr.sentences.sentence IS 'The sentence.';
