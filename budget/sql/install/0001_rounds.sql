-- What holds of projects and rounds whichever door a row comes through.

-- Who is erased leaves what was decided standing; what is said of a pin goes with it.
ALTER TABLE solution ADD CONSTRAINT solution_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;
ALTER TABLE solution ADD CONSTRAINT solution_author FOREIGN KEY (author_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE project ADD CONSTRAINT project_author FOREIGN KEY (author_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE project_need ADD CONSTRAINT project_need_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;
ALTER TABLE round_snapshot ADD CONSTRAINT snapshot_frozen_by FOREIGN KEY (frozen_by_id) REFERENCES person
    ON DELETE SET NULL;
ALTER TABLE round_snapshot ADD CONSTRAINT snapshot_signed_by FOREIGN KEY (signed_by_id) REFERENCES person
    ON DELETE SET NULL;
ALTER TABLE round_snapshot ADD CONSTRAINT snapshot_decided_by FOREIGN KEY (decided_by_id) REFERENCES person
    ON DELETE SET NULL;
ALTER TABLE round_override ADD CONSTRAINT override_by FOREIGN KEY (by_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE round_vote ADD CONSTRAINT vote_person FOREIGN KEY (person_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE meeting_tally ADD CONSTRAINT meeting_tally_by FOREIGN KEY (by_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE delivery ADD CONSTRAINT delivery_by FOREIGN KEY (by_id) REFERENCES person ON DELETE SET NULL;

-- Whole baht for each of five years, adding up to the cost.
ALTER TABLE project ADD CONSTRAINT project_years_add_up CHECK (
    cardinality(year_baht) = 5 AND array_position(year_baht, NULL) IS NULL AND 0 <= ALL(year_baht)
    AND cost_baht = year_baht[1] + year_baht[2] + year_baht[3] + year_baht[4] + year_baht[5]
);

-- A round goes one way, and what it asks stands still once it is frozen.
CREATE FUNCTION round_goes_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.phase <> 'draft' AND (OLD.office_id, OLD.fiscal_year, OLD.envelope_baht, OLD.rules, OLD.voting_until)
        IS DISTINCT FROM (NEW.office_id, NEW.fiscal_year, NEW.envelope_baht, NEW.rules, NEW.voting_until) THEN
        RAISE EXCEPTION 'round_is_frozen' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.version NOT IN (OLD.version, OLD.version + 1) OR (NEW.phase <> OLD.phase OR NEW.version <> OLD.version)
        AND (OLD.phase, NEW.phase) NOT IN (
            ('draft', 'frozen'), ('frozen', 'decided'), ('frozen', 'amended'), ('decided', 'published'),
            ('decided', 'amended'), ('published', 'amended'), ('amended', 'decided'), ('amended', 'amended')
        ) THEN
        RAISE EXCEPTION 'round_goes_one_way' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.phase <> 'draft' AND NOT EXISTS (
        SELECT FROM round_snapshot AS kept
        WHERE kept.round_id = NEW.id AND kept.version = NEW.version
          AND (NEW.phase NOT IN ('decided', 'published') OR kept.decided_at IS NOT NULL)
          AND (NEW.phase <> 'published' OR kept.published_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'round_without_snapshot' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER round_goes_one_way BEFORE UPDATE ON round FOR EACH ROW EXECUTE FUNCTION round_goes_one_way();

CREATE FUNCTION round_begins_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.phase <> 'draft' OR NEW.version <> 0 THEN
        RAISE EXCEPTION 'round_begins_as_draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER round_begins_as_draft BEFORE INSERT ON round FOR EACH ROW EXECUTE FUNCTION round_begins_as_draft();

-- The pot stands in the bytes that were frozen, and nowhere else: envelope, and what villages carried over.
CREATE FUNCTION snapshot_pot(inputs bytea) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (said->'round'->>'envelope_baht')::bigint
        + coalesce((SELECT sum((v->>'carry_baht')::bigint) FROM jsonb_array_elements(said->'villages') AS v), 0)::bigint
    FROM (SELECT convert_from(inputs, 'UTF8')::jsonb AS said) AS read
$$;

-- So that the rounds of a village are found without opening every round of the country.
CREATE FUNCTION snapshot_villages(inputs bytea) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(v->>'code' ORDER BY v->>'code'), '{}')
    FROM jsonb_array_elements(convert_from(inputs, 'UTF8')::jsonb->'villages') AS v
$$;

CREATE FUNCTION snapshot_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'snapshot_stands' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.inputs_sha256 <> sha256(NEW.inputs) OR NEW.results IS NOT NULL OR NEW.signed_at IS NOT NULL THEN
            RAISE EXCEPTION 'snapshot_hash' USING ERRCODE = 'check_violation';
        END IF;
        NEW.pot_baht := snapshot_pot(NEW.inputs);
        NEW.villages := snapshot_villages(NEW.inputs);
        RETURN NEW;
    END IF;
    IF (OLD.round_id, OLD.version, OLD.inputs, OLD.inputs_sha256, OLD.pot_baht, OLD.villages, OLD.reason, OLD.frozen_at)
            IS DISTINCT FROM
            (NEW.round_id, NEW.version, NEW.inputs, NEW.inputs_sha256, NEW.pot_baht, NEW.villages, NEW.reason, NEW.frozen_at)
        OR OLD.results IS NOT NULL AND (OLD.results, OLD.results_sha256, OLD.amended)
            IS DISTINCT FROM (NEW.results, NEW.results_sha256, NEW.amended)
        OR NEW.results IS NOT NULL AND NEW.results_sha256 IS DISTINCT FROM sha256(NEW.results)
        OR OLD.signed_at IS NOT NULL AND OLD.signed_at IS DISTINCT FROM NEW.signed_at
        OR OLD.decided_at IS NOT NULL AND OLD.decided_at IS DISTINCT FROM NEW.decided_at
        OR OLD.published_at IS NOT NULL AND OLD.published_at IS DISTINCT FROM NEW.published_at
        -- a person may be erased, never exchanged
        OR OLD.signed_at IS NOT NULL AND NEW.signed_by_id IS NOT NULL AND NEW.signed_by_id IS DISTINCT FROM OLD.signed_by_id
        OR OLD.decided_at IS NOT NULL AND NEW.decided_by_id IS NOT NULL
            AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id
    THEN
        RAISE EXCEPTION 'snapshot_stands' USING ERRCODE = 'check_violation';
    END IF;
    -- Whoever decides is there, and is another one than who signed: an erased signature cannot be told apart.
    IF OLD.signed_at IS NULL AND NEW.signed_at IS NOT NULL AND NEW.signed_by_id IS NULL
        OR OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL
            AND (NEW.decided_by_id IS NULL OR NEW.signed_by_id IS NULL OR NEW.results IS NULL)
    THEN
        RAISE EXCEPTION 'snapshot_two_people' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER snapshot_stands BEFORE INSERT OR UPDATE OR DELETE ON round_snapshot
    FOR EACH ROW EXECUTE FUNCTION snapshot_stands();

-- Never above the pot. The snapshot's row is locked, so that two writers are counted one after the other.
CREATE FUNCTION allocation_within_pot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pot bigint;
BEGIN
    SELECT pot_baht INTO pot FROM round_snapshot WHERE id = NEW.snapshot_id FOR UPDATE;
    IF (SELECT sum(baht) FROM round_allocation WHERE snapshot_id = NEW.snapshot_id) > pot THEN
        RAISE EXCEPTION 'allocation_above_pot' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER allocation_within_pot AFTER INSERT OR UPDATE ON round_allocation
    FOR EACH ROW EXECUTE FUNCTION allocation_within_pot();
