-- Heat: pins that count, on a fixed grid. One row a cell: west, south (degrees), pins, weighted (unmet only).
-- %(size)s side of a cell in degrees   %(unmet)s text[]
SELECT (x * %(size)s)::float8 AS west, (y * %(size)s)::float8 AS south, sum(pins)::int AS pins, sum(weighted)::int AS weighted
FROM (
    SELECT floor(ST_X(p.place)::numeric / %(size)s) AS x, floor(ST_Y(p.place)::numeric / %(size)s) AS y, count(*) AS pins,
        coalesce(sum(p.severity * band_weight(p.people_band)) FILTER (WHERE p.status = ANY(%(unmet)s)), 0) AS weighted
    FROM ({faces}) AS p
    WHERE p.counts
    GROUP BY 1, 2
) AS cell
GROUP BY x, y
ORDER BY x, y
