/** The outbox as a file, for a phone that is dying: everything that was not sent, and drafts, with their photos. */
import * as v from 'valibot'
import { DraftSchema, putBack, readDrafts, readItems, readKept, readPhoto } from './keep'
import type { Item } from './outbox'
import { isComplete } from './outbox'
import { type Draft, isUntouched } from './report'

const FORMAT = 'meemap-outbox'
const LARGEST_BYTES = 200e6

const Uuid = v.pipe(v.string(), v.uuid())
const PhotoSchema = v.object({
  id: Uuid,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sent: v.boolean(),
  kind: v.optional(v.literal('voice')),
  lost: v.optional(v.boolean()),
  why: v.optional(v.string()),
})
const ItemSchema = v.object({
  id: Uuid,
  target: v.optional(Uuid),
  opId: Uuid,
  person: v.nullable(v.string()),
  body: v.nullable(
    v.looseObject({
      type: v.literal('Feature'),
      geometry: v.nullable(v.looseObject({ type: v.literal('Point') })),
      properties: v.looseObject({ category: v.string() }),
    }),
  ),
  draft: DraftSchema,
  photos: v.array(PhotoSchema),
  savedAt: v.number(),
})
const FileSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(1),
  items: v.array(ItemSchema),
  drafts: v.array(DraftSchema),
  photos: v.record(Uuid, v.pipe(v.string(), v.base64())),
})

export type TransferFault = 'no_file' | 'damaged' | 'too_large' | 'not_kept'
export class TransferError extends Error {
  constructor(readonly fault: TransferFault) {
    super(fault)
    this.name = 'TransferError'
  }
}

/** The drafts of this phone: the one under way first. */
export function allDrafts(): Draft[] {
  const kept = readKept()
  const under = kept && !kept.saved && !kept.receipt && !isUntouched(kept.draft) ? [kept.draft] : []
  return [...under, ...readDrafts().filter(({ id }) => id !== under[0]?.id)]
}

/** What has not arrived, and drafts. Of what was received nothing: it is on the server. */
export async function exportOutbox(): Promise<Blob> {
  const items = ((await readItems()) ?? []).filter(
    (item) => item.state === 'ready' || item.state === 'parked' || !isComplete(item),
  )
  const drafts = allDrafts()
  const photos: Record<string, string> = {}
  const wanted = [
    ...items.flatMap((item) => item.photos.filter(({ sent }) => !sent).map(({ id }) => id)),
    ...drafts.flatMap(({ photo, voice }) => [photo?.id ?? [], voice?.id ?? []].flat()),
  ]
  for (const id of wanted) {
    const photo = await readPhoto(id)
    if (photo) photos[id] = base64(new Uint8Array(await photo.arrayBuffer()))
  }
  const text = JSON.stringify({ format: FORMAT, version: 1, items, drafts, photos })
  return new Blob([text], { type: 'application/json' })
}

export interface Imported {
  readonly items: number
  readonly drafts: number
  /** Of somebody else: they go when that person signs in here. */
  readonly others: number
  readonly known: number
}

/** Take a file in, whole or not at all. Whatever is here already stays as it is. Throws TransferError. */
export async function importOutbox(file: Blob, person: string | null): Promise<Imported> {
  if (file.size > LARGEST_BYTES) throw new TransferError('too_large')
  let given: unknown
  try {
    given = JSON.parse(await file.text())
  } catch {
    throw new TransferError('no_file')
  }
  if (
    typeof given !== 'object' ||
    given === null ||
    !('format' in given) ||
    given.format !== FORMAT
  )
    throw new TransferError('no_file')
  const parsed = v.safeParse(FileSchema, given)
  if (!parsed.success) throw new TransferError('damaged')
  const { items, drafts, photos } = parsed.output
  const bytes = new Map<string, ArrayBuffer>()
  for (const [id, text] of Object.entries(photos)) {
    const raw = bytesOf(text)
    if (!(await isWhole(id, raw, items, drafts))) throw new TransferError('damaged')
    bytes.set(id, raw)
  }
  const here = new Set(((await readItems()) ?? []).map(({ id }) => id))
  const draftsHere = new Set(allDrafts().map(({ id }) => id))
  const newItems = items.filter(({ id }) => !here.has(id))
  const newDrafts = drafts.filter(({ id }) => !draftsHere.has(id))
  const ready = newItems.map(
    // What was written without an account belongs to whoever brings it.
    (item) => ({ ...item, person: item.person ?? person, state: 'ready', failedAt: null }) as Item,
  )
  if (!(await putBack(ready, newDrafts, bytes))) throw new TransferError('not_kept')
  return {
    items: newItems.length,
    drafts: newDrafts.length,
    others: ready.filter((item) => item.person !== person).length,
    known: items.length - newItems.length + drafts.length - newDrafts.length,
  }
}

async function isWhole(
  id: string,
  raw: ArrayBuffer,
  items: readonly { photos: readonly { id: string; sha256: string }[] }[],
  drafts: readonly Draft[],
): Promise<boolean> {
  const told = [
    ...items.flatMap((item) => item.photos),
    ...drafts.flatMap(({ photo, voice }) => [photo ?? [], voice ?? []].flat()),
  ]
  const wanted = told.find((photo) => photo.id === id)?.sha256
  if (!wanted) return false
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', raw))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') === wanted
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

function bytesOf(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer as ArrayBuffer
}
