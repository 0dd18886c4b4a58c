-- What people give to functions: each argument is looked at before anything else is, and said by its name; who is said to
-- have done something is whom the database knows; what teams may have many of has a bound.

-- The same for whoever asks: nothing is learned of what is there.
CREATE FUNCTION paddock.demand_argument(name text, is_right boolean, what text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF is_right IS NOT TRUE THEN
      RAISE EXCEPTION 'The argument ''%'' must be %.', name, what USING ERRCODE = 'PD400';
    END IF;
  END $$;

-- One rule for who asks what a term would take, and who sets it.
CREATE FUNCTION paddock.demand_terms(days integer, operation_days integer) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    PERFORM paddock.demand_argument('days', coalesce(days BETWEEN 1 AND 36500, true),
      'a number of days from 1 to 36500, or NULL for ever');
    IF operation_days BETWEEN 0 AND 29 THEN
      RAISE EXCEPTION 'Operations are kept for 30 days at least.' USING ERRCODE = 'PD403';
    END IF;
    PERFORM paddock.demand_argument('operation_days', coalesce(operation_days BETWEEN 30 AND 36500, true),
      'a number of days from 30 to 36500, or NULL for ever');
  END $$;

CREATE FUNCTION paddock.demand_team(team_name text, operation_id uuid, reason text, bounds json) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    PERFORM paddock.demand_argument('team_name', paddock.is_name(team_name),
      'a name of at most 48 lower-case letters, digits and ''-'', which stand inside');
    PERFORM paddock.demand_argument('operation_id', operation_id IS NOT NULL, 'an id');
    PERFORM paddock.demand_argument('bounds', paddock.is_object(bounds, 8192), 'an object of at most 8192 bytes');
    PERFORM paddock.demand_length('reason', octet_length(reason), 8192);
    IF EXISTS (SELECT FROM paddock.operation o WHERE o.id = operation_id) THEN
      RAISE EXCEPTION 'The operation % cannot be recorded under this id.', operation_id USING ERRCODE = 'PD409';
    END IF;
  END $$;

-- What is looked for is tried on nothing first: whether it can be looked for is the same for every event.
CREATE FUNCTION paddock.demand_text(wanted text, pattern text, expression text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    PERFORM paddock.demand_length('text to be found', octet_length(wanted), 1024);
    PERFORM paddock.demand_length('pattern of the text', octet_length(pattern), 4096);
    PERFORM paddock.demand_length('expression for the text', octet_length(expression), 4096);
    PERFORM paddock.demand_argument('pattern', coalesce(pattern !~ '(^|[^\\])(\\\\)*\\$', true),
      'a pattern of LIKE that does not end with an escape');
    PERFORM '' ~* expression;
  EXCEPTION WHEN invalid_regular_expression OR statement_too_complex OR program_limit_exceeded THEN
    RAISE EXCEPTION 'The argument ''expression'' must be a regular expression that Postgres takes: ''%'' is none.',
      left(expression, 80) USING ERRCODE = 'PD400';
  END $$;

-- A role that is not there is nobody's.
CREATE OR REPLACE FUNCTION paddock.caller_has(role_name name) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT coalesce((SELECT pg_has_role(paddock.caller(), r.oid, 'member') FROM pg_roles r
            WHERE r.rolname = role_name), false)
          OR pg_has_role(paddock.caller(), current_user, 'member') $$;

-- Refusals, in one sentence each that says who may.
CREATE OR REPLACE FUNCTION paddock.demand(of_team text, actual integer, needed integer) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF coalesce(actual, 0) = 0 THEN
      RAISE EXCEPTION 'There is no team ''%'' in which you have a role.', left(of_team, 80) USING ERRCODE = 'PD404', HINT =
        'Where there is one, an admin of it gives you a role with `paddock operator grant`; where there is none, an '
        || 'administrator makes it with `paddock team create`.';
    ELSIF needed IS NULL OR actual < needed THEN
      RAISE EXCEPTION 'only % of the team ''%'' may do this', (ARRAY['members', 'approvers, operators and admins',
          'operators and admins', 'admins'])[coalesce(needed, 4)], of_team
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  END $$;
CREATE OR REPLACE FUNCTION paddock.demand_team_admin(of_team text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    level integer := paddock.caller_level(of_team);
  BEGIN
    IF level = 0 OR of_team = 'no-team' THEN
      RAISE EXCEPTION 'There is no team ''%''.', left(of_team, 80) USING ERRCODE = 'PD404';
    ELSIF level < 4 THEN
      RAISE EXCEPTION 'only admins of the team ''%'' give and take roles in it', of_team
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  END $$;

-- What administrators do. Everybody may ask, so that everybody is told who may.
CREATE OR REPLACE FUNCTION paddock.demand_administrator() RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION USING ERRCODE = 'PD401', MESSAGE = 'Only an administrator adds and removes people, makes, changes '
        || 'and deletes teams, and removes rows that cannot be read.', HINT = 'Ask whoever runs the stack, who makes one with '
          || '`paddock operator add NAME --administrator`; to be an admin of a team is not enough.';
    END IF;
  END $$;
CREATE OR REPLACE FUNCTION paddock.add_operator(
    login text, way text, unix_user text, verifier text, is_administrator boolean, adopts boolean)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    role_row pg_roles;
    known paddock.operator_login;
    options text := ' LOGIN CONNECTION LIMIT 10';
  BEGIN
    PERFORM paddock.demand_administrator();
    options := options || paddock.password_clause(verifier);
    PERFORM paddock.demand_argument('way', way IN ('password', 'unix', 'server'), 'one of password, unix and server');
    PERFORM paddock.demand_argument('unix_user',
      (unix_user IS NOT NULL) = (way = 'unix') AND coalesce(octet_length(unix_user) BETWEEN 1 AND 256, true),
      'the name of a user where way is unix, and NULL elsewhere');
    PERFORM paddock.demand_argument('is_administrator', is_administrator IS NOT NULL, 'true or false');
    PERFORM paddock.demand_argument('adopts', adopts IS NOT NULL, 'true or false');
    IF (login COLLATE "C" ~ '^[a-z][a-z0-9_.@-]{0,62}$') IS NOT TRUE OR login ~ '^(pg_|paddock)'
      OR login IN (current_user, 'public', 'none') THEN
      RAISE EXCEPTION 'An operator cannot be named ''%''.', left(login, 100) USING ERRCODE = 'PD403', HINT =
        'Use lower-case letters, digits, ''_'', ''.'', ''@'' and ''-'', a letter first, at most 63, not pg_… or paddock….';
    END IF;
    LOCK TABLE paddock.operator_login IN SHARE ROW EXCLUSIVE MODE;
    IF (SELECT count(*) FROM paddock.operator_login o WHERE o.removed_at IS NULL) >= 10000 THEN
      RAISE EXCEPTION 'There are 10000 operators already.' USING ERRCODE = 'PD403',
        HINT = 'Remove those who are gone: `paddock operator remove`.';
    END IF;
    SELECT * INTO known FROM paddock.operator_login o WHERE o.name = login;
    IF FOUND AND known.removed_at IS NULL THEN
      RAISE EXCEPTION 'There is an operator ''%'' already.', login USING ERRCODE = 'PD409';
    END IF;
    SELECT * INTO role_row FROM pg_roles WHERE rolname = login;
    IF NOT FOUND THEN
      IF adopts THEN RAISE EXCEPTION 'There is no login ''%'' to take in.', login USING ERRCODE = 'PD404'; END IF;
      EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', login) || options;
    ELSIF known.is_made THEN
      -- Removed, but its role had to stay.
      EXECUTE format('ALTER ROLE %I', login) || options;
    ELSIF NOT adopts THEN
      RAISE EXCEPTION 'There is a login ''%'' already, which Paddock did not make.', login
        USING ERRCODE = 'PD409', HINT = 'Take it in as it is with --adopt, or choose another name.';
    ELSIF role_row.rolsuper OR role_row.rolcreaterole OR role_row.rolbypassrls OR role_row.rolreplication
      OR pg_has_role(login::name, current_user, 'member') OR pg_has_role(login::name, 'paddock_core', 'member') THEN
      RAISE EXCEPTION 'The login ''%'' stands above the roles of teams: it is no operator''s.', login
        USING ERRCODE = 'PD403', HINT = 'Add another login for the person.';
    ELSIF NOT role_row.rolcanlogin THEN
      RAISE EXCEPTION 'The role ''%'' is a group, which cannot log in.', login USING ERRCODE = 'PD403';
    ELSIF verifier IS NOT NULL THEN
      RAISE EXCEPTION 'The login ''%'' keeps the password that it has.', login USING ERRCODE = 'PD403';
    END IF;
    INSERT INTO paddock.operator_login (name, way, unix_user, is_made)
      VALUES (login, way, unix_user, role_row.oid IS NULL OR coalesce(known.is_made, false))
      ON CONFLICT (name) DO UPDATE SET way = excluded.way, unix_user = excluded.unix_user, is_made = excluded.is_made,
        added_by = paddock.caller(), added_at = now(), removed_at = NULL;
    PERFORM paddock.give_role('paddock_viewer', login);
    IF is_administrator THEN PERFORM paddock.give_role('paddock_admin', login); END IF;
    -- Who is to end a login's connections must be its member.
    IF role_row.oid IS NULL THEN PERFORM paddock.give_role(login, current_user); END IF;
    IF NOT has_database_privilege(login, current_database(), 'CONNECT') THEN
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), login);
    END IF;
    PERFORM paddock.record_change('operator.add', 'no-team', login);
  END $$;
CREATE OR REPLACE FUNCTION paddock.remove_operator(login text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    known paddock.operator_login;
    one text;
  BEGIN
    PERFORM paddock.demand_administrator();
    LOCK TABLE paddock.operator_login IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO known FROM paddock.operator_login o WHERE o.name = login;
    IF NOT FOUND THEN RAISE EXCEPTION 'There is no operator ''%''.', left(login, 80) USING ERRCODE = 'PD404'; END IF;
    IF login IN (session_user, paddock.caller()) THEN
      RAISE EXCEPTION 'You cannot remove yourself.' USING ERRCODE = 'PD403', HINT = 'Let another administrator do it.';
    END IF;
    FOR one IN DELETE FROM paddock.team_grant g USING paddock.team t WHERE t.id = g.team_id AND g.grantee = login
      RETURNING t.name
    LOOP
      PERFORM paddock.record_change('operator.revoke', one, login);
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
      FOR one IN SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
        WHERE m.member = quote_ident(login)::regrole AND r.rolname LIKE 'paddock\_%'
      LOOP
        PERFORM paddock.take_role(one, login);
      END LOOP;
      IF NOT known.is_made AND pg_has_role(login::name, 'paddock_viewer', 'member') THEN
        RAISE EXCEPTION 'The login ''%'' cannot be let go of: %.', login, paddock.take_role('paddock_viewer', login)
          USING ERRCODE = 'PD403', HINT = 'Paddock did not make this login, and closes none that it did not make.';
      END IF;
      IF known.is_made THEN
        EXECUTE format('ALTER ROLE %I NOLOGIN', login);
        EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM %I', current_database(), login);
      END IF;
    END IF;
    IF known.removed_at IS NULL THEN PERFORM paddock.record_change('operator.remove', 'no-team', login); END IF;
    UPDATE paddock.operator_login o SET removed_at = coalesce(o.removed_at, now()) WHERE o.name = login;
  END $$;
CREATE OR REPLACE FUNCTION paddock.set_operator_password(login text, verifier text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    IF login IS DISTINCT FROM session_user THEN PERFORM paddock.demand_administrator(); END IF;
    PERFORM FROM paddock.operator_login o WHERE o.name = login AND o.removed_at IS NULL AND o.is_made FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'There is no operator ''%'' whose login Paddock made.', left(login, 80) USING ERRCODE = 'PD404';
    END IF;
    EXECUTE format('ALTER ROLE %I', login) || paddock.password_clause(verifier);
    UPDATE paddock.operator_login o SET way = 'password', unix_user = NULL WHERE o.name = login AND o.way = 'server';
    PERFORM paddock.record_change('operator.password', 'no-team', login);
  END $$;
CREATE OR REPLACE FUNCTION paddock.create_team(team_name text, operation_id uuid, actor text, reason text, bounds json)
  RETURNS timestamptz
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    made record;
    role_name text := 'paddock_team_' || team_name;
  BEGIN
    PERFORM paddock.demand_administrator();
    PERFORM paddock.demand_team(team_name, operation_id, reason, bounds);
    LOCK TABLE paddock.team IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM paddock.team t WHERE t.name = team_name) THEN
      RAISE EXCEPTION 'The team ''%'' exists already.', team_name USING ERRCODE = 'PD409';
    END IF;
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
    PERFORM paddock.demand_administrator();
    PERFORM paddock.demand_team(team_name, operation_id, reason, bounds);
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
    PERFORM paddock.demand_administrator();
    PERFORM paddock.demand_team(team_name, operation_id, reason, '{}');
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
CREATE OR REPLACE FUNCTION paddock.remove_row(of_relation text, row_key text, claimed_actor text, why text)
  RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    named record;
    owner text;
    condition text;
    changed bigint;
  BEGIN
    PERFORM paddock.demand_administrator();
    SELECT * INTO named FROM paddock.row_names() n WHERE n.relation = of_relation;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'Rows of ''%'' are not removed.', left(of_relation, 80) USING ERRCODE = 'PD403',
        HINT = 'See `paddock unreadable list`.';
    END IF;
    condition := format('%s = %L', named.key, row_key);
    EXECUTE format('SELECT %s FROM paddock.%I r WHERE %s', named.team, of_relation, condition) INTO owner;
    IF owner IS NULL THEN
      RAISE EXCEPTION 'There is no row ''%'' of ''%''.', left(row_key, 200), left(of_relation, 80) USING ERRCODE = 'PD404',
        HINT = 'See `paddock unreadable list`.';
    END IF;
    -- Operations are the record of who did what, and no administrator's to take out.
    IF of_relation = 'operation' AND paddock.keeps_rules('operation', condition) THEN
      RAISE EXCEPTION 'The operation ''%'' is as operations are: it stays on record.', left(row_key, 200)
        USING ERRCODE = 'PD403', HINT = 'See `paddock unreadable list`.';
    END IF;
    why := left(coalesce(why, 'no reason given'), 1000);
    PERFORM set_config('paddock.actor', coalesce(claimed_actor, ''), true), set_config('paddock.reason', why, true);
    PERFORM paddock.record_change('row.remove', owner, of_relation || ' ' || left(row_key, 1000));
    IF of_relation = 'operation' THEN RETURN paddock.move_aside('paddock.operation', condition, why); END IF;
    IF of_relation IN ('session', 'team') THEN
      changed := paddock.mend_rows(of_relation, condition, why);
      -- It keeps the rules, so it can only be the fold of its events, or its quota, that makes no sense.
      IF changed = 0 THEN
        changed := paddock.copy_aside(of_relation, condition, why);
        EXECUTE (SELECT format('UPDATE paddock.%I r SET %I = %s WHERE %s', of_relation, w.name, w.remedy, condition)
          FROM paddock.row_rules() w
          WHERE (w.relation, w.name) = (of_relation, CASE of_relation WHEN 'team' THEN 'quota' ELSE 'projection' END));
      END IF;
      RETURN changed;
    END IF;
    changed := paddock.copy_aside(of_relation, condition, why);
    EXECUTE format('DELETE FROM paddock.%I r WHERE %s', of_relation, condition);
    RETURN changed;
  END $$;

-- At most 1000 people have a role in one team.
CREATE OR REPLACE FUNCTION paddock.grant_operator(login text, of_team text, role_in_team text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand_argument('role_in_team', role_in_team IN ('viewer', 'approver', 'operator', 'admin'),
      'one of viewer, approver, operator and admin');
    PERFORM paddock.demand_team_admin(of_team);
    PERFORM FROM paddock.operator_login o WHERE o.name = login AND o.removed_at IS NULL FOR UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
      RAISE EXCEPTION 'There is no operator ''%''.', left(login, 80)
        USING ERRCODE = 'PD404', HINT = 'An administrator adds people with `paddock operator add`.';
    END IF;
    -- One after the other, so that they are counted.
    PERFORM FROM paddock.team t WHERE t.name = of_team FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM paddock.team_grant g JOIN paddock.team t ON t.id = g.team_id
        WHERE t.name = of_team AND g.grantee <> login) >= 1000 THEN
      RAISE EXCEPTION 'The team ''%'' has 1000 people already.', of_team USING ERRCODE = 'PD403',
        HINT = 'Take roles back first: `paddock operator revoke`.';
    END IF;
    INSERT INTO paddock.team_grant AS g (team_id, grantee, level, granted_by)
      SELECT t.id, login, role_in_team, paddock.caller() FROM paddock.team t WHERE t.name = of_team
      ON CONFLICT (team_id, grantee) DO UPDATE
        SET level = excluded.level, granted_by = excluded.granted_by, granted_at = now();
    PERFORM paddock.give_role('paddock_viewer', login);
    PERFORM paddock.give_role('paddock_team_' || of_team, login);
    PERFORM paddock.record_change('operator.grant', of_team, login || ' as ' || role_in_team);
    RETURN (SELECT o.level FROM paddock.operator_roles() o WHERE o.name = login AND o.team = of_team);
  END $$;
CREATE OR REPLACE FUNCTION paddock.revoke_operator(login text, of_team text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    is_changed boolean;
    why text;
  BEGIN
    PERFORM paddock.demand_team_admin(of_team);
    PERFORM FROM paddock.operator_login o WHERE o.name = login FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'There is no operator ''%''.', left(login, 80) USING ERRCODE = 'PD404'; END IF;
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

-- At most 500 holds of a team are in force, and 2000 are made within a day.
CREATE OR REPLACE FUNCTION paddock.preview_retention(of_team text, days integer, operation_days integer)
  RETURNS TABLE (sessions bigint, events bigint, held bigint, later bigint, operations bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    team_key integer := (SELECT t.id FROM paddock.team t WHERE t.name = of_team);
  BEGIN
    PERFORM paddock.demand_terms(days, operation_days);
    IF paddock.caller_level(of_team) < 1 THEN
      RAISE EXCEPTION 'There is no team ''%''.', left(of_team, 80) USING ERRCODE = 'PD404';
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
CREATE OR REPLACE FUNCTION paddock.set_retention(
    of_team text, days integer, operation_days integer, claimed_actor text, why text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    team_key integer := (SELECT t.id FROM paddock.team t WHERE t.name = of_team);
  BEGIN
    PERFORM paddock.demand_terms(days, operation_days);
    PERFORM paddock.demand_length('reason', octet_length(why), 8192);
    IF paddock.caller_level(of_team) < 1 THEN
      RAISE EXCEPTION 'There is no team ''%''.', left(of_team, 80) USING ERRCODE = 'PD404';
    ELSIF paddock.caller_level(of_team) < 4 THEN
      RAISE EXCEPTION 'only admins of a team set what it keeps' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM paddock.record_retention(
      'retention.set', of_team, NULL, format('events %s, operations %s', coalesce(days || 'd', 'forever'),
        coalesce(operation_days || 'd', 'forever')), claimed_actor, why);
    INSERT INTO paddock.retention (team_id, events_days, operations_days, changed_by)
      VALUES (team_key, days, operation_days, session_user)
      ON CONFLICT (team_id) DO UPDATE SET events_days = excluded.events_days,
        operations_days = excluded.operations_days, changed_by = excluded.changed_by, changed_at = now();
  END $$;
CREATE OR REPLACE FUNCTION paddock.hold(of_team text, of_session uuid, claimed_actor text, why text) RETURNS bigint
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
    IF coalesce(why, '') = '' OR octet_length(why) > 8192 THEN
      RAISE EXCEPTION 'A hold has a reason of 1 to 8192 bytes.' USING ERRCODE = 'PD400';
    END IF;
    -- Whoever applies a term holds the team's row until it is done, and looks for holds behind that.
    PERFORM FROM paddock.team t WHERE t.id = team_key FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM paddock.session s WHERE s.id = of_session AND s.desired = 'purged') THEN
      RAISE EXCEPTION 'The session % is being purged.', of_session USING ERRCODE = 'PD403';
    END IF;
    IF (SELECT count(*) FROM paddock.legal_hold h WHERE h.team_id = team_key AND h.released_at IS NULL) >= 500 THEN
      RAISE EXCEPTION 'The team ''%'' has 500 holds in force already.', of_team USING ERRCODE = 'PD403',
        HINT = 'Hold the whole team, or release holds first: `paddock retention show`.';
    ELSIF (SELECT count(*) FROM paddock.legal_hold h
        WHERE h.team_id = team_key AND h.held_at > now() - interval '1 day') >= 2000 THEN
      RAISE EXCEPTION 'The team ''%'' was given 2000 holds within a day.', of_team USING ERRCODE = 'PD403';
    END IF;
    PERFORM paddock.record_retention('retention.hold', of_team, of_session, NULL, claimed_actor, why);
    INSERT INTO paddock.legal_hold (team_id, session_id, reason, held_by)
      VALUES (team_key, of_session, why, paddock.actor(claimed_actor))
      RETURNING id INTO made;
    RETURN made;
  END $$;
CREATE OR REPLACE FUNCTION paddock.release_hold(hold_id bigint, claimed_actor text, why text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    held record;
  BEGIN
    PERFORM paddock.demand_length('reason', octet_length(why), 8192);
    SELECT h.*, t.name INTO held FROM paddock.legal_hold h JOIN paddock.team t ON t.id = h.team_id
      WHERE h.id = hold_id AND h.released_at IS NULL;
    IF NOT FOUND OR paddock.caller_level(held.name) < 1 THEN
      RAISE EXCEPTION 'There is no hold %.', hold_id USING ERRCODE = 'PD404', HINT = 'See `paddock retention show`.';
    ELSIF paddock.caller_level(held.name) < 4 THEN
      RAISE EXCEPTION 'only admins of a team release what is held' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM paddock.record_retention(
      'retention.release', held.name, held.session_id, hold_id::text, claimed_actor, why);
    UPDATE paddock.legal_hold SET released_at = now(), released_by = paddock.actor(claimed_actor) WHERE id = hold_id;
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
    PERFORM paddock.demand_argument('new_id', new_id IS NOT NULL, 'an id');
    PERFORM paddock.demand_argument('seen_generation', coalesce(seen_generation, 0) >= 0,
      'a number from 0 on, or NULL');
    SELECT s.team, s.team_id INTO owner FROM paddock.session s WHERE s.id = of_session;
    level := paddock.acting_level(owner.team);
    IF level = 0 OR owner.team IS DISTINCT FROM claimed_team THEN
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
CREATE OR REPLACE FUNCTION paddock.start_session(
    new_session uuid, new_operation uuid, of_team text, of_agent text, new_title text, message text,
    claimed_actor text, new_reason text) RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    owner record;
    chosen uuid;
  BEGIN
    PERFORM paddock.demand_argument('new_operation', new_operation IS NOT NULL, 'an id');
    PERFORM paddock.demand_argument('new_title', new_title IS NOT NULL, 'a text');
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
CREATE OR REPLACE FUNCTION paddock.begin_import(
    new_id uuid, of_team text, source text, claimed_actor text, new_reason text)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand_argument('new_id', new_id IS NOT NULL, 'an id');
    PERFORM paddock.demand(of_team, paddock.acting_level(of_team), 3);
    IF NOT paddock.caller_has('paddock_core') THEN
      RAISE EXCEPTION 'only who may record may import' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM paddock.demand_length('source', octet_length(source), 1048576);
    PERFORM paddock.demand_length('reason', octet_length(new_reason), 8192);
    INSERT INTO paddock.operation (id, kind, team, team_id, subject, argument, actor, reason, requested_at)
      SELECT new_id, 'import', t.name, t.id, current_setting('application_name'), source,
        paddock.actor(claimed_actor), new_reason, clock_timestamp()
      FROM paddock.team t WHERE t.name = of_team
      ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The operation % cannot be recorded under this id.', new_id USING ERRCODE = 'PD409';
    END IF;
  END $$;

CREATE OR REPLACE FUNCTION paddock.attribute(claimed_actor text, new_reason text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    PERFORM paddock.demand_length('reason', octet_length(new_reason), 8192);
    PERFORM set_config('paddock.actor', left(coalesce(claimed_actor, ''), 256), true),
      set_config('paddock.reason', coalesce(new_reason, ''), true);
  END $$;
CREATE OR REPLACE FUNCTION paddock.apply_agent(
    of_team text, agent_name text, agent_runtime text, agent_spec json, claimed_actor text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    IF of_team = 'no-team' THEN
      RAISE EXCEPTION 'Agents are a team''s: ''no-team'' has none.' USING ERRCODE = 'PD403';
    END IF;
    PERFORM paddock.demand_length('specification', octet_length(agent_spec::text), 1048576);
    IF paddock.is_name(agent_name) IS NOT TRUE THEN
      RAISE EXCEPTION 'The agent name ''%'' is not valid.', left(agent_name, 80) USING ERRCODE = 'PD400';
    END IF;
    PERFORM paddock.demand_argument('agent_runtime', agent_runtime = ANY (paddock.runtimes()),
      'one of ' || array_to_string(paddock.runtimes(), ', '));
    PERFORM paddock.demand_argument('agent_spec', paddock.is_specification(agent_spec, agent_runtime),
      'an object that names the same runtime as agent_runtime');
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
CREATE OR REPLACE FUNCTION paddock.set_secret(
    of_team text, secret_name text, new_ciphertext bytea, new_wrapped_key bytea, new_key_id text, claimed_actor text)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand(of_team, paddock.caller_level(of_team), 3);
    IF secret_name IS NULL OR secret_name !~ '^[A-Z_][A-Z0-9_]{0,127}$' THEN
      RAISE EXCEPTION 'The secret name ''%'' is not valid.', left(secret_name, 80) USING ERRCODE = 'PD400';
    END IF;
    PERFORM paddock.demand_argument('new_ciphertext', new_ciphertext IS NOT NULL, 'the sealed value');
    PERFORM paddock.demand_argument('new_wrapped_key', new_wrapped_key IS NOT NULL, 'the sealed key');
    PERFORM paddock.demand_argument('new_key_id', new_key_id IS NOT NULL, 'the name of the master key');
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

CREATE OR REPLACE FUNCTION paddock.read_events(of_session uuid, edge bigint, is_forward boolean, row_limit bigint)
  RETURNS SETOF paddock.event
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    month date := paddock.readable_bucket(of_session);
  BEGIN
    PERFORM paddock.demand_argument('row_limit', row_limit >= 0, 'a number from 0 on');
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
CREATE OR REPLACE FUNCTION paddock.read_requests(of_session uuid, calls text[]) RETURNS SETOF paddock.event
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    month date := paddock.readable_bucket(of_session);
  BEGIN
    PERFORM paddock.demand_argument('calls', coalesce(cardinality(calls), 0) <= 10000, 'at most 10000 ids');
    RETURN QUERY
      SELECT e.* FROM paddock.event e WHERE e.bucket = month AND e.session_id = of_session AND e.seq IN (
        SELECT max(r.seq) FROM paddock.event r
        WHERE r.bucket = month AND r.session_id = of_session AND r.kind = 'approval.request' AND r.call_id = ANY (calls)
        GROUP BY r.call_id)
      ORDER BY e.seq;
  END $$;
CREATE OR REPLACE FUNCTION paddock.search(
    query_text text, marks text[], of_team text, of_session uuid,
    before_time timestamptz, before_session uuid, before_seq bigint, row_limit bigint)
  RETURNS TABLE (session_id uuid, team text, title text, seq bigint, "time" timestamptz, kind text, excerpt text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    query tsquery;
    teams integer[] := ARRAY(SELECT t.id FROM paddock.my_team_rows() t WHERE of_team IS NULL OR t.name = of_team);
  BEGIN
    PERFORM paddock.demand_length('query', octet_length(query_text), 4096);
    PERFORM paddock.demand_length('argument ''marks''', octet_length(array_to_string(marks, '')), 16384);
    PERFORM paddock.demand_argument('row_limit', row_limit IS NOT NULL, 'a number');
    PERFORM paddock.demand_argument('before_time', coalesce(paddock.is_time(before_time), true),
      'a time from 1970 to 2200, or NULL');
    BEGIN
      query := websearch_to_tsquery('pg_catalog.simple', query_text);
    EXCEPTION WHEN statement_too_complex OR program_limit_exceeded THEN
      RAISE EXCEPTION 'The query is too complex.' USING ERRCODE = 'PD400', HINT = 'Look for fewer words.';
    END;
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
CREATE OR REPLACE FUNCTION paddock.find_text(
    of_session uuid, from_seq bigint, forward boolean, wanted text, pattern text, expression text)
  RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET jit = off
  AS $$
  DECLARE
    near constant bigint := 1000;
    query tsquery;
    indexed bigint;
    total bigint;
    start bigint := least(greatest(from_seq, 0), 4611686018427387904);
    low bigint;
    high bigint;
    there bigint;
    span bigint := 16384;
    place bigint;
  BEGIN
    PERFORM paddock.demand_text(wanted, pattern, expression);
    query := paddock.words_within(wanted);
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

CREATE OR REPLACE FUNCTION paddock.register_master_key(id text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    known text;
  BEGIN
    IF NOT paddock.is_core_login((SELECT r.oid FROM pg_roles r WHERE r.rolname = session_user))
      AND NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only cores and members of paddock_admin say which master key is in use'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM paddock.demand_argument('id', octet_length(id) BETWEEN 1 AND 64, 'the name of a key, of at most 64 bytes');
    IF EXISTS (SELECT FROM paddock.master_key m WHERE m.key_id = id) THEN RETURN; END IF;
    LOCK TABLE paddock.master_key IN SHARE ROW EXCLUSIVE MODE;
    SELECT string_agg(m.key_id, ', ') INTO known FROM paddock.master_key m
      WHERE EXISTS (SELECT FROM paddock.secret s WHERE s.key_id = m.key_id);
    IF known IS NOT NULL THEN PERFORM paddock.refuse_master_key(known, id); END IF;
    DELETE FROM paddock.master_key;
    INSERT INTO paddock.master_key (key_id) VALUES (id);
  END $$;

-- Whom nobody should have believed, and what is too long, stands aside.
DO $do$
DECLARE
  unbelieved constant text := 'SELECT min(p.rolname) FROM pg_roles p
    WHERE starts_with(r.%1$I, p.rolname || ''/'') AND NOT paddock.is_core_login(p.oid)';
  word text;
  condition text;
BEGIN
  FOREACH word IN ARRAY ARRAY['held_by', 'released_by'] LOOP
    condition := format('octet_length(r.%1$I) > 1024 OR (' || unbelieved || ') IS NOT NULL', word);
    PERFORM paddock.copy_aside('legal_hold', condition, format('its %s said more than the database knew of it', word));
    EXECUTE format('UPDATE paddock.legal_hold r SET %1$I = left(coalesce((' || unbelieved || ')::text, r.%1$I), 256)
      WHERE ' || condition, word);
  END LOOP;
END $do$;
ALTER TABLE paddock.legal_hold
  ADD CONSTRAINT legal_hold_held_by_fits CHECK (octet_length(held_by) <= 1024),
  ADD CONSTRAINT legal_hold_released_by_fits CHECK (octet_length(released_by) <= 1024);

REVOKE EXECUTE ON FUNCTION paddock.demand_argument, paddock.demand_terms, paddock.demand_team, paddock.demand_text
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.add_operator, paddock.remove_operator, paddock.finish_removal, paddock.create_team,
  paddock.change_team, paddock.delete_team, paddock.remove_row TO paddock_viewer;
