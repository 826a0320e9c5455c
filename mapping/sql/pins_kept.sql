-- How many pins of an import are still here. %(run)s
SELECT count(*)
FROM import_before AS kept JOIN pin ON pin.id = kept.key::uuid
WHERE kept.run_id = %(run)s AND kept."table" = 'pin'
