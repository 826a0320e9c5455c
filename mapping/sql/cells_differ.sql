-- Where a kept grid, with what waits, is not what the pins say: grid, x, y, kept and counted of all pins and of the need.
WITH kept AS (
    SELECT grid, x::int AS x, y::int AS y, area_code, month::int AS month, slot, amount::bigint AS amount
    FROM cell, unnest(figures) WITH ORDINALITY AS put (amount, slot)
    UNION ALL
    SELECT grid, x >> grid, y >> grid, CASE grid WHEN 0 THEN area_code ELSE '' END, CASE grid WHEN 4 THEN month ELSE 0 END,
        slot, amount
    FROM cell_delta, unnest(ARRAY[0, 2, 4]) AS grid, unnest(ARRAY[0, category_id]) AS category,
         LATERAL (VALUES (figures_slot(category, status_group), pins::bigint),
                         (figures_slot(category, 4), weighted::bigint)) AS put (slot, amount)
), counted AS (
    SELECT grid, cell_x(public_point) >> grid AS x, cell_y(public_point) >> grid AS y,
        CASE grid WHEN 0 THEN coalesce(left(public_area_code, 6), '') ELSE '' END AS area_code,
        CASE grid WHEN 4 THEN month_of(received_at) ELSE 0 END::int AS month, slot, amount
    FROM pin, unnest(ARRAY[0, 2, 4]) AS grid, unnest(ARRAY[0, category_id]) AS category,
         LATERAL (VALUES (figures_slot(category, status_group(status)), 1),
                         (figures_slot(category, 4), need_weight(status, severity, people_band))) AS put (slot, amount)
    WHERE counts
), compared AS (
    SELECT grid, x, y, area_code, month, slot, amount AS kept, 0 AS counted FROM kept
    UNION ALL
    SELECT grid, x, y, area_code, month, slot, 0, amount FROM counted
)
SELECT grid, x, y, area_code, month, slot, sum(kept)::bigint AS kept, sum(counted)::bigint AS counted
FROM compared
GROUP BY 1, 2, 3, 4, 5, 6
HAVING sum(kept) <> sum(counted)
ORDER BY 1, 2, 3, 4, 5, 6
LIMIT 1000
