/** How the outbox speaks to the server; every request has a limit of time, and only our own JSON is an answer. */
import * as v from 'valibot'
import { csrfToken, errorOf, type Pin, PinSchema } from '../api'
import type { NamedArea } from '../areas'
import { language } from '../i18n'
import { uuid7 } from '../uuid7'
import { dropPhoto, keepPhoto, loadPhoto, type Receipt, readPhoto } from './keep'
import type { Answer, Item, OutboxPhoto, Result, Through } from './outbox'
import { sha256 } from './photo'
import type { PhotoRef } from './report'

const PUSH_MS = 30_000
const PART_MS = 120_000 // 256 KiB at 2.2 kB/s
export const PART_BYTES = 262_144

const ErrorSchema = v.object({ code: v.string(), detail: v.string(), attr: v.nullable(v.string()) })
const ThroughSchema = v.object({
  generation: v.string(),
  received_through: v.number(),
  durable_through: v.nullish(v.number()),
})
const PushedSchema = v.object({
  ...ThroughSchema.entries,
  results: v.array(
    v.object({
      op_id: v.nullable(v.string()),
      state: v.picklist(['applied', 'duplicate', 'held', 'conflict', 'refused']),
      pin: v.nullable(PinSchema),
      errors: v.nullable(v.array(ErrorSchema)),
      retry_after_s: v.optional(v.number()),
    }),
  ),
})
const PartSchema = v.object({ complete: v.literal(false), offset: v.number() })

type Said = { answer: Answer; body: unknown; headers: Headers | null }

