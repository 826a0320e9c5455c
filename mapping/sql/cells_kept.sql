-- Heat from a kept grid, with what is not folded yet: exact, and from one statement, so never stale.
-- {pins}, {weighted}: sums over `figures`; {where} on kept rows, {waiting} on waiting ones.
-- %(k_grid)s kept grid   %(k_shift)s from it to the asked size, %(k_steps)s from the finest to it
-- %(k_y)s to %(k_y_last)s rows of the kept grid; %(k_fine_...)s columns and rows of the finest
SELECT x, y, sum(pins)::int AS pins, sum(weighted)::int AS weighted, NULL::bigint AS looked
FROM (
    SELECT (x >> %(k_shift)s)::int AS x, (y >> %(k_shift)s)::int AS y, {pins} AS pins, {weighted} AS weighted
    FROM cell
    WHERE grid = %(k_grid)s AND y BETWEEN %(k_y)s AND %(k_y_last)s AND {where}
    UNION ALL
    SELECT (x >> %(k_steps)s)::int, (y >> %(k_steps)s)::int, pins, weighted
    FROM cell_delta
    WHERE x BETWEEN %(k_fine_x)s AND %(k_fine_x_last)s AND y BETWEEN %(k_fine_y)s AND %(k_fine_y_last)s AND {waiting}
) AS parts
GROUP BY x, y
HAVING sum(pins) <> 0
