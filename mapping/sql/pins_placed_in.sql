-- Rows of a file that lie in one of these areas, '' for none: row, area_code. %(codes)s text[]
SELECT "row", area_code FROM pin_placed WHERE coalesce(area_code, '') = ANY(%(codes)s) ORDER BY "row"
