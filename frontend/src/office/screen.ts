// The officer's screen as its address says it: reload, Back and a link sent to a colleague all
// give the same screen. Pure.

import { type Filter, readFilter, withFilter } from '../filters'
import type { MapView } from '../map/office'
import { type Level, levelInside, levelsInside } from './levels'

export type List = 'rank' | 'pins' | 'shortlist'
const LISTS: readonly List[] = ['rank', 'pins', 'shortlist']

export interface MapPlace {
  zoom: number
  lng: number
  lat: number
}

export interface Screen {
  filter: Filter
  view: MapView
  list: List
  level: Level
  /** Id of the pin that lies open. */
  pin: string | null
  /** Where the map stands; null shows the whole area. */
  at: MapPlace | null
}

const VIEWS: readonly MapView[] = ['heat', 'areas', 'pins']

/** An address without a view was not written by this page: it opens on the reader's own area. */
export function isFresh(query: string): boolean {
  return !new URLSearchParams(query).has('view')
}

export function readScreen(query: string): Screen {
  const params = new URLSearchParams(query)
  const filter = readFilter(params)
  return {
    filter,
    view: VIEWS.find((view) => view === params.get('view')) ?? 'heat',
    list: LISTS.find((list) => list === params.get('list')) ?? 'rank',
    level: levelInside(filter.area ?? '', params.get('level')),
    pin: /^[0-9a-f-]{36}$/.test(params.get('pin') ?? '') ? params.get('pin') : null,
    at: readPlace(params.get('at')),
  }
}

export function screenQuery(screen: Screen): string {
  const params = new URLSearchParams()
  params.set('view', screen.view)
  if (screen.list !== 'rank') params.set('list', screen.list)
  const natural = levelsInside(screen.filter.area ?? '')[0]
  if (screen.level !== natural) params.set('level', screen.level)
  if (screen.pin) params.set('pin', screen.pin)
  if (screen.at) {
    const { zoom, lng, lat } = screen.at
    params.set('at', [Number(zoom.toFixed(2)), lng.toFixed(4), lat.toFixed(4)].join(','))
  }
  return withFilter(params, screen.filter)
}

/** Another area: the table goes to its natural level, the map shows all of it, no pin is open. */
export function inArea(screen: Screen, area: string): Screen {
  const { area: _left, bbox: _box, ...rest } = screen.filter
  const filter = area ? { ...rest, area } : rest
  return { ...screen, filter, level: levelInside(area, null), pin: null, at: null }
}

/** Another filter in the same area; a value of undefined takes that part away. */
export function filteredBy(
  screen: Screen,
  change: { [K in keyof Filter]?: Filter[K] | undefined },
): Screen {
  const merged = { ...screen.filter, ...change }
  const kept = Object.entries(merged).filter(([, value]) => value !== undefined)
  return { ...screen, filter: Object.fromEntries(kept) as Filter, pin: null }
}

/** The filter of a saved view, in the list; nothing of the present filter stays. */
export function asView(screen: Screen, query: string): Screen {
  const filter = readFilter(query)
  const level = levelInside(filter.area ?? '', null)
  return { ...screen, filter, level, list: 'pins', pin: null, at: null }
}

/** Everything cleared but the area in which the officer works. */
export function cleared(screen: Screen): Screen {
  const { area } = screen.filter
  return { ...screen, filter: area ? { area } : {}, pin: null }
}

export function isFiltered(filter: Filter): boolean {
  return Object.keys(filter).some((name) => name !== 'area')
}

/** The filter of the table and the choropleth: their area goes as `within`. */
export function withoutArea(filter: Filter): Filter {
  const { area: _area, ...rest } = filter
  return rest
}

function readPlace(text: string | null): MapPlace | null {
  const parts = (text ?? '').split(',').map((part) => (part === '' ? Number.NaN : Number(part)))
  const [zoom, lng, lat] = parts
  if (parts.length !== 3 || !parts.every(Number.isFinite)) return null
  if (zoom === undefined || lng === undefined || lat === undefined) return null
  if (zoom < 4 || zoom > 18 || Math.abs(lng) > 180 || Math.abs(lat) > 85) return null
  return { zoom, lng, lat }
}
