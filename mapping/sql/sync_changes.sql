-- What changed after the number %(pub)s, up to %(upto)s, in an area (%(area)s: code, or empty for all) or in what
-- belongs to no area. Confirmations, photos and recordings do not know their area: their pin does. %(limit)s rows.
SELECT pub, kind, key, area_before, seen_before, gone
FROM change
WHERE pub > %(pub)s AND pub <= %(upto)s
  AND (kind <> 'pin' OR %(area)s = '' OR starts_with(area_code, %(area)s) OR starts_with(area_before, %(area)s))
  AND kind <> 'grant'
ORDER BY pub
LIMIT %(limit)s
