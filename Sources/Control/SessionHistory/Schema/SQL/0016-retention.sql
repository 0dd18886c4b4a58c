-- Events lie in one partition for each month in which sessions began, so that a month that is past its time is dropped,
-- not deleted row by row; and what each team keeps for how long.

-- Where a session's events are: the month in which it began (an imported one: in which it was first imported), fixed for
-- its life. 1970-01-01 holds the events of all sessions that are older than this; 0001-01-01 those moved out of a month
-- that is dropped, because they are held. Events before kept_from are gone.
ALTER TABLE paddock.session ADD COLUMN bucket date NOT NULL DEFAULT '1970-01-01';
ALTER TABLE paddock.session ALTER COLUMN bucket SET DEFAULT date_trunc('month', now() AT TIME ZONE 'UTC')::date;
ALTER TABLE paddock.session ADD COLUMN kept_from bigint NOT NULL DEFAULT 1;
ALTER TABLE paddock.session
  ADD CONSTRAINT session_bucket_is_a_month
    CHECK (bucket = date_trunc('month', bucket) AND bucket BETWEEN '0001-01-01' AND '2999-12-01'),
  ADD CONSTRAINT session_kept_from_is_a_number CHECK (kept_from >= 1);
CREATE INDEX session_bucket ON paddock.session (bucket);

ALTER TABLE paddock.event RENAME TO event_1970_01;
ALTER INDEX paddock.event_user RENAME TO event_1970_01_user;
ALTER INDEX paddock.event_tool_error RENAME TO event_1970_01_tool_error;
ALTER INDEX paddock.event_approval RENAME TO event_1970_01_approval;
ALTER TABLE paddock.event_1970_01 ADD COLUMN bucket date NOT NULL DEFAULT '1970-01-01';
ALTER TABLE paddock.event_1970_01 ALTER COLUMN bucket DROP DEFAULT;
ALTER TABLE paddock.event_1970_01 DROP CONSTRAINT event_pkey;
ALTER TABLE paddock.event_1970_01 ADD CONSTRAINT event_1970_01_pkey PRIMARY KEY (session_id, seq, bucket);

CREATE TABLE paddock.event (
  LIKE paddock.event_1970_01 INCLUDING CONSTRAINTS INCLUDING COMPRESSION INCLUDING STORAGE
) PARTITION BY LIST (bucket);
-- A unique key must hold the partition's column. It comes last: events are asked for by session and number.
ALTER TABLE paddock.event ADD CONSTRAINT event_pkey PRIMARY KEY (session_id, seq, bucket);
CREATE INDEX event_user ON paddock.event (session_id, seq) WHERE kind = 'user';
CREATE INDEX event_tool_error ON paddock.event (session_id, seq) WHERE kind = 'tool.result' AND is_error;
CREATE INDEX event_approval ON paddock.event (session_id, seq) WHERE kind = 'approval.request';
ALTER TABLE paddock.event ENABLE ROW LEVEL SECURITY;
CREATE POLICY member ON paddock.event USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
GRANT SELECT ON paddock.event TO paddock_viewer;
GRANT INSERT, DELETE ON paddock.event TO paddock_core;

-- Partitions are reached through the whole only: nobody has a right on one of them.
REVOKE ALL ON paddock.event_1970_01 FROM paddock_viewer, paddock_core;
DROP POLICY member ON paddock.event_1970_01;
ALTER TABLE paddock.event ATTACH PARTITION paddock.event_1970_01 FOR VALUES IN ('1970-01-01');

