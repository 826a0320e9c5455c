-- Put back the columns that an import wrote over. %(run)s, %(table)s
UPDATE {table} AS t
SET ({names}) = (SELECT {names} FROM jsonb_populate_record(NULL::{table}, kept.before))
FROM import_before AS kept
WHERE kept.run_id = %(run)s AND kept."table" = %(table)s AND kept.before IS NOT NULL AND t.id = kept.key::bigint
