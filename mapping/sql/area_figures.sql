-- Kept figures of one level for the ranking, with what is not folded yet: exact, and from one statement.
-- A row an area with all its figures, as array_send() writes them; and a row a number that waits.
-- %(digits)s of the answer's codes   %(read)s digits of the kept rows to read   %(below)s code prefix
SELECT left(area_code, %(digits)s) AS code, sent AS figures, NULL::int AS slot, NULL::bigint AS amount
FROM area_figures
WHERE digits = %(read)s AND area_code >= %(below)s AND area_code < code_end(%(below)s)
UNION ALL
SELECT left(area_code, %(digits)s), NULL::bytea, slot, sum(amount)::bigint
FROM tally_delta, unnest(ARRAY[0, category_id]) AS category,
     LATERAL (VALUES (figures_slot(category, status_group(status)), pins::bigint),
                     (figures_slot(category, 4),
                      CASE WHEN status_group(status) = 0 THEN severity * weight END)) AS put (slot, amount)
WHERE area_code >= %(below)s AND area_code < code_end(%(below)s) AND length(area_code) >= %(read)s AND amount <> 0
GROUP BY 1, 3
