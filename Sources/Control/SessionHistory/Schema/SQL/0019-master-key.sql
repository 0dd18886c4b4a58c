-- A master key that came into the place of another is noticed by the first value that it seals. An identifier, the
-- beginning of the key's SHA-256, says nothing of the key.

-- Which key is the right one is said by those who have it, cores and administrators. A row of a team says only what that
-- team's operator wrote into it: it keeps nobody else from sealing, and no core from starting.
CREATE TABLE paddock.master_key (
  key_id text PRIMARY KEY CHECK (octet_length(key_id) BETWEEN 1 AND 64),
  registered_by text NOT NULL DEFAULT session_user,
  registered_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE paddock.master_key ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION paddock.refuse_master_key(known text, other text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    RAISE EXCEPTION 'The secrets of this database are sealed with the master key %, not with %.', known, left(other, 64)
      USING ERRCODE = 'PD403', HINT =
        'Put the file with that key back. If it is lost, delete the secrets with `paddock secret delete` and set them anew.';
  END $$;

-- Another key takes the place of one that seals nothing any more.
CREATE FUNCTION paddock.register_master_key(id text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    known text;
  BEGIN
    IF NOT paddock.is_core_login((SELECT r.oid FROM pg_roles r WHERE r.rolname = session_user))
      AND NOT paddock.caller_has('paddock_admin') THEN
      RAISE EXCEPTION 'only cores and members of paddock_admin say which master key is in use'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM paddock.master_key m WHERE m.key_id = id) THEN RETURN; END IF;
    LOCK TABLE paddock.master_key IN SHARE ROW EXCLUSIVE MODE;
    SELECT string_agg(m.key_id, ', ') INTO known FROM paddock.master_key m
      WHERE EXISTS (SELECT FROM paddock.secret s WHERE s.key_id = m.key_id);
    IF known IS NOT NULL THEN PERFORM paddock.refuse_master_key(known, id); END IF;
    DELETE FROM paddock.master_key;
    INSERT INTO paddock.master_key (key_id) VALUES (id);
  END $$;

-- The registered keys that seal something; before any is registered, what the rows of all teams say.
CREATE FUNCTION paddock.sealing_keys() RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT DISTINCT left(s.key_id, 64) FROM paddock.secret s
    WHERE NOT EXISTS (SELECT FROM paddock.master_key) OR s.key_id IN (SELECT m.key_id FROM paddock.master_key m)
    ORDER BY 1 LIMIT 16
  $$;

CREATE FUNCTION paddock.keep_master_key() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    known text;
  BEGIN
    SELECT string_agg(m.key_id, ', ') INTO known FROM paddock.master_key m;
    IF known IS NOT NULL THEN
      IF NOT EXISTS (SELECT FROM paddock.master_key m WHERE m.key_id = NEW.key_id) THEN
        PERFORM paddock.refuse_master_key(known, NEW.key_id);
      END IF;
      RETURN NEW;
    END IF;
    -- Nobody has said which is right: a team keeps to its own.
    IF NOT EXISTS (SELECT FROM paddock.secret s WHERE s.team = NEW.team AND s.key_id = NEW.key_id) THEN
      SELECT string_agg(k.key_id, ', ') INTO known
        FROM (SELECT DISTINCT left(s.key_id, 64) AS key_id FROM paddock.secret s WHERE s.team = NEW.team ORDER BY 1 LIMIT 4) k;
      IF known IS NOT NULL THEN PERFORM paddock.refuse_master_key(known, NEW.key_id); END IF;
    END IF;
    RETURN NEW;
  END $$;
CREATE TRIGGER one_master_key BEFORE INSERT OR UPDATE OF key_id ON paddock.secret
  FOR EACH ROW EXECUTE FUNCTION paddock.keep_master_key();
REVOKE EXECUTE ON FUNCTION paddock.keep_master_key, paddock.refuse_master_key, paddock.register_master_key,
  paddock.sealing_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION paddock.register_master_key, paddock.sealing_keys TO paddock_admin, paddock_core;
