// EmbeddedPostgres: see docs/modules.md
