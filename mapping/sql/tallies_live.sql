-- The same rows as tallies.sql, counted from the pins: for filters that the kept tallies cannot answer.
SELECT left(p.area_code, %(digits)s) AS code, p.category_id, p.status, p.severity, count(*)::int AS pins,
    sum(band_weight(p.people_band))::bigint AS weight
FROM ({faces}) AS p
WHERE p.counts AND p.area_code >= %(below)s AND p.area_code < code_end(%(below)s) AND length(p.area_code) >= least(%(digits)s, 8)
GROUP BY 1, 2, 3, 4
