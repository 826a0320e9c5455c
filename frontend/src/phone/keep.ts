/**
 * What the phone keeps between two visits. Answers stand in localStorage, written at every change
 * and so before the next tap; the photo, too large for it, in IndexedDB. Where storage is refused
 * (a private window), all of it lasts as long as the page.
 */
import { openDB } from 'idb'
import * as v from 'valibot'
import type { Categories } from '../api'
import type { NamedArea } from '../areas'
import { PEOPLE_BANDS } from '../words'
import type { Draft } from './report'

const DRAFT = 'meemap.draft'
const HOME = 'meemap.home'
const LAST_PLACE = 'meemap.last_place'
const CATEGORIES = 'meemap.categories'
const PHOTOS = 'meemap.photos_to_send'

const Village = v.object({ code: v.string(), name_th: v.string(), name_en: v.string() })
const Point = v.object({ lng: v.number(), lat: v.number() })

const DraftSchema: v.GenericSchema<unknown, Draft> = v.object({
  id: v.pipe(v.string(), v.uuid()),
  startedAt: v.string(),
  photo: v.nullable(v.object({ id: v.string(), sha256: v.string(), bytes: v.number() })),
  place: v.nullable(
    v.variant('kind', [
      v.object({
        kind: v.literal('point'),
        ...Point.entries,
        source: v.picklist(['gps', 'map', 'typed']),
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
})

/** What came back, and whether its photo still has to follow. */
const ReceiptSchema = v.object({
  id: v.string(),
  number: v.number(),
  checked: v.boolean(),
  areas: v.array(Village), // largest first
  suggested: v.boolean(), // the village is the nearest one, not one that was chosen
  photo: v.nullable(v.string()), // id of a photo still to be sent
})
export type Receipt = v.InferOutput<typeof ReceiptSchema>

const KeptSchema = v.object({ draft: DraftSchema, receipt: v.nullable(ReceiptSchema) })
export type Kept = v.InferOutput<typeof KeptSchema>

export const readKept = (): Kept | null => read(DRAFT, KeptSchema)
export const keep = (kept: Kept): boolean => write(DRAFT, kept)

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

/** Photos whose pins have arrived while they themselves have not. */
export const readPhotosToSend = (): string[] => read(PHOTOS, v.array(v.string())) ?? []
export const keepPhotoToSend = (id: string): boolean =>
  write(PHOTOS, [...new Set([...readPhotosToSend(), id])])
const forgetPhotoToSend = (id: string): boolean =>
  write(
    PHOTOS,
    readPhotosToSend().filter((other) => other !== id),
  )

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

// Photos

const database = () => openDB('meemap', 1, { upgrade: (db) => void db.createObjectStore('photos') })

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

export async function readPhoto(id: string): Promise<Blob | null> {
  try {
    const db = await database()
    const bytes: unknown = await db.get('photos', id)
    db.close()
    return bytes instanceof ArrayBuffer ? new Blob([bytes], { type: 'image/jpeg' }) : null
  } catch {
    return null
  }
}

export async function dropPhoto(id: string): Promise<void> {
  forgetPhotoToSend(id)
  try {
    const db = await database()
    await db.delete('photos', id)
    db.close()
  } catch {
    return
  }
}
