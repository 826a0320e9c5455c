// Places and boxes as the data has them: lng before lat, west before south.
// Pure: nothing here knows Leaflet.

export interface Place {
  lng: number
  lat: number
}

export type Box = readonly [west: number, south: number, east: number, north: number]

export type Position = readonly number[]
export type Ring = readonly Position[]
export type Geometry =
  | { type: 'Polygon'; coordinates: readonly Ring[] }
  | { type: 'MultiPolygon'; coordinates: readonly (readonly Ring[])[] }

export const THAILAND: Box = [97.3, 5.6, 105.7, 20.5]

export function boxAround(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null
  return [
    Math.min(...boxes.map((box) => box[0])),
    Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])),
    Math.max(...boxes.map((box) => box[3])),
  ]
}

function ringsOf(geometry: Geometry): readonly Ring[] {
  return geometry.type === 'Polygon'
    ? geometry.coordinates.slice(0, 1)
    : geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1))
}

export function boxOf(geometry: Geometry): Box | null {
  let west = Infinity
  let south = Infinity
  let east = -Infinity
  let north = -Infinity
  for (const ring of ringsOf(geometry)) {
    for (const [lng, lat] of ring as readonly [number, number][]) {
      west = Math.min(west, lng)
      south = Math.min(south, lat)
      east = Math.max(east, lng)
      north = Math.max(north, lat)
    }
  }
  return west <= east ? [west, south, east, north] : null
}

/** Twice the signed area of a ring and its centre of gravity, in degrees. */
function weigh(ring: Ring): { area: number; centre: Place } {
  let area = 0
  let lng = 0
  let lat = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x0 = 0, y0 = 0] = ring[j] ?? []
    const [x1 = 0, y1 = 0] = ring[i] ?? []
    const cross = x0 * y1 - x1 * y0
    area += cross
    lng += (x0 + x1) * cross
    lat += (y0 + y1) * cross
  }
  if (area === 0) {
    const [x = 0, y = 0] = ring[0] ?? []
    return { area: 0, centre: { lng: x, lat: y } }
  }
  return { area, centre: { lng: lng / (3 * area), lat: lat / (3 * area) } }
}

function holds(ring: Ring, p: Place): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x0 = 0, y0 = 0] = ring[j] ?? []
    const [x1 = 0, y1 = 0] = ring[i] ?? []
    if (y0 > p.lat !== y1 > p.lat && p.lng < ((x1 - x0) * (p.lat - y0)) / (y1 - y0) + x0) {
      inside = !inside
    }
  }
  return inside
}

/** Where crossings of the ring with a line of latitude leave the widest stretch of land. */
function widestStretch(ring: Ring, lat: number): Place | null {
  const crossings: number[] = []
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x0 = 0, y0 = 0] = ring[j] ?? []
    const [x1 = 0, y1 = 0] = ring[i] ?? []
    if (y0 > lat !== y1 > lat) crossings.push(((x1 - x0) * (lat - y0)) / (y1 - y0) + x0)
  }
  crossings.sort((a, b) => a - b)
  let best: Place | null = null
  let width = 0
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const west = crossings[i] as number
    const east = crossings[i + 1] as number
    if (east - west > width) {
      width = east - west
      best = { lng: (west + east) / 2, lat }
    }
  }
  return best
}

/**
 * Where the name of an area stands: the centre of gravity of its largest part or,
 * for a crescent that does not hold it, the middle of the land on that latitude.
 */
export function labelPlace(geometry: Geometry): Place | null {
  let best: { area: number; centre: Place } | null = null
  let largest: Ring | null = null
  for (const ring of ringsOf(geometry)) {
    const weight = weigh(ring)
    if (!best || Math.abs(weight.area) > Math.abs(best.area)) {
      best = weight
      largest = ring
    }
  }
  if (!best || !largest) return null
  return holds(largest, best.centre)
    ? best.centre
    : (widestStretch(largest, best.centre.lat) ?? best.centre)
}

export function contains(box: Box, p: Place): boolean {
  return p.lng >= box[0] && p.lng <= box[2] && p.lat >= box[1] && p.lat <= box[3]
}

/** Grow a box by a share of its own width and height, e.g. 0.2 on every side. */
export function grown(box: Box, share: number): Box {
  const dx = (box[2] - box[0]) * share
  const dy = (box[3] - box[1]) * share
  return [box[0] - dx, box[1] - dy, box[2] + dx, box[3] + dy]
}

/** What two boxes share; null where they do not meet. */
export function shared(a: Box, b: Box): Box | null {
  const box: Box = [
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]
  return box[0] < box[2] && box[1] < box[3] ? box : null
}
