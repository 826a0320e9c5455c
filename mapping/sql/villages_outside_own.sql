-- Which staged villages lie outside their own subdistrict, and how far. %(set)s the boundary set
UPDATE village_stage AS village
SET flag = 'outside_own',
    off_m = (SELECT round(min(ST_Distance(part.geom::geography, village.point::geography)))::int
             FROM area_part AS part
             WHERE part.boundary_set_id = %(set)s AND part.code = left(village.code, 6))
WHERE village.flag = 'ok'
  AND NOT EXISTS (SELECT FROM area_part AS part
                  WHERE part.boundary_set_id = %(set)s AND part.code = left(village.code, 6)
                    AND ST_Covers(part.geom, village.point))
