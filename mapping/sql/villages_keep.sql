-- What a file has no column for stays as the set holds it: English names where they are NULL, and the points too
-- where %(points)s. New villages have none. %(set)s the boundary set
UPDATE village_stage AS village
SET name_en = coalesce(village.name_en, area.name_en, ''),
    point = CASE WHEN %(points)s THEN area.point ELSE village.point END,
    flag = CASE WHEN %(points)s AND area.id IS NOT NULL AND area.point_flag <> 'outside_own' THEN area.point_flag
                WHEN %(points)s AND area.id IS NOT NULL THEN 'ok' ELSE village.flag END
FROM village_stage AS same LEFT JOIN area ON area.boundary_set_id = %(set)s AND area.code = same.code
WHERE same.code = village.code AND (village.name_en IS NULL OR %(points)s)
