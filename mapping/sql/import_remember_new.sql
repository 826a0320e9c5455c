-- Keep that rows were not there before an import. %(run)s, %(table)s; the query `keys` gives their ids
INSERT INTO import_before (run_id, "table", key, before, after_md5)
SELECT %(run)s, %(table)s, made.id::text, NULL, ''
FROM ({keys}) AS made
ON CONFLICT DO NOTHING
