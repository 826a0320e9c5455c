-- After another set became active: place anew the pins that it puts elsewhere, and no other.
-- %(new)s, %(old)s ids of the two sets (old may be NULL)
UPDATE pin SET point = point
WHERE CASE village_source
    -- A chosen village stays the place as long as it is there and stands where it stood.
    WHEN 'chosen' THEN NOT EXISTS (
        SELECT FROM area AS now
        LEFT JOIN area AS was ON was.boundary_set_id = %(old)s AND was.code = now.code
        WHERE now.boundary_set_id = %(new)s AND now.level = 'village' AND now.code = pin.village
          AND now.point IS NOT DISTINCT FROM was.point AND now.point_flag IS NOT DISTINCT FROM was.point_flag)
    ELSE
        left(area_code, 6) IS DISTINCT FROM (subdistrict_at(point)).code
        OR EXISTS (SELECT FROM area WHERE boundary_set_id = %(new)s AND level = 'village' AND code = pin.village)
        OR (nearest_village IS NOT NULL AND NOT EXISTS (
            SELECT FROM area WHERE boundary_set_id = %(new)s AND level = 'village' AND code = pin.nearest_village))
END
