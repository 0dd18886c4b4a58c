-- What each person may do in each team, and where rows go that a later rule refuses.

-- Roles belong to the cluster: another database of it may have made them, or be making them at this moment.
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'paddock_approver') THEN
    BEGIN
      CREATE ROLE paddock_approver NOLOGIN IN ROLE paddock_viewer;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  IF NOT pg_has_role('paddock_operator', 'paddock_approver', 'member') THEN
    GRANT paddock_approver TO paddock_operator;
  END IF;
-- From Postgres 16 on, having made a role is not enough where a superuser, or another database's owner, made it.
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'The owner of the database may not give the roles of Paddock to others: %', SQLERRM
    USING ERRCODE = 'PD401', HINT = format(
      'As a superuser: GRANT paddock_viewer, paddock_operator, paddock_admin, paddock_core TO %I WITH ADMIN OPTION;',
      current_user);
END $do$;

-- A login's role in one team; it is a member of the team's role besides, by which it sees the team at all.
CREATE TABLE paddock.team_grant (
  team_id integer NOT NULL REFERENCES paddock.team (id) ON DELETE CASCADE,
  grantee name NOT NULL,
  level text NOT NULL CHECK (level IN ('viewer', 'approver', 'operator', 'admin')),
  granted_by text NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (team_id, grantee)
);
ALTER TABLE paddock.team_grant ENABLE ROW LEVEL SECURITY;
CREATE POLICY member ON paddock.team_grant FOR SELECT USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
GRANT SELECT ON paddock.team_grant TO paddock_viewer;

-- 0 for whoever has nothing to do with the team; then viewer, approver, operator, admin. Members of the group roles have
-- these in every team that they are members of, admins in all.
CREATE FUNCTION paddock.caller_level(of_team text) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT CASE
      WHEN NOT EXISTS (SELECT FROM paddock.team t WHERE t.name = of_team) THEN 0
      WHEN paddock.caller_has('paddock_admin') THEN 4
      WHEN NOT EXISTS (SELECT FROM paddock.my_team_rows() t WHERE t.name = of_team) THEN 0
      ELSE greatest(
        CASE WHEN paddock.caller_has('paddock_operator') THEN 3 WHEN paddock.caller_has('paddock_approver') THEN 2
          WHEN paddock.caller_has('paddock_viewer') THEN 1 ELSE 0 END,
        (SELECT array_position(ARRAY['viewer', 'approver', 'operator', 'admin'], g.level)
          FROM paddock.team_grant g JOIN paddock.team t ON t.id = g.team_id
          WHERE t.name = of_team AND g.grantee = paddock.caller()))
    END
  $$;
REVOKE EXECUTE ON FUNCTION paddock.caller_level FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.caller_level TO paddock_viewer;

-- A migration that makes a rule stricter moves what does not fit here, so that nothing is lost and nothing is a reason
-- not to start. Text, as the row may hold what json cannot be asked about.
CREATE TABLE paddock.set_aside (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  relation text NOT NULL,
  content text NOT NULL,
  reason text NOT NULL,
  set_aside_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE paddock.set_aside ENABLE ROW LEVEL SECURITY;
CREATE POLICY administration ON paddock.set_aside FOR SELECT
  USING ((SELECT paddock.caller_has('paddock_admin') OR paddock.caller_has('paddock_core')));
GRANT SELECT ON paddock.set_aside TO paddock_viewer;

-- Moves the rows of a table that meet a condition. For migrations: nobody but the owner may call it.
CREATE FUNCTION paddock.move_aside(relation regclass, condition text, reason text) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    moved bigint;
  BEGIN
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', relation);
    EXECUTE format(
      'WITH gone AS (DELETE FROM %1$s r WHERE (%2$s) RETURNING *)
       INSERT INTO paddock.set_aside (relation, content, reason) SELECT %3$L, to_json(g)::text, %4$L FROM gone g',
      relation, condition, relation::text, reason);
    GET DIAGNOSTICS moved = ROW_COUNT;
    EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', relation);
    RETURN moved;
  END $$;
REVOKE EXECUTE ON FUNCTION paddock.move_aside FROM PUBLIC;
