-- Villages that the set does not hold yet. %(set)s the boundary set
INSERT INTO area (boundary_set_id, code, level, name_th, name_en, point, point_flag, point_off_m, current, successors)
SELECT %(set)s, code, 'village', name_th, name_en, point, flag, off_m, true, '[]'
FROM village_stage
WHERE area_id IS NULL
ORDER BY code