-- False where it was there already. A table is made and then attached, which readers and the recorder do not wait for.
CREATE FUNCTION paddock.make_event_partition(of_bucket date) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    partition_name text := 'event_' || to_char(of_bucket, 'YYYY_MM');
  BEGIN
    IF NOT paddock.caller_has('paddock_core') THEN
      RAISE EXCEPTION 'only a core makes partitions' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF of_bucket <> date_trunc('month', of_bucket) OR of_bucket NOT BETWEEN '0001-01-01' AND '2999-12-01' THEN
      RAISE EXCEPTION 'A month begins with its first day, not with %.', of_bucket USING ERRCODE = 'PD403';
    END IF;
    IF to_regclass('paddock.' || partition_name) IS NOT NULL THEN RETURN false; END IF;
    PERFORM pg_advisory_xact_lock(1885431908, 7);
    IF to_regclass('paddock.' || partition_name) IS NOT NULL THEN RETURN false; END IF;
    -- Insert-only: only freezing needs a vacuum, and statistics change slowly.
    EXECUTE format(
      'CREATE TABLE paddock.%I (LIKE paddock.event INCLUDING CONSTRAINTS INCLUDING COMPRESSION INCLUDING STORAGE)
       WITH (autovacuum_analyze_scale_factor = 0.1)', partition_name);
    EXECUTE format('ALTER TABLE paddock.%I ENABLE ROW LEVEL SECURITY', partition_name);
    EXECUTE format('ALTER TABLE paddock.event ATTACH PARTITION paddock.%I FOR VALUES IN (%L)', partition_name, of_bucket);
    RETURN true;
  END $$;
REVOKE EXECUTE ON FUNCTION paddock.make_event_partition FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.make_event_partition TO paddock_core;

CREATE TABLE paddock.retention (
  team_id integer PRIMARY KEY REFERENCES paddock.team (id) ON DELETE CASCADE,
  -- NULL: for ever.
  events_days integer CHECK (events_days BETWEEN 1 AND 36500),
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);
-- What no term and no purge takes away: of a team, or of one session of it.
CREATE TABLE paddock.legal_hold (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id integer NOT NULL REFERENCES paddock.team (id) ON DELETE CASCADE,
  session_id uuid REFERENCES paddock.session (id) ON DELETE CASCADE,
  reason text NOT NULL CHECK (reason <> '' AND length(reason) <= 8192),
  held_by text NOT NULL,
  held_at timestamptz NOT NULL DEFAULT now(),
  released_by text,
  released_at timestamptz,
  CHECK ((released_by IS NULL) = (released_at IS NULL))
);
CREATE INDEX legal_hold_active ON paddock.legal_hold (team_id) WHERE released_at IS NULL;
-- Full text of events that are gone; deleted behind them in small steps, as its index is one for all months.
CREATE TABLE paddock.search_debt (
  session_id uuid PRIMARY KEY,
  team_id integer NOT NULL,
  below bigint NOT NULL
);
ALTER TABLE paddock.retention ENABLE ROW LEVEL SECURITY;
ALTER TABLE paddock.legal_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE paddock.search_debt ENABLE ROW LEVEL SECURITY;
CREATE POLICY member ON paddock.retention FOR SELECT USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
CREATE POLICY member ON paddock.legal_hold FOR SELECT USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
CREATE POLICY member ON paddock.search_debt FOR SELECT USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
GRANT SELECT ON paddock.retention, paddock.legal_hold TO paddock_viewer;

CREATE FUNCTION paddock.is_held(of_session uuid, of_team integer) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  RETURN EXISTS (SELECT FROM paddock.legal_hold h WHERE h.released_at IS NULL AND h.team_id = of_team
    AND (h.session_id IS NULL OR h.session_id = of_session));

-- Nothing that is held is purged, and no team that holds something is deleted; for the owner of the tables, too.
CREATE FUNCTION paddock.keep_held() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF TG_TABLE_NAME = 'team' THEN
      IF EXISTS (SELECT FROM paddock.legal_hold h WHERE h.team_id = OLD.id AND h.released_at IS NULL) THEN
        RAISE EXCEPTION 'The team ''%'' is under a legal hold.', OLD.name
          USING ERRCODE = 'PD403', HINT = 'See `paddock retention show`; a hold is released first.';
      END IF;
      RETURN OLD;
    END IF;
    -- Behind a hold that is being set: what is asked next sees it.
    IF TG_TABLE_NAME = 'operation' THEN
      PERFORM FROM paddock.team t WHERE t.name = NEW.team FOR SHARE;
      -- Whose session it is not, is told nothing of it.
      IF EXISTS (SELECT FROM paddock.session s
        WHERE s.id = NEW.session_id AND s.team = NEW.team AND paddock.is_held(s.id, s.team_id)) THEN
        RAISE EXCEPTION 'The session % is under a legal hold.', NEW.session_id
          USING ERRCODE = 'PD403', HINT = 'See `paddock retention show`; a hold is released first.';
      END IF;
      RETURN NEW;
    END IF;
    PERFORM FROM paddock.team t WHERE t.id = OLD.team_id FOR SHARE;
    IF paddock.is_held(OLD.id, OLD.team_id) THEN
      RAISE EXCEPTION 'The session % is under a legal hold.', OLD.id
        USING ERRCODE = 'PD403', HINT = 'See `paddock retention show`; a hold is released first.';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END $$;
REVOKE EXECUTE ON FUNCTION paddock.is_held, paddock.keep_held FROM PUBLIC;
CREATE TRIGGER held BEFORE DELETE ON paddock.team FOR EACH ROW EXECUTE FUNCTION paddock.keep_held();
-- A purge is refused where it is asked for and where it begins, which is before its volume goes; one that has begun ends.
CREATE TRIGGER held_purge BEFORE UPDATE ON paddock.session
  FOR EACH ROW WHEN (OLD.desired <> 'purged'
    AND (NEW.desired = 'purged' OR OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL))
  EXECUTE FUNCTION paddock.keep_held();
CREATE TRIGGER held_request BEFORE INSERT ON paddock.operation
  FOR EACH ROW WHEN (NEW.kind = 'session.purge') EXECUTE FUNCTION paddock.keep_held();
CREATE TRIGGER held_delete BEFORE DELETE ON paddock.session
  FOR EACH ROW WHEN (OLD.purged_at IS NULL) EXECUTE FUNCTION paddock.keep_held();

-- A session's life as its team's term counts it: to its last event by the runner's clock; what was imported, from the
-- end of the month in which it was, because transcripts are older than their import.
CREATE FUNCTION paddock.term_begins(s paddock.session) RETURNS timestamptz
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  RETURN CASE
    WHEN s.desired = 'archived' AND s.bucket > '1970-01-01' THEN (s.bucket + interval '1 month') AT TIME ZONE 'UTC'
    WHEN s.desired = 'archived' THEN (SELECT m.applied_at FROM paddock.schema_migration m WHERE m.name = 'retention')
    WHEN s.last_event_at BETWEEN s.created_at AND now() + interval '1 day' THEN s.last_event_at
    ELSE s.state_since END;

-- The number of the first event that is not older. Runners number events in the order of their time, so it is searched
-- for by halves.
CREATE FUNCTION paddock.first_event_since(of_session uuid, of_bucket date, low bigint, high bigint, since timestamptz)
  RETURNS bigint
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    middle bigint;
    at timestamptz;
  BEGIN
    high := high + 1;
    WHILE low < high LOOP
      middle := low + (high - low) / 2;
      SELECT e.time INTO at FROM paddock.event e
        WHERE e.bucket = of_bucket AND e.session_id = of_session AND e.seq >= middle ORDER BY e.seq LIMIT 1;
      IF at < since THEN low := middle + 1; ELSE high := middle; END IF;
    END LOOP;
    RETURN low;
  END $$;

-- The sessions of which a term takes events by now, and up to which number (exclusive).
CREATE FUNCTION paddock.past_term(of_team integer, days integer, grace interval)
  RETURNS TABLE (session_id uuid, bucket date, kept_from bigint, ends bigint)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT s.id, s.bucket, s.kept_from, CASE
      WHEN paddock.term_begins(s) < now() - make_interval(days => days) - grace THEN s.events + 1
      WHEN s.desired = 'archived' THEN s.kept_from
      ELSE paddock.first_event_since(
        s.id, s.bucket, s.kept_from, s.events, now() - make_interval(days => days) - grace) END
    FROM paddock.session s
    WHERE s.team_id = of_team AND s.purged_at IS NULL AND s.kept_from <= s.events
      AND (s.created_at < now() - make_interval(days => days) - grace OR s.desired = 'archived')
      AND NOT paddock.is_held(s.id, s.team_id)
  $$;
REVOKE EXECUTE ON FUNCTION paddock.term_begins, paddock.first_event_since, paddock.past_term FROM PUBLIC;

-- What a term would take at once, and what within the month that retain_session waits: for who asks before it is set.
CREATE FUNCTION paddock.preview_retention(of_team text, days integer)
  RETURNS TABLE (sessions bigint, events bigint, held bigint, later bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    team_key integer := (SELECT t.id FROM paddock.team t WHERE t.name = of_team);
  BEGIN
    IF paddock.caller_level(of_team) < 1 THEN
      RAISE EXCEPTION 'There is no team ''%''.', of_team USING ERRCODE = 'PD404';
    END IF;
    RETURN QUERY
      WITH whole AS (
        -- As retain_month has it: it goes when all that began in it, of every team, is past its term.
        SELECT s.bucket FROM paddock.session s LEFT JOIN paddock.retention r USING (team_id)
        WHERE s.purged_at IS NULL AND s.kept_from <= s.events AND s.bucket > '0001-01-01'
          AND s.bucket < date_trunc('month', now() AT TIME ZONE 'UTC')
        GROUP BY s.bucket
        HAVING bool_and(coalesce(paddock.term_begins(s) < now() - make_interval(
            days => CASE WHEN s.team_id = team_key THEN days ELSE r.events_days END), false)
          OR paddock.is_held(s.id, s.team_id))
      ), past AS (
        SELECT p.ends - p.kept_from AS all_events,
          CASE WHEN p.bucket IN (SELECT w.bucket FROM whole w) THEN p.ends - p.kept_from
            ELSE coalesce(g.ends - g.kept_from, 0) END AS due
        FROM paddock.past_term(team_key, days, interval '0') p
        LEFT JOIN paddock.past_term(team_key, days, interval '31 days') g USING (session_id)
      )
      SELECT count(*) FILTER (WHERE p.due > 0), coalesce(sum(p.due), 0)::bigint,
        (SELECT count(*) FROM paddock.session s
         WHERE s.team_id = team_key AND s.purged_at IS NULL AND paddock.is_held(s.id, s.team_id)),
        coalesce(sum(p.all_events - p.due), 0)::bigint
      FROM past p WHERE p.all_events > 0;
  END $$;

CREATE FUNCTION paddock.set_retention(of_team text, days integer, claimed_actor text, why text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    team_key integer := (SELECT t.id FROM paddock.team t WHERE t.name = of_team);
  BEGIN
    IF paddock.caller_level(of_team) < 1 THEN
      RAISE EXCEPTION 'There is no team ''%''.', of_team USING ERRCODE = 'PD404';
    ELSIF paddock.caller_level(of_team) < 4 THEN
      RAISE EXCEPTION 'only admins of a team set what it keeps' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM paddock.record_retention('retention.set', of_team, NULL, coalesce(days || 'd', 'forever'), claimed_actor, why);
    INSERT INTO paddock.retention (team_id, events_days, changed_by) VALUES (team_key, days, session_user)
      ON CONFLICT (team_id) DO UPDATE
      SET events_days = excluded.events_days, changed_by = excluded.changed_by, changed_at = now();
  END $$;

CREATE FUNCTION paddock.hold(of_team text, of_session uuid, claimed_actor text, why text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    team_key integer := (SELECT t.id FROM paddock.team t WHERE t.name = of_team);
    made bigint;
  BEGIN
    IF paddock.caller_level(of_team) < 1 OR of_session IS NOT NULL AND NOT EXISTS (
      SELECT FROM paddock.session s WHERE s.id = of_session AND s.team_id = team_key AND s.purged_at IS NULL) THEN
      RAISE EXCEPTION 'There is no such team or session to be held.' USING ERRCODE = 'PD404';
    ELSIF paddock.caller_level(of_team) < 4 THEN
      RAISE EXCEPTION 'only admins of a team hold what it has' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF coalesce(why, '') = '' OR length(why) > 8192 THEN
      RAISE EXCEPTION 'A hold has a reason of 1 to 8192 characters.' USING ERRCODE = 'PD400';
    END IF;
    -- Whoever applies a term holds the team's row until it is done, and looks for holds behind that.
    PERFORM FROM paddock.team t WHERE t.id = team_key FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM paddock.session s WHERE s.id = of_session AND s.desired = 'purged') THEN
      RAISE EXCEPTION 'The session % is being purged.', of_session USING ERRCODE = 'PD403';
    END IF;
    PERFORM paddock.record_retention('retention.hold', of_team, of_session, NULL, claimed_actor, why);
    INSERT INTO paddock.legal_hold (team_id, session_id, reason, held_by)
      VALUES (team_key, of_session, why, concat_ws('/', session_user, nullif(claimed_actor, session_user)))
      RETURNING id INTO made;
    RETURN made;
  END $$;

CREATE FUNCTION paddock.release_hold(hold_id bigint, claimed_actor text, why text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    held record;
  BEGIN
    SELECT h.*, t.name INTO held FROM paddock.legal_hold h JOIN paddock.team t ON t.id = h.team_id
      WHERE h.id = hold_id AND h.released_at IS NULL;
    IF NOT FOUND OR paddock.caller_level(held.name) < 1 THEN
      RAISE EXCEPTION 'There is no hold %.', hold_id USING ERRCODE = 'PD404', HINT = 'See `paddock retention show`.';
    ELSIF paddock.caller_level(held.name) < 4 THEN
      RAISE EXCEPTION 'only admins of a team release what is held' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM paddock.record_retention(
      'retention.release', held.name, held.session_id, hold_id::text, claimed_actor, why);
    UPDATE paddock.legal_hold SET released_at = now(), released_by = session_user WHERE id = hold_id;
  END $$;

CREATE FUNCTION paddock.record_retention(
    kind text, team text, of_session uuid, argument text, claimed_actor text, why text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO paddock.operation
      (id, kind, team, session_id, argument, actor, reason, requested_at, outcome, completed_at)
    VALUES (gen_random_uuid(), kind, team, of_session, argument,
      concat_ws('/', session_user, nullif(claimed_actor, session_user)), why, clock_timestamp(), 'succeeded',
      clock_timestamp())
  $$;
REVOKE EXECUTE ON FUNCTION paddock.preview_retention, paddock.set_retention, paddock.hold, paddock.release_hold,
  paddock.record_retention FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.preview_retention, paddock.set_retention, paddock.hold, paddock.release_hold
  TO paddock_viewer;

-- One small step of what the terms ask for, in its own transaction; NULL when there is nothing to do. A month is dropped
-- when all that began in it is past its term, so events may outlive theirs by a month; what still lies beside sessions
-- that go on is then deleted, at most max_rows at a time.
-- Whoever reads a month that is to go is not waited for, as others would wait behind: the next step tries again.
CREATE FUNCTION paddock.retain(max_rows bigint) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms'
  AS $$
  BEGIN
    IF NOT paddock.caller_has('paddock_core') THEN
      RAISE EXCEPTION 'only a core applies terms' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(paddock.retain_search(max_rows), paddock.retain_month(), paddock.retain_session(max_rows));
  END $$;

CREATE FUNCTION paddock.retain_search(max_rows bigint) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    debt paddock.search_debt;
    gone bigint;
  BEGIN
    SELECT * INTO debt FROM paddock.search_debt LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN RETURN NULL; END IF;
    DELETE FROM paddock.event_search WHERE session_id = debt.session_id AND seq IN (
      SELECT s.seq FROM paddock.event_search s WHERE s.session_id = debt.session_id AND s.seq < debt.below
      ORDER BY s.seq LIMIT max_rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone < max_rows THEN DELETE FROM paddock.search_debt WHERE session_id = debt.session_id; END IF;
    RETURN format('%s entries of search', gone);
  END $$;

-- What is told of sessions whose events before a number are gone: the reader, the index of search and its cursor.
CREATE FUNCTION paddock.note_gone(sessions uuid[], below bigint[]) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    UPDATE paddock.session s SET kept_from = g.below
      FROM unnest(sessions, below) g (id, below) WHERE s.id = g.id AND s.kept_from < g.below;
    INSERT INTO paddock.search_debt AS d (session_id, team_id, below)
      SELECT s.id, s.team_id, g.below FROM unnest(sessions, below) g (id, below) JOIN paddock.session s USING (id)
      ON CONFLICT (session_id) DO UPDATE SET below = greatest(d.below, excluded.below);
    INSERT INTO paddock.search_cursor AS c (session_id, team_id, seq)
      SELECT s.id, s.team_id, g.below - 1 FROM unnest(sessions, below) g (id, below) JOIN paddock.session s USING (id)
      ON CONFLICT (session_id) DO UPDATE SET seq = greatest(c.seq, excluded.seq);
  END $$;

CREATE FUNCTION paddock.retain_month() RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    month record;
    held record;
    partition_name text;
    ids uuid[];
    ends bigint[];
    told text;
  BEGIN
    FOR month IN
      SELECT s.bucket, count(DISTINCT s.team_id) AS teams, count(*) AS sessions, sum(s.events - s.kept_from + 1) AS events
      FROM paddock.session s LEFT JOIN paddock.retention r USING (team_id)
      WHERE s.purged_at IS NULL AND s.kept_from <= s.events AND s.bucket > '0001-01-01'
        AND s.bucket < date_trunc('month', now() AT TIME ZONE 'UTC')
      GROUP BY s.bucket
      HAVING bool_and(coalesce(
          paddock.term_begins(s) < now() - make_interval(days => r.events_days), false)
        OR paddock.is_held(s.id, s.team_id))
        AND bool_or(NOT paddock.is_held(s.id, s.team_id))
      ORDER BY s.bucket
    LOOP
      -- Nobody sets a hold meanwhile; where somebody is at it, another month is taken.
      CONTINUE WHEN (SELECT count(*) FROM (
        SELECT FROM paddock.team t
        WHERE t.id IN (SELECT s.team_id FROM paddock.session s WHERE s.bucket = month.bucket)
        FOR SHARE SKIP LOCKED) l) < month.teams;
      SELECT s.id, s.bucket, s.events INTO held FROM paddock.session s
        WHERE s.bucket = month.bucket AND s.purged_at IS NULL AND s.kept_from <= s.events
          AND paddock.is_held(s.id, s.team_id)
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
      IF FOUND THEN
        -- A month that cannot be put in order must not keep all others.
        BEGIN
          PERFORM paddock.move_to_held(held.id, held.bucket);
        EXCEPTION WHEN integrity_constraint_violation THEN
          GET STACKED DIAGNOSTICS told = MESSAGE_TEXT;
          RAISE WARNING 'the held session % cannot be moved out of its month: %', held.id, told;
          CONTINUE;
        END;
        RETURN format('the held session %s was moved out of %s', held.id, to_char(month.bucket, 'YYYY-MM'));
      END IF;
      -- Under the recorder's lock: what goes on meanwhile is seen here or waits until the month is gone.
      SELECT array_agg(s.id), array_agg(s.events + 1) INTO ids, ends FROM (
        SELECT * FROM paddock.session s WHERE s.bucket = month.bucket AND s.purged_at IS NULL
        ORDER BY s.id FOR NO KEY UPDATE) s;
      CONTINUE WHEN EXISTS (
        SELECT FROM paddock.session s LEFT JOIN paddock.retention r USING (team_id)
        WHERE s.id = ANY (ids) AND s.kept_from <= s.events AND (paddock.is_held(s.id, s.team_id)
          OR NOT coalesce(paddock.term_begins(s) < now() - make_interval(days => r.events_days), false)));
      partition_name := 'event_' || to_char(month.bucket, 'YYYY_MM');
      PERFORM paddock.note_gone(ids, ends);
      EXECUTE format('DROP TABLE IF EXISTS paddock.%I', partition_name);
      RETURN format('%s events of %s sessions that began in %s', month.events, month.sessions,
        to_char(month.bucket, 'YYYY-MM'));
    END LOOP;
    RETURN NULL;
  END $$;

CREATE FUNCTION paddock.move_to_held(of_session uuid, from_bucket date) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.make_event_partition('0001-01-01');
    -- What a release wrote before there were rules breaks them as soon as it is moved.
    WITH gone AS (
      DELETE FROM paddock.event e WHERE e.bucket = from_bucket AND e.session_id = of_session
        AND NOT e.kind = ANY (paddock.event_kinds()) RETURNING *)
    INSERT INTO paddock.set_aside (relation, content, reason)
      SELECT 'paddock.event', to_json(g)::text, 'its kind is not one that is known, and it was moved for a legal hold'
      FROM gone g;
    UPDATE paddock.event SET bucket = '0001-01-01', time = paddock.bounded_time(time)
      WHERE bucket = from_bucket AND session_id = of_session;
    UPDATE paddock.session SET bucket = '0001-01-01' WHERE id = of_session;
  END $$;

-- A month more than the term: until then the month may still be dropped whole.
CREATE FUNCTION paddock.retain_session(max_rows bigint) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    past record;
    below bigint;
  BEGIN
    FOR past IN
      SELECT p.* FROM paddock.retention r
      CROSS JOIN LATERAL paddock.past_term(r.team_id, r.events_days, interval '31 days') p
      WHERE r.events_days IS NOT NULL AND p.ends > p.kept_from
    LOOP
      PERFORM FROM paddock.session s WHERE s.id = past.session_id FOR NO KEY UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
      PERFORM FROM paddock.team t JOIN paddock.session s ON s.team_id = t.id WHERE s.id = past.session_id
        FOR SHARE OF t SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
      CONTINUE WHEN (SELECT paddock.is_held(s.id, s.team_id) FROM paddock.session s WHERE s.id = past.session_id);
      -- By rows: the numbers of a session may have gaps of any size.
      below := least(past.ends, (SELECT e.seq FROM paddock.event e
        WHERE e.bucket = past.bucket AND e.session_id = past.session_id AND e.seq >= past.kept_from
        ORDER BY e.seq OFFSET max_rows LIMIT 1));
      DELETE FROM paddock.event e
        WHERE e.bucket = past.bucket AND e.session_id = past.session_id AND e.seq < below;
      PERFORM paddock.note_gone(ARRAY[past.session_id], ARRAY[below]);
      RETURN format('events up to %s of the session %s', below - 1, past.session_id);
    END LOOP;
    RETURN NULL;
  END $$;
REVOKE EXECUTE ON FUNCTION paddock.retain, paddock.retain_search, paddock.note_gone, paddock.retain_month,
  paddock.move_to_held, paddock.retain_session FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.retain TO paddock_core;

SELECT paddock.make_event_partition(m::date) FROM generate_series(
  date_trunc('month', now() AT TIME ZONE 'UTC'), date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month',
  interval '1 month') m;
