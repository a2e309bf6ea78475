-- functions.sql: every function, one a file, replaced by what the file says now. Included by install.sql.
-- The order is: what others call first.

\ir functions/parse_json.sql
\ir functions/parse_time.sql
\ir functions/pressed.sql
\ir functions/spoken.sql
\ir functions/event_digest.sql
\ir functions/closing_word.sql
\ir functions/lock_call.sql
\ir functions/project_call.sql
\ir functions/refresh_call.sql
\ir functions/rebuild_calls.sql
\ir functions/gathered.sql
\ir functions/call_state.sql
\ir functions/store_answer.sql
\ir functions/store_event.sql
\ir functions/store_rejected.sql
\ir functions/settings.sql
\ir functions/note_config_change.sql
\ir functions/check_option_digits.sql

CREATE OR REPLACE TRIGGER departments_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.departments
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER menus_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.menus
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER menu_options_change_is_noted
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr.menu_options
    FOR EACH STATEMENT EXECUTE FUNCTION ivr.note_config_change();
CREATE OR REPLACE TRIGGER menu_options_can_be_pressed
    AFTER INSERT OR UPDATE ON ivr.menu_options
    FOR EACH ROW EXECUTE FUNCTION ivr.check_option_digits();
CREATE OR REPLACE TRIGGER menus_options_can_be_pressed
    AFTER UPDATE ON ivr.menus
    FOR EACH ROW EXECUTE FUNCTION ivr.check_option_digits();
