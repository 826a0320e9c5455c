-- Keep whole rows before they are removed. %(run)s, %(table)s, %(ids)s
INSERT INTO import_before (run_id, "table", key, before, after_md5)
SELECT %(run)s, %(table)s, t.id::text, to_jsonb(t), ''
FROM {table} AS t
WHERE t.id = ANY(%(ids)s)
ON CONFLICT DO NOTHING
