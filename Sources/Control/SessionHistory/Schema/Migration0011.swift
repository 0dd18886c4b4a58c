extension Migration {
  /// What a team may use of a cluster, and how what a core keeps for it there stands.
  static let teamQuotas = Migration(
    number: 11, name: "team quotas",
    sql: #"""
      -- Quantities by resource, as Kubernetes writes them; a resource that is absent has no bound.
      ALTER TABLE paddock.team ADD COLUMN quota json NOT NULL DEFAULT '{}';

      CREATE TABLE paddock.team_report (
        team text PRIMARY KEY REFERENCES paddock.team (name) ON DELETE CASCADE,
        -- NULL when all is as it should be; beside the report, as members of a json with a \u0000 cannot be read here.
        trouble text,
        report json NOT NULL,
        written_at timestamptz NOT NULL
      ) WITH (fillfactor = 70);
      ALTER TABLE paddock.team_report ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.team_report USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      GRANT SELECT ON paddock.team_report TO paddock_viewer;
      GRANT INSERT, UPDATE ON paddock.team_report TO paddock_core;

      DROP FUNCTION paddock.create_team(text, uuid, text, text);
      CREATE FUNCTION paddock.create_team(team_name text, operation_id uuid, actor text, reason text, bounds json)
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

      CREATE FUNCTION paddock.change_team(team_name text, operation_id uuid, actor text, reason text, bounds json)
        RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
      REVOKE EXECUTE ON FUNCTION paddock.create_team, paddock.change_team FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION paddock.create_team, paddock.change_team TO paddock_admin;
      """#)
}
