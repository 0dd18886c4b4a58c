extension Migration {
  /// Sandboxes that others made, beside the sessions: their own rows, but nothing that is reconciled.
  static let foreignSandboxes = Migration(
    number: 12, name: "foreign sandboxes",
    sql: #"""
      -- Not null: a foreign sandbox, and this is what marks it. Not jsonb, as elsewhere: U+0000.
      ALTER TABLE paddock.session ADD COLUMN foreign_sandbox json, ADD COLUMN gone_at timestamptz;
      CREATE INDEX session_foreign ON paddock.session (id) WHERE foreign_sandbox IS NOT NULL AND gone_at IS NULL;

      -- What an operator wrote here would be taken for what the core has seen.
      CREATE POLICY foreign_by_core ON paddock.session AS RESTRICTIVE FOR INSERT
        WITH CHECK (foreign_sandbox IS NULL OR paddock.caller_has('paddock_core'));

      -- What is in no team's namespace belongs to a team that has no role, so that no one but admins is in it.
      DO $do$ BEGIN
        IF EXISTS (SELECT FROM paddock.team WHERE name = 'no-team') THEN
          RAISE EXCEPTION 'there is a team ''no-team'', a name that Paddock needs for itself: delete that team first';
        END IF;
      END $do$;
      INSERT INTO paddock.team (name) VALUES ('no-team');
      ALTER TABLE paddock.agent ADD CONSTRAINT agent_has_team CHECK (team <> 'no-team');
      CREATE FUNCTION paddock.keep_no_team() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN
          RAISE EXCEPTION '''no-team'' is no team: it cannot be deleted' USING ERRCODE = 'insufficient_privilege';
        END $$;
      CREATE TRIGGER kept BEFORE DELETE ON paddock.team
        FOR EACH ROW WHEN (OLD.name = 'no-team') EXECUTE FUNCTION paddock.keep_no_team();
      """#)
}
