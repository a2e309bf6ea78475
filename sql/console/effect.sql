-- Did the last change of the configuration help? In percent of the callers who were asked, before and after.
SELECT version, menu, asked_before, asked_after, pressed_before, pressed_after, invalid_before, invalid_after,
       nothing_before, nothing_after, hung_up_before, hung_up_after
FROM ivr.config_effect
WHERE version = (SELECT max(version) FROM ivr.config_history)
ORDER BY menu;
