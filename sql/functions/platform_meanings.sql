CREATE OR REPLACE FUNCTION ivr.platform_meanings() RETURNS TABLE (unknown text, fact text, meaning text)
LANGUAGE sql IMMUTABLE
AS $$
    SELECT * FROM (VALUES
        ('U2', 'call id in %', 'The call is known from its first question on.'),
        ('U2', 'no call id', 'Where no call id is told, menus are repeated by the step in the URL alone: leave IVR_REDIRECT_STATE at query.'),
        ('U3', 'digits in %', 'Such a redirect does not wait for call.gathered: IVR_GATHER_WAIT_MS is not used for it.'),
        ('U3', 'our query was lost', 'State in the URL does not come back: IVR_REDIRECT_STATE=query has no effect, and an access key in it would be refused.'),
        ('U3', 'our query came back', 'IVR_REDIRECT_STATE=query works, and so does IVR_ACCESS_KEY.'),
        ('U4', 'nothing ties%', 'Digits by webhook cannot be given to their caller: without digits in the redirect the call goes to the fallback.'),
        ('U5', 'call.gathered came first', 'The digits are stored when they are asked for.'),
        ('U5', 'the redirect came first%', 'The redirect has to wait: IVR_GATHER_WAIT_MS must be above this delay, unless the redirect tells the digits.'),
        ('U5', '%more than 1.5 s', 'The default of IVR_GATHER_WAIT_MS is too short.'),
        ('U6', 'signed', 'IVR_REQUIRE_SIGNED_QUESTIONS=1 may be set if all are signed.'),
        ('U6', 'unsigned', 'Leave IVR_REQUIRE_SIGNED_QUESTIONS at 0; IVR_ACCESS_KEY keeps strangers out.'),
        ('U7', '%same bytes', 'A repeat is known by its bytes.'),
        ('U7', '%another created_at', 'A repeat looks like a new event: journeys show it twice; states are not changed by it.'),
        ('U8', 'no digits', 'Digits come with the redirect, or not at all.'),
        ('U8', 'data.digits%', 'Digits are read where they are.'),
        ('U8', 'the finish key%', 'It is taken off.'),
        ('U11', 'sent again%', 'An event that was answered 503 is not lost.'),
        ('U13', '%whole seconds%', 'Two gathers within one second, a lost digit and a clock that is off leave up to two seconds in doubt: the caller is asked again.'),
        ('U13', '%fractions%', 'Order and digits are told apart exactly.'),
        ('U13', 'overtaken%', 'Events overtake each other: this is provided for.'),
        ('U14', 'unsigned', 'Set the application''s webhook_secret: unsigned events may be anybody''s.'),
        ('U14', '%old timestamp', 'IVR_SIGNATURE_MAX_AGE_S must be above the longest time after which an event is sent again.'),
        ('U14', '%new timestamp', 'IVR_SIGNATURE_MAX_AGE_S may be small.'),
        ('U21', 'a redirect after%', 'Callers who press nothing are asked again.'),
        ('U21', 'no redirect after%', 'Callers who press nothing are lost after the first question.'),
        ('U23', '11 to 20%', 'Deep enough for every menu that is allowed.'),
        ('U31', '%withheld', 'Such callers are not recognised.'),
        ('I3', '%', 'The answers'' form is accepted.'),
        ('I6', 'gathers%share one', 'event_key does not tell two gathers apart; it is not used for that.'),
        ('I10', 'in the redirect', 'The redirect is enough.'),
        ('I10', 'in call.gathered', 'The webhook has them.')) AS m (unknown, fact, meaning);
$$;
COMMENT ON FUNCTION ivr.platform_meanings() IS
    'What facts of ivr.platform_findings() (a LIKE pattern) mean for the settings.';
