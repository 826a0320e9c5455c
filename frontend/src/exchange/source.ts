/** What the server says of imports and boundary sets, checked as it arrives. */
import * as v from 'valibot'
import {
  ApiError,
  address,
  call,
  csrfToken,
  errorOf,
  garbled,
  get,
  type Options,
  type Schema,
} from '../api'
import { language } from '../i18n'

export const STATES = [
  'received',
  'checking',
  'checked',
  'committing',
  'committed',
  'undoing',
  'undone',
  'failed',
] as const

export const VERDICTS = ['refused', 'flagged', 'repaired'] as const
const Verdict = v.picklist(VERDICTS)
export type Verdict = v.InferOutput<typeof Verdict>

const isRecord = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given)
const Anything = v.custom<Record<string, unknown>>(isRecord)
const Words = v.custom<Record<string, string>>(
  (given) => isRecord(given) && Object.values(given).every((word) => typeof word === 'string'),
)
const Numbers = v.custom<Record<string, number>>(
  (given) => isRecord(given) && Object.values(given).every((n) => typeof n === 'number'),
)

const KindsSchema = v.object({
  kinds: v.array(
    v.object({
      kind: v.string(),
      may: v.boolean(),
      options: v.array(v.string()),
      columns: v.array(
        v.object({
          name: v.string(),
          th: v.string(),
          en: v.string(),
          required: v.boolean(),
          aliases: v.array(v.string()),
          example: v.string(),
        }),
      ),
    }),
  ),
})
export type Kind = v.InferOutput<typeof KindsSchema>['kinds'][number]
export type OurColumn = Kind['columns'][number]

export type Counts = Readonly<Record<string, unknown>>
const Summary = {
  id: v.string(),
  kind: v.string(),
  state: v.picklist(STATES),
  interrupted: v.boolean(),
  file: v.object({ name: v.string(), bytes: v.number() }),
  by: v.nullable(v.string()),
  boundary_set: v.nullable(v.object({ id: v.number(), name: v.string() })),
  counts: Anything,
  progress: v.nullable(v.object({ step: v.string(), done: v.number(), total: v.number() })),
  trouble: v.nullable(
    v.object({ code: v.string(), attr: v.nullable(v.string()), detail: v.string() }),
  ),
  may_undo: v.boolean(),
  received_at: v.string(),
  checked_at: v.nullable(v.string()),
  committed_at: v.nullable(v.string()),
  undone_at: v.nullable(v.string()),
}
const SummarySchema = v.object(Summary)
export type RunSummary = v.InferOutput<typeof SummarySchema>

const RunSchema = v.object({
  ...Summary,
  options: Anything,
  found: v.object({
    format: v.nullish(v.string()),
    columns: v.nullish(v.array(v.string()), []),
    mapped: v.nullish(Words),
    ignored: v.nullish(v.array(v.string()), []),
    preview: v.nullish(v.array(Anything), []),
    layers: v.nullish(v.array(v.string()), []),
    layer: v.nullish(v.string()),
    encoding: v.nullish(v.string()),
    crs: v.nullish(v.string()),
  }),
  codes: v.array(v.object({ code: v.string(), notes: v.number(), verdict: v.nullable(Verdict) })),
})
export type Run = v.InferOutput<typeof RunSchema>

const NotesSchema = v.object({
  results: v.array(
    v.object({
      row: v.number(),
      column: v.string(),
      verdict: Verdict,
      code: v.string(),
      detail: v.string(),
      params: v.nullish(Anything, {}),
    }),
  ),
  next: v.nullable(v.number()),
})
export type Notes = v.InferOutput<typeof NotesSchema>
export type Note = Notes['results'][number]

const SetSchema = v.object({
  id: v.number(),
  name: v.string(),
  active: v.boolean(),
  sample: v.boolean(),
  approximate: v.boolean(),
  source: v.string(),
  licence: v.string(),
  attribution: v.string(),
  valid_on: v.nullable(v.string()),
  loaded_at: v.string(),
  activated_at: v.nullable(v.string()),
  counts: Numbers,
  without_polygon: v.number(),
})
export type BoundarySet = v.InferOutput<typeof SetSchema>

