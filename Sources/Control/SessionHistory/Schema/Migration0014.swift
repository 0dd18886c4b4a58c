extension Migration {
  /// Nobody but the core says how an operation ended; what is carried out by the database itself, the database records.
  static let honestOperations = Migration(
    number: 14, name: "honest operations",
    sql: #"""
      DROP POLICY asking ON paddock.operation;
      -- The outcome is the core's to tell. What was refused at once, and what a change of a team's own things did, is
      -- written by the functions below.
      CREATE POLICY asking ON paddock.operation FOR INSERT WITH CHECK (
        team = ANY (ARRAY(SELECT paddock.my_teams()))
        AND (outcome = 'pending' AND failure IS NULL AND completed_at IS NULL
          OR (SELECT paddock.caller_has('paddock_core'))));

      -- For an operation that this very transaction recorded: whoever asked may be told no before anybody else sees it.
      CREATE FUNCTION paddock.refuse_operation(operation_id uuid, why text) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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

      -- By whom and why are the caller's own words, set for its transaction; which role it was is in the audit.
      CREATE FUNCTION paddock.record_change(kind text, team text, subject text) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
          INSERT INTO paddock.operation (id, kind, team, subject, actor, reason, requested_at, outcome, completed_at)
          VALUES (gen_random_uuid(), kind, team, subject,
            coalesce(nullif(current_setting('paddock.actor', true), ''), paddock.caller()),
            nullif(current_setting('paddock.reason', true), ''), clock_timestamp(), 'succeeded', clock_timestamp());
          SELECT pg_notify('paddock_intents', '');
        $$;

      CREATE FUNCTION paddock.record_agent_change() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$ BEGIN
          PERFORM paddock.record_change(
            CASE WHEN NEW.deleted_at IS NULL THEN 'agent.apply' ELSE 'agent.delete' END, NEW.team, NEW.name);
          RETURN NULL;
        END $$;
      CREATE FUNCTION paddock.record_secret_change() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$ BEGIN
          IF TG_OP = 'DELETE' THEN
            PERFORM paddock.record_change('secret.delete', OLD.team, OLD.name);
          ELSE
            PERFORM paddock.record_change('secret.set', NEW.team, NEW.name);
          END IF;
          RETURN NULL;
        END $$;
      CREATE FUNCTION paddock.record_binding_change() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$ BEGIN
          PERFORM paddock.record_change('secret.bind', NEW.team, NEW.secret || ' to ' || NEW.agent);
          RETURN NULL;
        END $$;
      CREATE TRIGGER recorded AFTER INSERT OR UPDATE ON paddock.agent
        FOR EACH ROW EXECUTE FUNCTION paddock.record_agent_change();
      CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON paddock.secret
        FOR EACH ROW EXECUTE FUNCTION paddock.record_secret_change();
      CREATE TRIGGER recorded AFTER INSERT OR UPDATE ON paddock.secret_binding
        FOR EACH ROW EXECUTE FUNCTION paddock.record_binding_change();
      REVOKE EXECUTE ON FUNCTION paddock.refuse_operation, paddock.record_change, paddock.record_agent_change,
        paddock.record_secret_change, paddock.record_binding_change FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION paddock.refuse_operation TO paddock_operator, paddock_core;

      -- The end of a chain moves on by one entry at a time, to one that is there; for the owner of the tables, too.
      CREATE FUNCTION paddock.only_append() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
        AS $$ BEGIN
          IF TG_OP = 'INSERT' AND NEW.number = 0 AND NEW.hash = '' THEN RETURN NEW; END IF;
          IF TG_OP = 'UPDATE' AND NEW.team = OLD.team AND NEW.number = OLD.number + 1 AND EXISTS (
            SELECT FROM paddock.audit a WHERE a.team = NEW.team AND a.number = NEW.number AND a.hash = NEW.hash)
            THEN RETURN NEW; END IF;
          RAISE EXCEPTION 'audit_head is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
        END $$;
      CREATE TRIGGER append_only BEFORE INSERT OR UPDATE ON paddock.audit_head
        FOR EACH ROW EXECUTE FUNCTION paddock.only_append();
      CREATE TRIGGER append_only_rows BEFORE DELETE OR TRUNCATE ON paddock.audit_head
        FOR EACH STATEMENT EXECUTE FUNCTION paddock.refuse_change();
      """#)
}
