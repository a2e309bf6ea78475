CREATE OR REPLACE FUNCTION ivr.rotate_secret(p_subscription bigint, p_secret text, p_keep interval DEFAULT '1 day') RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    form  text := '^whsec_([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$';
    bytes bytea := CASE WHEN p_secret ~ form THEN decode(substr(p_secret, 7), 'base64') END;
BEGIN
    IF length(bytes) BETWEEN 24 AND 64 IS NOT TRUE THEN
        RAISE EXCEPTION 'a secret is whsec_ and 24 to 64 bytes in base64'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Make one: echo whsec_$(head -c 32 /dev/urandom | base64)';
    END IF;
    DELETE FROM ivr.subscription_secrets WHERE subscription = p_subscription AND valid_until <= clock_timestamp();
    UPDATE ivr.subscription_secrets SET valid_until = least(valid_until, clock_timestamp() + p_keep) WHERE subscription = p_subscription;
    INSERT INTO ivr.subscription_secrets (subscription, nth, secret)
    SELECT p_subscription, coalesce(max(nth), 0) + 1, bytes FROM ivr.subscription_secrets WHERE subscription = p_subscription;
END;
$$;
COMMENT ON FUNCTION ivr.rotate_secret(bigint, text, interval) IS
    'Gives a subscription a new secret. For so long (a day) the old ones sign beside it, so that the receiver changes when it likes.';
