// Codes nest, so an area's parents are its prefixes and its parts begin with it. Pure.

import { type Level, levelOf } from '../areas'

export type { Level }

const ORDER: readonly Level[] = ['province', 'district', 'subdistrict', 'village']

/** The levels of which a table inside this area can be made, the natural one first. */
export function levelsInside(area: string): Level[] {
  if (area.length >= 6) return ['village']
  const first = area.length / 2
  const levels = ORDER.slice(first, first + 2)
  // Villages are ranked inside a district or less: a province has a thousand of them.
  return area.length < 4 ? levels.filter((level) => level !== 'village') : levels
}

/** The level of a table, where the address names one that fits, else the natural one. */
export function levelInside(area: string, wanted: string | null | undefined): Level {
  const levels = levelsInside(area)
  return levels.find((level) => level === wanted) ?? (levels[0] as Level)
}

/** What the map draws for a table: villages have no outline, so their subdistricts stand in. */
export function outlinesFor(level: Level): Exclude<Level, 'village'> {
  return level === 'village' ? 'subdistrict' : level
}

/** The area itself and everything above it, largest first: 580101 → 58, 5801, 580101. */
export function lineage(area: string): string[] {
  const codes: string[] = []
  for (let digits = 2; digits <= area.length; digits += 2) codes.push(area.slice(0, digits))
  return codes
}

/** Where a click on a row or a shape leads: into it, or to its pins when nothing lies below. */
export function mayOpen(code: string): boolean {
  return levelOf(code) !== 'village'
}