async function ask(
  path: string,
  method: string,
  body: BodyInit,
  headers: Record<string, string>,
  limitMs: number,
) {
  let said: Said
  try {
    const response = await fetch(`/api/v1${path}`, {
      method,
      body,
      credentials: 'same-origin',
      redirect: 'manual', // to a page for signing in: no answer of ours
      headers: {
        Accept: 'application/json',
        'Accept-Language': language(),
        'X-CSRFToken': csrfToken(),
        ...headers,
      },
      signal: AbortSignal.timeout(limitMs),
    })
    const text = await response.text()
    const { status } = response
    said = { answer: { kind: 'foreign', status }, body: parsed(text), headers: response.headers }
    if (response.ok) said.answer = { kind: 'ours', status }
    else {
      const { problems, retryAfterS } = errorOf(response, said.body)
      if (problems.length)
        said.answer = {
          kind: 'refusal',
          status,
          errors: problems,
          retryAfterMs: retryAfterS === null ? null : retryAfterS * 1000,
        }
    }
  } catch {
    said = { answer: { kind: 'network' }, body: undefined, headers: null }
  }
  return said
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export interface Pushed {
  readonly answer: Answer
  readonly results: readonly Result[]
  readonly through: Through | null
}

/** Send new pins. Without our JSON, and our operations in it, there was no answer. */
export async function push(items: readonly Item[], now: number): Promise<Pushed> {
  const operations = items.map(({ opId, id, target, body }) =>
    target === undefined
      ? { op_id: opId, kind: 'create', id, feature: body }
      : { op_id: opId, kind: 'confirm', id: target },
  )
  const body = JSON.stringify({
    sent_at: new Date(now).toISOString(),
    // Another session than that of who wrote them is refused: nothing goes under a wrong name.
    ...(items[0]?.person && { person: items[0].person }),
    operations,
  })
  const said = await ask('/sync', 'POST', body, { 'Content-Type': 'application/json' }, PUSH_MS)
  const found = v.safeParse(PushedSchema, said.body)
  if (said.answer.kind !== 'ours') return { answer: said.answer, results: [], through: null }
  if (!found.success)
    return { answer: { kind: 'foreign', status: said.answer.status }, results: [], through: null }
  const results = found.output.results.map(
    (one): Result => ({
      opId: one.op_id,
      state: one.state,
      receipt: one.pin && one.state !== 'conflict' ? receiptOf(one.pin) : null,
      errors: (one.errors ?? []).map((error) => ({
        ...error,
        attr: error.attr?.replace(/^operations\[\d+]\./, '') ?? null,
      })),
      retryAfterMs: one.retry_after_s === undefined ? null : one.retry_after_s * 1000,
    }),
  )
  return { answer: said.answer, results, through: throughOf(found.output) }
}

const throughOf = (word: v.InferOutput<typeof ThroughSchema>): Through => ({
  generation: word.generation,
  receivedThrough: word.received_through,
  durableThrough: word.durable_through ?? null,
})

export interface PhotoSaid {
  readonly answer: Answer
  readonly through: Through | null
  /** It will never arrive: the phone has it no longer, or the server does not take it. */
  readonly lost: boolean
}

/** Refusals of a line that changes what it carries, or of two senders at once: the next try may well succeed. */
const OF_THE_LINE = ['photo_offset', 'part_digest', 'photo_digest']

/** Send a photo or a voice note in parts; where another try stopped, the server says from where to go on. */
export async function sendPhoto(
  one: Pick<OutboxPhoto, 'id' | 'kind'> & Partial<Pick<OutboxPhoto, 'sha256'>>,
): Promise<PhotoSaid> {
  const wait = (answer: Answer): PhotoSaid => ({ answer, through: null, lost: false })
  const given = await loadPhoto(one.id).catch(() => 'unreadable' as const)
  if (given === 'unreadable') return wait({ kind: 'network' })
  if (!given) return { answer: { kind: 'ours', status: 0 }, through: null, lost: true }
  const path = one.kind === 'voice' ? `/recordings/${one.id}` : `/photos/${one.id}`
  let offset = 0
  for (let tries = 0; tries < 200; tries++) {
    const part = await given.slice(offset, offset + PART_BYTES).arrayBuffer()
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Upload-Offset': String(offset),
      ...(await digestHeader(part)),
    }
    const { answer, body, headers: answered } = await ask(path, 'PUT', part, headers, PART_MS)
    if (answer.kind === 'ours') {
      const next = v.safeParse(PartSchema, body)
      const whole = v.safeParse(ThroughSchema, body)
      if (whole.success) return { answer, through: throughOf(whole.output), lost: false }
      if (!next.success) return wait({ kind: 'foreign', status: answer.status })
      offset = next.output.offset
      continue
    }
    if (answer.kind !== 'refusal') return wait(answer)
    const elsewhere = Number(answered?.get('Upload-Offset') ?? Number.NaN)
    const moved = answer.status === 409 && Number.isInteger(elsewhere)
    if (moved && elsewhere !== offset && elsewhere < given.size) {
      offset = elsewhere
      continue
    }
    const mended = answer.errors.some(({ code }) => OF_THE_LINE.includes(code))
    // Bytes that are no longer what was announced never become so again.
    const spoilt = one.sha256 !== undefined && (await sha256(given)) !== one.sha256
    return mended && !spoilt ? wait({ kind: 'network' }) : wait(answer)
  }
  return wait({ kind: 'network' })
}

async function digestHeader(part: ArrayBuffer): Promise<Record<string, string>> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', part))
  return { 'Content-Digest': `sha-256=:${btoa(String.fromCharCode(...digest))}:` }
}

/** The same bytes under an id of their own: the old id belongs to the other pin. */
export async function copyPhoto(photo: PhotoRef | null): Promise<PhotoRef | null> {
  const bytes = photo && (await readPhoto(photo.id))
  if (!photo || !bytes) return null
  const copy = { ...photo, id: uuid7() }
  return (await keepPhoto(copy.id, bytes)) ? copy : null
}

export const forgetPhotos = (ids: readonly string[]): Promise<unknown> =>
  Promise.all(ids.map(dropPhoto))

export function receiptOf(pin: Pin): Receipt {
  const { names, number, checked, village_source } = pin.properties
  const areas = (['province', 'district', 'subdistrict', 'village'] as const).flatMap(
    (level): NamedArea[] => {
      const code = pin.properties[level]
      const name = names?.[level]
      return code && name ? [{ code, name_th: name.th, name_en: name.en }] : []
    },
  )
  return { id: pin.id, number, checked, areas, suggested: village_source === 'suggested' }
}
