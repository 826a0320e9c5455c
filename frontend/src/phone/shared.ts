/** What another app handed over by its share button waits here until the page takes it. */
export const SHARED_CACHE = 'meemap-shared'
export const SHARED_PHOTO = '/m/shared/photo'
export const SHARED_WORDS = '/m/shared/words'

/** Takes it, once. Null where nothing waits, or the browser keeps nothing. */
export async function takeShared(): Promise<{ photo: Blob | null; words: string } | null> {
  try {
    const kept = await caches.open(SHARED_CACHE)
    const [photo, words] = await Promise.all([kept.match(SHARED_PHOTO), kept.match(SHARED_WORDS)])
    await caches.delete(SHARED_CACHE)
    if (!photo && !words) return null
    return { photo: (await photo?.blob()) ?? null, words: (await words?.text()) ?? '' }
  } catch {
    return null
  }
}
