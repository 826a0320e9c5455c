-- Keys that share trigrams with what is typed, the most similar first; of all names, however many areas bear them.
-- %(key)s   %(wide)s most
SELECT key
FROM area_key
WHERE key %% %(key)s
ORDER BY similarity(key, %(key)s) DESC, key
LIMIT %(wide)s
