-- What is typed, in the forms in which names are compared: key and spelling as they stand, and without บ้าน.
-- %(texts)s text[], in their order
SELECT search_key(typed) AS key, search_key(bare_name('village', typed)) AS village_key,
       search_spelling(typed) AS spelling, search_spelling(bare_name('village', typed)) AS village_spelling
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t (typed, n)
ORDER BY n
