/**
 * The one filter: the same words in the URL of every page, in every call and in every download.
 * A page ignores what it does not know; the server refuses it. So what comes out of `readFilter`
 * is always fit to be sent.
 */

export type Bounds = readonly [west: number, south: number, east: number, north: number]

export interface Filter {
  readonly bbox?: Bounds
  /** 2, 4, 6 or 8 digits; everything below it is meant too. */
  readonly area?: string
  readonly category?: readonly string[]
  /** Statuses, or one of the words `open` and `unmet`. */
  readonly status?: readonly string[]
  readonly severity?: readonly [least: number, most: number]
  /** ISO days in Bangkok, half-open: `since` is in, `until` is not. */
  readonly since?: string
  readonly until?: string
  readonly q?: string
  /** A part of the officer's queue. */
  readonly queue?: string
}

/** The order in which the names stand in a URL. */
export const FILTER_NAMES = [
  'bbox',
  'area',
  'category',
  'status',
  'severity',
  'since',
  'until',
  'q',
  'queue',
] as const satisfies readonly (keyof Filter)[]

export function readFilter(query: string | URLSearchParams): Filter {
  const params = typeof query === 'string' ? new URLSearchParams(query) : query
  const filter: { -readonly [K in keyof Filter]: Filter[K] } = {}

  const bbox = readBounds(params.get('bbox'))
  if (bbox) filter.bbox = bbox
  const area = params.get('area') ?? ''
  if (/^(\d\d){1,4}$/.test(area)) filter.area = area
  const category = readSlugs(params.get('category'))
  if (category.length) filter.category = category
  const status = readSlugs(params.get('status'))
  if (status.length) filter.status = status
  const severity = readSeverity(params.get('severity'))
  if (severity) filter.severity = severity
  const since = readDay(params.get('since'))
  if (since) filter.since = since
  const until = readDay(params.get('until'))
  if (until) filter.until = until
  const q = (params.get('q') ?? '').trim().normalize('NFC')
  if (q) filter.q = q
  const queue = params.get('queue') ?? ''
  if (/^[a-z]+$/.test(queue)) filter.queue = queue
  return filter
}

export function filterParams(filter: Filter): URLSearchParams {
  const params = new URLSearchParams()
  for (const name of FILTER_NAMES) {
    const text = writeValue(filter, name)
    if (text) params.set(name, text)
  }
  return params
}

/** As it stands after the `?`; commas stay readable, as they are allowed in a query. */
export function filterQuery(filter: Filter): string {
  return filterParams(filter).toString().replaceAll('%2C', ',')
}

/** The query of a page with its filter replaced and everything else in it kept. */
export function withFilter(query: string | URLSearchParams, filter: Filter): string {
  const params = new URLSearchParams(query)
  for (const name of FILTER_NAMES) params.delete(name)
  for (const [name, value] of filterParams(filter)) params.append(name, value)
  return params.toString().replaceAll('%2C', ',')
}

export function isEmpty(filter: Filter): boolean {
  return filterQuery(filter) === ''
}

function writeValue(filter: Filter, name: (typeof FILTER_NAMES)[number]): string {
  switch (name) {
    case 'bbox':
      // 1e-5 degrees is about a metre: shorter addresses, and the same one for the same screen.
      return filter.bbox?.map((degrees) => Number(degrees.toFixed(5))).join(',') ?? ''
    case 'category':
    case 'status':
      return filter[name]?.join(',') ?? ''
    case 'severity': {
      const [least, most] = filter.severity ?? []
      if (!least || !most) return ''
      return least === most ? `${least}` : `${least}-${most}`
    }
    default:
      return filter[name] ?? ''
  }
}

function readBounds(text: string | null): Bounds | undefined {
  if (!text) return undefined
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [west, south, east, north] = parts
  if (parts.length !== 4 || !parts.every(Number.isFinite)) return undefined
  if (west === undefined || south === undefined || east === undefined || north === undefined)
    return undefined
  if (west < -180 || east > 180 || south < -90 || north > 90) return undefined
  if (west >= east || south >= north) return undefined
  return [west, south, east, north]
}

function readSlugs(text: string | null): string[] {
  const slugs = (text ?? '').split(',').filter((slug) => /^[a-z][a-z_]*$/.test(slug))
  return [...new Set(slugs)]
}

function readSeverity(text: string | null): readonly [number, number] | undefined {
  const match = /^([1-5])(?:-([1-5]))?$/.exec(text ?? '')
  if (!match) return undefined
  const least = Number(match[1])
  const most = Number(match[2] ?? match[1])
  return least <= most ? [least, most] : undefined
}

function readDay(text: string | null): string | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const day = new Date(`${text}T00:00:00Z`)
  // A day that does not exist comes back as another day or as none.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? text : undefined
}
