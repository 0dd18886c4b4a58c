extension Migration {
  /// Who may see what: group roles, teams, and the functions that policies ask.
  static let access = Migration(
    number: 1, name: "access",
    sql: #"""
      -- Roles belong to the cluster: another database of it may have made them, or be making them at this moment.
      DO $do$
      DECLARE
        statement text;
      BEGIN
        FOREACH statement IN ARRAY ARRAY[
          'CREATE ROLE paddock_viewer NOLOGIN',
          'CREATE ROLE paddock_operator NOLOGIN IN ROLE paddock_viewer',
          'CREATE ROLE paddock_admin NOLOGIN IN ROLE paddock_operator',
          'CREATE ROLE paddock_core NOLOGIN IN ROLE paddock_viewer'
        ] LOOP
          CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = split_part(statement, ' ', 3));
          BEGIN
            EXECUTE statement;
          EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
          END;
        END LOOP;
      END $do$;

      GRANT USAGE ON SCHEMA paddock TO paddock_viewer;
      GRANT SELECT ON paddock.schema_migration TO paddock_viewer;

      -- Whose rights count. Inside SECURITY DEFINER functions current_user is the owner, but SET ROLE still shows.
      CREATE FUNCTION paddock.caller() RETURNS name
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
        RETURN coalesce(nullif(current_setting('role'), 'none')::name, session_user);

      -- The owner of the schema has every role of Paddock.
      CREATE FUNCTION paddock.caller_has(role_name name) RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$ SELECT pg_has_role(paddock.caller(), role_name, 'member')
                OR pg_has_role(paddock.caller(), current_user, 'member') $$;

      CREATE TABLE paddock.team (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'),
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (name, id)
      );

      CREATE FUNCTION paddock.my_team_rows() RETURNS SETOF paddock.team
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
          SELECT t.* FROM paddock.team t
          WHERE (SELECT paddock.caller_has('paddock_admin') OR paddock.caller_has('paddock_core'))
             OR EXISTS (SELECT FROM pg_roles r
                        WHERE r.rolname = 'paddock_team_' || t.name
                          AND pg_has_role(paddock.caller(), r.oid, 'member'))
        $$;
      -- Policies compare with ARRAY(SELECT …) of these, which is computed once a query, not once a row.
      CREATE FUNCTION paddock.my_team_ids() RETURNS SETOF integer
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
        AS $$ SELECT id FROM paddock.my_team_rows() $$;
      CREATE FUNCTION paddock.my_teams() RETURNS SETOF text
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
        AS $$ SELECT name FROM paddock.my_team_rows() $$;

      ALTER TABLE paddock.team ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.team FOR SELECT USING (id = ANY (ARRAY(SELECT paddock.my_team_ids())));
      GRANT SELECT ON paddock.team TO paddock_viewer;

      CREATE TABLE paddock.agent (
        team text NOT NULL REFERENCES paddock.team (name),
        name text NOT NULL,
        runtime text NOT NULL,
        -- Not jsonb, which could not hold \u0000 and would not give back the text as it was. Members are not read
        -- here: that fails when there is a \u0000 anywhere in it.
        spec json NOT NULL,
        revision integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        -- Its sessions still name it, so a deleted agent leaves its row.
        deleted_at timestamptz,
        PRIMARY KEY (team, name)
      );
      ALTER TABLE paddock.agent ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.agent USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      GRANT SELECT ON paddock.agent TO paddock_viewer;
      GRANT INSERT, UPDATE ON paddock.agent TO paddock_operator;
      """#)
}