const Changes = v.object({
  new: v.number(),
  gone: v.number(),
  moved: v.number(),
  renamed: v.number(),
})
type Changes = v.InferOutput<typeof Changes>
const Moved = v.object({ id: v.number(), code: v.string(), to: v.array(v.string()) })
const ComparedSchema = v.object({
  new: SetSchema,
  old: v.nullable(SetSchema),
  levels: v.custom<Record<string, Changes>>(
    (given) =>
      isRecord(given) && Object.values(given).every((level) => v.safeParse(Changes, level).success),
  ),
  areas: v.array(
    v.object({
      code: v.string(),
      level: v.string(),
      name_th: v.nullable(v.string()),
      name_en: v.nullable(v.string()),
      change: v.picklist(['new', 'gone', 'moved', 'renamed']),
      moved_percent: v.nullable(v.number()),
      old_name: v.nullable(v.string()),
    }),
  ),
  pins: v.object({
    affected: v.number(),
    moves: v.array(
      v.object({ was: v.nullable(v.string()), now: v.nullable(v.string()), pins: v.number() }),
    ),
  }),
  grants: v.array(Moved),
  territories: v.array(Moved),
  not_moved: v.array(v.object({ table: v.string(), id: v.number(), code: v.string() })),
})
export type Compared = v.InferOutput<typeof ComparedSchema>
export type Change = Compared['areas'][number]['change']

const COMPARE_WAIT_MS = 300_000

export const getKinds = async (options?: Options): Promise<Kind[]> =>
  (await get('/import-kinds', KindsSchema, {}, options)).kinds

export const getImports = async (options?: Options): Promise<RunSummary[]> =>
  (await get('/imports', v.object({ results: v.array(SummarySchema) }), {}, options)).results

export const getImport = (id: string, options?: Options): Promise<Run> =>
  get(`/imports/${id}`, RunSchema, {}, options)

export const checkAgain = (id: string, options: Record<string, unknown>): Promise<Run> =>
  send('PATCH', `/imports/${id}`, RunSchema, { options })

export const commitImport = (id: string): Promise<Run> =>
  send('POST', `/imports/${id}/commit`, RunSchema)

export const undoImport = (id: string): Promise<Run> =>
  send('POST', `/imports/${id}/undo`, RunSchema)

export const discardImport = (id: string): Promise<unknown> =>
  send('DELETE', `/imports/${id}`, v.unknown())

export const getNotes = (
  id: string,
  query: { verdict?: string; code?: string; after?: number },
  options?: Options,
): Promise<Notes> => get(`/imports/${id}/notes`, NotesSchema, query, options)

export const notesUrl = (id: string): string => address(`/imports/${id}/notes.csv`, {})

export const getSets = async (options?: Options): Promise<BoundarySet[]> =>
  (await get('/boundary-sets', v.object({ results: v.array(SetSchema) }), {}, options)).results

export const compareSet = (id: number, options?: Options): Promise<Compared> =>
  get(`/boundary-sets/${id}`, ComparedSchema, {}, { waitMs: COMPARE_WAIT_MS, ...options })

export const putInUse = (id: number): Promise<{ id: string }> =>
  send('POST', `/boundary-sets/${id}`, v.object({ id: v.string() }))

export const deleteSet = (id: number): Promise<unknown> =>
  send('DELETE', `/boundary-sets/${id}`, v.unknown())

/** A verb other than reading; `body` goes as JSON. */
function send<T>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  schema: Schema<T>,
  body?: unknown,
): Promise<T> {
  const headers: Record<string, string> = { 'X-CSRFToken': csrfToken() }
  if (body === undefined) return call(address(path, {}), schema, { method, headers })
  headers['Content-Type'] = 'application/json'
  return call(address(path, {}), schema, { method, headers, body: JSON.stringify(body) })
}

/** Send a file; `told` hears how many bytes have left. The same id may be sent again. */
export function sendFile(
  id: string,
  query: { kind: string; name: string; options: string },
  file: Blob,
  told: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Run> {
  // XMLHttpRequest, because fetch tells nothing of how far a body has gone.
  const request = new XMLHttpRequest()
  return new Promise<Run>((resolve, reject) => {
    const stop = () => request.abort()
    signal.addEventListener('abort', stop)
    request.onloadend = () => signal.removeEventListener('abort', stop)
    request.onabort = () => reject(new DOMException('stopped by the caller', 'AbortError'))
    request.onerror = () => reject(new ApiError('offline', 0, []))
    request.upload.onprogress = ({ loaded }) => told(loaded)
    request.onload = () => {
      try {
        resolve(readAnswer(request))
      } catch (error) {
        reject(error)
      }
    }
    request.open('PUT', address(`/imports/${id}`, query))
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('Accept-Language', language())
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.setRequestHeader('X-CSRFToken', csrfToken())
    request.send(file)
  })
}

function readAnswer(request: XMLHttpRequest): Run {
  let body: unknown
  try {
    body = JSON.parse(request.responseText)
  } catch {
    body = undefined
  }
  if (request.status >= 300) throw errorOf(new Response(null, { status: request.status }), body)
  const parsed = v.safeParse(RunSchema, body)
  if (!parsed.success) throw garbled(request.status, parsed.issues)
  return parsed.output
}
