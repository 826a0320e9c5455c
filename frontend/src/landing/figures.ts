import type { Ranking } from '../api'

export interface Figures {
  readonly pins: number
  readonly unmet: number
  readonly villages: number | null
}

/** The whole country in three numbers; none when nobody has pinned anything. */
export function figuresOf({ results }: Pick<Ranking, 'results'>): Figures | null {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
  const pins = sum(results.map((area) => area.pins))
  if (pins === 0) return null
  const villages = results.map((area) => area.villages_reporting)
  return {
    pins,
    unmet: sum(results.map((area) => area.unmet)),
    villages: villages.every((n) => n !== null) ? sum(villages) : null,
  }
}
