-- What cannot be seen of a session is no state that it was in before.
CREATE OR REPLACE FUNCTION paddock.session_states() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['starting', 'working', 'waiting', 'approval', 'suspended', 'restarting', 'stalled', 'paused', 'unknown',
    'failed', 'finished', 'killed'];
