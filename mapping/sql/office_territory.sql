-- An office's territory becomes exactly these codes. %(office)s its id, %(codes)s
WITH gone AS (
    DELETE FROM office_area WHERE office_id = %(office)s AND code <> ALL(%(codes)s)
)
INSERT INTO office_area (office_id, code)
SELECT %(office)s, code FROM unnest(%(codes)s::text[]) AS code
ON CONFLICT DO NOTHING
