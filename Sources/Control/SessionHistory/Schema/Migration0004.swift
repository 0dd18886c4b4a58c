extension Migration {
  /// Making and removing teams, in functions because roles come and go with them.
  static let teams = Migration(
    number: 4, name: "teams",
    sql: #"""
      -- Teams are made and removed together with their role, which takes the rights of the schema's owner.
      CREATE FUNCTION paddock.create_team(team_name text, operation_id uuid, actor text, reason text)
        RETURNS timestamptz
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
        DECLARE
          made timestamptz;
          role_name text := 'paddock_team_' || team_name;
        BEGIN
          IF NOT paddock.caller_has('paddock_admin') THEN
            RAISE EXCEPTION 'only members of paddock_admin make teams' USING ERRCODE = 'insufficient_privilege';
          END IF;
          PERFORM pg_advisory_xact_lock(hashtextextended('paddock.team', 0));
          INSERT INTO paddock.team (name) VALUES (team_name) RETURNING created_at INTO made;
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            BEGIN
              EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
          END IF;
          -- Ties the role to this database: another database of the cluster cannot drop it meanwhile.
          EXECUTE format('GRANT USAGE ON SCHEMA paddock TO %I', role_name);
          INSERT INTO paddock.operation (id, kind, team, actor, reason, requested_at, outcome, completed_at)
            VALUES (operation_id, 'team.create', team_name, actor, reason, made, 'succeeded', made);
          RETURN made;
        END $$;

      CREATE FUNCTION paddock.delete_team(team_name text, operation_id uuid, actor text, reason text) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
      REVOKE EXECUTE ON FUNCTION paddock.create_team, paddock.delete_team FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION paddock.create_team, paddock.delete_team TO paddock_admin;
      """#)
}
