-- Put back one row that was removed, as it stood. %(row)s as JSON
INSERT INTO {table}
SELECT (jsonb_populate_record(NULL::{table}, %(row)s::jsonb)).*
ON CONFLICT DO NOTHING
