CREATE OR REPLACE FUNCTION ivr.open_at(department text, at timestamptz DEFAULT now()) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    zone text := (SELECT d.time_zone FROM ivr.departments AS d WHERE d.department = open_at.department);
BEGIN
    IF zone IS NULL THEN
        RAISE EXCEPTION 'there is no department %', coalesce(department, 'null')
            USING ERRCODE = 'no_data_found', HINT = 'Their names: SELECT department FROM ivr.departments.';
    END IF;
    RETURN EXISTS (SELECT FROM ivr.open_spans(department, NULL, zone, at, at + interval '1 microsecond'));
END;
$$;
COMMENT ON FUNCTION ivr.open_at(text, timestamptz) IS
    'Whether a department is open at a moment, by ivr.hours and ivr.holidays on its own clock; now, when no moment is given. Always true without weekly hours. Hours alone: whether somebody is on duty is not looked at.';
