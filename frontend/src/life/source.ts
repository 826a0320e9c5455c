/** What the server says of the life of a need, checked as it arrives, and the acts on it. */
import * as v from 'valibot'
import { address, call, csrfToken, errorOf, get, type Options, type Schema } from '../api'

const TwoNames = v.object({ th: v.string(), en: v.string() })
const OfficeName = v.object({ name_th: v.string(), name_en: v.string() })

export const RIGHTS = ['answer', 'edit', 'verdict', 'withdraw'] as const
export type Right = (typeof RIGHTS)[number]

export const NeedSchema = v.object({
  id: v.string(),
  entry: v.nullish(v.number()),
  geometry: v.nullable(v.object({ type: v.literal('Point'), coordinates: v.array(v.number()) })),
  properties: v.object({
    number: v.number(),
    category: v.string(),
    severity: v.number(),
    status: v.string(),
    checked: v.boolean(),
    hidden: v.nullish(v.boolean()),
    received_at: v.string(),
    status_at: v.string(),
    words: v.string(),
    people_band: v.nullable(v.string()),
    village: v.nullable(v.string()),
    village_source: v.nullish(v.picklist(['chosen', 'suggested', 'none'])),
    place_flag: v.nullish(v.picklist(['near', 'outside'])),
    needed_since: v.nullish(v.string()),
    people: v.nullish(v.number()),
    accuracy_m: v.nullish(v.number()),
    source: v.nullish(v.string()),
    version: v.number(),
    /** Edits that met another of the same field: for the author and officers over the place. */
    conflicts: v.nullish(v.number()),
    subdistrict: v.nullable(v.string()),
    district: v.nullable(v.string()),
    province: v.nullable(v.string()),
    names: v.object({
      province: v.nullish(TwoNames),
      district: v.nullish(TwoNames),
      subdistrict: v.nullish(TwoNames),
      village: v.nullish(TwoNames),
    }),
    place_precision: v.string(),
    joined_to: v.nullable(v.string()),
    confirmations: v.number(),
    confirmations_without_account: v.number(),
    confirmed_by_me: v.boolean(),
    mine: v.boolean(),
    reopenings: v.number(),
    forwarded_to: v.nullable(v.object({ id: v.number(), ...OfficeName.entries })),
    may: v.array(v.string()),
    photos: v.array(
      v.object({
        id: v.string(),
        url: v.string(),
        thumb: v.string(),
        width: v.nullable(v.number()),
        height: v.nullable(v.number()),
        after: v.boolean(),
      }),
    ),
    /** For the author and officers over the place only. */
    recordings: v.optional(v.array(v.object({ id: v.string() }))),
  }),
})
export type Need = v.InferOutput<typeof NeedSchema>

const LineSchema = v.object({
  id: v.number(),
  at: v.string(),
  kind: v.string(),
  from: v.nullable(v.string()),
  to: v.nullable(v.string()),
  by: v.nullable(v.string()),
  words: v.string(),
  public: v.boolean(),
  meeting: v.nullish(
    v.object({ held_on: v.string(), hands: v.nullish(v.number()), new: v.boolean() }),
  ),
  papers: v.object({
    plan_item: v.nullish(v.string()),
    amendment: v.nullish(v.number()),
    fiscal_year: v.nullish(v.number()),
    office: v.nullish(OfficeName),
  }),
})
export type Line = v.InferOutput<typeof LineSchema>
const LinesSchema = v.object({ results: v.array(LineSchema) })

const TwinsSchema = v.object({
  results: v.array(
    v.object({
      id: v.string(),
      number: v.number(),
      category: v.string(),
      words: v.string(),
      severity: v.number(),
      status: v.string(),
      confirmations: v.number(),
      received_at: v.string(),
      distance_m: v.number(),
      likeness: v.number(),
    }),
  ),
})
export type Twin = v.InferOutput<typeof TwinsSchema>['results'][number]

const TemplatesSchema = v.object({
  results: v.array(v.object({ status: v.string(), words_th: v.string(), words_en: v.string() })),
})
export type Template = v.InferOutput<typeof TemplatesSchema>['results'][number]

const OfficesSchema = v.object({
  results: v.array(v.object({ id: v.number(), kind: v.string(), ...OfficeName.entries })),
})
export type OfficeChoice = v.InferOutput<typeof OfficesSchema>['results'][number]

const FollowingSchema = v.object({
  following: v.boolean(),
  channel: v.nullable(v.picklist(['email', 'line'])),
  channels: v.array(v.string()),
})
export type Following = v.InferOutput<typeof FollowingSchema>

