-- Takes the newest attempt of a key back: it succeeded, so it was no guess.
-- %(key)s bytea
UPDATE attempt SET at = trim_array(at, 1) WHERE key = %(key)s AND cardinality(at) > 0
