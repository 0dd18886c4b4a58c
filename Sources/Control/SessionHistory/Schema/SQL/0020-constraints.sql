-- What rows may hold, so that whoever reads them can; where rows go that do not; and searches that no time can stop.

-- Words of fixed sets. A later migration that adds one replaces its function, and nothing else.
CREATE FUNCTION paddock.operation_kinds() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['session.start', 'session.message', 'session.interrupt', 'session.approve', 'session.deny',
    'session.restart', 'session.suspend', 'session.resume', 'session.kill', 'session.purge', 'team.create', 'team.change',
    'team.delete', 'agent.apply', 'agent.delete', 'secret.set', 'secret.delete', 'secret.bind', 'import',
    'retention.set', 'retention.hold', 'retention.release', 'operator.add', 'operator.remove', 'operator.grant',
    'operator.revoke', 'operator.password', 'connection.end', 'row.remove'];
CREATE FUNCTION paddock.desired_states() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['running', 'suspended', 'killed', 'purged', 'archived'];
CREATE FUNCTION paddock.session_states() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['starting', 'working', 'waiting', 'approval', 'suspended', 'restarting', 'stalled', 'failed', 'finished',
    'killed'];
CREATE FUNCTION paddock.runtimes() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['claude-code', 'codex', 'opencode', 'exec', 'gemini', 'openhands', 'swe-agent', 'other'];
CREATE FUNCTION paddock.event_kinds() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['lifecycle', 'user', 'assistant', 'thinking', 'tool.call', 'tool.result', 'approval.request',
    'approval.decision', 'result', 'error', 'output'];

