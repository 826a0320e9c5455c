-- How many people say "we have this", kept for every pin: counting it for each row took half of a download.
-- Distinct people cannot be added up, so nothing signed is appended here but the pins whose number moved: a read counts
-- those anew, and the folder moves them on. Nobody who confirms waits for anybody else.

-- Authors and taps, over a lead and what is joined to it, each person once.
CREATE FUNCTION confirmed_by(of_pin uuid) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT count(DISTINCT coalesce(said.person_id, -said.id))::integer FROM confirmation AS said
    WHERE said.pin_id = ANY(ARRAY[of_pin] || ARRAY(SELECT j.id FROM pin AS j WHERE j.joined_to_id = of_pin))
$$;

CREATE FUNCTION confirmation_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO confirmed_moved (pin_id)
    SELECT DISTINCT one
    FROM added JOIN pin ON pin.id = added.pin_id, unnest(ARRAY[pin.id, pin.joined_to_id]) AS one
    WHERE one IS NOT NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION confirmation_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO confirmed_moved (pin_id)
    SELECT DISTINCT one
    FROM removed LEFT JOIN pin ON pin.id = removed.pin_id, unnest(ARRAY[removed.pin_id, pin.joined_to_id]) AS one
    WHERE one IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER confirmation_added AFTER INSERT ON confirmation REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION confirmation_added();
CREATE TRIGGER confirmation_changed AFTER UPDATE ON confirmation REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION confirmation_added();
CREATE TRIGGER confirmation_gone AFTER DELETE ON confirmation REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION confirmation_gone();

-- Joining and parting move the numbers of both leads; what is gone has none.
CREATE FUNCTION pin_joins_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO confirmed_moved (pin_id)
    SELECT DISTINCT lead
    FROM after_it JOIN before_it USING (id), unnest(ARRAY[after_it.joined_to_id, before_it.joined_to_id]) AS lead
    WHERE after_it.joined_to_id IS DISTINCT FROM before_it.joined_to_id AND lead IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER pin_92_joins AFTER UPDATE ON pin REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION pin_joins_elsewhere();
CREATE FUNCTION pin_joined_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO confirmed_moved (pin_id)
    SELECT DISTINCT one FROM removed, unnest(ARRAY[id, joined_to_id]) AS one WHERE one IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER pin_92_gone AFTER DELETE ON pin REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION pin_joined_gone();

CREATE FUNCTION pin_confirmed_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM confirmed_moved;
    DELETE FROM confirmed;
    RETURN NULL;
END $$;
CREATE TRIGGER pin_92_truncated AFTER TRUNCATE ON pin FOR EACH STATEMENT EXECUTE FUNCTION pin_confirmed_truncated();

-- Alone by its lock, like the other folders. What is being written meanwhile comes with a row of its own.
CREATE FUNCTION confirmed_fold(most integer DEFAULT 100000) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    folded integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(5305) THEN RETURN 0; END IF;
    WITH taken AS (
        DELETE FROM confirmed_moved
        WHERE id <= (SELECT max(id) FROM (SELECT id FROM confirmed_moved ORDER BY id LIMIT most) AS first)
        RETURNING pin_id
    ), counted AS (
        SELECT pin_id, CASE WHEN EXISTS (SELECT FROM pin WHERE pin.id = pin_id) THEN confirmed_by(pin_id) ELSE 0 END AS people
        FROM (SELECT DISTINCT pin_id FROM taken) AS one
    ), none AS (
        DELETE FROM confirmed USING counted WHERE confirmed.pin_id = counted.pin_id AND counted.people = 0
    ), some AS (
        INSERT INTO confirmed (pin_id, people) SELECT pin_id, people FROM counted WHERE people > 0
        ON CONFLICT (pin_id) DO UPDATE SET people = EXCLUDED.people
    )
    SELECT count(*) INTO folded FROM taken;
    RETURN folded;
END $$;

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
    CASE WHEN EXISTS (SELECT FROM confirmed_moved AS moved WHERE moved.pin_id = pin.id) THEN confirmed_by(pin.id)
         ELSE coalesce(kept.people, 0) END AS confirmations,
    pin.received_at, pin.version, pin.counts,
    NULL::text AS source, NULL::float8 AS accuracy_m, NULL::timestamptz AS captured_at,
    NULL::bigint AS author_id, false AS hidden, false AS is_full,
    pin.status_at, pin.reopenings, pin.forwarded_to_id, 0::smallint AS conflicts, NULL::integer AS clock_skew_s
FROM pin JOIN category ON category.id = pin.category_id
LEFT JOIN confirmed AS kept ON kept.pin_id = pin.id
WHERE NOT pin.hidden AND (pin.checked OR pin.unchecked_shown);

CREATE OR REPLACE VIEW pin_full AS
SELECT
    pin.id, pin.number, pin.category_id, category.slug AS category, pin.severity, pin.status, pin.checked,
    pin.people_band, pin.people, pin.words, pin.needed_since,
    pin.point AS place, CASE WHEN pin.whole_village THEN 'village' ELSE 'exact' END AS place_precision,
    pin.place_flag::text, pin.place_agrees, pin.area_code::text AS area_code,
    CASE WHEN pin.village_source = 'chosen' THEN pin.area_code ELSE pin.nearest_village END AS village,
    pin.village_source, pin.joined_to_id AS joined_to,
    CASE WHEN EXISTS (SELECT FROM confirmed_moved AS moved WHERE moved.pin_id = pin.id) THEN confirmed_by(pin.id)
         ELSE coalesce(kept.people, 0) END AS confirmations,
    pin.received_at, pin.version, pin.counts,
    pin.source::text, pin.accuracy_m, pin.captured_at,
    pin.author_id, pin.hidden, true AS is_full,
    pin.status_at, pin.reopenings, pin.forwarded_to_id, pin.conflicts, pin.clock_skew_s
FROM pin JOIN category ON category.id = pin.category_id
LEFT JOIN confirmed AS kept ON kept.pin_id = pin.id;

-- Counts all of them anew; who writes pins or confirmations waits meanwhile. Returns the number of rows.
CREATE FUNCTION confirmed_rebuild() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(5305);
    LOCK TABLE pin, confirmation IN SHARE MODE;
    DELETE FROM confirmed_moved;
    DELETE FROM confirmed;
    INSERT INTO confirmed (pin_id, people)
    SELECT pin_id, count(DISTINCT voice)
    FROM (
        SELECT said.pin_id, coalesce(said.person_id, -said.id) AS voice FROM confirmation AS said
        UNION ALL
        SELECT pin.joined_to_id, coalesce(said.person_id, -said.id)
        FROM confirmation AS said JOIN pin ON pin.id = said.pin_id
        WHERE pin.joined_to_id IS NOT NULL
    ) AS heard
    GROUP BY 1;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END $$;

-- What is there already.
SELECT confirmed_rebuild();
