-- What a meeting said of a pin goes with the pin; who entered it can be erased.
ALTER TABLE meeting ADD CONSTRAINT meeting_person FOREIGN KEY (by_id) REFERENCES person ON DELETE SET NULL;
ALTER TABLE meeting_need ADD CONSTRAINT meeting_need_meeting
    FOREIGN KEY (meeting_id) REFERENCES meeting ON DELETE CASCADE;
ALTER TABLE meeting_need ADD CONSTRAINT meeting_need_pin FOREIGN KEY (pin_id) REFERENCES pin ON DELETE CASCADE;
