-- Operators command only what is theirs: what they write goes through functions, which ask whose the thing itself is.
-- Nobody but the core and the owner may change a table, so nobody else can hold a lock that somebody waits for.

-- Teams and sessions by identity. A name may be given away again; what was asked of those who had it stays theirs.
CREATE TABLE paddock.team_identity (
  id integer PRIMARY KEY,
  name text NOT NULL,
  ended_at timestamptz
);
INSERT INTO paddock.team_identity (id, name) SELECT id, name FROM paddock.team;
CREATE TABLE paddock.session_identity (
  id uuid PRIMARY KEY,
  team_id integer NOT NULL REFERENCES paddock.team_identity (id),
  UNIQUE (team_id, id)
);

-- What one team asks of another's session ends first, so that its end is on record.
UPDATE paddock.operation o
  SET outcome = 'failed', failure = 'The session is another team''s: this was set aside.', completed_at = now()
  WHERE o.outcome = 'pending' AND o.team <> coalesce(
    (SELECT s.team FROM paddock.session s WHERE s.id = o.session_id),
    (SELECT f.team FROM paddock.operation f WHERE f.session_id = o.session_id ORDER BY f.number LIMIT 1));

ALTER TABLE paddock.operation ADD COLUMN team_id integer;
ALTER TABLE paddock.audit ADD COLUMN team_id integer;
ALTER TABLE paddock.audit_head ADD COLUMN team_id integer;
ALTER TABLE paddock.operation DISABLE TRIGGER USER;
ALTER TABLE paddock.audit DISABLE TRIGGER USER;
ALTER TABLE paddock.audit_head DISABLE TRIGGER USER;

-- A team's life ends with its removal: what is before the last one belongs to teams that are gone.
CREATE TEMPORARY TABLE paddock_life ON COMMIT DROP AS
  SELECT number, team, count(*) FILTER (WHERE kind = 'team.delete' AND outcome = 'succeeded')
    OVER (PARTITION BY team ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS life
  FROM paddock.operation;
CREATE TEMPORARY TABLE paddock_owner ON COMMIT DROP AS
  SELECT team, life, CASE WHEN life = coalesce((
      SELECT count(*) FROM paddock.operation o
      WHERE o.team = l.team AND o.kind = 'team.delete' AND o.outcome = 'succeeded'), 0)
    THEN (SELECT t.id FROM paddock.team t WHERE t.name = l.team) END AS id
  FROM paddock_life l GROUP BY team, life;
-- A chain whose operations are all gone has an owner, too.
INSERT INTO paddock_owner
  SELECT h.team, 0, (SELECT t.id FROM paddock.team t WHERE t.name = h.team)
  FROM (SELECT team FROM paddock.audit_head UNION SELECT team FROM paddock.audit) h
  WHERE NOT EXISTS (SELECT FROM paddock_owner o WHERE o.team = h.team);
UPDATE paddock_owner SET id = -nextval(pg_get_serial_sequence('paddock.team', 'id')) WHERE id IS NULL;
INSERT INTO paddock.team_identity (id, name, ended_at) SELECT -id, team, now() FROM paddock_owner WHERE id < 0;
UPDATE paddock.operation o SET team_id = abs(w.id)
  FROM paddock_life l JOIN paddock_owner w USING (team, life) WHERE l.number = o.number;
-- A chain cannot be cut. One that has entries of an earlier team of the name stays with the last of those, and the team
-- of today begins one of its own.
CREATE TEMPORARY TABLE paddock_chain ON COMMIT DROP AS
  SELECT DISTINCT ON (team) team, abs(id) AS id FROM paddock_owner ORDER BY team, id > 0, life DESC;
UPDATE paddock.audit a SET team_id = c.id FROM paddock_chain c WHERE c.team = a.team;
UPDATE paddock.audit_head h SET team_id = c.id FROM paddock_chain c WHERE c.team = h.team;

-- The first who named a session started it.
INSERT INTO paddock.session_identity (id, team_id) SELECT id, team_id FROM paddock.session;
INSERT INTO paddock.session_identity (id, team_id)
  SELECT DISTINCT ON (session_id) session_id, team_id FROM paddock.operation
  WHERE session_id IS NOT NULL ORDER BY session_id, number
  ON CONFLICT DO NOTHING;
SELECT paddock.move_aside('paddock.operation',
  $$ r.session_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM paddock.session_identity i WHERE i.id = r.session_id AND i.team_id = r.team_id) $$,
  'it commands a session of another team');

ALTER TABLE paddock.session ADD UNIQUE (team, id);
SELECT paddock.move_aside('paddock.sandbox_report',
  'NOT EXISTS (SELECT FROM paddock.session s WHERE s.id = r.session_id AND s.team = r.team)',
  'its session is of another team');
ALTER TABLE paddock.sandbox_report DROP CONSTRAINT sandbox_report_session_id_fkey,
  ADD FOREIGN KEY (team, session_id) REFERENCES paddock.session (team, id) ON DELETE CASCADE;
SELECT paddock.move_aside('paddock.legal_hold',
  $$ r.session_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM paddock.session s WHERE s.id = r.session_id AND s.team_id = r.team_id) $$,
  'its session is of another team');
ALTER TABLE paddock.legal_hold
  ADD FOREIGN KEY (team_id, session_id) REFERENCES paddock.session_identity (team_id, id);
ALTER TABLE paddock.operation ALTER COLUMN team_id SET NOT NULL,
  ADD FOREIGN KEY (team_id) REFERENCES paddock.team_identity (id),
  ADD FOREIGN KEY (team_id, session_id) REFERENCES paddock.session_identity (team_id, id);
