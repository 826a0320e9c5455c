-- Note the version in which an import left each of its pins. %(run)s
UPDATE import_before AS kept SET after_md5 = pin.version::text
FROM pin
WHERE kept.run_id = %(run)s AND kept."table" = 'pin' AND pin.id = kept.key::uuid
