-- Nobody waits for long for what somebody else holds: whose connections a core ends, and the record of that.

-- To see since when others idle, and to end them. Up to Postgres 15, a role that may create roles gives these to itself;
-- from 16 on an administrator does, and `paddock doctor` says so.
DO $do$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['pg_signal_backend', 'pg_read_all_stats'] LOOP
    CONTINUE WHEN pg_has_role(current_user, wanted, 'usage');
    BEGIN
      EXECUTE format('GRANT %I TO %I', wanted, current_user);
    EXCEPTION WHEN insufficient_privilege OR unique_violation THEN NULL;
    END;
  END LOOP;
END $do$;

CREATE FUNCTION paddock.missing_guard_rights() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT format('GRANT %s TO %I', string_agg(wanted, ', '), current_user)
    FROM unnest(ARRAY['pg_signal_backend', 'pg_read_all_stats']) wanted
    WHERE NOT pg_has_role(current_user, wanted::name, 'usage')
    HAVING count(*) > 0
  $$;

-- Cores, and those to whom all of this belongs: superusers and the owner of the schema.
CREATE FUNCTION paddock.is_core_login(login oid) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT pg_has_role(login, 'paddock_core', 'member')
      OR pg_has_role(login, (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'paddock'), 'member')
  $$;

CREATE FUNCTION paddock.teams_of_login(login oid) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT ARRAY(
      SELECT t.name FROM paddock.team t JOIN pg_roles r ON r.rolname = 'paddock_team_' || t.name
      WHERE pg_has_role(login, r.oid, 'member') ORDER BY 1)
  $$;

CREATE TABLE paddock.ended_connection (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login text NOT NULL,
  process integer NOT NULL,
  -- What it called itself, which may be anything.
  application text NOT NULL,
  address inet,
  reason text NOT NULL,
  teams text[] NOT NULL,
  ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When an operation of the teams told of it.
  reported_at timestamptz
);
CREATE INDEX ended_connection_unreported ON paddock.ended_connection (login) WHERE reported_at IS NULL;
CREATE INDEX ended_connection_reported ON paddock.ended_connection (login, reported_at);
ALTER TABLE paddock.ended_connection ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON paddock.ended_connection FOR SELECT USING (
  (SELECT paddock.caller_has('paddock_admin') OR paddock.caller_has('paddock_core'))
  OR teams && ARRAY(SELECT paddock.my_teams()));
-- Not which other teams a login has.
GRANT SELECT (id, login, process, application, address, reason, ended_at) ON paddock.ended_connection TO paddock_viewer;
GRANT SELECT ON paddock.ended_connection TO paddock_admin, paddock_core;

-- Ends who is in the way of cores or of another team, and tells of everybody who is. A core is never ended, nor is a
-- superuser or the owner. Server processes that belong to nobody are left out: they have no login.
CREATE FUNCTION paddock.end_intruders(
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
          CASE WHEN v.is_core THEN 'a core' ELSE 'people of another team' END, blocking)
        FROM waiting w JOIN client v ON v.pid = w.pid JOIN client c ON c.pid = ANY (w.blockers)
        WHERE c.is_here AND v.is_here AND CASE
          -- Two cores wait for each other in good order; anybody else's right is respected, but told of.
          WHEN c.is_core THEN v.is_core AND c.application NOT LIKE 'paddock process %'
          WHEN v.is_core THEN true
          ELSE v.usesysid <> c.usesysid
            AND NOT paddock.teams_of_login(v.usesysid) && paddock.teams_of_login(c.usesysid)
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

-- An operation in each of their teams, at most one a minute for each login. Waits for nobody: what is left over is
-- reported later.
CREATE FUNCTION paddock.report_ended_connections() RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms'
  AS $$
  DECLARE
    entry record;
    reported bigint := 0;
  BEGIN
    IF NOT EXISTS (SELECT FROM paddock.ended_connection e WHERE e.reported_at IS NULL)
      OR NOT pg_try_advisory_xact_lock(1885431908, 6) THEN
      RETURN 0;
    END IF;
    FOR entry IN
      SELECT e.login, max(e.id) AS latest, count(*) AS number FROM paddock.ended_connection e
      WHERE e.reported_at IS NULL AND NOT EXISTS (
        SELECT FROM paddock.ended_connection r
        WHERE r.login = e.login AND r.reported_at > clock_timestamp() - interval '1 minute')
      GROUP BY e.login
    LOOP
      PERFORM set_config('paddock.actor', '', true), set_config('paddock.reason',
        format('%s connection(s) ended, the last one (process %s, %s) because %s', entry.number, e.process,
          coalesce(nullif(e.application, ''), 'no name'), e.reason), true)
      FROM paddock.ended_connection e WHERE e.id = entry.latest;
      PERFORM paddock.record_change('connection.end', t.name, entry.login)
      FROM paddock.ended_connection e JOIN paddock.team t ON t.name = ANY (e.teams) WHERE e.id = entry.latest
      ORDER BY t.name;
      UPDATE paddock.ended_connection e SET reported_at = clock_timestamp()
      WHERE e.login = entry.login AND e.reported_at IS NULL AND e.id <= entry.latest;
      reported := reported + entry.number;
    END LOOP;
    RETURN reported;
  END $$;

REVOKE EXECUTE ON FUNCTION paddock.missing_guard_rights, paddock.is_core_login, paddock.teams_of_login,
  paddock.end_intruders, paddock.report_ended_connections FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.missing_guard_rights TO paddock_viewer;
GRANT EXECUTE ON FUNCTION paddock.end_intruders, paddock.report_ended_connections TO paddock_core;

-- The word for it, where the words are a fixed set.
DO $do$
DECLARE
  kinds text[];
BEGIN
  IF to_regprocedure('paddock.operation_kinds()') IS NULL THEN RETURN; END IF;
  EXECUTE 'SELECT paddock.operation_kinds()' INTO kinds;
  IF NOT 'connection.end' = ANY (kinds) THEN
    EXECUTE format(
      'CREATE OR REPLACE FUNCTION paddock.operation_kinds() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
         RETURN %L::text[]', kinds || 'connection.end'::text);
  END IF;
END $do$;

-- The key of teams moves into the class that is looked after, in whatever version its functions are.
DO $do$
DECLARE
  definition text;
BEGIN
  FOR definition IN
    SELECT pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = 'paddock'::regnamespace AND p.prokind = 'f'
      AND strpos(p.prosrc, $$hashtextextended('paddock.team', 0)$$) > 0
  LOOP
    EXECUTE replace(definition, $$hashtextextended('paddock.team', 0)$$, '1885431908, 5');
  END LOOP;
END $do$;
