-- A kept tile, whether something waits in its cells, and how often was folded: read before a tile is made anew.
-- %(kind)s, %(z)s, %(x)s, %(y)s, %(filter)s   %(cells)s columns and rows of the finest grid, first and last
SELECT (SELECT last_value FROM cell_folds) AS folds,
    (SELECT tile FROM tile_kept
     WHERE kind = %(kind)s AND z = %(z)s AND x = %(x)s AND y = %(y)s AND filter = %(filter)s) AS tile,
    EXISTS (SELECT FROM cell_delta
            WHERE x BETWEEN (%(cells)s::int[])[1] AND (%(cells)s::int[])[2]
              AND y BETWEEN (%(cells)s::int[])[3] AND (%(cells)s::int[])[4]) AS waits
