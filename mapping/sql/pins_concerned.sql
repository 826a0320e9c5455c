-- Pins that another set puts elsewhere than where they stand, and no other: id. Reads only; needs `area_differs`.
-- %(new)s id of the set to come, or that has just become the active one
WITH changed AS MATERIALIZED (
    SELECT code FROM area_differs
    WHERE level = 'subdistrict' AND (old_code IS NULL OR new_code IS NULL OR shape_differs)
), villages AS MATERIALIZED (
    SELECT code, new_code IS NULL AS gone FROM area_differs
    WHERE level = 'village' AND (old_code IS NULL OR new_code IS NULL OR point_differs)
), crowd AS MATERIALIZED (
    SELECT code FROM area_differs WHERE people_differ AND level IN ('subdistrict', 'village')
)

SELECT pin.id
FROM pin
WHERE (
    -- It stands in an area that changed, or in none, or a changed area covers it now.
    pin.village_source <> 'chosen'
    AND (left(pin.area_code, 6) IN (SELECT code FROM changed) OR pin.area_code IS NULL OR pin.place_flag = 'near'
         OR EXISTS (SELECT FROM area_part AS part
                    WHERE part.boundary_set_id = %(new)s AND part.code IN (SELECT code FROM changed)
                      AND ST_Covers(part.geom, pin.point)))
    AND NOT EXISTS (SELECT FROM subdistrict_in(%(new)s, pin.point) AS found
                    WHERE found.code IS NOT DISTINCT FROM left(pin.area_code, 6)
                      AND found.flag IS NOT DISTINCT FROM pin.place_flag)
)
-- The village that it chose, or would have chosen, came, went or moved; or the one suggested went.
OR pin.village IN (SELECT code FROM villages)
OR pin.nearest_village IN (SELECT code FROM villages WHERE gone)
-- Never more people than live there.
OR (pin.people IS NOT NULL
    AND (pin.area_code IN (SELECT code FROM crowd) OR left(pin.area_code, 6) IN (SELECT code FROM crowd))
    AND pin.people_band <> people_band(pin.people, (
        SELECT area.population FROM area
        WHERE area.boundary_set_id = %(new)s AND area.code IN (pin.area_code, left(pin.area_code, 6))
          AND area.population IS NOT NULL
        ORDER BY length(area.code) DESC LIMIT 1)))
