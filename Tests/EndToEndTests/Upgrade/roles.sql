-- Roles are no part of a database's dump.
CREATE ROLE paddock_viewer NOLOGIN;
CREATE ROLE paddock_operator NOLOGIN IN ROLE paddock_viewer;
CREATE ROLE paddock_admin NOLOGIN IN ROLE paddock_operator;
CREATE ROLE paddock_core NOLOGIN IN ROLE paddock_viewer;
CREATE ROLE paddock_team_alpha NOLOGIN;
CREATE ROLE paddock_team_beta NOLOGIN;
CREATE ROLE paddock_team_imported NOLOGIN;
