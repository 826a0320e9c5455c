/**
 * The decisions of the outbox: what is sent next, and what becomes of it by each answer. No clock,
 * no network, no storage: time, chance and answers come in, the new state goes out.
 *
 * ready -> sending -> received -> safe, or parked with a reason. Nothing ever leaves the list.
 */
import type { PinBody } from '../api'
import type { Receipt } from './keep'
import { bodyOf, type Draft } from './report'

/** A photo, or a voice note: both follow their pin. */
export interface OutboxPhoto {
  readonly id: string
  readonly kind?: 'voice'
  readonly sha256: string
  readonly bytes: number
  readonly sent: boolean
  /** This phone no longer has it, or the server will not take it, now or later. */
  readonly lost?: boolean
  /** Why the server does not take it. */
  readonly why?: string
}

export interface Reason {
  readonly code: string
  readonly detail: string
  readonly attr: string | null
}

interface Common {
  /** Of the draft, and of the pin that it becomes. */
  readonly id: string
  /** "We have this too": the pin of somebody else that it says so of. Without it, a new pin. */
  readonly target?: string
  readonly opId: string
  /** Who wrote it: name of the account, or null without one. Nobody else sends it. */
  readonly person: string | null
  /** Null where nothing new is told. */
  readonly body: PinBody | null
  /** What it was made from, so that it can be opened again if it is refused. */
  readonly draft: Draft
  readonly photos: readonly OutboxPhoto[]
  readonly savedAt: number // ms
  /** It had been received once, by a database that has been restored since. */
  readonly resent?: boolean
}
export type Item = Common &
  (
    | { readonly state: 'ready'; readonly failedAt: number | null }
    | { readonly state: 'parked'; readonly reason: Reason; readonly failedAt: number }
    | {
        readonly state: 'received' | 'safe'
        readonly receivedAt: number
        readonly generation: string
        /** What was received has a number up to this one. */
        readonly through: number
        readonly receipt: Receipt | null
      }
  )

/** What the whole queue waits for. */
export interface Queue {
  readonly tries: number // that failed, one after another
  readonly notBefore: number // ms
  readonly paused: 'sign_in' | null
}

export const RESTING: Queue = { tries: 0, notBefore: 0, paused: null }

export type Answer =
  | { readonly kind: 'network' } // none came, or it was cut, or it was too late
  | { readonly kind: 'foreign'; readonly status: number } // not our JSON: a captive portal, a proxy
  | {
      readonly kind: 'refusal'
      readonly status: number
      readonly errors: readonly Reason[]
      readonly retryAfterMs: number | null
    }
  | { readonly kind: 'ours'; readonly status: number }

export interface Result {
  readonly opId: string | null
  readonly state: 'applied' | 'duplicate' | 'held' | 'conflict' | 'refused'
  readonly receipt: Receipt | null
  readonly errors: readonly Reason[]
  readonly retryAfterMs: number | null
}

export interface Through {
  readonly generation: string
  readonly receivedThrough: number
  readonly durableThrough: number | null
}

export const FIRST_WAIT_MS = 2_000
export const LONGEST_WAIT_MS = 15 * 60_000
export const BATCH = 20
export const DAY_MS = 86_400_000
export const KEPT_DAYS = 30

// `not_yours` is said of a photo only, to another session than that of who announced it.
const ACCOUNT_CODES = [
  'not_authenticated',
  'sign_in_first',
  'csrf',
  'permission_denied',
  'not_yours',
]

/** How long to wait after so many failures in a row: doubled each time, with chance, 2 s to 15 min. */
export function waitMs(tries: number, chance: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 20))
  return Math.max(FIRST_WAIT_MS, longest * (0.5 + chance / 2))
}

export type Verdict = 'go_on' | 'pause' | 'wait' | 'park'

/** What an answer means for the queue. */
export function verdictOf(answer: Answer): Verdict {
  switch (answer.kind) {
    case 'ours':
      return 'go_on'
    case 'network':
    case 'foreign':
      return 'wait'
    case 'refusal': {
      const { status, errors } = answer
      if (status === 401) return 'pause'
      if (status === 403 && errors.some(({ code }) => ACCOUNT_CODES.includes(code))) return 'pause'
      return status === 408 || status === 429 || status >= 500 || status < 400 ? 'wait' : 'park'
    }
  }
}

