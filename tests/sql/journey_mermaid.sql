-- journey_mermaid.sql: a call as a Mermaid sequence diagram.
BEGIN;
\ir lib/day.psql
SELECT plan(8);

SELECT is(ivr.journey_mermaid('nobody'), NULL, 'an unknown call has no diagram');
SELECT is(ivr.journey_mermaid('wrong'), 'sequenceDiagram
    participant Caller
    participant MiniVoice
    participant webhook
    participant answer
    participant route_menu as route-menu
    participant Destination as support
    Caller->>MiniVoice: 0.0 s, calls
    MiniVoice-)webhook: 0.0 s, call.created, inbound call from +15551230001 to +15551230002
    MiniVoice-)webhook: 1.0 s, call.answered
    MiniVoice->>answer: 1.5 s, what next?
    answer-->>MiniVoice: menu:main
    MiniVoice->>Caller: menu 1
    Caller->>MiniVoice: 5.0 s, presses 9
    MiniVoice-)webhook: 5.0 s, call.gathered, the caller pressed 9
    MiniVoice->>route_menu: 5.5 s, what next?
    route_menu-->>MiniVoice: menu:main
    MiniVoice->>Caller: invalid 2
    Caller->>MiniVoice: 12.0 s, presses 2
    MiniVoice-)webhook: 12.0 s, call.gathered, the caller pressed 2
    MiniVoice->>route_menu: 12.5 s, what next?
    route_menu-->>MiniVoice: transfer:support
    MiniVoice->>Destination: connects the caller, sent to support at +15551230012
    MiniVoice-)webhook: 30.0 s, call.failed, busy
', 'a whole call says who asked whom what, when');
SELECT alike(ivr.journey_mermaid('silent'), '%Caller--xMiniVoice: 7.0 s, presses nothing%', 'a silent caller presses nothing');
SELECT alike(ivr.journey_mermaid('closed'), '%MiniVoice->>Caller: We are closed. Call +15551230099.%', 'a last message is heard');
SELECT unalike(ivr.journey_mermaid('closed'), '%Destination%', 'and leads nowhere');
SELECT ok(NOT EXISTS (SELECT FROM regexp_split_to_table(rtrim(ivr.journey_mermaid('bad'), e'\n'), e'\n') WITH ORDINALITY AS line (words, nth)
                      WHERE nth > 1 AND words !~ '^    (participant|Note over|[A-Za-z_]+(->>|-->>|--x|-\))[A-Za-z_]+:) '), 'no text becomes a statement of its own')
FROM (SELECT scene.event('bad', e'call.x; participant y', 1), scene.answer('bad', 1, NULL, 'menu', 2),
             scene.press('bad', e'#;\nend', 3)) AS played;
UPDATE ivr.answers SET response = jsonb_build_object('actions', jsonb_build_array(jsonb_build_object('say', jsonb_build_object('text', e'one\nCaller->>Caller: two; end %%{init: {}}%%'))))
WHERE call_id = 'bad';
SELECT alike(ivr.journey_mermaid('bad'), e'%\n    MiniVoice->>Caller: one Caller-#62;#62;Caller: two#59; end #37;#37;{init: {}}#37;#37;\n%', 'neither does a prompt');
SELECT unalike(scene.seen_as('ivr_report', 'SELECT ivr.journey_mermaid(''wrong'')'), '%+1555123%', 'ivr_report sees no number in it');

SELECT * FROM finish();
ROLLBACK;
