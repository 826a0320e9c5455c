-- Areas by level, prefix or code: code, level, names, population, label point (none where it is flagged). Thai order.
-- %(limit)s
SELECT code, level, name_th, name_en, population,
    CASE WHEN point_flag = 'ok' THEN ST_X(point) END AS lng, CASE WHEN point_flag = 'ok' THEN ST_Y(point) END AS lat
FROM area
WHERE boundary_set_id = active_boundary_set() AND {where}
ORDER BY {order}
LIMIT %(limit)s
