-- Note the digest of each row as an import left it. %(run)s, %(table)s
UPDATE import_before AS kept SET after_md5 = {digest}
FROM {table} AS t
WHERE kept.run_id = %(run)s AND kept."table" = %(table)s AND t.id = kept.key::bigint
