-- Where do callers leave? \set day yesterday, or a date, says when.
SELECT to_number, menu, attempt, config_version AS config, asked, pressed, choices, invalid, nothing, hung_up, waiting
FROM ivr.menu_funnel
WHERE day = date :'day'
ORDER BY to_number, menu, attempt, config_version;
