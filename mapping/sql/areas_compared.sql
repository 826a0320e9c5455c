-- Per level how many areas are new, gone, moved or renamed.
SELECT level,
    count(*) FILTER (WHERE old_code IS NULL) AS new,
    count(*) FILTER (WHERE new_code IS NULL) AS gone,
    count(*) FILTER (WHERE old_code = new_code AND (shape_differs OR point_differs)) AS moved,
    count(*) FILTER (WHERE old_code = new_code AND names_differ) AS renamed
FROM area_differs
GROUP BY level
HAVING count(*) FILTER (WHERE old_code IS NULL OR new_code IS NULL OR shape_differs OR point_differs OR names_differ) > 0
ORDER BY min(length(code))
