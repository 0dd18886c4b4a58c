-- A master key that came into the place of another is noticed by the first value that it seals. An identifier, the
-- beginning of the key's SHA-256, says nothing of the key. Databases that hold values of several keys keep to these.
CREATE FUNCTION paddock.keep_master_key() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    known text;
  BEGIN
    IF EXISTS (SELECT FROM paddock.secret s WHERE s.key_id = NEW.key_id) THEN RETURN NEW; END IF;
    SELECT string_agg(k.key_id, ', ') INTO known
      FROM (SELECT DISTINCT left(s.key_id, 64) AS key_id FROM paddock.secret s ORDER BY 1 LIMIT 4) k;
    IF known IS NOT NULL THEN
      RAISE EXCEPTION 'The secrets of this database are sealed with the master key %, not with %.',
        known, left(NEW.key_id, 64) USING ERRCODE = 'PD403',
        HINT = 'Put the file with that key back. If it is lost, delete the secrets with `paddock secret delete` and set them anew.';
    END IF;
    RETURN NEW;
  END $$;
CREATE TRIGGER one_master_key BEFORE INSERT OR UPDATE OF key_id ON paddock.secret
  FOR EACH ROW EXECUTE FUNCTION paddock.keep_master_key();
REVOKE EXECUTE ON FUNCTION paddock.keep_master_key FROM PUBLIC;
