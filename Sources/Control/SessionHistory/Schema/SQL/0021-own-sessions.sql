-- Whoever asks something of a session asks it in the name of that session's own team.
DROP POLICY asking ON paddock.operation;
CREATE POLICY asking ON paddock.operation FOR INSERT WITH CHECK (
  team = ANY (ARRAY(SELECT paddock.my_teams()))
  AND (session_id IS NULL OR EXISTS (
    SELECT FROM paddock.session s WHERE s.id = operation.session_id AND s.team = operation.team))
  AND (outcome = 'pending' AND failure IS NULL AND completed_at IS NULL
    OR (SELECT paddock.caller_has('paddock_core'))));
