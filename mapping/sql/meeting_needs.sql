-- What was raised or confirmed in a meeting, in the order of its table, each by the face the reader may see.
-- %(meeting)s uuid
SELECT p.id, p.number, p.category, p.words, p.severity, band_words(p.people_band) AS people_band, p.status,
    need.hands, need.new
FROM meeting_need AS need
JOIN ({faces}) AS p ON p.id = need.pin_id
WHERE need.meeting_id = %(meeting)s
ORDER BY need.position
