-- The status of each row that was just added, as an entry of its timeline. %(first)s, %(last)s: numbers of rows
-- %(run)s: the import   %(by)s: who imports   %(closed)s: words for a closing. Withdrawing is the author's, and nobody is.
INSERT INTO entry (pin_id, at, by_id, kind, to_status, detail, words)
SELECT
    placed.id,
    CASE WHEN given.status_at BETWEEN placed.received_at AND now() THEN given.status_at ELSE now() END,
    CASE WHEN given.to_status = 'withdrawn' THEN NULL ELSE %(by)s::bigint END,
    'status', given.to_status, jsonb_build_object('import', %(run)s::text),
    CASE WHEN given.to_status = 'closed_without_fix' THEN %(closed)s ELSE '' END
FROM pin_placed AS placed JOIN pin_given AS given USING ("row")
WHERE placed."row" BETWEEN %(first)s AND %(last)s AND given.to_status <> 'reported'
ORDER BY placed."row"
