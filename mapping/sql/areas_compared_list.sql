-- The areas that differ, upper levels first, villages only by number elsewhere. %(listed)s at most
SELECT code, level, coalesce(new_name, old_name) AS name_th, coalesce(new_name_en, '') AS name_en,
    CASE WHEN old_code IS NULL THEN 'new' WHEN new_code IS NULL THEN 'gone'
         WHEN shape_differs THEN 'moved' ELSE 'renamed' END AS change,
    -- NULL where it lost its shape: there is nothing to compare.
    CASE WHEN new_geom IS NOT NULL THEN round((share_moved * 100)::numeric, 2)::float8 END AS moved_percent, old_name
FROM area_differs
WHERE level <> 'village' AND (old_code IS NULL OR new_code IS NULL OR shape_differs OR names_differ)
ORDER BY length(code), code
LIMIT %(listed)s
