--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: paddock; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA paddock;


--
-- Name: ask_for_text(uuid, bigint, bigint, boolean, tsquery, text, text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.ask_for_text(of_session uuid, low bigint, high bigint, forward boolean, query tsquery, pattern text, expression text) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    AS $$
  BEGIN
    RETURN (
      WITH hit AS MATERIALIZED (
        SELECT s.session_id, s.seq FROM paddock.event_search s
        WHERE s.words @@ query AND s.places && paddock.places_of_session(of_session, low, high)
      )
      SELECT o.seq FROM (
        SELECT h.seq FROM hit h WHERE h.session_id = of_session AND h.seq BETWEEN low AND high
        ORDER BY CASE WHEN forward THEN h.seq ELSE -h.seq END OFFSET 0
      ) o
      WHERE (SELECT e.text ILIKE pattern AND (expression IS NULL OR e.text ~* expression)
             FROM paddock.event e WHERE e.session_id = of_session AND e.seq = o.seq)
      LIMIT 1);
  END $$;


--
-- Name: caller(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.caller() RETURNS name
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    RETURN COALESCE((NULLIF(current_setting('role'::text), 'none'::text))::name, SESSION_USER);


--
-- Name: caller_has(name); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.caller_has(role_name name) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT pg_has_role(paddock.caller(), role_name, 'member')
          OR pg_has_role(paddock.caller(), current_user, 'member') $$;


--
-- Name: change_team(text, uuid, text, text, json); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.change_team(team_name text, operation_id uuid, actor text, reason text, bounds json) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin change teams' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE paddock.team SET quota = bounds WHERE name = team_name;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'There is no team ''%''.', team_name USING ERRCODE = 'PD404';
    END IF;
    INSERT INTO paddock.operation (id, kind, team, argument, actor, reason, requested_at, outcome, completed_at)
      VALUES (operation_id, 'team.change', team_name, bounds::text, actor, reason, now(), 'succeeded', now());
    PERFORM pg_notify('paddock_intents', '');
  END $$;


--
-- Name: create_team(text, uuid, text, text, json); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.create_team(team_name text, operation_id uuid, actor text, reason text, bounds json) RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  DECLARE
    made timestamptz;
    role_name text := 'paddock_team_' || team_name;
  BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin make teams' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('paddock.team', 0));
    INSERT INTO paddock.team (name, quota) VALUES (team_name, bounds) RETURNING created_at INTO made;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    -- Ties the role to this database: another database of the cluster cannot drop it meanwhile.
    EXECUTE format('GRANT USAGE ON SCHEMA paddock TO %I', role_name);
    INSERT INTO paddock.operation (id, kind, team, argument, actor, reason, requested_at, outcome, completed_at)
      VALUES (operation_id, 'team.create', team_name, nullif(bounds::text, '{}'), actor, reason, made,
        'succeeded', made);
    PERFORM pg_notify('paddock_intents', '');
    RETURN made;
  END $$;


--
-- Name: delete_team(text, uuid, text, text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.delete_team(team_name text, operation_id uuid, actor text, reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  DECLARE
    remaining bigint;
    role_name text := 'paddock_team_' || team_name;
  BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin delete teams' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('paddock.team', 0));
    PERFORM FROM paddock.team WHERE name = team_name FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'There is no team ''%''.', team_name USING ERRCODE = 'PD404';
    END IF;
    SELECT count(*) INTO remaining FROM paddock.session WHERE team = team_name AND purged_at IS NULL;
    IF remaining > 0 THEN
      RAISE EXCEPTION 'The team ''%'' still has % session(s).', team_name, remaining
        USING ERRCODE = 'PD403', HINT = 'Purge them first.';
    END IF;
    DELETE FROM paddock.secret WHERE team = team_name;
    DELETE FROM paddock.agent WHERE team = team_name;
    DELETE FROM paddock.session WHERE team = team_name;
    DELETE FROM paddock.team WHERE name = team_name;
    INSERT INTO paddock.operation (id, kind, team, actor, reason, requested_at, outcome, completed_at)
      VALUES (operation_id, 'team.delete', team_name, actor, reason, now(), 'succeeded', now());
    EXECUTE format('REVOKE USAGE ON SCHEMA paddock FROM %I', role_name);
    BEGIN
      EXECUTE format('DROP ROLE %I', role_name);
    EXCEPTION WHEN dependent_objects_still_exist THEN NULL;
    END;
  END $$;


--
-- Name: find_text(uuid, bigint, boolean, text, text, text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.find_text(of_session uuid, from_seq bigint, forward boolean, wanted text, pattern text, expression text) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    AS $$
  DECLARE
    near constant bigint := 1000;
    query tsquery := paddock.words_within(wanted);
    indexed bigint;
    total bigint;
    low bigint;
    high bigint;
    span bigint := 16384;
    place bigint;
  BEGIN
    SELECT n.events, coalesce(c.seq, 0) INTO total, indexed
      FROM paddock.session n JOIN paddock.my_team_rows() t ON t.id = n.team_id
      LEFT JOIN paddock.search_cursor c ON c.session_id = n.id WHERE n.id = of_session;
    IF NOT FOUND THEN RETURN NULL; END IF;
    low := CASE WHEN forward THEN from_seq + 1 ELSE greatest(1, from_seq - near) END;
    high := CASE WHEN forward THEN low + near - 1 ELSE least(from_seq - 1, total) END;
    LOOP
      EXIT WHEN low > total OR high < 1;
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


--
-- Name: keep_no_team(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.keep_no_team() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
    RAISE EXCEPTION '''no-team'' is no team: it cannot be deleted' USING ERRCODE = 'insufficient_privilege';
  END $$;


--
-- Name: my_team_ids(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.my_team_ids() RETURNS SETOF integer
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT id FROM paddock.my_team_rows() $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: team; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.team (
    id integer NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    quota json DEFAULT '{}'::json NOT NULL,
    CONSTRAINT team_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'::text))
);


--
-- Name: my_team_rows(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.my_team_rows() RETURNS SETOF paddock.team
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT t.* FROM paddock.team t
    WHERE (SELECT paddock.caller_has('paddock_admin') OR paddock.caller_has('paddock_core'))
       OR EXISTS (SELECT FROM pg_roles r
                  WHERE r.rolname = 'paddock_team_' || t.name
                    AND pg_has_role(paddock.caller(), r.oid, 'member'))
  $$;


--
-- Name: my_teams(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.my_teams() RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT name FROM paddock.my_team_rows() $$;


--
-- Name: only_append(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.only_append() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ BEGIN
    IF TG_OP = 'INSERT' AND NEW.number = 0 AND NEW.hash = '' THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND NEW.team = OLD.team AND NEW.number = OLD.number + 1 AND EXISTS (
      SELECT FROM paddock.audit a WHERE a.team = NEW.team AND a.number = NEW.number AND a.hash = NEW.hash)
      THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'audit_head is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END $$;


--
-- Name: only_complete(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.only_complete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
    IF OLD.outcome <> 'pending' OR NEW.outcome = 'pending'
      OR to_jsonb(OLD) - ARRAY['outcome', 'failure', 'completed_at']
        IS DISTINCT FROM to_jsonb(NEW) - ARRAY['outcome', 'failure', 'completed_at'] THEN
      RAISE EXCEPTION 'operation is append-only: only a pending outcome can change'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END $$;


--
-- Name: place_of_session(uuid, bigint); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.place_of_session(session_id uuid, stretch bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('-1'::integer - (hashtextextended((session_id)::text, stretch) & '9223372036854775806'::bigint));


--
-- Name: place_of_team(integer); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.place_of_team(team_id integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (team_id)::bigint;


--
-- Name: place_of_time(timestamp with time zone, integer); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.place_of_time("time" timestamp with time zone, bits integer) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (((bits)::bigint << 40) + ((LEAST(GREATEST(date_part('epoch'::text, "time"), (0)::double precision), ('1000000000000'::numeric)::double precision))::bigint >> bits));


--
-- Name: places_of(integer, uuid, bigint, timestamp with time zone); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.places_of(team_id integer, session_id uuid, seq bigint, "time" timestamp with time zone) RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ARRAY[paddock.place_of_team(team_id), paddock.place_of_session(session_id, (seq >> 14)), paddock.place_of_time("time", 10), paddock.place_of_time("time", 14), paddock.place_of_time("time", 18), paddock.place_of_time("time", 22)];


--
-- Name: places_of_session(uuid, bigint, bigint); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.places_of_session(of_session uuid, first_seq bigint, last_seq bigint) RETURNS bigint[]
    LANGUAGE sql STABLE
    RETURN ARRAY(SELECT paddock.place_of_session(places_of_session.of_session, n.n) AS place_of_session FROM generate_series((places_of_session.first_seq >> 14), (places_of_session.last_seq >> 14)) n(n));


--
-- Name: read_for_text(uuid, bigint, bigint, boolean, text, text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.read_for_text(of_session uuid, low bigint, high bigint, forward boolean, pattern text, expression text) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    AS $$
  BEGIN
    IF forward THEN
      RETURN (SELECT e.seq FROM paddock.event e
        WHERE e.session_id = of_session AND e.seq BETWEEN low AND high
          AND e.text ILIKE pattern AND (expression IS NULL OR e.text ~* expression)
        ORDER BY e.seq LIMIT 1);
    END IF;
    RETURN (SELECT e.seq FROM paddock.event e
      WHERE e.session_id = of_session AND e.seq BETWEEN low AND high
        AND e.text ILIKE pattern AND (expression IS NULL OR e.text ~* expression)
      ORDER BY e.seq DESC LIMIT 1);
  END $$;


--
-- Name: record_agent_change(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.record_agent_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ BEGIN
    PERFORM paddock.record_change(
      CASE WHEN NEW.deleted_at IS NULL THEN 'agent.apply' ELSE 'agent.delete' END, NEW.team, NEW.name);
    RETURN NULL;
  END $$;


--
-- Name: record_binding_change(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.record_binding_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ BEGIN
    PERFORM paddock.record_change('secret.bind', NEW.team, NEW.secret || ' to ' || NEW.agent);
    RETURN NULL;
  END $$;


--
-- Name: record_change(text, text, text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.record_change(kind text, team text, subject text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    INSERT INTO paddock.operation (id, kind, team, subject, actor, reason, requested_at, outcome, completed_at)
    VALUES (gen_random_uuid(), kind, team, subject,
      coalesce(nullif(current_setting('paddock.actor', true), ''), paddock.caller()),
      nullif(current_setting('paddock.reason', true), ''), clock_timestamp(), 'succeeded', clock_timestamp());
    SELECT pg_notify('paddock_intents', '');
  $$;


--
-- Name: record_secret_change(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.record_secret_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN
      PERFORM paddock.record_change('secret.delete', OLD.team, OLD.name);
    ELSE
      PERFORM paddock.record_change('secret.set', NEW.team, NEW.name);
    END IF;
    RETURN NULL;
  END $$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
  END $$;


--
-- Name: refuse_operation(uuid, text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.refuse_operation(operation_id uuid, why text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  BEGIN
    UPDATE paddock.operation SET outcome = 'failed', failure = why, completed_at = clock_timestamp()
    WHERE id = operation_id AND outcome = 'pending'
      AND xmin::text = (pg_current_xact_id()::text::numeric % 4294967296)::text
      AND team = ANY (ARRAY(SELECT paddock.my_teams()));
    IF NOT FOUND THEN
      RAISE EXCEPTION 'only an operation of the same transaction can be refused'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  END $$;


--
-- Name: search(text, text[], text, uuid, timestamp with time zone, uuid, bigint, bigint); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.search(query_text text, marks text[], of_team text, of_session uuid, before_time timestamp with time zone, before_session uuid, before_seq bigint, row_limit bigint) RETURNS TABLE(session_id uuid, team text, title text, seq bigint, "time" timestamp with time zone, kind text, excerpt text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    AS $$
  DECLARE
    query tsquery := websearch_to_tsquery('pg_catalog.simple', query_text);
    teams integer[] := ARRAY(SELECT t.id FROM paddock.my_team_rows() t WHERE of_team IS NULL OR t.name = of_team);
  BEGIN
    IF numnode(query) = 0 OR row_limit <= 0 THEN RETURN; END IF;
    RETURN QUERY
      WITH hit AS MATERIALIZED (
        SELECT * FROM paddock.search_hits(
          query, teams, of_session, before_time, before_session, before_seq, row_limit)
      )
      SELECT h.session_id, n.team, n.title, h.seq, h.time, e.kind, x.excerpt
      FROM hit h
      CROSS JOIN LATERAL (
        SELECT * FROM paddock.event e WHERE e.session_id = h.session_id AND e.seq = h.seq LIMIT 1
      ) e
      JOIN paddock.session n ON n.id = h.session_id
      CROSS JOIN LATERAL (SELECT left(concat_ws(' ', e.name, e.text), 32768) AS shown) c
      CROSS JOIN LATERAL (
        SELECT coalesce(min(nullif(strpos(lower(c.shown), m.mark), 0)), 1) AS place FROM unnest(marks) m (mark)
      ) p
      CROSS JOIN LATERAL (
        SELECT regexp_replace(substr(c.shown, greatest(1, p.place - 60), 240), '\s+', ' ', 'g') AS excerpt
      ) x
      ORDER BY h.time DESC, h.session_id DESC, h.seq DESC;
  END $$;


--
-- Name: search_hits(tsquery, integer[], uuid, timestamp with time zone, uuid, bigint, bigint); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.search_hits(query tsquery, teams integer[], of_session uuid, before_time timestamp with time zone, before_session uuid, before_seq bigint, row_limit bigint) RETURNS TABLE(session_id uuid, seq bigint, "time" timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET jit TO 'off'
    AS $$
  DECLARE
    near constant bigint := 2500;
    team_places bigint[] := CASE WHEN EXISTS (SELECT FROM paddock.team t WHERE t.id <> ALL (teams))
      THEN ARRAY(SELECT paddock.place_of_team(t) FROM unnest(teams) t) END;
    session_places bigint[] := CASE WHEN of_session IS NOT NULL THEN paddock.places_of_session(of_session, 0,
      (SELECT c.seq FROM paddock.search_cursor c WHERE c.session_id = of_session)) END;
    listed bigint;
    more bigint;
    span interval;
    since timestamptz;
    bits integer;
    oldest timestamptz;
    edge record;
  BEGIN
    SELECT s.time, s.session_id, s.seq INTO edge FROM paddock.event_search s
      WHERE before_time IS NULL OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq)
      ORDER BY s.time DESC, s.session_id DESC, s.seq DESC LIMIT 1;
    since := edge.time;
    RETURN QUERY
      SELECT n.session_id, n.seq, n.time FROM (
        SELECT * FROM paddock.event_search s
        WHERE before_time IS NULL OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq)
        ORDER BY s.time DESC, s.session_id DESC, s.seq DESC LIMIT near
      ) n
      WHERE n.team_id = ANY (teams) AND (of_session IS NULL OR n.session_id = of_session) AND n.words @@ query
      LIMIT row_limit;
    GET DIAGNOSTICS listed = ROW_COUNT;
    IF listed >= row_limit THEN RETURN; END IF;
    SELECT s.time, s.session_id, s.seq INTO edge FROM paddock.event_search s
      WHERE before_time IS NULL OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq)
      ORDER BY s.time DESC, s.session_id DESC, s.seq DESC OFFSET near - 1 LIMIT 1;
    IF NOT FOUND THEN RETURN; END IF;
    span := greatest(since - edge.time, interval '1 second');
    oldest := (SELECT min(s.time) FROM paddock.event_search s);
    WHILE listed < row_limit AND edge.time >= oldest LOOP
      span := span * 4;
      since := greatest(edge.time - span, oldest);
      bits := CASE WHEN edge.time - since < interval '65536 seconds' THEN 10
        WHEN edge.time - since < interval '1048576 seconds' THEN 14
        WHEN edge.time - since < interval '16777216 seconds' THEN 18 ELSE 22 END;
      -- What the index is asked and what is compared afterwards are kept apart: no other plan will do.
      RETURN QUERY
        WITH hit AS MATERIALIZED (
          SELECT s.session_id, s.seq, s.time, s.team_id FROM paddock.event_search s
          WHERE s.words @@ query
            AND s.places && ARRAY(
              SELECT n FROM generate_series(
                paddock.place_of_time(since, bits), paddock.place_of_time(edge.time, bits)) n)
            AND (team_places IS NULL OR s.places && team_places)
            AND (session_places IS NULL OR s.places && session_places)
        )
        SELECT h.session_id, h.seq, h.time FROM hit h
        WHERE h.time >= since AND (h.time, h.session_id, h.seq) < (edge.time, edge.session_id, edge.seq)
          AND h.team_id = ANY (teams) AND (of_session IS NULL OR h.session_id = of_session)
        ORDER BY h.time DESC, h.session_id DESC, h.seq DESC LIMIT row_limit - listed;
      GET DIAGNOSTICS more = ROW_COUNT;
      listed := listed + more;
      SELECT since AS time, '00000000-0000-0000-0000-000000000000'::uuid AS session_id, 0::bigint AS seq INTO edge;
      EXIT WHEN since <= oldest;
    END LOOP;
  END $$;


--
-- Name: verify_audit(text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.verify_audit(of_team text) RETURNS TABLE(number bigint, problem text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
    WITH chain AS (
      SELECT a.*, coalesce(lag(a.hash) OVER (ORDER BY a.number), '') AS previous,
        row_number() OVER (ORDER BY a.number) AS place
      FROM paddock.audit a WHERE a.team = of_team
    ), checked AS (
      SELECT c.number, CASE
        WHEN c.number <> c.place THEN 'a row before it is missing'
        WHEN c.hash <> sha256(c.previous || convert_to(c.content, 'UTF8'))
          OR c.content::jsonb ->> 'team' IS DISTINCT FROM c.team
          OR c.content::jsonb ->> 'number' IS DISTINCT FROM c.number::text
          OR c.content::jsonb #>> '{operation,id}' IS DISTINCT FROM c.operation_id::text
          THEN 'it was changed'
        WHEN o.id IS NULL THEN 'its operation is missing'
        WHEN NOT c.content::jsonb -> 'operation' <@ to_jsonb(o) THEN 'its operation was changed'
        END AS problem
      FROM chain c LEFT JOIN paddock.operation o ON o.id = c.operation_id
    ), ending AS (
      SELECT h.number, 'the end of the chain is missing' AS problem
      FROM paddock.audit_head h LEFT JOIN paddock.audit a USING (team, number)
      WHERE h.team = of_team AND h.number > 0 AND h.hash IS DISTINCT FROM a.hash
    )
    SELECT * FROM (SELECT * FROM checked UNION ALL SELECT * FROM ending) found
    WHERE problem IS NOT NULL ORDER BY number LIMIT 1
  $$;


--
-- Name: words_of(text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.words_of(content text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    SELECT to_tsvector('pg_catalog.simple', replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(left(content, 32768), '/', ' '), '\', ' '), '.', ' '), '_', ' '), '-', ' '), ':', ' '), '=', ' '), '@', ' '), '#', ' '), ',', ' '), ';', ' '), '(', ' '), ')', ' '), '[', ' '), ']', ' '), '{', ' '), '}', ' '), '<', ' '), '>', ' '), '"', ' '), '|', ' '), '&', ' '), '*', ' '), '+', ' '), '?', ' '), '!', ' '), '$', ' '), '%', ' '), '^', ' '), '~', ' '), '`', ' '), '''', ' '))
  $_$;


--
-- Name: words_within(text); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.words_within(wanted text) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  DECLARE
    ending text := coalesce(substring(wanted FROM '[^[:space:][:punct:]]+$'), '');
    whole text[] := tsvector_to_array(paddock.words_of(left(wanted, length(wanted) - length(ending))));
    open text[] := tsvector_to_array(paddock.words_of(ending));
  BEGIN
    RETURN (SELECT string_agg(w, ' & ')::tsquery FROM (
      SELECT quote_literal(w) FROM unnest(whole) w
      UNION ALL SELECT quote_literal(open[1]) || ':*' WHERE cardinality(open) = 1
    ) q (w));
  END $_$;


--
-- Name: write_audit(); Type: FUNCTION; Schema: paddock; Owner: -
--

CREATE FUNCTION paddock.write_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
  DECLARE
    head paddock.audit_head;
    content text;
    facts jsonb := to_jsonb(NEW);
  BEGIN
    IF NEW.outcome = 'pending' THEN facts := facts - ARRAY['outcome', 'failure', 'completed_at']; END IF;
    INSERT INTO paddock.audit_head VALUES (NEW.team, 0, '') ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM paddock.audit_head WHERE team = NEW.team FOR UPDATE;
    head.number := head.number + 1;
    content := jsonb_build_object(
      'team', NEW.team, 'number', head.number, 'time', clock_timestamp(), 'role', paddock.caller(),
      'step', CASE TG_OP WHEN 'INSERT' THEN 'requested' ELSE 'completed' END, 'operation', facts)::text;
    head.hash := sha256(head.hash || convert_to(content, 'UTF8'));
    INSERT INTO paddock.audit VALUES (head.team, head.number, NEW.id, content, head.hash);
    UPDATE paddock.audit_head SET number = head.number, hash = head.hash WHERE team = head.team;
    RETURN NULL;
  END $$;


--
-- Name: agent; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.agent (
    team text NOT NULL,
    name text NOT NULL,
    runtime text NOT NULL,
    spec json NOT NULL,
    revision integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT agent_has_team CHECK ((team <> 'no-team'::text))
);


--
-- Name: audit; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.audit (
    team text NOT NULL,
    number bigint NOT NULL,
    operation_id uuid NOT NULL,
    content text NOT NULL,
    hash bytea NOT NULL
);


--
-- Name: audit_head; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.audit_head (
    team text NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL
);


--
-- Name: core_lease; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.core_lease (
    single boolean DEFAULT true NOT NULL,
    holder text NOT NULL,
    backend_pid integer NOT NULL,
    acquired_at timestamp with time zone NOT NULL,
    CONSTRAINT core_lease_single_check CHECK (single)
);


--
-- Name: core_status; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.core_status (
    holder text NOT NULL,
    status json NOT NULL,
    written_at timestamp with time zone NOT NULL
);


--
-- Name: engine; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.engine (
    single boolean DEFAULT true NOT NULL,
    name text NOT NULL,
    cluster_uid text,
    server text,
    authority text,
    CONSTRAINT engine_check CHECK ((((server IS NULL) = (authority IS NULL)) AND ((server IS NOT NULL) OR (cluster_uid IS NULL)))),
    CONSTRAINT engine_single_check CHECK (single)
);


--
-- Name: event; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.event (
    session_id uuid NOT NULL,
    seq bigint NOT NULL,
    "time" timestamp with time zone NOT NULL,
    team_id integer NOT NULL,
    is_error boolean NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    name text,
    call_id text,
    parent_call_id text,
    message_id text,
    tokens_input bigint,
    tokens_output bigint,
    tokens_cache_read bigint,
    tokens_cache_write bigint,
    cost_micro bigint,
    duration_ms bigint,
    detail json,
    raw text,
    CONSTRAINT event_seq_check CHECK ((seq > 0))
)
WITH (autovacuum_analyze_scale_factor='0.1');
ALTER TABLE ONLY paddock.event ALTER COLUMN text SET COMPRESSION lz4;
ALTER TABLE ONLY paddock.event ALTER COLUMN raw SET COMPRESSION lz4;


--
-- Name: event_search; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.event_search (
    session_id uuid NOT NULL,
    seq bigint NOT NULL,
    "time" timestamp with time zone NOT NULL,
    team_id integer NOT NULL,
    words tsvector NOT NULL,
    places bigint[] NOT NULL
);
ALTER TABLE ONLY paddock.event_search ALTER COLUMN words SET STATISTICS 1000;


--
-- Name: imported_record; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.imported_record (
    session_id uuid NOT NULL,
    key uuid NOT NULL,
    team_id integer NOT NULL
);


--
-- Name: operation; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.operation (
    id uuid NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL,
    team text NOT NULL,
    session_id uuid,
    subject text,
    generation integer,
    argument text,
    actor text NOT NULL,
    reason text,
    requested_at timestamp with time zone NOT NULL,
    outcome text DEFAULT 'pending'::text NOT NULL,
    failure text,
    completed_at timestamp with time zone,
    CONSTRAINT operation_outcome_check CHECK ((outcome = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])))
);


--
-- Name: operation_number_seq; Type: SEQUENCE; Schema: paddock; Owner: -
--

ALTER TABLE paddock.operation ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME paddock.operation_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: sandbox_report; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.sandbox_report (
    session_id uuid NOT NULL,
    team text NOT NULL,
    report json NOT NULL,
    written_at timestamp with time zone NOT NULL
)
WITH (fillfactor='70');


--
-- Name: schema_migration; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.schema_migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: search_cursor; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.search_cursor (
    session_id uuid NOT NULL,
    team_id integer NOT NULL,
    seq bigint NOT NULL
)
WITH (fillfactor='50');


--
-- Name: secret; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.secret (
    team text NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    ciphertext bytea NOT NULL,
    wrapped_key bytea NOT NULL,
    key_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);


--
-- Name: secret_binding; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.secret_binding (
    team text NOT NULL,
    secret text NOT NULL,
    agent text NOT NULL
);


--
-- Name: session; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.session (
    id uuid NOT NULL,
    team text NOT NULL,
    team_id integer NOT NULL,
    agent text NOT NULL,
    runtime text NOT NULL,
    title text NOT NULL,
    desired text NOT NULL,
    generation integer NOT NULL,
    state text NOT NULL,
    state_reason text DEFAULT ''::text NOT NULL,
    state_since timestamp with time zone NOT NULL,
    now text DEFAULT ''::text NOT NULL,
    events bigint DEFAULT 0 NOT NULL,
    turns bigint DEFAULT 0 NOT NULL,
    tokens_input bigint DEFAULT 0 NOT NULL,
    tokens_output bigint DEFAULT 0 NOT NULL,
    tokens_cache_read bigint DEFAULT 0 NOT NULL,
    tokens_cache_write bigint DEFAULT 0 NOT NULL,
    cost_micro bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_event_at timestamp with time zone,
    runtime_session_id text,
    projection json DEFAULT '{}'::json NOT NULL,
    purged_at timestamp with time zone,
    foreign_sandbox json,
    gone_at timestamp with time zone
)
WITH (fillfactor='50');


--
-- Name: team_id_seq; Type: SEQUENCE; Schema: paddock; Owner: -
--

ALTER TABLE paddock.team ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME paddock.team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: team_report; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.team_report (
    team text NOT NULL,
    trouble text,
    report json NOT NULL,
    written_at timestamp with time zone NOT NULL
)
WITH (fillfactor='70');


--
-- Name: usage; Type: TABLE; Schema: paddock; Owner: -
--

CREATE TABLE paddock.usage (
    team text NOT NULL,
    quarter timestamp with time zone NOT NULL,
    cost_micro bigint NOT NULL,
    tokens bigint NOT NULL
);


--
-- Data for Name: agent; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.agent (team, name, runtime, spec, revision, created_at, updated_at, deleted_at) FROM stdin;
alpha	echo	exec	{"runtime":"exec","command":["/bin/sh","-c","while read -r l; do echo \\"{\\\\\\"kind\\\\\\":\\\\\\"assistant\\\\\\",\\\\\\"text\\\\\\":\\\\\\"heard: $l\\\\\\"}\\"; echo plain line; echo \\"{\\\\\\"kind\\\\\\":\\\\\\"result\\\\\\",\\\\\\"text\\\\\\":\\\\\\"done\\\\\\",\\\\\\"usage\\\\\\":{\\\\\\"input\\\\\\":10,\\\\\\"output\\\\\\":5,\\\\\\"cacheRead\\\\\\":1,\\\\\\"cacheWrite\\\\\\":2},\\\\\\"costUSD\\\\\\":0.25}\\"; done"],"env":{"GREETING":"hello"},"network":"none","permissions":"ask","limits":{"memory":268435456,"processes":20,"budgetUSD":5.0,"idleTimeout":1800.0}}	1	2026-11-29 03:25:07.142648+00	2026-11-29 03:25:07.142648+00	\N
beta	asker	exec	{"runtime":"exec","command":["/bin/sh","-c","n=0; while read -r l; do n=$((n+1)); echo \\"{\\\\\\"kind\\\\\\":\\\\\\"approval.request\\\\\\",\\\\\\"callID\\\\\\":\\\\\\"call-$n\\\\\\",\\\\\\"name\\\\\\":\\\\\\"Bash\\\\\\",\\\\\\"text\\\\\\":\\\\\\"rm -rf build\\\\\\"}\\"; done"],"network":"none","permissions":"ask"}	1	2026-11-29 03:25:07.151812+00	2026-11-29 03:25:07.151812+00	\N
beta	failer	exec	{"runtime":"exec","command":["/bin/sh","-c","echo \\"{\\\\\\"kind\\\\\\":\\\\\\"error\\\\\\",\\\\\\"text\\\\\\":\\\\\\"no such thing\\\\\\"}\\"; exit 3"],"network":"none","permissions":"ask"}	1	2026-11-29 03:25:07.15964+00	2026-11-29 03:25:07.15964+00	\N
\.


--
-- Data for Name: audit; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.audit (team, number, operation_id, content, hash) FROM stdin;
alpha	1	01a22555-c244-7769-b41c-62518ac0c7be	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:07.018556+00:00", "number": 1, "operation": {"id": "01a22555-c244-7769-b41c-62518ac0c7be", "kind": "team.create", "team": "alpha", "actor": "root", "number": 1, "reason": null, "failure": null, "outcome": "succeeded", "subject": null, "argument": null, "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:07.012879+00:00", "requested_at": "2026-11-29T03:25:07.012879+00:00"}}	\\x90fe0c0a44aa41801009071ad9a729649782eada15cb7c0a4cda8736d5837cce
beta	1	01a22555-c27d-7e71-88c2-a48bb364bcc8	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:07.075754+00:00", "number": 1, "operation": {"id": "01a22555-c27d-7e71-88c2-a48bb364bcc8", "kind": "team.create", "team": "beta", "actor": "root", "number": 2, "reason": null, "failure": null, "outcome": "succeeded", "subject": null, "argument": "{\\"cpu\\":\\"8\\",\\"memory\\":\\"16Gi\\"}", "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:07.06957+00:00", "requested_at": "2026-11-29T03:25:07.06957+00:00"}}	\\xbf2337c305062a519e5d925e203b6679e2d9c66acbf876e464b1d52916eddaed
alpha	2	3ccecf31-44d2-4d39-8b28-359f76b9a918	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:07.147377+00:00", "number": 2, "operation": {"id": "3ccecf31-44d2-4d39-8b28-359f76b9a918", "kind": "agent.apply", "team": "alpha", "actor": "root", "number": 3, "reason": null, "failure": null, "outcome": "succeeded", "subject": "echo", "argument": null, "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:07.146481+00:00", "requested_at": "2026-11-29T03:25:07.146481+00:00"}}	\\xb61000a2e64ab99273b939ee5eb634a75956dca9e762ee79c4684e8763f31973
beta	2	8d33f549-b52b-44c9-b789-3997b6627e8a	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:07.153794+00:00", "number": 2, "operation": {"id": "8d33f549-b52b-44c9-b789-3997b6627e8a", "kind": "agent.apply", "team": "beta", "actor": "root", "number": 4, "reason": null, "failure": null, "outcome": "succeeded", "subject": "asker", "argument": null, "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:07.153651+00:00", "requested_at": "2026-11-29T03:25:07.153651+00:00"}}	\\x404ff4cdfcc274a09e72785d04169fb5b8c0f3d5f34d92a62ba5b83fe0e14c5e
beta	3	bdadd14c-350c-41a7-8c92-d4fe70ec37d4	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:07.161399+00:00", "number": 3, "operation": {"id": "bdadd14c-350c-41a7-8c92-d4fe70ec37d4", "kind": "agent.apply", "team": "beta", "actor": "root", "number": 5, "reason": null, "failure": null, "outcome": "succeeded", "subject": "failer", "argument": null, "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:07.161158+00:00", "requested_at": "2026-11-29T03:25:07.161157+00:00"}}	\\xfda4216e7964eb8138b65fd892afe5bd1fb0d36eb1825097bf05bbea18694b11
alpha	3	02968417-1fcf-451b-95cf-d7dcb3befc68	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:07.216973+00:00", "number": 3, "operation": {"id": "02968417-1fcf-451b-95cf-d7dcb3befc68", "kind": "secret.set", "team": "alpha", "actor": "root", "number": 6, "reason": null, "failure": null, "outcome": "succeeded", "subject": "TOKEN", "argument": null, "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:07.215523+00:00", "requested_at": "2026-11-29T03:25:07.215523+00:00"}}	\\x42b5d7940e84b563f6dcf648767e3d50af4822a0727b4df1835034397233679d
beta	4	74529d91-6314-4a57-bfe0-0b26876f34b7	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:07.283152+00:00", "number": 4, "operation": {"id": "74529d91-6314-4a57-bfe0-0b26876f34b7", "kind": "secret.set", "team": "beta", "actor": "root", "number": 7, "reason": null, "failure": null, "outcome": "succeeded", "subject": "KEY", "argument": null, "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:07.281926+00:00", "requested_at": "2026-11-29T03:25:07.281926+00:00"}}	\\xcb374faf6dd89cf2609ad40027d823c853167a889518f356817139994f934dd7
alpha	4	8e00d8ce-a4db-4492-a590-22c23653d8df	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:07.349999+00:00", "number": 4, "operation": {"id": "8e00d8ce-a4db-4492-a590-22c23653d8df", "kind": "secret.bind", "team": "alpha", "actor": "root", "number": 8, "reason": null, "failure": null, "outcome": "succeeded", "subject": "TOKEN to echo", "argument": null, "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:07.348662+00:00", "requested_at": "2026-11-29T03:25:07.348662+00:00"}}	\\x236d076e374c3802402586ffeebd1cf2610339769b8f2d8c35424c341f70c02f
alpha	5	01a22555-c3d7-7d6e-9e61-37a8072d36bd	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:07.428558+00:00", "number": 5, "operation": {"id": "01a22555-c3d7-7d6e-9e61-37a8072d36bd", "kind": "session.start", "team": "alpha", "actor": "root", "number": 9, "reason": null, "subject": "echo", "argument": "begin here", "generation": 1, "session_id": "01a22555-c3d7-765b-99ca-143c6969a8b0", "requested_at": "2026-11-29T03:25:07.423355+00:00"}}	\\x8e3b02e9f21c84185ec77a6d4de066f4a4c85ba43fcfede7d853f6440605a52d
alpha	6	01a22555-c3d7-7d6e-9e61-37a8072d36bd	{"role": "paddock", "step": "completed", "team": "alpha", "time": "2026-11-29T03:25:07.560732+00:00", "number": 6, "operation": {"id": "01a22555-c3d7-7d6e-9e61-37a8072d36bd", "kind": "session.start", "team": "alpha", "actor": "root", "number": 9, "reason": null, "failure": null, "outcome": "succeeded", "subject": "echo", "argument": "begin here", "generation": 1, "session_id": "01a22555-c3d7-765b-99ca-143c6969a8b0", "completed_at": "2026-11-29T03:25:07.552468+00:00", "requested_at": "2026-11-29T03:25:07.423355+00:00"}}	\\xb3c758df01c91e75e2a3a8e02975b699e1e6fc24f46f9e475bacf8bd093e24e4
beta	5	01a22555-c4d0-7dcc-bb31-f09527fda493	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:07.67198+00:00", "number": 5, "operation": {"id": "01a22555-c4d0-7dcc-bb31-f09527fda493", "kind": "session.start", "team": "beta", "actor": "root", "number": 10, "reason": null, "subject": "asker", "argument": "ask me", "generation": 1, "session_id": "01a22555-c4d0-7a37-ac3f-b5d764083978", "requested_at": "2026-11-29T03:25:07.669038+00:00"}}	\\x2d91da5beeda369e851fe3406462a148446bbdaa0956efe19225a19252a91148
beta	6	01a22555-c4d0-7dcc-bb31-f09527fda493	{"role": "paddock", "step": "completed", "team": "beta", "time": "2026-11-29T03:25:07.766569+00:00", "number": 6, "operation": {"id": "01a22555-c4d0-7dcc-bb31-f09527fda493", "kind": "session.start", "team": "beta", "actor": "root", "number": 10, "reason": null, "failure": null, "outcome": "succeeded", "subject": "asker", "argument": "ask me", "generation": 1, "session_id": "01a22555-c4d0-7a37-ac3f-b5d764083978", "completed_at": "2026-11-29T03:25:07.762782+00:00", "requested_at": "2026-11-29T03:25:07.669038+00:00"}}	\\x342b1ef7bfb2666437d4e0b46b642d849ff47f0b23d62c1e4e3d7d41a718b224
beta	7	01a22555-c5b7-7c47-b7c5-5f730b8a779d	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:07.902872+00:00", "number": 7, "operation": {"id": "01a22555-c5b7-7c47-b7c5-5f730b8a779d", "kind": "session.start", "team": "beta", "actor": "root", "number": 11, "reason": null, "subject": "failer", "argument": "go", "generation": 1, "session_id": "01a22555-c5b7-7203-82de-cea26dee1a03", "requested_at": "2026-11-29T03:25:07.898497+00:00"}}	\\xa03988a92810057901e8e048c1862a0feecaa67b1caec8c8562583aa7dfdc208
alpha	7	01a22555-c6b4-79ee-bf8c-bc75d3cad1c9	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:08.158542+00:00", "number": 7, "operation": {"id": "01a22555-c6b4-79ee-bf8c-bc75d3cad1c9", "kind": "session.start", "team": "alpha", "actor": "root", "number": 12, "reason": null, "subject": "echo", "argument": "secret words", "generation": 1, "session_id": "01a22555-c6b4-7e3f-8182-e6628406586c", "requested_at": "2026-11-29T03:25:08.153365+00:00"}}	\\x8367d38230c30dca41804dbd593addb22933dd9cc42f6874889522b6131c699c
alpha	8	01a22555-c6b4-79ee-bf8c-bc75d3cad1c9	{"role": "paddock", "step": "completed", "team": "alpha", "time": "2026-11-29T03:25:08.935575+00:00", "number": 8, "operation": {"id": "01a22555-c6b4-79ee-bf8c-bc75d3cad1c9", "kind": "session.start", "team": "alpha", "actor": "root", "number": 12, "reason": null, "failure": null, "outcome": "succeeded", "subject": "echo", "argument": "secret words", "generation": 1, "session_id": "01a22555-c6b4-7e3f-8182-e6628406586c", "completed_at": "2026-11-29T03:25:08.934884+00:00", "requested_at": "2026-11-29T03:25:08.153365+00:00"}}	\\xe3b400c7e294f5ae433bdbf8375669e2f317aa00e3b585ee2cb93c3ef2a3350a
beta	8	01a22555-c5b7-7c47-b7c5-5f730b8a779d	{"role": "paddock", "step": "completed", "team": "beta", "time": "2026-11-29T03:25:08.951879+00:00", "number": 8, "operation": {"id": "01a22555-c5b7-7c47-b7c5-5f730b8a779d", "kind": "session.start", "team": "beta", "actor": "root", "number": 11, "reason": null, "failure": null, "outcome": "succeeded", "subject": "failer", "argument": "go", "generation": 1, "session_id": "01a22555-c5b7-7203-82de-cea26dee1a03", "completed_at": "2026-11-29T03:25:08.945877+00:00", "requested_at": "2026-11-29T03:25:07.898497+00:00"}}	\\x7d7e365b7e5ab9ec5c852b528c45b6be1faded121a431849b718c756ee7f228b
alpha	9	01a22555-d738-749d-ae7b-f5dec67204bb	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:12.380518+00:00", "number": 9, "operation": {"id": "01a22555-d738-749d-ae7b-f5dec67204bb", "kind": "session.message", "team": "alpha", "actor": "root", "number": 13, "reason": null, "subject": null, "argument": "second message", "generation": 1, "session_id": "01a22555-c3d7-765b-99ca-143c6969a8b0", "requested_at": "2026-11-29T03:25:12.37653+00:00"}}	\\x8ba3c6b72cfc5dd873a06453d90c15799d2b99b0285a7f5e731473a4c1218d13
alpha	12	01a22555-d7b0-756b-a032-8ba802c384df	{"role": "paddock", "step": "completed", "team": "alpha", "time": "2026-11-29T03:25:12.516866+00:00", "number": 12, "operation": {"id": "01a22555-d7b0-756b-a032-8ba802c384df", "kind": "session.message", "team": "alpha", "actor": "root", "number": 14, "reason": null, "failure": null, "outcome": "succeeded", "subject": null, "argument": "third: umlaut ä and 数据库", "generation": 1, "session_id": "01a22555-c3d7-765b-99ca-143c6969a8b0", "completed_at": "2026-11-29T03:25:12.515986+00:00", "requested_at": "2026-11-29T03:25:12.496295+00:00"}}	\\x1b8ea8f7155853f99fc5d249334df79c86cc838d32bbe4c6fc60891dbd967b69
beta	10	01a22555-e013-777f-8cd4-1abb9fc2795d	{"role": "paddock", "step": "completed", "team": "beta", "time": "2026-11-29T03:25:14.667681+00:00", "number": 10, "operation": {"id": "01a22555-e013-777f-8cd4-1abb9fc2795d", "kind": "session.deny", "team": "beta", "actor": "root", "number": 15, "reason": "not that", "failure": null, "outcome": "succeeded", "subject": null, "argument": "call-1", "generation": 1, "session_id": "01a22555-c4d0-7a37-ac3f-b5d764083978", "completed_at": "2026-11-29T03:25:14.667091+00:00", "requested_at": "2026-11-29T03:25:14.643784+00:00"}}	\\x2f167a42604327e64e1c29667e43051b33fcd9cc93ee897ee65c2149eb558a0a
alpha	16	01a22556-2220-7a03-b3e0-9c851a75d9ec	{"role": "paddock", "step": "completed", "team": "alpha", "time": "2026-11-29T03:25:31.628463+00:00", "number": 16, "operation": {"id": "01a22556-2220-7a03-b3e0-9c851a75d9ec", "kind": "session.purge", "team": "alpha", "actor": "root", "number": 20, "reason": "it held secret words", "failure": null, "outcome": "succeeded", "subject": null, "argument": null, "generation": 1, "session_id": "01a22555-c6b4-7e3f-8182-e6628406586c", "completed_at": "2026-11-29T03:25:31.627769+00:00", "requested_at": "2026-11-29T03:25:31.55221+00:00"}}	\\xa8a7a1a18e3829c0977061e6b4736d702de4ae3b102f29f484794a86f544655f
alpha	18	01a22556-22ec-7c49-ba5c-04a2ced5bc08	{"role": "paddock", "step": "completed", "team": "alpha", "time": "2026-11-29T03:25:31.827091+00:00", "number": 18, "operation": {"id": "01a22556-22ec-7c49-ba5c-04a2ced5bc08", "kind": "session.suspend", "team": "alpha", "actor": "root", "number": 21, "reason": null, "failure": null, "outcome": "succeeded", "subject": null, "argument": null, "generation": 1, "session_id": "01a22555-c3d7-765b-99ca-143c6969a8b0", "completed_at": "2026-11-29T03:25:31.826499+00:00", "requested_at": "2026-11-29T03:25:31.756322+00:00"}}	\\xb166d16f54a26ebf172120c643cd62a45d6cbd3a54ca8eeaf1d73d6592ed32bc
beta	14	01a22556-236f-7cfe-b303-e7172d25a988	{"role": "paddock", "step": "completed", "team": "beta", "time": "2026-11-29T03:25:31.960216+00:00", "number": 14, "operation": {"id": "01a22556-236f-7cfe-b303-e7172d25a988", "kind": "session.kill", "team": "beta", "actor": "root", "number": 22, "reason": "not needed", "failure": null, "outcome": "succeeded", "subject": null, "argument": null, "generation": 1, "session_id": "01a22555-c4d0-7a37-ac3f-b5d764083978", "completed_at": "2026-11-29T03:25:31.959559+00:00", "requested_at": "2026-11-29T03:25:31.887209+00:00"}}	\\xc7ad2176b223527d1de477503b92ea568acaafc09a523c1a195f8b4038e66fbf
alpha	10	01a22555-d738-749d-ae7b-f5dec67204bb	{"role": "paddock", "step": "completed", "team": "alpha", "time": "2026-11-29T03:25:12.391079+00:00", "number": 10, "operation": {"id": "01a22555-d738-749d-ae7b-f5dec67204bb", "kind": "session.message", "team": "alpha", "actor": "root", "number": 13, "reason": null, "failure": null, "outcome": "succeeded", "subject": null, "argument": "second message", "generation": 1, "session_id": "01a22555-c3d7-765b-99ca-143c6969a8b0", "completed_at": "2026-11-29T03:25:12.390448+00:00", "requested_at": "2026-11-29T03:25:12.37653+00:00"}}	\\x881ca808c62948376a80d5d9a372f3b1e5815e04760c15555d27040d6dceb01a
alpha	11	01a22555-d7b0-756b-a032-8ba802c384df	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:12.508294+00:00", "number": 11, "operation": {"id": "01a22555-d7b0-756b-a032-8ba802c384df", "kind": "session.message", "team": "alpha", "actor": "root", "number": 14, "reason": null, "subject": null, "argument": "third: umlaut ä and 数据库", "generation": 1, "session_id": "01a22555-c3d7-765b-99ca-143c6969a8b0", "requested_at": "2026-11-29T03:25:12.496295+00:00"}}	\\x23b7bc54326e11e23ba31c2bc3275ff3ec8521d99218a3e11a0ed4863c08392e
beta	9	01a22555-e013-777f-8cd4-1abb9fc2795d	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:14.654896+00:00", "number": 9, "operation": {"id": "01a22555-e013-777f-8cd4-1abb9fc2795d", "kind": "session.deny", "team": "beta", "actor": "root", "number": 15, "reason": "not that", "subject": null, "argument": "call-1", "generation": 1, "session_id": "01a22555-c4d0-7a37-ac3f-b5d764083978", "requested_at": "2026-11-29T03:25:14.643784+00:00"}}	\\x6b0e4c60a0071a3998e12d2b83561098a2fd32f7acb5a082dc524b9105185c15
beta	11	01a22555-e08e-7f76-b760-8cbae9fa4bc8	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:14.78077+00:00", "number": 11, "operation": {"id": "01a22555-e08e-7f76-b760-8cbae9fa4bc8", "kind": "session.message", "team": "beta", "actor": "root", "number": 16, "reason": null, "subject": null, "argument": "again", "generation": 1, "session_id": "01a22555-c4d0-7a37-ac3f-b5d764083978", "requested_at": "2026-11-29T03:25:14.766265+00:00"}}	\\xf9155c152385e7443890bc834798e52bbcbfe4427faa3dfa5abb5858cfba30c2
beta	12	01a22555-e08e-7f76-b760-8cbae9fa4bc8	{"role": "paddock", "step": "completed", "team": "beta", "time": "2026-11-29T03:25:14.792672+00:00", "number": 12, "operation": {"id": "01a22555-e08e-7f76-b760-8cbae9fa4bc8", "kind": "session.message", "team": "beta", "actor": "root", "number": 16, "reason": null, "failure": null, "outcome": "succeeded", "subject": null, "argument": "again", "generation": 1, "session_id": "01a22555-c4d0-7a37-ac3f-b5d764083978", "completed_at": "2026-11-29T03:25:14.792114+00:00", "requested_at": "2026-11-29T03:25:14.766265+00:00"}}	\\x82931deca585c7f8987ce47955c4d939ad2cbd78adf87000f73043b741d95ce5
alpha	13	01a22555-e0eb-7974-8771-035c15309653	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:14.864962+00:00", "number": 13, "operation": {"id": "01a22555-e0eb-7974-8771-035c15309653", "kind": "session.kill", "team": "alpha", "actor": "root", "number": 17, "reason": "no longer needed", "subject": null, "argument": null, "generation": 1, "session_id": "01a22555-c6b4-7e3f-8182-e6628406586c", "requested_at": "2026-11-29T03:25:14.859458+00:00"}}	\\xafded84791edfec754f0ff3944b174ddef107eada176ad2281ad7109a08997e7
alpha	14	01a22555-e0eb-7974-8771-035c15309653	{"role": "paddock", "step": "completed", "team": "alpha", "time": "2026-11-29T03:25:14.916311+00:00", "number": 14, "operation": {"id": "01a22555-e0eb-7974-8771-035c15309653", "kind": "session.kill", "team": "alpha", "actor": "root", "number": 17, "reason": "no longer needed", "failure": null, "outcome": "succeeded", "subject": null, "argument": null, "generation": 1, "session_id": "01a22555-c6b4-7e3f-8182-e6628406586c", "completed_at": "2026-11-29T03:25:14.91581+00:00", "requested_at": "2026-11-29T03:25:14.859458+00:00"}}	\\xc15013e198c4258de5178544e0a63744aee72e8ade19b7b394d6dd0d74281bf6
imported	1	01a22555-ed7c-7122-8c90-a54426002de1	{"role": "paddock", "step": "requested", "team": "imported", "time": "2026-11-29T03:25:18.087185+00:00", "number": 1, "operation": {"id": "01a22555-ed7c-7122-8c90-a54426002de1", "kind": "team.create", "team": "imported", "actor": "root", "number": 18, "reason": null, "failure": null, "outcome": "succeeded", "subject": null, "argument": null, "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:18.077327+00:00", "requested_at": "2026-11-29T03:25:18.077327+00:00"}}	\\xf6b213772dd201c820a2e8dc748da0a869d8f9226629410e0d21befdfca1c17d
imported	2	01a22555-ed91-77cc-ab4a-f7e3b4d5587b	{"role": "paddock", "step": "requested", "team": "imported", "time": "2026-11-29T03:25:18.100197+00:00", "number": 2, "operation": {"id": "01a22555-ed91-77cc-ab4a-f7e3b4d5587b", "kind": "import", "team": "imported", "actor": "root", "number": 19, "reason": null, "subject": null, "argument": "in/t", "generation": null, "session_id": null, "requested_at": "2026-11-29T03:25:18.097501+00:00"}}	\\x8502c72fe8c594e87f73dfe503bcbbe12f118fd5ad3586afb39c5b18b5b0bb7f
imported	3	01a22555-ed91-77cc-ab4a-f7e3b4d5587b	{"role": "paddock", "step": "completed", "team": "imported", "time": "2026-11-29T03:25:18.146813+00:00", "number": 3, "operation": {"id": "01a22555-ed91-77cc-ab4a-f7e3b4d5587b", "kind": "import", "team": "imported", "actor": "root", "number": 19, "reason": null, "failure": null, "outcome": "succeeded", "subject": null, "argument": "in/t", "generation": null, "session_id": null, "completed_at": "2026-11-29T03:25:18.146075+00:00", "requested_at": "2026-11-29T03:25:18.097501+00:00"}}	\\xa0fff8f71a8202d463d4fd19f3e2e8ee3967134643537dedb12d1e98778d7d04
alpha	15	01a22556-2220-7a03-b3e0-9c851a75d9ec	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:31.560632+00:00", "number": 15, "operation": {"id": "01a22556-2220-7a03-b3e0-9c851a75d9ec", "kind": "session.purge", "team": "alpha", "actor": "root", "number": 20, "reason": "it held secret words", "subject": null, "argument": null, "generation": 1, "session_id": "01a22555-c6b4-7e3f-8182-e6628406586c", "requested_at": "2026-11-29T03:25:31.55221+00:00"}}	\\xc1e7c87985c676bc4722315ee947ee8cb37bd7831a573a95d935d6592eafa2f8
alpha	17	01a22556-22ec-7c49-ba5c-04a2ced5bc08	{"role": "paddock", "step": "requested", "team": "alpha", "time": "2026-11-29T03:25:31.772091+00:00", "number": 17, "operation": {"id": "01a22556-22ec-7c49-ba5c-04a2ced5bc08", "kind": "session.suspend", "team": "alpha", "actor": "root", "number": 21, "reason": null, "subject": null, "argument": null, "generation": 1, "session_id": "01a22555-c3d7-765b-99ca-143c6969a8b0", "requested_at": "2026-11-29T03:25:31.756322+00:00"}}	\\x9bcd97acc9bd9a9932a7ac91a9d70d88588c3a99824ca4721ceb67c5536a1fdd
beta	13	01a22556-236f-7cfe-b303-e7172d25a988	{"role": "paddock", "step": "requested", "team": "beta", "time": "2026-11-29T03:25:31.898105+00:00", "number": 13, "operation": {"id": "01a22556-236f-7cfe-b303-e7172d25a988", "kind": "session.kill", "team": "beta", "actor": "root", "number": 22, "reason": "not needed", "subject": null, "argument": null, "generation": 1, "session_id": "01a22555-c4d0-7a37-ac3f-b5d764083978", "requested_at": "2026-11-29T03:25:31.887209+00:00"}}	\\xbd96ddf3cc9c2b62fca00dcbe4032e05bc4e2aa25d2f8c4e5318cad90c3411e1
\.


--
-- Data for Name: audit_head; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.audit_head (team, number, hash) FROM stdin;
imported	3	\\xa0fff8f71a8202d463d4fd19f3e2e8ee3967134643537dedb12d1e98778d7d04
alpha	18	\\xb166d16f54a26ebf172120c643cd62a45d6cbd3a54ca8eeaf1d73d6592ed32bc
beta	14	\\xc7ad2176b223527d1de477503b92ea568acaafc09a523c1a195f8b4038e66fbf
\.


--
-- Data for Name: core_lease; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.core_lease (single, holder, backend_pid, acquired_at) FROM stdin;
t	host/23815	23825	2026-11-29 03:25:06.93158+00
\.


--
-- Data for Name: core_status; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.core_status (holder, status, written_at) FROM stdin;
host/23815	{"engine":"local","context":"host","server":"","trouble":null,"since":"2026-11-29T03:25:06.936874Z"}	2026-11-29 03:25:40.931132+00
\.


--
-- Data for Name: engine; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.engine (single, name, cluster_uid, server, authority) FROM stdin;
t	local	\N	\N	\N
\.


--
-- Data for Name: event; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.event (session_id, seq, "time", team_id, is_error, kind, text, name, call_id, parent_call_id, message_id, tokens_input, tokens_output, tokens_cache_read, tokens_cache_write, cost_micro, duration_ms, detail, raw) FROM stdin;
01a22555-c3d7-765b-99ca-143c6969a8b0	1	2026-11-29 03:25:07.536859+00	2	f	lifecycle	Runner started	runner.started	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"generation":1,"pid":23924,"version":"0.1.0"}	\N
01a22555-c3d7-765b-99ca-143c6969a8b0	2	2026-11-29 03:25:07.539673+00	2	f	lifecycle	The command was started	runtime.started	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"runtimeSessionID":"01a22555-c3d7-765b-99ca-143c6969a8b0"}	\N
01a22555-c3d7-765b-99ca-143c6969a8b0	3	2026-11-29 03:25:07.546941+00	2	f	user	begin here	\N	\N	\N	01a22555-c3d7-7d6e-9e61-37a8072d36bd	\N	\N	\N	\N	\N	\N	\N	\N
01a22555-c3d7-765b-99ca-143c6969a8b0	4	2026-11-29 03:25:07.574719+00	2	f	assistant	heard: begin here	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"kind":"assistant","text":"heard: begin here"}
01a22555-c3d7-765b-99ca-143c6969a8b0	5	2026-11-29 03:25:07.57487+00	2	f	output	plain line	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	"plain line"
01a22555-c3d7-765b-99ca-143c6969a8b0	6	2026-11-29 03:25:07.574944+00	2	f	result	done	\N	\N	\N	\N	10	5	1	2	250000	\N	\N	{"kind":"result","text":"done","usage":{"input":10,"output":5,"cacheRead":1,"cacheWrite":2},"costUSD":0.25}
01a22555-c4d0-7a37-ac3f-b5d764083978	1	2026-11-29 03:25:07.748135+00	3	f	lifecycle	Runner started	runner.started	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"generation":1,"pid":23976,"version":"0.1.0"}	\N
01a22555-c4d0-7a37-ac3f-b5d764083978	2	2026-11-29 03:25:07.750749+00	3	f	lifecycle	The command was started	runtime.started	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"runtimeSessionID":"01a22555-c4d0-7a37-ac3f-b5d764083978"}	\N
01a22555-c4d0-7a37-ac3f-b5d764083978	3	2026-11-29 03:25:07.754397+00	3	f	user	ask me	\N	\N	\N	01a22555-c4d0-7dcc-bb31-f09527fda493	\N	\N	\N	\N	\N	\N	\N	\N
01a22555-c4d0-7a37-ac3f-b5d764083978	4	2026-11-29 03:25:07.816258+00	3	f	approval.request	rm -rf build	Bash	call-1	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"kind":"approval.request","callID":"call-1","name":"Bash","text":"rm -rf build"}
01a22555-c5b7-7203-82de-cea26dee1a03	1	2026-11-29 03:25:07.989943+00	3	f	lifecycle	Runner started	runner.started	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"generation":1,"pid":24049,"version":"0.1.0"}	\N
01a22555-c5b7-7203-82de-cea26dee1a03	2	2026-11-29 03:25:07.992055+00	3	f	lifecycle	The command was started	runtime.started	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"runtimeSessionID":"01a22555-c5b7-7203-82de-cea26dee1a03"}	\N
01a22555-c5b7-7203-82de-cea26dee1a03	3	2026-11-29 03:25:08.044638+00	3	t	error	no such thing	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"kind":"error","text":"no such thing"}
01a22555-c5b7-7203-82de-cea26dee1a03	4	2026-11-29 03:25:08.045824+00	3	t	lifecycle	The command failed with exit code 3	runtime.exited	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"exit":"exit 3"}	\N
01a22555-c5b7-7203-82de-cea26dee1a03	5	2026-11-29 03:25:08.933265+00	3	f	user	go	\N	\N	\N	01a22555-c5b7-7c47-b7c5-5f730b8a779d	\N	\N	\N	\N	\N	\N	\N	\N
01a22555-c5b7-7203-82de-cea26dee1a03	6	2026-11-29 03:25:08.951522+00	3	f	lifecycle	The command was started again	runtime.resumed	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"runtimeSessionID":"01a22555-c5b7-7203-82de-cea26dee1a03"}	\N
01a22555-c5b7-7203-82de-cea26dee1a03	7	2026-11-29 03:25:08.978476+00	3	t	error	no such thing	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"kind":"error","text":"no such thing"}
01a22555-c5b7-7203-82de-cea26dee1a03	8	2026-11-29 03:25:08.987836+00	3	t	lifecycle	The command failed with exit code 3	runtime.exited	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"exit":"exit 3"}	\N
01a22555-c5b7-7203-82de-cea26dee1a03	9	2026-11-29 03:25:09.022211+00	3	f	lifecycle	Runner stopped	runner.stopped	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N
01a22555-c3d7-765b-99ca-143c6969a8b0	7	2026-11-29 03:25:12.388719+00	2	f	user	second message	\N	\N	\N	01a22555-d738-749d-ae7b-f5dec67204bb	\N	\N	\N	\N	\N	\N	\N	\N
01a22555-c3d7-765b-99ca-143c6969a8b0	8	2026-11-29 03:25:12.389977+00	2	f	assistant	heard: second message	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"kind":"assistant","text":"heard: second message"}
01a22555-c3d7-765b-99ca-143c6969a8b0	9	2026-11-29 03:25:12.390016+00	2	f	output	plain line	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	"plain line"
01a22555-c3d7-765b-99ca-143c6969a8b0	10	2026-11-29 03:25:12.390046+00	2	f	result	done	\N	\N	\N	\N	10	5	1	2	250000	\N	\N	{"kind":"result","text":"done","usage":{"input":10,"output":5,"cacheRead":1,"cacheWrite":2},"costUSD":0.25}
01a22555-c3d7-765b-99ca-143c6969a8b0	11	2026-11-29 03:25:12.512873+00	2	f	user	third: umlaut ä and 数据库	\N	\N	\N	01a22555-d7b0-756b-a032-8ba802c384df	\N	\N	\N	\N	\N	\N	\N	\N
01a22555-c3d7-765b-99ca-143c6969a8b0	12	2026-11-29 03:25:12.515559+00	2	f	assistant	heard: third: umlaut ä and 数据库	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"kind":"assistant","text":"heard: third: umlaut ä and 数据库"}
01a22555-c3d7-765b-99ca-143c6969a8b0	13	2026-11-29 03:25:12.515603+00	2	f	output	plain line	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	"plain line"
01a22555-c3d7-765b-99ca-143c6969a8b0	14	2026-11-29 03:25:12.515628+00	2	f	result	done	\N	\N	\N	\N	10	5	1	2	250000	\N	\N	{"kind":"result","text":"done","usage":{"input":10,"output":5,"cacheRead":1,"cacheWrite":2},"costUSD":0.25}
01a22555-c4d0-7a37-ac3f-b5d764083978	5	2026-11-29 03:25:14.665359+00	3	f	approval.decision	Denied by root: not that	\N	call-1	\N	01a22555-e013-777f-8cd4-1abb9fc2795d	\N	\N	\N	\N	\N	\N	{"verdict":"deny","actor":"root"}	\N
01a22555-c4d0-7a37-ac3f-b5d764083978	6	2026-11-29 03:25:14.666153+00	3	f	approval.request	rm -rf build	Bash	call-2	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"kind":"approval.request","callID":"call-2","name":"Bash","text":"rm -rf build"}
01a22555-c4d0-7a37-ac3f-b5d764083978	7	2026-11-29 03:25:14.790024+00	3	f	user	again	\N	\N	\N	01a22555-e08e-7f76-b760-8cbae9fa4bc8	\N	\N	\N	\N	\N	\N	\N	\N
01a22555-c4d0-7a37-ac3f-b5d764083978	8	2026-11-29 03:25:14.791153+00	3	f	approval.request	rm -rf build	Bash	call-3	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"kind":"approval.request","callID":"call-3","name":"Bash","text":"rm -rf build"}
01a08ac2-8900-75d9-b7df-4125a7e696c4	1	2026-09-10 10:00:00+00	4	f	user	old prompt alpha1717	\N	\N	\N	00001717-1111-4111-8111-000000000001	\N	\N	\N	\N	\N	\N	\N	{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/srv/work/case1717","sessionId":"aaaaaaaa-0000-4000-8000-000000001717","version":"2.1.200","type":"user","message":{"role":"user","content":"old prompt alpha1717"},"uuid":"00001717-1111-4111-8111-000000000001","timestamp":"2026-09-10T10:00:00.000Z"}
01a08ac2-8900-75d9-b7df-4125a7e696c4	2	2026-09-10 10:00:01+00	4	f	assistant	old style	\N	\N	\N	m1717a	100	200	0	0	\N	\N	\N	{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/srv/work/case1717","sessionId":"aaaaaaaa-0000-4000-8000-000000001717","version":"2.1.200","type":"assistant","requestId":"req_m1717a","message":{"id":"m1717a","type":"message","role":"assistant","model":"claude-sonnet-5","content":[{"type":"text","text":"old style"}],"stop_reason":"end_turn","usage":{"input_tokens":100,"output_tokens":200,"cache_read_input_tokens":0,"cache_creation_input_tokens":0}},"uuid":"00001717-1111-4111-8111-000000000002","timestamp":"2026-09-10T10:00:01.000Z","costUSD":0.25,"durationMs":1234}
01a22555-c3d7-765b-99ca-143c6969a8b0	15	2026-11-29 03:25:31.804178+00	2	f	lifecycle	The command ended	runtime.exited	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"exit":"exit 0","stopped":true}	\N
01a22555-c3d7-765b-99ca-143c6969a8b0	16	2026-11-29 03:25:31.804261+00	2	f	lifecycle	Runner stopped	runner.stopped	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N
01a22555-c4d0-7a37-ac3f-b5d764083978	9	2026-11-29 03:25:31.923017+00	3	f	lifecycle	Interrupt: SIGINT was sent to the command	runtime.interrupt	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N
01a08ac2-8900-75d9-b7df-4125a7e696c4	3	2026-09-10 10:00:02+00	4	f	assistant	old style 2	\N	\N	\N	m1717b	100	200	0	0	\N	\N	\N	{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/srv/work/case1717","sessionId":"aaaaaaaa-0000-4000-8000-000000001717","version":"2.1.200","type":"assistant","requestId":"req_m1717b","message":{"id":"m1717b","type":"message","role":"assistant","model":"claude-sonnet-5","content":[{"type":"text","text":"old style 2"}],"stop_reason":"end_turn","usage":{"input_tokens":100,"output_tokens":200,"cache_read_input_tokens":0,"cache_creation_input_tokens":0}},"uuid":"00001717-1111-4111-8111-000000000003","timestamp":"2026-09-10T10:00:02.000Z","costUSD":0.5,"durationMs":99}
01a08ac2-8900-72d3-b3b1-cd34774c3447	1	2026-09-10 10:00:00+00	4	f	lifecycle		gemini.session	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"sessionId":"cccccccc-0000-4000-8000-000000000024","projectHash":"abababababababababababababababababababababababababababababababab","startTime":"2026-09-10T10:00:00.000Z","lastUpdated":"2026-09-10T10:00:09.000Z","kind":"main"}
01a08ac2-8900-72d3-b3b1-cd34774c3447	2	2026-09-10 10:00:01+00	4	f	user	gemini alpha24	\N	\N	\N	gu1	\N	\N	\N	\N	\N	\N	\N	{"id":"gu1","timestamp":"2026-09-10T10:00:01.000Z","type":"user","content":[{"text":"gemini alpha24"}]}
01a08ac2-8900-72d3-b3b1-cd34774c3447	3	2026-09-10 10:00:02+00	4	f	assistant	hello bravo24	\N	\N	\N	gg2	600	120	400	0	\N	\N	\N	{"id":"gg2","timestamp":"2026-09-10T10:00:02.000Z","type":"gemini","content":"hello bravo24","thoughts":[],"tokens":{"input":1000,"output":50,"cached":400,"thoughts":70,"tool":500,"total":1620},"model":"gemini-3-flash"}
01a08ac2-8900-7450-899b-a344409eb212	1	2026-09-10 10:00:00+00	4	f	user	请检查订单模块的数据库连接泄漏问题	\N	\N	\N	00000031-1111-4111-8111-000000000001	\N	\N	\N	\N	\N	\N	\N	{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/srv/work/case31","sessionId":"aaaaaaaa-0000-4000-8000-000000000031","version":"2.1.200","type":"user","message":{"role":"user","content":"请检查订单模块的数据库连接泄漏问题"},"uuid":"00000031-1111-4111-8111-000000000001","timestamp":"2026-09-10T10:00:00.000Z"}
01a08ac2-8900-7450-899b-a344409eb212	2	2026-09-10 10:00:01+00	4	f	assistant	我发现连接池没有关闭，修复ファイル保存エラー데이터베이스연결을 확인했습니다 重跑gen-itgc后	\N	\N	\N	m31a	5	7	0	0	\N	\N	\N	{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/srv/work/case31","sessionId":"aaaaaaaa-0000-4000-8000-000000000031","version":"2.1.200","type":"assistant","requestId":"req_m31a","message":{"id":"m31a","type":"message","role":"assistant","model":"claude-sonnet-5","content":[{"type":"text","text":"我发现连接池没有关闭，修复ファイル保存エラー데이터베이스연결을 확인했습니다 重跑gen-itgc后"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":7,"cache_read_input_tokens":0,"cache_creation_input_tokens":0}},"uuid":"00000031-1111-4111-8111-000000000002","timestamp":"2026-09-10T10:00:01.000Z"}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	1	2026-09-10 10:00:00+00	4	f	lifecycle		gemini.session	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"sessionId":"cccccccc-0000-4000-8000-000000000025","projectHash":"abababababababababababababababababababababababababababababababab","startTime":"2026-09-10T10:00:00.000Z","lastUpdated":"2026-09-10T10:00:09.000Z","kind":"main"}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	2	2026-09-10 10:00:01+00	4	f	user	gemini alpha25	\N	\N	\N	gu1	\N	\N	\N	\N	\N	\N	\N	{"id":"gu1","timestamp":"2026-09-10T10:00:01.000Z","type":"user","content":[{"text":"gemini alpha25"}]}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	3	2026-09-10 10:00:02+00	4	f	assistant	Hel	\N	\N	\N	gg2	1000	1	0	0	\N	\N	\N	{"id":"gg2","timestamp":"2026-09-10T10:00:02.000Z","type":"gemini","content":"Hel","thoughts":[],"tokens":{"input":1000,"output":1,"cached":0,"thoughts":0,"tool":0,"total":1001},"model":"gemini-3-flash"}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	4	2026-09-10 10:00:02+00	4	f	assistant	Hello wor	\N	\N	\N	gg2	\N	\N	\N	\N	\N	\N	\N	{"id":"gg2","timestamp":"2026-09-10T10:00:02.000Z","type":"gemini","content":"Hello wor","thoughts":[],"tokens":{"input":1000,"output":20,"cached":0,"thoughts":0,"tool":0,"total":1020},"model":"gemini-3-flash"}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	5	2026-09-10 10:00:02+00	4	f	assistant	Hello world bravo25	\N	\N	\N	gg2	\N	\N	\N	\N	\N	\N	\N	{"id":"gg2","timestamp":"2026-09-10T10:00:02.000Z","type":"gemini","content":"Hello world bravo25","thoughts":[],"tokens":{"input":1000,"output":60,"cached":0,"thoughts":5,"tool":0,"total":1065},"model":"gemini-3-flash"}
01a22555-c4d0-7a37-ac3f-b5d764083978	10	2026-11-29 03:25:31.92875+00	3	f	lifecycle	The command failed with exit code 130	runtime.exited	\N	\N	\N	\N	\N	\N	\N	\N	\N	{"exit":"exit 130","stopped":true}	\N
01a22555-c4d0-7a37-ac3f-b5d764083978	11	2026-11-29 03:25:31.928787+00	3	f	lifecycle	Runner stopped	runner.stopped	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N
\.


