/** Sending a report: the pin first, then its photo, which the pin has declared. */
import { ApiError, getPin, type Pin, putPhoto, putPin } from '../api'
import type { NamedArea } from '../areas'
import { uuid7 } from '../uuid7'
import {
  dropPhoto,
  keepPhoto,
  keepPhotoToSend,
  type Receipt,
  readPhoto,
  readPhotosToSend,
} from './keep'
import { bodyOf, type Draft, type PhotoRef, problemsByStep, type Step } from './report'

export type Outcome =
  | { readonly state: 'received'; readonly receipt: Receipt }
  /** The server says no; its words by screen. */
  | { readonly state: 'refused'; readonly said: Partial<Record<Step, string>> }
  /** An earlier version of this report has already arrived; a person decides. */
  | { readonly state: 'differs' }
  | { readonly state: 'failed'; readonly error: unknown }

export async function send(draft: Draft): Promise<Outcome> {
  try {
    const pin = await putPin(draft.id, bodyOf(draft))
    // Written down at once: the photo is owed from now on, whatever becomes of this page.
    if (draft.photo) keepPhotoToSend(draft.photo.id)
    return { state: 'received', receipt: receiptOf(pin, draft.photo?.id ?? null) }
  } catch (error) {
    if (!(error instanceof ApiError)) return { state: 'failed', error }
    if (error.failure === 'conflict') return { state: 'differs' }
    if (error.failure === 'refused' && error.problems.length)
      return { state: 'refused', said: problemsByStep(error.problems) }
    return { state: 'failed', error }
  }
}

/** The receipt of the version that arrived first. */
export async function receiptOfEarlier(draft: Draft): Promise<Receipt> {
  return receiptOf(await getPin(draft.id), null)
}

/** The same bytes under an id of their own: the old id belongs to the other pin. */
export async function copyPhoto(photo: PhotoRef | null): Promise<PhotoRef | null> {
  const bytes = photo && (await readPhoto(photo.id))
  if (!photo || !bytes) return null
  const copy = { ...photo, id: uuid7() }
  return (await keepPhoto(copy.id, bytes)) ? copy : null
}

/** `lost`: this phone no longer has it, or the server will not take it, now or later. */
export type PhotoFate = 'received' | 'waiting' | 'lost'

export async function sendPhoto(id: string): Promise<PhotoFate> {
  const photo = await readPhoto(id)
  let fate: PhotoFate = 'lost'
  try {
    if (photo) {
      await putPhoto(id, photo)
      fate = 'received'
    }
  } catch (error) {
    const refused = error instanceof ApiError && ['refused', 'conflict'].includes(error.failure)
    if (!refused) return 'waiting'
  }
  await dropPhoto(id)
  return fate
}

/** Those that earlier visits still owe, one after another: a bad line carries one at best. */
export async function sendPhotosLeft(except: string | null): Promise<void> {
  for (const id of readPhotosToSend()) {
    if (id !== except && (await sendPhoto(id)) === 'waiting') return
  }
}

export function receiptOf(pin: Pin, photo: string | null): Receipt {
  const { names, number, checked, village_source } = pin.properties
  const areas = (['province', 'district', 'subdistrict', 'village'] as const).flatMap(
    (level): NamedArea[] => {
      const code = pin.properties[level]
      const name = names?.[level]
      return code && name ? [{ code, name_th: name.th, name_en: name.en }] : []
    },
  )
  return {
    id: pin.id,
    number,
    checked,
    areas,
    suggested: village_source === 'suggested',
    photo,
  }
}
