/**
 * What a tambon pack can answer without signal: which areas a place lies in, which villages are near, and whether a
 * need has been reported already. Pure; `packs.ts` fetches and keeps.
 */
import * as v from 'valibot'
import type { Area, Where } from '../api'
import type { NamedArea } from '../areas'
import { metresBetween } from './report'

const Named = { code: v.string(), name_th: v.string(), name_en: v.string() }
const Ring = v.array(v.pipe(v.array(v.number()), v.minLength(2)))
const Geometry = v.variant('type', [
  v.object({ type: v.literal('Polygon'), coordinates: v.array(Ring) }),
  v.object({ type: v.literal('MultiPolygon'), coordinates: v.array(v.array(Ring)) }),
  v.object({ type: v.literal('Point'), coordinates: v.array(v.number()) }),
])

export const PackSchema = v.object({
  code: v.string(),
  version: v.string(),
  bytes: v.number(),
  sizes: v.object({ map: v.number(), pins: v.number(), photos: v.number() }),
  pins: v.number(),
  photos: v.array(v.object({ id: v.string(), pin: v.string(), bytes: v.number() })),
  left_out: v.number(),
  areas: v.array(v.object(Named)),
  outlines: v.array(v.object({ ...Named, geometry: v.nullable(Geometry) })),
  villages: v.array(
    v.object({ ...Named, lng: v.nullable(v.number()), lat: v.nullable(v.number()) }),
  ),
})
export type PackAnswer = v.InferOutput<typeof PackSchema>
export type PackGeometry = v.InferOutput<typeof Geometry>

/** A pack as the phone keeps it. */
export interface Pack extends PackAnswer {
  /** Of the feed, after the newest pin that is here; null before the first. */
  readonly cursor: string | null
  readonly generation: string | null
  /** When all of it was here last, ms; null while the first download is not over. */
  readonly at: number | null
}

/** A need that others have reported, as a pack keeps it. */
export interface Near {
  readonly id: string
  readonly number: number
  readonly category: string
  readonly words: string
  readonly confirmations: number
  readonly lng: number
  readonly lat: number
  readonly status: string
  /** Id of its first photo. */
  readonly photo: string | null
}
export interface Found extends Near {
  readonly distanceM: number
}

type Point = { readonly lng: number; readonly lat: number }
const MOST_VILLAGES = 8
const MOST_NEAR = 5
const OVER = ['confirmed', 'withdrawn']

/** Whether a point lies inside a polygon with holes: the even-odd rule over all its rings. */
export function isInside(geometry: PackGeometry | null, { lng, lat }: Point): boolean {
  if (!geometry || geometry.type === 'Point') return false
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
  let inside = false
  for (const ring of rings)
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
      const [x1 = 0, y1 = 0] = ring[at] ?? []
      const [x2 = 0, y2 = 0] = ring[before] ?? []
      if (y1 > lat !== y2 > lat && lng < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside
    }
  return inside
}

/** What `/where` would say, as far as the packs on this phone know; null where none of them reaches. */
export function whereIn(packs: readonly Pack[], at: Point): Where | null {
  for (const pack of packs) {
    const area = pack.outlines.find(({ geometry }) => isInside(geometry, at))
    const [province = null, district = null] = pack.areas
    if (!area) continue
    const villages = pack.villages
      .flatMap(({ lng, lat, ...named }) =>
        lng === null || lat === null
          ? []
          : [{ ...named, lng, lat, distance_m: metresBetween(at, { lng, lat }) }],
      )
      .sort((a, b) => a.distance_m - b.distance_m)
      .slice(0, MOST_VILLAGES)
    const { code, name_th, name_en } = area
    return { province, district, subdistrict: { code, name_th, name_en }, flag: null, villages }
  }
  return null
}

/** What `/areas` would say of the areas of the packs. */
export function areasIn(
  packs: readonly Pack[],
  { level = '', within = '', code = '' }: { level?: string; within?: string; code?: string },
): Area[] {
  const found = new Map<string, Area>()
  const add = (named: NamedArea, kind: Area['level'], at?: Partial<Point> | null) => {
    const wanted = code ? named.code === code : kind === level && named.code.startsWith(within)
    if (!wanted || found.has(named.code)) return
    const { lng = null, lat = null } = at ?? {}
    found.set(named.code, { ...named, level: kind, population: null, lng, lat })
  }
  for (const pack of packs) {
    const [province, district] = pack.areas
    if (province) add(province, 'province')
    if (district) add(district, 'district')
    for (const { geometry, code, name_th, name_en } of pack.outlines)
      add({ code, name_th, name_en }, 'subdistrict', middle(geometry))
    for (const { lng, lat, ...named } of pack.villages)
      add(named, 'village', lng === null || lat === null ? null : { lng, lat })
  }
  return [...found.values()]
}

function middle(geometry: PackGeometry | null): Point | null {
  if (!geometry || geometry.type === 'Point') return null
  const ring = geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0]?.[0]
  if (!ring?.length) return null
  const sum = (axis: number) => ring.reduce((total, point) => total + (point[axis] ?? 0), 0)
  return { lng: sum(0) / ring.length, lat: sum(1) / ring.length }
}

/** Needs of one category near a place, the nearest five: what is over, and this phone's own, are no answer. */
export function nearIn(
  pins: readonly Near[],
  at: Point,
  category: { slug: string; radius_m: number },
  mine: ReadonlySet<string>,
): Found[] {
  return pins
    .filter(
      (pin) => pin.category === category.slug && !OVER.includes(pin.status) && !mine.has(pin.id),
    )
    .map((pin) => ({ ...pin, distanceM: metresBetween(at, pin) }))
    .filter(({ distanceM }) => distanceM <= category.radius_m)
    .sort((a, b) => a.distanceM - b.distanceM)
    .slice(0, MOST_NEAR)
}

/** A Feature of the feed as a pack keeps it; null where it has no exact place, or belongs to another need. */
export function nearOf(feature: unknown): Near | null {
  const parsed = v.safeParse(FeatureSchema, feature)
  if (!parsed.success) return null
  const { id, geometry, properties } = parsed.output
  if (!geometry || properties.joined_to || properties.place_precision !== 'exact') return null
  const [lng = 0, lat = 0] = geometry.coordinates
  const { number, category, words, confirmations, status, photos } = properties
  return {
    id,
    number,
    category,
    words,
    confirmations,
    status,
    lng,
    lat,
    photo: photos[0]?.id ?? null,
  }
}

const FeatureSchema = v.object({
  id: v.string(),
  geometry: v.nullable(v.object({ type: v.literal('Point'), coordinates: v.array(v.number()) })),
  properties: v.object({
    number: v.number(),
    category: v.string(),
    words: v.string(),
    confirmations: v.number(),
    status: v.string(),
    joined_to: v.nullable(v.string()),
    place_precision: v.string(),
    photos: v.array(v.object({ id: v.string() })),
  }),
})
