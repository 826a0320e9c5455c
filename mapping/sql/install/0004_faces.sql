-- The two faces of a pin, with the same columns, and no third. Tiles, cells, search, feed, downloads and
-- drill-down read a face, never the table. Plain views: a security barrier keeps PostGIS from its index.

-- Telephone and identity numbers (9 digits and more, Thai digits too, however spaced) are not for everyone.
CREATE FUNCTION public_words(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN words ~ '[0-9๐-๙]'
        THEN regexp_replace(words, '[0-9๐-๙](?:[ .()/\u2010-\u2015-]{0,2}[0-9๐-๙]){8,}', '•••', 'g')
        ELSE words END
$$;

CREATE VIEW pin_public AS
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
    NULL::bigint AS author_id, false AS hidden, false AS is_full
FROM pin JOIN category ON category.id = pin.category_id
WHERE NOT pin.hidden AND (pin.checked OR pin.unchecked_shown);

CREATE VIEW pin_full AS
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
    pin.author_id, pin.hidden, true AS is_full
FROM pin JOIN category ON category.id = pin.category_id;
