-- Per level how many areas are new, gone, moved or renamed.
SELECT level,
    count(*) FILTER (WHERE old_code IS NULL) AS new,
    count(*) FILTER (WHERE new_code IS NULL) AS gone,
    count(*) FILTER (WHERE old_code = new_code AND (shape_differs OR point_differs)) AS moved,
    count(*) FILTER (WHERE old_code = new_code AND old_name <> new_name) AS renamed
FROM area_differs
GROUP BY level
ORDER BY min(length(code))
