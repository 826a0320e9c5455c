// Parts that visibly add up: rounding each on its own would show 1.33 + 1.33 + 1.33 = 4.00.
// Pure.

/**
 * Round parts so that they sum to the rounded total (largest remainder).
 *
 * Each shown part differs from the true one by less than one unit of the last digit. Works with
 * parts >= 0; the total is taken as given when it lies within rounding of their sum.
 */
export function roundedToSum(parts: readonly number[], total: number, digits: number): number[] {
  const unit = 10 ** digits
  const target = Math.round(total * unit)
  const floors = parts.map((part) => Math.floor(part * unit + 1e-9))
  const missing = target - floors.reduce((sum, part) => sum + part, 0)
  const byRemainder = parts
    .map((part, index) => ({ index, remainder: part * unit - (floors[index] ?? 0) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  const raised = new Set(missing > 0 ? byRemainder.slice(0, missing).map(({ index }) => index) : [])
  return floors.map((floor, index) => (floor + (raised.has(index) ? 1 : 0)) / unit)
}

/** Whether the parts are those of this total, beyond what rounding explains. */
export function addsUp(parts: readonly number[], total: number): boolean {
  const sum = parts.reduce((a, b) => a + b, 0)
  return Math.abs(sum - total) <= 0.005 * Math.max(1, parts.length)
}

/** Two digits behind the point for a rate, none for a plain total. */
export function digitsFor(basis: 'per_1000' | 'total'): 0 | 2 {
  return basis === 'per_1000' ? 2 : 0
}
