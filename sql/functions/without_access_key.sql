CREATE OR REPLACE FUNCTION ivr.without_access_key(response text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN response LIKE '%key=%' THEN regexp_replace(response, '("url": ?"[^"]*)[?&]key=[^"&]*"', '\1"', 'g')
            ELSE response END;
COMMENT ON FUNCTION ivr.without_access_key(text) IS
    'A list of actions without the access key at the end of its redirect''s URL. The programs hand over none; those of an older version, which may run on for a while after the schema was brought up to date, do.';
