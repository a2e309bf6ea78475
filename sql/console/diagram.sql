-- The same call as a Mermaid sequence diagram; \t\a first leaves out the frame.
SELECT ivr.journey_mermaid(
    coalesce(nullif(:'call', ''), (SELECT call_id FROM ivr.call_summary ORDER BY started_at DESC LIMIT 1))) AS diagram;
