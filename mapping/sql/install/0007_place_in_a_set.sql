-- Where a point lies in any boundary set, so that a set can be compared before it is active. The rule is the
-- one of 0001_place: ST_Covers, lowest code on a shared border; within 500 m of an area `near`; else `outside`.
CREATE FUNCTION subdistrict_in(chosen_set bigint, at geometry, OUT code text, OUT flag text) LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT part.code INTO code
    FROM area_part AS part
    WHERE part.boundary_set_id = chosen_set AND ST_Covers(part.geom, at)
    ORDER BY part.code
    LIMIT 1;
    IF FOUND THEN RETURN; END IF;
    SELECT part.code INTO code
    FROM area_part AS part,
         LATERAL (SELECT ST_Distance(part.geom::geography, at::geography) AS distance_m) AS d
    WHERE part.boundary_set_id = chosen_set
      AND part.geom && ST_Expand(at, 0.02, 0.006)
      AND d.distance_m <= 500
    ORDER BY d.distance_m, part.code
    LIMIT 1;
    flag := CASE WHEN FOUND THEN 'near' ELSE 'outside' END;
END $$;

CREATE OR REPLACE FUNCTION subdistrict_at(at geometry, OUT code text, OUT flag text) LANGUAGE sql STABLE AS
$$ SELECT code, flag FROM subdistrict_in(active_boundary_set(), at) $$;
