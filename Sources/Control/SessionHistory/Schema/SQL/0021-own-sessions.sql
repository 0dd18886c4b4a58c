-- A trigger function is called by whoever has a table of their own to put it on, as its owner and with rows of any type.
REVOKE EXECUTE ON FUNCTION paddock.write_audit, paddock.refuse_change, paddock.only_complete, paddock.keep_no_team,
  paddock.only_append FROM PUBLIC;

-- Whoever asks something of a session asks it in the name of that session's own team.
DROP POLICY asking ON paddock.operation;
CREATE POLICY asking ON paddock.operation FOR INSERT WITH CHECK (
  team = ANY (ARRAY(SELECT paddock.my_teams()))
  AND (session_id IS NULL OR EXISTS (
    SELECT FROM paddock.session s WHERE s.id = operation.session_id AND s.team = operation.team))
  AND (outcome = 'pending' AND failure IS NULL AND completed_at IS NULL
    OR (SELECT paddock.caller_has('paddock_core'))));
