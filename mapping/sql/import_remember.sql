-- Keep columns of rows as they stand before an import writes them. %(run)s, %(table)s
INSERT INTO import_before (run_id, "table", key, before, after_md5)
SELECT %(run)s, %(table)s, t.id::text, jsonb_build_object({fields}), ''
FROM {table} AS t
WHERE t.id IN ({keys})
ON CONFLICT DO NOTHING
