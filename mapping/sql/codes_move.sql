-- One row on each successor in the place of one on an abolished code. %(id)s, %(to)s
INSERT INTO {table} ({code}, {others})
SELECT after, {others}
FROM {table}, unnest(%(to)s::text[]) AS after
WHERE id = %(id)s
ON CONFLICT DO NOTHING
RETURNING id
