/**
 * What the phone keeps between two visits. Answers stand in localStorage, written at every change
 * and so before the next tap; the photo, too large for it, in IndexedDB. Where storage is refused
 * (a private window), all of it lasts as long as the page.
 */
import { type DBSchema, openDB } from 'idb'
import * as v from 'valibot'
import { type Categories, type Me, MeSchema } from '../api'
import type { NamedArea } from '../areas'
import { PEOPLE_BANDS } from '../words'
import type { Item } from './outbox'
import { type Draft, isUntouched } from './report'

const DRAFT = 'meemap.draft'
const HOME = 'meemap.home'
const LAST_PLACE = 'meemap.last_place'
const CATEGORIES = 'meemap.categories'
const PHOTOS = 'meemap.photos_to_send'
const PERSON = 'meemap.person'
const DRAFTS = 'meemap.drafts'
const ME = 'meemap.me'

const Village = v.object({ code: v.string(), name_th: v.string(), name_en: v.string() })
const Point = v.object({ lng: v.number(), lat: v.number() })

const FileRef = v.object({ id: v.string(), sha256: v.string(), bytes: v.number() })

export const DraftSchema: v.GenericSchema<unknown, Draft> = v.object({
  id: v.pipe(v.string(), v.uuid()),
  startedAt: v.string(),
  photo: v.nullable(FileRef),
  voice: v.optional(v.nullable(FileRef)),
  place: v.nullable(
    v.variant('kind', [
      v.object({
        kind: v.literal('point'),
        ...Point.entries,
        source: v.picklist(['gps', 'photo', 'map', 'typed', 'plus_code']),
        accuracyM: v.nullable(v.number()),
      }),
      v.object({ kind: v.literal('village') }),
    ]),
  ),
  village: v.nullable(v.union([v.literal('unsure'), Village])),
  category: v.nullable(v.string()),
  severity: v.nullable(v.picklist([1, 2, 3, 4, 5])),
  people: v.nullable(
    v.union([v.picklist(PEOPLE_BANDS), v.literal('unsure'), v.object({ count: v.number() })]),
  ),
  words: v.string(),
  since: v.optional(v.nullable(v.picklist(['days', 'month', 'half_year', 'year', 'years']))),
})

/** What came back. */
const ReceiptSchema = v.object({
  id: v.string(),
  number: v.number(),
  checked: v.boolean(),
  areas: v.array(Village), // largest first
  suggested: v.boolean(), // the village is the nearest one, not one that was chosen
})
export type Receipt = v.InferOutput<typeof ReceiptSchema>

const KeptSchema = v.object({
  draft: DraftSchema,
  receipt: v.nullable(ReceiptSchema),
  saved: v.optional(v.boolean()), // it lies in the outbox
})
export type Kept = v.InferOutput<typeof KeptSchema>

export const readKept = (): Kept | null => read(DRAFT, KeptSchema)
export const keep = (kept: Kept): boolean => write(DRAFT, kept)

/** Drafts that were put aside for another; the one under way is `readKept()`. Newest first. */
export const readDrafts = (): Draft[] => read(DRAFTS, v.array(DraftSchema)) ?? []
export const keepDrafts = (drafts: readonly Draft[]): boolean => write(DRAFTS, drafts)

/** Put the report under way aside, if there is one, and go on with another. False: this device keeps nothing. */
export function swapDraft(next: Draft | null): boolean {
  const kept = readKept()
  const under = kept && !kept.saved && !kept.receipt && !isUntouched(kept.draft) ? [kept.draft] : []
  const others = readDrafts().filter(({ id }) => id !== next?.id && id !== under[0]?.id)
  if (!keepDrafts([...under, ...others])) return false
  return next ? keep({ draft: next, receipt: null, saved: false }) : forgetKept()
}

function forgetKept(): boolean {
  try {
    localStorage.removeItem(DRAFT)
    return true
  } catch {
    return false
  }
}

/** What the server said of this deployment and this reader last, for a start without signal. */
export const keepMe = (me: Me): boolean => write(ME, me)
export const readMe = (): Me | null => read(ME, MeSchema)

/** บ้านของฉัน: the village of the person who holds this phone. */
export const readHome = (): NamedArea | null => read(HOME, Village)
export const keepHome = (home: NamedArea): boolean =>
  write(HOME, { code: home.code, name_th: home.name_th, name_en: home.name_en })

