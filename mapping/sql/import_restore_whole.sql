-- Put back whole rows that were removed. %(run)s, %(table)s
INSERT INTO {table}
SELECT (jsonb_populate_record(NULL::{table}, kept.before)).*
FROM import_before AS kept
WHERE kept.run_id = %(run)s AND kept."table" = %(table)s AND kept.before IS NOT NULL
ON CONFLICT DO NOTHING
