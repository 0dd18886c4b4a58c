// TranscriptImport: see docs/modules.md
