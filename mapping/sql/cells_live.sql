-- Heat counted from the pins, for filters that the kept grids cannot answer: the same rows as cells_kept.sql.
-- %(p_steps)s from the finest grid to the asked size   %(p_w)s … box in degrees   %(p_x)s … columns and rows of the finest
-- %(p_most)s pins at the most: `looked` says how many were read
WITH looked AS MATERIALIZED (
    SELECT cell_x(p.place) AS x, cell_y(p.place) AS y, need_weight(p.status, p.severity, p.people_band) AS weighted
    FROM ({faces}) AS p
    WHERE p.counts AND p.place && ST_MakeEnvelope(%(p_w)s, %(p_s)s, %(p_e)s, %(p_n)s, 4326)
    LIMIT %(p_most)s
)
SELECT (x >> %(p_steps)s)::int AS x, (y >> %(p_steps)s)::int AS y, count(*)::int AS pins, sum(weighted)::int AS weighted,
    (SELECT count(*) FROM looked) AS looked
FROM looked
WHERE x BETWEEN %(p_x)s AND %(p_x_last)s AND y BETWEEN %(p_y)s AND %(p_y_last)s
GROUP BY 1, 2
