/**
 * The one door to the server. What arrives is checked before anything else sees it, and every
 * failure, of the network or of the server, becomes one `ApiError`.
 */
import * as v from 'valibot'
import { type Filter, filterParams } from './filters'
import { language } from './i18n'

const ROOT = '/api/v1'
const WAIT_MS = 30_000

// Errors

export interface Problem {
  readonly code: string
  /** A sentence in the reader's language; empty when the server said nothing. */
  readonly detail: string
  /** `properties.category`, `geometry` … or null when it concerns the whole request. */
  readonly attr: string | null
}

export type Failure =
  | 'offline' // no answer came
  | 'refused' // the server says no, and why
  | 'absent' // it is not there, or not for this reader
  | 'conflict' // something else already stands there
  | 'sign_in' // this needs an account
  | 'forbidden'
  | 'busy' // later: the server is full, closed for a moment, or failed
  | 'garbled' // an answer that nobody can read

export class ApiError extends Error {
  constructor(
    readonly failure: Failure,
    readonly status: number,
    readonly problems: readonly Problem[],
    readonly retryAfterS: number | null = null,
  ) {
    super(problems[0]?.detail || `${failure} ${status}`)
    this.name = 'ApiError'
  }
}

const ErrorBody = v.object({
  errors: v.array(v.object({ code: v.string(), detail: v.string(), attr: v.nullable(v.string()) })),
})

