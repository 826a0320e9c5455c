-- Known villages take what the file says.
UPDATE area
SET name_th = village.name_th, name_en = village.name_en, point = village.point,
    point_flag = village.flag, point_off_m = village.off_m, current = true
FROM village_stage AS village
WHERE area.id = village.area_id AND NOT village.same
