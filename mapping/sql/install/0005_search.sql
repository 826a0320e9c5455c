-- Search by name: one form for names and for what is typed, and a kept list of the active set's names.

-- How a name is spelled, tone marks included, whichever way it was typed: NFC, lower case, western digits, no spaces
-- or punctuation (so no % and _ either), one sara am for nikhahit and sara aa, one sara ae for two sara e.
CREATE FUNCTION search_spelling(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(
        regexp_replace(
            translate(
                lower(normalize(words, NFC)),
                U&'๐๑๒๓๔๕๖๗๘๙ !"#$%&''()*+,-./:;<=>?@[\005C]^_`{|}~ฯๆฺ๎\00A0\00AD\2013\2018\2019\201C\201D\200B\200C\200D\FEFF\0009\000A\000D',
                '0123456789'
            ),
            '([่-๋]*)ํ([่-๋]*)า|า([่-๋]*)ํ', '\1\2\3ำ', 'g'
        ),
        'เเ', 'แ'
    )
$$;

-- The form in which names are compared: the spelling without tone marks, shortener and silencer, since these are
-- what is left out, doubled or typed before the vowel instead of after it; and no vowel sign twice in a row.
CREATE FUNCTION search_key(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(translate(search_spelling(words), '่้๊๋็์ํ', ''), '([ัิ-ู])\1+', '\1', 'g')
$$;

-- A name without the word for its own level, which people write or leave out: บ้านปางหมู is ปางหมู among villages.
CREATE FUNCTION bare_name(level text, name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        nullif(
            CASE level
                WHEN 'village' THEN regexp_replace(name, '^\s*(บ้าน|ban\M)\s*', '', 'i')
                WHEN 'subdistrict' THEN regexp_replace(name, '^\s*(ตำบล|แขวง|tambon\M)\s*', '', 'i')
                WHEN 'district' THEN regexp_replace(name, '^\s*(อำเภอ|กิ่งอำเภอ|เขต|amphoe\M)\s*', '', 'i')
                ELSE regexp_replace(name, '^\s*จังหวัด\s*', '')
            END,
            ''
        ),
        name
    )
$$;

-- The names of the active set, and of no other (docs/decisions/0010-search.md): a search costs the same however many
-- sets are loaded, and loading one costs nothing here until it becomes the active one. Only triggers write it.
CREATE TABLE area_name (
    code text COLLATE "C" PRIMARY KEY,
    step smallint NOT NULL,  -- 1 province, 2 district, 3 subdistrict, 4 village
    name_th text NOT NULL,   -- as written, for the Thai order
    name_en text NOT NULL,
    th text NOT NULL,        -- search_key of the bare names
    en text NOT NULL
);
CREATE INDEX area_name_th_begins ON area_name (th text_pattern_ops);
CREATE INDEX area_name_en_begins ON area_name (en text_pattern_ops);
CREATE INDEX area_name_in_order ON area_name (step, name_th COLLATE "th-x-icu", code);

-- Each key once: 88,000 areas have 43,000 Thai names, and comparing trigrams is what a search pays for. A key whose
-- last area was renamed stays until the next whole refill and leads nowhere.
CREATE TABLE area_key (key text PRIMARY KEY);
CREATE INDEX area_key_like ON area_key USING gin (key gin_trgm_ops);

-- Put names of the active set anew: of the codes given, or where none are, of all that are not as they should be.
-- From one generation to the next few names change, and making keys is what takes the time.
CREATE FUNCTION area_name_refill(codes text[] DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF codes IS NOT NULL THEN
        DELETE FROM area_name WHERE code = ANY(codes);
    ELSE
        DELETE FROM area_name AS kept
        WHERE NOT EXISTS (
            SELECT FROM area
            WHERE area.boundary_set_id = active_boundary_set() AND area.current AND area.code = kept.code
              AND area.name_th = kept.name_th AND area.name_en = kept.name_en);
        -- EXCEPT, because it hashes whatever the statistics say: a loop over what was just deleted took minutes.
        DELETE FROM area_key
        USING (SELECT key FROM area_key EXCEPT (SELECT th FROM area_name UNION SELECT en FROM area_name)) AS unused
        WHERE area_key.key = unused.key;
    END IF;
    -- Each name's key once, and in the order of the slowest index: both halve the time.
    WITH wanted AS MATERIALIZED (
        SELECT code, level, name_th, name_en
        FROM area
        WHERE boundary_set_id = active_boundary_set() AND current
          AND CASE WHEN codes IS NULL THEN NOT EXISTS (SELECT FROM area_name AS kept WHERE kept.code = area.code)
                   ELSE code = ANY(codes) END
    ), keyed AS MATERIALIZED (
        SELECT level, name, search_key(bare_name(level, name)) AS key
        FROM (SELECT level, name_th AS name FROM wanted UNION SELECT level, name_en FROM wanted) AS each
    ), made AS (
        INSERT INTO area_name (code, step, name_th, name_en, th, en)
        SELECT code, array_position(ARRAY['province', 'district', 'subdistrict', 'village'], level::text) AS step,
               name_th, name_en, thai.key, english.key
        FROM wanted
        JOIN keyed AS thai USING (level)
        JOIN keyed AS english USING (level)
        WHERE thai.name = name_th AND english.name = name_en
        ORDER BY step, name_th COLLATE "th-x-icu", code
        RETURNING th, en
    )
    INSERT INTO area_key
    SELECT DISTINCT key FROM made, unnest(ARRAY[th, en]) AS key WHERE key <> ''
    ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION area_name_set_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM area_name_refill();
    RETURN NULL;
END $$;

-- A set that is taken out of use gives way to another in the next statement: the names wait for that one.
CREATE TRIGGER boundary_set_50_names AFTER UPDATE OF active ON boundary_set
FOR EACH ROW WHEN (NEW.active AND NOT OLD.active) EXECUTE FUNCTION area_name_set_changed();
CREATE TRIGGER boundary_set_51_names AFTER DELETE ON boundary_set
FOR EACH ROW WHEN (OLD.active) EXECUTE FUNCTION area_name_set_changed();
CREATE TRIGGER area_50_names_emptied AFTER TRUNCATE ON area
FOR EACH STATEMENT EXECUTE FUNCTION area_name_set_changed();

-- Statements, not rows: a load is one statement, and one that touches another set or no name stops at the count.
CREATE FUNCTION area_name_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    codes text[] := ARRAY(SELECT code FROM now_there WHERE boundary_set_id = active_boundary_set());
BEGIN
    IF cardinality(codes) > 0 THEN PERFORM area_name_refill(codes); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION area_name_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    codes text[] := ARRAY(
        SELECT unnest(ARRAY[was.code, now.code])
        FROM was_there AS was FULL JOIN now_there AS now USING (id)
        WHERE active_boundary_set() IN (was.boundary_set_id, now.boundary_set_id)
          AND (was.boundary_set_id, was.code, was.level, was.name_th, was.name_en, was.current)
              IS DISTINCT FROM (now.boundary_set_id, now.code, now.level, now.name_th, now.name_en, now.current)
    );
BEGIN
    IF cardinality(codes) > 0 THEN PERFORM area_name_refill(codes); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION area_name_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    codes text[] := ARRAY(SELECT code FROM was_there WHERE boundary_set_id = active_boundary_set());
BEGIN
    IF cardinality(codes) > 0 THEN PERFORM area_name_refill(codes); END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER area_51_names_inserted AFTER INSERT ON area
REFERENCING NEW TABLE AS now_there
FOR EACH STATEMENT EXECUTE FUNCTION area_name_inserted();
CREATE TRIGGER area_52_names_updated AFTER UPDATE ON area
REFERENCING OLD TABLE AS was_there NEW TABLE AS now_there
FOR EACH STATEMENT EXECUTE FUNCTION area_name_updated();
CREATE TRIGGER area_53_names_deleted AFTER DELETE ON area
REFERENCING OLD TABLE AS was_there
FOR EACH STATEMENT EXECUTE FUNCTION area_name_deleted();

-- What is loaded when this arrives.
SELECT area_name_refill();
