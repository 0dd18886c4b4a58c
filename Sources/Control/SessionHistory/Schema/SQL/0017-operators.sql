-- The people: logins that Paddock makes or takes in, and their roles in the teams. All of it is done by functions with
-- the rights of the schema's owner, who needs CREATEROLE and nothing above it.

CREATE TABLE paddock.operator_login (
  name name PRIMARY KEY,
  -- How it was made to log in: by a password, as a user of the machine, or by whatever the server's pg_hba.conf says.
  way text NOT NULL CHECK (way IN ('password', 'unix', 'server')),
  unix_user text CHECK ((unix_user IS NOT NULL) = (way = 'unix')),
  -- Made here, so it goes with its operator; one that was taken in stays.
  is_made boolean NOT NULL,
  added_by text NOT NULL DEFAULT paddock.caller(),
  added_at timestamptz NOT NULL DEFAULT now(),
  -- Nothing more may be done with it, but it is not gone yet.
  removed_at timestamptz
);
ALTER TABLE paddock.operator_login ENABLE ROW LEVEL SECURITY;

-- GRANT with a sentence for the one reason that it fails for: since Postgres 16 an owner who has not made a role himself
-- (before an upgrade, say) may not grant it.
CREATE FUNCTION paddock.give_role(role_name text, member text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    EXECUTE format('GRANT %I TO %I', role_name, member);
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The owner of the database, ''%'', may not grant the role ''%''.', current_user, role_name
      USING ERRCODE = 'PD403', HINT = format('Let a superuser run: ALTER ROLE %1$I CREATEROLE; '
        || 'since Postgres 16 also: GRANT %2$I TO %1$I WITH ADMIN OPTION;', current_user, role_name);
  END $$;

-- Takes back what others granted, too, where that can be had; otherwise the reason.
CREATE FUNCTION paddock.take_role(role_name text, member text) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    granter text;
  BEGIN
    FOR granter IN
      SELECT pg_get_userbyid(m.grantor) FROM pg_auth_members m
      WHERE m.roleid = quote_ident(role_name)::regrole AND m.member = quote_ident($2)::regrole
    LOOP
      BEGIN
        EXECUTE format('REVOKE %I FROM %I', role_name, member)
          || CASE WHEN current_setting('server_version_num')::integer >= 160000
            THEN format(' GRANTED BY %I', granter) ELSE '' END;
      EXCEPTION WHEN insufficient_privilege THEN
        RETURN format('''%s'' has the role ''%s'' from ''%s'', who alone, or a superuser, can take it back',
          member, role_name, granter);
      END;
    END LOOP;
    IF pg_has_role(member::name, role_name::name, 'member') THEN
      RETURN format('''%s'' has the role ''%s'' through a group that it is in', member, role_name);
    END IF;
    RETURN NULL;
  END $$;

CREATE FUNCTION paddock.demand_administrator() RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin add and remove operators' USING ERRCODE = 'insufficient_privilege';
    END IF;
  END $$;

CREATE FUNCTION paddock.demand_team_admin(of_team text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    level integer := paddock.caller_level(of_team);
  BEGIN
    IF level = 0 OR of_team = 'no-team' THEN
      RAISE EXCEPTION 'There is no team ''%''.', of_team USING ERRCODE = 'PD404';
    ELSIF level < 4 THEN
      RAISE EXCEPTION 'only admins of the team ''%'' give and take roles in it', of_team
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  END $$;

-- Only SCRAM: a text that is no verifier would be hashed here, and with it the password would have come here.
CREATE FUNCTION paddock.password_clause(verifier text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    IF verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
      RAISE EXCEPTION 'A password comes here as a SCRAM-SHA-256 verifier only.' USING ERRCODE = 'PD403';
    END IF;
    RETURN coalesce(format(' PASSWORD %L', verifier), '');
  END $$;

CREATE FUNCTION paddock.add_operator(
    login text, way text, unix_user text, verifier text, is_administrator boolean, adopts boolean)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    role_row pg_roles;
    known paddock.operator_login;
    options text := ' LOGIN CONNECTION LIMIT 10' || paddock.password_clause(verifier);
  BEGIN
    PERFORM paddock.demand_administrator();
    IF login COLLATE "C" !~ '^[a-z][a-z0-9_.@-]{0,62}$' OR login ~ '^(pg_|paddock)' OR login = current_user THEN
      RAISE EXCEPTION 'An operator cannot be named ''%''.', left(login, 100) USING ERRCODE = 'PD403', HINT =
        'Use lower-case letters, digits, ''_'', ''.'', ''@'' and ''-'', a letter first, at most 63, not pg_… or paddock….';
    END IF;
    LOCK TABLE paddock.operator_login IN SHARE ROW EXCLUSIVE MODE;
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

-- From here on the login can do nothing, open connections included. They are ended by finish_removal, once this is
-- committed and no new one can come.
CREATE FUNCTION paddock.remove_operator(login text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    known paddock.operator_login;
    one text;
  BEGIN
    PERFORM paddock.demand_administrator();
    LOCK TABLE paddock.operator_login IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO known FROM paddock.operator_login o WHERE o.name = login;
    IF NOT FOUND THEN RAISE EXCEPTION 'There is no operator ''%''.', login USING ERRCODE = 'PD404'; END IF;
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

-- Ends a removed operator's connections and drops the login; NULL when nothing of it is left, otherwise why.
CREATE FUNCTION paddock.finish_removal(login text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    known paddock.operator_login;
    why text;
  BEGIN
    PERFORM paddock.demand_administrator();
    SELECT * INTO known FROM paddock.operator_login o WHERE o.name = login AND o.removed_at IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN RETURN NULL; END IF;
    BEGIN
      -- All are told first, then waited for.
      FOR patience IN 0..1 LOOP
        PERFORM pg_stat_clear_snapshot();
        PERFORM pg_terminate_backend(a.pid, patience * 5000) FROM pg_stat_activity a
          WHERE a.usename = login AND (known.is_made OR a.datname = current_database());
      END LOOP;
    EXCEPTION WHEN insufficient_privilege THEN
      why := 'its open connections are not the owner''s to end; they can do nothing in Paddock any more';
    END;
    IF NOT known.is_made THEN
      DELETE FROM paddock.operator_login o WHERE o.name = login;
      RETURN concat_ws('; ', 'the login was there before Paddock and stays', why);
    END IF;
    BEGIN
      EXECUTE format('DROP ROLE IF EXISTS %I', login);
      DELETE FROM paddock.operator_login o WHERE o.name = login;
    EXCEPTION
      WHEN dependent_objects_still_exist THEN
        GET STACKED DIAGNOSTICS why = PG_EXCEPTION_DETAIL;
        why := 'the login is closed but stays, because of what depends on it: ' || replace(why, E'\n', ', ');
      WHEN insufficient_privilege THEN
        why := 'the login is closed but stays, as the owner of the database may not drop it';
    END;
    RETURN why;
  END $$;

-- The role that the login now has in that team: more than what was granted when a group gives it more.
CREATE FUNCTION paddock.grant_operator(login text, of_team text, role_in_team text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM paddock.demand_team_admin(of_team);
    PERFORM FROM paddock.operator_login o WHERE o.name = login AND o.removed_at IS NULL FOR UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
      RAISE EXCEPTION 'There is no operator ''%''.', login
        USING ERRCODE = 'PD404', HINT = 'An administrator adds people with `paddock operator add`.';
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

CREATE FUNCTION paddock.revoke_operator(login text, of_team text) RETURNS void
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
    END IF;
    IF NOT is_changed THEN
      RAISE EXCEPTION 'The operator ''%'' has no role in the team ''%''.', login, of_team USING ERRCODE = 'PD404';
    END IF;
    PERFORM paddock.record_change('operator.revoke', of_team, login);
  END $$;

-- Everybody may change his own; an administrator that of a login which Paddock made.
CREATE FUNCTION paddock.set_operator_password(login text, verifier text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    IF login <> session_user THEN PERFORM paddock.demand_administrator(); END IF;
    PERFORM FROM paddock.operator_login o WHERE o.name = login AND o.removed_at IS NULL AND o.is_made FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'There is no operator ''%'' whose login Paddock made.', login USING ERRCODE = 'PD404';
    END IF;
    EXECUTE format('ALTER ROLE %I', login) || paddock.password_clause(verifier);
    UPDATE paddock.operator_login o SET way = 'password', unix_user = NULL WHERE o.name = login AND o.way = 'server';
    PERFORM paddock.record_change('operator.password', 'no-team', login);
  END $$;

-- Every person and team that belong together, as all rules count it (caller_level): people of other teams are told to
-- administrators alone. Logins that were given group roles by hand are people, too.
CREATE FUNCTION paddock.operator_roles() RETURNS TABLE (name text, team text, level text, is_by_group boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH person AS (
      SELECT r.oid, r.rolname,
        CASE WHEN pg_has_role(r.oid, 'paddock_operator', 'member') THEN 3
          WHEN pg_has_role(r.oid, 'paddock_approver', 'member') THEN 2 ELSE 1 END AS by_group
      FROM pg_roles r
      WHERE r.rolcanlogin AND NOT r.rolsuper AND r.rolname <> current_user
        AND pg_has_role(r.oid, 'paddock_viewer', 'member') AND NOT pg_has_role(r.oid, 'paddock_core', 'member')
    ), role_of AS (
      SELECT p.rolname, t.name AS team, p.by_group,
        array_position(ARRAY['viewer', 'approver', 'operator', 'admin'], g.level) AS by_grant
      FROM person p CROSS JOIN paddock.my_team_rows() t
      JOIN pg_roles r ON r.rolname = 'paddock_team_' || t.name
      LEFT JOIN paddock.team_grant g ON g.team_id = t.id AND g.grantee = p.rolname
      WHERE pg_has_role(p.oid, r.oid, 'member')
    )
    SELECT o.rolname, o.team,
      (ARRAY['viewer', 'approver', 'operator', 'admin'])[greatest(o.by_group, o.by_grant)],
      o.by_group > coalesce(o.by_grant, 0)
    FROM role_of o
  $$;

-- The people whom the caller may know of, one row each. Connections are those of now: Postgres keeps no last login.
CREATE FUNCTION paddock.operators()
  RETURNS TABLE (name text, way text, unix_user text, is_made boolean, is_administrator boolean, is_closed boolean,
    connections bigint, added_by text, added_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH known AS (
      SELECT o.name::text FROM paddock.operator_login o WHERE (SELECT paddock.caller_has('paddock_admin'))
      UNION SELECT r.name FROM paddock.operator_roles() r
      UNION SELECT r.rolname FROM pg_roles r
        WHERE (SELECT paddock.caller_has('paddock_admin')) AND r.rolcanlogin AND NOT r.rolsuper
          AND r.rolname <> current_user AND pg_has_role(r.oid, 'paddock_admin', 'member')
    )
    SELECT k.name, coalesce(o.way, 'server'), o.unix_user, coalesce(o.is_made, false),
      r.oid IS NOT NULL AND pg_has_role(r.oid, 'paddock_admin', 'member'),
      o.removed_at IS NOT NULL OR r.oid IS NULL,
      (SELECT count(*) FROM pg_stat_activity a WHERE a.usesysid = r.oid AND a.datname = current_database()),
      o.added_by, o.added_at
    FROM known k LEFT JOIN paddock.operator_login o ON o.name = k.name LEFT JOIN pg_roles r ON r.rolname = k.name
    ORDER BY k.name
  $$;

-- What the schema's owner lacks for looking after people; empty when all is well.
CREATE FUNCTION paddock.missing_owner_rights() RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT format('ALTER ROLE %I CREATEROLE', me.rolname) FROM pg_roles me
      WHERE me.rolname = current_user AND NOT me.rolsuper AND NOT me.rolcreaterole
    UNION ALL
    SELECT format('GRANT %I TO %I WITH ADMIN OPTION', r.rolname, me.rolname)
      FROM pg_roles me JOIN pg_roles r ON r.rolname IN ('paddock_viewer', 'paddock_admin')
        OR r.rolname IN (SELECT 'paddock_team_' || t.name FROM paddock.my_team_rows() t)
      WHERE me.rolname = current_user AND NOT me.rolsuper
        AND current_setting('server_version_num')::integer >= 160000
        AND NOT pg_has_role(me.oid, r.oid, 'member with admin option')
  $$;

REVOKE EXECUTE ON FUNCTION paddock.give_role, paddock.take_role, paddock.demand_administrator,
  paddock.demand_team_admin, paddock.password_clause, paddock.add_operator, paddock.remove_operator,
  paddock.finish_removal, paddock.grant_operator, paddock.revoke_operator, paddock.set_operator_password,
  paddock.operator_roles, paddock.operators, paddock.missing_owner_rights FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.add_operator, paddock.remove_operator, paddock.finish_removal TO paddock_admin;
GRANT EXECUTE ON FUNCTION paddock.grant_operator, paddock.revoke_operator, paddock.set_operator_password,
  paddock.operator_roles, paddock.operators, paddock.missing_owner_rights TO paddock_viewer;