-- Forms.
CREATE FUNCTION paddock.is_name(value text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN value ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$';
CREATE FUNCTION paddock.is_time(value timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN value >= '1970-01-01 00:00:00+00'::timestamptz AND value <= '2200-01-01 00:00:00+00'::timestamptz;
CREATE FUNCTION paddock.bounded_time(value timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN least(greatest(value, '1970-01-01 00:00:00+00'::timestamptz), '2200-01-01 00:00:00+00'::timestamptz);
-- What adds up stays far below where adding would fail.
CREATE FUNCTION paddock.is_count(value bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN value BETWEEN 0 AND 9007199254740992;
CREATE FUNCTION paddock.is_object(value json, most integer) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN json_typeof(value) = 'object' AND octet_length(value::text) <= most;
-- Of a json with an escape no member is read: one that no text can hold fails the statement.
-- Nor is one read that nests deeper than the server's stack.
CREATE FUNCTION paddock.is_specification(value json, runtime text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF NOT paddock.is_object(value, 1048576) THEN RETURN false; END IF;
    IF strpos(value::text, chr(92) || 'u') > 0 THEN RETURN true; END IF;
    RETURN (value ->> 'runtime') IS NOT DISTINCT FROM runtime;
  EXCEPTION WHEN statement_too_complex THEN RETURN false;
  END $$;

-- Each rule becomes a constraint. A row that breaks it has its column put right by the remedy, if there is one: what
-- belongs to it, such as a session's events, then stays with it. Else it goes. What it was is set aside in either case.
-- Remedies build on those before them.
CREATE FUNCTION paddock.row_rules()
  RETURNS TABLE (place bigint, relation text, name text, rule text, remedy text)
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $rules$
    SELECT row_number() OVER (), v.* FROM (VALUES
      ('team', 'created_at', 'paddock.is_time(created_at)', 'paddock.bounded_time(created_at)'),
      ('team', 'quota', 'paddock.is_object(quota, 8192)', $$'{}'$$),
      ('agent', 'name', 'paddock.is_name(name)', NULL),
      ('agent', 'runtime', 'runtime = ANY (paddock.runtimes())', NULL),
      ('agent', 'spec', 'paddock.is_specification(spec, runtime)', NULL),
      ('agent', 'revision', 'revision >= 1', NULL),
      ('agent', 'created_at', 'paddock.is_time(created_at)', NULL),
      ('agent', 'updated_at', 'paddock.is_time(updated_at)', NULL),
      ('agent', 'deleted_at', 'paddock.is_time(deleted_at)', NULL),
      ('session', 'agent', 'paddock.is_name(agent)', $$'unreadable'$$),
      -- Before the runtime, which with it names what was imported but once.
      ('session', 'runtime_session_id',
        'octet_length(runtime_session_id) <= 2048 AND (runtime_session_id IS NULL OR runtime = ANY (paddock.runtimes()))',
        'NULL'),
      ('session', 'runtime', 'runtime = ANY (paddock.runtimes())', $$'other'$$),
      ('session', 'title', 'octet_length(title) <= 16384', 'left(title, 1000)'),
      ('session', 'desired', 'desired = ANY (paddock.desired_states())', $$'suspended'$$),
      ('session', 'generation', 'generation >= 0', '0'),
      ('session', 'state', 'state = ANY (paddock.session_states())', $$'failed'$$),
      ('session', 'state_reason', 'octet_length(state_reason) <= 65536', 'left(state_reason, 1000)'),
      ('session', 'state_since', 'paddock.is_time(state_since)', 'paddock.bounded_time(state_since)'),
      ('session', 'now', 'octet_length(now) <= 16384', 'left(now, 160)'),
      ('session', 'events', 'paddock.is_count(events)',
        '(SELECT least(coalesce(max(e.seq), 0), 9007199254740992) FROM paddock.event e WHERE e.session_id = id)'),
      ('session', 'turns', 'paddock.is_count(turns)', '0'),
      ('session', 'tokens_input', 'paddock.is_count(tokens_input)', '0'),
      ('session', 'tokens_output', 'paddock.is_count(tokens_output)', '0'),
      ('session', 'tokens_cache_read', 'paddock.is_count(tokens_cache_read)', '0'),
      ('session', 'tokens_cache_write', 'paddock.is_count(tokens_cache_write)', '0'),
      ('session', 'cost_micro', 'paddock.is_count(cost_micro)', '0'),
      ('session', 'created_at', 'paddock.is_time(created_at)', 'paddock.bounded_time(created_at)'),
      ('session', 'last_event_at', 'paddock.is_time(last_event_at)', 'paddock.bounded_time(last_event_at)'),
      ('session', 'purged_at', 'paddock.is_time(purged_at)', 'paddock.bounded_time(purged_at)'),
      ('session', 'gone_at', 'paddock.is_time(gone_at)', 'paddock.bounded_time(gone_at)'),
      ('session', 'foreign_sandbox', 'paddock.is_object(foreign_sandbox, 1048576)', $$'{}'$$),
      -- Recording goes on behind what there is.
      ('session', 'projection', 'paddock.is_object(projection, 8388608)',
        $$json_build_object('lastSeq', events, 'generation', generation, 'turns', turns, 'costMicroUSD', cost_micro,
          'tokens', json_build_object('input', tokens_input, 'output', tokens_output, 'cacheRead', tokens_cache_read,
            'cacheWrite', tokens_cache_write),
          'runtimeSessionID', runtime_session_id)$$),
      ('operation', 'kind', 'kind = ANY (paddock.operation_kinds())', NULL),
      ('operation', 'team', 'paddock.is_name(team)', NULL),
      ('operation', 'generation', 'generation >= 0', NULL),
      ('operation', 'subject', 'octet_length(subject) <= 16384', NULL),
      ('operation', 'argument', 'octet_length(argument) <= 4194304', NULL),
      ('operation', 'actor', 'octet_length(actor) <= 16384', NULL),
      ('operation', 'reason', 'octet_length(reason) <= 65536', NULL),
      ('operation', 'failure', 'octet_length(failure) <= 65536', NULL),
      ('operation', 'requested_at', 'paddock.is_time(requested_at)', NULL),
      ('operation', 'completed_at', 'paddock.is_time(completed_at)', NULL),
      ('secret_binding', 'agent', 'paddock.is_name(agent)', NULL),
      ('secret', 'name', $$name ~ '^[A-Z_][A-Z0-9_]{0,127}$'$$, NULL),
      ('secret', 'owner', 'octet_length(owner) <= 16384', 'left(owner, 256)'),
      ('secret', 'ciphertext', 'octet_length(ciphertext) <= 4194304', NULL),
      ('secret', 'wrapped_key', 'octet_length(wrapped_key) <= 1024', NULL),
      ('secret', 'key_id', 'octet_length(key_id) <= 128', NULL),
      ('secret', 'created_at', 'paddock.is_time(created_at)', 'paddock.bounded_time(created_at)'),
      ('secret', 'updated_at', 'paddock.is_time(updated_at)', 'paddock.bounded_time(updated_at)'),
      ('sandbox_report', 'report', 'paddock.is_object(report, 4194304)', NULL),
      ('sandbox_report', 'written_at', 'paddock.is_time(written_at)', NULL),
      ('team_report', 'report', 'paddock.is_object(report, 4194304)', NULL),
      ('team_report', 'trouble', 'octet_length(trouble) <= 65536', NULL),
      ('team_report', 'written_at', 'paddock.is_time(written_at)', NULL),
      ('core_status', 'status', 'paddock.is_object(status, 1048576)', NULL),
      ('core_status', 'holder', 'octet_length(holder) <= 1024', NULL),
      ('core_status', 'written_at', 'paddock.is_time(written_at)', NULL),
      ('core_lease', 'holder', 'octet_length(holder) <= 1024', NULL),
      ('core_lease', 'acquired_at', 'paddock.is_time(acquired_at)', NULL),
      ('engine', 'name', 'paddock.is_name(name)', NULL),
      ('usage', 'quarter', 'paddock.is_time(quarter)', NULL),
      ('usage', 'cost_micro', 'paddock.is_count(cost_micro)', '0'),
      ('usage', 'tokens', 'paddock.is_count(tokens)', '0'),
      ('search_cursor', 'seq', 'paddock.is_count(seq)', '0')
    ) v (relation, name, rule, remedy)
  $rules$;

-- How a row of each of these is named, and whose it is.
CREATE FUNCTION paddock.row_names() RETURNS TABLE (relation text, key text, team text)
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $names$
    VALUES ('session', 'r.id::text', 'r.team'), ('operation', 'r.id::text', 'r.team'), ('team', 'r.name', 'r.name'),
      ('agent', $$r.team || '/' || r.name$$, 'r.team'), ('secret', $$r.team || '/' || r.name$$, 'r.team'),
      ('secret_binding', $$r.team || '/' || r.secret || '/' || r.agent$$, 'r.team'),
      ('sandbox_report', 'r.session_id::text', 'r.team'), ('team_report', 'r.team', 'r.team'),
      ('core_status', 'r.holder', $$'no-team'$$)
  $names$;

-- Keeps what the rows of a table are that meet a condition. For the owner alone, as is the next.
CREATE FUNCTION paddock.copy_aside(of_relation text, condition text, why text) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    kept bigint;
  BEGIN
    EXECUTE format(
      'INSERT INTO paddock.set_aside (relation, content, reason)
       SELECT %2$L, to_json(r)::text, %4$L FROM paddock.%1$I r WHERE (%3$s)',
      of_relation, 'paddock.' || of_relation, condition, why);
    GET DIAGNOSTICS kept = ROW_COUNT;
    RETURN kept;
  END $$;

-- Puts right what breaks the rules of a table that have a remedy.
CREATE FUNCTION paddock.mend_rows(of_relation text, condition text, why text) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    w record;
    mended bigint := 0;
  BEGIN
    FOR w IN SELECT * FROM paddock.row_rules() r WHERE r.relation = of_relation AND r.remedy IS NOT NULL ORDER BY r.place
    LOOP
      mended := mended + paddock.copy_aside(of_relation, format('((%s) IS FALSE) AND (%s)', w.rule, condition),
        format('its %s was not what it may be, and was put right where it stands; %s', w.name, why));
      EXECUTE format('UPDATE paddock.%I r SET %I = %s WHERE ((%s) IS FALSE) AND (%s)',
        of_relation, w.name, w.remedy, w.rule, condition);
    END LOOP;
    RETURN mended;
  END $$;

-- What is pending ends first, so that its end is on record.
DO $do$
DECLARE
  broken text := (SELECT string_agg(format('((%s) IS FALSE)', w.rule), ' OR ') FROM paddock.row_rules() w
    WHERE w.relation = 'operation');
BEGIN
  EXECUTE format(
    'UPDATE paddock.operation SET outcome = ''failed'', completed_at = now(),
       failure = ''It is not what this Paddock takes, and was set aside.''
     WHERE outcome = ''pending'' AND (%s)', broken);
END $do$;

DO $do$
DECLARE
  t text;
  w record;
BEGIN
  FOR t IN SELECT r.relation FROM paddock.row_rules() r GROUP BY 1 ORDER BY min(r.place) LOOP
    EXECUTE format('ALTER TABLE paddock.%I DISABLE TRIGGER USER', t);
    PERFORM paddock.mend_rows(t, 'true', 'this is what it was before');
    EXECUTE format('ALTER TABLE paddock.%I ENABLE TRIGGER USER', t);
    FOR w IN SELECT * FROM paddock.row_rules() r WHERE r.relation = t AND r.remedy IS NULL ORDER BY r.place LOOP
      IF t = 'secret' THEN
        PERFORM paddock.move_aside('paddock.secret_binding',
          format('EXISTS (SELECT FROM paddock.secret WHERE (team, name) = (r.team, r.secret) AND (%s) IS FALSE)', w.rule),
          'its secret was set aside');
      END IF;
      PERFORM paddock.move_aside(format('paddock.%I', t)::regclass, format('(%s) IS FALSE', w.rule),
        format('its %s is not what it may be%s', w.name,
          CASE t WHEN 'agent' THEN '; its sessions and their history stay, and name it: declare it anew' ELSE '' END));
    END LOOP;
    EXECUTE (SELECT format('ALTER TABLE paddock.%I ', t)
      || string_agg(format('ADD CONSTRAINT %I CHECK (%s)', t || '_' || r.name || '_fits', r.rule), ', ')
      FROM paddock.row_rules() r WHERE r.relation = t);
  END LOOP;
END $do$;

-- Events are the core's to write, and there may be millions: those that are there are not looked at. Readers take them
-- as they are, with their times within the bounds.
ALTER TABLE paddock.event
  ADD CONSTRAINT event_time_fits CHECK (paddock.is_time(time)) NOT VALID,
  ADD CONSTRAINT event_kind_fits CHECK (kind = ANY (paddock.event_kinds())) NOT VALID;

-- Times as searches go by them. The events themselves are as they were.
CREATE OR REPLACE FUNCTION paddock.place_of_time("time" timestamptz, bits integer) RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN (bits::bigint << 40)
    + (least(greatest(date_part('epoch', "time"), 0), 7258118400::float8)::bigint >> bits);
DO $do$ BEGIN
  -- By the index of times: there may be millions, of which few are odd.
  SET LOCAL enable_seqscan = off;
  UPDATE paddock.event_search SET time = paddock.bounded_time(time),
      places = paddock.places_of(team_id, session_id, seq, paddock.bounded_time(time))
    WHERE time > '2200-01-01 00:00:00+00';
  UPDATE paddock.event_search SET time = paddock.bounded_time(time),
      places = paddock.places_of(team_id, session_id, seq, paddock.bounded_time(time))
    WHERE time < '1970-01-01 00:00:00+00';
  SET LOCAL enable_seqscan = on;
END $do$;
ALTER TABLE paddock.event_search ADD CONSTRAINT event_search_time_fits CHECK (paddock.is_time(time)) NOT VALID;

-- The newest events are read one after the other, which is how a common word is found; then the index is asked.
CREATE OR REPLACE FUNCTION paddock.search_hits(
    query tsquery, teams integer[], of_session uuid,
    before_time timestamptz, before_session uuid, before_seq bigint, row_limit bigint)
  RETURNS TABLE (session_id uuid, seq bigint, "time" timestamptz)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    near constant bigint := 2500;
    team_places bigint[] := CASE WHEN EXISTS (SELECT FROM paddock.team t WHERE t.id <> ALL (teams))
      THEN ARRAY(SELECT paddock.place_of_team(t) FROM unnest(teams) t) END;
    last_seq bigint := (SELECT max(s.seq) FROM paddock.event_search s WHERE s.session_id = of_session);
    -- Beyond a billion events the index is not asked for the session: it would be asked for too many stretches.
    session_places bigint[] := CASE WHEN last_seq < 1 << 30
      THEN paddock.places_of_session(of_session, 0, last_seq) END;
    listed bigint;
    more bigint;
    span interval;
    upper timestamptz;
    since timestamptz;
    bits integer;
    oldest timestamptz;
    edge record;
  BEGIN
    RETURN QUERY
      SELECT n.session_id, n.seq, paddock.bounded_time(n.time) FROM (
        SELECT * FROM paddock.event_search s
        WHERE before_time IS NULL OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq)
        ORDER BY s.time DESC, s.session_id DESC, s.seq DESC LIMIT near
      ) n
      WHERE n.team_id = ANY (teams) AND (of_session IS NULL OR n.session_id = of_session) AND n.words @@ query
        -- What lies beyond the bounds is shown at them, and is not to be listed again from there.
        AND (before_time IS NULL
          OR (paddock.bounded_time(n.time), n.session_id, n.seq) < (before_time, before_session, before_seq))
      LIMIT row_limit;
    GET DIAGNOSTICS listed = ROW_COUNT;
    IF listed >= row_limit THEN RETURN; END IF;
    SELECT s.time, s.session_id, s.seq INTO edge FROM paddock.event_search s
      WHERE before_time IS NULL OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq)
      ORDER BY s.time DESC, s.session_id DESC, s.seq DESC OFFSET near - 1 LIMIT 1;
    IF NOT FOUND THEN RETURN; END IF;
    -- How much time so many events take, where they are thickest: a single one far away must not stretch it.
    SELECT 5 * min(p.width) INTO span FROM (
      SELECT lag(q.time) OVER (ORDER BY q.place) - q.time AS width FROM (
        SELECT paddock.bounded_time(s.time) AS time,
          row_number() OVER (ORDER BY s.time DESC, s.session_id DESC, s.seq DESC) AS place
        FROM (
          SELECT w.time, w.session_id, w.seq FROM paddock.event_search w
          WHERE before_time IS NULL OR (w.time, w.session_id, w.seq) < (before_time, before_session, before_seq)
          ORDER BY w.time DESC, w.session_id DESC, w.seq DESC LIMIT near
        ) s
      ) q WHERE q.place % 500 = 0 OR q.place = 1
    ) p;
    span := greatest(span, interval '1 second');
    oldest := paddock.bounded_time((SELECT min(s.time) FROM paddock.event_search s));
    WHILE listed < row_limit LOOP
      -- Where there is nothing, nothing is looked for: it does not matter how far apart times are.
      SELECT paddock.bounded_time(s.time) INTO upper FROM paddock.event_search s
        WHERE (s.time, s.session_id, s.seq) < (edge.time, edge.session_id, edge.seq)
        ORDER BY s.time DESC, s.session_id DESC, s.seq DESC LIMIT 1;
      EXIT WHEN NOT FOUND;
      span := least(span * 4, interval '100000 days');
      since := upper - span;
      IF since <= oldest THEN since := '-infinity'; END IF;
      bits := CASE WHEN upper - greatest(since, oldest) < interval '65536 seconds' THEN 10
        WHEN upper - greatest(since, oldest) < interval '1048576 seconds' THEN 14
        WHEN upper - greatest(since, oldest) < interval '16777216 seconds' THEN 18 ELSE 22 END;
      -- What the index is asked and what is compared afterwards are kept apart: no other plan will do.
      RETURN QUERY
        WITH hit AS MATERIALIZED (
          SELECT s.session_id, s.seq, s.time, s.team_id FROM paddock.event_search s
          WHERE s.words @@ query
            AND s.places && ARRAY(
              SELECT n FROM generate_series(
                paddock.place_of_time(greatest(since, oldest), bits), paddock.place_of_time(upper, bits)) n)
            AND (team_places IS NULL OR s.places && team_places)
            AND (session_places IS NULL OR s.places && session_places)
        )
        SELECT h.session_id, h.seq, paddock.bounded_time(h.time) FROM hit h
        WHERE h.time >= since AND (h.time, h.session_id, h.seq) < (edge.time, edge.session_id, edge.seq)
          AND h.team_id = ANY (teams) AND (of_session IS NULL OR h.session_id = of_session)
          AND (before_time IS NULL
            OR (paddock.bounded_time(h.time), h.session_id, h.seq) < (before_time, before_session, before_seq))
        ORDER BY h.time DESC, h.session_id DESC, h.seq DESC LIMIT row_limit - listed;
      GET DIAGNOSTICS more = ROW_COUNT;
      listed := listed + more;
      EXIT WHEN since = '-infinity';
      SELECT since AS time, '00000000-0000-0000-0000-000000000000'::uuid AS session_id, 0::bigint AS seq INTO edge;
    END LOOP;
  END $$;

-- The next event of a session with a text: of `pattern` for ILIKE and, where it is given, of `expression` for ~*. Where
-- there is no event, nothing is looked for, whatever numbers are claimed.
CREATE OR REPLACE FUNCTION paddock.find_text(
    of_session uuid, from_seq bigint, forward boolean, wanted text, pattern text, expression text)
  RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    near constant bigint := 1000;
    query tsquery := paddock.words_within(wanted);
    indexed bigint;
    total bigint;
    start bigint := least(greatest(from_seq, 0), 4611686018427387904);
    low bigint;
    high bigint;
    there bigint;
    span bigint := 16384;
    place bigint;
  BEGIN
    SELECT (SELECT max(e.seq) FROM paddock.event e WHERE e.session_id = n.id), coalesce(c.seq, 0) INTO total, indexed
      FROM paddock.session n JOIN paddock.my_team_rows() t ON t.id = n.team_id
      LEFT JOIN paddock.search_cursor c ON c.session_id = n.id WHERE n.id = of_session;
    IF total IS NULL THEN RETURN NULL; END IF;
    total := least(total, 4611686018427387904);
    low := CASE WHEN forward THEN start + 1 ELSE greatest(1, start - near) END;
    high := CASE WHEN forward THEN low + near - 1 ELSE least(start - 1, total) END;
    LOOP
      EXIT WHEN low > total OR high < 1;
      IF forward THEN
        there := (SELECT min(e.seq) FROM paddock.event e WHERE e.session_id = of_session AND e.seq >= low);
        IF there > high THEN high := least(there + (high - low), total); low := there; END IF;
      ELSE
        there := (SELECT max(e.seq) FROM paddock.event e WHERE e.session_id = of_session AND e.seq <= high);
        IF there < low THEN low := greatest(1, there - (high - low)); high := there; END IF;
      END IF;
      EXIT WHEN there IS NULL;
      IF query IS NULL OR high > indexed OR high - low < near THEN
        place := paddock.read_for_text(of_session, low, high, forward, pattern, expression);
      ELSE
        place := paddock.ask_for_text(of_session, low, high, forward, query, pattern, expression);
      END IF;
      IF place IS NOT NULL THEN RETURN place; END IF;
      span := least(span * 4, 1 << 30);
      -- A stretch is indexed or it is not.
      IF forward THEN
        low := high + 1;
        high := least(low + span, total);
        IF low <= indexed AND query IS NOT NULL THEN high := least(high, indexed); END IF;
      ELSE
        high := low - 1;
        low := greatest(1, high - span);
        IF high > indexed AND query IS NOT NULL THEN low := greatest(low, indexed + 1); END IF;
      END IF;
    END LOOP;
    RETURN NULL;
  END $$;

-- For an admin, and a row that no reader can make sense of: a session or a team is put right where it stands, so that
-- nothing of it is lost; all others go. Whose it is has the record of it.
CREATE FUNCTION paddock.remove_row(of_relation text, row_key text, claimed_actor text, why text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    named record;
    owner text;
    condition text;
    changed bigint;
  BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin remove rows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO named FROM paddock.row_names() n WHERE n.relation = of_relation;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'Rows of ''%'' are not removed.', left(of_relation, 80) USING ERRCODE = 'PD403',
        HINT = 'See `paddock unreadable list`.';
    END IF;
    condition := format('%s = %L', named.key, row_key);
    EXECUTE format('SELECT %s FROM paddock.%I r WHERE %s', named.team, of_relation, condition) INTO owner;
    IF owner IS NULL THEN
      RAISE EXCEPTION 'There is no row ''%'' of ''%''.', left(row_key, 200), of_relation USING ERRCODE = 'PD404',
        HINT = 'See `paddock unreadable list`.';
    END IF;
    why := left(coalesce(why, 'no reason given'), 1000);
    PERFORM set_config('paddock.actor', coalesce(claimed_actor, ''), true), set_config('paddock.reason', why, true);
    PERFORM paddock.record_change('row.remove', owner, of_relation || ' ' || left(row_key, 1000));
    IF of_relation = 'operation' THEN RETURN paddock.move_aside('paddock.operation', condition, why); END IF;
    IF of_relation IN ('session', 'team') THEN
      changed := paddock.mend_rows(of_relation, condition, why);
      -- It keeps the rules, so it can only be the fold of its events that makes no sense.
      IF changed = 0 AND of_relation = 'session' THEN
        changed := paddock.copy_aside(of_relation, condition, why);
        EXECUTE format('UPDATE paddock.session r SET projection = %s WHERE %s',
          (SELECT w.remedy FROM paddock.row_rules() w WHERE (w.relation, w.name) = ('session', 'projection')), condition);
      END IF;
      RETURN changed;
    END IF;
    changed := paddock.copy_aside(of_relation, condition, why);
    EXECUTE format('DELETE FROM paddock.%I r WHERE %s', of_relation, condition);
    RETURN changed;
  END $$;

REVOKE EXECUTE ON FUNCTION paddock.row_rules, paddock.row_names, paddock.copy_aside, paddock.mend_rows,
  paddock.search_hits, paddock.find_text, paddock.remove_row FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.find_text TO paddock_viewer;
GRANT EXECUTE ON FUNCTION paddock.remove_row TO paddock_admin;
-- Whoever writes a row asks them.
REVOKE EXECUTE ON FUNCTION paddock.operation_kinds, paddock.desired_states, paddock.session_states, paddock.runtimes,
  paddock.event_kinds, paddock.is_name, paddock.is_time, paddock.bounded_time, paddock.is_count, paddock.is_object,
  paddock.is_specification FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.operation_kinds, paddock.desired_states, paddock.session_states, paddock.runtimes,
  paddock.event_kinds, paddock.is_name, paddock.is_time, paddock.bounded_time, paddock.is_count, paddock.is_object,
  paddock.is_specification TO paddock_viewer;
