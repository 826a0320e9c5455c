-- Placed rows become pins, in the order of the file. %(first)s, %(last)s: numbers of rows   %(shown)s: unchecked ones show
INSERT INTO pin (
    id, category_id, severity, people, words, needed_since, point, whole_village, village, source, accuracy_m,
    captured_at, received_at, checked, unchecked_shown, hidden, body_sha256
)
SELECT
    id, category_id, severity, people, words, needed_since, point, whole_village, village, source, accuracy_m,
    captured_at, received_at, checked, %(shown)s, hidden, body_sha256
FROM pin_placed
WHERE "row" BETWEEN %(first)s AND %(last)s
ORDER BY "row"
