-- Heat: three kept grids of what counts, by the public place. And the ranking's own, narrower table.
-- Both are kept like the tallies: triggers append signed rows, a folder moves them on, a read adds what waits.

-- 0 unmet, 1 funded and under way, 2 done, 3 closed without a fix; NULL for what was taken back.
CREATE FUNCTION status_group(status text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE WHEN status IN ('reported', 'verified', 'forwarded', 'planned') THEN 0
                 WHEN status IN ('funded', 'in_progress') THEN 1
                 WHEN status IN ('done', 'confirmed') THEN 2
                 WHEN status = 'closed_without_fix' THEN 3 END)::smallint
$$;

-- What an unmet need weighs; met ones weigh nothing.
CREATE FUNCTION need_weight(status text, severity smallint, band smallint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN status_group(status) = 0 THEN severity * band_weight(band) ELSE 0 END
$$;

-- Columns and rows of the finest grid, 0.02 degrees: the same cells as grid_cell() has, so that a heat cell never
-- tells more than the coarsest public place does. A coarser grid is this one shifted to the right.
CREATE FUNCTION cell_x(at geometry) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT floor(round(ST_X(at)::numeric, 6) * 50)::smallint $$;
CREATE FUNCTION cell_y(at geometry) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT floor(round(ST_Y(at)::numeric, 6) * 50)::smallint $$;

-- Row of Web Mercator, 0 at its top and 1 at its bottom, of degrees north.
CREATE FUNCTION mercator_row(north double precision) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 0.5 - ln(tan(pi() / 4 + radians(greatest(least(north, 85.051128), -85.051128)) / 2)) / (2 * pi())
$$;

-- Months since year 0 in Bangkok.
CREATE FUNCTION month_of(at timestamptz) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (extract(year FROM at AT TIME ZONE 'Asia/Bangkok') * 12
            + extract(month FROM at AT TIME ZONE 'Asia/Bangkok') - 1)::smallint
$$;

-- Figures of one place: five numbers for all categories together, then five for each category by its id. The five
-- are the pins of each status group and the weighted need; a missing one is 0.
CREATE FUNCTION figures_put(figures integer[], slot integer, amount bigint) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF cardinality(figures) < slot THEN
        figures := figures || array_fill(0, ARRAY[slot - cardinality(figures)]);
    END IF;
    figures[slot] := figures[slot] + amount;
    RETURN figures;
END $$;
CREATE AGGREGATE figures_of(slot integer, amount bigint) (SFUNC = figures_put, STYPE = integer[], INITCOND = '{}');

CREATE FUNCTION figures_added(figures integer[], more integer[]) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF cardinality(figures) < cardinality(more) THEN
        figures := figures || array_fill(0, ARRAY[cardinality(more) - cardinality(figures)]);
    END IF;
    FOR slot IN 1..cardinality(more) LOOP
        IF more[slot] <> 0 THEN figures[slot] := figures[slot] + more[slot]; END IF;
    END LOOP;
    RETURN figures;
END $$;

CREATE FUNCTION figures_slot(category integer, place integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT category * 5 + place + 1 $$;

-- The ranking takes the figures of all areas at once, as bytes: writing them out at each read cost four times the rest.
CREATE FUNCTION area_figures_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sent := array_send(NEW.figures);
    RETURN NEW;
END $$;
CREATE TRIGGER area_figures_sent BEFORE INSERT OR UPDATE ON area_figures
    FOR EACH ROW EXECUTE FUNCTION area_figures_sent();

-- -- what the triggers of pin append ----------------------------------------------------------------------

CREATE OR REPLACE FUNCTION pin_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind, key, area_code, version) SELECT 'pin', id, area_code, version FROM added ORDER BY number;
    INSERT INTO tally_delta (area_code, category_id, status, severity, pins, weight)
    SELECT coalesce(left(area_code, 6), ''), category_id, status, severity, count(*), sum(band_weight(people_band))
    FROM added WHERE counts GROUP BY 1, 2, 3, 4;
    INSERT INTO cell_delta (x, y, area_code, month, category_id, status_group, pins, weighted)
    SELECT cell_x(public_point), cell_y(public_point), coalesce(left(public_area_code, 6), ''), month_of(received_at),
           category_id, status_group(status), count(*), sum(need_weight(status, severity, people_band))
    FROM added WHERE counts GROUP BY 1, 2, 3, 4, 5, 6;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pin_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind, key, area_code, version, area_before, seen_before)
    SELECT 'pin', after_it.id, after_it.area_code, after_it.version, before_it.area_code,
           NOT before_it.hidden AND (before_it.checked OR before_it.unchecked_shown)
    FROM after_it JOIN before_it USING (id) ORDER BY after_it.number;
    INSERT INTO tally_delta (area_code, category_id, status, severity, pins, weight)
    SELECT area, category_id, status, severity, sum(sign), sum(sign * weight)
    FROM (
        SELECT coalesce(left(area_code, 6), '') AS area, category_id, status, severity, -1 AS sign, band_weight(people_band) AS weight
        FROM before_it WHERE counts
        UNION ALL
        SELECT coalesce(left(area_code, 6), ''), category_id, status, severity, 1, band_weight(people_band)
        FROM after_it WHERE counts
    ) AS moved
    GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0 OR sum(sign * weight) <> 0;
    INSERT INTO cell_delta (x, y, area_code, month, category_id, status_group, pins, weighted)
    SELECT x, y, area, month, category_id, place, sum(sign), sum(sign * weighted)
    FROM (
        SELECT cell_x(public_point) AS x, cell_y(public_point) AS y, coalesce(left(public_area_code, 6), '') AS area,
               month_of(received_at) AS month, category_id, status_group(status) AS place, -1 AS sign,
               need_weight(status, severity, people_band) AS weighted
        FROM before_it WHERE counts
        UNION ALL
        SELECT cell_x(public_point), cell_y(public_point), coalesce(left(public_area_code, 6), ''),
               month_of(received_at), category_id, status_group(status), 1,
               need_weight(status, severity, people_band)
        FROM after_it WHERE counts
    ) AS moved
    GROUP BY 1, 2, 3, 4, 5, 6;  -- a row of zeros says that something else was changed here: a kept tile ends by it
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pin_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind, key, area_code, version, gone, area_before, seen_before)
    SELECT 'pin', id, area_code, version + 1, true, area_code, NOT hidden AND (checked OR unchecked_shown) FROM removed;
    INSERT INTO tombstone (id, version, by_id)
    SELECT id, version + 1,
           (nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'person')::bigint
    FROM removed
    ON CONFLICT (id) DO NOTHING;
    DELETE FROM edit USING removed WHERE edit.pin_id = removed.id;  -- what hangs on a pin goes with it
    INSERT INTO tally_delta (area_code, category_id, status, severity, pins, weight)
    SELECT coalesce(left(area_code, 6), ''), category_id, status, severity, -count(*), -sum(band_weight(people_band))
    FROM removed WHERE counts GROUP BY 1, 2, 3, 4;
    INSERT INTO cell_delta (x, y, area_code, month, category_id, status_group, pins, weighted)
    SELECT cell_x(public_point), cell_y(public_point), coalesce(left(public_area_code, 6), ''), month_of(received_at),
           category_id, status_group(status), -count(*), -sum(need_weight(status, severity, people_band))
    FROM removed WHERE counts GROUP BY 1, 2, 3, 4, 5, 6;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pin_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tally_delta;
    DELETE FROM tally;
    DELETE FROM area_figures;
    DELETE FROM cell_delta;
    DELETE FROM cell;
    DELETE FROM tile_kept;
    PERFORM nextval('cell_folds');
    INSERT INTO change_new (kind, gone) VALUES ('pin', true);
    RETURN NULL;
