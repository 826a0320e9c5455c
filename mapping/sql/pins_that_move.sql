-- Pins that another set would place elsewhere, a row a pair of subdistricts. Reads only; needs `area_differs`.
-- %(new)s id of the set to come
WITH changed AS MATERIALIZED (
    SELECT code FROM area_differs
    WHERE level = 'subdistrict' AND (old_code IS NULL OR new_code IS NULL OR shape_differs)
), concerned AS MATERIALIZED (
    SELECT pin.id, pin.area_code, pin.village_source, pin.village, pin.point
    FROM pin
    WHERE left(pin.area_code, 6) IN (SELECT code FROM changed) OR pin.area_code IS NULL OR pin.place_flag = 'near'
       OR EXISTS (SELECT FROM area_part AS part
                  WHERE part.boundary_set_id = %(new)s AND part.code IN (SELECT code FROM changed)
                    AND ST_Covers(part.geom, pin.point))
       OR pin.village IN (SELECT code FROM area_differs
                          WHERE level = 'village' AND (old_code IS NULL OR new_code IS NULL OR point_differs))
), placed AS (
    SELECT left(concerned.area_code, 6) AS was,
        CASE WHEN village_source = 'chosen' AND EXISTS (
                SELECT FROM area WHERE boundary_set_id = %(new)s AND level = 'village' AND code = concerned.village)
             THEN left(concerned.village, 6)
             ELSE (subdistrict_in(%(new)s, concerned.point)).code END AS now
    FROM concerned
)
SELECT was, now, count(*) AS pins
FROM placed
WHERE was IS DISTINCT FROM now
GROUP BY 1, 2
ORDER BY pins DESC, was, now