/** The queue after an answer that concerns all of it. */
export function queueAfter(queue: Queue, answer: Answer, now: number, chance: number): Queue {
  switch (verdictOf(answer)) {
    case 'go_on':
    case 'park':
      return RESTING
    case 'pause':
      return { ...queue, paused: 'sign_in' }
    case 'wait': {
      const asked = answer.kind === 'refusal' ? (answer.retryAfterMs ?? 0) : 0
      const wait = Math.min(LONGEST_WAIT_MS, Math.max(asked, waitMs(queue.tries, chance)))
      return { tries: queue.tries + 1, notBefore: now + wait, paused: null }
    }
  }
}

/** A person signed in, pressed the button, or the phone came online: no more waiting. */
export const wakened = (): Queue => RESTING

/** What to push now, oldest first; nothing while the queue waits. */
export function toPush(
  items: readonly Item[],
  queue: Queue,
  person: string | null,
  now: number,
): Item[] {
  if (queue.paused || now < queue.notBefore) return []
  return items
    .filter((item) => item.state === 'ready' && item.person === person)
    .sort((a, b) => a.savedAt - b.savedAt)
    .slice(0, BATCH)
}

/** What the server said of pushed items, one by one. Those of which it said nothing stay ready. */
export function afterPush(
  items: readonly Item[],
  results: readonly Result[],
  through: Through,
  now: number,
): Item[] {
  return items.map((item): Item => {
    const result = results.find(({ opId }) => opId === item.opId)
    if (!result || item.state !== 'ready') return item
    if (result.state === 'applied' || result.state === 'duplicate' || result.state === 'held') {
      return {
        ...common(item),
        state: 'received',
        receivedAt: now,
        generation: through.generation,
        through: through.receivedThrough,
        receipt: result.receipt,
      }
    }
    if (result.retryAfterMs !== null) return { ...item, failedAt: now }
    // The need that it speaks of comes back with the phone of whoever reported it.
    const young = now - item.savedAt < KEPT_DAYS * DAY_MS
    if (item.target && item.resent && young && result.errors[0]?.code === 'not_found')
      return { ...item, failedAt: now }
    return parked(item, result.errors[0], now)
  })
}

/** The items of a push that failed as a whole. A refusal that is not about one of them parks none but a lone one. */
export function afterFailure(
  items: readonly Item[],
  pushed: readonly Item[],
  answer: Answer,
  now: number,
): Item[] {
  const alone = pushed.length === 1 && verdictOf(answer) === 'park'
  return items.map((item) => {
    if (item.state !== 'ready' || !pushed.some(({ id }) => id === item.id)) return item
    if (alone && answer.kind === 'refusal') return parked(item, answer.errors[0], now)
    return { ...item, failedAt: now }
  })
}

/** Whether a push that was refused as a whole is to be tried one by one: one of them is the reason. */
export const trySingly = (pushed: readonly Item[], answer: Answer): boolean =>
  pushed.length > 1 && verdictOf(answer) === 'park'

/** The next photo to send, of a pin that has arrived. */
export function nextPhoto(
  items: readonly Item[],
  queue: Queue,
  person: string | null,
  now: number,
): { item: Item; photo: OutboxPhoto } | null {
  if (queue.paused || now < queue.notBefore) return null
  for (const item of items) {
    if (item.state !== 'received' || item.person !== person) continue
    const photo = item.photos.find(({ sent }) => !sent)
    if (photo) return { item, photo }
  }
  return null
}

/** A photo arrived, or never will: it is not asked for again. */
export function photoDone(
  items: readonly Item[],
  photo: string,
  through: Through | null,
  lost = false,
  why = '',
): Item[] {
  return items.map((item): Item => {
    if (!item.photos.some(({ id }) => id === photo)) return item
    const photos = item.photos.map((one) =>
      one.id === photo ? { ...one, sent: true, lost, why } : one,
    )
    // A word of another generation is left to `afterWord`: the pin itself may be gone there.
    if (item.state !== 'received' || through?.generation !== item.generation)
      return { ...item, photos }
    return { ...item, photos, through: through.receivedThrough }
  })
}

