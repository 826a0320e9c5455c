/**
 * The ranking of a round, as `budget/ranking.py` makes it, so that the order follows a slider without the server.
 * `test/score.json` holds answers of the server's own for the same inputs.
 */

export interface Criterion {
  readonly key: string
  readonly points: number
  readonly low: number
  readonly high: number
  readonly scale: 'linear' | 'log' | 'band'
}

export interface Place {
  readonly code: string
  readonly population: number | null
  /** Needs that count, of a village; undefined of an area, which is never silent. */
  readonly reports?: number | undefined
  readonly facts: Readonly<Record<string, number | null>>
}

export interface Scored {
  readonly code: string
  /** 0 to 100; null where nothing is known */
  readonly score: number | null
  /** 1 is the most pressing, ties share it; 0: not ranked */
  readonly rank: number
  readonly silent: boolean
  /** Points in the order of the criteria; they add up to the score. */
  readonly parts: readonly number[]
  readonly missing: readonly boolean[]
}

export const POINTS = 100
const BANDS = [1, 10, 50, 200, 1000] // persons from which a band begins

/** The fact on the scale of its bounds: persons as their band, never more than live there. */
export function measured(
  place: Place,
  { key, scale }: Pick<Criterion, 'key' | 'scale'>,
): number | null {
  const fact = place.facts[key] ?? null
  if (fact === null || scale !== 'band') return fact
  const persons = place.population === null ? fact : Math.min(fact, place.population)
  return BANDS.filter((begin) => persons >= begin).length
}

/** 0 at `low` and below, 1 at `high` and beyond; null where it is not known. */
export function value(place: Place, criterion: Criterion): number | null {
  const { low, high, scale } = criterion
  let x = measured(place, criterion)
  if (x === null) return null
  let [from, to] = [low, high]
  if (scale === 'log') {
    x = Math.log(Math.max(x, Math.min(low, high)))
    ;[from, to] = [Math.log(low), Math.log(high)]
  }
  return Math.min(1, Math.max(0, (x - from) / (to - from)))
}

/** From the most pressing to the least, then what is not ranked. `points` stand for those of the criteria. */
export function rank(
  places: readonly Place[],
  criteria: readonly Criterion[],
  points: readonly number[] = criteria.map((one) => one.points),
): Scored[] {
  const found = places.map((place) => {
    const values = criteria.map((one) => value(place, one))
    const known = values.reduce<number>(
      (sum, one, k) => sum + (one === null ? 0 : (points[k] ?? 0)),
      0,
    )
    // What is missing is not zero: its points go to what is known, in proportion.
    const parts = values.map((one, k) =>
      one === null || known === 0 ? 0 : (one * (points[k] ?? 0) * POINTS) / known,
    )
    const score = known > 0 ? rounded(parts.reduce((sum, part) => sum + part, 0)) : null
    const missing = values.map((one) => one === null)
    return { code: place.code, score, rank: 0, silent: place.reports === 0, parts, missing }
  })
  const apart = (one: (typeof found)[number]) => (one.silent || one.score === null ? 1 : 0)
  found.sort(
    (a, b) =>
      apart(a) - apart(b) || (b.score ?? -1) - (a.score ?? -1) || (a.code < b.code ? -1 : 1),
  )
  let last = 0
  return found.map((one, at) => {
    if (apart(one)) return one
    const before = found[at - 1]
    if (!before || before.score !== one.score) last = at + 1
    return { ...one, rank: last }
  })
}

/** Rounded as the server does, so that places whose parts come in another order tie. */
const rounded = (score: number): number => Math.round(score * 1e9) / 1e9

/**
 * One weight set to `to`, the others moved in proportion, whole and together 100.
 * Where the others are all at nothing they share equally.
 */
export function shareOut(points: readonly number[], at: number, to: number): number[] {
  if (points.length === 1) return [POINTS]
  const wanted = Math.min(POINTS, Math.max(0, Math.round(to)))
  const others = points.reduce((sum, one, k) => sum + (k === at ? 0 : one), 0)
  const left = POINTS - wanted
  const exact = points.map((one, k) =>
    k === at ? 0 : others > 0 ? (one * left) / others : left / (points.length - 1),
  )
  const whole = exact.map(Math.floor)
  const rest = left - whole.reduce((sum, one) => sum + one, 0)
  const first = exact
    .map((one, k) => ({ k, over: k === at ? -1 : one - Math.floor(one) }))
    .sort((a, b) => b.over - a.over || a.k - b.k)
    .slice(0, rest)
  for (const { k } of first) whole[k] = (whole[k] ?? 0) + 1
  whole[at] = wanted
  return whole
}