END $$;

-- -- folders ----------------------------------------------------------------------------------------------

-- The same as before, and the areas' figures for the ranking from the same rows.
CREATE OR REPLACE FUNCTION tally_fold(most integer DEFAULT 100000) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    folded integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(5303) THEN RETURN 0; END IF;
    WITH taken AS (
        DELETE FROM tally_delta
        WHERE id <= (SELECT max(id) FROM (SELECT id FROM tally_delta ORDER BY id LIMIT most) AS first)
        RETURNING *
    ), levels AS (
        SELECT digits, left(area_code, digits) AS code, category_id, status, severity, pins, weight
        FROM taken, unnest(ARRAY[0, 2, 4, 6]) AS digits
        WHERE digits = 0 OR area_code <> ''
    ), folded_rows AS (
        INSERT INTO tally AS kept (digits, area_code, category_id, status, severity, pins, weight)
        SELECT digits, code, category_id, status, severity, sum(pins), sum(weight)
        FROM levels GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (digits, area_code, category_id, status, severity)
        DO UPDATE SET pins = kept.pins + EXCLUDED.pins, weight = kept.weight + EXCLUDED.weight
    ), folded_areas AS (
        INSERT INTO area_figures AS kept (digits, area_code, figures)
        SELECT digits, code, figures_of(slot, amount)
        FROM (
            SELECT digits, code, slot, sum(amount)::bigint AS amount
            FROM levels, unnest(ARRAY[0, category_id]) AS category,
                 LATERAL (VALUES (figures_slot(category, status_group(status)), pins::bigint),
                                 (figures_slot(category, 4),
                                  CASE WHEN status_group(status) = 0 THEN severity * weight END)) AS put (slot, amount)
            WHERE amount <> 0
            GROUP BY 1, 2, 3
        ) AS summed
        GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (digits, area_code) DO UPDATE SET figures = figures_added(kept.figures, EXCLUDED.figures)
    )
    SELECT count(*) INTO folded FROM taken;
    DELETE FROM tally WHERE pins = 0 AND weight = 0;
    RETURN folded;
