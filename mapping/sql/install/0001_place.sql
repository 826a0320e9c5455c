-- Where a pin is: functions that the triggers of pin use, and anyone may ask.

CREATE FUNCTION active_boundary_set() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT id FROM boundary_set WHERE active $$;

-- What lies below a code is the range [code, code_end(code)) in byte order: ':' follows '9', and a space comes
-- before '0'. A village has nothing below it: 20020110 is number 10, and 200201100 is number 100, not a part of it.
CREATE FUNCTION code_end(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT code || CASE WHEN length(code) < 8 THEN ':' ELSE ' ' END $$;

-- Subdistrict of a point. ST_Covers, because ST_Contains leaves a pin on the border in no area; the lowest
-- code wins there, once. Outside every polygon but within 500 m the nearest area, flagged `near`.
CREATE FUNCTION subdistrict_at(at geometry, OUT code text, OUT flag text) LANGUAGE plpgsql STABLE AS $$
DECLARE
    chosen_set bigint := active_boundary_set();
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

CREATE FUNCTION nearest_village(subdistrict text, at geometry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT code
    FROM area
    WHERE boundary_set_id = active_boundary_set() AND level = 'village' AND point_flag = 'ok'
      AND code >= subdistrict AND code < code_end(subdistrict)
    ORDER BY ST_DistanceSphere(point, at), code
    LIMIT 1
$$;

-- A point for a place that has no own one: its subdistrict's label point, else its district's, else its province's.
CREATE FUNCTION standing_point(place_code text) RETURNS geometry LANGUAGE sql STABLE AS $$
    SELECT point
    FROM area
    WHERE boundary_set_id = active_boundary_set() AND point IS NOT NULL
      AND code IN (left(place_code, 6), left(place_code, 4), left(place_code, 2))
    ORDER BY length(code) DESC
    LIMIT 1
$$;

-- Coordinates are kept to 6 decimals (about 0.1 m).
CREATE FUNCTION rounded(at geometry) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_SetSRID(ST_MakePoint(round(ST_X(at)::numeric, 6)::float8, round(ST_Y(at)::numeric, 6)::float8), 4326)
$$;

-- Centre of the fixed 0.02 degree grid cell: same place, same cell, never jittered.
CREATE FUNCTION grid_cell(at geometry) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_SetSRID(ST_MakePoint(
        ((floor(round(ST_X(at)::numeric, 6) * 50) * 2 + 1) / 100)::float8,
        ((floor(round(ST_Y(at)::numeric, 6) * 50) * 2 + 1) / 100)::float8), 4326)
$$;

-- What the public may know of a pin's place. The one place where this is decided.
-- rule: the category's public_place; village_point: of the chosen village, NULL where none was chosen or it is flagged.
CREATE FUNCTION public_place(
    rule text, at geometry, area_code text, whole_village boolean, village_point geometry,
    OUT place geometry, OUT place_precision text, OUT place_area text
) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT
        CASE WHEN rule = 'exact' THEN at
             WHEN rule = 'village' AND village_point IS NOT NULL THEN village_point
             ELSE grid_cell(at) END,
        CASE WHEN rule = 'exact' AND NOT whole_village THEN 'exact'
             WHEN rule = 'exact' OR (rule = 'village' AND village_point IS NOT NULL) THEN 'village'
             ELSE 'cell' END,
        CASE WHEN rule = 'exact' OR (rule = 'village' AND village_point IS NOT NULL) THEN area_code
             ELSE left(area_code, 6) END
$$;
