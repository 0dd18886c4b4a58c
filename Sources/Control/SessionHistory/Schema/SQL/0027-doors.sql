-- What a login may do to the whole server beside all rights on tables: the memory of its locks, its disk, its log. A database
-- owner who is no superuser can say it of temporary tables alone: docs/database.md has what an administrator may say.

-- Functions of the server by which anybody can fill what belongs to all: advisory locks (the table of locks), large objects
-- (the disk, and nobody's quota), messages in the write-ahead log.
CREATE FUNCTION paddock.open_doors() RETURNS SETOF oid
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT p.oid FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace
      AND (p.proname ~ '^pg_(try_)?advisory_' OR p.proname IN
        ('pg_logical_emit_message', 'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lowrite', 'lo_truncate',
         'lo_truncate64'))
      AND EXISTS (
        SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
  $$;
REVOKE ALL ON FUNCTION paddock.open_doors() FROM PUBLIC;

DO $$
DECLARE
  door regprocedure;
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO paddock_core', current_database());
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RETURN; END IF;
  FOR door IN SELECT oid::regprocedure FROM paddock.open_doors() AS d (oid) LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', door);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO paddock_core', door);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION paddock.end_intruders(
    blocking double precision, idling double precision, opening double precision, most bigint)
  RETURNS TABLE (login text, process integer, application text, reason text, is_ended boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    intruder record;
    ended integer := 0;
  BEGIN
    FOR intruder IN
      WITH client AS MATERIALIZED (
        SELECT a.pid, a.usesysid, a.usename, left(a.application_name, 64) AS application, a.client_addr, a.state,
          a.state_change, a.xact_start, a.backend_start,
          a.datname = current_database() AS is_here, pg_has_role(a.usesysid, 'paddock_viewer', 'member') AS is_ours,
          paddock.is_core_login(a.usesysid) AS is_core
        FROM pg_stat_activity a
        -- Connections, and the queue of notices, are of the whole server.
        WHERE a.usesysid IS NOT NULL AND a.pid <> pg_backend_pid()
      ), waiting AS MATERIALIZED (
        SELECT w.pid, pg_blocking_pids(w.pid) AS blockers FROM (
          SELECT DISTINCT k.pid FROM pg_locks k
          WHERE NOT k.granted AND k.waitstart < clock_timestamp() - make_interval(secs => blocking)
        ) w
      ), fault AS (
        -- Wanting one is as bad: others are not let in front of who waits.
        SELECT c.pid, 1 AS rank,
          format('it had, or wanted, the advisory lock (%s, %s), which is for cores', k.classid, k.objid) AS reason
        FROM client c JOIN pg_locks k ON k.pid = c.pid
        WHERE NOT c.is_core AND k.locktype = 'advisory' AND k.objsubid = 2 AND k.classid IN (1885431908, 1885431909)
          AND k.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
        UNION ALL
        SELECT c.pid, 2, format('it kept %s waiting for a lock for %s s',
          CASE WHEN v.is_core THEN 'a core' ELSE 'others' END, blocking)
        FROM waiting w JOIN client v ON v.pid = w.pid JOIN client c ON c.pid = ANY (w.blockers)
        -- Notices and locks of shared things are waited for across databases.
        WHERE (c.is_here OR c.is_ours) AND v.is_here AND CASE
          -- Two cores wait for each other in good order; anybody else's right is respected, but told of.
          WHEN c.is_core THEN v.is_core AND c.application NOT LIKE 'paddock process %'
          WHEN v.is_core THEN true
          -- Whoever gives a person a role in his own team would have shared one with him.
          ELSE v.usesysid <> c.usesysid
          END
        UNION ALL
        SELECT c.pid, 3, format('it idled within a transaction for %s s', idling) FROM client c
        WHERE NOT c.is_core AND c.is_here AND c.state IN ('idle in transaction', 'idle in transaction (aborted)')
          AND c.state_change < clock_timestamp() - make_interval(secs => idling)
        UNION ALL
        -- What it has seen is kept for it: rows that are gone, and notices that others have taken.
        SELECT c.pid, 5, format('its transaction was open for %s s', opening) FROM client c
        WHERE NOT c.is_core AND c.xact_start < clock_timestamp() - make_interval(secs => opening)
          AND c.is_here AND c.is_ours
        UNION ALL
        SELECT c.pid, 6, 'its transaction kept the server''s queue of notices from being emptied' FROM client c
        WHERE NOT c.is_core AND c.xact_start < clock_timestamp() - make_interval(secs => idling)
          AND (c.is_here OR c.is_ours) AND pg_notification_queue_usage() > 0.25
        UNION ALL
        -- The table of locks is the whole server's: when it is full, nobody comes in any more.
        SELECT k.pid, 7, format('it held %s locks', k.number) FROM (
          SELECT l.pid, count(*) AS number FROM pg_locks l GROUP BY l.pid
        ) k JOIN client c USING (pid)
        WHERE NOT c.is_core AND (c.is_here OR c.is_ours) AND k.number > 1000
        UNION ALL
        SELECT n.pid, 4, format('its login had %s connections while the server was nearly full', n.number) FROM (
          SELECT c.pid, c.is_core, count(*) OVER (PARTITION BY c.usesysid) AS number,
            row_number() OVER (PARTITION BY c.usesysid ORDER BY c.backend_start, c.pid) AS place
          FROM client c WHERE c.is_here OR c.is_ours
        ) n
        WHERE NOT n.is_core AND n.place > most
          AND (SELECT count(*) FROM pg_stat_activity a WHERE a.usesysid IS NOT NULL)
            >= current_setting('max_connections')::integer
              - current_setting('superuser_reserved_connections')::integer - 8
      )
      SELECT DISTINCT ON (c.pid) c.*, f.reason FROM fault f JOIN client c USING (pid) ORDER BY c.pid, f.rank
    LOOP
      login := intruder.usename;
      process := intruder.pid;
      application := coalesce(intruder.application, '');
      reason := intruder.reason;
      is_ended := false;
      IF NOT intruder.is_core THEN
        BEGIN
          is_ended := pg_terminate_backend(intruder.pid);
        EXCEPTION WHEN insufficient_privilege THEN NULL;
        END;
      END IF;
      IF is_ended THEN
        INSERT INTO paddock.ended_connection (login, process, application, address, reason, teams)
        VALUES (login, process, application, intruder.client_addr, reason, paddock.teams_of_login(intruder.usesysid));
        ended := ended + 1;
      END IF;
      RETURN NEXT;
    END LOOP;
    IF ended > 0 THEN
      -- Whoever comes back at once, again and again, must not fill the disk.
      DELETE FROM paddock.ended_connection e
      WHERE e.reported_at IS NOT NULL AND e.id <= (SELECT max(x.id) - 10000 FROM paddock.ended_connection x);
    END IF;
  END $$;

CREATE OR REPLACE FUNCTION paddock.submit_operation(
    new_id uuid, new_kind text, claimed_team text, of_session uuid, seen_generation integer, new_argument text,
    claimed_actor text, new_reason text, refusal text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    owner record;
    level integer;
  BEGIN
    SELECT s.team, s.team_id INTO owner FROM paddock.session s WHERE s.id = of_session;
    level := paddock.acting_level(owner.team);
    IF level = 0 OR owner.team <> claimed_team THEN
      RAISE EXCEPTION 'There is no session %.', of_session
        USING ERRCODE = 'PD404', HINT = 'See `paddock session list`.';
    END IF;
    IF paddock.level_for(new_kind) IS NULL THEN
      RAISE EXCEPTION '''%'' is not an operation on a session.', left(new_kind, 80) USING ERRCODE = 'PD400';
    END IF;
    PERFORM paddock.demand(owner.team, level, paddock.level_for(new_kind));
    PERFORM paddock.demand_length('argument', octet_length(new_argument), 1048576);
    PERFORM paddock.demand_length('reason', octet_length(new_reason), 8192);
    IF NOT paddock.caller_has('paddock_core') THEN PERFORM paddock.demand_room(owner.team_id, of_session); END IF;
    -- What was told no at once waits for nobody, and would grow without end: it is kept in its beginning, and not often.
    IF refusal IS NOT NULL AND NOT paddock.caller_has('paddock_core') THEN
      new_argument := left(new_argument, 1000);
      IF (SELECT count(*) FROM (
          SELECT FROM paddock.operation o
          WHERE o.team_id = owner.team_id AND o.outcome = 'failed'
            AND o.completed_at > clock_timestamp() - interval '1 hour' LIMIT 2000) f) >= 2000
      THEN
        RAISE EXCEPTION 'Too much of team ''%'' was refused within an hour.', owner.team USING ERRCODE = 'PD403';
      END IF;
    END IF;
    INSERT INTO paddock.operation
        (id, kind, team, team_id, session_id, generation, argument, actor, reason, requested_at)
      VALUES (new_id, new_kind, owner.team, owner.team_id, of_session, seen_generation, new_argument,
        paddock.actor(claimed_actor), new_reason, clock_timestamp())
      ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
      -- Asked again because the answer to the first time was lost; or the id is somebody else's.
      PERFORM FROM paddock.operation o
        WHERE o.id = new_id AND o.team_id = owner.team_id AND o.session_id = of_session AND o.kind = new_kind;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'The operation % cannot be recorded under this id.', new_id USING ERRCODE = 'PD409';
      END IF;
      RETURN;
    END IF;
    -- Whoever asks may be told no at once; nobody but the core says that something was done.
    IF refusal IS NOT NULL THEN
      UPDATE paddock.operation SET outcome = 'failed', failure = left(refusal, 8192), completed_at = clock_timestamp()
        WHERE id = new_id;
    END IF;
    PERFORM paddock.tell(owner.team_id, '');
  END $$;

CREATE OR REPLACE FUNCTION paddock.apply_agent(
    of_team text, agent_name text, agent_runtime text, agent_spec json, claimed_actor text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    PERFORM paddock.demand_length('specification', octet_length(agent_spec::text), 1048576);
    IF paddock.is_name(agent_name) IS NOT TRUE THEN
      RAISE EXCEPTION 'The agent name ''%'' is not valid.', left(agent_name, 80) USING ERRCODE = 'PD400';
    END IF;
    -- A program's argument ends there; an escaped backslash before it makes it plain text.
    IF agent_spec::text ~ '(^|[^\\])(\\\\)*\\u0000' THEN
      RAISE EXCEPTION 'The specification of agent ''%'' holds a NUL character.', left(agent_name, 80)
        USING ERRCODE = 'PD400';
    END IF;
    PERFORM paddock.attribute(claimed_actor, NULL);
    INSERT INTO paddock.agent AS a (team, name, runtime, spec, revision, created_at, updated_at)
      VALUES (of_team, agent_name, agent_runtime, agent_spec, 1, now(), now())
      ON CONFLICT (team, name) DO UPDATE
        SET runtime = excluded.runtime, spec = excluded.spec, revision = a.revision + 1, updated_at = now(),
          deleted_at = NULL
        WHERE a.spec::text <> excluded.spec::text OR a.deleted_at IS NOT NULL;
  END $$;
