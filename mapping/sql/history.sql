-- Changes of one object, newest first: a row is one event with the row before it.
-- %(key)s, %(most)s; %(own)s: columns of the history itself
SELECT
    e.pgh_created_at AS at, e.pgh_label AS label,
    (c.metadata ->> 'person')::bigint AS person_id, c.metadata ->> 'import' AS run_id,
    to_jsonb(e) - %(own)s::text[] AS row,
    lag(to_jsonb(e) - %(own)s::text[]) OVER (PARTITION BY e.{row_key} ORDER BY e.pgh_id) AS before
FROM {table} AS e
LEFT JOIN pghistory_context AS c ON c.id = e.pgh_context_id
WHERE e.{column} = %(key)s
ORDER BY e.pgh_id DESC
LIMIT %(most)s
