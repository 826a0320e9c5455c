-- Remove pins of an import that nobody has touched since: an entry, an edit and a join raise the version; what else
-- hangs on a pin is asked for. %(run)s   %(keys)s text[]
DELETE FROM pin
USING import_before AS kept
WHERE kept.run_id = %(run)s AND kept."table" = 'pin' AND kept.key = ANY(%(keys)s)
  AND pin.id = kept.key::uuid AND pin.version::text = kept.after_md5
  AND NOT EXISTS (SELECT FROM confirmation WHERE confirmation.pin_id = pin.id)
  AND NOT EXISTS (SELECT FROM photo WHERE photo.pin_id = pin.id)
  AND NOT EXISTS (SELECT FROM pin AS joined WHERE joined.joined_to_id = pin.id)
