-- Where the kept number of people who say "we have this" is not what the confirmations say.
SELECT pin.id, coalesce(kept.people, confirmed_at_first(pin.author_id)) AS kept, confirmed_by(pin.id) AS counted
FROM pin LEFT JOIN confirmed AS kept ON kept.pin_id = pin.id
WHERE NOT EXISTS (SELECT FROM confirmed_moved AS moved WHERE moved.pin_id = pin.id)
  AND coalesce(kept.people, confirmed_at_first(pin.author_id)) <> confirmed_by(pin.id)
LIMIT 1000
