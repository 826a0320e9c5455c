-- Areas by level, prefix, code or a part of a name: code, level, names, population, label point. Thai order.
SELECT code, level, name_th, name_en, population, ST_X(point) AS lng, ST_Y(point) AS lat
FROM area
WHERE boundary_set_id = active_boundary_set() AND {where}
ORDER BY {order}
LIMIT 500
