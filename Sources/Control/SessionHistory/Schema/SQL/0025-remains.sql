-- Imports whose importer is gone reach an end; who is a core is said once more as the programs say it; what a removed
-- login left is not the next person's; rows are set aside only for a reason.

-- By which connection: while it is there, the import is under way.
CREATE OR REPLACE FUNCTION paddock.begin_import(
    new_id uuid, of_team text, source text, claimed_actor text, new_reason text)
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
    INSERT INTO paddock.operation (id, kind, team, team_id, subject, argument, actor, reason, requested_at)
      SELECT new_id, 'import', t.name, t.id, current_setting('application_name'), source,
        paddock.actor(claimed_actor), new_reason, clock_timestamp()
      FROM paddock.team t WHERE t.name = of_team;
  END $$;

-- The rule of CoreRights, which programs ask where there are no functions yet.
CREATE OR REPLACE FUNCTION paddock.is_core_login(login oid) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT pg_has_role(login, 'paddock_core', 'member')
      OR pg_has_role(login, (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'paddock'), 'member')
      OR pg_has_role(login, (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()), 'member')
      OR EXISTS (SELECT FROM pg_roles r WHERE r.oid = login AND r.rolsuper)
  $$;

-- A login whose role had to stay when its person was removed, and that is another person's from now on.
CREATE FUNCTION paddock.forget_settings() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    place text;
  BEGIN
    IF TG_RELID <> 'paddock.operator_login'::regclass THEN RAISE EXCEPTION 'not on this table'; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = NEW.name) THEN RETURN NULL; END IF;
    EXECUTE format('ALTER ROLE %I RESET ALL', NEW.name);
    FOR place IN SELECT d.datname FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
      WHERE s.setrole = quote_ident(NEW.name)::regrole
    LOOP
      EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', NEW.name, place);
    END LOOP;
    RETURN NULL;
  END $$;
CREATE TRIGGER forget_settings AFTER UPDATE ON paddock.operator_login FOR EACH ROW
  WHEN (OLD.removed_at IS NOT NULL AND NEW.removed_at IS NULL AND NEW.is_made)
  EXECUTE FUNCTION paddock.forget_settings();
REVOKE EXECUTE ON FUNCTION paddock.forget_settings FROM PUBLIC;

-- Whether a row keeps all that the database asks of its table: then only a reader can say that it makes no sense.
CREATE FUNCTION paddock.keeps_rules(of_relation text, condition text) RETURNS boolean
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    keeps boolean;
  BEGIN
    EXECUTE (SELECT format('SELECT bool_and(%s) FROM paddock.%I r WHERE %s',
        string_agg(format('coalesce(%s, true)', w.rule), ' AND '), of_relation, condition)
      FROM paddock.row_rules() w WHERE w.relation = of_relation) INTO keeps;
    RETURN coalesce(keeps, true);
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
    IF NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only members of paddock_admin remove rows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO named FROM paddock.row_names() n WHERE n.relation = of_relation;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'Rows of ''%'' are not removed.', left(of_relation, 80) USING ERRCODE = 'PD403',
        HINT = 'See `paddock unreadable list`.';
    END IF;
    condition := format('%s = %L', named.key, row_key);
    EXECUTE format('SELECT %s FROM paddock.%I r WHERE %s', named.team, of_relation, condition) INTO owner;
    IF owner IS NULL THEN
      RAISE EXCEPTION 'There is no row ''%'' of ''%''.', left(row_key, 200), of_relation USING ERRCODE = 'PD404',
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
REVOKE EXECUTE ON FUNCTION paddock.keeps_rules FROM PUBLIC;
