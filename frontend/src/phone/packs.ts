/**
 * Tambon packs on this phone: fetched in pieces that go on where the line broke, renewed by what has changed, kept in
 * a database of their own, so that the outbox never makes room for them.
 */
import { type DBSchema, openDB } from 'idb'
import * as v from 'valibot'
import { ApiError, address, get } from '../api'
import { type Near, nearOf, type Pack, type PackAnswer, PackSchema } from './pack'

interface Kept extends DBSchema {
  packs: { key: string; value: Pack }
  pins: { key: string; value: Near & { area: string }; indexes: { area: string } }
  thumbs: {
    key: string
    value: { id: string; area: string; bytes: ArrayBuffer }
    indexes: { area: string }
  }
}
const NAME = 'meemap-pack'

const database = () =>
  openDB<Kept>(NAME, 1, {
    upgrade: (db) => {
      db.createObjectStore('packs', { keyPath: 'code' })
      db.createObjectStore('pins', { keyPath: 'id' }).createIndex('area', 'area')
      db.createObjectStore('thumbs', { keyPath: 'id' }).createIndex('area', 'area')
    },
  })

async function using<T>(
  work: (db: Awaited<ReturnType<typeof database>>) => Promise<T>,
): Promise<T> {
  const db = await database()
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

export const readPacks = (): Promise<Pack[]> => using((db) => db.getAll('packs')).catch(() => [])

export const readNear = (): Promise<Near[]> => using((db) => db.getAll('pins')).catch(() => [])

/** The thumbnail of a photo, if a pack has it. */
export const readThumb = (id: string): Promise<Blob | null> =>
  using(async (db) => {
    const kept = await db.get('thumbs', id)
    return kept ? new Blob([kept.bytes], { type: 'image/jpeg' }) : null
  }).catch(() => null)

const ChangesSchema = v.object({
  generation: v.string(),
  cursor: v.string(),
  more: v.boolean(),
  changes: v.array(
    v.looseObject({
      kind: v.string(),
      id: v.optional(v.string()),
      gone: v.optional(v.boolean()),
      pin: v.optional(v.unknown()),
    }),
  ),
})
type Changes = v.InferOutput<typeof ChangesSchema>

/** What there is to fetch, and how much of it: asked before anything is downloaded. */
export const describe = (code: string): Promise<PackAnswer> => get(`/packs/${code}`, PackSchema, {})

export interface Progress {
  readonly done: number // bytes, about
  readonly of: number
}

/** Fetch or renew a pack. What is here already is not fetched again. Throws what the network or the disk throws. */
export async function download(
  code: string,
  tell: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<Pack> {
  const answer = await describe(code)
  const before = await using((db) => db.get('packs', code))
  const { map, pins } = answer.sizes
  let pack: Pack = {
    ...answer,
    cursor: before?.cursor ?? null,
    generation: before?.generation ?? null,
    at: before?.at ?? null,
  }
  await using((db) => db.put('packs', pack))
  tell({ done: map, of: answer.bytes })

  for (let more = true; more; ) {
    signal?.throwIfAborted()
    const page = await nextPage(code, pack.cursor)
    const anew = pack.cursor === null || page.anew
    pack = { ...pack, cursor: page.cursor, generation: page.generation }
    await keepPage(pack, page, anew)
    more = page.more
  }
  tell({ done: map + pins, of: answer.bytes })

  let done = map + pins
  const here = new Set(await using((db) => db.getAllKeysFromIndex('thumbs', 'area', code)))
  const wanted = new Set(answer.photos.map(({ id }) => id))
  for (const { id, bytes } of answer.photos) {
    signal?.throwIfAborted()
    if (!here.has(id)) await fetchThumb(id, code)
    done += bytes
    tell({ done, of: answer.bytes })
  }
  pack = { ...pack, at: Date.now() }
  await using(async (db) => {
    const change = db.transaction(['packs', 'thumbs'], 'readwrite')
    for (const id of here) if (!wanted.has(id)) await change.objectStore('thumbs').delete(id)
    await change.objectStore('packs').put(pack)
    await change.done
  })
  return pack
}

async function nextPage(code: string, cursor: string | null): Promise<Changes & { anew: boolean }> {
  const ask = (from: string | null) =>
    get('/changes', ChangesSchema, { area: code, limit: '500', ...(from && { cursor: from }) })
  try {
    return { ...(await ask(cursor)), anew: false }
  } catch (error) {
    // Restored, or other rights, or too long ago: from the beginning.
    if (cursor && error instanceof ApiError && (error.status === 410 || error.status === 400))
      return { ...(await ask(null)), anew: true }
    throw error
  }
}

/** A page and the cursor after it, as one: a download that breaks off goes on here. */
function keepPage(pack: Pack, page: Changes, anew: boolean): Promise<void> {
  return using(async (db) => {
    const change = db.transaction(['packs', 'pins'], 'readwrite')
    const pins = change.objectStore('pins')
    if (anew)
      for (const key of await pins.index('area').getAllKeys(pack.code)) await pins.delete(key)
    for (const { kind, id, gone, pin } of page.changes) {
      if (kind !== 'pin' || !id) continue
      const near = gone ? null : nearOf(pin)
      if (near) await pins.put({ ...near, area: pack.code })
      else await pins.delete(id)
    }
    await change.objectStore('packs').put(pack)
    await change.done
  })
}

async function fetchThumb(id: string, area: string): Promise<void> {
  const answer = await fetch(`${address(`/photos/${id}`, {})}?size=thumb`, {
    credentials: 'same-origin',
  })
  if (answer.status === 404) return // hidden meanwhile
  if (!answer.ok) throw new ApiError('busy', answer.status, [])
  const bytes = await answer.arrayBuffer()
  await using((db) => db.put('thumbs', { id, area, bytes }))
}

/** Take a pack off this phone. */
export const removePack = (code: string): Promise<void> =>
  using(async (db) => {
    const change = db.transaction(['packs', 'pins', 'thumbs'], 'readwrite')
    for (const store of ['pins', 'thumbs'] as const) {
      const kept = change.objectStore(store)
      for (const key of await kept.index('area').getAllKeys(code)) await kept.delete(key)
    }
    await change.objectStore('packs').delete(code)
    await change.done
  })

/** The disk is full: packs go first, since they can be fetched again; the outbox never. */
export const removeAllPacks = (): Promise<void> =>
  using(async (db) => {
    const change = db.transaction(['packs', 'pins', 'thumbs'], 'readwrite')
    for (const store of ['packs', 'pins', 'thumbs'] as const)
      await change.objectStore(store).clear()
    await change.done
  }).catch(() => undefined)
