-- Rows whose pin is here already: row, number, status, where it stands; whether it is the same: written from the same content, or
-- saying today what the row says. Reads the table: an import asks which ids are taken, whoever may see them.
SELECT placed."row", pin.number, pin.status, pin.area_code, given.to_status,
    pin.body_sha256 IS NOT DISTINCT FROM placed.body_sha256 OR (
        pin.category_id = placed.category_id AND pin.severity = placed.severity AND pin.words = placed.words
        AND pin.needed_since IS NOT DISTINCT FROM placed.needed_since
        AND (given.people IS NULL OR pin.people_band = placed.people_band)
        AND (given.received_at IS NULL
             OR date_trunc('second', pin.received_at) = date_trunc('second', placed.received_at))
        AND pin.whole_village = placed.whole_village
        AND CASE WHEN pin.whole_village THEN pin.village = placed.village ELSE pin.point = placed.point END
    ) AS same
FROM pin_placed AS placed JOIN pin_given AS given USING ("row") JOIN pin ON pin.id = placed.id
ORDER BY placed."row"