--
-- Data for Name: event_search; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.event_search (session_id, seq, "time", team_id, words, places) FROM stdin;
01a22555-c3d7-765b-99ca-143c6969a8b0	1	2026-11-29 03:25:07.536859+00	2	'runner':1,3 'started':2,4	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	2	2026-11-29 03:25:07.539673+00	2	'command':4 'runtime':1 'started':2,6 'the':3 'was':5	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	3	2026-11-29 03:25:07.546941+00	2	'begin':1 'here':2	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	4	2026-11-29 03:25:07.574719+00	2	'begin':2 'heard':1 'here':3	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	5	2026-11-29 03:25:07.57487+00	2	'line':2 'plain':1	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	6	2026-11-29 03:25:07.574944+00	2	'done':1	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	1	2026-11-29 03:25:07.748135+00	3	'runner':1,3 'started':2,4	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	2	2026-11-29 03:25:07.750749+00	3	'command':4 'runtime':1 'started':2,6 'the':3 'was':5	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	3	2026-11-29 03:25:07.754397+00	3	'ask':1 'me':2	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	4	2026-11-29 03:25:07.816258+00	3	'bash':1 'build':4 'rf':3 'rm':2	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	1	2026-11-29 03:25:07.989943+00	3	'runner':1,3 'started':2,4	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	2	2026-11-29 03:25:07.992055+00	3	'command':4 'runtime':1 'started':2,6 'the':3 'was':5	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	3	2026-11-29 03:25:08.044638+00	3	'no':1 'such':2 'thing':3	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	4	2026-11-29 03:25:08.045824+00	3	'3':9 'code':8 'command':4 'exit':7 'exited':2 'failed':5 'runtime':1 'the':3 'with':6	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	5	2026-11-29 03:25:08.933265+00	3	'go':1	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	6	2026-11-29 03:25:08.951522+00	3	'again':7 'command':4 'resumed':2 'runtime':1 'started':6 'the':3 'was':5	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	7	2026-11-29 03:25:08.978476+00	3	'no':1 'such':2 'thing':3	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	8	2026-11-29 03:25:08.987836+00	3	'3':9 'code':8 'command':4 'exit':7 'exited':2 'failed':5 'runtime':1 'the':3 'with':6	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c5b7-7203-82de-cea26dee1a03	9	2026-11-29 03:25:09.022211+00	3	'runner':1,3 'stopped':2,4	{3,-6103659949764640745,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	7	2026-11-29 03:25:12.388719+00	2	'message':2 'second':1	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	8	2026-11-29 03:25:12.389977+00	2	'heard':1 'message':3 'second':2	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	9	2026-11-29 03:25:12.390016+00	2	'line':2 'plain':1	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	10	2026-11-29 03:25:12.390046+00	2	'done':1	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	11	2026-11-29 03:25:12.512873+00	2	'and':4 'third':1 'umlaut':2 'ä':3 '数据库':5	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	12	2026-11-29 03:25:12.515559+00	2	'and':5 'heard':1 'third':2 'umlaut':3 'ä':4 '数据库':6	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	13	2026-11-29 03:25:12.515603+00	2	'line':2 'plain':1	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	14	2026-11-29 03:25:12.515628+00	2	'done':1	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	5	2026-11-29 03:25:14.665359+00	3	'by':2 'denied':1 'not':4 'root':3 'that':5	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	6	2026-11-29 03:25:14.666153+00	3	'bash':1 'build':4 'rf':3 'rm':2	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	7	2026-11-29 03:25:14.790024+00	3	'again':1	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	8	2026-11-29 03:25:14.791153+00	3	'bash':1 'build':4 'rf':3 'rm':2	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a08ac2-8900-75d9-b7df-4125a7e696c4	1	2026-09-10 10:00:00+00	4	'alpha1717':3 'old':1 'prompt':2	{4,-3526427798955443331,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-75d9-b7df-4125a7e696c4	2	2026-09-10 10:00:01+00	4	'old':1 'style':2	{4,-3526427798955443331,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-75d9-b7df-4125a7e696c4	3	2026-09-10 10:00:02+00	4	'2':3 'old':1 'style':2	{4,-3526427798955443331,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-72d3-b3b1-cd34774c3447	1	2026-09-10 10:00:00+00	4	'gemini':1 'session':2	{4,-5690981183689111955,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-72d3-b3b1-cd34774c3447	2	2026-09-10 10:00:01+00	4	'alpha24':2 'gemini':1	{4,-5690981183689111955,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-72d3-b3b1-cd34774c3447	3	2026-09-10 10:00:02+00	4	'bravo24':2 'hello':1	{4,-5690981183689111955,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-7450-899b-a344409eb212	1	2026-09-10 10:00:00+00	4	'请检查订单模块的数据库连接泄漏问题':1	{4,-8443121044536467973,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-7450-899b-a344409eb212	2	2026-09-10 10:00:01+00	4	'itgc后':5 '修复ファイル保存エラー데이터베이스연결을':2 '我发现连接池没有关闭':1 '重跑gen':4 '확인했습니다':3	{4,-8443121044536467973,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	1	2026-09-10 10:00:00+00	4	'gemini':1 'session':2	{4,-2256828043490771651,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	2	2026-09-10 10:00:01+00	4	'alpha25':2 'gemini':1	{4,-2256828043490771651,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	3	2026-09-10 10:00:02+00	4	'hel':1	{4,-2256828043490771651,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	4	2026-09-10 10:00:02+00	4	'hello':1 'wor':2	{4,-2256828043490771651,10995118024863,15393162898057,19791209306792,24189255811498}
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	5	2026-09-10 10:00:02+00	4	'bravo25':3 'hello':1 'world':2	{4,-2256828043490771651,10995118024863,15393162898057,19791209306792,24189255811498}
01a22555-c3d7-765b-99ca-143c6969a8b0	15	2026-11-29 03:25:31.804178+00	2	'command':4 'ended':5 'exited':2 'runtime':1 'the':3	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c3d7-765b-99ca-143c6969a8b0	16	2026-11-29 03:25:31.804261+00	2	'runner':1,3 'stopped':2,4	{2,-4647879651461108963,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	9	2026-11-29 03:25:31.923017+00	3	'command':9 'interrupt':2,3 'runtime':1 'sent':6 'sigint':4 'the':8 'to':7 'was':5	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	10	2026-11-29 03:25:31.92875+00	3	'130':9 'code':8 'command':4 'exit':7 'exited':2 'failed':5 'runtime':1 'the':3 'with':6	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
01a22555-c4d0-7a37-ac3f-b5d764083978	11	2026-11-29 03:25:31.928787+00	3	'runner':1,3 'stopped':2,4	{3,-7579904096874094169,10995118031590,15393162898478,19791209306818,24189255811500}
\.


--
-- Data for Name: imported_record; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.imported_record (session_id, key, team_id) FROM stdin;
01a08ac2-8900-75d9-b7df-4125a7e696c4	13a7b85c-3693-932b-1a19-1e7180300807	4
01a08ac2-8900-75d9-b7df-4125a7e696c4	7ca6a862-3aec-2de6-8d8c-7a01b8e2471d	4
01a08ac2-8900-75d9-b7df-4125a7e696c4	162f4b50-1014-48f0-b6bf-406880765f70	4
01a08ac2-8900-72d3-b3b1-cd34774c3447	c3a956f0-2b4a-fe53-16ff-a4ac07d3d340	4
01a08ac2-8900-72d3-b3b1-cd34774c3447	281abe5b-9569-7287-74d5-0920c8be3123	4
01a08ac2-8900-72d3-b3b1-cd34774c3447	72dcbb2c-fe54-58fa-a649-86b1cd830c92	4
01a08ac2-8900-7450-899b-a344409eb212	0ed0bdc6-42ac-bf39-ea15-8f4ae8b5e389	4
01a08ac2-8900-7450-899b-a344409eb212	c7d9e8b6-1a9f-7dce-be63-cbe93900f820	4
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	2e9a0a62-2371-a145-3e59-4ec983d254bb	4
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	a72f3de7-7d2e-842a-9a2b-c22f883296a6	4
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	6bc5f01c-46a1-832a-10ff-cfcf1e1d0b39	4
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	dcb0caae-832f-be5e-c137-5cbb86a84e15	4
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	c8f2349d-2db3-e4a6-e5a6-8026d509018b	4
\.


--
-- Data for Name: operation; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.operation (id, number, kind, team, session_id, subject, generation, argument, actor, reason, requested_at, outcome, failure, completed_at) FROM stdin;
01a22555-c244-7769-b41c-62518ac0c7be	1	team.create	alpha	\N	\N	\N	\N	root	\N	2026-11-29 03:25:07.012879+00	succeeded	\N	2026-11-29 03:25:07.012879+00
01a22555-c27d-7e71-88c2-a48bb364bcc8	2	team.create	beta	\N	\N	\N	{"cpu":"8","memory":"16Gi"}	root	\N	2026-11-29 03:25:07.06957+00	succeeded	\N	2026-11-29 03:25:07.06957+00
3ccecf31-44d2-4d39-8b28-359f76b9a918	3	agent.apply	alpha	\N	echo	\N	\N	root	\N	2026-11-29 03:25:07.146481+00	succeeded	\N	2026-11-29 03:25:07.146481+00
8d33f549-b52b-44c9-b789-3997b6627e8a	4	agent.apply	beta	\N	asker	\N	\N	root	\N	2026-11-29 03:25:07.153651+00	succeeded	\N	2026-11-29 03:25:07.153651+00
bdadd14c-350c-41a7-8c92-d4fe70ec37d4	5	agent.apply	beta	\N	failer	\N	\N	root	\N	2026-11-29 03:25:07.161157+00	succeeded	\N	2026-11-29 03:25:07.161158+00
02968417-1fcf-451b-95cf-d7dcb3befc68	6	secret.set	alpha	\N	TOKEN	\N	\N	root	\N	2026-11-29 03:25:07.215523+00	succeeded	\N	2026-11-29 03:25:07.215523+00
74529d91-6314-4a57-bfe0-0b26876f34b7	7	secret.set	beta	\N	KEY	\N	\N	root	\N	2026-11-29 03:25:07.281926+00	succeeded	\N	2026-11-29 03:25:07.281926+00
8e00d8ce-a4db-4492-a590-22c23653d8df	8	secret.bind	alpha	\N	TOKEN to echo	\N	\N	root	\N	2026-11-29 03:25:07.348662+00	succeeded	\N	2026-11-29 03:25:07.348662+00
01a22555-c3d7-7d6e-9e61-37a8072d36bd	9	session.start	alpha	01a22555-c3d7-765b-99ca-143c6969a8b0	echo	1	begin here	root	\N	2026-11-29 03:25:07.423355+00	succeeded	\N	2026-11-29 03:25:07.552468+00
01a22555-c4d0-7dcc-bb31-f09527fda493	10	session.start	beta	01a22555-c4d0-7a37-ac3f-b5d764083978	asker	1	ask me	root	\N	2026-11-29 03:25:07.669038+00	succeeded	\N	2026-11-29 03:25:07.762782+00
01a22555-c6b4-79ee-bf8c-bc75d3cad1c9	12	session.start	alpha	01a22555-c6b4-7e3f-8182-e6628406586c	echo	1	secret words	root	\N	2026-11-29 03:25:08.153365+00	succeeded	\N	2026-11-29 03:25:08.934884+00
01a22555-c5b7-7c47-b7c5-5f730b8a779d	11	session.start	beta	01a22555-c5b7-7203-82de-cea26dee1a03	failer	1	go	root	\N	2026-11-29 03:25:07.898497+00	succeeded	\N	2026-11-29 03:25:08.945877+00
01a22555-d738-749d-ae7b-f5dec67204bb	13	session.message	alpha	01a22555-c3d7-765b-99ca-143c6969a8b0	\N	1	second message	root	\N	2026-11-29 03:25:12.37653+00	succeeded	\N	2026-11-29 03:25:12.390448+00
01a22555-d7b0-756b-a032-8ba802c384df	14	session.message	alpha	01a22555-c3d7-765b-99ca-143c6969a8b0	\N	1	third: umlaut ä and 数据库	root	\N	2026-11-29 03:25:12.496295+00	succeeded	\N	2026-11-29 03:25:12.515986+00
01a22555-e013-777f-8cd4-1abb9fc2795d	15	session.deny	beta	01a22555-c4d0-7a37-ac3f-b5d764083978	\N	1	call-1	root	not that	2026-11-29 03:25:14.643784+00	succeeded	\N	2026-11-29 03:25:14.667091+00
01a22555-e08e-7f76-b760-8cbae9fa4bc8	16	session.message	beta	01a22555-c4d0-7a37-ac3f-b5d764083978	\N	1	again	root	\N	2026-11-29 03:25:14.766265+00	succeeded	\N	2026-11-29 03:25:14.792114+00
01a22555-e0eb-7974-8771-035c15309653	17	session.kill	alpha	01a22555-c6b4-7e3f-8182-e6628406586c	\N	1	\N	root	no longer needed	2026-11-29 03:25:14.859458+00	succeeded	\N	2026-11-29 03:25:14.91581+00
01a22555-ed7c-7122-8c90-a54426002de1	18	team.create	imported	\N	\N	\N	\N	root	\N	2026-11-29 03:25:18.077327+00	succeeded	\N	2026-11-29 03:25:18.077327+00
01a22555-ed91-77cc-ab4a-f7e3b4d5587b	19	import	imported	\N	\N	\N	in/t	root	\N	2026-11-29 03:25:18.097501+00	succeeded	\N	2026-11-29 03:25:18.146075+00
01a22556-2220-7a03-b3e0-9c851a75d9ec	20	session.purge	alpha	01a22555-c6b4-7e3f-8182-e6628406586c	\N	1	\N	root	it held secret words	2026-11-29 03:25:31.55221+00	succeeded	\N	2026-11-29 03:25:31.627769+00
01a22556-22ec-7c49-ba5c-04a2ced5bc08	21	session.suspend	alpha	01a22555-c3d7-765b-99ca-143c6969a8b0	\N	1	\N	root	\N	2026-11-29 03:25:31.756322+00	succeeded	\N	2026-11-29 03:25:31.826499+00
01a22556-236f-7cfe-b303-e7172d25a988	22	session.kill	beta	01a22555-c4d0-7a37-ac3f-b5d764083978	\N	1	\N	root	not needed	2026-11-29 03:25:31.887209+00	succeeded	\N	2026-11-29 03:25:31.959559+00
\.


--
-- Data for Name: sandbox_report; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.sandbox_report (session_id, team, report, written_at) FROM stdin;
01a22555-c4d0-7a37-ac3f-b5d764083978	beta	{"engine":"local","context":"host","server":"","namespace":"","sandbox":"asker-64083978","generation":1,"pod":"","container":"","node":"host","image":"","volume":"/tmp/old/data/sessions/01a22555-c4d0-7a37-ac3f-b5d764083978/volume","process":23976,"log":"/tmp/old/data/sessions/01a22555-c4d0-7a37-ac3f-b5d764083978/sandbox/runner.log","conditions":[{"type":"Ready","isTrue":true,"reason":"RunnerStarted","message":"","since":"2026-11-29T03:25:07.745413Z"},{"type":"LimitsEnforced","isTrue":true,"reason":"NoLimits","message":"The agent's declaration sets no limits.","since":"2026-11-29T03:25:07.745413Z"},{"type":"UserSeparated","isTrue":true,"reason":"OwnUser","message":"","since":"2026-11-29T03:25:07.745413Z"}],"events":[]}	2026-11-29 03:25:07.954479+00
01a22555-c5b7-7203-82de-cea26dee1a03	beta	{"engine":"local","context":"host","server":"","namespace":"","sandbox":"failer-6dee1a03","generation":1,"pod":"","container":"","node":"host","image":"","volume":"/tmp/old/data/sessions/01a22555-c5b7-7203-82de-cea26dee1a03/volume","process":0,"log":"/tmp/old/data/sessions/01a22555-c5b7-7203-82de-cea26dee1a03/sandbox/runner.log","conditions":[{"type":"Ready","isTrue":false,"reason":"Suspended","message":"The sandbox is suspended.","since":"2026-11-29T03:25:09.041026Z"},{"type":"Suspended","isTrue":true,"reason":"Suspended","message":"Its processes were ended; the volume is kept.","since":"2026-11-29T03:25:09.041026Z"},{"type":"LimitsEnforced","isTrue":true,"reason":"NoLimits","message":"The agent's declaration sets no limits.","since":"2026-11-29T03:25:09.041026Z"},{"type":"UserSeparated","isTrue":true,"reason":"OwnUser","message":"","since":"2026-11-29T03:25:09.041026Z"}],"events":[]}	2026-11-29 03:25:09.46626+00
01a22555-c3d7-765b-99ca-143c6969a8b0	alpha	{"engine":"local","context":"host","server":"","namespace":"","sandbox":"echo-6969a8b0","generation":1,"pod":"","container":"","node":"host","image":"","volume":"/tmp/old/data/sessions/01a22555-c3d7-765b-99ca-143c6969a8b0/volume","process":0,"log":"/tmp/old/data/sessions/01a22555-c3d7-765b-99ca-143c6969a8b0/sandbox/runner.log","conditions":[{"type":"Ready","isTrue":false,"reason":"Suspended","message":"The sandbox is suspended.","since":"2026-11-29T03:25:31.818738Z"},{"type":"Suspended","isTrue":true,"reason":"Suspended","message":"Its processes were ended; the volume is kept.","since":"2026-11-29T03:25:31.818738Z"},{"type":"LimitsEnforced","isTrue":true,"reason":"ControlGroups","message":"","since":"2026-11-29T03:25:31.818738Z"},{"type":"UserSeparated","isTrue":true,"reason":"OwnUser","message":"","since":"2026-11-29T03:25:31.818738Z"}],"events":[]}	2026-11-29 03:25:32.065565+00
\.


--
-- Data for Name: schema_migration; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.schema_migration (number, name, checksum, applied_at) FROM stdin;
1	access	e9138e6076a6297945f163348487c148d15eaa642af83638b70063dd38d58f82	2026-11-29 03:25:06.684673+00
2	sessions	4618eba71065d2d7fc8b6aa63311aa3bed179b7dd09c978b0e52c3a8c40d1773	2026-11-29 03:25:06.684673+00
3	operations	1f79e2ed9ac16e2a4568e2206584751cf07753ec8ba0fdecebc9fa16a177dc15	2026-11-29 03:25:06.684673+00
4	teams	8f60796627c85048522a0f8ac4f57b0cf2d4dae8cb7ab034b3a5b4a3f0758bb6	2026-11-29 03:25:06.684673+00
5	search	86640a28faabaa73fc26392c88f438754f1196f4470c6965cd6690a1a06277cb	2026-11-29 03:25:06.684673+00
6	searching	aafe4e7343802d2862eb147c8383cef96559737a3b47462fb6052d05077150d8	2026-11-29 03:25:06.684673+00
7	secrets	f95b26ac57dc2ceec9f27636ea6435cecd68d2a6bb014e511dce4cbfbabc9b02	2026-11-29 03:25:06.684673+00
8	usage	5a5874b4042e5e2ff14ad65a4ae4d408d6cfa6a2194ee508a447d0514f04506d	2026-11-29 03:25:06.684673+00
9	engine	22fe105bf8b6492f783b5c5e738cca48ab4b67c4119b7e564d087fa8013af6a5	2026-11-29 03:25:06.684673+00
10	sandbox reports	cda27af023ba36dfae17cca122793e8d89c0b5868309bbe8783fda16e959783b	2026-11-29 03:25:06.684673+00
11	team quotas	89d259fb3021b540eb6d13b406ec06b5621c9d31841ef9daad470d8b83079c76	2026-11-29 03:25:06.684673+00
12	foreign sandboxes	d36c9b97987174996695f7f3f5e61446ea2424333e5c6af6b370db140ac826f7	2026-11-29 03:25:06.684673+00
13	engine cluster	b3047082db0b3766063b172dc1510cdec3c0f4992ce89e59b3b9b32b86104495	2026-11-29 03:25:06.684673+00
14	honest operations	9a47d1540a093089eec6e2a4e15f51ee4e56e5ba91437b90cfee39cf889434bc	2026-11-29 03:25:06.684673+00
\.


--
-- Data for Name: search_cursor; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.search_cursor (session_id, team_id, seq) FROM stdin;
01a22555-c5b7-7203-82de-cea26dee1a03	3	9
01a08ac2-8900-72d3-b3b1-cd34774c3447	4	3
01a08ac2-8900-75d9-b7df-4125a7e696c4	4	3
01a08ac2-8900-7450-899b-a344409eb212	4	2
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	4	5
01a22555-c3d7-765b-99ca-143c6969a8b0	2	16
01a22555-c4d0-7a37-ac3f-b5d764083978	3	11
\.


--
-- Data for Name: secret; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.secret (team, name, owner, ciphertext, wrapped_key, key_id, created_at, updated_at) FROM stdin;
alpha	TOKEN	root	\\x968834a4fe85576867bdc3dfc5a8676ce45e39bf35bbae4b698a6cedf7c14350c237ee86725d2ee3b2ace75ae378	\\xebfed68b3137e83279955fd05fc3fc1676a7a48564e0983bb2eb2ba65aec89f94ff5f2f83f60dcf0e2360d53759b1c73562391e4d912c9d25611d2a7	ac7662c1783de5e5	2026-11-29 03:25:07.210516+00	2026-11-29 03:25:07.210516+00
beta	KEY	root	\\xef0fcdcc8c4ab4d00b9ea2361c345ea60d918489dbb7e4f189b5a48c2e95e605a152befa5aee98fea96867bb9b	\\xa82c4df651259c32c726760c9cc24e27b43d4259b50bfdd6a3ddd4f5119d86db8a6ead3acc4e73e3111d57d4c20c1aaf5baf059ec6005d5c979ca3ae	ac7662c1783de5e5	2026-11-29 03:25:07.271366+00	2026-11-29 03:25:07.271366+00
\.


--
-- Data for Name: secret_binding; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.secret_binding (team, secret, agent) FROM stdin;
alpha	TOKEN	echo
\.


--
-- Data for Name: session; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.session (id, team, team_id, agent, runtime, title, desired, generation, state, state_reason, state_since, now, events, turns, tokens_input, tokens_output, tokens_cache_read, tokens_cache_write, cost_micro, created_at, last_event_at, runtime_session_id, projection, purged_at, foreign_sandbox, gone_at) FROM stdin;
01a22555-c4d0-7a37-ac3f-b5d764083978	beta	3	asker	exec	ask me	killed	1	killed		2026-11-29 03:25:31.948432+00	Bash: rm -rf build	11	1	0	0	0	0	0	2026-11-29 03:25:07.665815+00	2026-11-29 03:25:31.928787+00	01a22555-c4d0-7a37-ac3f-b5d764083978	{"lastSeq":11,"generation":1,"activity":"idle","reason":"","turns":1,"tokens":{"input":0,"output":0,"cacheRead":0,"cacheWrite":0},"costMicroUSD":0,"now":"Bash: rm -rf build","openApprovals":[],"lastEventAt":"2026-11-29T03:25:31.928787Z","activitySince":"2026-11-29T03:25:31.928750Z","runtimeSessionID":"01a22555-c4d0-7a37-ac3f-b5d764083978"}	\N	\N	\N
01a22555-c6b4-7e3f-8182-e6628406586c	alpha	2	echo	exec		purged	1	killed		2026-11-29 03:25:14.905733+00		8	1	10	5	1	2	250000	2026-11-29 03:25:08.148421+00	2026-11-29 03:25:14.883916+00	01a22555-c6b4-7e3f-8182-e6628406586c	{}	2026-11-29 03:25:31.622191+00	\N	\N
01a22555-c5b7-7203-82de-cea26dee1a03	beta	3	failer	exec	go	running	1	failed	The command failed with exit code 3	2026-11-29 03:25:09.051011+00	‹your turn›	9	1	0	0	0	0	0	2026-11-29 03:25:07.895381+00	2026-11-29 03:25:09.022211+00	01a22555-c5b7-7203-82de-cea26dee1a03	{"lastSeq":9,"generation":1,"activity":"failed","reason":"The command failed with exit code 3","turns":1,"tokens":{"input":0,"output":0,"cacheRead":0,"cacheWrite":0},"costMicroUSD":0,"now":"‹your turn›","openApprovals":[],"lastEventAt":"2026-11-29T03:25:09.022211Z","activitySince":"2026-11-29T03:25:08.987836Z","runtimeSessionID":"01a22555-c5b7-7203-82de-cea26dee1a03"}	\N	\N	\N
01a08ac2-8900-75d9-b7df-4125a7e696c4	imported	4	case1717	claude-code	old prompt alpha1717	archived	0	finished	imported	2026-09-10 10:00:02+00		3	1	200	400	0	0	0	2026-09-10 10:00:00+00	2026-09-10 10:00:02+00	aaaaaaaa-0000-4000-8000-000000001717	{"lastSeq":3,"generation":0,"activity":"working","reason":"","turns":1,"tokens":{"input":200,"output":400,"cacheRead":0,"cacheWrite":0},"costMicroUSD":0,"now":"old style 2","openApprovals":[],"lastEventAt":"2026-09-10T10:00:02.000000Z","activitySince":"2026-09-10T10:00:00.000000Z"}	\N	\N	\N
01a22555-c3d7-765b-99ca-143c6969a8b0	alpha	2	echo	exec	first task	suspended	1	suspended		2026-11-29 03:25:31.829041+00	‹your turn›	16	3	30	15	3	6	750000	2026-11-29 03:25:07.415209+00	2026-11-29 03:25:31.804261+00	01a22555-c3d7-765b-99ca-143c6969a8b0	{"lastSeq":16,"generation":1,"activity":"idle","reason":"","turns":3,"tokens":{"input":30,"output":15,"cacheRead":3,"cacheWrite":6},"costMicroUSD":750000,"now":"‹your turn›","openApprovals":[],"lastEventAt":"2026-11-29T03:25:31.804261Z","activitySince":"2026-11-29T03:25:31.804178Z","runtimeSessionID":"01a22555-c3d7-765b-99ca-143c6969a8b0"}	\N	\N	\N
01a08ac2-8900-72d3-b3b1-cd34774c3447	imported	4	gemini	gemini	gemini alpha24	archived	0	finished	imported	2026-09-10 10:00:02+00		3	1	600	120	400	0	0	2026-09-10 10:00:00+00	2026-09-10 10:00:02+00	cccccccc-0000-4000-8000-000000000024	{"lastSeq":3,"generation":0,"activity":"working","reason":"","turns":1,"tokens":{"input":600,"output":120,"cacheRead":400,"cacheWrite":0},"costMicroUSD":0,"now":"hello bravo24","openApprovals":[],"lastEventAt":"2026-09-10T10:00:02.000000Z","activitySince":"2026-09-10T10:00:01.000000Z"}	\N	\N	\N
01a08ac2-8900-7450-899b-a344409eb212	imported	4	case31	claude-code	请检查订单模块的数据库连接泄漏问题	archived	0	finished	imported	2026-09-10 10:00:01+00		2	1	5	7	0	0	0	2026-09-10 10:00:00+00	2026-09-10 10:00:01+00	aaaaaaaa-0000-4000-8000-000000000031	{"lastSeq":2,"generation":0,"activity":"working","reason":"","turns":1,"tokens":{"input":5,"output":7,"cacheRead":0,"cacheWrite":0},"costMicroUSD":0,"now":"我发现连接池没有关闭，修复ファイル保存エラー데이터베이스연결을 확인했습니다 重跑gen-itgc后","openApprovals":[],"lastEventAt":"2026-09-10T10:00:01.000000Z","activitySince":"2026-09-10T10:00:00.000000Z"}	\N	\N	\N
01a08ac2-8900-7939-ad32-6bcd7ffeedd1	imported	4	gemini	gemini	gemini alpha25	archived	0	finished	imported	2026-09-10 10:00:02+00		5	1	1000	1	0	0	0	2026-09-10 10:00:00+00	2026-09-10 10:00:02+00	cccccccc-0000-4000-8000-000000000025	{"lastSeq":5,"generation":0,"activity":"working","reason":"","turns":1,"tokens":{"input":1000,"output":1,"cacheRead":0,"cacheWrite":0},"costMicroUSD":0,"now":"Hello world bravo25","openApprovals":[],"lastEventAt":"2026-09-10T10:00:02.000000Z","activitySince":"2026-09-10T10:00:01.000000Z"}	\N	\N	\N
\.


--
-- Data for Name: team; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.team (id, name, created_at, quota) FROM stdin;
1	no-team	2026-11-29 03:25:06.684673+00	{}
2	alpha	2026-11-29 03:25:07.012879+00	{}
3	beta	2026-11-29 03:25:07.06957+00	{"cpu":"8","memory":"16Gi"}
4	imported	2026-11-29 03:25:18.077327+00	{}
\.


--
-- Data for Name: team_report; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.team_report (team, trouble, report, written_at) FROM stdin;
\.


--
-- Data for Name: usage; Type: TABLE DATA; Schema: paddock; Owner: -
--

COPY paddock.usage (team, quarter, cost_micro, tokens) FROM stdin;
alpha	2026-11-29 03:15:00+00	1000000	72
\.


--
-- Name: operation_number_seq; Type: SEQUENCE SET; Schema: paddock; Owner: -
--

SELECT pg_catalog.setval('paddock.operation_number_seq', 22, true);


--
-- Name: team_id_seq; Type: SEQUENCE SET; Schema: paddock; Owner: -
--

SELECT pg_catalog.setval('paddock.team_id_seq', 4, true);


--
-- Name: agent agent_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (team, name);


--
-- Name: audit_head audit_head_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (team);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (team, number);


--
-- Name: core_lease core_lease_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.core_lease
    ADD CONSTRAINT core_lease_pkey PRIMARY KEY (single);


--
-- Name: core_status core_status_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.core_status
    ADD CONSTRAINT core_status_pkey PRIMARY KEY (holder);


--
-- Name: engine engine_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.engine
    ADD CONSTRAINT engine_pkey PRIMARY KEY (single);


--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (session_id, seq);


--
-- Name: event_search event_search_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.event_search
    ADD CONSTRAINT event_search_pkey PRIMARY KEY (session_id, seq);


--
-- Name: imported_record imported_record_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.imported_record
    ADD CONSTRAINT imported_record_pkey PRIMARY KEY (session_id, key);


--
-- Name: operation operation_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.operation
    ADD CONSTRAINT operation_pkey PRIMARY KEY (id);


--
-- Name: sandbox_report sandbox_report_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.sandbox_report
    ADD CONSTRAINT sandbox_report_pkey PRIMARY KEY (session_id);


--
-- Name: schema_migration schema_migration_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (number);


--
-- Name: search_cursor search_cursor_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.search_cursor
    ADD CONSTRAINT search_cursor_pkey PRIMARY KEY (session_id);


--
-- Name: secret_binding secret_binding_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.secret_binding
    ADD CONSTRAINT secret_binding_pkey PRIMARY KEY (team, secret, agent);


--
-- Name: secret secret_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.secret
    ADD CONSTRAINT secret_pkey PRIMARY KEY (team, name);


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);


--
-- Name: team team_name_id_key; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.team
    ADD CONSTRAINT team_name_id_key UNIQUE (name, id);


--
-- Name: team team_name_key; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.team
    ADD CONSTRAINT team_name_key UNIQUE (name);


--
-- Name: team team_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (id);


--
-- Name: team_report team_report_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.team_report
    ADD CONSTRAINT team_report_pkey PRIMARY KEY (team);


--
-- Name: usage usage_pkey; Type: CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.usage
    ADD CONSTRAINT usage_pkey PRIMARY KEY (team, quarter);


--
-- Name: event_approval; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX event_approval ON paddock.event USING btree (session_id, seq) WHERE (kind = 'approval.request'::text);


--
-- Name: event_search_time; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX event_search_time ON paddock.event_search USING btree ("time", session_id, seq);


--
-- Name: event_search_words; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX event_search_words ON paddock.event_search USING gin (words, places);


--
-- Name: event_tool_error; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX event_tool_error ON paddock.event USING btree (session_id, seq) WHERE ((kind = 'tool.result'::text) AND is_error);


--
-- Name: event_user; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX event_user ON paddock.event USING btree (session_id, seq) WHERE (kind = 'user'::text);


--
-- Name: operation_pending; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX operation_pending ON paddock.operation USING btree (number) WHERE (outcome = 'pending'::text);


--
-- Name: operation_session; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX operation_session ON paddock.operation USING btree (session_id, number);


--
-- Name: operation_team; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX operation_team ON paddock.operation USING btree (team, number);


--
-- Name: session_foreign; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX session_foreign ON paddock.session USING btree (id) WHERE ((foreign_sandbox IS NOT NULL) AND (gone_at IS NULL));


--
-- Name: session_imported; Type: INDEX; Schema: paddock; Owner: -
--

CREATE UNIQUE INDEX session_imported ON paddock.session USING btree (team, runtime, runtime_session_id) WHERE (desired = 'archived'::text);


--
-- Name: session_team; Type: INDEX; Schema: paddock; Owner: -
--

CREATE INDEX session_team ON paddock.session USING btree (team) WHERE (purged_at IS NULL);


--
-- Name: audit append_only; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON paddock.audit FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();


--
-- Name: audit_head append_only; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER append_only BEFORE INSERT OR UPDATE ON paddock.audit_head FOR EACH ROW EXECUTE FUNCTION paddock.only_append();


--
-- Name: operation append_only; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER append_only BEFORE UPDATE ON paddock.operation FOR EACH ROW EXECUTE FUNCTION paddock.only_complete();


--
-- Name: audit_head append_only_rows; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR TRUNCATE ON paddock.audit_head FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();


--
-- Name: operation append_only_rows; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR TRUNCATE ON paddock.operation FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();


--
-- Name: operation audited; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER audited AFTER INSERT OR UPDATE ON paddock.operation FOR EACH ROW EXECUTE FUNCTION paddock.write_audit();


--
-- Name: team kept; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER kept BEFORE DELETE ON paddock.team FOR EACH ROW WHEN ((old.name = 'no-team'::text)) EXECUTE FUNCTION paddock.keep_no_team();


--
-- Name: agent recorded; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER recorded AFTER INSERT OR UPDATE ON paddock.agent FOR EACH ROW EXECUTE FUNCTION paddock.record_agent_change();


--
-- Name: secret recorded; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER recorded AFTER INSERT OR DELETE OR UPDATE ON paddock.secret FOR EACH ROW EXECUTE FUNCTION paddock.record_secret_change();


--
-- Name: secret_binding recorded; Type: TRIGGER; Schema: paddock; Owner: -
--

CREATE TRIGGER recorded AFTER INSERT OR UPDATE ON paddock.secret_binding FOR EACH ROW EXECUTE FUNCTION paddock.record_binding_change();


--
-- Name: agent agent_team_fkey; Type: FK CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.agent
    ADD CONSTRAINT agent_team_fkey FOREIGN KEY (team) REFERENCES paddock.team(name);


--
-- Name: sandbox_report sandbox_report_session_id_fkey; Type: FK CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.sandbox_report
    ADD CONSTRAINT sandbox_report_session_id_fkey FOREIGN KEY (session_id) REFERENCES paddock.session(id) ON DELETE CASCADE;


--
-- Name: secret_binding secret_binding_team_secret_fkey; Type: FK CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.secret_binding
    ADD CONSTRAINT secret_binding_team_secret_fkey FOREIGN KEY (team, secret) REFERENCES paddock.secret(team, name) ON DELETE CASCADE;


--
-- Name: secret secret_team_fkey; Type: FK CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.secret
    ADD CONSTRAINT secret_team_fkey FOREIGN KEY (team) REFERENCES paddock.team(name);


--
-- Name: session session_team_team_id_fkey; Type: FK CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.session
    ADD CONSTRAINT session_team_team_id_fkey FOREIGN KEY (team, team_id) REFERENCES paddock.team(name, id);


--
-- Name: team_report team_report_team_fkey; Type: FK CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.team_report
    ADD CONSTRAINT team_report_team_fkey FOREIGN KEY (team) REFERENCES paddock.team(name) ON DELETE CASCADE;


--
-- Name: usage usage_team_fkey; Type: FK CONSTRAINT; Schema: paddock; Owner: -
--

ALTER TABLE ONLY paddock.usage
    ADD CONSTRAINT usage_team_fkey FOREIGN KEY (team) REFERENCES paddock.team(name) ON DELETE CASCADE;


--
-- Name: agent; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.agent ENABLE ROW LEVEL SECURITY;

--
-- Name: operation asking; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY asking ON paddock.operation FOR INSERT WITH CHECK (((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))) AND (((outcome = 'pending'::text) AND (failure IS NULL) AND (completed_at IS NULL)) OR ( SELECT paddock.caller_has('paddock_core'::name) AS caller_has))));


--
-- Name: audit; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.audit ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_head; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.audit_head ENABLE ROW LEVEL SECURITY;

--
-- Name: operation completing; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY completing ON paddock.operation FOR UPDATE USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: event; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.event ENABLE ROW LEVEL SECURITY;

--
-- Name: event_search; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.event_search ENABLE ROW LEVEL SECURITY;

--
-- Name: session foreign_by_core; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY foreign_by_core ON paddock.session AS RESTRICTIVE FOR INSERT WITH CHECK (((foreign_sandbox IS NULL) OR paddock.caller_has('paddock_core'::name)));


--
-- Name: imported_record; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.imported_record ENABLE ROW LEVEL SECURITY;

--
-- Name: agent member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.agent USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: event member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.event USING ((team_id = ANY (ARRAY( SELECT paddock.my_team_ids() AS my_team_ids))));


--
-- Name: event_search member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.event_search USING ((team_id = ANY (ARRAY( SELECT paddock.my_team_ids() AS my_team_ids))));


--
-- Name: imported_record member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.imported_record USING ((team_id = ANY (ARRAY( SELECT paddock.my_team_ids() AS my_team_ids))));


--
-- Name: sandbox_report member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.sandbox_report USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: search_cursor member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.search_cursor USING ((team_id = ANY (ARRAY( SELECT paddock.my_team_ids() AS my_team_ids))));


--
-- Name: secret member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.secret USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: secret_binding member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.secret_binding USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: session member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.session USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: team member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.team FOR SELECT USING ((id = ANY (ARRAY( SELECT paddock.my_team_ids() AS my_team_ids))));


--
-- Name: team_report member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.team_report USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: usage member; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY member ON paddock.usage USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: operation; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.operation ENABLE ROW LEVEL SECURITY;

--
-- Name: audit reading; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY reading ON paddock.audit FOR SELECT USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: audit_head reading; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY reading ON paddock.audit_head FOR SELECT USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: operation reading; Type: POLICY; Schema: paddock; Owner: -
--

CREATE POLICY reading ON paddock.operation FOR SELECT USING ((team = ANY (ARRAY( SELECT paddock.my_teams() AS my_teams))));


--
-- Name: sandbox_report; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.sandbox_report ENABLE ROW LEVEL SECURITY;

--
-- Name: search_cursor; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.search_cursor ENABLE ROW LEVEL SECURITY;

--
-- Name: secret; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.secret ENABLE ROW LEVEL SECURITY;

--
-- Name: secret_binding; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.secret_binding ENABLE ROW LEVEL SECURITY;

--
-- Name: session; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.session ENABLE ROW LEVEL SECURITY;

--
-- Name: team; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.team ENABLE ROW LEVEL SECURITY;

--
-- Name: team_report; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.team_report ENABLE ROW LEVEL SECURITY;

--
-- Name: usage; Type: ROW SECURITY; Schema: paddock; Owner: -
--

ALTER TABLE paddock.usage ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA paddock; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA paddock TO paddock_viewer;
GRANT USAGE ON SCHEMA paddock TO paddock_team_alpha;
GRANT USAGE ON SCHEMA paddock TO paddock_team_beta;
GRANT USAGE ON SCHEMA paddock TO paddock_team_imported;


--
-- Name: FUNCTION ask_for_text(of_session uuid, low bigint, high bigint, forward boolean, query tsquery, pattern text, expression text); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.ask_for_text(of_session uuid, low bigint, high bigint, forward boolean, query tsquery, pattern text, expression text) FROM PUBLIC;


--
-- Name: FUNCTION change_team(team_name text, operation_id uuid, actor text, reason text, bounds json); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.change_team(team_name text, operation_id uuid, actor text, reason text, bounds json) FROM PUBLIC;
GRANT ALL ON FUNCTION paddock.change_team(team_name text, operation_id uuid, actor text, reason text, bounds json) TO paddock_admin;


--
-- Name: FUNCTION create_team(team_name text, operation_id uuid, actor text, reason text, bounds json); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.create_team(team_name text, operation_id uuid, actor text, reason text, bounds json) FROM PUBLIC;
GRANT ALL ON FUNCTION paddock.create_team(team_name text, operation_id uuid, actor text, reason text, bounds json) TO paddock_admin;


--
-- Name: FUNCTION delete_team(team_name text, operation_id uuid, actor text, reason text); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.delete_team(team_name text, operation_id uuid, actor text, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION paddock.delete_team(team_name text, operation_id uuid, actor text, reason text) TO paddock_admin;


--
-- Name: FUNCTION find_text(of_session uuid, from_seq bigint, forward boolean, wanted text, pattern text, expression text); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.find_text(of_session uuid, from_seq bigint, forward boolean, wanted text, pattern text, expression text) FROM PUBLIC;
GRANT ALL ON FUNCTION paddock.find_text(of_session uuid, from_seq bigint, forward boolean, wanted text, pattern text, expression text) TO paddock_viewer;


--
-- Name: TABLE team; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.team TO paddock_viewer;


--
-- Name: FUNCTION read_for_text(of_session uuid, low bigint, high bigint, forward boolean, pattern text, expression text); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.read_for_text(of_session uuid, low bigint, high bigint, forward boolean, pattern text, expression text) FROM PUBLIC;


--
-- Name: FUNCTION record_agent_change(); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.record_agent_change() FROM PUBLIC;


--
-- Name: FUNCTION record_binding_change(); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.record_binding_change() FROM PUBLIC;


--
-- Name: FUNCTION record_change(kind text, team text, subject text); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.record_change(kind text, team text, subject text) FROM PUBLIC;


--
-- Name: FUNCTION record_secret_change(); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.record_secret_change() FROM PUBLIC;


--
-- Name: FUNCTION refuse_operation(operation_id uuid, why text); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.refuse_operation(operation_id uuid, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION paddock.refuse_operation(operation_id uuid, why text) TO paddock_operator;
GRANT ALL ON FUNCTION paddock.refuse_operation(operation_id uuid, why text) TO paddock_core;


--
-- Name: FUNCTION search(query_text text, marks text[], of_team text, of_session uuid, before_time timestamp with time zone, before_session uuid, before_seq bigint, row_limit bigint); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.search(query_text text, marks text[], of_team text, of_session uuid, before_time timestamp with time zone, before_session uuid, before_seq bigint, row_limit bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION paddock.search(query_text text, marks text[], of_team text, of_session uuid, before_time timestamp with time zone, before_session uuid, before_seq bigint, row_limit bigint) TO paddock_viewer;


--
-- Name: FUNCTION search_hits(query tsquery, teams integer[], of_session uuid, before_time timestamp with time zone, before_session uuid, before_seq bigint, row_limit bigint); Type: ACL; Schema: paddock; Owner: -
--

REVOKE ALL ON FUNCTION paddock.search_hits(query tsquery, teams integer[], of_session uuid, before_time timestamp with time zone, before_session uuid, before_seq bigint, row_limit bigint) FROM PUBLIC;


--
-- Name: TABLE agent; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.agent TO paddock_viewer;
GRANT INSERT,UPDATE ON TABLE paddock.agent TO paddock_operator;


--
-- Name: TABLE audit; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.audit TO paddock_viewer;


--
-- Name: TABLE audit_head; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.audit_head TO paddock_viewer;


--
-- Name: TABLE core_lease; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.core_lease TO paddock_viewer;
GRANT INSERT,UPDATE ON TABLE paddock.core_lease TO paddock_core;


--
-- Name: TABLE core_status; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.core_status TO paddock_viewer;
GRANT INSERT,DELETE,UPDATE ON TABLE paddock.core_status TO paddock_core;


--
-- Name: TABLE engine; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.engine TO paddock_viewer;
GRANT INSERT,UPDATE ON TABLE paddock.engine TO paddock_core;


--
-- Name: TABLE event; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.event TO paddock_viewer;
GRANT INSERT,DELETE ON TABLE paddock.event TO paddock_core;


--
-- Name: TABLE event_search; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.event_search TO paddock_viewer;
GRANT INSERT,DELETE ON TABLE paddock.event_search TO paddock_core;


--
-- Name: TABLE imported_record; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE paddock.imported_record TO paddock_core;


--
-- Name: TABLE operation; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.operation TO paddock_viewer;
GRANT INSERT ON TABLE paddock.operation TO paddock_operator;
GRANT INSERT ON TABLE paddock.operation TO paddock_core;


--
-- Name: COLUMN operation.outcome; Type: ACL; Schema: paddock; Owner: -
--

GRANT UPDATE(outcome) ON TABLE paddock.operation TO paddock_core;


--
-- Name: COLUMN operation.failure; Type: ACL; Schema: paddock; Owner: -
--

GRANT UPDATE(failure) ON TABLE paddock.operation TO paddock_core;


--
-- Name: COLUMN operation.completed_at; Type: ACL; Schema: paddock; Owner: -
--

GRANT UPDATE(completed_at) ON TABLE paddock.operation TO paddock_core;


--
-- Name: TABLE sandbox_report; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.sandbox_report TO paddock_viewer;
GRANT INSERT,DELETE,UPDATE ON TABLE paddock.sandbox_report TO paddock_core;


--
-- Name: TABLE schema_migration; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.schema_migration TO paddock_viewer;


--
-- Name: TABLE search_cursor; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.search_cursor TO paddock_viewer;
GRANT INSERT,DELETE,UPDATE ON TABLE paddock.search_cursor TO paddock_core;


--
-- Name: TABLE secret; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.secret TO paddock_core;
GRANT INSERT,DELETE,UPDATE ON TABLE paddock.secret TO paddock_operator;


--
-- Name: COLUMN secret.team; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT(team) ON TABLE paddock.secret TO paddock_viewer;


--
-- Name: COLUMN secret.name; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT(name) ON TABLE paddock.secret TO paddock_viewer;


--
-- Name: COLUMN secret.owner; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT(owner) ON TABLE paddock.secret TO paddock_viewer;


--
-- Name: COLUMN secret.created_at; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT(created_at) ON TABLE paddock.secret TO paddock_viewer;


--
-- Name: COLUMN secret.updated_at; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT(updated_at) ON TABLE paddock.secret TO paddock_viewer;


--
-- Name: TABLE secret_binding; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.secret_binding TO paddock_viewer;
GRANT INSERT,DELETE,UPDATE ON TABLE paddock.secret_binding TO paddock_operator;


--
-- Name: TABLE session; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.session TO paddock_viewer;
GRANT INSERT ON TABLE paddock.session TO paddock_operator;
GRANT INSERT,UPDATE ON TABLE paddock.session TO paddock_core;


--
-- Name: TABLE team_report; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.team_report TO paddock_viewer;
GRANT INSERT,UPDATE ON TABLE paddock.team_report TO paddock_core;


--
-- Name: TABLE usage; Type: ACL; Schema: paddock; Owner: -
--

GRANT SELECT ON TABLE paddock.usage TO paddock_viewer;
GRANT INSERT ON TABLE paddock.usage TO paddock_core;


--
-- Name: COLUMN usage.cost_micro; Type: ACL; Schema: paddock; Owner: -
--

GRANT UPDATE(cost_micro) ON TABLE paddock.usage TO paddock_core;


--
-- Name: COLUMN usage.tokens; Type: ACL; Schema: paddock; Owner: -
--

GRANT UPDATE(tokens) ON TABLE paddock.usage TO paddock_core;


--
-- PostgreSQL database dump complete
--


