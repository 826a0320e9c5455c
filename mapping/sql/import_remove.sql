-- Remove the rows that an import made. %(run)s, %(table)s
DELETE FROM {table} AS t
USING import_before AS kept
WHERE kept.run_id = %(run)s AND kept."table" = %(table)s AND kept.before IS NULL AND t.id = kept.key::bigint
