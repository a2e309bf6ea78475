-- How long do callers take to choose, in seconds? \set day yesterday, or a date, says when.
SELECT to_number, menu, attempt, times, fastest, half_within, nine_of_ten_within, slowest
FROM ivr.time_to_digit
WHERE day = date :'day'
ORDER BY to_number, menu, attempt;
