-- Where the pins of an import stand. %(run)s
SELECT DISTINCT pin.area_code
FROM import_before AS kept JOIN pin ON pin.id::text = kept.key
WHERE kept.run_id = %(run)s
