-- Who fills the disk of a stack, written by its core while that is nearly full; each team sees its own.
CREATE TABLE paddock.disk_use (
  session_id uuid PRIMARY KEY REFERENCES paddock.session (id) ON DELETE CASCADE,
  team_id integer NOT NULL,
  folder bigint NOT NULL CHECK (folder BETWEEN 0 AND 9007199254740992),
  history bigint NOT NULL CHECK (history BETWEEN 0 AND 9007199254740992),
  is_partial boolean NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
ALTER TABLE paddock.disk_use ENABLE ROW LEVEL SECURITY;
CREATE POLICY member ON paddock.disk_use USING (
  team_id = ANY (ARRAY(SELECT paddock.my_team_ids())) OR (SELECT paddock.caller_has('paddock_core')));
GRANT SELECT ON paddock.disk_use TO paddock_viewer, paddock_core;
GRANT INSERT, UPDATE, DELETE ON paddock.disk_use TO paddock_core;

-- For how long operations are kept. What is past its term goes in two parts: the operation, and the text of its entries in
-- the audit. What is left of an entry is its place, the id of its operation, and its hash: the next entry hashes that, so
-- the rest of the chain is checked as before, up to an end that was noted elsewhere.
ALTER TABLE paddock.retention ADD COLUMN operations_days integer CHECK (operations_days BETWEEN 30 AND 36500);
-- NULL: past its term.
ALTER TABLE paddock.audit ALTER COLUMN content DROP NOT NULL;
CREATE INDEX audit_operation ON paddock.audit (operation_id);
CREATE INDEX operation_completed ON paddock.operation (team_id, completed_at) WHERE outcome <> 'pending';

-- Counted from when the core or the database wrote its end, which no operator says. What is pending, held, or not linked
-- into the audit yet is not past any term.
CREATE FUNCTION paddock.is_past_term(o paddock.operation, days integer) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  RETURN o.outcome <> 'pending' AND o.completed_at < now() - make_interval(days => days)
    AND NOT paddock.is_held(o.session_id, o.team_id)
    AND NOT EXISTS (SELECT FROM paddock.audit_entry e WHERE e.operation_id = o.id);
CREATE FUNCTION paddock.has_passed(o paddock.operation) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN coalesce((SELECT paddock.is_past_term(o, r.operations_days) FROM paddock.retention r
    WHERE r.team_id = o.team_id AND r.operations_days IS NOT NULL), false);

-- Holds for the owner of the tables, too: nothing is taken away but what is past its term, and first from the audit.
CREATE FUNCTION paddock.only_past_term() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF TG_TABLE_NAME = 'audit' THEN
      IF NEW.content IS NULL AND to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content'
        AND EXISTS (SELECT FROM paddock.operation o WHERE o.id = OLD.operation_id AND paddock.has_passed(o))
        THEN RETURN NEW; END IF;
    ELSIF paddock.has_passed(OLD) AND NOT EXISTS (
      SELECT FROM paddock.audit a WHERE a.operation_id = OLD.id AND a.content IS NOT NULL) THEN RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
  END $$;
DROP TRIGGER append_only ON paddock.audit;
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON paddock.audit
  FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();
CREATE TRIGGER append_only_text BEFORE UPDATE ON paddock.audit
  FOR EACH ROW EXECUTE FUNCTION paddock.only_past_term();
DROP TRIGGER append_only_rows ON paddock.operation;
CREATE TRIGGER append_only_rows BEFORE TRUNCATE ON paddock.operation
  FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();
CREATE TRIGGER append_only_terms BEFORE DELETE ON paddock.operation
  FOR EACH ROW EXECUTE FUNCTION paddock.only_past_term();

DROP FUNCTION paddock.preview_retention(text, integer);
CREATE FUNCTION paddock.preview_retention(of_team text, days integer, operation_days integer)
  RETURNS TABLE (sessions bigint, events bigint, held bigint, later bigint, operations bigint)
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
        coalesce(sum(p.all_events - p.due), 0)::bigint,
        (SELECT count(*) FROM paddock.operation o
         WHERE o.team_id = team_key AND o.outcome <> 'pending'
           AND o.completed_at < now() - make_interval(days => operation_days)
           AND paddock.is_past_term(o, operation_days))
      FROM past p WHERE p.all_events > 0;
  END $$;

DROP FUNCTION paddock.set_retention(text, integer, text, text);
CREATE FUNCTION paddock.set_retention(
    of_team text, days integer, operation_days integer, claimed_actor text, why text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    team_key integer := (SELECT t.id FROM paddock.team t WHERE t.name = of_team);
  BEGIN
    IF paddock.caller_level(of_team) < 1 THEN
      RAISE EXCEPTION 'There is no team ''%''.', of_team USING ERRCODE = 'PD404';
    ELSIF paddock.caller_level(of_team) < 4 THEN
      RAISE EXCEPTION 'only admins of a team set what it keeps' USING ERRCODE = 'insufficient_privilege';
    ELSIF operation_days < 30 THEN
      RAISE EXCEPTION 'Operations are kept for 30 days at least.' USING ERRCODE = 'PD403';
    END IF;
    PERFORM paddock.record_retention(
      'retention.set', of_team, NULL, format('events %s, operations %s', coalesce(days || 'd', 'forever'),
        coalesce(operation_days || 'd', 'forever')), claimed_actor, why);
    INSERT INTO paddock.retention (team_id, events_days, operations_days, changed_by)
      VALUES (team_key, days, operation_days, session_user)
      ON CONFLICT (team_id) DO UPDATE SET events_days = excluded.events_days,
        operations_days = excluded.operations_days, changed_by = excluded.changed_by, changed_at = now();
  END $$;

-- Operations have no months to be dropped: at most max_rows go at a time.
CREATE FUNCTION paddock.retain_operations(max_rows bigint) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    term record;
    ids uuid[];
  BEGIN
    FOR term IN SELECT r.team_id, r.operations_days AS days FROM paddock.retention r WHERE r.operations_days IS NOT NULL
    LOOP
      -- A hold waits for this, or has come before it and is seen; where somebody is at it, another team's turn it is.
      PERFORM FROM paddock.team t WHERE t.id = term.team_id FOR SHARE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
      CONTINUE WHEN EXISTS (
        SELECT FROM paddock.legal_hold h
        WHERE h.team_id = term.team_id AND h.session_id IS NULL AND h.released_at IS NULL);
      SELECT array_agg(p.id) INTO ids FROM (
        SELECT o.id FROM paddock.operation o
        WHERE o.team_id = term.team_id AND o.outcome <> 'pending'
          AND o.completed_at < now() - make_interval(days => term.days) AND paddock.is_past_term(o, term.days)
        ORDER BY o.completed_at LIMIT max_rows FOR UPDATE SKIP LOCKED) p;
      CONTINUE WHEN ids IS NULL;
      UPDATE paddock.audit SET content = NULL WHERE operation_id = ANY (ids) AND content IS NOT NULL;
      DELETE FROM paddock.operation WHERE id = ANY (ids);
      RETURN format('%s operations', cardinality(ids));
    END LOOP;
    RETURN NULL;
  END $$;
CREATE OR REPLACE FUNCTION paddock.retain(max_rows bigint) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms'
  AS $$
  BEGIN
    IF NOT paddock.caller_has('paddock_core') THEN
      RAISE EXCEPTION 'only a core applies terms' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(paddock.retain_search(max_rows), paddock.retain_month(), paddock.retain_session(max_rows),
      paddock.retain_operations(max_rows));
  END $$;

-- The first entry of a chain that is not what it should be; as before, but that an entry past its term has no text, and
-- its operation is gone.
CREATE OR REPLACE FUNCTION paddock.verify_chain(of_team integer) RETURNS TABLE (number bigint, problem text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
  AS $$
    WITH allowed AS (
      SELECT of_team AS id WHERE paddock.sees_all() OR of_team IN (SELECT paddock.my_team_ids())
    ), chain AS (
      SELECT a.*, coalesce(lag(a.hash) OVER (ORDER BY a.number), '') AS previous,
        row_number() OVER (ORDER BY a.number) AS place
      FROM paddock.audit a JOIN allowed w ON w.id = a.team_id
    ), aside AS (
      SELECT paddock.aside_operation(s.content) AS facts FROM paddock.set_aside s WHERE s.relation = 'paddock.operation'
    ), known AS (
      SELECT o.id, to_jsonb(o) AS facts FROM paddock.operation o WHERE o.id IN (
        SELECT c.operation_id FROM chain c
        UNION SELECT e.operation_id FROM paddock.audit_entry e WHERE e.team_id = of_team)
      UNION ALL SELECT (a.facts ->> 'id')::uuid, a.facts FROM aside a WHERE a.facts IS NOT NULL
    ), checked AS (
      SELECT c.number, CASE
        WHEN c.number <> c.place THEN 'a row before it is missing'
        WHEN c.content IS NULL THEN CASE WHEN o.id IS NOT NULL THEN 'its text is missing' END
        WHEN c.hash <> sha256(c.previous || convert_to(c.content, 'UTF8'))
          OR c.content::jsonb ->> 'team' IS DISTINCT FROM c.team
          OR c.content::jsonb ->> 'number' IS DISTINCT FROM c.number::text
          OR c.content::jsonb #>> '{operation,id}' IS DISTINCT FROM c.operation_id::text
          THEN 'it was changed'
        WHEN o.id IS NULL THEN 'its operation is missing'
        WHEN NOT c.content::jsonb -> 'operation' <@ o.facts THEN 'its operation was changed'
        END AS problem
      FROM chain c LEFT JOIN known o ON o.id = c.operation_id
    ), ending AS (
      SELECT h.number, 'the end of the chain is missing' AS problem
      FROM paddock.audit_head h JOIN allowed w ON w.id = h.team_id LEFT JOIN chain a ON a.number = h.number
      WHERE h.number > 0 AND h.hash IS DISTINCT FROM a.hash
    ), unlinked AS (
      SELECT CASE WHEN o.id IS NULL THEN 'an operation that is not linked yet is missing'
        WHEN NOT e.content -> 'operation' <@ o.facts THEN 'an operation that is not linked yet was changed' END
        AS problem
      FROM paddock.audit_entry e JOIN allowed w ON w.id = e.team_id LEFT JOIN known o ON o.id = e.operation_id
    ), silent AS (
      SELECT 'an operation has no entry' AS problem FROM paddock.operation o JOIN allowed w ON w.id = o.team_id
      WHERE NOT EXISTS (SELECT FROM paddock.audit_entry e WHERE e.operation_id = o.id)
        AND NOT EXISTS (SELECT FROM paddock.audit a WHERE a.operation_id = o.id) LIMIT 1
    )
    SELECT f.number, f.problem FROM (
      SELECT c.number, c.problem FROM checked c UNION ALL SELECT e.number, e.problem FROM ending e
      UNION ALL SELECT 1 + coalesce((SELECT max(c.number) FROM chain c), 0), u.problem FROM (
        SELECT u.problem FROM unlinked u UNION ALL SELECT s.problem FROM silent s) u
    ) f
    WHERE f.problem IS NOT NULL ORDER BY f.number LIMIT 1
  $$;

-- Nobody calls what is not meant to be called.
REVOKE EXECUTE ON FUNCTION paddock.is_past_term, paddock.has_passed, paddock.only_past_term, paddock.preview_retention,
  paddock.set_retention, paddock.retain_operations FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.preview_retention, paddock.set_retention TO paddock_viewer;
SELECT paddock.take_no_samples();
