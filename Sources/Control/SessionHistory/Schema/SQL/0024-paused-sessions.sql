-- A session whose agent is stopped where it is has a state of its own.
CREATE OR REPLACE FUNCTION paddock.session_states() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['starting', 'working', 'waiting', 'approval', 'suspended', 'restarting', 'stalled', 'paused', 'failed',
    'finished', 'killed'];
