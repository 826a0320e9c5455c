-- Sync: what a phone can pull, what it sent before its time, and what is gone.

-- -- the feed knows what a reader could see until then ----------------------------------------------------

-- A pin that leaves an area, or the public's sight, is told to those who may hold it, and to nobody else: who never
-- could see it must not learn of it by its going.
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
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION feed_sequence(most integer DEFAULT 100000) RETURNS bigint LANGUAGE plpgsql AS $$
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
            INSERT INTO change (pub, kind, key, area_code, version, gone, at, area_before, seen_before)
            SELECT state.last_pub + row_number() OVER (ORDER BY taken.id), kind, key, area_code, version, gone, at,
                   area_before, seen_before
            FROM taken, feed_state AS state
            RETURNING pub
        )
        UPDATE feed_state SET last_pub = coalesce((SELECT max(pub) FROM numbered), last_pub);
    END IF;
    SELECT last_pub INTO newest FROM feed_state;
    RETURN newest;
END $$;

-- -- side versions ----------------------------------------------------------------------------------------

ALTER TABLE edit ADD CONSTRAINT edit_person FOREIGN KEY (person_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE edit ADD CONSTRAINT edit_settled_by FOREIGN KEY (settled_by_id) REFERENCES person ON DELETE SET NULL;

-- A pin shows how many of its side versions wait; by it, readers hear of them and the officer's queue finds them.
CREATE FUNCTION edit_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pin SET conflicts = waiting.number
    FROM (SELECT count(*) AS number FROM edit WHERE pin_id = NEW.pin_id AND state = 'conflict') AS waiting
    WHERE id = NEW.pin_id AND conflicts <> waiting.number;
    RETURN NULL;
END $$;
CREATE TRIGGER edit_counted AFTER INSERT OR UPDATE OF state ON edit FOR EACH ROW EXECUTE FUNCTION edit_counted();

CREATE OR REPLACE VIEW pin_public AS
SELECT
    pin.id, pin.number, pin.category_id, category.slug AS category, pin.severity, pin.status, pin.checked,
    pin.people_band, NULL::integer AS people, public_words(pin.words) AS words, pin.needed_since,
    pin.public_point AS place, pin.place_precision::text, pin.place_flag::text, NULL::boolean AS place_agrees,
    pin.public_area_code::text AS area_code,
    CASE WHEN pin.place_precision = 'cell' THEN NULL
         WHEN pin.village_source = 'chosen' THEN pin.area_code
         ELSE pin.nearest_village END AS village,
    CASE WHEN pin.place_precision = 'cell' THEN 'none' ELSE pin.village_source END AS village_source,
    (SELECT lead.id FROM pin AS lead
     WHERE lead.id = pin.joined_to_id AND NOT lead.hidden AND (lead.checked OR lead.unchecked_shown)) AS joined_to,
    -- People who say "we have this": authors and taps, over a lead and what is joined to it, each person once.
    -- Written out in both views: as a function it took most of a download's time.
    (SELECT count(DISTINCT coalesce(said.person_id, -said.id)) FROM confirmation AS said
     WHERE said.pin_id = ANY(ARRAY[pin.id] || ARRAY(SELECT j.id FROM pin AS j WHERE j.joined_to_id = pin.id)))::integer
        AS confirmations,
    pin.received_at, pin.version, pin.counts,
    NULL::text AS source, NULL::float8 AS accuracy_m, NULL::timestamptz AS captured_at,
    NULL::bigint AS author_id, false AS hidden, false AS is_full,
    pin.status_at, pin.reopenings, pin.forwarded_to_id, 0::smallint AS conflicts, NULL::integer AS clock_skew_s
FROM pin JOIN category ON category.id = pin.category_id
WHERE NOT pin.hidden AND (pin.checked OR pin.unchecked_shown);

CREATE OR REPLACE VIEW pin_full AS
SELECT
    pin.id, pin.number, pin.category_id, category.slug AS category, pin.severity, pin.status, pin.checked,
    pin.people_band, pin.people, pin.words, pin.needed_since,
    pin.point AS place, CASE WHEN pin.whole_village THEN 'village' ELSE 'exact' END AS place_precision,
    pin.place_flag::text, pin.place_agrees, pin.area_code::text AS area_code,
    CASE WHEN pin.village_source = 'chosen' THEN pin.area_code ELSE pin.nearest_village END AS village,
    pin.village_source, pin.joined_to_id AS joined_to,
    -- People who say "we have this": authors and taps, over a lead and what is joined to it, each person once.
    -- Written out in both views: as a function it took most of a download's time.
    (SELECT count(DISTINCT coalesce(said.person_id, -said.id)) FROM confirmation AS said
     WHERE said.pin_id = ANY(ARRAY[pin.id] || ARRAY(SELECT j.id FROM pin AS j WHERE j.joined_to_id = pin.id)))::integer
        AS confirmations,
    pin.received_at, pin.version, pin.counts,
    pin.source::text, pin.accuracy_m, pin.captured_at,
    pin.author_id, pin.hidden, true AS is_full,
    pin.status_at, pin.reopenings, pin.forwarded_to_id, pin.conflicts, pin.clock_skew_s
FROM pin JOIN category ON category.id = pin.category_id;

-- -- voice notes -----------------------------------------------------------------------------------------

ALTER TABLE recording ADD CONSTRAINT recording_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;
CREATE TRIGGER recording_feed AFTER INSERT OR UPDATE OR DELETE ON recording FOR EACH ROW EXECUTE FUNCTION feed_of_pin();
