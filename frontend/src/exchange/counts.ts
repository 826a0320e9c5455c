/** The numbers of an import, as the sentences need them. */
import type { Counts } from './source'

export interface Tally {
  readonly rows: number
  readonly ready: number
  readonly repaired: number
  readonly flagged: number
  readonly refused: number
  readonly fresh: number
  readonly changed: number
  readonly same: number
}

export function count(counts: Counts, name: string): number {
  const found = counts[name]
  return typeof found === 'number' ? found : 0
}

export const has = (counts: Counts, name: string): boolean => typeof counts[name] === 'number'

/** Numbers one level down, such as `flags` of villages and `undone`. */
export function group(counts: Counts, name: string): Record<string, number> {
  const found = counts[name]
  if (typeof found !== 'object' || found === null) return {}
  return Object.fromEntries(
    Object.entries(found).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  )
}

export function tally(counts: Counts): Tally {
  const rows = count(counts, 'rows')
  const refused = count(counts, 'refused')
  return {
    rows,
    ready: Math.max(0, rows - refused - count(counts, 'left_out')),
    repaired: count(counts, 'repaired'),
    flagged: count(counts, 'flagged'),
    refused,
    fresh: count(counts, 'new'),
    changed: count(counts, 'changed'),
    same: count(counts, 'same'),
  }
}

/** Everything in the file stands there already. */
export const isNothingNew = (counts: Counts): boolean =>
  has(counts, 'same') && count(counts, 'new') + count(counts, 'changed') === 0

/** 1 500 000 bytes → [1.5, 'MB'] */
export function size(bytes: number): { value: number; unit: 'B' | 'kB' | 'MB' } {
  if (bytes < 1000) return { value: bytes, unit: 'B' }
  if (bytes < 1_000_000) return { value: Math.round(bytes / 100) / 10, unit: 'kB' }
  return { value: Math.round(bytes / 100_000) / 10, unit: 'MB' }
}
