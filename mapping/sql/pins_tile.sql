-- A vector tile of needs that lead: layer pin, its number as id. One row: tile, looked.
-- %(t_west)s … of the tile in degrees   %(t_per_deg)s units of the tile a degree of longitude
-- %(t_rows)s units of the whole world   %(t_row)s first of the tile   %(t_most)s pins at the most
-- A pin lies in one tile only. Units are reckoned from degrees: ST_Transform takes ten times as long.
WITH looked AS MATERIALIZED (
    SELECT number, category, severity, status, checked, place_precision,
        floor((ST_X(place) - %(t_west)s) * %(t_per_deg)s) AS right_x,
        floor(mercator_row(ST_Y(place)) * %(t_rows)s - %(t_row)s) AS down_y
    FROM ({faces}) AS p
    WHERE joined_to IS NULL AND status <> 'withdrawn'
      AND place && ST_MakeEnvelope(%(t_west)s, %(t_south)s, %(t_east)s, %(t_north)s, 4326)
    LIMIT %(t_most)s
)
SELECT ST_AsMVT(drawn, 'pin', 4096, 'geom', 'number') AS tile, (SELECT count(*) FROM looked) AS looked
FROM (
    SELECT number, category, severity, status, checked, place_precision, ST_MakePoint(right_x, down_y) AS geom
    FROM looked
    WHERE right_x BETWEEN 0 AND 4095 AND down_y BETWEEN 0 AND 4095
    ORDER BY down_y, right_x, number
) AS drawn