export function failureOf(status: number): Failure {
  if (status === 401) return 'sign_in'
  if (status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'absent'
  if (status === 409 || status === 412) return 'conflict'
  if (status === 429 || status >= 500) return 'busy'
  return 'refused'
}

// What arrives

// A village whose number has three digits has nine.
const Code = v.pipe(v.string(), v.regex(/^((\d\d){1,4}|\d{9})$/))
/** Of a grant: the empty code is the whole country. */
const Reach = v.pipe(v.string(), v.regex(/^(\d\d){0,4}$/))
const Longitude = v.pipe(v.number(), v.minValue(-180), v.maxValue(180))
const Latitude = v.pipe(v.number(), v.minValue(-90), v.maxValue(90))
const Names = { code: Code, name_th: v.string(), name_en: v.string() }
const Bounds = v.tuple([Longitude, Latitude, Longitude, Latitude])
const PointGeometry = v.object({
  type: v.literal('Point'),
  coordinates: v.tupleWithRest([Longitude, Latitude], v.number()),
})

export const MeSchema = v.object({
  person: v.nullable(
    v.object({ id: v.nullish(v.number()), name: v.string(), is_device: v.boolean() }),
  ),
  grants: v.array(
    v.object({
      role: v.string(),
      area_code: v.nullable(Reach),
      office: v.nullable(v.unknown()),
    }),
  ),
  home: v.nullable(Reach),
  may_pin: v.boolean(),
  anonymous_pins: v.picklist(['off', 'unchecked', 'shown']),
  sync: v.nullish(v.object({ generation: v.string(), durable_through: v.nullable(v.number()) })),
  deployment: v.object({
    sample: v.boolean(),
    approximate: v.boolean(),
    attribution: v.string(),
    start: v.string(),
    tile_url: v.string(),
    tile_attribution: v.string(),
    licence: v.string(),
  }),
})
export type Me = v.InferOutput<typeof MeSchema>

const CategoriesSchema = v.object({
  groups: v.array(
    v.object({
      slug: v.string(),
      name_th: v.string(),
      name_en: v.string(),
      colour: v.string(),
      order: v.number(),
    }),
  ),
  categories: v.array(
    v.object({
      slug: v.string(),
      group: v.string(),
      name_th: v.string(),
      name_en: v.string(),
      pictogram: v.string(),
      radius_m: v.number(),
      public_place: v.picklist(['exact', 'village', 'cell']),
      sensitive: v.boolean(),
      order: v.number(),
    }),
  ),
})
export type Categories = v.InferOutput<typeof CategoriesSchema>
export type Category = Categories['categories'][number]
export type Group = Categories['groups'][number]

const NearVillageSchema = v.object({
  ...Names,
  lng: Longitude,
  lat: Latitude,
  distance_m: v.number(),
})
const WhereSchema = v.object({
  province: v.nullable(v.object(Names)),
  district: v.nullable(v.object(Names)),
  subdistrict: v.nullable(v.object(Names)),
  flag: v.nullable(v.picklist(['near', 'outside'])),
  villages: v.array(NearVillageSchema),
})
export type Where = v.InferOutput<typeof WhereSchema>

const OfficeSchema = v.object({
  kind: v.string(),
  name_th: v.string(),
  name_en: v.string(),
  phone: v.string(),
  email: v.string(),
  line_id: v.string(),
  website: v.string(),
  address: v.string(),
  /** Slugs of the categories that it names; empty: it answers for all. */
  categories: v.array(v.string()),
  answers: v.picklist(['category', 'all', 'some', 'other']),
  by: v.picklist(['village', 'subdistrict', 'district', 'province', 'country']),
  covers: v.picklist(['sure', 'likely', 'possible']),
  /** Of the subdistrict, where no village was chosen. */
  villages: v.nullable(v.number()),
})
export type Office = v.InferOutput<typeof OfficeSchema>

const ResponsibleSchema = v.object({
  ...WhereSchema.entries,
  village: v.nullable(v.object(Names)),
  office: v.nullable(OfficeSchema),
  certain: v.boolean(),
  reason: v.nullable(v.string()),
  offices: v.array(OfficeSchema),
})
export type Responsible = v.InferOutput<typeof ResponsibleSchema>

export const AreaSchema = v.object({
  ...Names,
  level: v.picklist(['province', 'district', 'subdistrict', 'village']),
  population: v.nullable(v.number()),
  lng: v.nullable(Longitude),
  lat: v.nullable(Latitude),
})
const AreasSchema = v.object({ results: v.array(AreaSchema) })
export type Area = v.InferOutput<typeof AreaSchema>

const PartSchema = v.object({
  category: v.string(),
  pins: v.number(),
  weighted: v.number(),
  /** null where there is no score to be a part of */
  points: v.nullable(v.number()),
})
export type Part = v.InferOutput<typeof PartSchema>
const Basis = v.picklist(['per_1000', 'total'])

const RankingSchema = v.object({
  level: v.string(),
  within: v.nullable(v.string()),
  basis: Basis,
  results: v.array(
    v.object({
      ...Names,
      rank: v.nullable(v.number()),
      score: v.nullable(v.number()),
      population: v.nullable(v.number()),
      pins: v.number(),
      unmet: v.number(),
      weighted: v.number(),
      villages_reporting: v.nullable(v.number()),
      parts: v.array(PartSchema),
    }),
  ),
})
export type Ranking = v.InferOutput<typeof RankingSchema>
export type RankedArea = Ranking['results'][number]

const AreaFeaturesSchema = v.object({
  type: v.literal('FeatureCollection'),
  features: v.array(
    v.object({
      type: v.literal('Feature'),
      id: v.string(),
      // Polygons go to the map as they are; walking through every vertex here would cost seconds.
      geometry: v.custom<GeoJSON.Polygon | GeoJSON.MultiPolygon | null>(
        (geometry) => geometry === null || typeof geometry === 'object',
      ),
      properties: v.object({
        ...Names,
        level: v.string(),
        population: v.nullable(v.number()),
        households: v.nullish(v.number()),
        pins: v.number(),
        unmet: v.number(),
        weighted: v.number(),
        score: v.nullable(v.number()),
        rank: v.nullable(v.number()),
        basis: Basis,
        parts: v.array(PartSchema),
      }),
    }),
  ),
})
export type AreaFeatures = v.InferOutput<typeof AreaFeaturesSchema>

const CellsSchema = v.object({
  z: v.number(),
  size_deg: v.number(),
  cells: v.array(v.tuple([v.number(), v.number(), v.number(), v.number()])),
})
export type Cells = v.InferOutput<typeof CellsSchema>

const ClustersSchema = v.object({
  type: v.literal('FeatureCollection'),
  features: v.array(
    v.object({
      type: v.literal('Feature'),
      geometry: PointGeometry,
      properties: v.variant('cluster', [
        v.object({ cluster: v.literal(true), count: v.number(), bbox: Bounds }),
        v.object({
          cluster: v.literal(false),
          id: v.string(),
          number: v.nullable(v.number()),
          category: v.string(),
          severity: v.number(),
          status: v.string(),
          checked: v.boolean(),
        }),
      ]),
    }),
  ),
})
export type Clusters = v.InferOutput<typeof ClustersSchema>

const TwoNames = v.object({ th: v.string(), en: v.string() })
export const PinSchema = v.object({
  type: v.literal('Feature'),
  id: v.string(),
  geometry: v.nullable(PointGeometry),
  properties: v.object({
    number: v.number(),
    category: v.string(),
    severity: v.number(),
    status: v.string(),
    checked: v.boolean(),
    received_at: v.string(),
    people_band: v.nullish(v.string()),
    words: v.nullish(v.string()),
    needed_since: v.nullish(v.string()),
    area_code: v.nullish(v.string()),
    province: v.nullish(v.string()),
    district: v.nullish(v.string()),
    subdistrict: v.nullish(v.string()),
    village: v.nullish(v.string()),
    names: v.nullish(
      v.object({
        province: v.nullish(TwoNames),
        district: v.nullish(TwoNames),
        subdistrict: v.nullish(TwoNames),
        village: v.nullish(TwoNames),
      }),
    ),
    village_source: v.nullish(v.picklist(['chosen', 'suggested', 'none'])),
    place_flag: v.nullish(v.picklist(['near', 'outside'])),
    place_precision: v.nullish(v.picklist(['exact', 'village', 'cell'])),
    joined_to: v.nullish(v.string()),
    confirmations: v.nullish(v.number()),
    photos: v.nullish(
      v.array(
        v.object({
          id: v.string(),
          url: v.nullish(v.string()),
          thumb: v.nullish(v.string()),
          width: v.nullish(v.number()),
          height: v.nullish(v.number()),
        }),
      ),
    ),
    version: v.nullish(v.number()),
    mine: v.nullish(v.boolean()),
    recordings: v.nullish(v.array(v.object({ id: v.string(), url: v.string() }))),
    people: v.nullish(v.number()),
    source: v.nullish(v.string()),
    accuracy_m: v.nullish(v.number()),
    captured_at: v.nullish(v.string()),
  }),
})
export type Pin = v.InferOutput<typeof PinSchema>

const PinPageSchema = v.object({
  type: v.literal('FeatureCollection'),
  features: v.array(PinSchema),
  next: v.nullable(v.string()),
  count: v.nullish(v.number()),
})
export type PinPage = v.InferOutput<typeof PinPageSchema>

const PhotoSchema = v.object({
  id: v.string(),
  width: v.nullish(v.number()),
  height: v.nullish(v.number()),
})

// What is sent

export type Source = 'gps' | 'photo' | 'map' | 'village' | 'typed' | 'plus_code'

export interface PinBody {
  readonly type: 'Feature'
  readonly geometry: {
    readonly type: 'Point'
    readonly coordinates: readonly [number, number]
  } | null
  readonly properties: {
    readonly category: string
    readonly severity: number
    readonly people?: number | null
    readonly words?: string
    readonly needed_since?: string | null
    readonly village?: string | null
    readonly source?: Source
    readonly accuracy_m?: number
    readonly captured_at?: string
    readonly recordings?: readonly {
      readonly id: string
      readonly sha256: string
      readonly bytes: number
    }[]
    readonly photos?: readonly {
      readonly id: string
      readonly sha256: string
      readonly bytes: number
    }[]
  }
}

// Calls

type Level = Area['level']
type Params = Record<string, string | number | null | undefined>
export interface Options {
  signal?: AbortSignal
  /** How long to wait for the answer; half a minute unless told. */
  waitMs?: number
}

export const getMe = (options?: Options): Promise<Me> => get('/me', MeSchema, {}, options)

export const getCategories = (options?: Options): Promise<Categories> =>
  get('/categories', CategoriesSchema, {}, options)

export const getWhere = (lng: number, lat: number, options?: Options): Promise<Where> =>
  get('/where', WhereSchema, { lng: lng.toFixed(6), lat: lat.toFixed(6) }, options)

/** The same place with who answers there; a chosen village may stand for the point. */
export const getResponsible = (
  {
    point,
    village,
    category,
  }: {
    readonly point: { readonly lng: number; readonly lat: number } | null
    readonly village: string | null
    readonly category: string | null
  },
  options?: Options,
): Promise<Responsible> =>
  get(
    '/where',
    ResponsibleSchema,
    { lng: point?.lng.toFixed(6), lat: point?.lat.toFixed(6), village, category },
    options,
  )

export const getAreas = async (
  query: { level?: Level; within?: string; code?: string },
  options?: Options,
): Promise<Area[]> => (await get('/areas', AreasSchema, query, options)).results

export const getRanking = (
  query: { level: Level; within?: string },
  filter: Filter = {},
  options?: Options,
): Promise<Ranking> => get('/ranking', RankingSchema, params(query, filter), options)

export const getAreaFeatures = (
  query: { level: Exclude<Level, 'village'>; within?: string; detail?: 'map' | 'full' },
  filter: Filter = {},
  options?: Options,
): Promise<AreaFeatures> =>
  get('/areas.geojson', AreaFeaturesSchema, params(query, filter), options)

export const getCells = (z: number, filter: Filter = {}, options?: Options): Promise<Cells> =>
  get(`/cells/${z}`, CellsSchema, params({}, filter), options)

export const getClusters = (z: number, filter: Filter = {}, options?: Options): Promise<Clusters> =>
  get(`/clusters/${z}`, ClustersSchema, params({}, filter), options)

export const getPins = (
  filter: Filter = {},
  page: { limit?: number; cursor?: string } = {},
  options?: Options,
): Promise<PinPage> => get('/pins', PinPageSchema, params(page, filter), options)

export const getPin = (id: string, options?: Options): Promise<Pin> =>
  get(`/pins/${id}`, PinSchema, {}, options)

/** The same id and body may be sent any number of times; the pin stands once. */
export const putPin = (id: string, body: PinBody, options?: Options): Promise<Pin> =>
  put(`/pins/${id}`, PinSchema, JSON.stringify(body), 'application/json', options)

/** After the pin that declared it. */
export const putPhoto = (
  id: string,
  photo: Blob,
  options?: Options,
): Promise<v.InferOutput<typeof PhotoSchema>> =>
  put(`/photos/${id}`, PhotoSchema, photo, photo.type, options)

export type DownloadFile = 'pins.geojson' | 'pins.csv' | 'areas.geojson' | 'areas.csv'

/** The address of a file with what the screen shows. */
export function downloadUrl(file: DownloadFile, filter: Filter = {}, more: Params = {}): string {
  return address(`/${file}`, params(more, filter))
}

// How a call is made

function params(more: Params, filter: Filter): Params {
  return { ...more, ...Object.fromEntries(filterParams(filter)) }
}

export function address(path: string, query: Params): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString().replaceAll('%2C', ',')
  return ROOT + path + (text && `?${text}`)
}

