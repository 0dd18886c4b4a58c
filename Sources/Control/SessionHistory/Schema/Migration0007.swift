extension Migration {
  /// Sealed credentials, and which core is alive.
  static let secrets = Migration(
    number: 7, name: "secrets",
    sql: #"""
      CREATE TABLE paddock.secret (
        team text NOT NULL REFERENCES paddock.team (name),
        name text NOT NULL,
        owner text NOT NULL,
        -- Nonce, ciphertext and tag together.
        ciphertext bytea NOT NULL,
        -- The secret's own key, sealed with the master key that key_id names and that is never in the database.
        wrapped_key bytea NOT NULL,
        key_id text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (team, name)
      );
      CREATE TABLE paddock.secret_binding (
        team text NOT NULL,
        secret text NOT NULL,
        agent text NOT NULL,
        PRIMARY KEY (team, secret, agent),
        FOREIGN KEY (team, secret) REFERENCES paddock.secret (team, name) ON DELETE CASCADE
      );
      ALTER TABLE paddock.secret ENABLE ROW LEVEL SECURITY;
      ALTER TABLE paddock.secret_binding ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.secret USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      CREATE POLICY member ON paddock.secret_binding USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      -- Not even the sealed bytes are an operator's to read.
      GRANT SELECT (team, name, owner, created_at, updated_at) ON paddock.secret TO paddock_viewer;
      GRANT SELECT ON paddock.secret TO paddock_core;
      GRANT SELECT ON paddock.secret_binding TO paddock_viewer;
      GRANT INSERT, UPDATE, DELETE ON paddock.secret, paddock.secret_binding TO paddock_operator;

      -- Who holds the lease, by the holder's own words; believed only while that backend holds the advisory lock.
      CREATE TABLE paddock.core_lease (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        holder text NOT NULL,
        backend_pid integer NOT NULL,
        acquired_at timestamptz NOT NULL
      );
      GRANT SELECT ON paddock.core_lease TO paddock_viewer;
      GRANT INSERT, UPDATE ON paddock.core_lease TO paddock_core;
      """#)
}
