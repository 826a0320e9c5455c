-- A new pin; no row if the id is taken, or was. Place, number and band are set by trigger.
-- No target at ON CONFLICT: two keys hold the id (pin_pkey, pin_lead_key), and a sender that loses a race may meet
-- either first.
INSERT INTO pin (
    id, category_id, severity, people, words, needed_since, point, whole_village, village,
    source, accuracy_m, captured_at, author_id, checked, unchecked_shown, body_sha256, clock_skew_s
)
SELECT
    %(id)s, (SELECT id FROM category WHERE slug = %(category)s), %(severity)s, %(people)s, %(words)s,
    %(needed_since)s, ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326), %(whole_village)s, %(village)s,
    %(source)s, %(accuracy_m)s, %(captured_at)s, %(author)s, %(checked)s, %(unchecked_shown)s, %(body_sha256)s,
    %(skew_s)s
WHERE NOT EXISTS (SELECT FROM tombstone WHERE tombstone.id = %(id)s)
ON CONFLICT DO NOTHING
RETURNING id
