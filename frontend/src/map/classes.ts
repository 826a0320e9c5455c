// The classes of need and their fixed bounds: the one module that map, list, legend and
// print ask. A class never depends on what else is on the screen, so two screens, two
// months and two prints compare. Pure.

/**
 * density: weighted need per 100 km², for heat cells of any size
 * score: weighted unmet need per 1,000 people, for areas
 * total: weighted unmet need, for areas where no population is known
 */
export type Measure = 'density' | 'score' | 'total'

export type NeedClass = 1 | 2 | 3 | 4 | 5

export const NEED_CLASSES: readonly NeedClass[] = [1, 2, 3, 4, 5]

/** Lower bounds of classes 2 to 5; class 1 is everything above nothing. */
export const BOUNDS: Record<Measure, readonly [number, number, number, number]> = {
  density: [10, 50, 250, 1250],
  score: [3, 10, 30, 100],
  total: [50, 200, 800, 3200],
}

/** Fewer pins than this say too little to be sure of: they are hatched. */
export const LITTLE_DATA_PINS = 3

export function classOf(value: number, measure: Measure): NeedClass {
  const above = BOUNDS[measure].filter((bound) => value >= bound).length
  return (above + 1) as NeedClass
}

/** How a place is drawn. */
export type Shade =
  | { kind: 'need'; need: NeedClass; little: boolean }
  | { kind: 'unknown' } // pins, but no population to divide by
  | { kind: 'silent' } // nobody has reported anything
  | { kind: 'met' } // pins, none of them still waiting

export interface AreaFigures {
  pins: number
  unmet: number
  score: number | null
}

export function shadeOfArea(area: AreaFigures, measure: 'score' | 'total'): Shade {
  if (area.pins === 0) return { kind: 'silent' }
  if (area.unmet === 0) return { kind: 'met' }
  if (area.score === null) return { kind: 'unknown' }
  return {
    kind: 'need',
    need: classOf(area.score, measure),
    little: area.unmet < LITTLE_DATA_PINS,
  }
}

export function shadeOfCell(pins: number, density: number): Shade {
  if (density <= 0) return { kind: 'met' }
  return { kind: 'need', need: classOf(density, 'density'), little: pins < LITTLE_DATA_PINS }
}

/** From (inclusive) and to (exclusive) of a class; null where it is open. */
export function rangeOf(need: NeedClass, measure: Measure): [number | null, number | null] {
  const bounds = BOUNDS[measure]
  return [need === 1 ? null : (bounds[need - 2] ?? null), bounds[need - 1] ?? null]
}

/** How long a bar is, 0 to 1: equal steps for equal ratios, so that small scores show too. */
export function barShare(value: number, measure: Measure): number {
  if (!(value > 0)) return 0
  const [first, , , last] = BOUNDS[measure]
  const low = Math.log(first / 4)
  const high = Math.log(last * 3)
  return Math.min(1, Math.max(0.03, (Math.log(value) - low) / (high - low)))
}