ALTER TABLE paddock.audit DROP CONSTRAINT audit_pkey, ADD PRIMARY KEY (team_id, number),
  ADD FOREIGN KEY (team_id) REFERENCES paddock.team_identity (id);
ALTER TABLE paddock.audit_head DROP CONSTRAINT audit_head_pkey, ADD PRIMARY KEY (team_id),
  ADD FOREIGN KEY (team_id) REFERENCES paddock.team_identity (id);
INSERT INTO paddock.audit_head (team, team_id, number, hash)
  SELECT t.name, t.id, 0, '' FROM paddock.team t
  WHERE NOT EXISTS (SELECT FROM paddock.audit_head h WHERE h.team_id = t.id);
ALTER TABLE paddock.operation ENABLE TRIGGER USER;
ALTER TABLE paddock.audit ENABLE TRIGGER USER;
ALTER TABLE paddock.audit_head ENABLE TRIGGER USER;

-- Operators' clocks order nothing, and gaps between numbers would tell how busy other teams are.
DROP INDEX paddock.operation_session;
DROP INDEX paddock.operation_team;
CREATE INDEX operation_session ON paddock.operation (session_id, requested_at, id);
CREATE INDEX operation_team ON paddock.operation (team_id, requested_at, id);
CREATE INDEX operation_waiting ON paddock.operation (team_id, session_id) WHERE outcome = 'pending';

-- Whoever may know that something has changed listens to a name that nobody can guess: a team's members to the team's,
-- who sees all teams to the one that has none.
CREATE TABLE paddock.channel (
  team_id integer UNIQUE REFERENCES paddock.team (id) ON DELETE CASCADE,
  name text NOT NULL UNIQUE DEFAULT 'paddock_' || replace(gen_random_uuid()::text, '-', '')
);
INSERT INTO paddock.channel (team_id) SELECT id FROM paddock.team UNION ALL SELECT NULL;

CREATE FUNCTION paddock.note_team() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN
      UPDATE paddock.team_identity SET ended_at = clock_timestamp() WHERE id = OLD.id;
    ELSE
      INSERT INTO paddock.team_identity (id, name) VALUES (NEW.id, NEW.name);
      INSERT INTO paddock.channel (team_id) VALUES (NEW.id);
      INSERT INTO paddock.audit_head (team, team_id, number, hash) VALUES (NEW.name, NEW.id, 0, '');
    END IF;
    RETURN NULL;
  END $$;
CREATE FUNCTION paddock.note_session() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    INSERT INTO paddock.session_identity (id, team_id) VALUES (NEW.id, NEW.team_id);
    RETURN NULL;
  END $$;
-- Who is not let in any more must not go on listening.
CREATE FUNCTION paddock.rename_channel() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    UPDATE paddock.channel SET name = DEFAULT WHERE team_id = OLD.team_id;
    RETURN NULL;
  END $$;
CREATE TRIGGER noted AFTER INSERT OR DELETE ON paddock.team FOR EACH ROW EXECUTE FUNCTION paddock.note_team();
CREATE TRIGGER noted AFTER INSERT ON paddock.session FOR EACH ROW EXECUTE FUNCTION paddock.note_session();
CREATE TRIGGER renamed AFTER DELETE ON paddock.team_grant FOR EACH ROW EXECUTE FUNCTION paddock.rename_channel();
-- Whoever is removed may have seen any of them, an administrator all.
CREATE FUNCTION paddock.rename_channels() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    UPDATE paddock.channel SET name = DEFAULT;
    RETURN NULL;
  END $$;
CREATE TRIGGER renamed AFTER UPDATE OF removed_at ON paddock.operator_login
  FOR EACH ROW WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL) EXECUTE FUNCTION paddock.rename_channels();

CREATE FUNCTION paddock.sees_all() RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT paddock.caller_has('paddock_admin') OR paddock.caller_has('paddock_core') $$;
CREATE FUNCTION paddock.my_channels() RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.name FROM paddock.channel c
    WHERE CASE WHEN (SELECT paddock.sees_all()) THEN c.team_id IS NULL
      ELSE c.team_id = ANY (ARRAY(SELECT paddock.my_team_ids())) END
  $$;

