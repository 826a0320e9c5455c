-- The life of a need: since when it has its status, how often it was reopened, which office it was forwarded to, and
-- a status that is taken back by the one who set it.

ALTER TABLE pin ADD CONSTRAINT pin_forwarded_to FOREIGN KEY (forwarded_to_id) REFERENCES office ON DELETE SET NULL;
CREATE INDEX pin_by_forwarding ON pin (forwarded_to_id) WHERE forwarded_to_id IS NOT NULL;

-- Pins that are there: nobody hears of a change, since nothing that anyone reads has changed.
ALTER TABLE pin DISABLE TRIGGER USER;
UPDATE pin SET
    status_at = coalesce((SELECT max(at) FROM entry WHERE entry.pin_id = pin.id AND kind = 'status'), received_at),
    reopenings = (SELECT count(*) FROM entry WHERE entry.pin_id = pin.id AND to_status = 'verified'
                  AND from_status IN ('done', 'closed_without_fix'));
ALTER TABLE pin ENABLE TRIGGER USER;

CREATE FUNCTION is_reopening(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT after = 'verified' AND before IN ('done', 'closed_without_fix') $$;

CREATE OR REPLACE FUNCTION entry_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject record;
    last record;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        -- Append-only. A person may be erased from it, and it goes when its pin is erased.
        IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM pin WHERE id = OLD.pin_id) THEN RETURN OLD; END IF;
        IF TG_OP = 'UPDATE' AND (NEW.by_id IS NULL OR NEW.by_id = OLD.by_id)
            AND (NEW.other_id IS NULL OR NEW.other_id = OLD.other_id)
            AND (NEW.id, NEW.pin_id, NEW.at, NEW.kind, NEW.from_status, NEW.to_status, NEW.detail, NEW.words, NEW.public)
                IS NOT DISTINCT FROM
                (OLD.id, OLD.pin_id, OLD.at, OLD.kind, OLD.from_status, OLD.to_status, OLD.detail, OLD.words, OLD.public)
        THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'an entry is never changed or removed' USING ERRCODE = 'check_violation';
    END IF;
    NEW.words := normalize(NEW.words, NFC);
    IF NEW.kind = 'reported' THEN RETURN NEW; END IF;
    SELECT status, author_id INTO subject FROM pin WHERE id = NEW.pin_id FOR UPDATE;
    IF NEW.kind = 'status' THEN
        NEW.from_status := subject.status;
        IF NOT coalesce(status_may_follow(subject.status, NEW.to_status), false) THEN
            RAISE EXCEPTION 'status % cannot follow %', NEW.to_status, subject.status USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.to_status = 'closed_without_fix' AND btrim(NEW.words) = '' THEN
            RAISE EXCEPTION 'closing without a fix needs its reason' USING ERRCODE = 'check_violation';
        END IF;
        IF is_reopening(subject.status, NEW.to_status) AND btrim(NEW.words) = '' THEN
            RAISE EXCEPTION 'reopening needs its reason' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.to_status = 'withdrawn' AND NEW.by_id IS DISTINCT FROM subject.author_id THEN
            RAISE EXCEPTION 'only its author withdraws a pin' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE pin
        SET status = NEW.to_status, status_at = NEW.at,
            reopenings = reopenings + is_reopening(subject.status, NEW.to_status)::integer,
            forwarded_to_id = CASE WHEN NEW.to_status = 'forwarded'
                THEN (SELECT id FROM office WHERE id = (NEW.detail ->> 'office')::bigint) ELSE forwarded_to_id END
        WHERE id = NEW.pin_id;
    ELSIF NEW.kind = 'undone' THEN
        -- The last step only, by the one who made it, within the hour. Both lines stay in the timeline.
        SELECT entry.id, entry.by_id, entry.at, entry.from_status, entry.to_status, entry.kind INTO last
        FROM entry WHERE entry.pin_id = NEW.pin_id AND entry.kind IN ('status', 'undone') ORDER BY entry.id DESC LIMIT 1;
        IF last.kind IS DISTINCT FROM 'status' OR last.by_id IS DISTINCT FROM NEW.by_id OR NEW.by_id IS NULL
            OR last.at < clock_timestamp() - interval '1 hour' OR last.to_status = 'withdrawn'
        THEN
            RAISE EXCEPTION 'only the last step is undone, by the one who made it, within an hour'
                USING ERRCODE = 'check_violation';
        END IF;
        NEW.from_status := last.to_status;
        NEW.to_status := last.from_status;
        NEW.detail := jsonb_build_object('entry', last.id);
        UPDATE pin
        SET status = last.from_status,
            status_at = coalesce((SELECT max(at) FROM entry WHERE pin_id = NEW.pin_id AND kind = 'status' AND id <> last.id),
                                 received_at),
            reopenings = reopenings - is_reopening(last.from_status, last.to_status)::integer,
            forwarded_to_id = CASE WHEN last.to_status = 'forwarded' THEN NULL ELSE forwarded_to_id END
        WHERE id = NEW.pin_id;
    ELSE
        UPDATE pin SET updated_at = updated_at WHERE id = NEW.pin_id;  -- a new version: readers hear of the entry
    END IF;
    RETURN NEW;
END $$;

-- Only the triggers of entry move these.
CREATE FUNCTION pin_life_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND (NEW.status_at, NEW.reopenings) IS DISTINCT FROM (OLD.status_at, OLD.reopenings) THEN
        RAISE EXCEPTION 'status_at and reopenings follow from entries' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pin_15_life BEFORE UPDATE OF status_at, reopenings ON pin
    FOR EACH ROW EXECUTE FUNCTION pin_life_kept();

-- The two faces of 0004, with three columns more at their end.
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
    pin.status_at, pin.reopenings, pin.forwarded_to_id
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
    pin.status_at, pin.reopenings, pin.forwarded_to_id
FROM pin JOIN category ON category.id = pin.category_id;

-- What hangs on a pin goes with it.
ALTER TABLE shortlisted ADD CONSTRAINT shortlisted_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;

-- Whether an older need of the same category lies within the category's radius: a possible duplicate. Only between
-- needs whose place is public as it is. The box first, so that the index of places answers it.
CREATE FUNCTION has_near_twin(this uuid, of_category smallint, at geometry) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM pin AS other, category
        WHERE category.id = of_category AND category.radius_m > 0 AND category.public_place = 'exact'
          AND other.point && ST_Expand(at, category.radius_m / 100000.0, category.radius_m / 110500.0)
          AND ST_DWithin(other.point::geography, at::geography, category.radius_m)
          AND other.category_id = of_category AND other.joined_to_id IS NULL AND NOT other.hidden
          AND other.status NOT IN ('withdrawn', 'closed_without_fix', 'confirmed')
          AND other.number < (SELECT number FROM pin WHERE id = this))
$$;
