-- 0020_languages.sql: hear it again, and in another language.
--
-- A sentence is its own key: what is written in menus, departments and options is what callers hear for whom nothing else
-- is known, and ivr.translations has the same sentence in other languages. Every sentence of every place has it so, those
-- that later versions add too, and one that is missing is heard as it is written. ivr.check_config() tells which are.

CREATE TABLE ivr.translations (
    sentence text NOT NULL,
    language text NOT NULL,
    words    text NOT NULL,
    CONSTRAINT translations_pkey PRIMARY KEY (sentence, language),
    CONSTRAINT translations_sentence_can_be_spoken CHECK (ivr.is_prompt(sentence)),
    CONSTRAINT translations_words_can_be_spoken CHECK (ivr.is_prompt(words)),
    CONSTRAINT translations_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$')
);
COMMENT ON TABLE ivr.translations IS
    'The sentences of the configuration in other languages. One that is not here is spoken as it is written.';
COMMENT ON COLUMN ivr.translations.sentence IS 'The sentence, to the letter as it stands in a menu, a department or an option.';
COMMENT ON COLUMN ivr.translations.language IS 'The language, e.g. de or pt-BR.';
COMMENT ON COLUMN ivr.translations.words IS 'The same sentence in this language.';

ALTER TABLE ivr.menu_options
    ADD COLUMN again boolean NOT NULL DEFAULT false,
    ADD COLUMN language text,
    ADD COLUMN keep_language boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT menu_options_lead_to_one_place,
    ADD CONSTRAINT menu_options_lead_to_one_place CHECK (
        num_nonnulls(department, to_menu, message, message_box) + back::integer + again::integer = 1),
    ADD CONSTRAINT menu_options_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    ADD CONSTRAINT menu_options_keep_some_language CHECK (language IS NOT NULL OR NOT keep_language);
COMMENT ON TABLE ivr.menu_options IS
    'What each digit of a menu leads to: exactly one of department, to_menu, message, message_box, back and again; and the language in which the call goes on.';
COMMENT ON COLUMN ivr.menu_options.again IS
    'True: the menu is asked again, as the first time. It costs the caller no attempt; after the 19th question of a call there is none.';
COMMENT ON COLUMN ivr.menu_options.language IS 'The language in which the rest of the call is spoken, or null: as before.';
COMMENT ON COLUMN ivr.menu_options.keep_language IS 'True: the caller''s next calls are spoken in it too: it is written into ivr.callers.';

ALTER TABLE ivr.callers
    ADD COLUMN language text,
    ADD CONSTRAINT callers_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$');
COMMENT ON COLUMN ivr.callers.language IS
    'The language in which calls are spoken, or null. An option with keep_language writes it, for callers who are not known otherwise too.';
COMMENT ON COLUMN ivr.numbers.language IS 'The language of its callers, as long as nothing else is known, e.g. de.';

ALTER TABLE ivr.answers ADD COLUMN language text;
COMMENT ON COLUMN ivr.answers.language IS 'The language in which it was spoken; null: as it is written.';

-- It tells the language now.
DROP FUNCTION IF EXISTS ivr.call_states(integer[], text[], integer[], boolean[], text[]);
