-- Areas by level, prefix or code: code, level, names, population, label point. Thai order.
-- %(limit)s
SELECT code, level, name_th, name_en, population, ST_X(point) AS lng, ST_Y(point) AS lat
FROM area
WHERE boundary_set_id = active_boundary_set() AND {where}
ORDER BY {order}
LIMIT %(limit)s
