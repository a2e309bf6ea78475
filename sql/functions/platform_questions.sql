CREATE OR REPLACE FUNCTION ivr.platform_questions() RETURNS TABLE (place integer, unknown text, question text, try text)
LANGUAGE sql IMMUTABLE
AS $$
    -- The numbers are those of the list of unknowns (U) and of inconsistencies (I) in the platform's documents.
    SELECT * FROM (VALUES
        (1, 'U1', 'How is answer asked?', 'any call'),
        (2, 'U2', 'What does answer''s request tell of its call?', 'any call'),
        (3, 'U3', 'What does a redirect tell of its call and of the digits, and does it keep our query?', 'press 1'),
        (4, 'U4', 'What ties a redirect to its call?', 'press 1'),
        (5, 'U5', 'Which comes first, the redirect or call.gathered?', 'press 1'),
        (6, 'U6', 'Are answer''s requests and redirects signed?', 'any call'),
        (7, 'U7', 'What is the same when an event is sent again?', 'have events answered 503, see step 5 of ivr.first_call_script()'),
        (8, 'U8', 'What does call.gathered look like?', 'press 1; in another call nothing'),
        (9, 'U11', 'When is an event sent again that was answered 503?', 'have events answered 503, see step 5 of ivr.first_call_script()'),
        (10, 'U12', 'How are events sent, and from where?', 'any call'),
        (11, 'U13', 'How is created_at written, and do events come in its order?', 'any call'),
        (12, 'U14', 'How are events signed, and anew when they are sent again?', 'any call with a webhook_secret'),
        (13, 'U15', 'Which states does a call have?', 'hang up in the menu; let a transfer be busy, or not answered'),
        (14, 'U20', 'Does a gather do what it was told?', 'press 1'),
        (15, 'U21', 'Is the redirect asked when nothing was pressed?', 'press nothing'),
        (16, 'U23', 'How many redirects does a call get?', 'press a wrong key again and again'),
        (17, 'U26', 'Is answer asked before or after call.created and call.answered?', 'any call'),
        (18, 'U31', 'Are from and to always E.164?', 'call once with the number withheld'),
        (19, 'I1', 'Does a transfer with destination work?', 'press 1 and talk'),
        (20, 'I3', 'May a list hold actions of both forms?', 'press 1'),
        (21, 'I4', 'Do calls have variables?', 'any call'),
        (22, 'I6', 'Do two gathers of a call share an event_key?', 'press a wrong key, then 1'),
        (23, 'I7', 'Which events have an event_key?', 'any call'),
        (24, 'I8', 'Which state has a call that was just created?', 'any call'),
        (25, 'I9', 'How is told that nothing was pressed?', 'press nothing'),
        (26, 'I10', 'Where do the digits come from?', 'press 1')) AS q (place, unknown, question, try);
$$;
COMMENT ON FUNCTION ivr.platform_questions() IS
    'What the platform''s documents leave open and a trace can settle: its number, the question, and what to try in a call.';
