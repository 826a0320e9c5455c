-- The change feed and the kept counts: triggers append, two functions move on.

INSERT INTO feed_state (singleton, generation, last_pub) VALUES (true, gen_random_uuid(), 0);

-- -- pins: feed and tallies, one statement trigger an event ------------------------------------------------

-- Signed rows, never an upsert of kept ones: that deadlocks under batches (71 % failed with 8 writers).
CREATE FUNCTION pin_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind, key, area_code, version) SELECT 'pin', id, area_code, version FROM added ORDER BY number;
    INSERT INTO tally_delta (area_code, category_id, status, severity, pins, weight)
    SELECT coalesce(left(area_code, 6), ''), category_id, status, severity, count(*), sum(band_weight(people_band))
    FROM added WHERE counts GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE FUNCTION pin_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind, key, area_code, version) SELECT 'pin', id, area_code, version FROM after_it ORDER BY number;
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
    RETURN NULL;
END $$;
CREATE FUNCTION pin_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind, key, area_code, version, gone) SELECT 'pin', id, area_code, version + 1, true FROM removed;
    INSERT INTO tally_delta (area_code, category_id, status, severity, pins, weight)
    SELECT coalesce(left(area_code, 6), ''), category_id, status, severity, -count(*), -sum(band_weight(people_band))
    FROM removed WHERE counts GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE TRIGGER pin_90_inserted AFTER INSERT ON pin REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION pin_inserted();
CREATE TRIGGER pin_90_updated AFTER UPDATE ON pin REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION pin_updated();
CREATE TRIGGER pin_90_deleted AFTER DELETE ON pin REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION pin_deleted();

CREATE FUNCTION pin_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tally_delta;
    DELETE FROM tally;
    INSERT INTO change_new (kind, gone) VALUES ('pin', true);
    RETURN NULL;
END $$;
CREATE TRIGGER pin_90_truncated AFTER TRUNCATE ON pin FOR EACH STATEMENT EXECUTE FUNCTION pin_truncated();

-- -- what else readers see --------------------------------------------------------------------------------

CREATE FUNCTION feed_of_pin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind, key, gone) VALUES (TG_TABLE_NAME, CASE WHEN TG_OP = 'DELETE' THEN OLD.pin_id ELSE NEW.pin_id END, TG_OP = 'DELETE');
    RETURN NULL;
END $$;
CREATE TRIGGER confirmation_feed AFTER INSERT OR UPDATE OR DELETE ON confirmation FOR EACH ROW EXECUTE FUNCTION feed_of_pin();
CREATE TRIGGER photo_feed AFTER INSERT OR UPDATE OR DELETE ON photo FOR EACH ROW EXECUTE FUNCTION feed_of_pin();

CREATE FUNCTION feed_of_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind, key, area_code, gone) VALUES ('grant',
        CASE WHEN TG_OP = 'DELETE' THEN OLD.person_id ELSE NEW.person_id END,
        CASE WHEN TG_OP = 'DELETE' THEN OLD.area_code ELSE NEW.area_code END, TG_OP = 'DELETE');
    RETURN NULL;
END $$;
CREATE TRIGGER grant_feed AFTER INSERT OR UPDATE OR DELETE ON person_grant FOR EACH ROW EXECUTE FUNCTION feed_of_grant();

CREATE FUNCTION feed_of_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_new (kind) VALUES (TG_TABLE_NAME);
    RETURN NULL;
END $$;
CREATE TRIGGER area_feed AFTER INSERT OR UPDATE OR DELETE ON area FOR EACH STATEMENT EXECUTE FUNCTION feed_of_table();
CREATE TRIGGER boundary_set_feed AFTER INSERT OR UPDATE OR DELETE ON boundary_set FOR EACH STATEMENT EXECUTE FUNCTION feed_of_table();
CREATE TRIGGER category_feed AFTER INSERT OR UPDATE OR DELETE ON category FOR EACH STATEMENT EXECUTE FUNCTION feed_of_table();
CREATE TRIGGER office_area_feed AFTER INSERT OR UPDATE OR DELETE ON office_area FOR EACH STATEMENT EXECUTE FUNCTION feed_of_table();

-- -- sequencer and folder ---------------------------------------------------------------------------------

-- Move every visible row of change_new into change with gap-free numbers; a row still uncommitted gets its
-- number after it commits, so no reader can pass it by. Returns the newest number. Each statement of the
-- function sees what was committed before it, so the lock comes first.
CREATE FUNCTION feed_sequence(most integer DEFAULT 100000) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    newest bigint;
BEGIN
    IF EXISTS (SELECT FROM change_new) THEN
        PERFORM pg_advisory_xact_lock(5302);
        WITH taken AS (
            DELETE FROM change_new
            WHERE id <= (SELECT max(id) FROM (SELECT id FROM change_new ORDER BY id LIMIT most) AS first)
            RETURNING *
        ), numbered AS (
            INSERT INTO change (pub, kind, key, area_code, version, gone, at)
            SELECT state.last_pub + row_number() OVER (ORDER BY taken.id), kind, key, area_code, version, gone, at
            FROM taken, feed_state AS state
            RETURNING pub
        )
        UPDATE feed_state SET last_pub = coalesce((SELECT max(pub) FROM numbered), last_pub);
    END IF;
    SELECT last_pub INTO newest FROM feed_state;
    RETURN newest;
END $$;

-- Fold what the triggers appended into the kept rows of every level above. Ordered, and alone by its lock:
-- writers append and never wait. Returns the number of rows folded.
CREATE FUNCTION tally_fold(most integer DEFAULT 100000) RETURNS integer LANGUAGE plpgsql AS $$
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
    )
    SELECT count(*) INTO folded FROM taken;
    DELETE FROM tally WHERE pins = 0 AND weight = 0;
    RETURN folded;
END $$;
CREATE INDEX tally_nothing_left ON tally (digits) WHERE pins = 0;
