-- views.sql: every view, one a file, and the functions that read views. Included by install.sql.
-- The order is: what others read first.

\ir views/days.sql
\ir views/journey.sql
\ir views/live_calls.sql
\ir views/stuck_calls.sql
\ir views/call_summary.sql
\ir functions/mermaid_line.sql
\ir functions/journey_mermaid.sql
\ir views/today.sql
\ir views/calls_by_hour.sql
\ir views/turns.sql
\ir views/questions.sql
\ir views/beginnings.sql
\ir views/menu_funnel.sql
\ir views/digit_distribution.sql
\ir views/time_to_digit.sql
\ir views/config_effect.sql
\ir views/transfer_outcome.sql
\ir views/repeat_callers.sql
\ir views/expected_not_observed.sql
\ir views/intake_problems.sql
\ir views/answer_problems.sql
\ir views/made_menus.sql
\ir views/messages.sql
\ir views/callbacks.sql
\ir views/sentences.sql
\ir views/ways.sql
\ir views/places.sql
\ir views/config_history.sql
\ir views/notifications.sql
\ir functions/due_call_stuck.sql
\ir functions/due_message_left.sql
\ir functions/due_callback_asked.sql
\ir functions/due_configuration_changed.sql
