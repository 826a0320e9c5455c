// What a vector tile of areas holds, and how it is drawn: decisions only, no canvas.

import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import type { Place } from './place'

export const TILE_LEVELS = ['province', 'district', 'subdistrict'] as const
export type TileLevel = (typeof TILE_LEVELS)[number]

/** x, y, x, y, … of one closed ring, in tile pixels. */
export type TileRing = readonly number[]

export interface TileName extends Place {
  code: string
  name_th: string
  name_en: string
}

export interface AreaTile {
  rings: Record<TileLevel, readonly TileRing[]>
  names: readonly TileName[]
}

export interface TileAt {
  x: number
  y: number
  z: number
}

export const TILE_PX = 256

/** Reads a tile; no bytes are a tile without areas. Throws what the decoder throws on nonsense. */
export function readTile(bytes: ArrayBuffer, at: TileAt): AreaTile {
  const { layers } = new VectorTile(new PbfReader(bytes))
  const features = (name: string): VectorTileFeature[] => {
    const layer = layers[name]
    return layer ? Array.from({ length: layer.length }, (_, i) => layer.feature(i)) : []
  }
  const ringsOf = (level: TileLevel): TileRing[] =>
    features(level).flatMap((feature) =>
      feature
        .loadGeometry()
        .map((ring) =>
          ring.flatMap(({ x, y }) => [
            (x * TILE_PX) / feature.extent,
            (y * TILE_PX) / feature.extent,
          ]),
        ),
    )
  return {
    rings: {
      province: ringsOf('province'),
      district: ringsOf('district'),
      subdistrict: ringsOf('subdistrict'),
    },
    names: features('label').flatMap((feature) => {
      const point = feature.loadGeometry()[0]?.[0]
      if (!point) return []
      const text = (name: string) => String(feature.properties[name] ?? '')
      return [
        {
          code: text('code'),
          name_th: text('name_th'),
          name_en: text('name_en'),
          ...placeIn(at, point.x / feature.extent, point.y / feature.extent),
        },
      ]
    }),
  }
}

/** The place of a point of a tile, given in shares of its sides. */
export function placeIn({ x, y, z }: TileAt, right: number, down: number): Place {
  const n = 2 ** z
  const lng = ((x + right) / n) * 360 - 180
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + down)) / n))) * 180) / Math.PI
  return { lng, lat }
}

export interface Stroke {
  level: TileLevel
  widthPx: number
  ink: 'border' | 'line'
}

/** Lines of a zoom, the finest first, so that the border of a province lies on top. */
export function strokesAt(z: number): Stroke[] {
  const strokes: Stroke[] = []
  if (z >= 10) strokes.push({ level: 'subdistrict', widthPx: z >= 12 ? 1 : 0.75, ink: 'line' })
  if (z >= 6)
    strokes.push(
      z >= 9
        ? { level: 'district', widthPx: z >= 11 ? 1.25 : 0.75, ink: 'border' }
        : { level: 'district', widthPx: z >= 8 ? 1 : 0.75, ink: 'line' },
    )
  strokes.push({ level: 'province', widthPx: z >= 9 ? 1.75 : z >= 7 ? 1.25 : 0.75, ink: 'border' })
  return strokes
}

/**
 * Between whole zooms a tile is shown larger or smaller than it is made. With as many pixels
 * as the screen then has, lines stay sharp and as thin as they were.
 */
export function sharpness(zoom: number, tileZoom: number, devicePixelRatio: number) {
  const shown = 2 ** (zoom - tileZoom)
  return { shown, density: Math.min(devicePixelRatio * shown, 4) }
}

/**
 * How finely the areas are asked for. Shapes for a map of all of an area are right where all of
 * it is in sight; further in they would leave the lines of the base map.
 */
export function detailFor(area: string, zoom: number): 'map' | 'full' {
  if (area === '') return zoom <= 7 ? 'map' : 'full'
  return zoom <= 11 ? 'map' : 'full'
}

/** The names around what is shown: neither inside the area nor the area itself or what holds it. */
export function namesAround(names: readonly TileName[], area: string): TileName[] {
  if (area === '') return []
  const byCode = new Map(names.map((name) => [name.code, name]))
  return [...byCode.values()].filter(({ code }) => !code.startsWith(area) && !area.startsWith(code))
}
