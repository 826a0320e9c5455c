-- Notices: written in the transaction of the entry they tell of, whichever door it came through. What is no longer
-- public when it is to be sent is left out then; what may not be known is not written here.

ALTER TABLE subscription ADD CONSTRAINT subscription_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;
ALTER TABLE notice ADD CONSTRAINT notice_entry FOREIGN KEY (entry_id) REFERENCES entry ON DELETE CASCADE;
ALTER TABLE subscription ADD CONSTRAINT subscription_person FOREIGN KEY (person_id) REFERENCES person ON DELETE CASCADE;
ALTER TABLE notice ADD CONSTRAINT notice_subscription
    FOREIGN KEY (subscription_id) REFERENCES subscription ON DELETE CASCADE;

-- Followers of a pin, of the lead that it is joined to, of what is joined to it, and of its village as the public
-- knows it: where only a cell is shown, followers of the village must not learn that it lies there.
-- One notice a person and channel, however many of their subscriptions fit; nobody hears of what they did themselves.
CREATE FUNCTION entry_noticed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM subscription WHERE unsubscribed_at IS NULL) THEN RETURN NULL; END IF;
    INSERT INTO notice (subscription_id, entry_id)
    SELECT DISTINCT ON (follower.person_id, follower.channel, said.id) follower.id, said.id
    FROM added AS said
    JOIN pin ON pin.id = said.pin_id
    JOIN LATERAL (
        SELECT s.id, s.person_id, s.channel, s.pin_id FROM subscription AS s
        WHERE s.unsubscribed_at IS NULL AND s.pin_id = ANY(
            ARRAY[pin.id, pin.joined_to_id] || ARRAY(SELECT j.id FROM pin AS j WHERE j.joined_to_id = pin.id))
        UNION ALL
        SELECT s.id, s.person_id, s.channel, s.pin_id FROM subscription AS s
        WHERE s.unsubscribed_at IS NULL AND pin.place_precision <> 'cell'
          AND s.village = CASE WHEN pin.village_source = 'chosen' THEN pin.area_code ELSE pin.nearest_village END
    ) AS follower ON true
    WHERE said.public AND said.by_id IS DISTINCT FROM follower.person_id
    ORDER BY follower.person_id, follower.channel, said.id, follower.pin_id NULLS LAST, follower.id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER entry_notice AFTER INSERT ON entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION entry_noticed();
