-- Keys of the pins that an import made, in the order in which it made them. %(run)s
SELECT key FROM import_before WHERE run_id = %(run)s AND "table" = 'pin' ORDER BY id
