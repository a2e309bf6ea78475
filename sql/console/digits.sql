-- What do callers press? \set day yesterday, or a date, says when.
SELECT to_number, menu, digits, is_choice, led_to, times, percent
FROM ivr.digit_distribution
WHERE day = date :'day'
ORDER BY to_number, menu, times DESC, digits;
