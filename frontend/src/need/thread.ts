/** How people think that a need could be met: read, proposed and looked at by who answers for it. */
import * as v from 'valibot'
import { get, type Options } from '../api'
import { send } from '../life/source'

export const MOST_WORDS = 2000
const MOST_BAHT = 10 ** 12

const SolutionSchema = v.object({
  id: v.string(),
  words: v.string(),
  cost_baht: v.nullable(v.number()),
  state: v.picklist(['waiting', 'shown', 'hidden']),
  reason: v.string(),
  at: v.string(),
  mine: v.boolean(),
})
export type Solution = v.InferOutput<typeof SolutionSchema>

export const getSolutions = async (pin: string, options?: Options): Promise<Solution[]> =>
  (await get(`/pins/${pin}/solutions`, v.object({ results: v.array(SolutionSchema) }), {}, options))
    .results

/** Under an id that the browser made: sent again after a broken connection it is no second one. */
export const offer = (
  pin: string,
  id: string,
  words: string,
  baht: number | null,
): Promise<Solution> =>
  send(`/pins/${pin}/solutions/${id}`, SolutionSchema, 'PUT', { words, cost_baht: baht })

export const moderate = (
  id: string,
  state: 'shown' | 'hidden',
  reason: string,
): Promise<Solution> => send(`/solutions/${id}`, SolutionSchema, 'POST', { state, reason })

/** `20,000` and `๒๐,๐๐๐` are 20000; nothing is null; NaN where it is no sum that anyone could mean. */
export function bahtIn(text: string): number | null {
  const plain = text
    .replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50))
    .replace(/[\s,]/g, '')
  if (!plain) return null
  const baht = /^\d{1,13}$/.test(plain) ? Number(plain) : Number.NaN
  return baht >= 1 && baht <= MOST_BAHT ? baht : Number.NaN
}

/** The thread with one of its solutions as it is now, at its own place or at the end. */
export const withSolution = (thread: readonly Solution[], one: Solution): Solution[] =>
  thread.some(({ id }) => id === one.id)
    ? thread.map((before) => (before.id === one.id ? { ...before, ...one } : before))
    : [...thread, one]
