-- What the release's schema let its operators, agents and transcripts write.

-- An operator of alpha asks for the end of a session of beta, which the release would carry out.
INSERT INTO paddock.operation (id, kind, team, session_id, actor, requested_at) VALUES
  ('00000000-0000-4000-8000-000000000001', 'session.purge', 'alpha', '01a22555-c5b7-7203-82de-cea26dee1a03', 'mallory', now());
-- Words that no reader knows.
INSERT INTO paddock.operation (id, kind, team, session_id, actor, requested_at) VALUES
  ('00000000-0000-4000-8000-000000000002', 'bogus', 'alpha', '01a22555-c3d7-765b-99ca-143c6969a8b0', 'mallory', now()),
  ('00000000-0000-4000-8000-000000000003', 'session.message', 'alpha', '01a22555-c3d7-765b-99ca-143c6969a8b0', 'mallory', '-infinity');
INSERT INTO paddock.session
  (id, team, team_id, agent, runtime, title, desired, generation, state, state_since, created_at)
SELECT ('00000000-0000-4000-8000-00000000001' || n)::uuid, 'alpha', t.id, 'echo', runtime, 'odd', desired, generation, state,
  since, now()
FROM paddock.team t, (VALUES
  (1, 'exec', 'running', 1, 'bogus', now()), (2, 'bogus', 'running', 1, 'starting', now()),
  (3, 'exec', 'bogus', 1, 'starting', now()), (4, 'exec', 'running', -5, 'starting', now()),
  (5, 'exec', 'running', 1, 'starting', 'infinity')) v (n, runtime, desired, generation, state, since)
WHERE t.name = 'alpha';
INSERT INTO paddock.agent VALUES
  ('alpha', 'empty', 'exec', '{}', 1, now(), now()), ('alpha', 'list', 'exec', '[]', 1, now(), now()),
  ('alpha', 'Odd Name!', 'exec', '{"runtime":"exec","command":["true"]}', 1, now(), now()),
  ('alpha', 'before', 'exec', '{"runtime":"exec","command":["true"]}', 1, '-infinity', now());
INSERT INTO paddock.secret_binding VALUES ('alpha', 'TOKEN', 'Odd, Name!');
-- Times and totals at their ends.
UPDATE paddock.session SET created_at = '-infinity', last_event_at = '9999-12-31', tokens_input = 9223372036854775807,
  projection = '{"lastSeq":9223372036854775807,"tokens":{"input":9223372036854775807},"costMicroUSD":9223372036854775807}'
  WHERE title = 'gemini alpha24';
INSERT INTO paddock.event (session_id, seq, time, team_id, is_error, kind, text)
SELECT id, events + 1, '9999-12-31', team_id, false, 'user', 'heard in the year 9999' FROM paddock.session
  WHERE title = 'gemini alpha25';
UPDATE paddock.session SET events = events + 1 WHERE title = 'gemini alpha25';
INSERT INTO paddock.usage VALUES ('imported', '2026-11-29', 9223372036854775807, 9223372036854775807);
-- Numbers of events, and two imports of one name whose runtimes nobody knows.
UPDATE paddock.session SET events = 9223372036854775000,
  projection = '{"lastSeq":9223372036854775000}' WHERE title = 'gemini alpha24';
INSERT INTO paddock.session
  (id, team, team_id, agent, runtime, title, desired, generation, state, state_since, created_at, runtime_session_id)
SELECT ('00000000-0000-4000-8000-00000000002' || n)::uuid, 'alpha', t.id, 'imported', runtime, 'twice', 'archived', 0,
  'finished', now(), now(), 'one-name'
FROM paddock.team t, (VALUES (1, 'bogus'), (2, 'unheard-of')) v (n, runtime) WHERE t.name = 'alpha';
-- A specification that nests as deep as the server's stack just takes.
DO $$ BEGIN
  FOR depth IN REVERSE 40000..1000 BY 200 LOOP
    BEGIN
      INSERT INTO paddock.agent VALUES ('alpha', 'deep', 'exec',
        ('{"runtime":"exec","x":' || repeat('[', depth) || repeat(']', depth) || '}')::json, 1, now(), now());
      EXIT;
    EXCEPTION WHEN statement_too_complex THEN NULL;
    END;
  END LOOP;
END $$;
