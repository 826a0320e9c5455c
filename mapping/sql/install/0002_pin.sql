-- Triggers of pin: place, number, version, status, joining. They hold whichever way a row comes in.

CREATE SEQUENCE pin_number OWNED BY pin.number;

-- 0 not sure, 1: 1-9, 2: 10-49, 3: 50-199, 4: 200-999, 5: 1,000 and more. Never more than live there.
CREATE FUNCTION people_band(people integer, population integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE WHEN people IS NULL THEN 0
                 WHEN least(people, population) < 10 THEN 1
                 WHEN least(people, population) < 50 THEN 2
                 WHEN least(people, population) < 200 THEN 3
                 WHEN least(people, population) < 1000 THEN 4
                 ELSE 5 END)::smallint
$$;

-- What a band weighs in the ranking: 1..5, and *not sure* like the smallest, so that nobody gains by
-- inventing a number and nobody loses the need by not knowing one.
CREATE FUNCTION band_weight(band smallint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT greatest(band, 1)::integer $$;

CREATE FUNCTION band_words(band smallint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (ARRAY['1-9', '10-49', '50-199', '200-999', '1000+'])[nullif(band, 0)] $$;

CREATE FUNCTION pin_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    chosen record;
    chosen_point geometry;
    rule text;
    covering record;
    population integer;
BEGIN
    NEW.village_source := 'none';
    NEW.nearest_village := NULL;
    NEW.place_flag := NULL;
    SELECT area.code, area.point, area.point_flag = 'ok' AND area.point IS NOT NULL AS ok INTO chosen
    FROM area
    WHERE area.boundary_set_id = active_boundary_set() AND area.code = NEW.village AND area.level = 'village';

    IF NEW.whole_village THEN
        IF chosen.code IS NULL THEN
            RAISE EXCEPTION 'the whole village needs a village that is known' USING ERRCODE = 'check_violation';
        END IF;
        NEW.point := CASE WHEN chosen.ok THEN chosen.point ELSE standing_point(chosen.code) END;
    END IF;
    NEW.point := rounded(NEW.point);

    IF NEW.whole_village THEN
        NEW.area_code := chosen.code;
        NEW.place_agrees := true;
    ELSE
        SELECT * INTO covering FROM subdistrict_at(NEW.point);
        IF chosen.code IS NOT NULL AND (
            NOT chosen.ok OR ST_DWithin(chosen.point::geography, NEW.point::geography, 5000)
        ) THEN
            NEW.area_code := chosen.code;
            NEW.place_agrees := covering.flag IS NULL AND covering.code = left(chosen.code, 6);
        ELSE
            NEW.area_code := covering.code;
            NEW.place_flag := covering.flag;
            NEW.place_agrees := covering.flag IS NULL
                AND (NEW.village IS NULL OR left(NEW.village, 6) = covering.code);
            chosen.code := NULL;
        END IF;
    END IF;

    IF chosen.code IS NOT NULL THEN
        NEW.village_source := 'chosen';
        chosen_point := CASE WHEN chosen.ok THEN chosen.point END;
    ELSIF NEW.area_code IS NOT NULL THEN
        NEW.nearest_village := nearest_village(NEW.area_code, NEW.point);
        NEW.village_source := CASE WHEN NEW.nearest_village IS NULL THEN 'none' ELSE 'suggested' END;
    END IF;

    SELECT area.population INTO population
    FROM area
    WHERE area.boundary_set_id = active_boundary_set() AND area.code IN (NEW.area_code, left(NEW.area_code, 6))
      AND area.population IS NOT NULL
    ORDER BY length(area.code) DESC
    LIMIT 1;
    NEW.people_band := people_band(NEW.people, population);

    SELECT category.public_place INTO rule FROM category WHERE category.id = NEW.category_id;
    SELECT shown.place, shown.place_precision, shown.place_area
    INTO NEW.public_point, NEW.place_precision, NEW.public_area_code
    FROM public_place(rule, NEW.point, NEW.area_code, NEW.whole_village, chosen_point) AS shown;
    RETURN NEW;
END $$;

CREATE FUNCTION pin_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Activating a boundary set takes this lock exclusively: a pin must not be placed by the old set meanwhile.
    IF NOT pg_try_advisory_xact_lock_shared(5301) THEN
        RAISE EXCEPTION 'a boundary set is being activated' USING ERRCODE = 'lock_not_available';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'reported' THEN
            RAISE EXCEPTION 'a pin begins as reported; its status changes by an entry'
                USING ERRCODE = 'check_violation';
        END IF;
        NEW.number := nextval('pin_number');
        NEW.version := 1;
    ELSE
        -- pg_trigger_depth() is 1 in a direct UPDATE and more in one made by the trigger of entry.
        IF NEW.status IS DISTINCT FROM OLD.status AND pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'a status changes only by inserting an entry' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.received_at <> OLD.received_at THEN
            RAISE EXCEPTION 'id, number and received_at never change' USING ERRCODE = 'check_violation';
        END IF;
        NEW.version := OLD.version + 1;
    END IF;
    IF NEW.joined_to_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.joined_to_id IS DISTINCT FROM OLD.joined_to_id) THEN
        -- The lock holds the lead until we commit: it is not withdrawn or hidden while this pin joins it.
        PERFORM FROM pin WHERE id = NEW.joined_to_id AND NOT hidden AND status <> 'withdrawn' FOR SHARE;
        IF NOT FOUND AND EXISTS (SELECT FROM pin WHERE id = NEW.joined_to_id) THEN
            RAISE EXCEPTION 'the lead was withdrawn or hidden' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.words := normalize(NEW.words, NFC);
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;

-- Column lists: `UPDATE pin SET point = point` places a pin anew (activation does), and so does any attempt to
-- write what only this trigger decides; anything else leaves its place.
CREATE TRIGGER pin_10_row BEFORE INSERT OR UPDATE ON pin FOR EACH ROW EXECUTE FUNCTION pin_row();
CREATE TRIGGER pin_20_place BEFORE INSERT OR UPDATE OF
    point, village, whole_village, category_id, people, people_band, area_code, village_source, nearest_village,
    place_agrees, place_flag, public_point, place_precision, public_area_code ON pin
    FOR EACH ROW EXECUTE FUNCTION pin_place();

-- Joining is one level deep, by constraint: the target must be a lead, and a lead that others point to
-- cannot itself be joined while they do. Deferred, so that one statement may move a whole family.
ALTER TABLE pin ADD COLUMN joined_to_lead boolean GENERATED ALWAYS AS (CASE WHEN joined_to_id IS NOT NULL THEN true END) STORED;
ALTER TABLE pin ADD CONSTRAINT pin_lead_key UNIQUE (id, is_lead);
ALTER TABLE pin ADD CONSTRAINT pin_joins_a_lead FOREIGN KEY (joined_to_id, joined_to_lead)
    REFERENCES pin (id, is_lead) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE pin ADD CONSTRAINT pin_not_its_own_lead CHECK (joined_to_id <> id);

-- If a lead is withdrawn, hidden or erased, the oldest joined pin leads, and the others follow it: what several
-- people reported does not vanish with one of them.
CREATE FUNCTION pin_lead_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    heir uuid;
BEGIN
    SELECT id INTO heir FROM pin
    WHERE joined_to_id = OLD.id AND status <> 'withdrawn' AND NOT hidden
    ORDER BY received_at, number LIMIT 1;
    -- Where every one of them is withdrawn or hidden, each stands for itself again.
    UPDATE pin SET joined_to_id = NULL WHERE joined_to_id = OLD.id AND (heir IS NULL OR id = heir);
    UPDATE pin SET joined_to_id = heir WHERE joined_to_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER pin_50_withdrawn AFTER UPDATE OF status, hidden ON pin FOR EACH ROW
    WHEN (NEW.joined_to_id IS NULL AND (NEW.hidden OR NEW.status = 'withdrawn')
          AND NOT (OLD.hidden OR OLD.status = 'withdrawn'))
    EXECUTE FUNCTION pin_lead_gone();
CREATE TRIGGER pin_50_erased AFTER DELETE ON pin FOR EACH ROW
    WHEN (OLD.joined_to_id IS NULL) EXECUTE FUNCTION pin_lead_gone();

ALTER TABLE pin ADD CONSTRAINT pin_accuracy_sane CHECK (accuracy_m BETWEEN 0 AND 100000);
ALTER TABLE pin ADD CONSTRAINT pin_on_earth
    CHECK (ST_X(point) BETWEEN -180 AND 180 AND ST_Y(point) BETWEEN -90 AND 90);

-- A person can be erased; what they did stays, without a name.
ALTER TABLE pin ADD CONSTRAINT pin_author FOREIGN KEY (author_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE confirmation ADD CONSTRAINT confirmation_person FOREIGN KEY (person_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE entry ADD CONSTRAINT entry_person FOREIGN KEY (by_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE entry ADD CONSTRAINT entry_other FOREIGN KEY (other_id) REFERENCES pin ON DELETE SET NULL;

-- What hangs on a pin goes with it.
ALTER TABLE entry ADD CONSTRAINT entry_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;
ALTER TABLE confirmation ADD CONSTRAINT confirmation_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;
ALTER TABLE photo ADD CONSTRAINT photo_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;

-- The first line of the timeline, and the author's own confirmation.
CREATE FUNCTION pin_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO entry (pin_id, at, by_id, kind) SELECT id, received_at, author_id, 'reported' FROM added ORDER BY number;
    INSERT INTO confirmation (pin_id, person_id, at)
    SELECT id, author_id, received_at FROM added WHERE author_id IS NOT NULL ORDER BY number;
    RETURN NULL;
END $$;
CREATE TRIGGER pin_30_begins AFTER INSERT ON pin REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION pin_begins();

-- -- entry ----------------------------------------------------------------------------------------------

-- Forward jumps are allowed; done or closed -> verified is a reopening, counted in public.
CREATE FUNCTION status_may_follow(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN before = 'withdrawn' THEN false
        WHEN after = 'closed_without_fix' THEN before <> 'closed_without_fix'
        WHEN after = 'withdrawn' THEN before IN ('reported', 'verified')
        WHEN before = 'closed_without_fix' THEN after = 'verified'
        WHEN before = 'done' AND after = 'verified' THEN true
        ELSE array_position(path, after) > array_position(path, before)
    END
    FROM (SELECT ARRAY['reported', 'verified', 'forwarded', 'planned', 'funded', 'in_progress', 'done', 'confirmed'] AS path) AS p
$$;

CREATE FUNCTION entry_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject record;
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
        IF NEW.to_status = 'withdrawn' AND NEW.by_id IS DISTINCT FROM subject.author_id THEN
            RAISE EXCEPTION 'only its author withdraws a pin' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE pin SET status = NEW.to_status WHERE id = NEW.pin_id;
    ELSE
        UPDATE pin SET updated_at = updated_at WHERE id = NEW.pin_id;  -- a new version: readers hear of the entry
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_row BEFORE INSERT OR UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_row();

-- -- category --------------------------------------------------------------------------------------------

-- A stricter rule holds for the pins that are there, not only for those to come.
CREATE FUNCTION category_place_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pin SET category_id = category_id WHERE category_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER category_place AFTER UPDATE OF public_place ON category FOR EACH ROW
    WHEN (NEW.public_place <> OLD.public_place) EXECUTE FUNCTION category_place_changed();
