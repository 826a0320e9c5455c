-- Rows of a file become pins in `pin_placed`, whose trigger places them. %(first)s, %(last)s: numbers of rows
INSERT INTO pin_placed (
    "row", id, category_id, severity, people, words, needed_since, point, whole_village, village, source, accuracy_m,
    captured_at, received_at, checked, hidden, body_sha256
)
SELECT
    "row", id, category_id, severity, people, words, needed_since,
    CASE WHEN whole_village THEN NULL ELSE coalesce(point, standing_point(named)) END, whole_village, village, source,
    accuracy_m, captured_at, coalesce(received_at, now()), checked, hidden, body_sha256
FROM pin_given
WHERE "row" BETWEEN %(first)s AND %(last)s
ORDER BY "row"
