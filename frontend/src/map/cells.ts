// Heat cells: which grid a zoom asks for, where a cell lies, how dense its need is. Pure.

import type { Box, Place } from './place'

/** One row of the server: west and south corner, pins, weighted need of the unmet ones. */
export type Cell = readonly [west: number, south: number, pins: number, weighted: number]

const FINEST_ZOOM = 11
const FINEST_DEG = 0.02
const COARSEST_ZOOM = 4
const EARTH_KM = 6371.0088

/** Whole zoom whose grid suits a map that may stand between two zooms. */
export function gridForZoom(mapZoom: number): number {
  return Math.min(FINEST_ZOOM, Math.max(COARSEST_ZOOM, Math.round(mapZoom)))
}

export function cellSizeDeg(z: number): number {
  return FINEST_DEG * 2 ** Math.max(0, FINEST_ZOOM - z)
}

export function cellBox(cell: Cell, sizeDeg: number): Box {
  return [cell[0], cell[1], cell[0] + sizeDeg, cell[1] + sizeDeg]
}

/** Square degrees shrink towards the pole; on the sphere the strip's area is exact. */
export function areaKm2(box: Box): number {
  const radians = Math.PI / 180
  const strip = Math.sin(box[3] * radians) - Math.sin(box[1] * radians)
  return EARTH_KM ** 2 * (box[2] - box[0]) * radians * strip
}

export function densityPer100Km2(cell: Cell, sizeDeg: number): number {
  return (cell[3] / areaKm2(cellBox(cell, sizeDeg))) * 100
}

/**
 * The box to ask for: grown to whole blocks of eight cells, so that a small move of the map
 * asks for the same box again and the browser's cache answers.
 */
export function boxToAsk(view: Box, sizeDeg: number): Box {
  const block = sizeDeg * 8
  const down = (v: number, least: number) => Math.max(least, Math.floor(v / block) * block)
  const up = (v: number, most: number) => Math.min(most, Math.ceil(v / block) * block)
  const round = (v: number) => Math.round(v * 1e6) / 1e6
  return [
    round(down(view[0], -180)),
    round(down(view[1], -90)),
    round(up(view[2], 180)),
    round(up(view[3], 90)),
  ]
}

const keyOf = (column: number, row: number) => `${column}:${row}`

/** Cells by their place in the grid, to find the one under the pointer. */
export function indexCells(cells: readonly Cell[], sizeDeg: number): Map<string, Cell> {
  return new Map(
    cells.map((cell) => [
      keyOf(Math.round(cell[0] / sizeDeg), Math.round(cell[1] / sizeDeg)),
      cell,
    ]),
  )
}

export function cellAt(index: Map<string, Cell>, sizeDeg: number, p: Place): Cell | undefined {
  return index.get(keyOf(Math.floor(p.lng / sizeDeg), Math.floor(p.lat / sizeDeg)))
}
