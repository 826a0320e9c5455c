-- Beside each staged village what the set holds of it. %(set)s the boundary set
UPDATE village_stage AS village
SET area_id = area.id,
    same = (area.name_th, area.name_en, area.point, area.point_flag, area.point_off_m, area.current)
        IS NOT DISTINCT FROM (village.name_th, village.name_en, village.point, village.flag, village.off_m, true)
FROM area
WHERE area.boundary_set_id = %(set)s AND area.code = village.code