/** Where the last pin stood: the next one is probably near. */
export const readLastPlace = (): { lng: number; lat: number } | null => read(LAST_PLACE, Point)
export const keepLastPlace = (place: { lng: number; lat: number }): boolean =>
  write(LAST_PLACE, { lng: place.lng, lat: place.lat })

/** The categories of the last visit, for a visit without signal. */
export const keepCategories = (categories: Categories): boolean => write(CATEGORIES, categories)
export const readCategories = (): Categories | null =>
  read(
    CATEGORIES,
    v.custom<Categories>(
      (value) => typeof value === 'object' && value !== null && 'categories' in value,
    ),
  )

/** Photos that a page of release 0.4.0 still owes: their pins have arrived. */
export const readPhotosToSend = (): string[] => read(PHOTOS, v.array(v.string())) ?? []
export const forgetPhotoToSend = (id: string): boolean =>
  write(
    PHOTOS,
    readPhotosToSend().filter((other) => other !== id),
  )

/** Who was signed in on this phone last: known without signal too. Null: nobody. */
export const readPerson = (): string | null => read(PERSON, v.nullable(v.string()))
export const keepPerson = (person: string | null): boolean => write(PERSON, person)

function read<T>(key: string, schema: v.GenericSchema<unknown, T>): T | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(localStorage.getItem(key) ?? 'null'))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

function write(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

// What is too large for localStorage, or must not be half there

interface Kept2 extends DBSchema {
  photos: { key: string; value: ArrayBuffer }
  items: { key: string; value: Item }
}

const database = () =>
  openDB<Kept2>('meemap', 2, {
    upgrade: (db, from) => {
      if (from < 1) db.createObjectStore('photos')
      if (from < 2) db.createObjectStore('items', { keyPath: 'id' })
    },
  })

/** Everything that was ever saved for sending, or null where this device keeps nothing. */
export async function readItems(): Promise<Item[] | null> {
  try {
    const db = await database()
    const items = await db.getAll('items')
    db.close()
    return items
  } catch {
    return null
  }
}

/**
 * Items as one: all of them or none, on the disk when this returns true. The photos of a new item
 * are written once more with it, since they were put aside without waiting for the disk.
 */
export async function writeItems(items: readonly Item[], photosOf?: Item): Promise<boolean> {
  try {
    const db = await database()
    const stores = ['items', 'photos'] as const
    const change = db.transaction(stores, 'readwrite', { durability: 'strict' })
    for (const { id } of photosOf?.photos ?? []) {
      const bytes = await change.objectStore('photos').get(id)
      if (bytes) await change.objectStore('photos').put(bytes, id)
    }
    // $state proxies cannot be cloned; what is kept is plain.
    for (const item of items) await change.objectStore('items').put(structuredClone(item))
    await change.done
    db.close()
    return true
  } catch {
    return false
  }
}

/** Items, drafts and photos from a file: photos and items as one, then the drafts. False: nothing was kept. */
export async function putBack(
  items: readonly Item[],
  drafts: readonly Draft[],
  photos: ReadonlyMap<string, ArrayBuffer>,
): Promise<boolean> {
  try {
    const db = await database()
    const change = db.transaction(['items', 'photos'], 'readwrite', { durability: 'strict' })
    for (const [id, bytes] of photos) await change.objectStore('photos').put(bytes, id)
    for (const item of items) await change.objectStore('items').add(item)
    await change.done
    db.close()
    return keepDrafts([...readDrafts(), ...drafts])
  } catch {
    return false
  }
}

/** A person gave it up. */
export async function removeItem(id: string): Promise<void> {
  const db = await database()
  await db.delete('items', id)
  db.close()
}

// Photos

/** As bytes and not as a Blob: some older phones lose Blobs when the browser is closed. */
export async function keepPhoto(id: string, photo: Blob): Promise<boolean> {
  try {
    const db = await database()
    await db.put('photos', await photo.arrayBuffer(), id)
    db.close()
    return true
  } catch {
    return false
  }
}

export const readPhoto = (id: string, type = 'image/jpeg'): Promise<Blob | null> =>
  loadPhoto(id, type).catch(() => null)

/** Null: it is not here. Rejects where the device cannot say so just now. */
export async function loadPhoto(id: string, type = 'image/jpeg'): Promise<Blob | null> {
  const db = await database()
  const bytes: unknown = await db.get('photos', id)
  db.close()
  return bytes instanceof ArrayBuffer ? new Blob([bytes], { type }) : null
}

export async function dropPhoto(id: string): Promise<void> {
  try {
    const db = await database()
    await db.delete('photos', id)
    db.close()
  } catch {
    return
  }
}
