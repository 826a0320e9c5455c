-- How many rows of an import were changed or removed since. %(run)s, %(table)s
SELECT count(*)
FROM import_before AS kept
LEFT JOIN {table} AS t ON t.id = kept.key::bigint
WHERE kept.run_id = %(run)s AND kept."table" = %(table)s
  AND (t.id IS NULL OR kept.after_md5 IS DISTINCT FROM {digest})