-- What a notification says: nothing, for intents; or ids of sessions with a comma between.
CREATE FUNCTION paddock.tell(of_team integer, payload text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT pg_notify(c.name, payload) FROM paddock.channel c WHERE c.team_id = of_team OR c.team_id IS NULL $$;
-- Postgres takes less than 8000 bytes: 200 ids in each.
CREATE FUNCTION paddock.tell_sessions(ids uuid[]) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT paddock.tell(p.team_id, string_agg(p.id::text, ',')) FROM (
      SELECT s.id, s.team_id, (row_number() OVER (PARTITION BY s.team_id) - 1) / 200 AS part
      FROM paddock.session s WHERE s.id = ANY (ids)) p
    GROUP BY p.team_id, p.part
  $$;
CREATE FUNCTION paddock.tell_intents(of_team text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT paddock.tell((SELECT t.id FROM paddock.team t WHERE t.name = of_team), '') $$;

-- Who asks, by the database's own knowledge. Cores and the owner, whose login several people may share, may speak for a
-- person: that one stands beside it, never instead. Nobody else is believed.
CREATE FUNCTION paddock.actor(claimed text) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT CASE
      WHEN coalesce(claimed, '') IN ('', session_user) OR NOT paddock.is_core_login(quote_ident(session_user)::regrole)
        THEN session_user::text
      WHEN starts_with(claimed, session_user || '/') THEN left(claimed, 256)
      ELSE session_user || '/' || left(claimed, 192) END
  $$;

-- The core acts on the sessions of all teams.
CREATE FUNCTION paddock.acting_level(of_team text) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT CASE WHEN paddock.caller_has('paddock_core') AND EXISTS (SELECT FROM paddock.team t WHERE t.name = of_team)
      THEN 4 ELSE paddock.caller_level(of_team) END
  $$;
-- Says no to whoever has less than this level; whoever has none is told what would be said of a team that is not there.
CREATE FUNCTION paddock.demand(of_team text, actual integer, needed integer) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF coalesce(actual, 0) = 0 THEN
      RAISE EXCEPTION 'There is no team ''%''.', of_team
        USING ERRCODE = 'PD404', HINT = 'Make it with `paddock team create`.';
    ELSIF needed IS NULL OR actual < needed THEN
      RAISE EXCEPTION 'only % of the team ''%'' may do this', (ARRAY['members', 'approvers, operators and admins',
          'operators and admins', 'admins'])[coalesce(needed, 4)], of_team
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  END $$;
CREATE FUNCTION paddock.demand_length(what text, given bigint, allowed bigint) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF given > allowed THEN
      RAISE EXCEPTION 'The % has % bytes; at most % are taken.', what, given, allowed USING ERRCODE = 'PD400';
    END IF;
  END $$;

-- What may be asked of a session, and from which level on.
CREATE FUNCTION paddock.level_for(kind text) RETURNS integer
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT CASE WHEN kind IN ('session.approve', 'session.deny', 'session.message') THEN 2
      WHEN kind IN ('session.interrupt', 'session.restart', 'session.suspend', 'session.resume', 'session.kill',
        'session.purge') THEN 3 END
  $$;

-- What waits is read with every look of the core, for all teams: no team may make it long.
CREATE FUNCTION paddock.demand_room(of_team_id integer, of_session uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    waiting record;
  BEGIN
    SELECT count(*) AS number, count(*) FILTER (WHERE o.session_id = of_session) AS here,
        coalesce(sum(octet_length(o.argument)), 0) AS bytes INTO waiting
      FROM paddock.operation o WHERE o.team_id = of_team_id AND o.outcome = 'pending';
    IF waiting.here >= 256 OR waiting.number >= 20000 OR waiting.bytes >= 33554432 THEN
      RAISE EXCEPTION 'Too much waits to be carried out already: % operations of the session, % of the team, % bytes.',
        waiting.here, waiting.number, waiting.bytes USING ERRCODE = 'PD403', HINT = 'Is a core running?';
    END IF;
  END $$;

CREATE FUNCTION paddock.submit_operation(
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

-- The session's id, which is the given one unless it was given away before: whose it is, is not told.
CREATE FUNCTION paddock.start_session(
    new_session uuid, new_operation uuid, of_team text, of_agent text, new_title text, message text,
    claimed_actor text, new_reason text) RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    owner record;
    chosen uuid;
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    SELECT o.session_id INTO chosen FROM paddock.operation o JOIN paddock.team t ON t.id = o.team_id
      WHERE o.id = new_operation AND o.kind = 'session.start' AND t.name = of_team;
    IF FOUND THEN RETURN chosen; END IF;
    SELECT t.id, a.name, a.runtime INTO owner FROM paddock.agent a JOIN paddock.team t ON t.name = a.team
      WHERE a.team = of_team AND a.name = of_agent AND a.deleted_at IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The team ''%'' has no agent ''%''.', of_team, left(of_agent, 80)
        USING ERRCODE = 'PD404', HINT = 'Declare it with `paddock agent apply`.';
    END IF;
    PERFORM paddock.demand_length('message', octet_length(message), 1048576);
    PERFORM paddock.demand_length('reason', octet_length(new_reason), 8192);
    PERFORM paddock.demand_room(owner.id, NULL);
    -- Version 7 alone: ids of version 4 are what a cluster gives to sandboxes, which must not be taken before.
    chosen := CASE WHEN substr(new_session::text, 15, 1) = '7'
      AND NOT EXISTS (SELECT FROM paddock.session_identity i WHERE i.id = new_session)
      THEN new_session ELSE gen_random_uuid() END;
    INSERT INTO paddock.session
        (id, team, team_id, agent, runtime, title, desired, generation, state, state_since, created_at)
      VALUES (chosen, of_team, owner.id, owner.name, owner.runtime, left(new_title, 1000), 'running', 1, 'starting',
        now(), now());
    INSERT INTO paddock.operation
        (id, kind, team, team_id, session_id, subject, generation, argument, actor, reason, requested_at)
      VALUES (new_operation, 'session.start', of_team, owner.id, chosen, owner.name, 1, message,
        paddock.actor(claimed_actor), new_reason, clock_timestamp())
      ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The operation % cannot be recorded under this id.', new_operation USING ERRCODE = 'PD409';
    END IF;
    PERFORM paddock.tell(owner.id, '');
    RETURN chosen;
  END $$;

-- The rest of an import takes the recorder's rights: whoever has none is told before anything is begun.
CREATE FUNCTION paddock.begin_import(new_id uuid, of_team text, source text, claimed_actor text, new_reason text)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.acting_level(of_team), 3);
    IF NOT paddock.caller_has('paddock_core') THEN
      RAISE EXCEPTION 'only who may record may import' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM paddock.demand_length('source', octet_length(source), 1048576);
    PERFORM paddock.demand_length('reason', octet_length(new_reason), 8192);
    INSERT INTO paddock.operation (id, kind, team, team_id, argument, actor, reason, requested_at)
      SELECT new_id, 'import', t.name, t.id, source, paddock.actor(claimed_actor), new_reason, clock_timestamp()
      FROM paddock.team t WHERE t.name = of_team;
  END $$;

-- Changes of agents and secrets record themselves, by triggers; by whom and why are set for the transaction.
CREATE FUNCTION paddock.attribute(claimed_actor text, new_reason text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    PERFORM paddock.demand_length('reason', octet_length(new_reason), 8192);
    PERFORM set_config('paddock.actor', coalesce(claimed_actor, ''), true),
      set_config('paddock.reason', coalesce(new_reason, ''), true);
  END $$;
CREATE OR REPLACE FUNCTION paddock.record_change(kind text, team text, subject text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO paddock.operation
      (id, kind, team, team_id, subject, actor, reason, requested_at, outcome, completed_at)
    -- Of a team that is gone an unreadable row may still be removed.
    SELECT gen_random_uuid(), $1, t.name, t.id, $3, paddock.actor(current_setting('paddock.actor', true)),
      nullif(current_setting('paddock.reason', true), ''), clock_timestamp(), 'succeeded', clock_timestamp()
    FROM paddock.team_identity t WHERE t.name = $2 ORDER BY t.ended_at IS NULL DESC, t.id DESC LIMIT 1;
    SELECT paddock.tell_intents($2);
  $$;
CREATE OR REPLACE FUNCTION paddock.record_retention(
    kind text, team text, of_session uuid, argument text, claimed_actor text, why text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO paddock.operation
      (id, kind, team, team_id, session_id, argument, actor, reason, requested_at, outcome, completed_at)
    SELECT gen_random_uuid(), $1, t.name, t.id, $3, $4, paddock.actor($5), $6, clock_timestamp(), 'succeeded',
      clock_timestamp()
    FROM paddock.team t WHERE t.name = $2;
    SELECT paddock.tell_intents($2);
  $$;

CREATE FUNCTION paddock.apply_agent(
    of_team text, agent_name text, agent_runtime text, agent_spec json, claimed_actor text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    PERFORM paddock.demand_length('specification', octet_length(agent_spec::text), 1048576);
    IF paddock.is_name(agent_name) IS NOT TRUE THEN
      RAISE EXCEPTION 'The agent name ''%'' is not valid.', left(agent_name, 80) USING ERRCODE = 'PD400';
    END IF;
    PERFORM paddock.attribute(claimed_actor, NULL);
    INSERT INTO paddock.agent AS a (team, name, runtime, spec, revision, created_at, updated_at)
      VALUES (of_team, agent_name, agent_runtime, agent_spec, 1, now(), now())
      ON CONFLICT (team, name) DO UPDATE
        SET runtime = excluded.runtime, spec = excluded.spec, revision = a.revision + 1, updated_at = now(),
          deleted_at = NULL
        WHERE a.spec::text <> excluded.spec::text OR a.deleted_at IS NOT NULL;
  END $$;

CREATE FUNCTION paddock.delete_agent(of_team text, agent_name text, claimed_actor text, new_reason text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    PERFORM paddock.attribute(claimed_actor, new_reason);
    UPDATE paddock.agent SET deleted_at = now() WHERE team = of_team AND name = agent_name AND deleted_at IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The team ''%'' has no agent ''%''.', of_team, left(agent_name, 80)
        USING ERRCODE = 'PD404', HINT = format('See `paddock agent list --team %s`.', of_team);
    END IF;
  END $$;

CREATE FUNCTION paddock.set_secret(
    of_team text, secret_name text, new_ciphertext bytea, new_wrapped_key bytea, new_key_id text, claimed_actor text)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    IF secret_name IS NULL OR secret_name !~ '^[A-Z_][A-Z0-9_]{0,127}$' THEN
      RAISE EXCEPTION 'The secret name ''%'' is not valid.', left(secret_name, 80) USING ERRCODE = 'PD400';
    END IF;
    PERFORM paddock.demand_length('sealed value', octet_length(new_ciphertext), 1048576);
    PERFORM paddock.demand_length('sealed key', octet_length(new_wrapped_key), 1024);
    PERFORM paddock.demand_length('name of the master key', octet_length(new_key_id), 128);
    PERFORM paddock.attribute(claimed_actor, NULL);
    INSERT INTO paddock.secret (team, name, owner, ciphertext, wrapped_key, key_id, created_at, updated_at)
      VALUES (of_team, secret_name, paddock.actor(claimed_actor), new_ciphertext, new_wrapped_key, new_key_id, now(),
        now())
      ON CONFLICT (team, name) DO UPDATE SET owner = excluded.owner, ciphertext = excluded.ciphertext,
        wrapped_key = excluded.wrapped_key, key_id = excluded.key_id, updated_at = excluded.updated_at;
  END $$;

CREATE FUNCTION paddock.bind_secret(of_team text, secret_name text, agent_name text, claimed_actor text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    PERFORM FROM paddock.agent a WHERE a.team = of_team AND a.name = agent_name AND a.deleted_at IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The team ''%'' has no agent ''%''.', of_team, left(agent_name, 80)
        USING ERRCODE = 'PD404', HINT = format('See `paddock agent list --team %s`.', of_team);
    END IF;
    PERFORM FROM paddock.secret s WHERE s.team = of_team AND s.name = secret_name;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The team ''%'' has no secret ''%''.', of_team, left(secret_name, 80)
        USING ERRCODE = 'PD404', HINT = format('See `paddock secret list --team %s`.', of_team);
    END IF;
    PERFORM paddock.attribute(claimed_actor, NULL);
    INSERT INTO paddock.secret_binding (team, secret, agent) VALUES (of_team, secret_name, agent_name)
      ON CONFLICT DO NOTHING;
  END $$;

CREATE FUNCTION paddock.delete_secret(of_team text, secret_name text, claimed_actor text, new_reason text)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    PERFORM paddock.attribute(claimed_actor, new_reason);
    DELETE FROM paddock.secret WHERE team = of_team AND name = secret_name;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The team ''%'' has no secret ''%''.', of_team, left(secret_name, 80)
        USING ERRCODE = 'PD404', HINT = format('See `paddock secret list --team %s`.', of_team);
    END IF;
  END $$;

-- Teams. One at a time, by a lock that only the owner can take: anybody can take an advisory one. Their operations go by
-- the identity, which outlives the team.
CREATE OR REPLACE FUNCTION paddock.create_team(team_name text, operation_id uuid, actor text, reason text, bounds json)
  RETURNS timestamptz
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    made record;
    role_name text := 'paddock_team_' || team_name;
  BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin make teams' USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE paddock.team IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO paddock.team (name, quota) VALUES (team_name, bounds) RETURNING id, created_at INTO made;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    -- Ties the role to this database: another database of the cluster cannot drop it meanwhile.
    EXECUTE format('GRANT USAGE ON SCHEMA paddock TO %I', role_name);
    INSERT INTO paddock.operation
        (id, kind, team, team_id, argument, actor, reason, requested_at, outcome, completed_at)
      VALUES (operation_id, 'team.create', team_name, made.id, nullif(bounds::text, '{}'), paddock.actor(actor), reason,
        made.created_at, 'succeeded', made.created_at);
    PERFORM paddock.tell(made.id, '');
    RETURN made.created_at;
  END $$;

CREATE OR REPLACE FUNCTION paddock.change_team(team_name text, operation_id uuid, actor text, reason text, bounds json)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    changed integer;
  BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin change teams' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE paddock.team SET quota = bounds WHERE name = team_name RETURNING id INTO changed;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'There is no team ''%''.', team_name USING ERRCODE = 'PD404';
    END IF;
    INSERT INTO paddock.operation
        (id, kind, team, team_id, argument, actor, reason, requested_at, outcome, completed_at)
      VALUES (operation_id, 'team.change', team_name, changed, bounds::text, paddock.actor(actor), reason,
        clock_timestamp(), 'succeeded', clock_timestamp());
    PERFORM paddock.tell(changed, '');
  END $$;

CREATE OR REPLACE FUNCTION paddock.delete_team(team_name text, operation_id uuid, actor text, reason text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s'
  AS $$
  DECLARE
    ended integer;
    remaining bigint;
    role_name text := 'paddock_team_' || team_name;
  BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin delete teams' USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE paddock.team IN SHARE ROW EXCLUSIVE MODE;
    SELECT id INTO ended FROM paddock.team WHERE name = team_name FOR UPDATE;
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
    INSERT INTO paddock.operation (id, kind, team, team_id, actor, reason, requested_at, outcome, completed_at)
      VALUES (operation_id, 'team.delete', team_name, ended, paddock.actor(actor), reason, clock_timestamp(),
        'succeeded', clock_timestamp());
    PERFORM paddock.tell(NULL, '');
    EXECUTE format('REVOKE USAGE ON SCHEMA paddock FROM %I', role_name);
    BEGIN
      EXECUTE format('DROP ROLE %I', role_name);
    EXCEPTION WHEN dependent_objects_still_exist THEN NULL;
    END;
  END $$;

-- The audit. Writers leave their entry here and wait for nobody; the core links it into the team's chain behind them, in
-- the order in which entries came to be seen.
CREATE TABLE paddock.audit_entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id integer NOT NULL,
  operation_id uuid NOT NULL,
  content jsonb NOT NULL
);

-- A purge takes away what was said to a session, too. So the audit holds a digest of it, not the text, and its chain still
-- proves afterwards that nothing else was changed. With a salt that goes with the text, as a short answer could be guessed.
-- Immutable for the encoding that every database of ours has.
CREATE FUNCTION paddock.text_digest(salt uuid, content text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT encode(sha256(uuid_send(salt) || convert_to(content, 'UTF8')), 'hex') $$;
-- Operations from before have no salt and keep their arguments, which stand in the audit word for word.
ALTER TABLE paddock.operation
  ADD COLUMN argument_salt uuid,
  ADD COLUMN removed_digest text,
  ADD CONSTRAINT operation_removed CHECK (removed_digest IS NULL OR argument IS NULL AND argument_salt IS NULL);
ALTER TABLE paddock.operation ALTER COLUMN argument_salt SET DEFAULT gen_random_uuid();
ALTER TABLE paddock.operation
  ADD COLUMN argument_digest text
    GENERATED ALWAYS AS (coalesce(removed_digest, paddock.text_digest(argument_salt, argument))) STORED;

-- Before an update the generated column is not computed yet; what it is made of is compared.
CREATE OR REPLACE FUNCTION paddock.only_complete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    told text[] := ARRAY['outcome', 'failure', 'completed_at', 'argument_digest'];
    removed text[] := ARRAY['argument', 'argument_salt', 'removed_digest', 'argument_digest'];
    -- With its team a session goes whole, and only behind its purge.
    is_purged boolean := OLD.session_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM paddock.session s WHERE s.id = OLD.session_id AND s.purged_at IS NULL);
  BEGIN
    IF OLD.outcome = 'pending' AND NEW.outcome <> 'pending'
      AND to_jsonb(OLD) - told IS NOT DISTINCT FROM to_jsonb(NEW) - told THEN
      -- What still waited when its session was purged.
      IF is_purged AND OLD.argument_digest IS NOT NULL AND OLD.removed_digest IS NULL THEN
        NEW.removed_digest := OLD.argument_digest;
        NEW.argument := NULL;
        NEW.argument_salt := NULL;
      END IF;
      RETURN NEW;
    END IF;
    IF is_purged AND OLD.outcome <> 'pending' AND OLD.removed_digest IS NULL
      AND NEW.removed_digest = OLD.argument_digest AND NEW.argument IS NULL AND NEW.argument_salt IS NULL
      AND to_jsonb(OLD) - removed IS NOT DISTINCT FROM to_jsonb(NEW) - removed THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'operation is append-only: only a pending outcome can change'
      USING ERRCODE = 'insufficient_privilege';
  END $$;
-- For the core, in the transaction that purges the session.
CREATE FUNCTION paddock.remove_arguments(of_session uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    UPDATE paddock.operation o SET removed_digest = o.argument_digest, argument = NULL, argument_salt = NULL
    WHERE o.session_id = of_session AND o.argument_digest IS NOT NULL AND o.removed_digest IS NULL
      AND o.outcome <> 'pending'
      AND EXISTS (SELECT FROM paddock.session s WHERE s.id = of_session AND s.purged_at IS NOT NULL);
  $$;

CREATE OR REPLACE FUNCTION paddock.write_audit() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
  AS $$
  DECLARE
    facts jsonb := to_jsonb(NEW) - ARRAY['argument', 'argument_salt', 'removed_digest'];
  BEGIN
    IF NEW.outcome = 'pending' THEN facts := facts - ARRAY['outcome', 'failure', 'completed_at']; END IF;
    INSERT INTO paddock.audit_entry (team_id, operation_id, content) VALUES (NEW.team_id, NEW.id, jsonb_build_object(
      'team', NEW.team, 'time', clock_timestamp(), 'role', paddock.caller(),
      'step', CASE TG_OP WHEN 'INSERT' THEN 'requested' ELSE 'completed' END, 'operation', facts));
    RETURN NULL;
  END $$;
-- What a purge removes is recorded by the purge's own operation.
DROP TRIGGER audited ON paddock.operation;
CREATE TRIGGER audited AFTER INSERT OR UPDATE OF outcome, failure, completed_at ON paddock.operation
  FOR EACH ROW EXECUTE FUNCTION paddock.write_audit();
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON paddock.audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();

CREATE OR REPLACE FUNCTION paddock.only_append() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF TG_OP = 'INSERT' AND NEW.number = 0 AND NEW.hash = '' THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND NEW.team_id = OLD.team_id AND NEW.number = OLD.number + 1 AND EXISTS (
      SELECT FROM paddock.audit a WHERE a.team_id = NEW.team_id AND a.number = NEW.number AND a.hash = NEW.hash)
      THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'audit_head is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END $$;

-- How many it linked. Two that link at once take nothing from each other: what one is at, the other leaves out. A chain
-- that cannot be gone on with, because its end or an entry was spoiled, keeps none of the others.
CREATE FUNCTION paddock.link_audit(maximum bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    entry paddock.audit_entry;
    head paddock.audit_head;
    content text;
    stuck integer[] := '{}';
    linked bigint := 0;
  BEGIN
    FOR entry IN SELECT * FROM paddock.audit_entry ORDER BY id FOR UPDATE SKIP LOCKED LOOP
      EXIT WHEN linked >= maximum;
      CONTINUE WHEN entry.team_id = ANY (stuck);
      SELECT * INTO head FROM paddock.audit_head WHERE team_id = entry.team_id FOR UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
      BEGIN
        head.number := head.number + 1;
        content := (entry.content || jsonb_build_object('number', head.number))::text;
        head.hash := sha256(head.hash || convert_to(content, 'UTF8'));
        INSERT INTO paddock.audit (team, team_id, number, operation_id, content, hash)
          VALUES (entry.content ->> 'team', head.team_id, head.number, entry.operation_id, content, head.hash);
        UPDATE paddock.audit_head SET number = head.number, hash = head.hash WHERE team_id = head.team_id;
        DELETE FROM paddock.audit_entry WHERE id = entry.id;
        linked := linked + 1;
      EXCEPTION WHEN OTHERS THEN
        stuck := stuck || entry.team_id;
        RAISE WARNING 'the audit of the team % cannot go on: %', entry.team_id, SQLERRM;
      END;
    END LOOP;
    RETURN linked;
  END $$;

-- An operation as it was set aside; NULL when that cannot be read.
CREATE FUNCTION paddock.aside_operation(content text) RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
  AS $$
  DECLARE
    o paddock.operation;
  BEGIN
    o := jsonb_populate_record(NULL::paddock.operation, content::jsonb);
    o.argument_digest := coalesce(o.removed_digest, paddock.text_digest(o.argument_salt, o.argument));
    RETURN to_jsonb(o);
  EXCEPTION WHEN OTHERS THEN RETURN NULL;
  END $$;

-- The first row of a chain that is not what it should be; none when all is well. What a migration set aside is compared
-- with where it lies now.
CREATE FUNCTION paddock.verify_chain(of_team integer) RETURNS TABLE (number bigint, problem text)
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
CREATE OR REPLACE FUNCTION paddock.verify_audit(of_team text) RETURNS TABLE (number bigint, problem text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT v.number, v.problem FROM paddock.my_team_rows() t, LATERAL paddock.verify_chain(t.id) v WHERE t.name = of_team
  $$;

-- Histories are read by functions, so that nobody else puts questions to the planner, which estimates from samples of
-- all events, whoever asks. Of all months only that of the session is looked into.
CREATE FUNCTION paddock.readable_bucket(of_session uuid) RETURNS date
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT s.bucket FROM paddock.session s JOIN paddock.my_team_rows() t ON t.id = s.team_id WHERE s.id = of_session
  $$;
CREATE FUNCTION paddock.read_events(of_session uuid, edge bigint, is_forward boolean, row_limit bigint)
  RETURNS SETOF paddock.event
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    month date := paddock.readable_bucket(of_session);
  BEGIN
    IF is_forward THEN
      RETURN QUERY
        SELECT e.* FROM paddock.event e WHERE e.bucket = month AND e.session_id = of_session AND e.seq > edge
        ORDER BY e.seq LIMIT row_limit;
    ELSE
      RETURN QUERY
        SELECT e.* FROM paddock.event e WHERE e.bucket = month AND e.session_id = of_session AND e.seq < edge
        ORDER BY e.seq DESC LIMIT row_limit;
    END IF;
  END $$;
-- A runtime that was resumed may ask again with the same call id: only its last request can be answered.
CREATE FUNCTION paddock.read_requests(of_session uuid, calls text[]) RETURNS SETOF paddock.event
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    month date := paddock.readable_bucket(of_session);
  BEGIN
    RETURN QUERY
      SELECT e.* FROM paddock.event e WHERE e.bucket = month AND e.session_id = of_session AND e.seq IN (
        SELECT max(r.seq) FROM paddock.event r
        WHERE r.bucket = month AND r.session_id = of_session AND r.kind = 'approval.request' AND r.call_id = ANY (calls)
        GROUP BY r.call_id)
      ORDER BY e.seq;
  END $$;
-- The conditions read as the partial indexes are declared.
CREATE FUNCTION paddock.next_event(of_session uuid, edge bigint, is_forward boolean, matching text) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    month date := paddock.readable_bucket(of_session);
  BEGIN
    RETURN CASE
      WHEN matching = 'user' AND is_forward THEN (
        SELECT min(e.seq) FROM paddock.event e
        WHERE e.bucket = month AND e.session_id = of_session AND e.kind = 'user' AND e.seq > edge)
      WHEN matching = 'user' THEN (
        SELECT max(e.seq) FROM paddock.event e
        WHERE e.bucket = month AND e.session_id = of_session AND e.kind = 'user' AND e.seq < edge)
      WHEN matching = 'error' AND is_forward THEN (
        SELECT min(e.seq) FROM paddock.event e
        WHERE e.bucket = month AND e.session_id = of_session AND e.kind = 'tool.result' AND e.is_error AND e.seq > edge)
      WHEN matching = 'error' THEN (
        SELECT max(e.seq) FROM paddock.event e
        WHERE e.bucket = month AND e.session_id = of_session AND e.kind = 'tool.result' AND e.is_error AND e.seq < edge)
      END;
  END $$;

-- As before, but that nobody goes on listening who was let in by a group role.
CREATE OR REPLACE FUNCTION paddock.revoke_operator(login text, of_team text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    is_changed boolean;
    why text;
  BEGIN
    PERFORM paddock.demand_team_admin(of_team);
    PERFORM FROM paddock.operator_login o WHERE o.name = login FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'There is no operator ''%''.', login USING ERRCODE = 'PD404'; END IF;
    DELETE FROM paddock.team_grant g USING paddock.team t
      WHERE t.id = g.team_id AND t.name = of_team AND g.grantee = login;
    is_changed := FOUND;
    IF EXISTS (SELECT FROM pg_roles r WHERE r.rolname = login AND pg_has_role(r.oid, 'paddock_team_' || of_team, 'member'))
    THEN
      why := paddock.take_role('paddock_team_' || of_team, login);
      IF why IS NOT NULL THEN RAISE EXCEPTION 'The role cannot be taken: %.', why USING ERRCODE = 'PD403'; END IF;
      is_changed := true;
      UPDATE paddock.channel c SET name = DEFAULT FROM paddock.team t WHERE t.id = c.team_id AND t.name = of_team;
    END IF;
    IF NOT is_changed THEN
      RAISE EXCEPTION 'The operator ''%'' has no role in the team ''%''.', login, of_team USING ERRCODE = 'PD404';
    END IF;
    PERFORM paddock.record_change('operator.revoke', of_team, login);
  END $$;

-- What is left of the rights.
DROP FUNCTION paddock.refuse_operation(uuid, text);
REVOKE INSERT, UPDATE ON paddock.agent FROM paddock_operator;
REVOKE INSERT ON paddock.session FROM paddock_operator;
REVOKE INSERT ON paddock.operation FROM paddock_operator, paddock_core;
REVOKE INSERT, UPDATE, DELETE ON paddock.secret, paddock.secret_binding FROM paddock_operator;
DROP POLICY reading ON paddock.operation;
DROP POLICY asking ON paddock.operation;
DROP POLICY completing ON paddock.operation;
CREATE POLICY reading ON paddock.operation FOR SELECT
  USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())) OR (SELECT paddock.sees_all()));
CREATE POLICY completing ON paddock.operation FOR UPDATE USING ((SELECT paddock.caller_has('paddock_core')));
DROP POLICY reading ON paddock.audit;
DROP POLICY reading ON paddock.audit_head;
CREATE POLICY reading ON paddock.audit FOR SELECT
  USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())) OR (SELECT paddock.sees_all()));
CREATE POLICY reading ON paddock.audit_head FOR SELECT
  USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())) OR (SELECT paddock.sees_all()));
CREATE POLICY reading ON paddock.audit_entry FOR SELECT
  USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())) OR (SELECT paddock.sees_all()));
CREATE POLICY administration ON paddock.team_identity FOR SELECT USING ((SELECT paddock.sees_all()));
CREATE POLICY administration ON paddock.session_identity FOR SELECT USING ((SELECT paddock.sees_all()));
CREATE POLICY administration ON paddock.channel FOR SELECT USING ((SELECT paddock.sees_all()));
ALTER TABLE paddock.audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE paddock.team_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE paddock.session_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE paddock.channel ENABLE ROW LEVEL SECURITY;
REVOKE SELECT ON paddock.operation FROM paddock_viewer;
GRANT SELECT (id, kind, team, team_id, session_id, subject, generation, argument, actor, reason, requested_at, outcome,
  failure, completed_at) ON paddock.operation TO paddock_viewer;
GRANT SELECT ON paddock.operation TO paddock_core, paddock_admin;
GRANT SELECT (team_id, operation_id, content) ON paddock.audit_entry TO paddock_viewer;
GRANT SELECT ON paddock.team_identity TO paddock_admin;
GRANT SELECT ON paddock.session_identity TO paddock_core;
REVOKE SELECT ON paddock.event, paddock.event_search, paddock.search_cursor FROM paddock_viewer;
GRANT SELECT ON paddock.event, paddock.event_search, paddock.search_cursor TO paddock_core;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA paddock FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.caller, paddock.caller_has, paddock.caller_level, paddock.sees_all,
  paddock.my_team_rows, paddock.my_team_ids, paddock.my_teams, paddock.my_channels, paddock.verify_audit,
  paddock.verify_chain, paddock.submit_operation, paddock.start_session, paddock.begin_import, paddock.apply_agent,
  paddock.delete_agent, paddock.set_secret, paddock.bind_secret, paddock.delete_secret, paddock.read_events,
  paddock.read_requests, paddock.next_event TO paddock_viewer;
GRANT EXECUTE ON FUNCTION paddock.tell_sessions, paddock.tell_intents, paddock.link_audit, paddock.text_digest,
  paddock.remove_arguments, paddock.words_of, paddock.places_of, paddock.place_of_team, paddock.place_of_time,
  paddock.place_of_session TO paddock_core;
-- Whoever writes a row asks the rules of it; only cores write rows.
REVOKE EXECUTE ON FUNCTION paddock.operation_kinds, paddock.desired_states, paddock.session_states, paddock.runtimes,
  paddock.event_kinds, paddock.is_name, paddock.is_time, paddock.bounded_time, paddock.is_count, paddock.is_object,
  paddock.is_specification FROM paddock_viewer;
GRANT EXECUTE ON FUNCTION paddock.operation_kinds, paddock.desired_states, paddock.session_states, paddock.runtimes,
  paddock.event_kinds, paddock.is_name, paddock.is_time, paddock.bounded_time, paddock.is_count, paddock.is_object,
  paddock.is_specification TO paddock_core;

-- By asking EXPLAIN again and again one could read what was sampled. Of the tables that anybody may ask about, nothing is
-- sampled; every query on them goes by an index or reads all there is. A later migration that makes such a table, or a
-- column of one, calls this again.
CREATE FUNCTION paddock.take_no_samples() RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    sampled record;
  BEGIN
    FOR sampled IN
      SELECT a.attrelid::regclass AS relation, a.attname AS name
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'paddock'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
        AND has_any_column_privilege('paddock_viewer', c.oid, 'SELECT')
    LOOP
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', sampled.relation, sampled.name);
    END LOOP;
    -- What was sampled before goes by the hand of a superuser. Other owners give a column its type anew, which takes its
    -- samples away; where something hangs on it, one row is sampled.
    BEGIN
      DELETE FROM pg_statistic WHERE starelid IN (
        SELECT a.attrelid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'paddock'::regnamespace AND a.attnum > 0 AND a.attstattarget = 0);
    EXCEPTION WHEN insufficient_privilege THEN
      FOR sampled IN
        SELECT c.oid::regclass AS relation, s.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
          a.attcompression = 'l' AS is_lz4, EXISTS (
            SELECT FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
              AND d.refobjsubid = a.attnum) AS is_needed
        FROM pg_stats s JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = 'paddock'::regnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname AND a.attstattarget = 0
        WHERE s.schemaname = 'paddock'
      LOOP
        IF NOT sampled.is_needed THEN
          EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', sampled.relation, sampled.name, sampled.type);
          IF sampled.is_lz4 THEN
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION lz4', sampled.relation, sampled.name);
          END IF;
        ELSE
          EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 1', sampled.relation, sampled.name);
          EXECUTE format('ANALYZE %s (%I)', sampled.relation, sampled.name);
          EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', sampled.relation, sampled.name);
        END IF;
      END LOOP;
    END;
  END $$;
REVOKE EXECUTE ON FUNCTION paddock.take_no_samples FROM PUBLIC;
SELECT paddock.take_no_samples();
