/** Going down the areas by their codes, and up again. */
import type { Area } from '../api'
import { type Level, levelOf } from '../areas'

const AT_MOST = 30

export function childLevel(code: string): Level {
  if (code === '') return 'province'
  const level = levelOf(code)
  return level === 'province' ? 'district' : level === 'district' ? 'subdistrict' : 'village'
}

export const parentOf = (code: string): string =>
  code.length > 6 ? code.slice(0, 6) : code.slice(0, -2)

/** `580101`, `5801`, `58` of a village, nearest first. */
export function above(code: string): string[] {
  const found: string[] = []
  for (let up = parentOf(code); up; up = parentOf(up)) found.push(up)
  return found
}

/** Codes of everything that the areas lie in, each once. */
export function parentsOf(areas: readonly { code: string }[]): string[] {
  return [...new Set(areas.flatMap(({ code }) => above(code)))]
}

/** A search shows few: the best fit first, as the server found it, but villages behind: thousands have one name. */
export function firstOf(found: readonly Area[]): { shown: readonly Area[]; more: boolean } {
  const isVillage = (area: Area) => (area.level === 'village' ? 1 : 0)
  const sorted = [...found].sort((a, b) => isVillage(a) - isVillage(b))
  return { shown: sorted.slice(0, AT_MOST), more: sorted.length > AT_MOST }
}
