-- After populations changed: pins whose people band is another now. The trigger of `people` sets it.
UPDATE pin
SET people = pin.people
FROM (
    SELECT p.id, people_band(p.people, known.population) AS band
    FROM pin AS p
    LEFT JOIN LATERAL (
        SELECT area.population FROM area
        WHERE area.boundary_set_id = active_boundary_set() AND area.code IN (p.area_code, left(p.area_code, 6))
          AND area.population IS NOT NULL
        ORDER BY length(area.code) DESC LIMIT 1
    ) AS known ON true
    WHERE p.people IS NOT NULL
) AS now
WHERE now.id = pin.id AND now.band <> pin.people_band
