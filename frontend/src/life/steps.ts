// Which step may follow which, and what it asks for: the same rules as the server's, for the form
// only. The server decides. Pure.

import type { Status } from '../words'

const PATH: readonly string[] = [
  'reported',
  'verified',
  'forwarded',
  'planned',
  'funded',
  'in_progress',
  'done',
]

/** The steps that an officer may choose from a status. */
export function stepsFrom(status: string): Status[] {
  if (status === 'withdrawn') return []
  if (status === 'closed_without_fix') return ['verified']
  if (status === 'confirmed') return ['closed_without_fix']
  const at = PATH.indexOf(status)
  const back: Status[] = status === 'done' ? ['verified'] : []
  return [...back, ...(PATH.slice(at + 1) as Status[]), 'closed_without_fix']
}

export type Paper = 'plan' | 'year' | 'office' | 'photo' | 'reason'

/** What a step asks for beside words. */
export function papersOf(from: string, to: Status): Paper[] {
  const reopening = to === 'verified' && (from === 'done' || from === 'closed_without_fix')
  if (reopening || to === 'closed_without_fix') return ['reason']
  if (to === 'planned') return ['plan']
  if (to === 'funded') return ['year']
  if (to === 'forwarded') return ['office']
  return to === 'done' ? ['photo'] : []
}

/** The Buddhist fiscal year of a day: it begins in October. */
export function fiscalYearOf(day: Date): number {
  return day.getFullYear() + 543 + (day.getMonth() >= 9 ? 1 : 0)
}
