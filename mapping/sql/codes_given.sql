-- Rows that stand on an area code: id, code.
SELECT id, {code} AS code
FROM {table}
WHERE {code} <> ''
ORDER BY id