const QueueSchema = v.object({ counts: v.record(v.string(), v.number()) })
export const ActsSchema = v.object({
  results: v.array(
    v.object({
      entry: v.nullable(v.number()),
      code: v.nullable(v.string()),
      detail: v.nullable(v.string()),
    }),
  ),
})
export type Done = v.InferOutput<typeof ActsSchema>['results'][number]

const SideVersionsSchema = v.object({
  results: v.array(
    v.object({
      op_id: v.string(),
      at: v.string(),
      by: v.nullable(v.string()),
      fields: v.array(v.string()),
      changes: v.record(v.string(), v.unknown()),
    }),
  ),
})
export type SideVersion = v.InferOutput<typeof SideVersionsSchema>['results'][number]

export const getNeed = (id: string, options?: Options): Promise<Need> =>
  get(`/pins/${id}`, NeedSchema, {}, options)

export const getLines = async (id: string, options?: Options): Promise<Line[]> =>
  (await get(`/pins/${id}/entries`, LinesSchema, {}, options)).results

export const getTwins = async (id: string, options?: Options): Promise<Twin[]> =>
  (await get(`/pins/${id}/duplicates`, TwinsSchema, {}, options)).results

export const getTemplates = async (status: string, category: string): Promise<Template[]> =>
  (await get('/reply-templates', TemplatesSchema, { status, category })).results

export const findOffices = async (q: string, options?: Options): Promise<OfficeChoice[]> =>
  (await get('/offices', OfficesSchema, { q }, options)).results

export const getQueue = async (area: string, options?: Options): Promise<Record<string, number>> =>
  (await get('/queue', QueueSchema, { area }, options)).counts

export function send<T>(
  path: string,
  schema: Schema<T>,
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  body?: unknown,
  options?: Options,
): Promise<T> {
  const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() }
  const about = body === undefined ? {} : { body: JSON.stringify(body) }
  return call(address(path, {}), schema, { method, headers, ...about }, options)
}

export const getFollowing = (path: string): Promise<Following> =>
  get(`/${path}/follow`, FollowingSchema, {})

export const follow = (path: string): Promise<Following> =>
  send(`/${path}/follow`, FollowingSchema, 'PUT', {})

export const unfollow = (path: string): Promise<Following> =>
  send(`/${path}/follow`, FollowingSchema, 'DELETE')

/** The bodies of the acts on one need. */
export interface Acts {
  status: {
    to: string
    words?: string
    plan_item?: string
    amendment?: number
    fiscal_year?: number
    office?: number
  }
  reply: { words: string }
  note: { words: string }
  verdict: { confirmed: boolean; words?: string }
  withdrawal: { words?: string }
  join: { lead: string; words?: string }
  part: { words?: string }
  check: Record<string, never>
  hide: { hidden: boolean; words?: string }
}

/** The need as it is after the act; `entry` undoes it. */
export const act = <A extends keyof Acts>(id: string, what: A, body: Acts[A]): Promise<Need> =>
  send(`/pins/${id}/${what}`, NeedSchema, 'POST', body)

export const confirmNeed = (id: string): Promise<Need> =>
  send(`/pins/${id}/confirmation`, NeedSchema, 'PUT', {})

export const unconfirmNeed = (id: string): Promise<Need> =>
  send(`/pins/${id}/confirmation`, NeedSchema, 'DELETE')

export const getSideVersions = async (id: string, options?: Options): Promise<SideVersion[]> =>
  (await get(`/pins/${id}/conflicts`, SideVersionsSchema, {}, options)).results

/** Write these values over the need as it stood at `version`; none: leave it so. */
export const decide = (
  id: string,
  opId: string,
  changes: Readonly<Record<string, unknown>>,
  version: number,
): Promise<Need> =>
  call(address(`/pins/${id}/conflicts/${opId}`, {}), NeedSchema, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-CSRFToken': csrfToken(),
      'If-Match': `"${version}"`,
    },
    body: JSON.stringify({ changes }),
  })

export const undoActs = async (entries: readonly number[]): Promise<Done[]> =>
  (await send('/pins/undo', ActsSchema, 'POST', { entries })).results

/** A voice note as bytes, to be played from here. */
export async function getVoice(id: string): Promise<Blob> {
  const response = await fetch(`/api/v1/recordings/${id}`, { credentials: 'same-origin' })
  if (!response.ok) throw errorOf(response, await response.json().catch(() => null))
  return response.blob()
}
