-- Kept tallies of one level, with what is not folded yet: exact, and from one statement, so never stale.
-- One row per area, category, status and severity: pins, weight. The filter speaks of these columns.
-- %(digits)s of the answer's codes   %(read)s digits of the kept rows to read   %(below)s code prefix
SELECT code, category_id, status, severity, sum(pins)::int AS pins, sum(weight)::bigint AS weight
FROM (
    SELECT left(area_code, %(digits)s) AS code, category_id, status, severity, pins, weight
    FROM tally
    WHERE digits = %(read)s AND area_code >= %(below)s AND area_code < code_end(%(below)s)
    UNION ALL
    SELECT left(area_code, %(digits)s), category_id, status, severity, pins, weight
    FROM tally_delta
    WHERE area_code >= %(below)s AND area_code < code_end(%(below)s) AND length(area_code) >= %(read)s
) AS t
WHERE {where}
GROUP BY 1, 2, 3, 4
HAVING sum(pins) <> 0
