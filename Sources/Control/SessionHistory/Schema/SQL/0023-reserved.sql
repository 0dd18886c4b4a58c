-- A number that is kept for another change of the schema.
SELECT 1;
