-- The rows on abolished codes, once their successors stand. %(ids)s
DELETE FROM {table} WHERE id = ANY(%(ids)s)