/** A pin is complete when its photos are. */
export const isComplete = (item: Item): boolean => item.photos.every(({ sent }) => sent)

/**
 * What the server's word about itself means for what was received. Another generation: it was
 * restored, so everything not safe, and everything of the last 30 days, is sent again; that is free,
 * since nothing is there twice. The same one: what is in a backup is safe.
 */
export function afterWord(items: readonly Item[], word: Through, now: number): Item[] {
  return items.map((item): Item => {
    if (item.state !== 'received' && item.state !== 'safe') return item
    if (item.generation !== word.generation) {
      const young = now - item.receivedAt < KEPT_DAYS * DAY_MS
      return item.state === 'safe' && !young ? item : again(item)
    }
    const durable = word.durableThrough !== null && word.durableThrough >= item.through
    return item.state === 'received' && durable && isComplete(item)
      ? { ...item, state: 'safe' }
      : item
  })
}

/** Photos whose bytes the phone may forget: safe, or received 30 days ago where no backup is told of. */
export function photosToForget(items: readonly Item[], now: number): string[] {
  return items.flatMap((item) => {
    if (item.state !== 'received' && item.state !== 'safe') return []
    // Even what is safe is kept 30 days: a restored server asks for it once more.
    const old = now - item.receivedAt >= KEPT_DAYS * DAY_MS
    // What the server did not take is kept: its person may send it again.
    return old && isComplete(item) ? item.photos.flatMap(({ id, lost }) => (lost ? [] : id)) : []
  })
}

/** What a person sees: ready to send and parked, and what has gone. */
export const isWaiting = (item: Item): boolean =>
  item.state === 'ready' || item.state === 'parked' || !isComplete(item)

/** Whether to warn: something has waited for a day. */
export const waitsTooLong = (items: readonly Item[], now: number): boolean =>
  items.some((item) => isWaiting(item) && now - item.savedAt > DAY_MS)

/** A saved report, ready to go. */
export function itemOf(draft: Draft, opId: string, person: string | null, now: number): Item {
  return {
    id: draft.id,
    opId,
    person,
    body: bodyOf(draft),
    draft,
    photos: [
      ...(draft.photo ? [{ ...draft.photo, sent: false }] : []),
      ...(draft.voice ? [{ ...draft.voice, kind: 'voice' as const, sent: false }] : []),
    ],
    savedAt: now,
    state: 'ready',
    failedAt: null,
  }
}

/** "We have this too": what was written about it, up to then, goes no further. */
export function confirmationOf(
  draft: Draft,
  target: string,
  opId: string,
  person: string | null,
  now: number,
): Item {
  const { id } = draft
  return {
    id,
    target,
    opId,
    person,
    body: null,
    draft,
    photos: [],
    savedAt: now,
    state: 'ready',
    failedAt: null,
  }
}

/** A parked item that its person wants to send as it is, or under new ids. */
export const released = (item: Item): Item => ({ ...common(item), state: 'ready', failedAt: null })

/** What the server did not take, once more. */
export function photosReleased(item: Item): Item {
  const photos = item.photos.map(({ why: _why, ...one }) =>
    one.lost ? { ...one, sent: false, lost: false } : one,
  )
  return item.state === 'safe' ? { ...item, photos, state: 'received' } : { ...item, photos }
}

function again(item: Item): Item {
  return {
    ...common(item),
    resent: true,
    photos: item.photos.map((photo) => ({ ...photo, sent: photo.lost ?? false })),
    state: 'ready',
    failedAt: null,
  }
}

function parked(item: Item, reason: Reason | undefined, now: number): Item {
  return {
    ...common(item),
    state: 'parked',
    failedAt: now,
    reason: reason ?? { code: '', detail: '', attr: null },
  }
}

function common(item: Item): Common {
  const { id, target, opId, person, body, draft, photos, savedAt, resent } = item
  return {
    ...{ id, opId, person, body, draft, photos, savedAt },
    ...(target !== undefined && { target }),
    ...(resent && { resent }),
  }
}
