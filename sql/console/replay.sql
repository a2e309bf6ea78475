-- replay.sql: the stored call :call as the simulator plays it again.
SELECT ivr.replay_script(:'call');