export type Schema<T> = v.GenericSchema<unknown, T>

export function get<T>(
  path: string,
  schema: Schema<T>,
  query: Params,
  options?: Options,
): Promise<T> {
  return call(address(path, query), schema, { method: 'GET' }, options)
}

function put<T>(
  path: string,
  schema: Schema<T>,
  body: BodyInit,
  type: string,
  options?: Options,
): Promise<T> {
  const headers = { 'Content-Type': type, 'X-CSRFToken': csrfToken() }
  return call(address(path, {}), schema, { method: 'PUT', body, headers }, options)
}

/** What every write of a session carries. */
export const csrfToken = (): string => cookie('csrftoken')

export async function call<T>(
  url: string,
  schema: Schema<T>,
  init: RequestInit & { headers?: Record<string, string> },
  { signal, waitMs = WAIT_MS }: Options = {},
): Promise<T> {
  const stop = new AbortController()
  const cancel = () => stop.abort(signal?.reason)
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel)
  const timer = setTimeout(() => stop.abort(), waitMs)
  try {
    const response = await fetch(url, {
      ...init,
      credentials: 'same-origin',
      headers: { Accept: 'application/json', 'Accept-Language': language(), ...init.headers },
      signal: stop.signal,
    })
    const body: unknown = await response.json().catch((error: unknown) => {
      // A body cut off on its way is a network failure; one that is no JSON is read below.
      if (stop.signal.aborted || error instanceof TypeError) throw error
      return undefined
    })
    if (!response.ok) throw errorOf(response, body)
    const parsed = v.safeParse(schema, body)
    if (!parsed.success) throw garbled(response.status, parsed.issues)
    return parsed.output
  } catch (error) {
    if (error instanceof ApiError) throw error
    // The caller has stopped it: not a failure, and known to the caller by its name.
    if (signal?.aborted) throw new DOMException('stopped by the caller', 'AbortError')
    throw new ApiError('offline', 0, [])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}

export function errorOf(response: Response, body: unknown): ApiError {
  const parsed = v.safeParse(ErrorBody, body)
  const wait = Number(response.headers.get('Retry-After') ?? Number.NaN)
  return new ApiError(
    failureOf(response.status),
    response.status,
    parsed.success ? parsed.output.errors : [],
    Number.isFinite(wait) ? wait : null,
  )
}

export function garbled(status: number, issues: readonly v.BaseIssue<unknown>[]): ApiError {
  const detail = issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`).join('; ')
  return new ApiError('garbled', status, [{ code: 'garbled', detail, attr: null }])
}

function cookie(name: string): string {
  const found = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`))
  return found ? decodeURIComponent(found.slice(name.length + 1)) : ''
}
