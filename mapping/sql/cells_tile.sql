-- A vector tile of heat cells: layer cell, a box with x and y of the grid, pins and weighted. One row: tile, looked.
-- %(t_deg)s side of a cell in degrees   %(t_west)s of the tile   %(t_per_deg)s units of the tile a degree of longitude
-- %(t_rows)s units of the whole world   %(t_row)s first of the tile
-- Beyond 85 degrees Web Mercator ends: what lies there is drawn as a line along its edge, so that no pin is dropped.
WITH cells AS MATERIALIZED ({cells}), placed AS (
    SELECT x, y, pins, weighted,
        round((x * %(t_deg)s - %(t_west)s) * %(t_per_deg)s) AS left_x,
        round(((x + 1) * %(t_deg)s - %(t_west)s) * %(t_per_deg)s) AS right_x,
        round(mercator_row((y + 1) * %(t_deg)s) * %(t_rows)s - %(t_row)s) AS top_y,
        round(mercator_row(y * %(t_deg)s) * %(t_rows)s - %(t_row)s) AS bottom_y
    FROM cells
)
SELECT ST_AsMVT(drawn, 'cell', 4096, 'geom') AS tile, (SELECT max(looked) FROM cells) AS looked
FROM (
    SELECT x, y, pins, weighted, ST_MakeEnvelope(left_x, least(top_y, bottom_y - 1), right_x, bottom_y) AS geom
    FROM placed
    ORDER BY y, x
) AS drawn
