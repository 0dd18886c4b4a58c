extension Migration {
  /// What operators asked for, and the chained record of it.
  static let operations = Migration(
    number: 3, name: "operations",
    sql: #"""
      CREATE TABLE paddock.operation (
        id uuid PRIMARY KEY,
        -- The order in which they are carried out; clocks of operators differ.
        number bigint GENERATED ALWAYS AS IDENTITY,
        kind text NOT NULL,
        team text NOT NULL,
        session_id uuid,
        subject text,
        generation integer,
        argument text,
        actor text NOT NULL,
        reason text,
        requested_at timestamptz NOT NULL,
        outcome text NOT NULL DEFAULT 'pending' CHECK (outcome IN ('pending', 'succeeded', 'failed')),
        failure text,
        completed_at timestamptz
      );
      CREATE INDEX operation_pending ON paddock.operation (number) WHERE outcome = 'pending';
      CREATE INDEX operation_session ON paddock.operation (session_id, number);
      CREATE INDEX operation_team ON paddock.operation (team, number);

      ALTER TABLE paddock.operation ENABLE ROW LEVEL SECURITY;
      CREATE POLICY reading ON paddock.operation FOR SELECT USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      -- What concerns a session is carried out by the core, so nobody else can say that it succeeded.
      CREATE POLICY asking ON paddock.operation FOR INSERT WITH CHECK (
        team = ANY (ARRAY(SELECT paddock.my_teams()))
        AND (outcome <> 'succeeded' OR session_id IS NULL));
      CREATE POLICY completing ON paddock.operation FOR UPDATE USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      GRANT SELECT ON paddock.operation TO paddock_viewer;
      GRANT INSERT ON paddock.operation TO paddock_operator, paddock_core;
      GRANT UPDATE (outcome, failure, completed_at) ON paddock.operation TO paddock_core;

      CREATE TABLE paddock.audit (
        team text NOT NULL,
        number bigint NOT NULL,
        operation_id uuid NOT NULL,
        content text NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (team, number)
      );
      -- The end of each chain, so that a chain cut short is found out; its row's lock puts writers of a team in line.
      CREATE TABLE paddock.audit_head (
        team text PRIMARY KEY,
        number bigint NOT NULL,
        hash bytea NOT NULL
      );
      ALTER TABLE paddock.audit ENABLE ROW LEVEL SECURITY;
      ALTER TABLE paddock.audit_head ENABLE ROW LEVEL SECURITY;
      CREATE POLICY reading ON paddock.audit FOR SELECT USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      CREATE POLICY reading ON paddock.audit_head FOR SELECT USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      GRANT SELECT ON paddock.audit, paddock.audit_head TO paddock_viewer;

      -- UTC, because the text of a time depends on the zone of whoever asks.
      CREATE FUNCTION paddock.write_audit() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
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
      CREATE TRIGGER audited AFTER INSERT OR UPDATE ON paddock.operation
        FOR EACH ROW EXECUTE FUNCTION paddock.write_audit();

      -- Holds for the owner of the tables, too.
      CREATE FUNCTION paddock.refuse_change() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN
          RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
        END $$;
      CREATE FUNCTION paddock.only_complete() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN
          IF OLD.outcome <> 'pending' OR NEW.outcome = 'pending'
            OR to_jsonb(OLD) - ARRAY['outcome', 'failure', 'completed_at']
              IS DISTINCT FROM to_jsonb(NEW) - ARRAY['outcome', 'failure', 'completed_at'] THEN
            RAISE EXCEPTION 'operation is append-only: only a pending outcome can change'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN NEW;
        END $$;
      CREATE TRIGGER append_only BEFORE UPDATE ON paddock.operation
        FOR EACH ROW EXECUTE FUNCTION paddock.only_complete();
      CREATE TRIGGER append_only_rows BEFORE DELETE OR TRUNCATE ON paddock.operation
        FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON paddock.audit
        FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();

      -- The first row of a team's chain that is not what it should be; none when all is well.
      CREATE FUNCTION paddock.verify_audit(of_team text) RETURNS TABLE (number bigint, problem text)
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
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
      """#)
}
