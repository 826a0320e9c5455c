-- How many people say "we have this", kept where it is not what a new pin has: counting it for each row took half of a
-- download. A pin begins with its author's voice (`pin_begins`), or with none where it has no author; only a number that
-- is another one has a row. Distinct people cannot be added up, so nothing signed is appended here but the pins whose
-- number moved: a read counts those anew, and the folder moves them on. Nobody who confirms waits for anybody else.

-- Authors and taps, over a lead and what is joined to it, each person once.
CREATE FUNCTION confirmed_by(of_pin uuid) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT count(DISTINCT coalesce(said.person_id, -said.id))::integer FROM confirmation AS said
    WHERE said.pin_id = ANY(ARRAY[of_pin] || ARRAY(SELECT j.id FROM pin AS j WHERE j.joined_to_id = of_pin))
$$;

CREATE FUNCTION confirmed_at_first(author bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (author IS NOT NULL)::integer $$;

CREATE FUNCTION confirmation_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The author's own, of a pin that begins: `pin_begins` is the only trigger that confirms.
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN RETURN NULL; END IF;
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

-- Joining and parting move the numbers of both leads, an erased author the number at first; what is gone has none.
CREATE FUNCTION pin_joins_at_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO confirmed_moved (pin_id) SELECT DISTINCT joined_to_id FROM added WHERE joined_to_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER pin_92_begins AFTER INSERT ON pin REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION pin_joins_at_once();
CREATE FUNCTION pin_joins_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO confirmed_moved (pin_id)
    SELECT DISTINCT one
    FROM after_it JOIN before_it USING (id),
        unnest(ARRAY[after_it.id, after_it.joined_to_id, before_it.joined_to_id]) AS one
    WHERE one IS NOT NULL AND (after_it.joined_to_id IS DISTINCT FROM before_it.joined_to_id
                               OR after_it.author_id IS DISTINCT FROM before_it.author_id);
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

-- Alone by its lock, like the other folders. What is being written meanwhile comes with a row of its own; who confirmed
-- a need while somebody else joined it knew nothing of the lead, so the lead of every moved pin is counted with it.
CREATE FUNCTION confirmed_fold(most integer DEFAULT 100000) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    folded integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(5306) THEN RETURN 0; END IF;
    WITH taken AS (
        DELETE FROM confirmed_moved
        WHERE id <= (SELECT max(id) FROM (SELECT id FROM confirmed_moved ORDER BY id LIMIT most) AS first)
        RETURNING pin_id
    ), moved AS (
        SELECT pin_id FROM taken
        UNION
        SELECT pin.joined_to_id FROM taken JOIN pin ON pin.id = taken.pin_id WHERE pin.joined_to_id IS NOT NULL
    ), counted AS (
        SELECT moved.pin_id, CASE WHEN pin.id IS NULL THEN NULL ELSE confirmed_by(pin.id) END AS people,
            confirmed_at_first(pin.author_id) AS at_first
        FROM moved LEFT JOIN pin ON pin.id = moved.pin_id
    ), usual AS (
        DELETE FROM confirmed USING counted
        WHERE confirmed.pin_id = counted.pin_id AND (counted.people IS NULL OR counted.people = counted.at_first)
    ), other AS (
        INSERT INTO confirmed (pin_id, people) SELECT pin_id, people FROM counted WHERE people <> at_first
        ON CONFLICT (pin_id) DO UPDATE SET people = EXCLUDED.people
    )
    SELECT count(*) INTO folded FROM taken;
    RETURN folded;
END $$;

-- IN, not EXISTS: what moved is few, hashed once for a whole download and read once for one pin.
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
    CASE WHEN pin.id IN (SELECT moved.pin_id FROM confirmed_moved AS moved) THEN confirmed_by(pin.id)
         ELSE coalesce(kept.people, confirmed_at_first(pin.author_id)) END AS confirmations,
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
    CASE WHEN pin.id IN (SELECT moved.pin_id FROM confirmed_moved AS moved) THEN confirmed_by(pin.id)
         ELSE coalesce(kept.people, confirmed_at_first(pin.author_id)) END AS confirmations,
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
    PERFORM pg_advisory_xact_lock(5306);
    LOCK TABLE pin, confirmation IN SHARE MODE;
    DELETE FROM confirmed_moved;
    DELETE FROM confirmed;
    INSERT INTO confirmed (pin_id, people)
    SELECT pin.id, coalesce(heard.people, 0)
    FROM pin LEFT JOIN (
        SELECT pin_id, count(DISTINCT voice) AS people
        FROM (
            SELECT said.pin_id, coalesce(said.person_id, -said.id) AS voice FROM confirmation AS said
            UNION ALL
            SELECT j.joined_to_id, coalesce(said.person_id, -said.id)
            FROM confirmation AS said JOIN pin AS j ON j.id = said.pin_id
            WHERE j.joined_to_id IS NOT NULL
        ) AS voices
        GROUP BY 1
    ) AS heard ON heard.pin_id = pin.id
    WHERE coalesce(heard.people, 0) <> confirmed_at_first(pin.author_id);
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END $$;

-- What is there already.
SELECT confirmed_rebuild();