END $$;

-- Finished tiles of what anyone may see, until something falls into them: no crash and no backup needs them.
-- A tile is valid while nothing waits in its cells; what is folded ends the tiles that it fell into. `cell_folds` moves
-- on at the end of every fold: a tile that was made from what stood before is not kept after it.
ALTER TABLE tile_kept SET UNLOGGED;
CREATE INDEX tile_kept_by_cells ON tile_kept USING gist (box(point(east, north), point(west, south)));
CREATE SEQUENCE cell_folds;
SELECT nextval('cell_folds');

CREATE FUNCTION tile_keep(
    of_kind text, of_z integer, of_x integer, of_y integer, of_filter text, cells integer[], made bytea, folds bigint
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(5304) THEN RETURN false; END IF;  -- somebody folds
    IF (SELECT last_value FROM cell_folds) <> folds THEN RETURN false; END IF;
    INSERT INTO tile_kept (kind, z, x, y, filter, west, east, south, north, tile)
    VALUES (of_kind, of_z, of_x, of_y, of_filter, cells[1], cells[2], cells[3], cells[4], made)
    ON CONFLICT DO NOTHING;
    RETURN true;
END $$;

-- The grids that are kept, by how many times 0.02 degrees was doubled. Areas stand in the finest only, months in the
-- coarsest only: more would be more rows than pins.
CREATE FUNCTION cell_fold(most integer DEFAULT 100000) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    folded integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(5304) THEN RETURN 0; END IF;
    WITH taken AS (
        DELETE FROM cell_delta
        WHERE id <= (SELECT max(id) FROM (SELECT id FROM cell_delta ORDER BY id LIMIT most) AS first)
        RETURNING *
    ), placed AS (
        SELECT grid, x >> grid AS x, y >> grid AS y, CASE grid WHEN 0 THEN area_code ELSE '' END AS area_code,
               CASE grid WHEN 4 THEN month ELSE 0 END AS month, category_id, status_group, pins, weighted
        FROM taken, unnest(ARRAY[0, 2, 4]) AS grid
    ), folded_rows AS (
        INSERT INTO cell AS kept (grid, x, y, area_code, month, figures)
        SELECT grid, x, y, area_code, month, figures_of(slot, amount)
        FROM (
            SELECT grid, x, y, area_code, month, slot, sum(amount)::bigint AS amount
            FROM placed, unnest(ARRAY[0, category_id]) AS category,
                 LATERAL (VALUES (figures_slot(category, status_group), pins::bigint),
                                 (figures_slot(category, 4), weighted::bigint)) AS put (slot, amount)
            WHERE amount <> 0
            GROUP BY 1, 2, 3, 4, 5, 6
        ) AS summed
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (grid, x, y, area_code, month)
        DO UPDATE SET figures = figures_added(kept.figures, EXCLUDED.figures)
    ), ended AS (
        DELETE FROM tile_kept USING (SELECT DISTINCT taken.x, taken.y FROM taken) AS fell
        WHERE box(point(east, north), point(west, south)) && box(point(fell.x, fell.y), point(fell.x, fell.y))
    )
    SELECT count(*) INTO folded FROM taken;
    IF folded > 0 THEN PERFORM nextval('cell_folds'); END IF;
    DELETE FROM cell WHERE figures[1] + figures[2] + figures[3] + figures[4] = 0;
    RETURN folded;
END $$;
CREATE INDEX cell_nothing_left ON cell (grid) WHERE figures[1] + figures[2] + figures[3] + figures[4] = 0;

-- Counts the grids anew from the pins: for the first filling, and where they were found to differ. Writers of pins
-- wait meanwhile. Returns the number of signed rows it was made from.
CREATE FUNCTION cell_rebuild() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(5304);
    LOCK TABLE pin IN SHARE MODE;
    DELETE FROM cell_delta;
    DELETE FROM cell;
    DELETE FROM tile_kept;
    PERFORM nextval('cell_folds');
    INSERT INTO cell_delta (x, y, area_code, month, category_id, status_group, pins, weighted)
    SELECT cell_x(public_point), cell_y(public_point), coalesce(left(public_area_code, 6), ''), month_of(received_at),
           category_id, status_group(status), count(*), sum(need_weight(status, severity, people_band))
    FROM pin WHERE counts
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 1, 2;
    GET DIAGNOSTICS made = ROW_COUNT;
    WHILE cell_fold(1000000) > 0 LOOP END LOOP;
    RETURN made;
END $$;

-- The same for the tallies and the areas' figures.
CREATE FUNCTION tally_rebuild() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(5303);
    LOCK TABLE pin IN SHARE MODE;
    DELETE FROM tally_delta;
    DELETE FROM tally;
    DELETE FROM area_figures;
    INSERT INTO tally_delta (area_code, category_id, status, severity, pins, weight)
    SELECT coalesce(left(area_code, 6), ''), category_id, status, severity, count(*), sum(band_weight(people_band))
    FROM pin WHERE counts
    GROUP BY 1, 2, 3, 4;
    GET DIAGNOSTICS made = ROW_COUNT;
    WHILE tally_fold(1000000) > 0 LOOP END LOOP;
    RETURN made;
END $$;

-- -- what is there already --------------------------------------------------------------------------------

SELECT cell_rebuild();
INSERT INTO area_figures (digits, area_code, figures)
SELECT digits, area_code, figures_of(slot, amount)
FROM (
    SELECT digits, area_code, slot, sum(amount)::bigint AS amount
    FROM tally, unnest(ARRAY[0, category_id]) AS category,
         LATERAL (VALUES (figures_slot(category, status_group(status)), pins::bigint),
                         (figures_slot(category, 4),
                          CASE WHEN status_group(status) = 0 THEN severity * weight END)) AS put (slot, amount)
    WHERE amount <> 0
    GROUP BY 1, 2, 3
) AS summed
GROUP BY 1, 2;
